//! Proving a bad chunk, and getting the money back.
//!
//! ```text
//! chunk i, sealed ──path──> cipher root      k_i ──ChunkKey proof──> key commitment      leaf i ──path──> content root
//!        └──────────────────────── the chain opens it with k_i: no chunk, or not leaf i ───────┘
//! ```

use super::{market::Market, proving::Prover, record::Record, sealed::Sealed, Step, Watch};
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
use std::time::Duration;

/// How long a finalised head may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(240);

/// A refund for a bad chunk.
#[derive(Clone, Debug)]
pub struct Refund {
	/// The order, as it is after the refund.
	pub order: OrderView,
	/// The bad chunk.
	pub index: u32,
	/// The transaction that proved it.
	pub included: Included,
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

/// Shows the chain a bad chunk. `None` where the copy on disk is damaged, which is nobody's fault but the disk's.
///
/// Errors: [`SdkError::WindowClosed`] where it is too late; those of [`Chain::submit`](crate::Chain::submit).
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
	let reads = market.market_from(0, HEAD_PATIENCE).await?;
	let order = reads.order(id).await?.ok_or(SdkError::OrderNotFound { order: id })?;
	let until = order.window_until.unwrap_or(0);
	// While it is disputed the window stays open.
	let is_late = reads.head().number >= until && order.state != OrderState::Disputed;
	if is_late || order.state.is_decided() {
		return Err(SdkError::WindowClosed { order: id, index, until });
	}
	watch(Step::Proving { index, until });
	let context = ProofContext {
		genesis: record.genesis,
		statement: StatementId::ChunkKey,
		era: prover.era(),
		listing: record.wanted.listing,
		order: id,
	};
	let Some(evidence) = evidence(download, key, index, context, prover).await? else {
		return Ok(None);
	};
	let included = market.submit_until(account, calls::prove_bad_chunk(id, &evidence), u32::MAX).await?;
	let reads = market.market_from(included.block, HEAD_PATIENCE).await?;
	let order = reads.order(id).await?.ok_or(SdkError::OrderNotFound { order: id })?;
	Ok(Some(Refund { order, index, included }))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{
		alice, funded, prover, snapshot, Made, PlayedMarket, Shelved, GENESIS, LISTING,
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
