//! Mallory sells a file of which one chunk is not what she listed, and her node lies about it so that she is paid.

use crate::stage::{Stage, PATIENCE};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	crook,
	telling::{amount, block, chapter, says, units},
	Liar,
};

/// What `souk buy` ends with where a bad chunk was proved.
const BAD_CHUNK: i32 = 7;

impl Stage {
	/// Sam buys it. Afterwards her node is what it was.
	pub fn sells_a_bad_chunk(&mut self) -> Result<()> {
		chapter(
			"Mallory swaps one chunk of what she sells, and gives her node a program that lies about it.",
		);
		let spec = self.chain.spec().to_path_buf();
		let fake = crook::corrupt(&spec, self.id, &self.worker, &mut self.node, PATIENCE)?;
		let chunk = fake.chunk;
		let liar = Liar::in_place_of(&mut self.node, fake)?;
		let path = self.dir.join("weather.parquet").display().to_string();
		let ended =
			self.sam.run(&["--json", "buy", &self.listing, "--max-price", "1 wUSD", "--out", &path])?;
		ensure!(
			ended.code == BAD_CHUNK,
			"the purchase ended with {}: {}{}; what Mallory's node says: {:?}",
			ended.code,
			ended.out,
			ended.err,
			liar.problem()
		);
		drop(liar);
		let document: Value = serde_json::from_str(&ended.out).context("the failure is no JSON")?;
		let details = &document["error"]["details"];
		ensure!(
			details["chunk"] == chunk && details["outcome"] == "refunded",
			"it ended otherwise: {document}"
		);
		let (back, lost) = (units(&details["order"]["from_bond"])?, units(&details["slashed"])?);
		ensure!(lost > back && back > 0, "Sam got {back} planck, her bond lost {lost}");
		says(format!(
			"Sam paid 1 wUSD, opened the file, and his souk proved chunk {chunk} to the chain in block {}.",
			block(details)?
		));
		says(format!(
			"Her bond lost {}: Sam has {} of it for his dollar, the rest is a fine.",
			amount(&details["slashed"]),
			amount(&details["order"]["from_bond"])
		));
		self.node.start()?;
		self.node.wait_healthy(PATIENCE)
	}
}
