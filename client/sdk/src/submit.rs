//! Transactions: signed, sent, and followed until they are final.
//!
//! The light client watches a transaction, but loses sight of it at times: a peer is gone, a block's body cannot be had.
//! That says nothing about the transaction, so it is then followed by what is final: in the block in which the account's
//! nonce passes the transaction's, either it was included, or another one took its place.

use crate::{
	calls::Call,
	chain::{At, Block, Chain},
	config::SoukConfig,
	error::SdkError,
	events,
};
use futures::{future::BoxFuture, FutureExt};
use serde::Serialize;
use souk_custody::{Account, AccountId};
use souk_protocol::Digest;
use std::{
	collections::VecDeque,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use subxt::{
	client::OnlineClientAtBlockImpl,
	config::{substrate::H256, DefaultExtrinsicParamsBuilder},
	ext::scale_value::Composite,
	tx::{
		DynamicPayload, Signer, SubmittableTransaction, TransactionInvalid, TransactionProgress,
		TransactionStatus, ValidationResult,
	},
	utils::{AccountId32, MultiSignature},
};
use tokio::{sync::broadcast, time::timeout};

/// Blocks for which a transaction is valid: three minutes and a bit.
pub const MORTALITY: u32 = 64;
/// Blocks that are looked at after the light client has called a transaction invalid: it may have been too late for
/// that only because the transaction was in a block already.
const DOUBT: u32 = 6;
/// How long a chain may finalise nothing before it is given up.
const FINALITY_PATIENCE: Duration = Duration::from_secs(240);
/// How often a transaction is signed anew because another one of the account has taken its nonce.
const ATTEMPTS: usize = 4;

type Submittable = SubmittableTransaction<SoukConfig, OnlineClientAtBlockImpl<SoukConfig>>;
type Progress = TransactionProgress<SoukConfig, OnlineClientAtBlockImpl<SoukConfig>>;

/// A transaction that is final and did what it was to do.
#[derive(Clone, Debug, Serialize)]
pub struct Included {
	/// Number of its block.
	pub block: u32,
	/// Hash of its block.
	#[serde(serialize_with = "crate::text::hex")]
	pub block_hash: Digest,
	/// Its own hash.
	#[serde(serialize_with = "crate::text::hex")]
	pub extrinsic_hash: Digest,
	/// What it cost, in planck.
	#[serde(serialize_with = "crate::text::balance")]
	pub fee: u128,
	/// What happened in it.
	pub events: Vec<EventRecord>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventRecord {
	/// Name of the pallet.
	pub pallet: String,
	/// Name of the event.
	pub name: String,
	/// Its fields by name. Accounts are addresses, bytes are hex, balances are decimal strings.
	pub fields: serde_json::Value,
}

impl Included {
	/// The first event of this name.
	pub fn event(&self, pallet: &str, name: &str) -> Option<&EventRecord> {
		self.events.iter().find(|event| event.pallet == pallet && event.name == name)
	}

	/// A field of the first event of this name.
	pub fn field(&self, pallet: &str, name: &str, field: &str) -> Option<&serde_json::Value> {
		self.event(pallet, name)?.fields.get(field)
	}
}

/// The transactions of one account that are under way from here.
#[derive(Default)]
pub(crate) struct Nonces {
	flight: Arc<Mutex<Flight>>,
}

#[derive(Default)]
struct Flight {
	/// Transactions that are not final.
	under_way: usize,
	/// The nonce after that of the last of them.
	next: Option<u64>,
}

/// Counts a transaction as under way while it lives.
struct UnderWay(Arc<Mutex<Flight>>);

impl UnderWay {
	fn new(flight: &Arc<Mutex<Flight>>, nonce: u64) -> Self {
		let mut state = flight.lock().unwrap_or_else(PoisonError::into_inner);
		state.under_way += 1;
		state.next = Some(nonce + 1);
		Self(flight.clone())
	}

	/// The transaction will not be included: those after it have to be counted from the chain again.
	fn failed(&self) {
		self.0.lock().unwrap_or_else(PoisonError::into_inner).next = None;
	}
}

impl Drop for UnderWay {
	fn drop(&mut self) {
		let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		state.under_way = state.under_way.saturating_sub(1);
		if state.under_way == 0 {
			state.next = None;
		}
	}
}

/// Signs for subxt.
struct TransactionSigner<'a>(&'a Account);

impl Signer<SoukConfig> for TransactionSigner<'_> {
	fn account_id(&self) -> AccountId32 {
		AccountId32(self.0.id())
	}

	fn sign(&self, payload: &[u8]) -> MultiSignature {
		MultiSignature::Sr25519(self.0.sign_bytes(payload))
	}
}

