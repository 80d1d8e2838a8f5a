//! `souk query --prove`: SQL in, figures with their proof out.
//!
//! ```text
//! SQL ── in the provable subset? ──sdk::Subscriber──> a provider proves ── checked against the chain ──┬─> figures: stdout or file
//!                                                                                                      └─> bundle: a file
//! ```

use super::{
	query::{explain, keep, name_of, print_figures, writable, Args},
	tab::pay::{paying, Paid, Paying},
};
use crate::{
	context::Context,
	failure::Failure,
	format::{Format, Formatted},
	home::replace,
	output::Out,
	records::{AttestationRecord, TriedRecord},
	text::{self, printable},
};
use datafusion::arrow::{array::RecordBatch, error::ArrowError, ipc::writer::StreamWriter};
use serde::Serialize;
use souk_custody::format_account;
use souk_protocol::Progress;
use souk_sdk::{proved, Bundle, ProvedAnswer, Query, SdkError};
use std::{
	io::Write as _,
	path::{Path, PathBuf},
	time::Duration,
};

/// Where the bundle goes when nobody says otherwise.
pub const BUNDLE: &str = "bundle.json";
/// How long to wait for a proof when nobody says otherwise. Providers take no deadline ten minutes ahead.
pub const TIMEOUT: Duration = Duration::from_secs(8 * 60);

/// What is known besides the figures.
#[derive(Debug, Serialize)]
pub struct Report {
	listing: u32,
	name: String,
	snapshot: u32,
	provider: String,
	block: u32,
	/// Groups of the answer.
	pub rows: u64,
	/// Rows of the table that was proved over.
	table_rows: u64,
	min_group_size: u32,
	bundle: PathBuf,
	bundle_bytes: u64,
	elapsed_ms: u64,
	tried: Vec<TriedRecord>,
	attestation: AttestationRecord,
	format: &'static str,
	out: Option<PathBuf>,
	#[serde(flatten)]
	paid: Paid,
}

/// Runs it.
pub async fn run(
	args: &Args,
	sql: String,
	format: Format,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let file = args.bundle.clone().unwrap_or_else(|| BUNDLE.into());
	writable(&file)?;
	let account = ctx.account()?;
	// Before the light client has started: what cannot be proved at all costs nobody any time.
	proved::check_sql(&sql).map_err(|error| refused(&error))?;
	let (view, listing) = ctx.listing(&args.listing).await?;
	let Paying { subscriber, cost, snapshot } =
		paying(&args.pay, Some(args.snapshot), &view, &listing, account, ctx).await?;
	let snapshot = snapshot.unwrap_or(args.snapshot);
	let mut query = Query { snapshot, timeout: args.time(), ..Query::new(sql.clone()) };
	query.limits.rows = args.most_rows(&listing.policy);
	let mut step = ctx.progress.step(format!("asking for a proof about {}", printable(&listing.name)));
	let mut say = |progress: Progress| step.say(words(progress));
	let answer = subscriber.prove(&listing, query, &mut say).await;
	let paid = Paid::by(&subscriber, cost.as_ref()).await;
	let although = |failure| paid.although(failure);
	let answer = match answer {
		Ok(answer) => answer,
		Err(error) => {
			if let (SdkError::Refused { attestation, .. }, Some(path)) = (&error, &args.attestation) {
				keep(&AttestationRecord::from(&**attestation), path).map_err(although)?;
			}
			return Err(although(explain(error, &args.listing)));
		}
	};
	drop(step);
	let bundle_bytes = write_bundle(&answer.bundle, &sql, &file).map_err(although)?;
	let attestation = AttestationRecord::from(&answer.attestation);
	if let Some(path) = &args.attestation {
		keep(&attestation, path).map_err(although)?;
	}
	let claim = &answer.attestation.attestation;
	let report = Report {
		listing: listing.id,
		name: listing.name.to_string(),
		snapshot: claim.period,
		provider: format_account(&answer.provider),
		block: claim.block,
		rows: answer.bundle.answer.groups.len() as u64,
		table_rows: answer.bundle.rows,
		min_group_size: answer.bundle.min_group_size,
		bundle: file,
		bundle_bytes,
		elapsed_ms: u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX),
		tried: answer.tried.iter().map(TriedRecord::new).collect(),
		attestation,
		format: name_of(format),
		out: args.out.clone(),
		paid: paid.clone(),
	};
	let ipc = figures(&answer.bundle, &sql).map_err(although)?;
	let written = print_figures(&ipc, format, args.out.as_deref(), &report, ctx, out).map_err(although)?;
	if !ctx.json {
		tell(&report, &answer, written, format);
	}
	Ok(())
}

