//! The dataset manifest: what a curator writes.

use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
	errors::ConfigError,
	lines::{self, Lines},
	money::Price,
	period::Period,
	rules::{PrivacyRule, Rule},
	schedule::Schedule,
};

/// A dataset, from its source to its price.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
	/// `[dataset]`: what it is.
	pub dataset: Dataset,
	/// `[source]`: where it comes from.
	pub source: Source,
	/// `[transform]`: the SQL that makes the table. Default: all columns of the source as they are.
	#[serde(default)]
	pub transform: Transform,
	/// `[[validate]]`: a snapshot that breaks a rule is not published. Default: none.
	#[serde(default, rename = "validate")]
	pub rules: Vec<Rule>,
	/// `[[privacy]]`: applied, in order, before anything leaves the curator's machine. Default: every column is kept.
	#[serde(default)]
	pub privacy: Vec<PrivacyRule>,
	/// `[policy]`: what a query may do.
	#[serde(default)]
	pub policy: Policy,
	/// `[[plan]]`: how it is sold. At least one.
	#[serde(default, rename = "plan")]
	pub plans: Vec<Plan>,
	/// `[payouts]`: how a payment is divided.
	#[serde(default)]
	pub payouts: Payouts,
	/// `[prove]`: columns that get commitments of their own, so that aggregates over them can be proved. Default: none.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub prove: Option<Prove>,
	/// Where the keys stood in the file that this was parsed from.
	#[serde(skip)]
	pub(crate) lines: Lines,
}

impl PartialEq for Manifest {
	/// Equal content, wherever it stands in its file.
	fn eq(&self, other: &Self) -> bool {
		let Self { dataset, source, transform, rules, privacy, policy, plans, payouts, prove, lines: _ } =
			self;
		*dataset == other.dataset
			&& *source == other.source
			&& *transform == other.transform
			&& *rules == other.rules
			&& *privacy == other.privacy
			&& *policy == other.policy
			&& *plans == other.plans
			&& *payouts == other.payouts
			&& *prove == other.prove
	}
}

/// `[dataset]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
	/// The second part of the listing's address: 1 to 64 of `a-z`, `0-9` and `-`, no `-` at either end.
	pub name: String,
	/// A line for people.
	pub title: String,
	/// A paragraph for people. Default: none.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub description: Option<String>,
	/// An SPDX identifier or expression, such as `CC0-1.0`.
	pub license: String,
	/// What searches filter by, a lower-case word such as `climate`.
	pub category: String,
	/// More words to be found by. Default: none.
	#[serde(default)]
	pub tags: Vec<String>,
	/// When the curation job runs: a cron pattern, UTC.
	pub schedule: Schedule,
	/// Snapshots kept; older ones are dropped by the nodes. Default: 24.
	#[serde(default = "default_retention")]
	pub retention: u32,
	/// Columns by which a snapshot's rows are sorted, ascending, nulls last. Needed where the SQL itself leaves the order
	/// open (GROUP BY, joins), because all workers must come to the same bytes. None whose values a
	/// privacy action changes: the order would tell what the action hides. Default: the order the SQL gives.
	#[serde(default)]
	pub order_by: Vec<String>,
}

fn default_retention() -> u32 {
	24
}

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
	/// A file of separated values, plain or gzip.
	Csv,
	/// A file with one JSON object a line, plain or gzip.
	Json,
	/// A Parquet file.
	Parquet,
	/// A file fetched over HTTP. Not supported yet.
	Http,
	/// An object in an S3 bucket. Not supported yet.
	S3,
	/// A PostgreSQL table. Not supported yet.
	Postgres,
}

impl SourceKind {
	/// The word in the manifest.
	pub fn name(self) -> &'static str {
		match self {
			Self::Csv => "csv",
			Self::Json => "json",
			Self::Parquet => "parquet",
			Self::Http => "http",
			Self::S3 => "s3",
			Self::Postgres => "postgres",
		}
	}

	/// Whether this version can read it.
	pub fn is_supported(self) -> bool {
		matches!(self, Self::Csv | Self::Json | Self::Parquet)
	}
}

/// `[source]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
	/// What kind it is.
	pub kind: SourceKind,
	/// A path, absolute or relative to the manifest.
	pub location: String,
	/// CSV: values that mean "no value", such as `NA`. An empty value always does. Default: none.
	#[serde(default)]
	pub null_values: Vec<String>,
	/// CSV: whether the first line holds the columns' names. Default: true.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub has_header: Option<bool>,
	/// CSV: the character between two values. Default: a comma.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub delimiter: Option<char>,
	/// Length of the source, decompressed, bytes, at most; a longer one fails the job. Default: 16 GiB.
	#[serde(default = "default_max_bytes")]
	pub max_bytes: u64,
}

fn default_max_bytes() -> u64 {
	16 << 30
}

impl Source {
	/// Where the source is, for a manifest in the directory `base`.
	pub fn path(&self, base: &Path) -> PathBuf {
		// Joining an absolute path gives that path.
		base.join(&self.location)
	}