/// Why one attempt came to nothing.
enum Failure {
	/// Another transaction of the account has its nonce.
	NonceTaken,
	Final(SdkError),
}

impl From<SdkError> for Failure {
	fn from(error: SdkError) -> Self {
		Self::Final(error)
	}
}

/// Where a transaction was found.
struct Found {
	block: Arc<Block>,
	index: usize,
}

impl Chain {
	/// Signs a call, sends it, and waits until it is final. Several of one account may be under way at a time; they are
	/// included in the order in which they were sent.
	///
	/// Errors: [`SdkError::Dispatch`] where it was included and failed; [`SdkError::CannotPay`],
	/// [`SdkError::Invalid`], [`SdkError::Expired`] where it was not included; [`SdkError::Incompatible`] where the
	/// runtime knows no such call.
	pub fn submit<'a>(
		&'a self,
		signer: &'a Account,
		call: Call,
	) -> BoxFuture<'a, Result<Included, SdkError>> {
		self.submitting(signer, call, u32::MAX).boxed()
	}

	/// [`Chain::submit`], but nothing is sent that could be included after block `last`: whoever notes that number before, and
	/// is interrupted, knows from which block on it is decided whether the call was included.
	///
	/// Errors: as [`Chain::submit`]; [`SdkError::Expired`] also where less than [`MORTALITY`] blocks are left.
	pub fn submit_until<'a>(
		&'a self,
		signer: &'a Account,
		call: Call,
		last: u32,
	) -> BoxFuture<'a, Result<Included, SdkError>> {
		self.submitting(signer, call, last).boxed()
	}

	async fn submitting(&self, signer: &Account, call: Call, last: u32) -> Result<Included, SdkError> {
		let name = call.to_string();
		let payload = call.payload();
		for attempt in 0..ATTEMPTS {
			match self.attempt(signer, &name, &payload, last).await {
				Ok(included) => return included,
				Err(Failure::Final(error)) => return Err(error),
				Err(Failure::NonceTaken) => {
					tracing::debug!(call = name, attempt, "another transaction came first")
				}
			}
		}
		let reason =
			"other transactions of the same account come first each time; send from one place at a time"
				.into();
		Err(SdkError::Invalid { call: name, reason })
	}

	/// What [`Chain::submit`] would cost, in planck, by the chain's own estimate.
	///
	/// Errors: [`SdkError::Read`], [`SdkError::Incompatible`].
	pub fn estimate_fee<'a>(
		&'a self,
		signer: &'a Account,
		call: Call,
	) -> BoxFuture<'a, Result<u128, SdkError>> {
		self.estimating(signer, call).boxed()
	}

	async fn estimating(&self, signer: &Account, call: Call) -> Result<u128, SdkError> {
		let name = call.to_string();
		let block = self.newest().ok_or(SdkError::Stopped)?;
		let at = self.client_at(&block).await?;
		let transaction = sign(at, &block, signer, &name, &call.payload(), 0)?;
		self.reading(&format!("the fee of {name}"), block.head.number, || transaction.partial_fee_estimate())
			.await
	}

	async fn attempt(
		&self,
		signer: &Account,
		name: &str,
		payload: &DynamicPayload<Composite<()>>,
		last: u32,
	) -> Result<Result<Included, SdkError>, Failure> {
		let account = signer.id();
		let nonces = self.nonces(account);
		// One at a time until it is sent, so that the order of nonces is the order of sending.
		let ordered = nonces.lock().await;
		let block = self.newest().ok_or(SdkError::Stopped)?;
		if block.head.number.saturating_add(MORTALITY) > last {
			return Err(SdkError::Expired { call: name.into(), blocks: MORTALITY }.into());
		}
		let at = self.client_at(&block).await?;
		let nonce = self.next_nonce(account, &block, &ordered).await?;
		let transaction = sign(at, &block, signer, name, payload, nonce)?;
		self.validate(account, name, &block, &transaction).await?;
		let finals = self.blocks();
		let under_way = UnderWay::new(&ordered.flight, nonce);
		let progress = watch(&transaction).await;
		drop(ordered);

		let hash = transaction.hash();
		tracing::debug!(call = name, nonce, %hash, "sent");
		let mut following = Following { chain: self, account, nonce, name, transaction, finals };
		match following.until_final(progress, block.head.number).await {
			Ok(found) => Ok(self.outcome(name, hash, found).await),
			Err(failure) => {
				under_way.failed();
				Err(failure)
			}
		}
	}

	/// The account's nonce in the best chain, or after what is under way from here.
	async fn next_nonce(
		&self,
		account: AccountId,
		finalised: &Arc<Block>,
		nonces: &Nonces,
	) -> Result<u64, SdkError> {
		let best = self.best().filter(|best| best.head.number >= finalised.head.number);
		let on_chain = match &best {
			// A block that is not final may be gone by the time it is read.
			Some(best) => match self.nonce_at(account, best).await {
				Ok(nonce) => nonce,
				Err(_) => self.nonce_at(account, finalised).await?,
			},
			None => self.nonce_at(account, finalised).await?,
		};
		let local = nonces.flight.lock().unwrap_or_else(PoisonError::into_inner).next;
		Ok(local.map_or(on_chain, |local| local.max(on_chain)))
	}

	async fn nonce_at(&self, account: AccountId, block: &Arc<Block>) -> Result<u64, SdkError> {
		let transactions = self.client_at(block).await?.tx();
		let account = AccountId32(account);
		self.reading("the account's nonce", block.head.number, || transactions.account_nonce(&account)).await
	}

	/// Asks the runtime whether it would take a transaction: its reasons are better than the light client's.
	async fn validate(
		&self,
		account: AccountId,
		name: &str,
		block: &Block,
		transaction: &Submittable,
	) -> Result<(), Failure> {
		let what = format!("whether {name} is valid");
		let validity = self.reading(&what, block.head.number, || transaction.validate()).await?;
		let reason = match validity {
			ValidationResult::Valid(_) => return Ok(()),
			ValidationResult::Invalid(TransactionInvalid::Payment) => {
				return Err(SdkError::CannotPay { account, call: name.into() }.into());
			}
			ValidationResult::Invalid(TransactionInvalid::Stale) => return Err(Failure::NonceTaken),
			ValidationResult::Invalid(TransactionInvalid::BadProof) => {
				let reason = "its signature is not accepted".into();
				return Err(SdkError::Incompatible { what: name.into(), reason }.into());
			}
			ValidationResult::Invalid(TransactionInvalid::Call) => {
				"this call is switched off at present".into()
			}
			ValidationResult::Invalid(TransactionInvalid::ExhaustsResources) => {
				"it is too large for a block".into()
			}
			ValidationResult::Invalid(other) => format!("{other:?}"),
			ValidationResult::Unknown(other) => format!("{other:?}"),
		};
		Err(SdkError::Invalid { call: name.into(), reason }.into())
	}

	/// The index of a transaction in a block's body.
	async fn find(&self, block: &Arc<Block>, hash: H256) -> Result<Option<usize>, SdkError> {
		Ok(self.body(block).await?.iter().position(|in_block| *in_block == hash))
	}

	/// Reads what a transaction did.
	async fn outcome(&self, name: &str, hash: H256, found: Found) -> Result<Included, SdkError> {
		let Found { block, index } = found;
		let at = self.client_at(&block).await?;
		let read = events::of_extrinsic(self.events(&block).await?, index, at.metadata_ref())?;
		if let Some(failed) = read.failure(at.metadata())? {
			return Err(SdkError::Dispatch {
				call: name.into(),
				pallet: failed.pallet,
				error: failed.error,
				sentence: failed.sentence,
				block: block.head.number,
				fee: read.fee,
			});
		}
		Ok(Included {
			block: block.head.number,
			block_hash: block.head.hash,
			extrinsic_hash: hash.0,
			fee: read.fee,
			events: read.records,
		})
	}
}

