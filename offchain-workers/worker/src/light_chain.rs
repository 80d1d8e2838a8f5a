//! The chain through the sdk's light client.

use crate::chain::{ChainError, ChainPort, Commitments, Duty, FinalSnapshot, NodeFacts, Recipient};
use async_trait::async_trait;
use souk_custody::Account;
use souk_protocol::{request::group_size, AccountId, Digest};
use souk_sdk::{calls, Chain, ListingState, NodeRole, SdkError, View};
use tokio::sync::watch;

/// A light client with the worker's account.
pub struct LightChain {
	chain: Chain,
	account: Account,
	heads: watch::Receiver<u32>,
}

impl LightChain {
	/// Reads and submits through `chain` as `account`. Must be called within a Tokio runtime.
	pub fn new(chain: Chain, account: Account) -> Self {
		let mut source = chain.heads();
		let (numbers, heads) = watch::channel(source.borrow_and_update().number);
		tokio::spawn(async move {
			while source.changed().await.is_ok() {
				let number = source.borrow_and_update().number;
				if numbers.send(number).is_err() {
					return;
				}
			}
		});
		Self { chain, account, heads }
	}

	async fn view(&self) -> Result<View, ChainError> {
		self.chain.latest().await.map_err(unavailable)
	}

	/// What this worker has to do for a listing; `None` where it is not assigned to it.
	async fn duty_at(&self, view: &View, number: u32) -> Result<Option<Duty>, ChainError> {
		let me = self.account.id();
		let assigned = view.assignments(number).await.map_err(unavailable)?;
		let Some(mine) = assigned.iter().find(|one| one.role == NodeRole::Worker && one.node == me) else {
			return Ok(None);
		};
		let wrapped_secret = (!mine.wrapped_key.is_empty()).then(|| mine.wrapped_key.clone());
		let Some(listing) = view.listing(number).await.map_err(unavailable)? else { return Ok(None) };
		let keepers = assigned.into_iter().filter(|one| one.role == NodeRole::Persistence);
		Ok(Some(Duty {
			listing: number,
			address: listing.address(),
			ended: matches!(listing.state, ListingState::Retired | ListingState::TakenDown),
			wrapped_secret,
			recipients: keepers
				.map(|one| Recipient { account: one.node, peer_id: one.peer_id, addresses: one.addresses })
				.collect(),
			group_size: group_size(listing.policy.aggregate_only, listing.policy.min_group_size),
			name: listing.name,
		}))
	}
}

fn unavailable(error: SdkError) -> ChainError {
	ChainError::Unavailable(error.to_string())
}

impl From<&souk_sdk::Commitments> for Commitments {
	fn from(found: &souk_sdk::Commitments) -> Self {
		Self {
			content_root: found.content_root,
			cipher_root: found.cipher_root,
			key_commitment: found.key_commitment,
			columns_root: found.columns_root,
			schema_hash: found.schema_hash,
			source_digest: found.source_digest,
			rows: found.rows,
			bytes: found.bytes,
		}
	}
}

impl From<&Commitments> for souk_sdk::Commitments {
	fn from(ours: &Commitments) -> Self {
		Self {
			content_root: ours.content_root,
			cipher_root: ours.cipher_root,
			key_commitment: ours.key_commitment,
			columns_root: ours.columns_root,
			schema_hash: ours.schema_hash,
			source_digest: ours.source_digest,
			rows: ours.rows,
			bytes: ours.bytes,
		}
	}
}

impl Commitments {
	/// The hash by which submissions are compared, as the chain computes it.
	pub fn hash(&self) -> Digest {
		souk_sdk::Commitments::from(self).hash()
	}
}

#[async_trait]
impl ChainPort for LightChain {
	fn genesis(&self) -> Digest {
		self.chain.genesis()
	}

	fn heads(&self) -> watch::Receiver<u32> {
		self.heads.clone()
	}

	async fn node(&self) -> Result<Option<NodeFacts>, ChainError> {
		let found = self.view().await?.node(self.account.id()).await.map_err(unavailable)?;
		Ok(found.map(|node| NodeFacts {
			peer_id: node.peer_id,
			encryption_key: node.encryption_key,
			has_role: node.worker,
		}))
	}

	async fn duties(&self) -> Result<Vec<Duty>, ChainError> {
		let view = self.view().await?;
		let assigned = view.assignments_of(self.account.id()).await.map_err(unavailable)?;
		let mut duties = Vec::new();
		for (listing, _) in assigned.into_iter().filter(|(_, role)| *role == NodeRole::Worker) {
			duties.extend(self.duty_at(&view, listing).await?);
		}
		Ok(duties)
	}

	async fn duty(&self, listing: u32) -> Result<Option<Duty>, ChainError> {
		self.duty_at(&self.view().await?, listing).await
	}

	async fn finals(&self, listing: u32) -> Result<Vec<FinalSnapshot>, ChainError> {
		let found = self.view().await?.snapshots(listing).await.map_err(unavailable)?;
		let mut finals: Vec<_> = found
			.iter()
			.map(|snapshot| FinalSnapshot {
				period: snapshot.period,
				commitments: (&snapshot.commitments).into(),
				final_at: snapshot.final_at,
			})
			.collect();
		finals.sort_by_key(|snapshot| snapshot.period);
		Ok(finals)
	}

	async fn submissions(&self, listing: u32, period: u32) -> Result<Vec<(AccountId, Digest)>, ChainError> {
		self.view().await?.submissions(listing, period).await.map_err(unavailable)
	}

	async fn submit(&self, listing: u32, period: u32, commitments: &Commitments) -> Result<u32, ChainError> {
		let call = calls::submit_snapshot(listing, period, &commitments.into());
		match self.chain.submit(&self.account, call).await {
			Ok(included) => Ok(included.block),
			Err(SdkError::Dispatch { pallet, error, sentence, .. }) => {
				Err(ChainError::Refused { code: format!("{pallet}.{error}"), reason: sentence })
			}
			// Out of funds, out of peers, out of luck: none of it is the dataset's fault.
			Err(other) => Err(unavailable(other)),
		}
	}
}
