//! Work that goes on until it is done, whatever goes wrong for a while.

use crate::failure::Failure;
use std::time::Duration;

/// The pause after a first failure; twice as long after each that follows it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: shorter than anything that has to be done in time.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Work that is done turn by turn.
pub(super) trait Lasting {
	/// What it comes to.
	type End;

	/// Takes a turn. Returns what it has come to, once it is over.
	async fn turn(&mut self) -> Result<Option<Self::End>, Failure>;

	/// Waits before the turn after one that failed.
	async fn pause(&mut self, pause: Duration) {
		tokio::time::sleep(pause).await;
	}
}

/// Takes turns until the work is over. What passes is said and tried again: connections come back, and nobody may be there to begin anew.
///
/// Errors: those that do not pass, at once. No waiting mends a chain of another version, or a key that is not there.
pub(super) async fn last<L: Lasting>(work: &mut L) -> Result<L::End, Failure> {
	let mut pause = FIRST_PAUSE;
	loop {
		match work.turn().await {
			Ok(Some(end)) => return Ok(end),
			Ok(None) => pause = FIRST_PAUSE,
			Err(failure) if !failure.passes => return Err(failure),
			Err(failure) => {
				tracing::error!(%failure, "tried again in {} s", pause.as_secs());
				work.pause(pause).await;
				pause = (pause * 2).min(LONGEST_PAUSE);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::FutureExt as _;
	use souk_custody::CustodyError;
	use souk_sdk::SdkError;
	use std::collections::VecDeque;

	struct Played {
		turns: VecDeque<Result<Option<u8>, Failure>>,
		pauses: Vec<u64>,
	}

	impl Lasting for Played {
		type End = u8;

		async fn turn(&mut self) -> Result<Option<u8>, Failure> {
			self.turns.pop_front().expect("no turn comes after the end")
		}

		async fn pause(&mut self, pause: Duration) {
			self.pauses.push(pause.as_secs());
		}
	}

	#[test]
	fn failures_are_tried_again_ever_later_until_the_work_is_over() {
		let gone = || Err(Failure::unavailable("no node answered"));
		let mut turns: VecDeque<_> = (0..7).map(|_| gone()).collect();
		turns.extend([Ok(None), gone(), Ok(None), Ok(Some(5))]);
		let mut played = Played { turns, pauses: Vec::new() };
		assert_eq!(last(&mut played).now_or_never(), Some(Ok(5)));
		assert_eq!(played.pauses, [1, 2, 4, 8, 16, 30, 30, 1]);
		assert!(played.turns.is_empty());
	}

	#[test]
	fn what_no_waiting_mends_ends_the_work_at_once() {
		let reason = "the cases have another shape".into();
		let lasting = [
			Failure::from(SdkError::Incompatible { what: "Disputes.cases".into(), reason }),
			Failure::from(SdkError::ChainSpec { reason: "it is of another chain".into() }),
			Failure::from(CustodyError::NotFound { name: "main".into(), dir: "keys".into() }),
		];
		for failure in lasting {
			let gone = Failure::unavailable("no node answered");
			let turns = VecDeque::from([Err(gone), Ok(None), Err(failure.clone())]);
			let mut played = Played { turns, pauses: Vec::new() };
			assert_eq!(last(&mut played).now_or_never(), Some(Err(failure)));
			assert_eq!(played.pauses, [1], "that of the trouble before it");
		}
	}
}
