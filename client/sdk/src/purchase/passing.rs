//! Troubles that pass: once a purchase is paid for it goes on after them, for nobody may be there to begin it again in time.

use super::market::Market;
use crate::error::SdkError;
use std::{future::Future, time::Duration};

/// The pause after a first trouble; twice as long after each that follows it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: short beside the window for proving a bad chunk, which is some minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The pauses between attempts.
pub(crate) struct Pauses(Duration);

impl Default for Pauses {
	fn default() -> Self {
		Self(FIRST_PAUSE)
	}
}

impl Pauses {
	/// Says what went wrong, and waits before the next attempt.
	///
	/// Errors: the same, at once, where it does not pass.
	pub async fn after(&mut self, error: SdkError, market: &dyn Market) -> Result<(), SdkError> {
		if !error.passes() {
			return Err(error);
		}
		tracing::warn!(%error, "tried again in {} s", self.0.as_secs());
		market.pause(self.0).await;
		self.0 = (self.0 * 2).min(LONGEST_PAUSE);
		Ok(())
	}
}

/// Does something until it is done.
///
/// Errors: those that do not pass.
pub(crate) async fn patiently<T, F>(market: &dyn Market, work: impl Fn() -> F) -> Result<T, SdkError>
where
	F: Future<Output = Result<T, SdkError>>,
{
	let mut pauses = Pauses::default();
	loop {
		match work().await {
			Ok(done) => return Ok(done),
			Err(error) => pauses.after(error, market).await?,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{snapshot, unread, Asked, PlayedMarket};

	#[tokio::test]
	async fn what_passes_is_tried_again_ever_later() {
		let market = PlayedMarket::new(snapshot(10));
		(0..6).for_each(|_| market.fails(Asked::Time, unread()));
		assert!(patiently(&market, || market.time_of(1)).await.is_ok());
		assert_eq!(market.pauses(), [1, 2, 4, 8, 10, 10]);
	}

	#[tokio::test]
	async fn what_does_not_pass_ends_it_at_once() {
		let market = PlayedMarket::new(snapshot(10));
		market.fails(Asked::Time, SdkError::WrongKey { order: 0 });
		let ended = patiently(&market, || market.time_of(1)).await;
		assert!(matches!(ended, Err(SdkError::WrongKey { order: 0 })));
		assert_eq!(market.pauses(), [0; 0]);
	}
}
