//! Keeps evidence of disputes, sealed, and the keys to it, for those who may read it.
//!
//! ```text
//! request ─ peer's rate ─ size ─ signature ─ this chain, this node, in time ─ replay ─ the case at the finalised head
//!         ─ side, juror, or a reviewer whose access is open there ─ (the nonce is written down)
//! look  ──> what there is, and the envelopes for whoever asks
//! take  ──> the object, piece by piece
//! leave ─ a side's, while the case is open ─ its hash is on chain ─ wanted ─ pieces ─ they have the hash ──> kept
//! share ─ a side's or a juror's ─ reading keys are signed ─ each reader may read, with this key, now ──> kept
//! ```
//!
//! The node learns who has a part in a case, which the chain tells everybody, and nothing of what the evidence says.

use crate::{
	chain::{CaseFacts, ChainError, Head},
	checks::{
		chain_and_deadline::MAX_AHEAD,
		replay::{self, Claim},
	},
	mailbox::{MailEnd, Part},
	node::{now_ms, Node},
	tasks::streams,
};
use codec::Encode;
use souk_network::{FramedStream, Incoming, NetworkError};
use souk_protocol::{
	evidence::{
		nonce_digest, Ask, Deposit, Envelope, EvidenceReply, EvidenceRequest, Object, SignedEvidenceRequest,
		SignedReadingKey, MAX_OBJECT_BYTES, PIECE_BYTES,
	},
	AccountId, Digest, Verify as _,
};
use souk_store::{Kept, StoreError};
use std::{sync::Arc, time::Instant};

/// Envelopes that are listed for one who looks: with everything else, what fits into a frame.
const MOST_LISTED: u32 = 3072;

/// Takes streams until the node closes, then waits for those that are being served.
pub async fn run(node: Arc<Node>, incoming: Incoming) {
	streams::each(node, incoming, "a request for evidence", serve).await;
}

/// Why nothing is done.
enum Declined {
	Later(String),
	Refused(String),
	/// There is nobody to be told.
	Broken,
	/// Nothing was asked, or too often.
	Silent,
}

impl From<ChainError> for Declined {
	fn from(error: ChainError) -> Self {
		tracing::warn!(%error, "the chain could not be read for a request for evidence");
		later("this node could not read the chain")
	}
}

impl From<StoreError> for Declined {
	fn from(error: StoreError) -> Self {
		tracing::error!(%error, "the mailbox could not be read or written");
		later("the mailbox failed on this node")
	}
}

impl From<NetworkError> for Declined {
	fn from(_: NetworkError) -> Self {
		Self::Broken
	}
}

fn refused(reason: impl Into<String>) -> Declined {
	Declined::Refused(reason.into())
}

fn later(reason: impl Into<String>) -> Declined {
	Declined::Later(reason.into())
}

/// Serves one stream.
pub async fn serve(node: Arc<Node>, mut stream: FramedStream) {
	let time = node.mailbox.limits.time;
	let done = tokio::select! {
		biased;
		() = node.stop.ending() => Err(Declined::Broken),
		done = tokio::time::timeout(time, answer(&node, &mut stream)) => done.unwrap_or(Err(Declined::Broken)),
	};
	let (end, reply) = match done {
		Ok((end, reply)) => (end, reply),
		Err(Declined::Later(reason)) => (MailEnd::Later, Some(EvidenceReply::Later { reason })),
		Err(Declined::Refused(reason)) => {
			tracing::debug!(peer = %stream.peer(), reason, "a request for evidence was refused");
			(MailEnd::Refused, Some(EvidenceReply::Refused { reason }))
		}
		Err(Declined::Broken) => (MailEnd::Broken, None),
		Err(Declined::Silent) => (MailEnd::Unanswerable, None),
	};
	if let Some(reply) = reply {
		let told = async {
			stream.send(&reply.encode()).await?;
			stream.finish().await
		};
		if let Err(error) = told.await {
			tracing::debug!(peer = %stream.peer(), %error, "whoever asked for evidence was gone before an answer");
		}
	}
	node.metrics.mail(end);
}

