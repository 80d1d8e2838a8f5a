//! `souk query`: SQL in, a checked result out.
//!
//! ```text
//! SQL ──sdk::Subscriber──> providers, one after the other ──> spooled, attested result ──format──> stdout or file
//! ```
//!
//! Not a row is written before the attestation was checked against the finalised chain.

use super::{
	prove,
	tab::pay::{paying, Paid, PayArgs, Paying},
};
use crate::{
	address::ListingAddress,
	context::Context,
	failure::{at_path, Failure},
	format::{self, Batches, Format, Formatted},
	home::{create, partial_path, replace},
	output::{self, Out},
	records::{AttestationRecord, TriedRecord},
	text::{self, printable},
};
use serde::Serialize;
use souk_config::{Period, BLOCK_SECONDS};
use souk_custody::format_account;
use souk_protocol::{request::MAX_SQL, Snapshot};
use souk_sdk::{subscriber::DEFAULT_TIMEOUT, types::QueryPolicy, Answer, Query, SdkError, SignedAttestation};
use std::{
	fs::File,
	io::{BufWriter, IsTerminal as _, Read, Write as _},
	path::{Path, PathBuf},
	time::Duration,
};

/// `souk query …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
	/// One SELECT over the table `t`, which also goes by the listing's name with _ for -
	#[arg(value_name = "SQL", required_unless_present = "file", conflicts_with = "file")]
	pub sql: Option<String>,
	/// Read the SQL from a file; - for standard input
	#[arg(long, value_name = "FILE")]
	pub file: Option<PathBuf>,
	/// How to write the result [default: by the ending of --out, else table]
	#[arg(long, value_enum)]
	pub format: Option<Format>,
	/// Write the result to a file
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// Which snapshot: latest, or the number of a period
	#[arg(long, default_value = "latest", value_parser = parse_snapshot)]
	pub snapshot: Snapshot,
	/// Most rows to accept [default: what the listing's policy allows]
	#[arg(long, value_name = "ROWS")]
	pub max_rows: Option<u64>,
	/// How long to wait for the whole result [default: 60s, with --prove 8m]
	#[arg(long, value_name = "TIME")]
	pub timeout: Option<Period>,
	/// Keep the provider's signed attestation in a file
	#[arg(long, value_name = "FILE")]
	pub attestation: Option<PathBuf>,
	/// Have the figures proved: aggregates over the columns that the curator named under [prove]
	#[arg(long)]
	pub prove: bool,
	/// Where to write the bundle of figures and proof, which `souk verify` checks [default: bundle.json]
	#[arg(long, value_name = "FILE", requires = "prove")]
	pub bundle: Option<PathBuf>,
	/// Of queries that are paid one by one
	#[command(flatten)]
	pub pay: PayArgs,
}

/// A snapshot as it is written on the command line.
pub fn parse_snapshot(text: &str) -> Result<Snapshot, String> {
	match text {
		"latest" => Ok(Snapshot::Latest),
		_ => text.parse().map(Snapshot::Period).map_err(|_| {
			format!("{text:?} is no snapshot; write latest, or a period's number from `souk show`")
		}),
	}
}

/// The SQL that was given as an argument, or stands in a file; `-` is standard input.
pub fn sql_of(sql: Option<&String>, file: Option<&Path>) -> Result<String, Failure> {
	let sql = match (sql, file) {
		(Some(sql), _) => sql.clone(),
		(None, Some(path)) if path == Path::new("-") => {
			let mut sql = String::new();
			std::io::stdin().take(MAX_SQL as u64 + 1).read_to_string(&mut sql).map_err(|error| {
				Failure::failed(format!("cannot read the SQL from standard input: {error}"))
			})?;
			sql
		}
		(None, Some(path)) => {
			let mut sql = String::new();
			File::open(path)
				.and_then(|file| file.take(MAX_SQL as u64 + 1).read_to_string(&mut sql))
				.map_err(at_path("read the SQL from", path))?;
			sql
		}
		(None, None) => return Err(Failure::usage("there is no SQL; give it as an argument or with --file")),
	};
	if sql.trim().is_empty() {
		return Err(Failure::usage("the SQL is empty"));
	}
	if sql.len() > MAX_SQL {
		return Err(Failure::usage(format!(
			"the SQL is longer than {}, which no provider reads; shorten it",
			text::bytes(MAX_SQL as u64)
		)));
	}
	Ok(sql)
}

