//! Submitted → handed over: the quorum agrees, and the persistence nodes get the snapshot.

use crate::{
	carrier::{Carrier, Receipt},
	chain::{ChainPort, Commitments, Recipient},
	error::StepError,
	schedule::now_millis,
	work::{known, Outcome, Outputs},
};
use futures::{stream, FutureExt, StreamExt};
use souk_protocol::{handover::Offer, AccountId, Digest};
use souk_store::StoredSnapshot;
use std::time::Duration;

/// Hand-overs of one snapshot at a time.
const AT_ONCE: usize = 4;

/// What the quorum says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quorum {
	/// What this worker says.
	Agreed,
	/// Something else, or nothing; the run ends.
	Over(Outcome, String),
}

/// How long a chain that shows no new block is not asked again.
const STANDSTILL: Duration = Duration::from_secs(15);

/// Waits until the period is final, or until the time `until`, in milliseconds since the Unix epoch.
///
/// # Errors
/// [`StepError::Transient`] while the chain cannot be reached.
pub async fn quorum(
	chain: &dyn ChainPort,
	worker: AccountId,
	listing: u32,
	period: u32,
	outputs: &mut Outputs,
	until: u64,
) -> Result<Quorum, StepError> {
	let ours = known(outputs.commitments, "what was sealed")?;
	let mut heads = chain.heads();
	loop {
		heads.mark_unchanged();
		let finals = chain.finals(listing).await?;
		if let Some(found) = finals.iter().find(|snapshot| snapshot.period == period) {
			outputs.final_at = Some(found.final_at);
			if found.commitments == ours {
				return Ok(Quorum::Agreed);
			}
			let differ = differences(&found.commitments, &ours);
			return Ok(Quorum::Over(
				Outcome::Disagreed,
				format!("the other workers agreed on another snapshot of this period: {differ}"),
			));
		}
		if let Some(newest) = finals.last().filter(|snapshot| snapshot.period > period) {
			let sentence = format!("no quorum before period {} became final", newest.period);
			return Ok(Quorum::Over(Outcome::Superseded, sentence));
		}
		let left = Duration::from_millis(until.saturating_sub(now_millis()));
		if left.is_zero() {
			let submissions = chain.submissions(listing, period).await?;
			return Ok(Quorum::Over(Outcome::NoQuorum, why_no_quorum(&submissions, worker)));
		}
		match tokio::time::timeout(left.min(STANDSTILL), heads.changed()).await {
			Ok(Ok(())) | Err(_) => {}
			Ok(Err(_)) => return Err(StepError::Transient("the chain's light client has stopped".into())),
		}
	}
}

fn differences(theirs: &crate::chain::Commitments, ours: &crate::chain::Commitments) -> String {
	let fields = [
		("another source", theirs.source_digest != ours.source_digest),
		("other columns", theirs.schema_hash != ours.schema_hash),
		("another number of rows", theirs.rows != ours.rows),
		("other content", theirs.content_root != ours.content_root),
		("other ciphertext", theirs.cipher_root != ours.cipher_root),
	];
	let differ: Vec<_> = fields.into_iter().filter(|(_, differ)| *differ).map(|(name, _)| name).collect();
	match differ.is_empty() {
		true => "other commitments".into(),
		false => differ.join(", "),
	}
}

fn why_no_quorum(submissions: &[(AccountId, Digest)], worker: AccountId) -> String {
	let ours = submissions.iter().find(|(account, _)| *account == worker).map(|(_, hash)| *hash);
	let others = submissions.iter().filter(|(account, _)| *account != worker);
	let (mut same, mut different) = (0, 0);
	for (_, hash) in others {
		match Some(*hash) == ours {
			true => same += 1,
			false => different += 1,
		}
	}
	format!("no quorum in time: {same} other workers submitted the same, {different} something else")
}

/// What became of the nodes that were tried in one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
	/// They have it.
	pub delivered: Vec<AccountId>,
	/// Trying again may help; with the reason.
	pub pending: Vec<(AccountId, String)>,
	/// They will not take it; with the reason.
	pub refused: Vec<(AccountId, String)>,
}

/// Offers a snapshot, which is final with these commitments, to each of `recipients` once.
pub async fn round(
	carrier: &dyn Carrier,
	genesis: Digest,
	worker: AccountId,
	snapshot: &StoredSnapshot,
	commitments: &Commitments,
	recipients: &[Recipient],
) -> Round {
	let mut round = Round::default();
	let Some(sealed) = &snapshot.sealed else { return round };
	let commitments = commitments.hash();
	let mut offers = Vec::with_capacity(recipients.len());
	for recipient in recipients {
		let offer = Offer {
			genesis,
			listing: snapshot.listing,
			period: snapshot.period,
			worker,
			node: recipient.account,
			cipher_root: snapshot.cipher_root,
			bytes: snapshot.bytes,
			chunks: snapshot.chunks,
		};
		let carried =
			async move { (recipient.account, carrier.carry(recipient, offer, commitments, sealed).await) };
		offers.push(carried.boxed());
	}
	let mut offers = stream::iter(offers).buffer_unordered(AT_ONCE);
	while let Some((account, receipt)) = offers.next().await {
		match receipt {
			Ok(Receipt::Stored | Receipt::Have) => round.delivered.push(account),
			Ok(Receipt::Later(reason)) | Err(reason) => round.pending.push((account, reason)),
			Ok(Receipt::Refused(reason)) => round.refused.push((account, reason)),
		}
	}
	round
}
