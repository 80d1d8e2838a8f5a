//! Queries: who is asked, what is sent, and what must hold before anything is handed out.
//!
//! ```text
//! assignments on chain ──> providers, in random order
//!   for each: request, signed, sealed to its key ──> frames ──> spool (file, hashed)
//!             attestation: node, signature, request ── chain: assigned, snapshot ── bytes, rows, hash
//!                 all hold ──> answer           any does not ──> the next provider
//! ```
//!
//! Where the listing's curator wants answers that are the same each time, the attestation has to promise it (`promise.rs`).
//!
//! A refusal that a node has signed is the answer, unless it says that the fault is the node's own.

use crate::{
	chain::Chain,
	error::SdkError,
	promise::{Wish, Wishes},
	proved::{check_sql, Anchor},
	purse::{Purse, Spent},
	reach,
	reads::{ChainReads, ChainSource},
	spool::{Spool, SpoolError, SpooledResult},
	types::{AssignmentView, ListingId, ListingView, NodeRole, QueryPolicy},
	verify::{check_bundle, check_bytes, check_chain, check_claim, check_promise, is_promise_due, Measured},
	AccountId, Digest,
};
use futures::future::{select, Either};
use rand::seq::SliceRandom;
use souk_custody::Account;
use souk_network::{FramedStream, Multiaddr, Network, NetworkError, Protocol};
use souk_protocol::{
	metadata::Metadata,
	request::{QueryRequest, RequestLimits, SignedRequest, MAX_SQL},
	voucher::{encode_voucher, is_charged},
	AnswerKind, AnswerOpener, AnswerPart, EncryptionSecret, Outcome, Progress, SignedAttestation, Snapshot,
};
use souk_table_proofs::{Bundle, MAX_BUNDLE_BYTES};
use std::{
	pin::pin,
	sync::Arc,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{sync::Mutex, time::timeout_at};

/// How long a query may take when nobody says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// How far a node's finalised head may be ahead of ours, in time.
const AHEAD: Duration = Duration::from_secs(20);
/// Nodes do not take deadlines further ahead than ten minutes; a minute is for clocks that differ.
const MAX_DEADLINE: Duration = Duration::from_secs(9 * 60);
/// A node's deadline is before the end of our patience by a tenth of what is left, and by no more than this: what it signs then is still heard,
/// unless its clock is behind ours by more.
const MOST_HEADSTART: Duration = Duration::from_secs(2);
/// How often all providers are asked where each of them said to have trouble that passes.
const ROUNDS: usize = 3;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Query {
	/// One SELECT.
	pub sql: String,
	/// Of which snapshot.
	pub snapshot: Snapshot,
	/// Most that is accepted.
	pub limits: RequestLimits,
	/// How long it may take; divided among the providers that are asked.
	pub timeout: Duration,
}

impl Query {
	/// The newest snapshot, any number of rows up to 8 GiB, a minute.
	pub fn new(sql: impl Into<String>) -> Self {
		let limits = RequestLimits { rows: u64::MAX, bytes: 8 << 30 };
		Self { sql: sql.into(), snapshot: Snapshot::Latest, limits, timeout: DEFAULT_TIMEOUT }
	}
}

/// A result that was checked against the chain.
#[derive(Debug)]
pub struct Answer {
	/// The rows, as an Arrow IPC stream in a file.
	pub ipc: SpooledResult,
	/// What the node answers for with its bond.
	pub attestation: SignedAttestation,
	/// Who answered.
	pub provider: AccountId,
	/// Who was asked before, and what went wrong.
	pub tried: Vec<(AccountId, String)>,
	/// What those have signed whose answers were void: see [`SdkError::AllFailed`].
	pub void: Vec<SignedAttestation>,
	/// From the question to the end of all checks.
	pub elapsed: Duration,
}

impl Answer {
	/// Rows of the result.
	pub fn rows(&self) -> u64 {
		self.ipc.rows()
	}
}

/// Figures that were proved, and whose proof was checked against the chain.
#[derive(Debug)]
pub struct ProvedAnswer {
	/// Query, figures and proof.
	pub bundle: Bundle,
	/// What the node answers for with its bond. The proof needs it for nothing.
	pub attestation: SignedAttestation,
	/// Who proved it.
	pub provider: AccountId,
	/// Who was asked before, and what went wrong.
	pub tried: Vec<(AccountId, String)>,
	/// From the question to the end of all checks.
	pub elapsed: Duration,
}

/// The query side of the marketplace: an account that asks.
#[derive(Clone)]
pub struct Subscriber<S = Chain> {
	chain: S,
	network: Network,
	account: Account,
	purse: Option<Arc<Mutex<Purse>>>,
	wishes: Wishes,
}

/// How asking one provider ended without a result.
enum Setback {
	/// What it sent does not hold, or nothing came.
	Fault(String),
	/// What it sent is no answer, and it signed for these very bytes.
	Void { reason: String, attestation: Box<SignedAttestation> },
	/// It refused, and signed for it.
	Refused(Refusal),
	/// This side cannot go on.
	Here(SdkError),
}

struct Refusal {
	code: String,
	message: String,
	/// Whether rows had come, and the node charges for them.
	charged: bool,
	provider: AccountId,
	attestation: Box<SignedAttestation>,
}

impl From<SdkError> for Setback {
	fn from(error: SdkError) -> Self {
		Self::Here(error)
	}
}

/// What an answer is to be, and what is done with it on the way.
enum Wanted<'a> {
	/// With a promise, where somebody may want one.
	Rows {
		wish: Option<Wish<'a>>,
	},
	Proof {
		policy: QueryPolicy,
		progress: &'a mut (dyn FnMut(Progress) + Send),
	},
}

