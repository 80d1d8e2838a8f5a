//! Answers asks: proves what is asked of the snapshots that this node keeps, and collects the bounty.
//!
//! ```text
//! finalised head ─ asks that wait, of listings whose secret is here
//!    ─ in time ─ policy unchanged ─ snapshot and key here ─ worth it ─ this node's turn
//!    ─ place among the provers ─ executor ─ bundle, noted on disk
//!    ─ still waiting, in time, worth it ─ noted as sent ─ sent ─ final
//! ```
//!
//! One ask at a time waits among the provers, in the queue in which subscribers wait: they are not kept waiting by more than one proof.
//! Every answer is public and its fee is paid whatever comes of it. So a node that is killed sends none again before it is decided what
//! became of the one that it has sent, and none that was refused. Another node may have been first: that is no error.

use crate::{
	asks::{asked_snapshot, check_listing, check_reward, least_reward, too_late_from, Declined, APART},
	chain::{
		AnswerError, AskId, Asset, ChainError, ChainWrites, FinalSnapshot, Head, WaitingAsk, ANSWER_SPAN,
	},
	metrics::AskEnd,
	node::{HeldFile, Node},
	proofs::Making,
	turns::Turns,
};
use souk_engine::{ProofEvent, ProveJob, QueryError, Question};
use souk_protocol::Digest;
use souk_store::{AnswerStore, ProvedAnswer, StoreError};
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};
use tokio::task::{AbortHandle, Id, JoinSet};

/// How long to wait after a failed read, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);
/// Answers under way at a time, the one that is proved included.
const MOST: u64 = 4;
/// Hardly a bundle is shorter: what does not pay for so many bytes is not worth a proof.
const SMALL_BUNDLE: usize = 128 * 1024;
/// How long an estimate of the fee is good for.
const FEE_AGE: Duration = Duration::from_secs(300);

/// Answers until the node closes. What was sent by then gets there without it.
pub async fn run(node: Arc<Node>, chain: Arc<dyn ChainWrites>, answers: Arc<AnswerStore>) {
	let desk = Desk { node, chain, answers, fee: Arc::default() };
	let mut attempts = Attempts::default();
	watch(&desk, &mut attempts).await;
	attempts.tasks.shutdown().await;
}

async fn watch(desk: &Desk, attempts: &mut Attempts) {
	let node = &desk.node;
	let (mut heads, mut duties) = (node.chain.heads(), node.duties());
	loop {
		let head = *heads.borrow_and_update();
		// Whoever else sees to it may not have seen this one yet, or any.
		node.head.see(head.number);
		duties.mark_unchanged();
		let wake = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			wake = round(desk, head, attempts) => wake,
		};
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			(ask, end) = attempts.ended() => settle(node, ask, end),
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			changed = duties.changed() => if changed.is_err() { return },
			() = comes(wake) => {},
		}
	}
}

async fn comes(wake: Option<Instant>) {
	match wake {
		Some(at) => tokio::time::sleep_until(at.into()).await,
		None => std::future::pending().await,
	}
}

/// What it takes to answer.
#[derive(Clone)]
struct Desk {
	node: Arc<Node>,
	chain: Arc<dyn ChainWrites>,
	answers: Arc<AnswerStore>,
	/// What posting a small bundle costs, and when that was said.
	fee: Arc<Mutex<Option<(Instant, u128)>>>,
}

/// How an attempt ended.
enum End {
	/// The answer is in this block.
	Answered(u32),
	/// The ask waits for no answer any more: another node was first, or its time is over.
	Over,
	/// Not now, and that is no failure.
	Later(Option<String>),
	TooLate,
	Declined(Declined),
	/// Never by this node.
	Unanswerable(AskEnd, String),
	/// It is tried again.
	Failed(AskEnd, String),
}

impl From<ChainError> for End {
	fn from(error: ChainError) -> Self {
		Self::Later(Some(error.to_string()))
	}
}

impl From<StoreError> for End {
	fn from(error: StoreError) -> Self {
		Self::Failed(AskEnd::NotSent, format!("the answer could not be noted: {error}"))
	}
}

/// The attempts under way.
#[derive(Default)]
struct Attempts {
	tasks: JoinSet<End>,
	asks: HashMap<Id, (AskId, AbortHandle)>,
}

impl Attempts {
	fn begin(&mut self, desk: Desk, ask: WaitingAsk, asked: Asked) {
		let id = ask.id;
		let handle =
			self.tasks.spawn(async move { attempt(&desk, &ask, asked).await.unwrap_or_else(|end| end) });
		self.asks.insert(handle.id(), (id, handle));
	}

	/// Ends an attempt, and the process that proves for it.
	fn give_up(&self, ask: AskId) {
		for (_, handle) in self.asks.values().filter(|(id, _)| *id == ask) {
			handle.abort();
		}
	}

