//! Transactions: signed, sent, and followed until they are final.
//!
//! The light client watches a transaction, but loses sight of it at times: a peer is gone, a block's body cannot be had.
//! That says nothing about the transaction, so it is then followed by what is final: in the block in which the account's
//! nonce passes the transaction's, either it was included, or another one took its place. Meanwhile the light client is handed the
//! same bytes again, also while finality stands still: they can be included once only, however often they are sent.

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
	future::Future,
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
use tokio::{
	sync::broadcast,
	time::{sleep, timeout, timeout_at, Instant},
};

/// Blocks for which a transaction is valid: three minutes and a bit.
pub const MORTALITY: u32 = 64;
/// Blocks that are looked at after the light client has called a transaction invalid: it may have been too late for
/// that only because the transaction was in a block already.
const DOUBT: u32 = 6;
/// How long a chain may finalise nothing before it is given up: longer than a transaction is valid. Where blocks came all the while, none
/// after that can include it.
const FINALITY_PATIENCE: Duration = Duration::from_secs(240);
/// How long no block may become final until a transaction that the light client has lost is handed to it again: the chain may go on making
/// blocks.
const QUIET: Duration = Duration::from_secs(6);
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

impl Failure {
	/// The same where nothing was sent; an error that passes does not say so by itself.
	fn before_sending(self, call: &str) -> Self {
		match self {
			// It says that nothing happened.
			Self::Final(error @ SdkError::Expired { .. }) => Self::Final(error),
			Self::Final(error) if error.passes() => {
				Self::Final(SdkError::NotSent { call: call.into(), source: Box::new(error) })
			}
			other => other,
		}
	}
}

/// A transaction that can be sent.
struct Prepared {
	transaction: Submittable,
	nonce: u64,
	/// The block that its validity counts from.
	block: Arc<Block>,
}

/// Where a transaction was found.
struct Found {
	block: Arc<Block>,
	index: usize,
}

impl Chain {
	/// Signs a call, sends it, and waits until it is final. Several of one account may be under way at a time; they are
	/// included in the order in which they were sent. [`Chain::latest`] has its block from then on, or a later one.
	///
	/// Errors: [`SdkError::Dispatch`] where it was included and failed; [`SdkError::CannotPay`],
	/// [`SdkError::Invalid`], [`SdkError::Expired`] where it was not included; [`SdkError::NotSent`] where the chain could not be read
	/// before; [`SdkError::Incompatible`] where the runtime knows no such call. After others it may be included all the same
	/// ([`SdkError::is_in_doubt`]).
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
		let prepared = self.prepared(signer, name, payload, last, &ordered).await;
		let Prepared { transaction, nonce, block } =
			prepared.map_err(|failure| failure.before_sending(name))?;
		let finals = self.blocks();
		let under_way = UnderWay::new(&ordered.flight, nonce);
		let progress = watch(&transaction).await;
		drop(ordered);

