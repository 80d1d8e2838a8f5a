//! The node as a mailbox for evidence of disputes: what it keeps for whom, and what that may take of it.

use crate::{
	chain::CaseFacts,
	checks::rate::{Rate, RateLimiter},
	parties::Parties,
	places::Places,
};
use souk_network::PeerId;
use souk_protocol::AccountId;
use souk_store::{MailboxStore, StoreError};
use std::{sync::Arc, time::Duration};

/// Looks at the chain for strangers at a time: whatever is asked for, the other half of the light client's requests is for those who pay.
const LOOKS: usize = 1;

/// Limits on the mailbox.
#[derive(Clone, Debug)]
pub struct MailboxLimits {
	/// Requests per peer.
	pub peer_rate: Rate,
	/// How long one request may take, its object included.
	pub time: Duration,
	/// Envelopes of jurors for one reader and one piece of evidence; each side has a place of its own.
	pub juror_envelopes: u32,
	/// Accounts that are not known to have a part in the case, and wait for a look at the chain.
	pub looks_waiting: usize,
}

impl Default for MailboxLimits {
	/// 120 requests of a peer at once, two per second after that; two minutes each; three envelopes of jurors; 32 that wait.
	fn default() -> Self {
		Self {
			peer_rate: Rate { burst: 120, per_second: 2.0 },
			time: Duration::from_secs(120),
			juror_envelopes: 3,
			looks_waiting: 32,
		}
	}
}

/// How a request to the mailbox ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailEnd {
	/// Something was left, and is kept.
	Kept,
	/// What was asked for was sent.
	Served,
	/// Whoever asked was told to come again.
	Later,
	/// Refused.
	Refused,
	/// The stream broke off.
	Broken,
	/// There was nobody to answer to: no request came, or too many.
	Unanswerable,
}

impl MailEnd {
	pub(crate) const ALL: [MailEnd; 6] = [
		MailEnd::Kept,
		MailEnd::Served,
		MailEnd::Later,
		MailEnd::Refused,
		MailEnd::Broken,
		MailEnd::Unanswerable,
	];

	pub(crate) const fn name(self) -> &'static str {
		match self {
			MailEnd::Kept => "kept",
			MailEnd::Served => "served",
			MailEnd::Later => "later",
			MailEnd::Refused => "refused",
			MailEnd::Broken => "broken",
			MailEnd::Unanswerable => "unanswerable",
		}
	}
}

/// What somebody is in a case, and so what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
	/// A side: reads, shows evidence, passes keys on.
	Side,
	/// Sits on a jury: reads, passes keys on.
	Juror,
	/// From outside, let in by two jurors: reads.
	Reviewer,
}

impl CaseFacts {
	/// What an account is in this case at a block; `None` where it is nothing.
	pub fn part_of(&self, account: &AccountId, block: u32) -> Option<Part> {
		if self.sides.contains(account) {
			Some(Part::Side)
		} else if self.jurors.iter().any(|(juror, _)| juror == account) {
			Some(Part::Juror)
		} else {
			let open = self.reviewers.iter().any(|one| one.account == *account && one.is_open(block));
			open.then_some(Part::Reviewer)
		}
	}
}

/// The mailbox of one node.
pub(crate) struct Mailbox {
	pub(crate) limits: MailboxLimits,
	pub(crate) peers: RateLimiter<PeerId>,
	/// For those that are not known to have a part.
	pub(crate) looks: Places,
	pub(crate) parties: Parties,
	store: Arc<MailboxStore>,
}

impl Mailbox {
	pub(crate) fn new(store: MailboxStore, limits: MailboxLimits) -> Self {
		Self {
			peers: RateLimiter::new(limits.peer_rate),
			looks: Places::new(LOOKS, limits.looks_waiting),
			parties: Parties::default(),
			store: Arc::new(store),
			limits,
		}
	}

	/// Works with the store, on a thread for blocking work.
	pub(crate) async fn work<T: Send + 'static>(
		&self,
		work: impl FnOnce(&MailboxStore) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		let store = self.store.clone();
		match tokio::task::spawn_blocking(move || work(&store)).await {
			Ok(done) => done,
			Err(error) => match error.try_into_panic() {
				Ok(panic) => std::panic::resume_unwind(panic),
				// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
				Err(_) => std::future::pending().await,
			},
		}
	}
}
