//! Fault injection: the process ends itself at a chosen point, as if it had been killed there.
//!
//! `SOUK_WORKER_STOP_AFTER=after:<step>` aborts right after a step was recorded, `before-record:<step>` when its work is
//! done and right before it is recorded. Steps are named as in the job database (`fetched`, `sealed`, `submitted`...).
//! It is always compiled in, so that what is tested is what is shipped, and honoured on chains only whose
//! specification does not say that they are live.

use souk_daemon::chain_spec::is_live;
use souk_store::Step;

/// The environment variable.
pub const VARIABLE: &str = "SOUK_WORKER_STOP_AFTER";

/// Where to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
	/// When the step has been recorded.
	After(Step),
	/// When the step's work is done and not recorded.
	BeforeRecord(Step),
}

impl Fault {
	/// Reads the variable's value.
	///
	/// # Errors
	/// A sentence where it names no point.
	pub fn parse(text: &str) -> Result<Self, String> {
		let wrong = || {
			let steps: Vec<_> = Step::ALL.iter().skip(1).map(|step| step.name()).collect();
			format!(
				"{VARIABLE}={text}: write after:<step> or before-record:<step>, a step being one of {}",
				steps.join(", ")
			)
		};
		let (when, step) = text.split_once(':').ok_or_else(wrong)?;
		let step = Step::from_name(step).filter(|step| *step != Step::Due).ok_or_else(wrong)?;
		match when {
			"after" => Ok(Self::After(step)),
			"before-record" => Ok(Self::BeforeRecord(step)),
			_ => Err(wrong()),
		}
	}
}

/// The fault to inject, if any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults(Option<Fault>);

impl Faults {
	/// None at all.
	pub const NONE: Self = Self(None);

	/// What the variable says, on a chain whose specification is `spec_json`.
	///
	/// # Errors
	/// A sentence where the variable is set and names no point, or the chain is live.
	pub fn from_environment(spec_json: &str) -> Result<Self, String> {
		match std::env::var(VARIABLE) {
			Err(_) => Ok(Self::NONE),
			Ok(text) if text.is_empty() => Ok(Self::NONE),
			Ok(text) => Self::chosen(&text, spec_json),
		}
	}

	fn chosen(text: &str, spec_json: &str) -> Result<Self, String> {
		if is_live(spec_json) {
			return Err(format!("{VARIABLE} is set, and this chain is live: unset it"));
		}
		Ok(Self(Some(Fault::parse(text)?)))
	}

	/// A step's work is done and not recorded.
	pub fn before_record(self, step: Step) {
		self.hit(Fault::BeforeRecord(step));
	}

	/// A step was recorded.
	pub fn after(self, step: Step) {
		self.hit(Fault::After(step));
	}

	fn hit(self, here: Fault) {
		if self.0 == Some(here) {
			tracing::warn!(?here, "stopping here, as {VARIABLE} says");
			std::process::abort();
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn points_are_read_and_nonsense_is_refused() {
		assert_eq!(Fault::parse("after:sealed"), Ok(Fault::After(Step::Sealed)));
		assert_eq!(Fault::parse("before-record:handed_over"), Ok(Fault::BeforeRecord(Step::HandedOver)));
		for text in ["sealed", "after:", "after:due", "before:sealed", "after:tea"] {
			assert!(Fault::parse(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_live_chain_refuses_it() {
		assert!(Faults::chosen("after:sealed", r#"{"chainType":"Local"}"#).is_ok());
		assert!(Faults::chosen("after:sealed", r#"{"chainType":"Development"}"#).is_ok());
		for spec in [r#"{"chainType":"Live"}"#, r#"{"chainType":{"Custom":"x"}}"#, "{}", "no json"] {
			assert!(Faults::chosen("after:sealed", spec).is_err(), "{spec}");
		}
	}
}