	/// What became of the first that ends; for ever where there is none.
	async fn ended(&mut self) -> (Option<AskId>, End) {
		let (id, end) = match self.tasks.join_next_with_id().await {
			None => return std::future::pending().await,
			Some(Ok((id, end))) => (id, end),
			Some(Err(error)) if error.is_cancelled() => (error.id(), End::Over),
			Some(Err(error)) => {
				tracing::error!(%error, "answering an ask ended with a panic");
				(error.id(), End::Failed(AskEnd::NotProved, "this node failed while it answered".into()))
			}
		};
		(self.asks.remove(&id).map(|(ask, _)| ask), end)
	}
}

/// What is asked, where this node has it.
struct Asked {
	snapshot: FinalSnapshot,
	file: HeldFile,
	columns_key: Digest,
	/// Groups in an answer, at most.
	max_groups: u64,
}

/// One look at the chain, and one attempt begun at most.
async fn round(desk: &Desk, head: Head, attempts: &mut Attempts) -> Option<Instant> {
	// What comes due while this goes on is looked at right after it.
	let begun = Instant::now();
	match look(desk, head, attempts, begun).await {
		Ok(()) => desk.node.asks.next_try(begun),
		Err(error) => {
			tracing::warn!(%error, "the asks that wait were not read");
			Some(Instant::now() + RETRY)
		}
	}
}

async fn look(desk: &Desk, head: Head, attempts: &mut Attempts, now: Instant) -> Result<(), ChainError> {
	let node = &desk.node;
	let duties = node.duties.borrow().clone();
	let listings: Vec<u32> = duties.listings().filter(|listing| duties.secret(*listing).is_some()).collect();
	let mut waiting = match listings.is_empty() {
		true => Vec::new(),
		false => node.chain.asks(head, &listings).await?,
	};
	for over in node.asks.see(head.number, &waiting) {
		attempts.give_up(over);
		node.metrics.ask(AskEnd::Over);
	}
	let still: Vec<AskId> = waiting.iter().map(|ask| ask.id).collect();
	if let Err(error) = noted(&desk.answers, move |answers| answers.keep_only(&still, head.number)).await {
		tracing::warn!(%error, "answers to asks that are over could not be removed");
	}
	waiting.sort_by_key(|ask| (ask.answer_until, ask.id));
	for ask in waiting {
		let counts = node.asks.counts();
		if counts.proving > 0 || counts.proving + counts.sending >= MOST {
			return Ok(());
		}
		if !node.asks.is_open(ask.id, now) || !in_time(node, &ask) {
			continue;
		}
		match asked(desk, head, &ask).await? {
			Err(why) => decline(node, &ask, &why),
			Ok(asked) => {
				let nodes = node.chain.keepers(head, ask.listing).await?;
				let turns =
					Turns { number: ask.id, since: ask.created_at, until: too_late_from(&ask), apart: APART };
				if turns.first_block(&nodes, &node.account()).is_some_and(|first| first <= head.number) {
					node.asks.begin(ask.id);
					attempts.begin(desk.clone(), ask, asked);
				}
			}
		}
	}
	Ok(())
}

/// What is asked, if this node has it and answers.
async fn asked(desk: &Desk, head: Head, ask: &WaitingAsk) -> Result<Result<Asked, Declined>, ChainError> {
	let node = &desk.node;
	let Some(listing) = node.chain.listing(head, ask.listing).await? else {
		return Ok(Err(Declined::NotServed));
	};
	if node.settings.curators.as_ref().is_some_and(|curators| !curators.contains(&listing.owner)) {
		return Ok(Err(Declined::OtherCurator));
	}
	let finals = node.chain.snapshots(head, ask.listing).await?;
	let found = check_listing(ask, &listing).and_then(|()| asked_snapshot(ask, &finals));
	let snapshot = match found {
		Ok(snapshot) => snapshot,
		Err(why) => return Ok(Err(why)),
	};
	let duties = node.duties.borrow().clone();
	let key = duties.secret(ask.listing).map(|secret| secret.snapshot_key(ask.listing, ask.period));
	let key = key.filter(|key| snapshot.key_commitment == Some(key.commitment()));
	let Some(key) = key else { return Ok(Err(Declined::NoKey(ask.period))) };
	let Some(file) = node.held(ask.listing, &snapshot).await else {
		return Ok(Err(Declined::NotHeld(ask.period)));
	};
	let least = match node.settings.least_bounties.get(&ask.reward.asset) {
		Some(least) => *least,
		None => match ask.reward.asset {
			Asset::Native => small_fee(desk).await,
			asset => node.chain.whole_unit(head, asset).await?,
		},
	};
	let price = node.proof_price(ask.listing, &listing).await;
	let is_named = node.settings.least_bounties.contains_key(&ask.reward.asset);
	let least = least_reward(ask.reward, least, is_named, price.as_ref(), snapshot.rows);
	Ok(least.and_then(|least| check_reward(ask.reward, least)).map(|()| Asked {
		snapshot,
		file,
		columns_key: key.columns_key(),
		max_groups: listing.max_rows,
	}))
}