	/// Whether the first line holds the columns' names.
	pub fn has_header(&self) -> bool {
		self.has_header.unwrap_or(true)
	}

	/// The byte between two values. A comma where the manifest's own is not ASCII, which [`Manifest::check`] refuses.
	pub fn delimiter(&self) -> u8 {
		self.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()).unwrap_or(b',')
	}
}

/// `[transform]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transform {
	/// One SELECT over the table `source`.
	pub sql: String,
}

impl Default for Transform {
	fn default() -> Self {
		Self { sql: "SELECT * FROM source".into() }
	}
}

/// `[policy]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
	/// Rows in a result, at most. Default: 10,000.
	pub max_rows: u32,
	/// Every row of a result must come from an aggregate over at least two rows. Default: false.
	pub aggregate_only: bool,
	/// Groups of fewer rows than this are left out of results, and only aggregates are answered; 0 and 1 mean no limit
	/// but that of `aggregate_only`. Default: 0.
	pub min_group_size: u32,
	/// The same query over the same snapshot is answered in the same bytes each time, and nodes sign that it is: one that answers otherwise loses a
	/// part of its bond. Queries then run on one processor. Default: false.
	pub reproducible: bool,
}

impl Default for Policy {
	fn default() -> Self {
		Self { max_rows: 10_000, aggregate_only: false, min_group_size: 0, reproducible: false }
	}
}

/// How a plan is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
	/// Access for a period, renewable.
	Subscription,
	/// Paid query by query.
	PayPerQuery,
	/// One delivery of the whole.
	OneTime,
	/// Free access for a period, once per subscriber.
	Trial,
}

impl PlanKind {
	/// The word in the manifest.
	pub fn name(self) -> &'static str {
		match self {
			Self::Subscription => "subscription",
			Self::PayPerQuery => "pay_per_query",
			Self::OneTime => "one_time",
			Self::Trial => "trial",
		}
	}

	/// Whether it runs for a period.
	pub fn has_period(self) -> bool {
		matches!(self, Self::Subscription | Self::Trial)
	}
}

/// `[[plan]]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
	/// How it is sold.
	pub kind: PlanKind,
	/// Per period, query or delivery: `5 wUSD`, `0.25 SOUK`, or `0` for a trial.
	pub price: Price,
	/// How long it runs, for the kinds that do: `30d`, `12h`, `100 blocks`.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub period: Option<Period>,
}

/// `[payouts]`: shares of a payment, percent, 100 together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Payouts {
	/// To the curator. Default: 70.
	pub curator: u8,
	/// To the assigned workers together. Default: 15.
	pub workers: u8,
	/// To the assigned persistence nodes together. Default: 15.
	pub persistence: u8,
}

impl Default for Payouts {
	fn default() -> Self {
		Self { curator: 70, workers: 15, persistence: 15 }
	}
}

/// `[prove]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prove {
	/// Columns over which aggregates can be proved: whole numbers, decimals, dates, timestamps, booleans, text of few distinct
	/// values, and floating-point numbers that have a `scale`.
	pub columns: Vec<String>,
	/// Digits after the point, for columns of floating-point numbers, at most 18: every value must have no more, because what is
	/// proved is arithmetic with whole numbers. Default: none.
	#[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
	pub scale: BTreeMap<String, u8>,
	/// What whoever asks for a proof on chain pays at least for a million rows of the snapshot, such as `0.5 wUSD`; of fewer rows, that
	/// much less. From a tab in the same asset a proof costs as much, and a query's price at least. Subscribers pay nothing on top.
	/// Default: what the nodes want, and from a tab what a query costs.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub price_per_million_rows: Option<Price>,
	/// Columns of text whose words may all be seen, also those on fewer rows than the policy's smallest group: whoever gets a proof over a
	/// column gets its words. In a column that is not among these, such a word fails the job. Default: none.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub public_words: Vec<String>,
}

/// Columns that can be committed to, at most.
pub(crate) const MAX_PROVED: usize = 64;
/// Bytes of such a column's name, at most.
pub(crate) const MAX_PROVED_NAME: usize = 64;
/// Digits after the point, at most.
pub(crate) const MAX_SCALE: u8 = 18;

impl Manifest {
	/// Parses a manifest. Values are typed, but not yet looked at together: see [`check`](Self::check).
	///
	/// # Errors
	/// [`ConfigError::Parse`] with the first problem.
	pub fn parse(text: &str) -> Result<Self, ConfigError> {
		let (mut manifest, lines) = lines::parse::<Self>(text)?;
		manifest.lines = lines;
		Ok(manifest)
	}

	/// Reads, parses and checks the manifest at `path`. Also returns the directory that its relative paths start from.
	///
	/// # Errors
	/// Any [`ConfigError`], with the file's name.
	pub fn load(path: &Path) -> Result<(Self, PathBuf), ConfigError> {
		let text = lines::read(path)?;
		let manifest = Self::parse(&text).and_then(|manifest| manifest.check().map(|()| manifest));
		let base = path.parent().unwrap_or(Path::new("")).to_owned();
		Ok((manifest.map_err(|error| error.of(path))?, base))
	}
}
