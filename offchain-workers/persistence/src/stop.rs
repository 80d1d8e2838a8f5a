//! Stopping in two steps: first nothing new is taken, then what still runs has to end.

use tokio_util::sync::CancellationToken;

/// Tells every task how far the end is. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
	closing: CancellationToken,
	ending: CancellationToken,
}

impl Stop {
	/// From here on nothing new is taken.
	pub fn close(&self) {
		self.closing.cancel();
	}

	/// From here on what still runs ends with an attested error.
	pub fn end(&self) {
		self.closing.cancel();
		self.ending.cancel();
	}

	/// Resolves at [`close`](Self::close).
	pub async fn closing(&self) {
		self.closing.cancelled().await;
	}

	/// Resolves at [`end`](Self::end).
	pub async fn ending(&self) {
		self.ending.cancelled().await;
	}

	/// Whether [`close`](Self::close) was called.
	pub fn is_closing(&self) -> bool {
		self.closing.is_cancelled()
	}
}