/// What posting a small bundle costs. Where the chain does not say, the answer is proved all the same, and asked about again before it
/// is sent.
async fn small_fee(desk: &Desk) -> u128 {
	let known = *desk.fee.lock().unwrap_or_else(PoisonError::into_inner);
	if let Some((_, fee)) = known.filter(|(at, _)| at.elapsed() < FEE_AGE) {
		return fee;
	}
	match desk.chain.answer_fee(SMALL_BUNDLE).await {
		Ok(fee) => {
			*desk.fee.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), fee));
			fee
		}
		Err(error) => {
			tracing::warn!(%error, "what an answer costs is not known");
			0
		}
	}
}

/// Whether what is sent now reaches its block in time. The newest head may have been seen a while ago: the chain has gone on.
fn in_time(node: &Node, ask: &WaitingAsk) -> bool {
	let (seen, age) = node.head.newest();
	let passed = age.as_secs().div_ceil(souk_config::BLOCK_SECONDS);
	let now = u64::from(seen).saturating_add(passed);
	if age <= node.settings.max_head_age && now < u64::from(too_late_from(ask)) {
		return true;
	}
	// While the chain is not seen to move, nothing is known of the ask.
	if seen >= too_late_from(ask) && node.asks.too_late(ask.id) {
		node.metrics.ask(AskEnd::TooLate);
		tracing::info!(ask = ask.id, listing = ask.listing, "it is too late to answer an ask");
	}
	false
}

/// Answers one ask.
async fn attempt(desk: &Desk, ask: &WaitingAsk, asked: Asked) -> Result<End, End> {
	let (node, id) = (&desk.node, ask.id);
	let bundle = match noted(&desk.answers, move |answers| answers.get(id)).await? {
		Some(ProvedAnswer { refused: Some(why), .. }) => {
			return Err(End::Unanswerable(
				AskEnd::Refused,
				format!("the chain has refused the answer: {why}"),
			));
		}
		Some(ProvedAnswer { decided_after: Some(last), .. }) if node.head.newest().0 <= last => {
			let why = format!("its answer was sent, and what became of it is known after block {last}");
			return Err(End::Later(Some(why)));
		}
		Some(ProvedAnswer { bundle, .. }) => bundle,
		None => {
			let bundle = proved(desk, ask, asked).await?;
			let kept = bundle.clone();
			noted(&desk.answers, move |answers| answers.put(id, &kept)).await?;
			bundle
		}
	};
	still_worth_it(desk, ask, bundle.len()).await?;
	if !node.asks.send(id) {
		return Err(End::Over);
	}
	let last = node.head.newest().0.saturating_add(ANSWER_SPAN);
	noted(&desk.answers, move |answers| answers.set_sent(id, Some(last))).await?;
	match desk.chain.answer(id, bundle, last).await {
		Ok(block) => Ok(End::Answered(block)),
		Err(error @ AnswerError::NotSent(_)) => {
			noted(&desk.answers, move |answers| answers.set_sent(id, None)).await?;
			Err(End::Failed(AskEnd::NotSent, error.to_string()))
		}
		Err(error @ AnswerError::InDoubt(_)) => Err(End::Failed(AskEnd::NotSent, error.to_string())),
		Err(AnswerError::Refused { code, .. }) if is_over(&code) => Err(End::Over),
		Err(error @ AnswerError::Refused { .. }) => {
			let why = error.to_string();
			let said = why.clone();
			noted(&desk.answers, move |answers| answers.set_refused(id, &said)).await?;
			Err(End::Unanswerable(AskEnd::Refused, why))
		}
	}
}

/// Whether an error of the chain says that an answer comes too late, after another one or after the end.
fn is_over(code: &str) -> bool {
	["Asks.AlreadyAnswered", "Asks.Expired", "Asks.Ended", "Asks.NotFound"].contains(&code)
}

/// Proving takes its time: looks at the chain again before an answer of so many bytes is sent.
async fn still_worth_it(desk: &Desk, ask: &WaitingAsk, bytes: usize) -> Result<(), End> {
	let node = &desk.node;
	let head = *node.chain.heads().borrow();
	if !in_time(node, ask) {
		return Err(End::TooLate);
	}
	let waiting = node.chain.asks(head, &[ask.listing]).await?;
	if !waiting.iter().any(|one| one.id == ask.id) {
		return Err(End::Over);
	}
	let listing = node.chain.listing(head, ask.listing).await?;
	let listing = listing.ok_or(End::Declined(Declined::NotServed))?;
	check_listing(ask, &listing).map_err(End::Declined)?;
	if ask.reward.asset == Asset::Native && !node.settings.least_bounties.contains_key(&Asset::Native) {
		let fee = desk.chain.answer_fee(bytes).await;
		let fee =
			fee.map_err(|error| End::Later(Some(format!("what the answer costs is not known: {error}"))))?;
		check_reward(ask.reward, fee).map_err(End::Declined)?;
	}
	Ok(())
}