/// How far a provider says that it is.
fn words(Progress { done, of, step }: Progress) -> String {
	match of {
		0 => step.words().to_owned(),
		_ => format!("{} ({done} of {of} steps done)", step.words()),
	}
}

/// SQL that cannot be proved, and what can.
pub fn refused(error: &proved::SqlError) -> Failure {
	let message = format!("{}\n\nWhat can be proved:\n\n{}", printable(&error.to_string()), proved::GRAMMAR);
	Failure::usage(message).with_code("not_provable")
}

/// Writes a bundle down, as the answer to `sql`. How many bytes that takes.
pub fn write_bundle(bundle: &Bundle, sql: &str, path: &Path) -> Result<u64, Failure> {
	let document = proved::Document::new(bundle, sql).ok_or_else(no_words)?;
	let mut json =
		serde_json::to_vec_pretty(&document).map_err(|error| Failure::failed(error.to_string()))?;
	json.push(b'\n');
	replace(path, 0o644, |file| file.write_all(&json))?;
	Ok(json.len() as u64)
}

fn no_words() -> Failure {
	Failure::failed(
		"the answer was proved, but has values that cannot be written down; this program has a fault",
	)
}

/// The figures of a checked bundle, laid out as the SQL says, as an Arrow stream: what is written from is then the same as for rows.
pub fn figures(bundle: &Bundle, sql: &str) -> Result<Vec<u8>, Failure> {
	let statement = proved::meaning(bundle, sql).map_err(|error| Failure::failed(error.to_string()))?;
	let batch = proved::batch(bundle, &statement.layout).ok_or_else(no_words)?;
	stream(&batch).map_err(|error| Failure::failed(error.to_string()))
}

/// The figures of a checked bundle whose SQL is not there: the grouping column, then all figures.
pub fn figures_in_order(bundle: &Bundle) -> Result<Vec<u8>, Failure> {
	let batch = proved::batch(bundle, &proved::layout(bundle)).ok_or_else(no_words)?;
	stream(&batch).map_err(|error| Failure::failed(error.to_string()))
}

fn stream(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
	let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
	writer.write(batch)?;
	writer.into_inner()
}

/// What a person wants to know of the answer, on stderr.
fn tell(report: &Report, answer: &ProvedAnswer, written: Formatted, format: Format) {
	if format == Format::Table && written.shown < written.rows {
		eprintln!(
			"{} more rows; --out result.csv (or .json, .parquet) keeps them all",
			text::grouped(u128::from(written.rows - written.shown))
		);
	}
	eprintln!(
		"proved over all {} rows in {} by {}, and checked against the chain",
		text::grouped(report.table_rows.into()),
		text::seconds(answer.elapsed),
		report.provider,
	);
	if report.min_group_size > 0 {
		eprintln!(
			"groups of fewer than {} rows are left out; that they are so small is proved",
			report.min_group_size
		);
	}
	eprintln!("snapshot of {} UTC (period {})", text::utc_minutes(report.snapshot), report.snapshot);
	for words in report.paid.in_words() {
		eprintln!("{words}");
	}
	for tried in &report.tried {
		eprintln!("before that {} failed: {}", tried.provider, printable(&tried.reason));
	}
	if let Some(path) = &report.out {
		eprintln!("figures written to {} as {}", path.display(), report.format);
	}
	let path = report.bundle.display();
	eprintln!(
		"bundle of {} written to {path}: whoever has it can check it with `souk verify {path}`",
		text::bytes(report.bundle_bytes)
	);
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::failure::Kind;
	use souk_protocol::Step;

	#[test]
	fn what_cannot_be_proved_is_said_with_what_can() {
		let error = proved::check_sql("SELECT median(temp) FROM t").unwrap_err();
		let failure = refused(&error);
		assert_eq!((failure.kind, failure.code.as_deref()), (Kind::Usage, Some("not_provable")));
		for part in ["median", "docs/provable-sql.md", "count(*)", "GROUP BY"] {
			assert!(failure.message.contains(part), "{failure}");
		}
	}

	#[test]
	fn progress_reads_as_a_sentence() {
		let waiting = Progress { done: 0, of: 0, step: Step::Waiting };
		assert_eq!(words(waiting), "waiting for its turn");
		let proving = Progress { done: 2, of: 4, step: Step::Proving };
		assert_eq!(words(proving), "proving (2 of 4 steps done)");
	}
}
