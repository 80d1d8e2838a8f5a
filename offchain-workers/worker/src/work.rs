//! What the steps of one run share, and what they hand on.

use crate::{budget::Budget, chain::Commitments, error::StepError};
use serde::{Deserialize, Serialize};
use souk_config::Manifest;
use souk_protocol::{hash::tagged, Digest, ListingSecret};
use std::{
	path::{Path, PathBuf},
	sync::Arc,
};

/// One run's surroundings. Cheap to clone into a thread.
#[derive(Clone)]
pub struct Work {
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// What the curator wrote.
	pub manifest: Arc<Manifest>,
	/// Where relative paths in the manifest start from.
	pub base_dir: PathBuf,
	/// The listing's secret, as the curator wrapped it to this worker.
	pub secret: ListingSecret,
	/// Rows that the listing's policy wants behind each group that a query shows; 0 is no limit.
	pub group_size: u32,
	/// The run's own folder.
	pub dir: PathBuf,
	/// Memory for sorting, grouping and joining, bytes.
	pub memory_bytes: u64,
	/// How long the run may work.
	pub budget: Budget,
}

impl Work {
	/// The source's bytes as they were fetched.
	pub fn source_file(&self) -> PathBuf {
		self.dir.join("source")
	}

	/// What the SQL made of them.
	pub fn transformed_file(&self) -> PathBuf {
		self.dir.join("transformed.arrow")
	}

	/// The table after the privacy actions.
	pub fn privatised_file(&self) -> PathBuf {
		self.dir.join("privatised.arrow")
	}

	/// The snapshot's Parquet file.
	pub fn snapshot_file(&self) -> PathBuf {
		self.dir.join("snapshot.parquet")
	}

	/// A folder for what does not fit into memory.
	///
	/// # Errors
	/// [`StepError::Fault`].
	pub fn scratch(&self) -> Result<PathBuf, StepError> {
		let scratch = self.dir.join("scratch");
		make_dir(&scratch)?;
		Ok(scratch)
	}
}

/// Makes a folder that only this user can look into.
///
/// # Errors
/// [`StepError::Fault`].
pub fn make_dir(path: &Path) -> Result<(), StepError> {
	use std::os::unix::fs::DirBuilderExt;
	let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
	made.map_err(|error| StepError::fault(path.display(), error))
}

/// What a secret is recognised by, without saying anything about it.
pub fn secret_id(secret: &ListingSecret) -> Digest {
	tagged("souk/listing-secret-id/v1", &[&secret.to_bytes()])
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
	/// The quorum agreed with this worker.
	Final,
	/// The quorum agreed on something else.
	Disagreed,
	/// No quorum came about.
	NoQuorum,
	/// A newer period took its place.
	Superseded,
	/// What it had sealed is not on this disk any more; others may have it.
	Lost,
}

impl Outcome {
	/// All of them.
	pub const ALL: [Outcome; 5] =
		[Outcome::Final, Outcome::Disagreed, Outcome::NoQuorum, Outcome::Superseded, Outcome::Lost];

	/// A word for messages and metrics.
	pub const fn name(self) -> &'static str {
		match self {
			Outcome::Final => "final",
			Outcome::Disagreed => "disagreed",
			Outcome::NoQuorum => "no_quorum",
			Outcome::Superseded => "superseded",
			Outcome::Lost => "lost",
		}
	}
}

/// What the steps have found out so far; kept with the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outputs {
	/// Which secret the run works with.
	#[serde(with = "hex_option", skip_serializing_if = "Option::is_none")]
	pub secret_id: Option<Digest>,
	/// Hash of the source's bytes as they were fetched.
	#[serde(with = "hex_option", skip_serializing_if = "Option::is_none")]
	pub source_digest: Option<Digest>,
	/// How many they are.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub source_bytes: Option<u64>,
	/// Rows of the table.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub rows: Option<u64>,
	/// Hash of its columns.
	#[serde(with = "hex_option", skip_serializing_if = "Option::is_none")]
	pub schema_hash: Option<Digest>,
	/// Bytes of the Parquet file.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub bytes: Option<u64>,
	/// What is submitted.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub commitments: Option<Commitments>,
	/// Chunks of the sealed file.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub chunks: Option<u32>,
	/// Block by which the submission was final; that in which it was found, where another life of this worker sent it.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub submitted_at: Option<u32>,
	/// When that was noticed, in milliseconds since the Unix epoch.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub submitted_time: Option<u64>,
	/// Block in which the quorum was reached.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub final_at: Option<u32>,
	/// Persistence nodes that have it, as addresses.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub delivered: Vec<String>,
	/// Persistence nodes that do not, with the reason.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub undelivered: Vec<(String, String)>,
	/// How it ended.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub outcome: Option<Outcome>,
}

impl Outputs {
	/// From what is kept with a run.
	pub fn of(run: &souk_store::Run) -> Self {
		// What an older version kept in another form is found out again.
		serde_json::from_value(run.outputs.clone()).unwrap_or_default()
	}

	/// To be kept with a run.
	pub fn to_json(&self) -> serde_json::Value {
		serde_json::to_value(self).unwrap_or_default()
	}
}

/// A value that an earlier step must have left.
///
/// # Errors
/// [`StepError::Lost`] where it has not.
pub fn known<T>(value: Option<T>, what: &str) -> Result<T, StepError> {
	value.ok_or_else(|| StepError::Lost(format!("the run does not know {what} any more")))
}

/// 32 bytes as hex, in JSON.
pub mod hex_digest {
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	/// `0x` and 64 digits.
	pub fn serialize<S: Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&format!("0x{}", hex::encode(digest)))
	}

	/// The way back.
	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
		let text = String::deserialize(deserializer)?;
		let mut digest = [0; 32];
		hex::decode_to_slice(text.trim_start_matches("0x"), &mut digest).map_err(D::Error::custom)?;
		Ok(digest)
	}
}

/// The same where it may be missing.
pub mod hex_option {
	use serde::{Deserialize, Deserializer, Serialize, Serializer};

	#[derive(Serialize, Deserialize)]
	struct Hex(#[serde(with = "super::hex_digest")] [u8; 32]);

	/// As [`super::hex_digest`], or null.
	pub fn serialize<S: Serializer>(digest: &Option<[u8; 32]>, serializer: S) -> Result<S::Ok, S::Error> {
		digest.map(Hex).serialize(serializer)
	}

	/// The way back.
	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
		Ok(Option::<Hex>::deserialize(deserializer)?.map(|hex| hex.0))
	}
}