impl Args {
	fn sql(&self) -> Result<String, Failure> {
		sql_of(self.sql.as_ref(), self.file.as_deref())
	}

	/// How many rows are accepted. No node of the listing may send more than its policy allows, and one that does would fill the disk.
	pub fn most_rows(&self, policy: &QueryPolicy) -> u64 {
		self.max_rows.unwrap_or(policy.max_rows.into())
	}

	/// How long to wait.
	pub fn time(&self) -> Duration {
		match self.timeout {
			Some(time) => span(time),
			None if self.prove => prove::TIMEOUT,
			None => DEFAULT_TIMEOUT,
		}
	}

	fn format(&self, json: bool, stdout_is_terminal: bool) -> Result<Format, Failure> {
		let by_name = || {
			let ending = self.out.as_ref()?.extension()?.to_str()?;
			<Format as clap::ValueEnum>::from_str(ending, true).ok()
		};
		let default = if json { Format::Json } else { Format::Table };
		let format = self.format.or_else(by_name).unwrap_or(default);
		if self.out.is_none() {
			if json && format != Format::Json {
				return Err(Failure::usage("--json prints the rows as JSON; use --out for another --format"));
			}
			if format == Format::Parquet && stdout_is_terminal {
				return Err(Failure::usage(
					"Parquet is not for a terminal; use --out, or redirect the output",
				));
			}
		}
		Ok(format)
	}
}

/// What is known besides the rows.
#[derive(Debug, Serialize)]
struct Report {
	listing: u32,
	name: String,
	snapshot: u32,
	provider: String,
	block: u32,
	rows: u64,
	bytes: u64,
	elapsed_ms: u64,
	tried: Vec<TriedRecord>,
	/// What those have signed whose answers were void.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	void: Vec<AttestationRecord>,
	attestation: AttestationRecord,
	format: &'static str,
	out: Option<PathBuf>,
	#[serde(flatten)]
	paid: Paid,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let sql = args.sql()?;
	let format = args.format(ctx.json, std::io::stdout().is_terminal())?;
	if let Some(path) = &args.out {
		writable(path)?;
	}
	if args.prove {
		return prove::run(&args, sql, format, ctx, out).await;
	}
	let account = ctx.account()?;
	let (view, listing) = ctx.listing(&args.listing).await?;
	let mut query = Query { snapshot: args.snapshot, timeout: args.time(), ..Query::new(sql) };
	query.limits.rows = args.most_rows(&listing.policy);
	let Paying { subscriber, cost, .. } = paying(&args.pay, None, &view, &listing, account, ctx).await?;
	let step = ctx.progress.step(format!("asking the persistence nodes of {}", printable(&listing.name)));
	let answer = subscriber.query(&listing, query).await;
	let paid = Paid::by(&subscriber, cost.as_ref()).await;
	let although = |failure| paid.although(failure);
	let answer = match answer {
		Ok(answer) => answer,
		Err(error) => {
			if let (Some(signed), Some(path)) = (signed(&error), &args.attestation) {
				keep(&AttestationRecord::from(signed), path).map_err(although)?;
			}
			return Err(although(explain(error, &args.listing)));
		}
	};
	drop(step);
	let attestation = AttestationRecord::from(&answer.attestation);
	if let Some(path) = &args.attestation {
		keep(&attestation, path).map_err(although)?;
	}
	let report = Report {
		listing: listing.id,
		name: listing.name.to_string(),
		snapshot: answer.attestation.attestation.period,
		provider: format_account(&answer.provider),
		block: answer.attestation.attestation.block,
		rows: attestation.rows.unwrap_or_default(),
		bytes: attestation.bytes.unwrap_or_default(),
		elapsed_ms: u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX),
		tried: answer.tried.iter().map(TriedRecord::new).collect(),
		void: answer.void.iter().map(AttestationRecord::from).collect(),
		attestation,
		format: name_of(format),
		out: args.out.clone(),
		paid: paid.clone(),
	};
	let written = deliver(&answer, format, args.out.as_deref(), &report, ctx, out).map_err(although)?;
	if !ctx.json {
		tell(&report, written, format, answer.elapsed);
	}
	Ok(())
}