/// What came, checked.
enum Got {
	Rows(SpooledResult),
	Proof(Box<Bundle>),
}

/// The first answer that holds.
struct Found {
	got: Got,
	attestation: SignedAttestation,
	provider: AccountId,
	tried: Vec<(AccountId, String)>,
	void: Vec<SignedAttestation>,
	elapsed: Duration,
}

impl Wanted<'_> {
	fn kind(&self) -> AnswerKind {
		match self {
			Self::Rows { .. } => AnswerKind::Rows,
			Self::Proof { .. } => AnswerKind::Proof,
		}
	}

	/// Most bytes of an answer that are taken.
	fn most(&self, query: &Query) -> u64 {
		match self {
			Self::Rows { .. } => query.limits.bytes,
			Self::Proof { .. } => query.limits.bytes.min(MAX_BUNDLE_BYTES as u64),
		}
	}
}

/// A request and the secret that opens its answer.
struct Sent {
	signed: SignedRequest,
	digest: Digest,
	reply: EncryptionSecret,
}

impl<S: ChainSource> Subscriber<S> {
	/// Asks as `account`, which holds the entitlement.
	pub fn new(chain: S, network: Network, account: Account) -> Self {
		Self { chain, network, account, purse: None, wishes: Wishes::default() }
	}

	/// What a listing's metadata say, where they are at hand and were [checked](crate::metadata::check): they are not looked for then.
	pub fn knowing(self, listing: &ListingView, metadata: &Metadata) -> Self {
		self.wishes.learn(listing, metadata);
		self
	}

	/// Pays each query from a tab. Of proofs it pays what the purse was told that they cost; a node that wants more refuses.
	pub fn paying(self, purse: Purse) -> Self {
		Self { purse: Some(Arc::new(Mutex::new(purse))), ..self }
	}

	/// What the last answered query was paid with, where it was paid from a tab.
	pub async fn spent(&self) -> Option<Spent> {
		self.purse.as_ref()?.lock().await.spent()
	}

	/// What was paid for queries that broke off after rows had come, where they were paid from a tab.
	pub async fn broken_off(&self) -> Vec<Spent> {
		match &self.purse {
			Some(purse) => purse.lock().await.broken_off().to_vec(),
			None => Vec::new(),
		}
	}

	/// Who asks.
	pub fn account(&self) -> &Account {
		&self.account
	}

	/// Sends a query to the nodes that are assigned to a listing, one after the other until one gives an answer that
	/// holds. Nothing of an answer is handed out before all of it was checked; what does not hold is thrown away.
	///
	/// The listing's metadata are looked for at the same time, for three seconds at most: where they say that answers are the same each time, an
	/// answer has to promise it. Where nobody has them in time, it does not have to.
	///
	/// Errors: [`SdkError::NoProviders`]; [`SdkError::Refused`] with the signed refusal; [`SdkError::AllFailed`] with what
	/// went wrong with each; [`SdkError::Timeout`].
	pub async fn query(&self, listing: &ListingView, query: Query) -> Result<Answer, SdkError> {
		if !is_promise_due(&query.limits, &listing.policy) {
			return self.query_listing(listing.id, query).await;
		}
		let wish = self.wishes.of(listing, &self.network, &self.chain, query.timeout);
		let looking = wish.clone();
		let answer = pin!(self.rows(listing.id, query, Some(wish)));
		// The looking goes on beside the query, and ends with it.
		let first = select(answer, looking).await;
		match first {
			Either::Left((answer, _)) => answer,
			Either::Right((_, answer)) => answer.await,
		}
	}

