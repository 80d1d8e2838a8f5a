//! A curator who sells what she did not list: one chunk of her snapshot is not what its content root promises.
//!
//! With her worker's key she submits commitments of her own making, and she puts the file that goes with them into her persistence
//! node's store while that stands still. A node that is handed such a file by a worker refuses it; hers never was.
//!
//! That much needs no changed program, and deceives nobody: the node sends leaves of the file that it has, and the buyer sees before
//! paying that they are not those that were listed. Whoever wants to be paid has to [lie](crate::liar) about the leaves as well.

use crate::{Daemon, Kind};
use anyhow::{ensure, Context, Result};
use souk_protocol::{chunk::seal_file, chunk::CHUNK_BYTES, ListingSecret};
use souk_sdk::{calls, Account, Chain, Commitments, NodeRole};
use souk_store::{SnapshotFacts, SnapshotStore};
use std::{
	io::{sink, Write as _},
	path::Path,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A snapshot that is not what it says.
pub struct Corrupted {
	/// Its listing.
	pub listing: u32,
	/// Its period.
	pub period: u32,
	/// The chunk that is another.
	pub chunk: u32,
	/// What is on chain: the content root of one file, the cipher root of the other.
	pub(crate) commitments: Commitments,
	/// Where its keys come from.
	pub(crate) secret: ListingSecret,
	/// The file that was listed.
	pub(crate) listed: Vec<u8>,
	/// The file that is sold.
	pub(crate) sold: Vec<u8>,
}

/// Makes a corrupted copy of the newest snapshot of a listing that nobody but this worker and this node serve, and has it
/// final on chain. The node is stopped and started again on the way.
pub fn corrupt(
	spec: &Path,
	listing: u32,
	worker: &Daemon,
	node: &mut Daemon,
	patience: Duration,
) -> Result<Corrupted> {
	ensure!(worker.kind() == Kind::Worker && node.kind() == Kind::Persistence, "not these two");
	let runtime = tokio::runtime::Runtime::new()?;
	let spec = std::fs::read_to_string(spec)?;
	let account = Account::from_uri(worker.uri())?;
	let chain = runtime.block_on(Chain::connect_within(&spec, patience))?;
	let (secret, newest) = runtime.block_on(async {
		let view = chain.latest().await?;
		let assigned = view.assignments(listing).await?;
		let own = assigned.into_iter().find(|one| one.role == NodeRole::Worker && one.node == account.id());
		let wrapped = own.context("the worker is not assigned")?.wrapped_key;
		let secret = ListingSecret::unwrap(&wrapped, &account.encryption_secret(), listing)?;
		anyhow::Ok((secret, view.newest_snapshot(listing).await?.context("no snapshot is final")?))
	})?;

	node.stop()?;
	let store = SnapshotStore::open(&node.data_dir())?;
	let stored = store.get(listing, newest.period)?.context("the node does not have the snapshot")?;
	let listed = std::fs::read(stored.plain.as_ref().context("the node has no plain file")?)?;
	let chunk = u32::try_from(listed.len() / CHUNK_BYTES / 2)?;
	let mut sold = listed.clone();
	sold[chunk as usize * CHUNK_BYTES] ^= 1;

	// Later than the snapshot that is copied, and than all that her worker could still make of this minute.
	let now = u32::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 60)?;
	let period = now.max(newest.period) + 1;
	let key = secret.snapshot_key(listing, period);
	let promised = seal_file(&key, &mut listed.as_slice(), &mut sink())?;
	let delivered = seal_file(&key, &mut sold.as_slice(), &mut sink())?;
	let commitments = Commitments {
		content_root: promised.content_root,
		cipher_root: delivered.cipher_root,
		key_commitment: Some(key.commitment()),
		..newest.commitments
	};
	let included = runtime.block_on(async {
		let call = calls::submit_snapshot(listing, period, &commitments);
		chain.submit(&account, call).await
	})?;
	ensure!(
		included.field("Curation", "SnapshotFinal", "period").is_some(),
		"the corrupted snapshot did not become final: {included:?}"
	);

	let mut file = store.put_plain(listing, period)?;
	file.write_all(&sold)?;
	file.commit(SnapshotFacts {
		content_root: promised.content_root,
		cipher_root: delivered.cipher_root,
		bytes: delivered.bytes,
		chunks: delivered.chunks,
		rows: stored.rows,
	})?;
	drop((stored, store));
	node.start()?;
	node.wait_healthy(patience)?;
	Ok(Corrupted { listing, period, chunk, commitments, secret, listed, sold })
}