/// What was signed in a failure, and may be wanted as evidence: a refusal, or the first answer that was none.
fn signed(error: &SdkError) -> Option<&SignedAttestation> {
	match error {
		SdkError::Refused { attestation, .. } => Some(attestation),
		SdkError::AllFailed { void, .. } => void.first(),
		_ => None,
	}
}

pub(super) fn keep(attestation: &AttestationRecord, path: &Path) -> Result<(), Failure> {
	replace(path, 0o644, |file| {
		serde_json::to_writer_pretty(&mut *file, attestation)?;
		file.write_all(b"\n")
	})
}

/// Writes rows and, with `--json`, the report, to where they belong.
fn deliver(
	answer: &Answer,
	format: Format,
	path: Option<&Path>,
	report: &Report,
	ctx: &Context,
	out: Out<'_>,
) -> Result<Formatted, Failure> {
	let ipc = answer.ipc.path();
	let batches = Batches::open(File::open(ipc).map_err(at_path("read the result", ipc))?)?;
	hand_out(batches, format, path, report, ctx, out)
}

/// Writes the figures of a proved answer, an Arrow stream, to where they belong.
pub(super) fn print_figures(
	ipc: &[u8],
	format: Format,
	path: Option<&Path>,
	report: &impl Serialize,
	ctx: &Context,
	out: Out<'_>,
) -> Result<Formatted, Failure> {
	hand_out(Batches::open(ipc)?, format, path, report, ctx, out)
}

fn hand_out(
	batches: Batches<impl Read>,
	format: Format,
	path: Option<&Path>,
	report: &impl Serialize,
	ctx: &Context,
	out: Out<'_>,
) -> Result<Formatted, Failure> {
	match path {
		Some(path) => {
			let written = to_file(batches, format, ctx, path)?;
			if ctx.json {
				output::json(out, report)?;
			}
			Ok(written)
		}
		None if ctx.json => document(report, batches, ctx, out),
		None => format::write(batches, format, ctx.screen, out),
	}
}

/// The report with the rows in it, written as they are read: a large result is never whole in memory.
fn document(
	report: &impl Serialize,
	batches: Batches<impl Read>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<Formatted, Failure> {
	let head = serde_json::to_string(report).map_err(|error| Failure::failed(error.to_string()))?;
	// The report is an object with fields, so that it ends in a brace that the rows can go before.
	out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
	out.write_all(b",\"result\":")?;
	let written = format::write(batches, Format::Json, ctx.screen, out)?;
	out.write_all(b"}\n")?;
	Ok(written)
}

fn to_file(
	batches: Batches<impl Read>,
	format: Format,
	ctx: &Context,
	path: &Path,
) -> Result<Formatted, Failure> {
	// A table in a file is not for a screen.
	let screen = format::Screen { rows: usize::MAX, width: None, ..ctx.screen };
	let partial = partial_path(path);
	let file = create(&partial, 0o644).map_err(at_path("create", &partial))?;
	let mut writer = BufWriter::new(file);
	let written = format::write(batches, format, screen, &mut writer).and_then(|written| {
		writer.flush().and_then(|()| std::fs::rename(&partial, path)).map_err(at_path("write", path))?;
		Ok(written)
	});
	if written.is_err() {
		// The failure is reported; half a file would only mislead.
		let _ = std::fs::remove_file(&partial);
	}
	written
}

/// Finds out before anything is asked and paid for.
pub fn writable(path: &Path) -> Result<(), Failure> {
	let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
	if path.is_dir() {
		return Err(Failure::usage(format!("{} is a directory; name a file", path.display())));
	}
	match dir.metadata() {
		Ok(found) if found.is_dir() => Ok(()),
		Ok(_) => Err(Failure::usage(format!("{} is no directory", dir.display()))),
		Err(error) => Err(at_path("write into", dir)(error)),
	}
}

pub(super) fn name_of(format: Format) -> &'static str {
	match format {
		Format::Table => "table",
		Format::Csv => "csv",
		Format::Json => "json",
		Format::Parquet => "parquet",
	}
}

