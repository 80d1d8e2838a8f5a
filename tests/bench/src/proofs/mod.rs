//! What proofs cost: checking them in the runtime, and making them.

mod proving;
mod snarkjs;
mod verification;

use crate::report::Report;
use anyhow::{Context, Result};
use std::path::Path;

/// Everything that was measured here.
pub struct Figures {
	verification: Option<verification::Figures>,
	proving: proving::Figures,
}

/// Measures everything, `repetitions` times by turns.
pub fn measure(dir: &Path, repetitions: usize, say: fn(&str)) -> Result<Figures> {
	say("checking proofs natively, with host functions, and in wasm");
	let verification = verification::measure(repetitions).context("checking proofs")?;
	say("proving key deliveries");
	let proving = proving::measure(dir, repetitions, say).context("proving")?;
	Ok(Figures { verification, proving })
}

impl Figures {
	/// Adds the tables and their targets.
	pub fn report(&self, report: &mut Report) {
		if let Some(verification) = &self.verification {
			verification.report(report);
		}
		self.proving.report(report);
	}
}
