//! Evidence of a case: both sides' files get to the jury that is drawn, byte for byte, and to a reviewer whom two jurors let in, for as long as they do;
//! to nobody else.

use crate::world::{fails, until_block, World, PATIENCE};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_protocol::evidence::File;
use souk_scenarios::{until, Daemon, Process, Souk, Withholder};
use souk_sdk::{
	mailbox::{chosen, registered, seal, WRITE_AT},
	types::CasePhase,
	Account,
};
use std::{
	ops::Range,
	path::{Path, PathBuf},
	time::Duration,
};

/// Time for evidence, and for the randomness of an epoch that begins after it: blocks on the `local` chain, on a busy machine.
const DRAWING: Duration = Duration::from_secs(1_500);
/// Files that are tried, to find one for certain mailboxes.
const ATTEMPTS: u32 = 5_000;
/// Time for a reviewer's access to end.
const REVIEW: Duration = Duration::from_secs(900);

/// What a file is to be for, so that somebody who stays keeps it.
pub struct Wanted<'a> {
	/// Who shows it.
	pub author: &'a str,
	/// The order that it is about.
	pub order: &'a str,
	/// The cases that it may be shown in: one that is not open yet has no number.
	pub cases: Range<u64>,
	/// The nodes that it is to be left at.
	pub nodes: &'a [&'a Daemon],
}

/// The number of the next case.
pub fn next_case(world: &World) -> Result<u64> {
	let client = world.client();
	let cases = client.runtime.block_on(async { client.chain.latest().await?.all_cases().await })?;
	Ok(cases.iter().map(|case| case.id + 1).max().unwrap_or(0))
}

/// Where a case is in its life.
pub fn phase(world: &World, case: u64) -> Result<CasePhase> {
	let client = world.client();
	let found = client.runtime.block_on(async { client.chain.latest().await?.case(case).await })?;
	Ok(found.context("the case is gone")?.phase)
}

/// A file that is left at certain nodes. Which mailboxes a piece of evidence has follows from its hash, and of the nodes that are registered most are gone when
/// their scenarios have ended.
pub fn file_for(world: &World, wanted: &Wanted<'_>, name: &str, bytes: usize, dir: &Path) -> Result<PathBuf> {
	let client = world.client();
	let places = client.runtime.block_on(async { registered(&client.chain.latest().await?).await })?;
	let (author, genesis) = (Account::from_uri(wanted.author)?, client.chain.genesis());
	let order: u64 = wanted.order.parse()?;
	let nodes = wanted.nodes.iter().map(|node| anyhow::Ok(Account::from_uri(node.uri())?.id()));
	let nodes: Vec<_> = nodes.collect::<Result<_>>()?;
	// Among the first of the chosen, so that it stays one of them when more nodes are registered meanwhile.
	let first = WRITE_AT / 2;
	for attempt in 0..ATTEMPTS {
		let file = File { name: name.into(), bytes: content(bytes, attempt) };
		let (hash, _) = seal(&author, &genesis, order, &file)?;
		let is_left = |case: u64| {
			let mailboxes = chosen(&places, &genesis, case, &hash, first);
			nodes.iter().all(|node| mailboxes.iter().any(|mailbox| mailbox.account == *node))
		};
		if wanted.cases.clone().all(is_left) {
			let path = dir.join(name);
			std::fs::write(&path, &file.bytes)?;
			return Ok(path);
		}
	}
	anyhow::bail!("of {} nodes these are never chosen together: {nodes:?}", places.len())
}