/// A span of time.
pub fn span(period: Period) -> Duration {
	match period {
		Period::Seconds(seconds) => Duration::from_secs(seconds),
		Period::Blocks(blocks) => Duration::from_secs(u64::from(blocks).saturating_mul(BLOCK_SECONDS)),
	}
}

/// Adds what to do about a refusal.
pub(super) fn explain(error: SdkError, listing: &ListingAddress) -> Failure {
	if let SdkError::NotProvable(error) = &error {
		return prove::refused(error);
	}
	let advice = match &error {
		SdkError::Refused { code, .. } => match code.as_str() {
			"not_entitled" => format!(
				"; `souk subscribe {listing}` buys access, or `souk tab open {listing} --limit <amount>` where queries are paid one by one"
			),
			"payment_due" => "; --pay-lost pays for answers that did not arrive".to_owned(),
			"not_provable" => format!("\n\nWhat can be proved:\n\n{}", souk_sdk::proved::GRAMMAR),
			"busy" | "rate_limited" | "not_stored_yet" | "settling" => "; try again in a moment".to_owned(),
			_ => String::new(),
		},
		SdkError::AllFailed { void, .. } if !void.is_empty() => {
			"; --attestation keeps what was signed".to_owned()
		}
		_ => String::new(),
	};
	let details = match &error {
		SdkError::Refused { attestation, tried, void, .. } => {
			let mut details = serde_json::json!({
				"attestation": AttestationRecord::from(&**attestation),
				"tried": tried.iter().map(TriedRecord::new).collect::<Vec<_>>(),
			});
			if !void.is_empty() {
				details["void"] =
					serde_json::json!(void.iter().map(AttestationRecord::from).collect::<Vec<_>>());
			}
			Some(details)
		}
		SdkError::AllFailed { tried, void, .. } if !void.is_empty() => Some(serde_json::json!({
			"tried": tried.iter().map(TriedRecord::new).collect::<Vec<_>>(),
			"void": void.iter().map(AttestationRecord::from).collect::<Vec<_>>(),
		})),
		_ => None,
	};
	let mut failure = Failure { details, ..Failure::from(error) };
	failure.message.push_str(&advice);
	failure
}

