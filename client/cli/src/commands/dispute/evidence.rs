//! The files behind the hashes: sealed, left at mailboxes, read, and passed on.

use super::find;
use crate::{
	context::Context,
	failure::{at_path, Failure},
	home,
	output::{self, Out},
	records::hex,
	text::printable,
};
use serde::Serialize;
use souk_custody::{format_account, Account, AccountId};
use souk_network::Network;
use souk_protocol::{
	evidence::{File, MAX_FILE_BYTES, MAX_NAME_BYTES},
	Digest,
};
use souk_sdk::{
	mailbox::{self, Courier, Gathered, Sent, Shelf, Unread, WRITE_AT},
	types::{CaseId, CaseView, Party},
};
use std::{
	io::{Read as _, Write as _},
	path::{Path, PathBuf},
	time::Duration,
};

/// How often mailboxes are asked again that are not as far as this light client.
const ATTEMPTS: usize = 6;
/// How long the next block may take meanwhile.
const BLOCK: Duration = Duration::from_secs(30);
/// Longest name of a file that is written, in characters.
const NAME: usize = 80;

/// A piece of evidence, as far as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PieceRecord {
	/// Its number, from 1.
	pub number: usize,
	/// Which side shows it.
	pub by: &'static str,
	/// Its hash on chain.
	pub hash: String,
	/// `read`, `missing` (no mailbox has it), `sealed` (nobody has passed its key on), or `broken` (it is no file of this case).
	pub state: &'static str,
	/// Why it was not read.
	pub reason: Option<String>,
	/// Where it was written.
	pub file: Option<PathBuf>,
	/// Bytes of the file.
	pub bytes: Option<usize>,
	/// How many mailboxes have it.
	pub mailboxes: usize,
	/// For whom its key is there.
	pub readers: Vec<String>,
}

/// What became of evidence on its way to the mailboxes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentRecord {
	/// How many mailboxes have each piece that was shown.
	pub held: Vec<usize>,
	/// Keys that were passed on.
	pub keys: usize,
	/// What went wrong, by mailbox.
	pub problems: Vec<String>,
}

impl SentRecord {
	fn new(sent: &Sent) -> Self {
		let problem = |(node, why): &(AccountId, String)| format!("{}: {why}", format_account(node));
		Self {
			held: sent.held.clone(),
			keys: sent.envelopes,
			problems: sent.problems.iter().map(problem).collect(),
		}
	}

	/// For a person.
	pub fn describe(&self, case: CaseId, out: Out<'_>) -> Result<(), Failure> {
		for (number, held) in self.held.iter().enumerate() {
			let places = if *held == 1 { "mailbox has" } else { "mailboxes have" };
			writeln!(out, "evidence {}: {held} {places} it", number + 1)?;
		}
		if self.keys > 0 {
			writeln!(out, "keys passed on: {}", self.keys)?;
		}
		for problem in &self.problems {
			writeln!(out, "not done at {}", printable(problem))?;
		}
		if self.held.contains(&0) {
			writeln!(out, "What no mailbox has nobody can read: `souk dispute share {case}` tries again.")?;
		}
		Ok(())
	}
}

/// Seals a file as evidence about an order, keeps it at home, and returns its hash.
pub async fn sealed(order: u64, path: &Path, account: &Account, ctx: &Context) -> Result<Digest, Failure> {
	let file = read_file(path)?;
	let genesis = ctx.chain().await?.genesis();
	let (hash, object) = mailbox::seal(account, &genesis, order, &file)
		.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
	shelf(ctx, &genesis).keep(order, &object)?;
	Ok(hash)
}

fn read_file(path: &Path) -> Result<File, Failure> {
	let unreadable = at_path("read", path);
	let opened = std::fs::File::open(path).map_err(&unreadable)?;
	let mut bytes = Vec::new();
	// One more than there may be, to see that there is more.
	opened.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(&unreadable)?;
	if bytes.len() > MAX_FILE_BYTES {
		return Err(Failure::usage(format!(
			"{} is longer than a piece of evidence may be, {MAX_FILE_BYTES} bytes; show a part of it, or several pieces",
			path.display()
		)));
	}
	let mut name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
	while name.len() > MAX_NAME_BYTES {
		name.pop();
	}
	Ok(File { name, bytes })
}

fn shelf(ctx: &Context, genesis: &Digest) -> Shelf {
	Shelf::new(&ctx.home.evidence(), genesis)
}

/// Whoever fetches and passes on as an account.
pub async fn courier(account: &Account, ctx: &Context) -> Result<Courier<Network>, Failure> {
	let genesis = ctx.chain().await?.genesis();
	Ok(Courier::new(ctx.network().await?.clone(), account.clone(), genesis, shelf(ctx, &genesis)))
}