/// Does what is asked. What is left to be said comes back.
async fn answer(
	node: &Node,
	stream: &mut FramedStream,
) -> Result<(MailEnd, Option<EvidenceReply>), Declined> {
	let request = receive(node, stream).await?;
	let nonce = nonce_digest(&request);
	let claim = replay::claim_nonce(&node.claims, &node.replay, nonce).await;
	let claim = claim.map_err(|refusal| refused(refusal.message))?;
	let (case, part, head) = admit(node, &request).await?;
	note(node, &claim, &request).await?;
	drop(claim);
	let EvidenceRequest { case: id, account, ask, .. } = request;
	match ask {
		Ask::Look => {
			let held = node.mailbox.work(move |store| store.contents(id, &account, MOST_LISTED)).await?;
			Ok((MailEnd::Served, Some(EvidenceReply::Contents(held))))
		}
		Ask::Take { evidence } => {
			let held = node.mailbox.work(move |store| store.get(id, &evidence)).await?;
			let object = held.ok_or_else(|| later("this node has not got this piece of evidence"))?;
			send(stream, &object).await?;
			Ok((MailEnd::Served, None))
		}
		Ask::Leave { evidence, bytes } => {
			may_leave(&case, part, &evidence, bytes)?;
			if !node.mailbox.work(move |store| store.has(id, &evidence)).await? {
				stream.send(&EvidenceReply::Wanted.encode()).await?;
				let object = receive_object(stream, bytes).await?;
				if Object::hash(&object) != evidence {
					return Err(refused("these bytes do not have the hash that is on chain"));
				}
				match node.mailbox.work(move |store| store.put(id, &evidence, &object)).await? {
					Kept::Kept => tracing::info!(case = id, "evidence kept"),
					Kept::Full => return Err(later("this node has no room left for evidence")),
				}
			}
			Ok((MailEnd::Kept, Some(EvidenceReply::Kept)))
		}
		Ask::Share(deposit) => {
			share(node, id, &case, part, account, head, deposit).await?;
			Ok((MailEnd::Kept, Some(EvidenceReply::Kept)))
		}
	}
}

/// The request, with a signature that is its sender's, made for this chain and node, and for now.
async fn receive(node: &Node, stream: &mut FramedStream) -> Result<EvidenceRequest, Declined> {
	node.mailbox.peers.take(stream.peer(), Instant::now()).map_err(|_| Declined::Silent)?;
	let frame = match tokio::time::timeout(node.settings.request_timeout, stream.recv()).await {
		Ok(Ok(Some(frame))) => frame,
		_ => return Err(Declined::Silent),
	};
	let signed = SignedEvidenceRequest::parse(&frame).map_err(|error| refused(error.to_string()))?;
	signed.verify().map_err(|error| refused(error.to_string()))?;
	let request = signed.request;
	if request.genesis != node.chain.genesis() {
		return Err(refused("this request is for another chain"));
	}
	if request.node != node.account() {
		return Err(refused("this request is for another node: make one for each node asked"));
	}
	let now = now_ms();
	if request.deadline <= now || request.deadline - now > MAX_AHEAD {
		return Err(refused("this request is not for now by this node's clock: check the clock"));
	}
	Ok(request)
}

/// The case at the newest finalised block, and what the sender is in it.
async fn admit(node: &Node, request: &EvidenceRequest) -> Result<(CaseFacts, Part, Head), Declined> {
	let (_, age) = node.head.newest();
	if age > node.settings.max_head_age {
		return Err(later(format!("this node has seen no new finalised block for {} s", age.as_secs())));
	}
	// What a party asks costs one look for each case and head, and strangers can fill all places: so it does not wait with them.
	let _turn = match node.knows_party(request.case, &request.account) {
		true => None,
		false => {
			let turn = node.mailbox.looks.take(Instant::now() + node.settings.look_patience).await;
			let busy = "as many requests as this node looks up at a time are being looked up";
			Some(turn.map_err(|_| later(busy))?)
		}
	};
	let head = *node.chain.heads().borrow();
	let case = node.chain.case(head, request.case).await?;
	node.mailbox.parties.note(request.case, case.clone());
	// The sender may be a block or two ahead.
	let case =
		case.ok_or_else(|| later(format!("there is no case {} at block {}", request.case, head.number)))?;
	let part = case.part_of(&request.account, head.number).ok_or_else(|| {
		refused(format!(
			"at block {} this account is no side of case {}, sits on no jury of it, and has no access as a reviewer",
			head.number, request.case
		))
	})?;
	Ok((case, part, head))
}

/// Notes the nonce durably: a request is answered once.
async fn note(node: &Node, claim: &Claim<'_>, request: &EvidenceRequest) -> Result<(), Declined> {
	let entered = replay::enter(claim, &node.replay, request.deadline).await;
	entered.map_err(|refusal| refused(refusal.message))
}

fn may_leave(case: &CaseFacts, part: Part, evidence: &Digest, bytes: u32) -> Result<(), Declined> {
	if part != Part::Side {
		return Err(refused("only the sides of a case leave evidence"));
	}
	if !case.open {
		return Err(refused("this case is over: nothing more is taken"));
	}
	if !case.evidence.contains(evidence) {
		// It may be in the next block.
		return Err(later("there is no such evidence of this case on chain"));
	}
	let limit = MAX_OBJECT_BYTES as u64;
	if bytes == 0 || u64::from(bytes) > limit {
		return Err(refused(format!("evidence has {bytes} bytes; from 1 to {limit} are taken")));
	}
	Ok(())
}