/// What a person wants to know of the result, on stderr: stdout is for the rows.
fn tell(report: &Report, written: Formatted, format: Format, elapsed: Duration) {
	if format == Format::Table && written.shown < written.rows {
		eprintln!(
			"{} more rows; --out result.csv (or .json, .parquet) keeps them all",
			text::grouped(u128::from(written.rows - written.shown))
		);
	}
	eprintln!(
		"{} rows, {} in {} from {}",
		text::grouped(report.rows.into()),
		text::bytes(report.bytes),
		text::seconds(elapsed),
		report.provider,
	);
	eprintln!(
		"snapshot of {} UTC (period {}); attested and checked against the chain, entitlement read at block {}",
		text::utc_minutes(report.snapshot),
		report.snapshot,
		report.block,
	);
	for words in report.paid.in_words() {
		eprintln!("{words}");
	}
	for tried in &report.tried {
		eprintln!("before that {} failed: {}", tried.provider, printable(&tried.reason));
	}
	if let Some(path) = &report.out {
		eprintln!("written to {} as {}", path.display(), report.format);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		context::tests::offline,
		failure::Kind,
		format::tests::{awkward, ipc},
	};
	use clap::Parser as _;
	use souk_protocol::Sign as _;

	#[derive(clap::Parser)]
	struct Line {
		#[command(flatten)]
		args: Args,
	}

	fn args(words: &[&str]) -> Args {
		Line::try_parse_from(["query"].iter().chain(words)).unwrap().args
	}

	fn claim(node: &souk_custody::Account) -> souk_protocol::Attestation {
		souk_protocol::Attestation {
			genesis: [1; 32],
			listing: 1,
			node: node.id(),
			request: [2; 32],
			query: [3; 32],
			period: 3,
			content_root: [4; 32],
			outcome: souk_protocol::Outcome::Complete { result: [5; 32], rows: 4, bytes: 2 },
			block: 6,
			reproducible: None,
		}
	}

	fn report() -> Report {
		let node = souk_custody::Account::from_uri("//Alice").unwrap();
		Report {
			listing: 1,
			name: "nyc".into(),
			snapshot: 3,
			provider: node.ss58(),
			block: 6,
			rows: 4,
			bytes: 2,
			elapsed_ms: 7,
			tried: vec![],
			void: vec![],
			attestation: AttestationRecord::from(&claim(&node).sign(&node)),
			format: "json",
			out: None,
			paid: Paid::default(),
		}
	}

	#[test]
	fn no_more_rows_are_accepted_than_the_listings_policy_allows() {
		let policy = QueryPolicy { max_rows: 1_000, aggregate_only: false, min_group_size: 0 };
		assert_eq!(args(&["nyc", "SELECT 1"]).most_rows(&policy), 1_000);
		assert_eq!(args(&["nyc", "SELECT 1", "--max-rows", "7"]).most_rows(&policy), 7);
	}

	#[test]
	fn the_file_name_chooses_the_format_unless_an_option_does() {
		let format = |words: &[&str]| args(words).format(false, true);
		assert_eq!(format(&["nyc", "SELECT 1"]), Ok(Format::Table));
		assert_eq!(format(&["nyc", "SELECT 1", "--out", "a.parquet"]), Ok(Format::Parquet));
		assert_eq!(format(&["nyc", "SELECT 1", "--out", "a.CSV"]), Ok(Format::Csv));
		assert_eq!(format(&["nyc", "SELECT 1", "--out", "a.csv", "--format", "json"]), Ok(Format::Json));
		assert_eq!(format(&["nyc", "SELECT 1", "--out", "a.txt"]), Ok(Format::Table));
		assert_eq!(args(&["nyc", "SELECT 1"]).format(true, false), Ok(Format::Json));
		assert!(args(&["nyc", "SELECT 1", "--format", "csv"]).format(true, false).is_err());
		assert!(format(&["nyc", "SELECT 1", "--format", "parquet"]).is_err());
		assert_eq!(
			args(&["nyc", "SELECT 1", "--format", "parquet"]).format(false, false),
			Ok(Format::Parquet)
		);
	}

	#[test]
	fn sql_comes_from_a_file_and_is_bounded() {
		let dir = tempfile::tempdir().unwrap();
		let file = dir.path().join("q.sql");
		std::fs::write(&file, "SELECT 1\n").unwrap();
		let from_file = |path: &Path| args(&["nyc", "--file", path.to_str().unwrap()]).sql();
		assert_eq!(from_file(&file).unwrap(), "SELECT 1\n");
		std::fs::write(&file, " ".repeat(10)).unwrap();
		assert_eq!(from_file(&file).unwrap_err().kind, Kind::Usage);
		std::fs::write(&file, "x".repeat(1 << 20)).unwrap();
		assert!(from_file(&file).unwrap_err().message.contains("64.0 KiB"));
		assert_eq!(from_file(&dir.path().join("none.sql")).unwrap_err().kind, Kind::NotFound);
	}

	#[test]
	fn a_refusal_keeps_what_was_signed_and_says_what_to_do() {
		let node = souk_custody::Account::from_uri("//Alice").unwrap();
		let outcome = souk_protocol::Outcome::Failed { code: "not_entitled".into(), message: "no".into() };
		let claim = souk_protocol::Attestation { outcome, ..claim(&node) };
		let error = SdkError::Refused {
			code: "not_entitled".into(),
			message: "no".into(),
			provider: node.id(),
			attestation: Box::new(claim.clone().sign(&node)),
			tried: vec![],
			void: vec![claim.sign(&node)],
		};
		let failure = explain(error, &"nyc".parse().unwrap());
		assert_eq!((failure.kind, failure.code.as_deref()), (Kind::Refused, Some("not_entitled")));
		assert!(failure.message.contains("souk subscribe nyc"), "{failure}");
		assert!(failure.message.contains("souk tab open nyc --limit"), "{failure}");
		let json = failure.to_json();
		assert_eq!(json["error"]["details"]["attestation"]["code"], "not_entitled");
		assert_eq!(json["error"]["details"]["attestation"]["node"], node.ss58());
		assert_eq!(
			json["error"]["details"]["void"][0]["node"],
			node.ss58(),
			"what another one signed before"
		);
	}

	#[test]
	fn what_was_signed_under_an_answer_that_is_none_is_kept() {
		let node = souk_custody::Account::from_uri("//Alice").unwrap();
		let tried = vec![(node.id(), "column 1 is not plain".to_owned())];
		let failed = |void| SdkError::AllFailed { listing: 1, tried: tried.clone(), void };
		let attested = claim(&node).sign(&node);
		let void = failed(vec![attested.clone()]);
		assert_eq!(signed(&void), Some(&attested));
		let failure = explain(void, &"nyc".parse().unwrap());
		assert_eq!(failure.kind, Kind::Unavailable);
		assert!(failure.message.contains("--attestation keeps"), "{failure}");
		let json = failure.to_json();
		assert_eq!(json["error"]["details"]["void"][0]["node"], node.ss58());
		assert_eq!(json["error"]["details"]["tried"][0]["reason"], "column 1 is not plain");

		let nothing = failed(vec![]);
		assert_eq!(signed(&nothing), None);
		let failure = explain(nothing, &"nyc".parse().unwrap());
		assert!(failure.details.is_none() && !failure.message.contains("--attestation"), "{failure}");
	}

	#[test]
	fn a_document_holds_the_report_and_the_rows() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let batch = awkward();
		let path = dir.path().join("result");
		std::fs::write(&path, ipc(&batch.schema(), &[batch])).unwrap();
		let mut out = Vec::new();
		let batches = Batches::open(File::open(&path).unwrap()).unwrap();
		document(&report(), batches, &ctx, &mut out).unwrap();
		let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
		assert_eq!(value["result"].as_array().unwrap().len(), 4);
		assert_eq!(value["result"][0]["list"], serde_json::json!([1, null]));
		assert_eq!((&value["rows"], &value["attestation"]["period"]), (&4.into(), &3.into()));
	}

	#[test]
	fn a_result_that_cannot_be_written_leaves_no_half_file() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let batch = awkward();
		let mut bytes = ipc(&batch.schema(), &[batch]);
		bytes.truncate(bytes.len() - 200);
		let (spool, out) = (dir.path().join("spool"), dir.path().join("out.csv"));
		std::fs::write(&spool, bytes).unwrap();
		let batches = Batches::open(File::open(&spool).unwrap()).unwrap();
		assert!(to_file(batches, Format::Csv, &ctx, &out).is_err());
		let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
		assert_eq!(left, ["spool"]);
	}

	#[test]
	fn an_output_that_cannot_be_is_noticed_first() {
		let dir = tempfile::tempdir().unwrap();
		assert!(writable(&dir.path().join("out.csv")).is_ok());
		assert!(writable(Path::new("out.csv")).is_ok());
		assert!(writable(dir.path()).is_err());
		assert!(writable(&dir.path().join("none/out.csv")).is_err());
	}
}
