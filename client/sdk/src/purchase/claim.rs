//! Proving a bad chunk, and getting the money back.
//!
//! ```text
//! chunk i, sealed ──path──> cipher root      k_i ──ChunkKey proof──> key commitment      leaf i ──path──> content root
//!        └──────────────────────── the chain opens it with k_i: no chunk, or not leaf i ───────┘
//! ```

use super::{
	market::Market,
	passing::{patiently, Pauses},
	proving::Prover,
	record::Record,
	sealed::Sealed,
	wait::{order_from, SETTLES},
	Step, Watch,
};
use crate::{
	calls,
	error::SdkError,
	submit::Included,
	types::{BadChunk, OrderId, OrderState, OrderView},
};
use souk_circuits::poseidon;
use souk_custody::Account;
use souk_proof_primitives::{
	context::ProofContext,
	keys::{chunk_key, key_commitment},
	poseidon::Scalar,
	public_inputs::ChunkKeyPublic,
	scalar,
	statements::StatementId,
};

/// A refund for a bad chunk.
#[derive(Clone, Debug)]
pub struct Refund {
	/// The order, as it is after the refund.
	pub order: OrderView,
	/// The bad chunk.
	pub index: u32,
	/// The transaction that proved it; `None` where the answer to it was lost, and the money is back.
	pub included: Option<Included>,
}

impl Refund {
	/// The block in which the money went back.
	pub fn block(&self) -> u32 {
		let ended = self.order.ended_at.unwrap_or(self.order.created_at);
		self.included.as_ref().map_or(ended, |included| included.block)
	}
}

/// What the chain is shown of a bad chunk. `None` where the copy of it on disk is not the chain's any more.
///
/// Errors: [`SdkError::File`], [`SdkError::Prove`].
pub(crate) async fn evidence(
	download: &Sealed,
	key: Scalar,
	index: u32,
	context: ProofContext,
	prover: &Prover,
) -> Result<Option<BadChunk>, SdkError> {
	let Some(shown) = download.shown(index)? else { return Ok(None) };
	let chunk_key = chunk_key(poseidon(), key, index);
	let public = ChunkKeyPublic {
		key_commitment: key_commitment(poseidon(), key),
		index,
		chunk_key,
		context: context.scalar(),
	};
	let proof = prover.prove(public, key).await?;
	Ok(Some(BadChunk {
		index,
		chunk: shown.sealed,
		cipher_path: shown.cipher_path,
		content_leaf: shown.content_leaf,
		content_path: shown.content_path,
		chunk_key: scalar::encode(&chunk_key),
		era: context.era.0,
		proof,
	}))
}