fn sign(
	at: &At,
	birth: &Block,
	signer: &Account,
	name: &str,
	payload: &DynamicPayload<Composite<()>>,
	nonce: u64,
) -> Result<Submittable, SdkError> {
	let incompatible = |error: &subxt::error::ExtrinsicError| SdkError::Incompatible {
		what: name.into(),
		reason: crate::chain::reasons(error),
	};
	let params = DefaultExtrinsicParamsBuilder::<SoukConfig>::new()
		.nonce(nonce)
		.mortal_from_unchecked(u64::from(MORTALITY), u64::from(birth.head.number), H256(birth.head.hash))
		.build();
	let mut signable = at.tx().create_signable_offline(payload, params).map_err(|e| incompatible(&e))?;
	signable.sign(&TransactionSigner(signer)).map_err(|e| incompatible(&e))
}

/// Sends a transaction; `None` where the light client does not take it just now.
async fn watch(transaction: &Submittable) -> Option<Progress> {
	match timeout(Duration::from_secs(10), transaction.submit_and_watch()).await {
		Ok(Ok(progress)) => Some(progress),
		Ok(Err(error)) => {
			tracing::debug!(%error, "the light client did not take a transaction");
			None
		}
		Err(_) => None,
	}
}

/// A transaction on its way.
struct Following<'a> {
	chain: &'a Chain,
	account: AccountId,
	nonce: u64,
	name: &'a str,
	transaction: Submittable,
	finals: broadcast::Receiver<Arc<Block>>,
}

