#![doc = include_str!("../README.md")]

pub mod beacon;
pub mod chain;
pub mod circuit;
pub mod cli;
mod commands;
pub mod encoding;
mod files;
pub mod key;
pub mod knowledge;
mod parallel;
pub mod points;
pub mod powers;
pub mod ratio;
pub mod refusal;
pub mod toxic;
pub mod transcript;

pub use beacon::Beacon;
pub use chain::Name;
pub use encoding::FileError;
pub use key::{Finished, KeyCeremony};
pub use powers::Powers;
pub use refusal::Refusal;
pub use transcript::Transcript;

use ark_relations::gr1cs::SynthesisError;
use std::{io, path::PathBuf};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// A file is not what it should be.
	#[error(transparent)]
	File(#[from] FileError),
	/// A rule of the ceremony is broken.
	#[error(transparent)]
	Refused(#[from] Refusal),
	/// A file could not be read or written.
	#[error("{}: {error}", path.display())]
	Io {
		/// The file.
		path: PathBuf,
		/// What the system says.
		error: io::Error,
	},
	/// The circuit could not be built.
	#[error("the circuit could not be built: {0}")]
	Circuit(#[from] SynthesisError),
}
