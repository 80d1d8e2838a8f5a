//! What is being waited for, on stderr: a spinner on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal as _, time::Duration};

/// Where progress goes.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
	/// A spinner that is redrawn in place.
	Terminal,
	/// A line for each step.
	Lines,
	/// Nowhere; tests.
	#[cfg(test)]
	Silent,
}

impl Progress {
	/// A spinner where stderr is a terminal.
	pub fn to_stderr() -> Self {
		if std::io::stderr().is_terminal() {
			Self::Terminal
		} else {
			Self::Lines
		}
	}

	/// Begins a step, e.g. `waiting for the first snapshot`.
	pub fn step(self, what: impl Into<String>) -> Step {
		let what = what.into();
		match self {
			Self::Terminal => {
				let bar = ProgressBar::new_spinner();
				if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
					bar.set_style(style);
				}
				bar.set_message(what.clone());
				bar.enable_steady_tick(Duration::from_millis(120));
				Step { bar: Some(bar), lines: false, last: what }
			}
			Self::Lines => {
				eprintln!("{what} …");
				Step { bar: None, lines: true, last: what }
			}
			#[cfg(test)]
			Self::Silent => Step { bar: None, lines: false, last: what },
		}
	}
}

/// A step under way. Its spinner goes away when it is dropped.
pub struct Step {
	bar: Option<ProgressBar>,
	lines: bool,
	last: String,
}

impl Step {
	/// Says how far it is. Repeating oneself prints nothing.
	pub fn say(&mut self, what: impl Into<String>) {
		let what = what.into();
		if what == self.last {
			return;
		}
		match &self.bar {
			Some(bar) => bar.set_message(what.clone()),
			None if self.lines => eprintln!("  {what}"),
			None => {}
		}
		self.last = what;
	}

	/// Ends it with a line that stays.
	pub fn done(self, what: impl AsRef<str>) {
		match &self.bar {
			Some(bar) => bar.println(format!("✓ {}", what.as_ref())),
			None if self.lines => eprintln!("  {}", what.as_ref()),
			None => {}
		}
	}
}

impl Drop for Step {
	fn drop(&mut self) {
		if let Some(bar) = &self.bar {
			bar.finish_and_clear();
		}
	}
}