/// What the light client said of a transaction.
enum News {
	Final(H256),
	Invalid(String),
	/// Nothing more will be heard.
	Lost,
	/// Nothing that changes anything.
	Nothing,
}

impl Following<'_> {
	/// Waits until the transaction is final. `birth` is the block from which its validity counts.
	async fn until_final(&mut self, mut progress: Option<Progress>, birth: u32) -> Result<Found, Failure> {
		// Final blocks that may have it and were not looked at.
		let mut unseen: VecDeque<Arc<Block>> = VecDeque::new();
		let mut newest = birth;
		let mut invalid: Option<(String, u32)> = None;
		loop {
			let mut new_block = false;
			tokio::select! {
				biased;
				news = news(&mut progress), if progress.is_some() => match news {
					News::Nothing => continue,
					News::Final(hash) => {
						progress = None;
						if let Some(found) = self.found_in(hash, &mut unseen).await? {
							return Ok(found);
						}
					},
					News::Invalid(message) => {
						progress = None;
						invalid = Some((message, newest));
					},
					News::Lost => progress = None,
				},
				block = timeout(FINALITY_PATIENCE, self.finals.recv()) => {
					let what = || format!("finality of {}", self.name);
					let block = block
						.map_err(|_| SdkError::Timeout { what: what(), limit: FINALITY_PATIENCE })?
						.map_err(|_| SdkError::Stopped)?;
					newest = block.head.number;
					unseen.push_back(block);
					new_block = true;
				},
			}
			let over = newest > birth + MORTALITY;
			if progress.is_some() && !over {
				continue;
			}
			while let Some(block) = unseen.front() {
				if self.chain.nonce_at(self.account, block).await? > self.nonce {
					return match self.chain.find(block, self.transaction.hash()).await? {
						Some(index) => Ok(Found { block: block.clone(), index }),
						None => Err(Failure::NonceTaken),
					};
				}
				unseen.pop_front();
			}
			if over {
				return Err(SdkError::Expired { call: self.name.into(), blocks: MORTALITY }.into());
			}
			match &invalid {
				Some((message, since)) if newest > since + DOUBT => {
					return Err(SdkError::Invalid { call: self.name.into(), reason: message.clone() }.into());
				}
				// Sent again at most once per block, and not at all where it is said to be invalid.
				None if new_block => progress = watch(&self.transaction).await,
				_ => {}
			}
		}
	}

	/// The block of this hash among the final ones seen so far, or that come next.
	async fn found_in(
		&mut self,
		hash: H256,
		unseen: &mut VecDeque<Arc<Block>>,
	) -> Result<Option<Found>, SdkError> {
		let known = match unseen.iter().find(|block| block.head.hash == hash.0) {
			Some(block) => Some(block.clone()),
			// The light client tells of the same block at about the same time.
			None => timeout(Duration::from_secs(10), self.comes(hash, unseen)).await.ok().flatten(),
		};
		let Some(block) = known else { return Ok(None) };
		Ok(self.chain.find(&block, self.transaction.hash()).await?.map(|index| Found { block, index }))
	}

	async fn comes(&mut self, hash: H256, unseen: &mut VecDeque<Arc<Block>>) -> Option<Arc<Block>> {
		loop {
			let block = self.finals.recv().await.ok()?;
			unseen.push_back(block.clone());
			if block.head.hash == hash.0 {
				return Some(block);
			}
		}
	}
}

async fn news(progress: &mut Option<Progress>) -> News {
	let Some(progress) = progress else { return News::Lost };
	match progress.next().await {
		Some(Ok(TransactionStatus::InFinalizedBlock(block))) => News::Final(block.block_hash()),
		Some(Ok(TransactionStatus::Invalid { message })) => News::Invalid(message),
		Some(Ok(TransactionStatus::Error { .. } | TransactionStatus::Dropped { .. }) | Err(_)) | None => {
			News::Lost
		}
		Some(Ok(_)) => News::Nothing,
	}
}
