//! Ctrl-C and SIGTERM as an error, so that everything that was started is ended by its handle.

use anyhow::{bail, Result};
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_: libc::c_int) {
	INTERRUPTED.store(true, Ordering::SeqCst);
}

/// From now on, SIGINT, SIGTERM and SIGHUP are noted instead of ending the process.
pub fn install() {
	for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
		// SAFETY: the handler only stores to an atomic, which is async-signal-safe.
		unsafe { libc::signal(signal, note as *const () as libc::sighandler_t) };
	}
}

/// An error where the process was asked to stop.
pub fn check() -> Result<()> {
	if INTERRUPTED.load(Ordering::SeqCst) {
		bail!("interrupted");
	}
	Ok(())
}