	/// [`Subscriber::query`] by number. What the listing's curator wants does not follow from it: nothing has to be promised.
	pub async fn query_listing(&self, listing: ListingId, query: Query) -> Result<Answer, SdkError> {
		self.rows(listing, query, None).await
	}

	async fn rows(
		&self,
		listing: ListingId,
		query: Query,
		wish: Option<Wish<'_>>,
	) -> Result<Answer, SdkError> {
		let Found { got, attestation, provider, tried, void, elapsed } =
			self.search(listing, query, &mut Wanted::Rows { wish }).await?;
		match got {
			Got::Rows(ipc) => Ok(Answer { ipc, attestation, provider, tried, void, elapsed }),
			// What was asked for was rows, and what came was checked to be that.
			Got::Proof(_) => Err(SdkError::AllFailed { listing, tried, void }),
		}
	}

	/// Like [`query`](Self::query), for figures with a proof that they are right. `progress` hears how far it is; a node may say
	/// anything there.
	///
	/// Errors: as for a query; SQL outside the provable subset is [`SdkError::NotProvable`], before anything is sent where it can be
	/// told without the columns, and otherwise [`SdkError::Refused`] with the code `not_provable`.
	pub async fn prove(
		&self,
		listing: &ListingView,
		query: Query,
		progress: &mut (dyn FnMut(Progress) + Send),
	) -> Result<ProvedAnswer, SdkError> {
		self.prove_listing(listing.id, listing.policy, query, progress).await
	}

	/// [`Subscriber::prove`] by number and policy.
	pub async fn prove_listing(
		&self,
		listing: ListingId,
		policy: QueryPolicy,
		query: Query,
		progress: &mut (dyn FnMut(Progress) + Send),
	) -> Result<ProvedAnswer, SdkError> {
		check_sql(&query.sql)?;
		let mut wanted = Wanted::Proof { policy, progress };
		let Found { got, attestation, provider, tried, void, elapsed } =
			self.search(listing, query, &mut wanted).await?;
		match got {
			Got::Proof(bundle) => Ok(ProvedAnswer { bundle: *bundle, attestation, provider, tried, elapsed }),
			Got::Rows(_) => Err(SdkError::AllFailed { listing, tried, void }),
		}
	}

	async fn search(
		&self,
		listing: ListingId,
		query: Query,
		wanted: &mut Wanted<'_>,
	) -> Result<Found, SdkError> {
		if query.sql.len() > MAX_SQL {
			let what = "query's SQL";
			return Err(souk_protocol::ProtocolError::TooLarge {
				what,
				bytes: query.sql.len(),
				limit: MAX_SQL,
			}
			.into());
		}
		let started = Instant::now();
		let deadline = tokio::time::Instant::now() + query.timeout;
		let (mut tried, mut void) = (Vec::new(), Vec::new());
		let mut refused: Option<Refusal> = None;
		let mut block = 0;
		for round in 1..=ROUNDS {
			let reads = self.chain.reads_from(block, AHEAD).await?;
			let mut passes = false;
			let providers = providers(&*reads, listing).await?;
			for (place, provider) in providers.iter().enumerate() {
				// Each gets its share of what is left, so that one who says nothing does not use up everybody's time.
				let left = deadline.saturating_duration_since(tokio::time::Instant::now());
				let share = left / u32::try_from(providers.len() - place).unwrap_or(u32::MAX);
				let until = tokio::time::Instant::now() + share;
				let asked =
					timeout_at(until, self.ask(provider, listing, &query, until, &*reads, wanted)).await;
				match asked {
					Ok(Ok((got, attestation))) => {
						let elapsed = started.elapsed();
						return Ok(Found { got, attestation, provider: provider.node, tried, void, elapsed });
					}
					Ok(Err(Setback::Here(error))) => return Err(error),
					Ok(Err(Setback::Fault(reason))) => tried.push((provider.node, reason)),
					Ok(Err(Setback::Void { reason, attestation })) => {
						tried.push((provider.node, reason));
						void.push(*attestation);
					}
					Ok(Err(Setback::Refused(refusal))) => {
						let behind = refusal.attestation.attestation.block < reads.head().number;
						match weight(&refusal.code, behind) {
							Weight::Final => return Err(refusal.into_error(tried, void)),
							Weight::OwnFault => {}
							Weight::Passing => passes = true,
						}
						tried.push((provider.node, format!("it says {}: {}", refusal.code, refusal.message)));
						refused = Some(refusal);
					}
					Err(_) => tried.push((provider.node, format!("no complete answer within {share:?}"))),
				}
			}
			if !passes || round == ROUNDS || tokio::time::Instant::now() >= deadline {
				break;
			}
			tracing::debug!(listing, round, "every node had trouble that passes; asking again");
			// What passes, passes with new blocks: a snapshot is handed over, a node catches up.
			block = reads.head().number + 1;
		}
		Err(failed(listing, refused, tried, void))
	}

