//! The log: lines on standard error, of what `RUST_LOG` says.

use tracing_subscriber::EnvFilter;

/// What is logged where the operator has not said otherwise. The light client warns of what is part of its everyday
/// work: every ten seconds that a sync is under way, that a peer hung up, that subxt uses a legacy function. What matters
/// of that comes back to the daemon as an error, which logs it in its own words. Its targets are `smoldot`, `network`, and
/// these prefixes before the chain's name. It also warns of a runtime that it cannot run, which is no routine.
const DEFAULT: &str =
	"info,smoldot=error,network=error,json-rpc-=error,sync-service-=error,tx-service-=error,runtime-=warn";

/// Starts to log. Whatever `RUST_LOG` says replaces the default.
///
/// # Panics
/// Where the process logs already.
pub fn init() {
	tracing_subscriber::fmt()
		.with_env_filter(filter(std::env::var(EnvFilter::DEFAULT_ENV).ok().as_deref()))
		.with_writer(std::io::stderr)
		// What cannot be written, to a full disk say, would else be complained of by a macro that panics for the same reason.
		.log_internal_errors(false)
		.init();
}

/// The operator's filter where there is one that can be read, or the default.
fn filter(chosen: Option<&str>) -> EnvFilter {
	chosen.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(|| EnvFilter::new(DEFAULT))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		io::Write,
		sync::{Arc, Mutex},
	};

	#[derive(Clone, Default)]
	struct Lines(Arc<Mutex<Vec<u8>>>);

	impl Write for Lines {
		fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
			self.0.lock().expect("no test panics in there").write(bytes)
		}

		fn flush(&mut self) -> std::io::Result<()> {
			Ok(())
		}
	}

	fn logged(chosen: Option<&str>) -> String {
		let lines = Lines::default();
		let writer = lines.clone();
		let log = tracing_subscriber::fmt()
			.with_env_filter(filter(chosen))
			.with_writer(move || writer.clone())
			.with_ansi(false)
			.finish();
		tracing::subscriber::with_default(log, || {
			tracing::warn!(target: "sync-service-souk", "sync under way");
			tracing::warn!(target: "network", "protocol-error");
			tracing::warn!(target: "runtime-souk", "runtime incompatible");
			tracing::error!(target: "sync-service-souk", "light client broken");
			tracing::info!(target: "souk_network::driver", "listening");
			tracing::warn!("own warning");
			tracing::debug!("own detail");
		});
		let bytes = lines.0.lock().expect("no test panics in there").clone();
		String::from_utf8(bytes).expect("text")
	}

	#[test]
	fn the_light_client_s_warnings_are_left_out_and_the_rest_is_not() {
		for chosen in [None, Some("=nonsense=")] {
			let text = logged(chosen);
			for line in ["runtime incompatible", "light client broken", "listening", "own warning"] {
				assert!(text.contains(line), "{line} is not in\n{text}");
			}
			for line in ["sync under way", "protocol-error", "own detail"] {
				assert!(!text.contains(line), "{line} is in\n{text}");
			}
		}
	}

	#[cfg(target_os = "linux")]
	#[test]
	fn a_log_that_cannot_be_written_ends_nothing() {
		const CHILD: &str = "SOUK_TEST_OF_A_FULL_LOG";
		if std::env::var_os(CHILD).is_some() {
			init();
			tracing::error!("there is no room for this");
			return;
		}
		let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
		let child = std::process::Command::new(std::env::current_exe().expect("this is a program"))
			.args(["--exact", "log::tests::a_log_that_cannot_be_written_ends_nothing", "--nocapture"])
			.env(CHILD, "1")
			.env_remove(EnvFilter::DEFAULT_ENV)
			.stderr(full)
			.output()
			.expect("it starts");
		let said = String::from_utf8_lossy(&child.stdout);
		assert!(child.status.success() && said.contains("1 passed"), "{said}");
	}

	#[test]
	fn the_operator_s_word_counts() {
		let text = logged(Some("warn"));
		for line in ["sync under way", "protocol-error", "light client broken", "own warning"] {
			assert!(text.contains(line), "{line} is not in\n{text}");
		}
		assert!(!text.contains("listening"), "{text}");
	}
}
