//! Two statements that one signer made and that contradict each other: whoever has both reports them.

use crate::stage::Stage;
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	contradiction::{self, Documents},
	telling::{amount, chapter, says, units},
};

/// A question whose answer is the same bytes each time.
const QUESTION: &str = "SELECT origin, count(*) AS hours FROM t GROUP BY origin ORDER BY origin";

impl Stage {
	/// Mallory's worker has signed another snapshot of a minute for somebody else.
	pub fn signs_two_snapshots(&mut self) -> Result<()> {
		chapter("Mallory's worker signs one snapshot for the chain, and another one of the same minute for a friend. Nora gets hold of both.");
		let newest =
			self.runtime.block_on(async { self.light.latest().await?.newest_snapshot(self.id).await });
		let newest = newest?.context("no snapshot is final")?;
		let both = contradiction::two_snapshots(self.light.genesis(), self.id, &newest, &self.worker)?;
		self.reports("conflict", &both)
	}

	/// Mallory's second node answers one question in two ways.
	pub fn gives_two_answers(&mut self) -> Result<()> {
		chapter("Nora asks Mallory's second node, which promises the same answer each time. It signs another answer for somebody else.");
		let nora = self.user("//nora");
		let (_, both) =
			contradiction::two_answers(&nora, &self.ticker, QUESTION, &[&self.second], &self.dir)?;
		self.reports("attestations", &both)
	}

	/// Nora reports it.
	fn reports(&self, kind: &str, both: &Documents) -> Result<()> {
		let [first, second] = contradiction::write(&self.dir, kind, both)?;
		let reported: Value = self.user("//nora").json(&["report", kind, &first, &second])?;
		let share = &reported["paid"]["reporter"];
		ensure!(units(&reported["of_node"])? > 0 && units(share)? > 0, "nothing was taken: {reported}");
		says(format!(
			"she reports it: {} of the node's bond is gone, and {} of that is hers.",
			amount(&reported["of_node"]),
			amount(share)
		));
		Ok(())
	}
}