	/// Asks one provider, with a voucher where queries are paid from a tab.
	async fn ask(
		&self,
		provider: &AssignmentView,
		listing: ListingId,
		query: &Query,
		until: tokio::time::Instant,
		reads: &dyn ChainReads,
		wanted: &mut Wanted<'_>,
	) -> Result<(Got, SignedAttestation), Setback> {
		let Some(purse) = &self.purse else {
			return self.ask_with(provider, listing, query, until, reads, wanted, None).await;
		};
		// One at a time: the next voucher depends on what becomes of this one.
		let mut purse = purse.lock().await;
		loop {
			let voucher = encode_voucher(&purse.voucher(&provider.node, wanted.kind())?);
			let asked = self.ask_with(provider, listing, query, until, reads, wanted, Some(voucher)).await;
			match &asked {
				Ok(_) => purse.answered(&provider.node)?,
				Err(Setback::Refused(refusal)) if refusal.charged => purse.broke_off(&provider.node)?,
				// Not free any more: it is paid then, once.
				Err(Setback::Refused(refusal)) if purse.refused(&provider.node, &refusal.code)? => continue,
				Err(_) => {}
			}
			return asked;
		}
	}

	#[allow(clippy::too_many_arguments, reason = "each is a part of one question")]
	async fn ask_with(
		&self,
		provider: &AssignmentView,
		listing: ListingId,
		query: &Query,
		until: tokio::time::Instant,
		reads: &dyn ChainReads,
		wanted: &mut Wanted<'_>,
		voucher: Option<Vec<u8>>,
	) -> Result<(Got, SignedAttestation), Setback> {
		let sent = self.request(provider, listing, query, until, wanted.kind(), voucher);
		let sealed = sent.signed.seal(&provider.encryption_key);
		// A key that is none cannot be sealed to; it was checked by nobody when it was registered.
		let sealed = sealed
			.map_err(|e| Setback::Fault(format!("its registered encryption key is not usable: {e}")))?;
		let genesis = self.chain.genesis();
		let mut stream = reach::open(&self.network, &genesis, listing, provider, Protocol::Query)
			.await
			.map_err(Setback::Fault)?;
		stream.send(&sealed).await.map_err(lost)?;
		// It sends nothing more, but goes on listening; whether the node minds the end mark is its affair.
		let _ = stream.finish().await;
		let (spool, attestation) = self.receive(&mut stream, &sent, query, wanted).await?;

		let request = &sent.signed.request;
		let distrusted = |distrust: crate::verify::Distrust| Setback::Fault(distrust.to_string());
		check_claim(&attestation, request, &provider.node).map_err(distrusted)?;
		let claim = &attestation.attestation;
		let asked_at = reads.head().number;
		let newer;
		let reads = match claim.block > reads.head().number {
			false => reads,
			true => {
				newer = self.chain.reads_from(claim.block, AHEAD).await.map_err(|error| {
					Setback::Fault(format!(
						"it attests block {}, which is not final here: {error}",
						claim.block
					))
				})?;
				&*newer
			}
		};
		check_chain(reads, claim, request, asked_at).await?.map_err(distrusted)?;
		if let Outcome::Failed { code, message } = &claim.outcome {
			let rows = match wanted {
				Wanted::Rows { .. } => rows_of(spool).await?,
				// A bundle comes whole or not at all.
				Wanted::Proof { .. } => 0,
			};
			return Err(Setback::Refused(Refusal {
				code: code.clone(),
				message: message.clone(),
				charged: is_charged(rows, code),
				provider: provider.node,
				attestation: Box::new(attestation.clone()),
			}));
		}
		let got = match wanted {
			Wanted::Rows { wish } => {
				let received = spool.finish().await.map_err(|error| unusable(error, &attestation))?;
				let measured = Measured { hash: received.hash, rows: received.rows, bytes: received.bytes };
				check_bytes(claim, request, &measured).map_err(distrusted)?;
				// What is promised already has to wait for nobody.
				if let (Err(distrust), Some(wish)) = (check_promise(claim), wish) {
					if wish.clone().await == Some(true) {
						return Err(distrusted(distrust));
					}
				}
				Got::Rows(received.checked())
			}
			Wanted::Proof { policy, .. } => {
				let bundle = spool.into_bytes().await?;
				check_bundle(claim, &bundle).map_err(distrusted)?;
				let finals = reads.snapshots(listing).await?;
				let disbelieved = |why: crate::proved::Disbelief| Setback::Fault(why.to_string());
				let anchor = Anchor::new(self.chain.genesis(), listing, policy, &finals, claim.period);
				let checked = anchor.and_then(|anchor| anchor.check(&bundle, &query.sql));
				Got::Proof(Box::new(checked.map_err(disbelieved)?))
			}
		};
		Ok((got, attestation))
	}