		let hash = transaction.hash();
		tracing::debug!(call = name, nonce, %hash, "sent");
		let birth = block.head.number;
		let mut following = Following { chain: self, account, nonce, name, birth, transaction, finals };
		match following.until_final(progress).await {
			Ok(found) => Ok(self.outcome(name, hash, found).await),
			Err(failure) => {
				under_way.failed();
				Err(failure)
			}
		}
	}

	/// Signs a call, and asks the chain whether it would take it.
	async fn prepared(
		&self,
		signer: &Account,
		name: &str,
		payload: &DynamicPayload<Composite<()>>,
		last: u32,
		nonces: &Nonces,
	) -> Result<Prepared, Failure> {
		let account = signer.id();
		let block = self.newest().ok_or(SdkError::Stopped)?;
		if block.head.number.saturating_add(MORTALITY) > last {
			return Err(SdkError::Expired { call: name.into(), blocks: MORTALITY }.into());
		}
		let at = self.client_at(&block).await?;
		let nonce = self.next_nonce(account, &block, nonces).await?;
		let transaction = sign(at, &block, signer, name, payload, nonce)?;
		self.validate(account, name, &block, &transaction).await?;
		Ok(Prepared { transaction, nonce, block })
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
	/// The block that its validity counts from.
	birth: u32,
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

/// What happens next while a transaction is followed.
enum Next<B> {
	/// The light client said something of it.
	News(News),
	/// A block is final.
	Final(B),
	/// The light client has lost it, and no block became final for a while.
	Quiet,
	/// No block became final for so long that the chain is given up.
	StandsStill,
	/// No block will ever come.
	Stopped,
}

/// Waits for what happens next: `news`, while the light client follows the transaction; a final block; `quiet`, where the light client has
/// lost it; the chain is given up at `until`.
async fn next<B: Clone>(
	news: impl Future<Output = News>,
	is_followed: bool,
	finals: &mut broadcast::Receiver<B>,
	quiet: Duration,
	until: Instant,
) -> Next<B> {
	tokio::select! {
		biased;
		news = news, if is_followed => Next::News(news),
		block = timeout_at(until, finals.recv()) => match block {
			Ok(Ok(block)) => Next::Final(block),
			Ok(Err(_)) => Next::Stopped,
			Err(_) => Next::StandsStill,
		},
		() = sleep(quiet), if !is_followed => Next::Quiet,
	}
}

/// How many blocks after the best one can still include a transaction whose validity counts from `birth`.
const fn blocks_left(best: u32, birth: u32) -> u32 {
	birth.saturating_add(MORTALITY).saturating_sub(best.saturating_add(1))
}

impl Following<'_> {
	/// Waits until the transaction is final.
	async fn until_final(&mut self, mut progress: Option<Progress>) -> Result<Found, Failure> {
		// Final blocks that may have it and were not looked at.
		let mut unseen: VecDeque<Arc<Block>> = VecDeque::new();
		let mut newest = self.birth;
		let mut invalid: Option<(String, u32)> = None;
		let mut until = Instant::now() + FINALITY_PATIENCE;
		loop {
			let mut again = false;
			let is_followed = progress.is_some();
			let event = next(news(&mut progress), is_followed, &mut self.finals, QUIET, until).await;
			match event {
				Next::News(News::Nothing) => continue,
				Next::News(News::Final(hash)) => {
					progress = None;
					if let Some(found) = self.found_in(hash, &mut unseen).await? {
						return Ok(found);
					}
				}
				Next::News(News::Invalid(message)) => {
					progress = None;
					// Where it only grew too old, while finality stood still, it may be in a block that is not final yet.
					if self.blocks_left() > DOUBT {
						invalid = Some((message, newest));
					}
				}
				Next::News(News::Lost) => progress = None,
				Next::Final(block) => {
					newest = block.head.number;
					unseen.push_back(block);
					until = Instant::now() + FINALITY_PATIENCE;
					again = true;
				}
				Next::Quiet => again = true,
				Next::StandsStill => {
					let what = format!("finality of {}", self.name);
					return Err(SdkError::Timeout { what, limit: FINALITY_PATIENCE }.into());
				}
				Next::Stopped => return Err(SdkError::Stopped.into()),
			}
			let over = newest > self.birth + MORTALITY;
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
				// Once per block, or now and then where none becomes final; not at all where it is said to be invalid, or too old.
				None if again && self.blocks_left() > 0 => progress = watch(&self.transaction).await,
				_ => {}
			}
		}
	}

	/// [`blocks_left`] of this one.
	fn blocks_left(&self) -> u32 {
		self.chain.best().map_or(MORTALITY, |best| blocks_left(best.head.number, self.birth))
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

#[cfg(test)]
mod tests {
	use super::*;
	use std::future::{pending, ready};

	#[tokio::test]
	async fn what_the_light_client_has_lost_is_sent_again_although_no_block_becomes_final() {
		let (blocks, mut finals) = broadcast::channel(4);
		let (soon, late) = (Duration::from_millis(1), Duration::from_secs(600));
		let until = Instant::now() + late;
		assert!(matches!(next(pending(), false, &mut finals, soon, until).await, Next::Quiet));
		blocks.send(7).unwrap();
		let next_is = next(pending(), false, &mut finals, late, until).await;
		assert!(matches!(next_is, Next::Final(7)));
		// While the light client follows it, it sends it again by itself.
		let lost = next(ready(News::Lost), true, &mut finals, soon, until).await;
		assert!(matches!(lost, Next::News(News::Lost)));
		let given_up = next(pending(), true, &mut finals, soon, Instant::now() + 20 * soon).await;
		assert!(matches!(given_up, Next::StandsStill));
		let given_up = next(pending(), false, &mut finals, late, Instant::now()).await;
		assert!(matches!(given_up, Next::StandsStill), "however often it was sent again");
		drop(blocks);
		assert!(matches!(next(pending(), true, &mut finals, soon, until).await, Next::Stopped));
	}

	#[test]
	fn a_transaction_is_valid_for_so_many_blocks_of_the_best_chain() {
		let left = |best| blocks_left(best, 100);
		assert_eq!((left(100), left(162), left(163), left(400)), (MORTALITY - 1, 1, 0, 0));
	}

	#[test]
	fn an_error_before_a_transaction_is_sent_leaves_no_doubt() {
		let unsent = |error: SdkError| match Failure::from(error).before_sending("Escrow.order") {
			Failure::Final(error) => error,
			Failure::NonceTaken => panic!("it was another one"),
		};
		let unread =
			|| SdkError::Read { what: "the nonce".into(), block: 1, reason: "no node answered".into() };
		assert!(unread().is_in_doubt() && SdkError::Stopped.is_in_doubt());
		for error in [unread(), SdkError::Stopped] {
			let error = unsent(error);
			assert!(matches!(error, SdkError::NotSent { .. }) && !error.is_in_doubt(), "{error}");
		}
		for error in [
			SdkError::Expired { call: "Escrow.order".into(), blocks: MORTALITY },
			SdkError::CannotPay { account: [1; 32], call: "Escrow.order".into() },
		] {
			let said = error.to_string();
			assert_eq!(unsent(error).to_string(), said);
		}
		assert!(matches!(Failure::NonceTaken.before_sending("Escrow.order"), Failure::NonceTaken));
	}
}