/// A case's evidence as it is found now, with the case.
pub async fn gathered(
	id: CaseId,
	courier: &Courier<Network>,
	ctx: &Context,
) -> Result<(CaseView, Gathered, u32), Failure> {
	let view = ctx.view().await?;
	let case = find(id, &view).await?;
	let places = mailbox::registered(&view).await?;
	let gathered = courier.gather(&case, places).await?;
	Ok((case, gathered, view.head().number))
}

/// Leaves what is to be left at the mailboxes, and passes keys on. A mailbox that has not seen the newest block yet is asked again.
pub async fn deliver(id: CaseId, account: &Account, ctx: &Context) -> Result<SentRecord, Failure> {
	let courier = courier(account, ctx).await?;
	let step = ctx.progress.step("leaving evidence and keys at the mailboxes");
	let (mut keys, mut attempt) = (0, 1);
	let sent = loop {
		let (case, gathered, block) = gathered(id, &courier, ctx).await?;
		let sent = courier.pass_on(&case, &gathered, block).await;
		keys += sent.envelopes;
		let behind = sent.problems.iter().any(|(_, why)| why.contains("not now"));
		if !behind || attempt == ATTEMPTS {
			break sent;
		}
		attempt += 1;
		// Whatever becomes of the wait, the mailboxes are asked again.
		let _ = ctx.chain().await?.reached(block.saturating_add(1), BLOCK).await;
	};
	drop(step);
	Ok(SentRecord { keys, ..SentRecord::new(&sent) })
}

/// The same after a transaction that has succeeded: what goes wrong is said, and does not undo it.
pub async fn deliver_after(id: CaseId, account: &Account, ctx: &Context) -> SentRecord {
	deliver(id, account, ctx)
		.await
		.unwrap_or_else(|failure| SentRecord { problems: vec![failure.message], ..SentRecord::default() })
}

/// `souk dispute share`.
pub async fn share(id: CaseId, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let case = find(id, &view).await?;
	let me = ctx.account_id()?;
	if case.side_of(&me).is_none() && !case.sits(&me) {
		return Err(Failure::failed(format!(
			"only the sides and the jurors of case {id} pass its evidence on, and {} is neither",
			format_account(&me)
		)));
	}
	let account = ctx.account()?;
	let sent = deliver(id, &account, ctx).await?;
	if ctx.json {
		return output::json(out, &serde_json::json!({ "case": id, "mailboxes": sent }));
	}
	sent.describe(id, out)
}

/// `souk dispute read`.
pub async fn read(id: CaseId, dir: Option<PathBuf>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let case = find(id, &view).await?;
	let me = ctx.account_id()?;
	if !case.may_read(&me, view.head().number) {
		return Err(Failure::failed(format!(
			"{} may not read the evidence of case {id}: its sides and jurors may, and who from outside was let in by two jurors \
			 (`souk dispute review {id}`), until that access ends",
			format_account(&me)
		)));
	}
	let courier = courier(&ctx.account()?, ctx).await?;
	let step = ctx.progress.step("looking for the evidence");
	let (case, gathered, block) = gathered(id, &courier, ctx).await?;
	// A side says where it reads; whoever can open something passes it on.
	courier.pass_on(&case, &gathered, block).await;
	drop(step);
	let dir = dir.unwrap_or_else(|| PathBuf::from(format!("case-{id}")));
	let genesis = ctx.chain().await?.genesis();
	let records = write_all(&genesis, &case, &gathered, &dir)?;
	let problems = unreachable(&gathered);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({ "case": id, "evidence": records, "problems": problems }),
		);
	}
	if records.is_empty() {
		writeln!(out, "Nothing was shown in case {id}.")?;
	}
	for record in &records {
		record.describe(out)?;
	}
	for problem in problems {
		writeln!(out, "not asked: {}", printable(&problem))?;
	}
	Ok(())
}

/// The mailboxes that could not be looked into, and why.
pub fn unreachable(gathered: &Gathered) -> Vec<String> {
	let failed = gathered.visits.iter().filter_map(|visit| {
		let why = visit.contents.as_ref().err()?;
		Some(format!("{}: {why}", format_account(&visit.mailbox.account)))
	});
	failed.collect()
}