	fn request(
		&self,
		provider: &AssignmentView,
		listing: ListingId,
		query: &Query,
		until: tokio::time::Instant,
		answer: AnswerKind,
		voucher: Option<Vec<u8>>,
	) -> Sent {
		let reply = EncryptionSecret::generate();
		// Waiting for the purse has used up a part of it.
		let left = until.saturating_duration_since(tokio::time::Instant::now());
		let deadline = SystemTime::now() + allowed(left);
		// A clock before 1970 is wrong in a way that the node will tell.
		let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
		let request = QueryRequest {
			genesis: self.chain.genesis(),
			listing,
			node: provider.node,
			sql: query.sql.clone(),
			snapshot: query.snapshot,
			holder: self.account.id(),
			reply_key: reply.public(),
			nonce: rand::random(),
			deadline: u64::try_from(deadline).unwrap_or(u64::MAX),
			limits: query.limits,
			voucher,
			answer,
		};
		let digest = request.digest();
		Sent { signed: request.sign(&self.account), digest, reply }
	}

	/// Takes frames until the attestation. What was spooled means nothing yet.
	async fn receive(
		&self,
		stream: &mut FramedStream,
		sent: &Sent,
		query: &Query,
		wanted: &mut Wanted<'_>,
	) -> Result<(Spool, SignedAttestation), Setback> {
		let most = wanted.most(query);
		let early = || Setback::Fault("it ended before its attestation".into());
		let head = stream.recv().await.map_err(lost)?.ok_or_else(early)?;
		let mut opener = AnswerOpener::new(&sent.reply, sent.digest, &head)
			.map_err(|_| Setback::Fault("it could not read the request".into()))?;
		let mut spool = Spool::new()?;
		loop {
			let frame = stream.recv().await.map_err(lost)?.ok_or_else(early)?;
			match opener.open(frame.into()).map_err(|error| Setback::Fault(error.to_string()))? {
				AnswerPart::Piece(piece) => {
					if spool.bytes().saturating_add(piece.len() as u64) > most {
						return Err(Setback::Fault(format!(
							"it sent more than the {most} bytes that were asked for"
						)));
					}
					spool.write(&piece).await?;
				}
				AnswerPart::Progress(done) => match wanted {
					Wanted::Proof { progress, .. } => progress(done),
					Wanted::Rows { .. } => {
						return Err(Setback::Fault("it proves what nobody asked it to".into()))
					}
				},
				AnswerPart::End(attestation) => return Ok((spool, *attestation)),
			}
		}
	}
}

/// How long a node may take where its answer is waited for so long.
fn allowed(left: Duration) -> Duration {
	(left - (left / 10).min(MOST_HEADSTART)).min(MAX_DEADLINE)
}