/// Shows the chain a bad chunk, again after troubles that pass while there is time. `None` where the copy on disk is damaged, which is
/// nobody's fault but the disk's.
///
/// A proof that was certainly not sent, or not included while it was valid, is sent again after a pause, also while finality stands still.
/// One that may be on its way waits for the final block in which it would show: that is the only one to tell.
///
/// Errors: [`SdkError::WindowClosed`] where it is too late; those of [`Chain::submit`](crate::Chain::submit) that do not pass.
pub(crate) async fn claim(
	market: &dyn Market,
	account: &Account,
	record: &Record,
	download: &Sealed,
	opened: (OrderId, Scalar, u32),
	prover: &Prover,
	watch: &mut Watch<'_>,
) -> Result<Option<Refund>, SdkError> {
	let (id, key, index) = opened;
	let context = ProofContext {
		genesis: record.genesis,
		statement: StatementId::ChunkKey,
		era: prover.era(),
		listing: record.wanted.listing,
		order: id,
	};
	let (mut block, mut sent, mut pauses) = (0, false, Pauses::default());
	let mut refused: Option<SdkError> = None;
	let included = loop {
		let (order, head) = match order_from(market, block, id).await {
			Ok(seen) => seen,
			Err(error) => {
				pauses.after(error, market).await?;
				continue;
			}
		};
		if sent && order.state == OrderState::Refunded {
			return Ok(Some(Refund { order, index, included: None }));
		}
		if let Some(error) = refused.take() {
			return Err(error);
		}
		let until = order.window_until.unwrap_or(0);
		// While it is disputed the window stays open.
		let is_late = head >= until && order.state != OrderState::Disputed;
		if is_late || order.state.is_decided() {
			return Err(SdkError::WindowClosed { order: id, index, until });
		}
		watch(Step::Proving { index, until });
		let Some(evidence) = evidence(download, key, index, context, prover).await? else {
			return Ok(None);
		};
		match market.submit_until(account, calls::prove_bad_chunk(id, &evidence), u32::MAX).await {
			Ok(included) => break included,
			// An earlier one may have been first: the order says so.
			Err(error @ SdkError::Dispatch { .. }) if sent => refused = Some(error),
			Err(error) => {
				if error.is_in_doubt() {
					sent = true;
					// Near the end of the window nothing is waited for.
					block = head.saturating_add(SETTLES).min(until.saturating_sub(SETTLES));
				}
				pauses.after(error, market).await?;
			}
		}
	};
	let (order, _) = patiently(market, || order_from(market, included.block, id)).await?;
	Ok(Some(Refund { order, index, included: Some(included) }))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{
		alice, funded, prover, snapshot, unread, unsent, Asked, Made, PlayedMarket, Shelved, GENESIS, LISTING,
	};
	use souk_proof_primitives::{
		chunk::{content_leaf, open_chunk, ChunkKeys},
		merkle::root_of,
		statements::Era,
	};
	use souk_protocol::CHUNK_BYTES;

	fn download(shelved: &Shelved, made: &Made) -> Sealed {
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		made.pieces.iter().for_each(|piece| download.push(piece).unwrap());
		assert_eq!(download.check().unwrap(), Ok(()));
		download
	}

	fn context(order: OrderId) -> ProofContext {
		ProofContext {
			genesis: GENESIS,
			statement: StatementId::ChunkKey,
			era: Era::DEVELOPMENT,
			listing: LISTING,
			order,
		}
	}

	/// Checks everything that the chain checks.
	#[tokio::test]
	async fn the_evidence_convinces_whoever_knows_the_snapshots_commitments() {
		let prover = prover();
		for made in [
			snapshot(3 * CHUNK_BYTES + 5).with_other_content(3),
			snapshot(3 * CHUNK_BYTES + 5).with_broken_seal(1),
		] {
			let shelved = Shelved::new();
			let (download, wanted) = (download(&shelved, &made), made.wanted);
			let (index, key) = (made.bad.unwrap(), made.key.to_scalar());
			let shown = evidence(&download, key, index, context(9), &prover).await.unwrap().unwrap();
			assert_eq!((shown.index, shown.era), (index, 0));
			let leaf = souk_protocol::chunk::cipher_leaf(index, &shown.chunk);
			assert_eq!(root_of(leaf, index, &shown.cipher_path), Some(wanted.cipher_root));
			assert_eq!(root_of(shown.content_leaf, index, &shown.content_path), Some(wanted.content_root));
			let chunk_key = scalar::decode(&shown.chunk_key).unwrap();
			let public = ChunkKeyPublic {
				key_commitment: scalar::decode(&wanted.key_commitment).unwrap(),
				index,
				chunk_key,
				context: context(9).scalar(),
			};
			assert!(prover.accepts(&public, &shown.proof));
			let other = ChunkKeyPublic { context: context(10).scalar(), ..public };
			assert!(!prover.accepts(&other, &shown.proof), "another order's");
			let keys = ChunkKeys::derive(&chunk_key);
			let mut sealed = shown.chunk.clone();
			let plain = open_chunk(&keys, index, &mut sealed);
			assert!(plain.is_none_or(|plain| content_leaf(index, &keys.salt, plain) != shown.content_leaf));
		}
	}

	#[tokio::test]
	async fn a_copy_that_the_disk_has_damaged_is_no_evidence() {
		let (shelved, made) = (Shelved::new(), snapshot(2 * CHUNK_BYTES));
		let download = download(&shelved, &made);
		let mut sealed = std::fs::read(shelved.folder.sealed()).unwrap();
		sealed[10] ^= 1;
		std::fs::write(shelved.folder.sealed(), sealed).unwrap();
		let key = made.key.to_scalar();
		let shown = evidence(&download, key, 0, context(9), &prover()).await.unwrap();
		assert_eq!(shown, None);
	}

	async fn claimed(market: &PlayedMarket, made: &Made) -> Result<Option<Refund>, SdkError> {
		let shelved = Shelved::new();
		let download = download(&shelved, made);
		let record = Record::new(GENESIS, alice().id(), made.wanted, 0);
		let opened = (0, made.key.to_scalar(), made.bad.unwrap());
		let mut watch = |_: Step| {};
		claim(market, &alice(), &record, &download, opened, &prover(), &mut watch).await
	}

	#[tokio::test]
	async fn a_bad_chunk_brings_the_money_back() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, _) = funded(made.clone());
		market.deliver(0);
		let refund = claimed(&market, &made).await.unwrap().unwrap();
		assert_eq!((refund.index, refund.order.refunded), (1, 5_000_000));
		assert_eq!(refund.block(), refund.included.unwrap().block);
	}

	/// An order whose key was delivered in the newest block, and that block.
	fn delivered(made: &Made) -> (PlayedMarket, u32) {
		let (market, head) = funded(made.clone());
		market.deliver(0);
		(market, head)
	}

	fn refusal(block: u32) -> SdkError {
		SdkError::Dispatch {
			call: "Escrow.prove_bad_chunk".into(),
			pallet: "Escrow".into(),
			error: "NotChallengeable".into(),
			sentence: "it has ended".into(),
			block,
			fee: 1,
		}
	}

	#[tokio::test]
	async fn a_proof_that_was_not_sent_is_sent_again() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		market.fails(Asked::Order, unread());
		market.fails(Asked::Sending, unread());
		let refund = claimed(&market, &made).await.unwrap().unwrap();
		assert!(refund.included.is_some());
		assert_eq!((market.proofs(), market.pauses()), (1, vec![1, 2]));
		assert!(market.head() > head + SETTLES);
	}

	#[tokio::test]
	async fn a_proof_that_was_never_sent_is_sent_again_while_finality_stands_still() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		market.stands_still(3);
		(0..2).for_each(|_| market.fails(Asked::Sending, unsent()));
		let refund = claimed(&market, &made).await.unwrap().unwrap();
		assert!(refund.included.is_some());
		assert_eq!((market.proofs(), market.pauses(), market.head()), (1, vec![1, 2], head));
	}

	#[tokio::test]
	async fn a_proof_that_was_not_included_while_it_was_valid_is_sent_again_at_once() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		let call = "Escrow.prove_bad_chunk".into();
		market.fails(Asked::Sending, SdkError::Expired { call, blocks: crate::MORTALITY });
		assert!(claimed(&market, &made).await.unwrap().is_some());
		// Two attempts, and the pause between them.
		assert_eq!((market.proofs(), market.head()), (1, head + 3));
	}

	#[tokio::test]
	async fn a_proof_that_may_be_on_its_way_waits_for_finality_and_is_not_sent_twice() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		market.stands_still(3);
		market.fails(Asked::Answer, unread());
		let refund = claimed(&market, &made).await.unwrap().unwrap();
		assert_eq!((refund.included.is_none(), market.proofs()), (true, 1));
		assert_eq!((market.pauses(), market.head()), (vec![1, 2, 4], head + SETTLES));
	}

	#[tokio::test]
	async fn a_proof_whose_answer_was_lost_is_not_sent_again() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		market.fails(Asked::Answer, SdkError::Stopped);
		let refund = claimed(&market, &made).await.unwrap().unwrap();
		assert_eq!((refund.included.is_none(), refund.block()), (true, head + 1));
		assert_eq!((refund.order.refunded, market.proofs()), (5_000_000, 1));
	}

	#[tokio::test]
	async fn a_refused_proof_is_no_error_where_an_earlier_one_was_taken() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		for is_taken in [true, false] {
			let (market, head) = delivered(&made);
			// The second is sent at the block in which the first shows at the latest, and included in the next.
			let block = head + SETTLES + 1;
			market.fails(Asked::Sending, SdkError::Stopped);
			market.fails(Asked::Sending, refusal(block));
			if is_taken {
				market.at(block, |market| market.refund(0));
			}
			match claimed(&market, &made).await {
				Ok(refund) => assert!(is_taken && refund.unwrap().block() == block),
				Err(error) => assert!(!is_taken && matches!(error, SdkError::Dispatch { .. }), "{error}"),
			}
		}
	}

	#[tokio::test]
	async fn a_proof_that_is_refused_is_not_sent_again() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = delivered(&made);
		market.fails(Asked::Sending, refusal(head + 1));
		assert!(matches!(claimed(&market, &made).await, Err(SdkError::Dispatch { .. })));
		assert_eq!((market.proofs(), market.pauses()), (0, vec![]));
	}

	#[tokio::test]
	async fn troubles_are_waited_out_until_the_window_ends() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		for (troubles, is_in_time) in [(2, true), (3, false)] {
			let (market, head) = delivered(&made);
			market.change(0, |order| order.window_until = Some(head + 3));
			(0..troubles).for_each(|_| market.fails(Asked::Order, unread()));
			match claimed(&market, &made).await {
				Ok(refund) => assert!(is_in_time && refund.is_some()),
				Err(error) => {
					assert!(!is_in_time && matches!(error, SdkError::WindowClosed { .. }), "{error}")
				}
			}
		}
	}

	#[tokio::test]
	async fn after_the_window_it_is_too_late() {
		let made = snapshot(2 * CHUNK_BYTES).with_other_content(1);
		let (market, head) = funded(made.clone());
		market.deliver(0);
		market.change(0, |order| order.window_until = Some(head));
		let late = claimed(&market, &made).await;
		assert!(matches!(late, Err(SdkError::WindowClosed { order: 0, index: 1, .. })));
	}
}
