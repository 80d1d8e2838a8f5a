//! Documents about listings: published in the DHT, found there, and checked against their hash on chain.

use crate::{
	error::SdkError,
	reads::{ChainReads, ChainSource},
	types::ListingView,
};
use souk_network::{Key, Network};
use souk_protocol::metadata::{dht_key, metadata_hash, Metadata, MAX_METADATA};
use std::time::Duration;

/// Publishes the document that a listing's hash on chain commits to. This node renews it from then on.
///
/// Errors: [`SdkError::BadMetadata`] where it is not that document; [`SdkError::Network`], also where nobody could be
/// told yet: it is tried again as soon as somebody is reached.
pub async fn publish_metadata(
	network: &Network,
	chain: &impl ChainSource,
	listing: &ListingView,
	document: &[u8],
) -> Result<(), SdkError> {
	check(listing, document)?;
	network.put_record(Key(dht_key(&chain.genesis(), listing.id)), document.to_vec()).await?;
	Ok(())
}

/// Finds a listing's document: with the nodes assigned to it first, then with whoever says to have it.
///
/// Errors: [`SdkError::MetadataNotFound`] where nobody has the one that the chain refers to; [`SdkError::Network`] where
/// nobody was reached.
pub async fn fetch_metadata(
	network: &Network,
	chain: &impl ChainSource,
	listing: &ListingView,
) -> Result<Metadata, SdkError> {
	let key = Key(dht_key(&chain.genesis(), listing.id));
	let reads = chain.reads_from(0, Duration::ZERO).await?;
	let assigned = assigned_peers(&*reads, listing.id).await?;
	let mut failure = None;
	for by_assigned in [true, false] {
		let found = match by_assigned {
			true if assigned.is_empty() => continue,
			true => network.get_records_of(key, &assigned).await,
			false => network.get_records(key).await,
		};
		match found {
			Ok(documents) => {
				if let Some(metadata) = documents.iter().find_map(|document| check(listing, document).ok()) {
					return Ok(metadata);
				}
			}
			Err(error) => failure = Some(error),
		}
	}
	match failure {
		Some(error) => Err(error.into()),
		None => Err(SdkError::MetadataNotFound { listing: listing.id, hash: listing.metadata_hash }),
	}
}

async fn assigned_peers(reads: &dyn ChainReads, listing: u32) -> Result<Vec<souk_network::PeerId>, SdkError> {
	let nodes = reads.assignments(listing).await?;
	Ok(nodes.iter().filter_map(|node| Some(node.peer()?.0)).collect())
}

/// Reads a document and compares it with the chain.
///
/// Errors: [`SdkError::BadMetadata`].
pub fn check(listing: &ListingView, document: &[u8]) -> Result<Metadata, SdkError> {
	let bad = |reason: String| SdkError::BadMetadata { reason };
	if document.len() > MAX_METADATA {
		return Err(bad(format!("it has {} bytes, the limit is {MAX_METADATA}", document.len())));
	}
	if metadata_hash(document) != listing.metadata_hash {
		return Err(bad(format!("its hash is not the one that listing {} has on chain", listing.id)));
	}
	serde_json::from_slice(document).map_err(|e| bad(e.to_string()))
}
