//! `souk report`: two statements that contradict each other cost whoever signed them, and whoever reports them has a share.

use crate::{
	commands::history::PaidEntry,
	context::{native, Context},
	failure::{at_path, Failure},
	output::{self, Out},
	records::hex,
};
use souk_custody::format_account;
use souk_sdk::evidence::{self, Contradiction, Reported};
use std::path::{Path, PathBuf};

/// `souk report …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// A worker signed two snapshots of one period
	Conflict(Files),
	/// A node signed two answers to one query over one snapshot
	Attestations(Files),
}

/// What contradicts each other.
#[derive(Clone, Debug, clap::Args)]
pub struct Files {
	/// A signed statement: a file that a persistence node or `souk query --attestation` has written
	pub first: PathBuf,
	/// The other one
	pub second: PathBuf,
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (kind, files) = match command {
		Command::Conflict(files) => (Contradiction::Submissions, files),
		Command::Attestations(files) => (Contradiction::Attestations, files),
	};
	let (first, second) = (read(&files.first)?, read(&files.second)?);
	let chain = ctx.chain().await?;
	// Before a password is asked for.
	let accusation = evidence::judge(kind, &chain.genesis(), &first, &second)
		.map_err(|error| Failure::failed(format!("{error}; nothing was sent")))?;
	let reporter = ctx.account()?;
	let step = ctx.progress.step("announcing the report, then making it, waiting until each is final");
	let reported = chain.report(&reporter, kind, &first, &second).await?;
	drop(step);
	let signer = format_account(&accusation.signer);
	let fees = reported.report.fee.saturating_add(reported.announced.as_ref().map_or(0, |done| done.fee));
	let paid = reported.offence.as_ref().and_then(|offence| offence.division).map(PaidEntry::from);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"signer": signer, "listing": accusation.listing, "period": accusation.period,
				"of_curator": native(reported.of_curator), "of_node": native(reported.of_node),
				"offence": reported.offence, "settled": is_settled(&reported), "paid": paid,
				"fee": native(fees), "block": reported.report.block, "extrinsic": hex(reported.report.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "Reported, final in block {}.", reported.report.block)?;
	let mut pairs =
		vec![("signed by", signer), ("listing", accusation.listing.to_string()), ("taken", taken(&reported))];
	match &paid {
		Some(PaidEntry { subscribers, reporter, treasury }) => pairs.extend([
			("you got", reporter.to_string()),
			("subscribers got", subscribers.to_string()),
			("the treasury got", treasury.to_string()),
		]),
		None if is_settled(&reported) => {}
		None => {
			let later = format!("souk show {} --history", accusation.listing);
			pairs.push(("you get", format!("your share when all is divided; {later} says it")));
		}
	}
	pairs.push(("fee", native(fees).to_string()));
	output::pairs(out, &pairs)
}

/// Whether there is nothing to be paid any more.
fn is_settled(reported: &Reported) -> bool {
	let nothing = reported.of_curator.saturating_add(reported.of_node) == 0;
	nothing || reported.offence.as_ref().is_some_and(|offence| offence.division.is_some())
}

fn taken(reported: &Reported) -> String {
	match (reported.of_curator, reported.of_node) {
		(0, 0) => "nothing: this kind of offence costs nothing at present".into(),
		(0, node) => format!("{} of the signer's bond", native(node)),
		(curator, node) => {
			format!("{} of the signer's bond, {} of the curator's", native(node), native(curator))
		}
	}
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
	let bytes = std::fs::read(path).map_err(at_path("read", path))?;
	evidence::read_document(&bytes)
		.map_err(|error| Failure::usage(format!("{} is no evidence: {error}", path.display())))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{context::tests::offline, failure::Kind};

	#[tokio::test]
	async fn what_is_no_evidence_is_said_before_anything_is_asked() {
		let dir = tempfile::tempdir().unwrap();
		let (missing, empty) = (dir.path().join("missing.json"), dir.path().join("empty.json"));
		std::fs::write(&empty, "{}").unwrap();
		for (first, kind, word) in
			[(missing, Kind::NotFound, "missing.json"), (empty.clone(), Kind::Usage, "no statement")]
		{
			let command = Command::Conflict(Files { first, second: empty.clone() });
			let failure = run(command, &offline(dir.path()), &mut Vec::new()).await.unwrap_err();
			assert_eq!(failure.kind, kind, "{failure}");
			assert!(failure.message.contains(word), "{failure}");
		}
	}
}