/// So many bytes that are no text, and others for each attempt.
fn content(bytes: usize, attempt: u32) -> Vec<u8> {
	let mut content: Vec<u8> = (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect();
	for (to, from) in content.iter_mut().zip(attempt.to_le_bytes()) {
		*to ^= from;
	}
	content
}

/// Sides that follow their case, until it is over. They die with the thread that started them.
pub struct Followers(Vec<Process>);

impl Followers {
	/// Starts them; logs go under `dir`.
	pub fn start(sides: &[&Souk], case: &str, dir: &Path) -> Result<Self> {
		let start = |(number, user): (usize, &&Souk)| {
			let name = format!("side {}", number + 1);
			let command = user.command(&["--json", "dispute", "follow", case])?;
			Process::start(&name, command, &dir.join(format!("{name}.log")))
		};
		sides.iter().enumerate().map(start).collect::<Result<_>>().map(Self)
	}

	/// Waits until all have ended by themselves.
	pub fn have_ended(&mut self) -> Result<()> {
		for side in &mut self.0 {
			let status = side.wait(PATIENCE)?;
			ensure!(status.success(), "{} ended with {status}: {}", side.name(), side.log_tail(20));
		}
		Ok(())
	}
}

/// The jury is drawn; a reviewer asks for access, and two jurors let her in, not one. The case waits meanwhile: one of the jury has not voted. Returns the
/// block in which her access ends.
pub fn let_in(world: &World, jury: &[&Souk], number: &str) -> Result<u32> {
	let reviewer = world.user("//case//reviewer");
	let opened: u64 = number.parse()?;
	until_block("a jury", DRAWING, &world.client().chain, || {
		Ok((phase(world, opened)? == CasePhase::Commit).then_some(()))
	})?;
	reviewer.json(&["dispute", "review", number])?;
	may_not(&reviewer, number)?;
	let address = reviewer.address()?;
	let approve = |juror: &Souk| {
		// Its `souk arbitrate` may be sending something at the same moment.
		until("an approval", PATIENCE, || {
			let ended = juror.run(&["dispute", "approve", number, &address])?;
			Ok((ended.code == 0 || ended.err.contains("AlreadyApproved")).then_some(()))
		})
	};
	approve(jury[0])?;
	may_not(&reviewer, number)?;
	approve(jury[1])?;
	let mut shown = reviewer.json(&["dispute", "show", number])?;
	let now = shown["case"].take();
	ensure!(now["phase"] == "commit", "the case did not wait: {now}");
	let end = now["reviews"][0]["until"].as_u64().with_context(|| format!("no access: {now}"))?;
	Ok(u32::try_from(end)?)
}

/// The reviewer reads, the jury and the sides; nobody else does. All of it, though one mailbox keeps nothing of what it is given.
pub fn read_by_those_who_may(
	world: &World,
	side: &Souk,
	jury: &[&Souk],
	number: &str,
	shown: &[(&str, &Path)],
	withholder: &Withholder,
) -> Result<()> {
	let reviewer = world.user("//case//reviewer");
	let all = vec!["read"; shown.len()];
	let dir = world.folder("review")?;
	until("evidence for the reviewer", PATIENCE, || {
		let out = dir.display().to_string();
		let ended = reviewer.run(&["--json", "dispute", "read", number, "--out", &out])?;
		ensure!(!ended.err.contains("may not read"), "{}", ended.err);
		// A mailbox that is slow is asked again.
		let document = (ended.code == 0).then(|| serde_json::from_str::<Value>(&ended.out)).transpose()?;
		Ok(document.filter(|document| states(document) == all))
	})?;
	same(&dir, shown)?;

	for juror in jury {
		let dir = juror.home().join("cases").join(format!("case-{number}"));
		until("evidence of the jury's", PATIENCE, || {
			Ok(shown.iter().all(|(name, _)| dir.join(name).exists()).then_some(()))
		})?;
		same(&dir, shown)?;
	}
	// By hand as well, into another folder, and the sides each other's.
	let dir = world.folder("evidence")?;
	for reader in [jury[0], side] {
		let document = read(reader, number, &dir)?;
		ensure!(states(&document) == all, "{document}");
		same(&dir, shown)?;
	}
	let (objects, envelopes) = (withholder.objects(), withholder.envelopes());
	ensure!(
		objects > 0 && envelopes > 0,
		"the mailbox that keeps nothing was given {objects} objects and {envelopes} envelopes"
	);
	// An arbitrator who joined too late to be drawn.
	let late = world.user("//case//late");
	late.run(&["--json", "arbitrate", "--bond", "120 SOUK", "--vote", "refuse", "--once"])?;
	may_not(&late, number)
}

/// The reviewer's access ends.
pub fn access_ends(world: &World, number: &str, end: u32) -> Result<()> {
	let (client, reviewer) = (world.client(), world.user("//case//reviewer"));
	// Her light client may be a block or two behind ours.
	client.runtime.block_on(client.chain.reached(end + 3, REVIEW))?;
	may_not(&reviewer, number)
}

fn may_not(user: &Souk, number: &str) -> Result<()> {
	fails(user, &["dispute", "read", number], 1, "may not read the evidence").map(|_| ())
}

fn read(user: &Souk, number: &str, dir: &Path) -> Result<Value> {
	user.json(&["dispute", "read", number, "--out", &dir.display().to_string()])
}

fn states(document: &Value) -> Vec<&str> {
	let pieces = document["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
	pieces.iter().map(|piece| piece["state"].as_str().unwrap_or_default()).collect()
}

/// That what was written is what was shown.
fn same(dir: &Path, shown: &[(&str, &Path)]) -> Result<()> {
	for (name, original) in shown {
		let written = dir.join(name);
		let read = std::fs::read(&written).with_context(|| written.display().to_string())?;
		ensure!(read == std::fs::read(original)?, "{} is something else", written.display());
	}
	Ok(())
}
