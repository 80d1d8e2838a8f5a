//! Answers the chain's challenges: shows, of each snapshot that was drawn, the piece that was drawn.
//!
//! ```text
//! finalised head ─ open challenges of this node ─ snapshot on disk ─ its key ─ sealed again: piece, path ─ checked as the chain does it
//!    ─ sent ─ final ─ answered              what fails is tried again, ever later, until the challenge is over
//! ```
//!
//! What is open is read from the chain: a node that was killed goes on where it was, and what it had answered is not open any more.
//! A node that has lost what it is asked for says so in its log, in `/health`, and by the metric `souk_challenges_lost`: it can still be given the
//! snapshot again. Whoever has left the listing since is asked all the same, and answers as before.

use crate::{
	chain::{Challenge, StakeError, StakeWrites},
	challenges::{show, Sealing, Shown, Unable},
	metrics::ChallengeEnd,
	node::Node,
};
use futures::{stream::FuturesUnordered, FutureExt as _, StreamExt as _};
use souk_protocol::SnapshotKey;
use std::{
	fs::File,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::task::spawn_blocking;

/// How long to wait after a failed read, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);

/// Answers until the node closes. What is open then is answered after the next start.
pub async fn run(node: Arc<Node>, chain: Arc<dyn StakeWrites>) {
	let mut heads = node.chain.heads();
	let mut answers = FuturesUnordered::new();
	loop {
		let head = *heads.borrow_and_update();
		let read = node.chain.challenges(head, node.account()).await;
		match &read {
			Ok(open) => {
				let look = node.challenges.look(head.number, open, Instant::now());
				for challenge in look.missed {
					node.metrics.challenge(ChallengeEnd::Missed);
					tracing::error!(
						?challenge,
						"a challenge was missed: it costs this node and its curator a part of their bonds"
					);
				}
				answers
					.extend(look.due.into_iter().map(|challenge| answer(&node, &*chain, challenge).boxed()));
			}
			Err(error) => tracing::warn!(%error, "the challenges were not read"),
		}
		let again = match (&read, node.challenges.next_try(head.number)) {
			(Err(_), _) => Some(Instant::now() + RETRY),
			(Ok(_), next) => next,
		};
		let wait = async {
			match again {
				Some(at) => tokio::time::sleep_until(at.into()).await,
				None => std::future::pending().await,
			}
		};
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			Some(()) = answers.next() => {},
			() = wait => {},
		}
	}
}

/// Answers one challenge, and notes what came of it.
async fn answer(node: &Arc<Node>, chain: &dyn StakeWrites, challenge: Challenge) {
	let Challenge { listing, period, chunk, piece, .. } = challenge;
	let failed = |end, lost, problem: String| {
		node.metrics.challenge(end);
		let first = node.challenges.failed(&challenge, lost, problem.clone(), Instant::now());
		match (first, lost) {
			(true, true) => tracing::error!(
				listing,
				period,
				problem,
				until = challenge.answer_until,
				"ALARM: this node cannot show what the chain asks for, and will be fined"
			),
			(true, false) => tracing::warn!(listing, period, problem, "a challenge was not answered yet"),
			(false, _) => tracing::debug!(listing, period, problem, "a challenge was not answered yet"),
		}
	};
	let shown = match make(node, challenge).await {
		Ok(shown) => shown,
		Err(Unable::Stopped) => return,
		Err(unable) => return failed(ChallengeEnd::Lost, unable.is_loss(), unable.to_string()),
	};
	match chain.show(listing, &shown.piece, &shown.path).await {
		Ok(block) => {
			node.challenges.answered(&challenge, block);
			node.metrics.challenge(ChallengeEnd::Answered);
			tracing::info!(listing, period, chunk, piece, block, "challenge answered");
		}
		Err(error @ StakeError::Refused { .. }) => failed(ChallengeEnd::Refused, false, error.to_string()),
		Err(error @ StakeError::NotSent(_)) => failed(ChallengeEnd::NotSent, false, error.to_string()),
	}
}

/// The answer, out of what is on the disk.
async fn make(node: &Arc<Node>, challenge: Challenge) -> Result<Shown, Unable> {
	let Challenge { listing, period, .. } = challenge;
	let _turn = node.challenges.reading.acquire().await.map_err(|_| Unable::Stopped)?;
	let current = node.duties.borrow().secret(listing).map(|secret| secret.snapshot_key(listing, period));
	let of_node = node.clone();
	let read = move || {
		let failed = |error: souk_store::StoreError| Unable::Unreadable(std::io::Error::other(error));
		let held = of_node.store.get(listing, period).map_err(failed)?.ok_or(Unable::NotHeld)?;
		let path = held.plain.as_ref().ok_or(Unable::NotHeld)?;
		let kept = of_node.store.key(listing, period).map_err(failed)?;
		let kept = kept.and_then(|bytes| SnapshotKey::from_bytes(&bytes));
		let key = kept.or(current).ok_or(Unable::NoKey)?;
		let mut file = File::open(path).map_err(|error| match error.kind() {
			std::io::ErrorKind::NotFound => Unable::NotHeld,
			_ => Unable::Unreadable(error),
		})?;
		let sealing = Sealing { key, bytes: held.bytes, cipher_root: held.cipher_root };
		show(&mut file, &sealing, &challenge, || of_node.stop.is_closing())
	};
	match spawn_blocking(read).await {
		Ok(shown) => shown,
		Err(error) => Err(Unable::Unreadable(std::io::Error::other(error))),
	}
}
