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

	#[test]
	fn the_operator_s_word_counts() {
		let text = logged(Some("warn"));
		for line in ["sync under way", "protocol-error", "light client broken", "own warning"] {
			assert!(text.contains(line), "{line} is not in\n{text}");
		}
		assert!(!text.contains("listening"), "{text}");
	}
}
