//! Why a step of a run failed, by what is to be done about it.

use souk_store::StoreError;
use std::fmt::Display;

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
	/// The dataset or its manifest is wrong; the same would happen again. The job is quarantined.
	#[error("{0}")]
	Poison(String),
	/// This machine is in trouble: a disk, its memory, its time. Tried again a few times, then quarantined.
	#[error("{0}")]
	Fault(String),
	/// The chain or the network is in trouble, or somebody else has to act first. Tried again for as long as the
	/// period lasts.
	#[error("{0}")]
	Transient(String),
	/// What an earlier step made is gone: the run starts over.
	#[error("{0}")]
	Lost(String),
	/// The daemon is being stopped; the run goes on with its next start.
	#[error("the worker is being stopped")]
	Stopped,
}

impl StepError {
	/// A wrong dataset or manifest.
	pub fn poison(what: impl Display) -> Self {
		Self::Poison(what.to_string())
	}

	/// Trouble of this machine with `what`.
	pub fn fault(what: impl Display, why: impl Display) -> Self {
		Self::Fault(format!("{what}: {why}"))
	}

	/// A word for logs and metrics.
	pub const fn class(&self) -> &'static str {
		match self {
			Self::Poison(_) => "poison",
			Self::Fault(_) => "fault",
			Self::Transient(_) => "transient",
			Self::Lost(_) => "lost",
			Self::Stopped => "stopped",
		}
	}
}

impl From<StoreError> for StepError {
	fn from(error: StoreError) -> Self {
		Self::Fault(error.to_string())
	}
}