/// What becomes of an answer that is none. Where the node has signed for its very bytes, that is kept, whatever it was paid.
fn unusable(error: SpoolError, attestation: &SignedAttestation) -> Setback {
	match (error, &attestation.attestation.outcome) {
		(SpoolError::Here(error), _) => Setback::Here(error),
		(SpoolError::Malformed { hash, reason }, Outcome::Complete { result, .. })
			if hash == Some(*result) =>
		{
			let reason = format!(
				"{reason}; it signed for that, which is evidence, as is the voucher that paid for it, where one did"
			);
			Setback::Void { reason, attestation: Box::new(attestation.clone()) }
		}
		(SpoolError::Malformed { reason, .. }, _) => Setback::Fault(reason),
	}
}

/// Rows of an answer that broke off: none where what came cannot be read.
async fn rows_of(spool: Spool) -> Result<u64, Setback> {
	match spool.finish().await {
		Ok(received) => Ok(received.rows),
		Err(SpoolError::Malformed { .. }) => Ok(0),
		Err(SpoolError::Here(error)) => Err(Setback::Here(error)),
	}
}

fn lost(error: NetworkError) -> Setback {
	Setback::Fault(error.to_string())
}

/// The persistence nodes of a listing in random order, so that not all subscribers ask the same first.
pub(crate) async fn providers(
	reads: &dyn ChainReads,
	listing: ListingId,
) -> Result<Vec<AssignmentView>, SdkError> {
	let mut providers = reads.assignments(listing).await?;
	providers.retain(|one| one.role == NodeRole::Persistence);
	if providers.is_empty() {
		return Err(SdkError::NoProviders { listing });
	}
	providers.shuffle(&mut rand::thread_rng());
	Ok(providers)
}

impl Refusal {
	fn into_error(self, tried: Vec<(AccountId, String)>, void: Vec<SignedAttestation>) -> SdkError {
		let Self { code, message, provider, attestation, .. } = self;
		SdkError::Refused { code, message, provider, attestation, tried, void }
	}
}

/// A signed refusal says more than silence.
fn failed(
	listing: ListingId,
	refused: Option<Refusal>,
	tried: Vec<(AccountId, String)>,
	void: Vec<SignedAttestation>,
) -> SdkError {
	match refused {
		Some(refusal) => refusal.into_error(tried, void),
		None => SdkError::AllFailed { listing, tried, void },
	}
}

/// What a signed refusal means for the other nodes.
#[derive(Debug, PartialEq, Eq)]
enum Weight {
	/// Every node would say the same, and it follows from the query alone.
	Final,
	/// Another node may do better.
	OwnFault,
	/// Another node may do better, and this one soon.
	Passing,
}

/// `behind`: the node had not seen a block that is final here.
///
/// A node may be wrong, out of time, or lie, so that only what follows from the query is taken from one for all.
fn weight(code: &str, behind: bool) -> Weight {
	match code {
		"refused" | "syntax" | "too_many_rows" | "not_provable" => Weight::Final,
		// For `not_assigned` the chain says otherwise, or soon will where the node sees it.
		"not_stored_yet" | "busy" | "not_assigned" | "settling" => Weight::Passing,
		"not_entitled" | "unknown_listing" | "no_snapshot" | "tab_not_open" | "tab_exhausted" if behind => {
			Weight::Passing
		}
		_ => Weight::OwnFault,
	}
}

/// Builds a network client for a chain and runs its driver; it has no identity of its own.
///
/// Errors: [`SdkError::Network`].
pub fn client_network(genesis: &Digest, bootnodes: Vec<Multiaddr>) -> Result<Network, SdkError> {
	let keypair = souk_network::NetworkConfig::keypair_from_seed(Account::fresh_network_seed());
	let mut config = souk_network::NetworkConfig::new(keypair, reach::network_id(genesis));
	config.bootnodes = bootnodes;
	let (network, driver) = souk_network::build(config)?;
	tokio::spawn(driver.run());
	Ok(network)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_s_time_ends_before_ours() {
		let allowed = |left| allowed(Duration::from_millis(left)).as_millis();
		assert_eq!((allowed(0), allowed(10), allowed(5_000)), (0, 9, 4_500));
		assert_eq!((allowed(19_990), allowed(20_000), allowed(20_010)), (17_991, 18_000, 18_010));
		let longest = u64::try_from(MAX_DEADLINE.as_millis()).unwrap();
		assert_eq!(allowed(longest + 2_000), MAX_DEADLINE.as_millis());
		assert_eq!(allowed(longest + 1_999), MAX_DEADLINE.as_millis() - 1);
		assert_eq!(allowed(u64::MAX), MAX_DEADLINE.as_millis());
	}
}