/// Proves the answer, in an executor.
async fn proved(desk: &Desk, ask: &WaitingAsk, asked: Asked) -> Result<Vec<u8>, End> {
	let node = &desk.node;
	let left = too_late_from(ask).saturating_sub(node.head.newest().0);
	let until = Instant::now() + Duration::from_secs(u64::from(left) * souk_config::BLOCK_SECONDS);
	// Subscribers fill the queue: they come first.
	let Ok(_place) = node.provers.take(until).await else { return Err(End::Later(None)) };
	let mut limits = node.settings.proof_limits.clone();
	limits.wall = limits.wall.min(until.saturating_duration_since(Instant::now()));
	let job = ProveJob {
		question: Question::Form(ask.query.clone()),
		parquet: asked.file.path.clone(),
		columns_key: asked.columns_key,
		columns_root: ask.columns_root,
		genesis: node.chain.genesis(),
		listing: ask.listing,
		period: asked.snapshot.period,
		min_group_size: ask.min_group_size,
		max_groups: asked.max_groups,
		limits,
	};
	let making = async {
		let mut proof = Making::begin(node, job).await?;
		loop {
			match proof.next().await? {
				Some(ProofEvent::Bundle(bundle)) => return Ok(bundle.to_vec()),
				Some(ProofEvent::Progress(_) | ProofEvent::Understood(_)) => {}
				None => return Err(QueryError::ExecutorDied),
			}
		}
	};
	match making.await {
		Ok(bundle) => Ok(bundle),
		Err(
			error @ (QueryError::NotProvable { .. }
			| QueryError::WrongColumns
			| QueryError::TooManyRows { .. }
			| QueryError::ResultTooLarge),
		) => Err(End::Unanswerable(AskEnd::NotProved, error.to_string())),
		Err(error) => Err(End::Failed(AskEnd::NotProved, error.to_string())),
	}
}

/// Works with the store of answers, on a thread for blocking work.
async fn noted<T: Send + 'static>(
	answers: &Arc<AnswerStore>,
	work: impl FnOnce(&AnswerStore) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
	let answers = answers.clone();
	match tokio::task::spawn_blocking(move || work(&answers)).await {
		Ok(done) => done,
		Err(error) => match error.try_into_panic() {
			Ok(panic) => std::panic::resume_unwind(panic),
			// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
			Err(_) => std::future::pending().await,
		},
	}
}

/// Notes what became of an attempt.
fn settle(node: &Node, ask: Option<AskId>, end: End) {
	let Some(ask) = ask else { return };
	let now = Instant::now();
	match end {
		End::Answered(block) => {
			node.metrics.ask(AskEnd::Answered);
			node.asks.answered(ask, block);
			tracing::info!(ask, block, "ask answered");
		}
		End::Over => {
			// One that was given up at a head is counted there.
			if node.asks.over(ask) {
				node.metrics.ask(AskEnd::Over);
			}
			tracing::info!(ask, "an ask was over before it was answered");
		}
		End::Later(why) => node.asks.put_back(ask, why, now),
		End::TooLate => {
			node.asks.put_back(ask, None, now);
			node.asks.too_late(ask);
		}
		End::Declined(why) => {
			node.metrics.ask(AskEnd::Declined);
			node.asks.declined_when_proved(ask, why.to_string(), now);
			tracing::info!(ask, %why, "an ask is not answered by this node");
		}
		End::Unanswerable(end, why) => {
			node.metrics.ask(end);
			tracing::warn!(ask, why, "an ask cannot be answered by this node");
			node.asks.unanswerable(ask, why);
		}
		End::Failed(end, why) => {
			node.metrics.ask(end);
			tracing::warn!(ask, why, "an ask was not answered; it is tried again");
			node.asks.failed(ask, why, end == AskEnd::NotProved, now);
		}
	}
}

fn decline(node: &Node, ask: &WaitingAsk, why: &Declined) {
	if node.asks.declined(ask.id, why.to_string()) {
		node.metrics.ask(AskEnd::Declined);
		tracing::info!(ask = ask.id, listing = ask.listing, %why, "an ask is not answered by this node");
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_answer_after_another_one_or_after_the_end_is_no_error() {
		assert!(is_over("Asks.AlreadyAnswered") && is_over("Asks.Expired") && is_over("Asks.Ended"));
		assert!(!is_over("Asks.ProofNotValid") && !is_over("Asks.PolicyChanged"));
	}
}