/// Writes all that opens below a folder.
pub fn write_all(
	genesis: &Digest,
	case: &CaseView,
	gathered: &Gathered,
	dir: &Path,
) -> Result<Vec<PieceRecord>, Failure> {
	let mut records = records(case, gathered);
	for (record, piece) in records.iter_mut().zip(&gathered.pieces) {
		match piece.open(genesis, case) {
			Ok(file) => {
				std::fs::create_dir_all(dir).map_err(at_path("create", dir))?;
				let path = dir.join(file_name(record.number, piece.shown.by, &file.name));
				home::replace(&path, 0o600, |to| to.write_all(&file.bytes))?;
				(record.state, record.bytes) = ("read", Some(file.bytes.len()));
				record.file = Some(path);
			}
			Err(why) => {
				record.state = match why {
					Unread::Missing => "missing",
					Unread::NoKey => "sealed",
					Unread::Broken(_) => "broken",
				};
				record.reason = Some(why.to_string());
			}
		}
	}
	Ok(records)
}

/// What was found, without opening it.
pub fn records(case: &CaseView, gathered: &Gathered) -> Vec<PieceRecord> {
	let record = |(index, piece): (usize, &mailbox::Piece)| PieceRecord {
		number: index + 1,
		by: side(piece.shown.by),
		hash: hex(piece.shown.hash),
		state: match (&piece.object, &piece.key) {
			(None, _) => "missing",
			(_, None) => "sealed",
			_ => "readable",
		},
		reason: None,
		file: None,
		bytes: None,
		mailboxes: piece.held,
		readers: piece
			.readers
			.iter()
			.map(|reader| format!("{} ({})", format_account(reader), part(case, reader)))
			.collect(),
	};
	gathered.pieces.iter().enumerate().map(record).collect()
}

/// What somebody is in a case.
fn part(case: &CaseView, who: &AccountId) -> &'static str {
	match case.side_of(who) {
		Some(party) => side(party),
		None if case.sits(who) => "juror",
		None if case.reviews.iter().any(|review| review.reviewer == *who) => "reviewer",
		None => "no juror any more",
	}
}

fn side(party: Party) -> &'static str {
	match party {
		Party::Buyer => "buyer",
		Party::Seller => "seller",
	}
}

impl PieceRecord {
	/// For a person.
	pub fn describe(&self, out: Out<'_>) -> Result<(), Failure> {
		let what = match (&self.file, &self.reason) {
			(Some(file), _) => file.display().to_string(),
			(None, Some(reason)) => format!("not read: {}", printable(reason)),
			(None, None) => self.state.into(),
		};
		writeln!(out, "evidence {} of the {} ({}): {what}", self.number, self.by, self.hash)?;
		Ok(())
	}

	/// Who can read it, for a person.
	pub fn describe_readers(&self, out: Out<'_>) -> Result<(), Failure> {
		let (places, number) = (self.mailboxes.min(WRITE_AT), self.number);
		writeln!(out, "evidence {number}: at {places} mailboxes; besides its author these can read it:")?;
		for reader in &self.readers {
			writeln!(out, "  {reader}")?;
		}
		Ok(())
	}
}

/// A name for a file that says whose evidence it is. Of what its author called it only letters, digits and a few signs are kept: it must
/// lead nowhere else, hide nothing, and be no option of a command.
fn file_name(number: usize, by: Party, named: &str) -> String {
	let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
	let kept: String = named.chars().map(plain).collect();
	let skipped = kept.chars().count().saturating_sub(NAME);
	let kept: String = kept.chars().skip(skipped).collect();
	format!("{number}-{}-{}", side(by), if kept.is_empty() { "file" } else { &kept })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_strangers_name_leads_nowhere_and_hides_nothing() {
		let of = |name: &str| file_name(2, Party::Seller, name);
		assert_eq!(of("photo.jpg"), "2-seller-photo.jpg");
		assert_eq!(of("../../.bashrc"), "2-seller-.._.._.bashrc");
		assert_eq!(of("/etc/passwd"), "2-seller-_etc_passwd");
		assert_eq!(of("a\u{202e}gpj.exe"), "2-seller-a_gpj.exe");
		assert_eq!(of(""), "2-seller-file");
		assert_eq!(of(&"x".repeat(1000)).len(), "2-seller-".len() + NAME);
		assert!(of(&format!("{}.jpg", "x".repeat(1000))).ends_with("x.jpg"));
	}

	#[test]
	fn a_file_that_is_too_long_is_refused_before_anything_is_sent() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("film");
		std::fs::write(&path, vec![0; MAX_FILE_BYTES]).unwrap();
		assert_eq!(read_file(&path).unwrap().bytes.len(), MAX_FILE_BYTES);
		std::fs::write(&path, vec![0; MAX_FILE_BYTES + 1]).unwrap();
		assert!(read_file(&path).unwrap_err().message.contains("longer than"));
		assert!(read_file(&dir.path().join("none")).is_err());
	}
}