async fn receive_object(stream: &mut FramedStream, bytes: u32) -> Result<Vec<u8>, Declined> {
	let expected = bytes as usize;
	let mut object = Vec::with_capacity(expected);
	while object.len() < expected {
		let piece = stream.recv().await?.ok_or(Declined::Broken)?;
		if piece.is_empty() || piece.len() > PIECE_BYTES || object.len() + piece.len() > expected {
			return Err(refused("the pieces are not those of what was announced"));
		}
		object.extend_from_slice(&piece);
	}
	Ok(object)
}

async fn send(stream: &mut FramedStream, object: &[u8]) -> Result<(), Declined> {
	// What is kept is bounded far below.
	let bytes = u32::try_from(object.len()).unwrap_or(u32::MAX);
	stream.send(&EvidenceReply::Sends { bytes }.encode()).await?;
	for piece in object.chunks(PIECE_BYTES) {
		stream.send(piece).await?;
	}
	Ok(stream.finish().await?)
}

/// Keeps reading keys and envelopes, all of them or none.
async fn share(
	node: &Node,
	id: u64,
	case: &CaseFacts,
	part: Part,
	author: AccountId,
	head: Head,
	deposit: Deposit,
) -> Result<(), Declined> {
	if part == Part::Reviewer {
		return Err(refused("a reviewer reads, and passes nothing on"));
	}
	let Deposit { keys, envelopes } = deposit;
	for signed in &keys {
		check_key(node, id, case, signed)?;
	}
	let mut known = node.mailbox.work(move |store| store.keys(id)).await?;
	known.retain(|old| keys.iter().all(|new| new.reading.account != old.reading.account));
	known.extend(&keys);
	for envelope in &envelopes {
		check_envelope(case, &known, head, envelope)?;
	}
	let (sides, most) = (case.sides, node.mailbox.limits.juror_envelopes);
	let keep = move |store: &souk_store::MailboxStore| {
		keys.iter().try_for_each(|signed| store.put_key(signed))?;
		store.put_envelopes(id, &author, &sides, most, &envelopes)
	};
	Ok(node.mailbox.work(keep).await?)
}

fn check_key(node: &Node, id: u64, case: &CaseFacts, signed: &SignedReadingKey) -> Result<(), Declined> {
	let reading = &signed.reading;
	if reading.genesis != node.chain.genesis() || reading.case != id {
		return Err(refused("a reading key is for another chain or case"));
	}
	if !case.sides.contains(&reading.account) {
		return Err(refused("a reading key is of somebody who is no side of the case"));
	}
	signed.verify().map_err(|error| refused(error.to_string()))
}

/// Whether a key may be passed on like this: to whom may read now, wrapped for the key that is theirs.
fn check_envelope(
	case: &CaseFacts,
	known: &[SignedReadingKey],
	head: Head,
	envelope: &Envelope,
) -> Result<(), Declined> {
	let Envelope { evidence, recipient, key, .. } = envelope;
	if !case.evidence.contains(evidence) {
		return Err(refused("an envelope is for evidence that is none of this case's"));
	}
	let part = case.part_of(recipient, head.number).ok_or_else(|| {
		// The sender may be a block or two ahead.
		later(format!(
			"at block {} a reader of an envelope is no side, sits on no jury, and has no access that two jurors have given",
			head.number
		))
	})?;
	let theirs = match part {
		Part::Side => {
			known.iter().any(|signed| signed.reading.account == *recipient && signed.reading.key == *key)
		}
		Part::Juror => case.jurors.iter().any(|(juror, theirs)| juror == recipient && *theirs == Some(*key)),
		Part::Reviewer => case.reviewers.iter().any(|one| one.account == *recipient && one.key == *key),
	};
	theirs.then_some(()).ok_or_else(|| refused("an envelope is for a key that is not its reader's"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_network::Protocol;
	use souk_protocol::evidence::{
		Contents, HeldEnvelope, ENVELOPE_BYTES, MAX_CONTENTS_BYTES, MAX_REQUEST_BYTES,
	};

	/// The network knows nothing of evidence.
	#[test]
	fn what_is_sent_fits_into_the_frames_of_the_protocol() {
		let frames = Protocol::Evidence.descriptor();
		assert_eq!(frames.max_request_frame, MAX_REQUEST_BYTES.max(PIECE_BYTES));
		assert_eq!(frames.max_response_frame, MAX_CONTENTS_BYTES);
		let envelope =
			Envelope { evidence: [0; 32], recipient: [0; 32], key: [0; 32], sealed: [0; ENVELOPE_BYTES] };
		let held = HeldEnvelope { evidence: [0; 32], recipient: [0; 32], key: [0; 32], author: [0; 32] };
		// Sixteen pieces of evidence; envelopes of two sides and three jurors for each.
		let longest = Contents {
			objects: vec![[0; 32]; 16],
			keys: Vec::new(),
			mine: vec![envelope; 16 * 5],
			envelopes: vec![held; MOST_LISTED as usize],
		};
		assert!(EvidenceReply::Contents(longest).encode().len() + 1024 < MAX_CONTENTS_BYTES);
	}
}
