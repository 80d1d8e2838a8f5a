//! The chain through the sdk's light client.

use crate::chain::{
	Asset, AwaitingOrder, CaseFacts, ChainError, ChainReads, Challenge, DeliveryKey, Duty, FinalSnapshot,
	Head, ListingFacts, NodeFacts, Price, ReviewerFacts, TabFacts, WaitingAsk,
};
use async_trait::async_trait;
use codec::Encode;
use futures::future::try_join_all;
use souk_proof_primitives::statements::StatementId;
use souk_protocol::{AccountId, Digest};
use souk_sdk::{
	AskView, CaseView, Chain, ChallengeView, Holder, ListingState, NodeRole, OrderView, PlanKind, SdkError,
	TabPhase, TabView, View,
};
use std::{
	collections::{HashMap, VecDeque},
	future::Future,
	hash::Hash,
	sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{watch, OnceCell};

/// Heads whose answers are kept: requests that began at one end within a few.
const KEPT_HEADS: usize = 4;
/// Listings whose orders the chain tells of at once.
const LISTINGS_AT_ONCE: usize = 64;
/// Orders that it tells of at once.
const ORDERS_PAGE: u32 = 64;
/// Pages of them that are read at a head, at most: what comes after them waits until some of them are done.
const MOST_PAGES: usize = 16;

/// Reads through a light client. What is asked by many at once is read once.
pub struct LightChain {
	chain: Chain,
	recent: Mutex<VecDeque<Arc<AtHead>>>,
}

/// Answers at one head.
struct AtHead {
	view: View,
	listings: Answers<u32, Option<ListingFacts>>,
	entitlements: Answers<(u32, AccountId), Option<u32>>,
	snapshots: Answers<u32, Vec<FinalSnapshot>>,
	keepers: Answers<u32, Vec<AccountId>>,
	cases: Answers<u64, Option<CaseFacts>>,
}

/// Each question has one answer; who asks while it is being read waits for it.
struct Answers<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash, V: Clone> Answers<K, V> {
	fn new() -> Self {
		Self(Mutex::default())
	}

	async fn get<E>(&self, question: K, read: impl Future<Output = Result<V, E>>) -> Result<V, E> {
		let cell = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(question).or_default().clone();
		cell.get_or_try_init(|| read).await.cloned()
	}
}

impl LightChain {
	/// Reads through `chain`.
	pub fn new(chain: Chain) -> Self {
		Self { chain, recent: Mutex::default() }
	}

	fn at(&self, head: Head) -> Arc<AtHead> {
		let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(known) = recent.iter().find(|known| known.view.head() == head) {
			return known.clone();
		}
		let new = Arc::new(AtHead {
			view: self.chain.at(head),
			listings: Answers::new(),
			entitlements: Answers::new(),
			snapshots: Answers::new(),
			keepers: Answers::new(),
			cases: Answers::new(),
		});
		recent.push_back(new.clone());
		if recent.len() > KEPT_HEADS {
			recent.pop_front();
		}
		new
	}
}

fn failed(what: &'static str, at: Head) -> impl Fn(SdkError) -> ChainError {
	move |error| ChainError { what, block: at.number, reason: error.to_string() }
}

#[async_trait]
impl ChainReads for LightChain {
	fn genesis(&self) -> Digest {
		self.chain.genesis()
	}

	fn heads(&self) -> watch::Receiver<Head> {
		self.chain.heads()
	}

	async fn listing(&self, at: Head, listing: u32) -> Result<Option<ListingFacts>, ChainError> {
		let here = self.at(at);
		let read = async {
			let found = here.view.listing(listing).await.map_err(failed("a listing", at))?;
			Ok(found.map(|found| ListingFacts {
				served: !matches!(found.state, ListingState::Retired | ListingState::TakenDown),
				owner: found.owner,
				name: found.name,
				max_rows: found.policy.max_rows.into(),
				aggregate_only: found.policy.aggregate_only,
				min_group_size: found.policy.min_group_size.into(),
				metadata: found.metadata_hash,
				sold_whole: found.plans.iter().any(|plan| plan.kind == PlanKind::OneTime),
			}))
		};
		here.listings.get(listing, read).await
	}

	async fn entitled_until(
		&self,
		at: Head,
		listing: u32,
		holder: AccountId,
	) -> Result<Option<u32>, ChainError> {
		let here = self.at(at);
		let read = async {
			let found = here.view.entitlement(listing, Holder::Account(holder)).await;
			Ok(found.map_err(failed("an entitlement", at))?.map(|found| found.entitled_until))
		};
		here.entitlements.get((listing, holder), read).await
	}

	async fn snapshots(&self, at: Head, listing: u32) -> Result<Vec<FinalSnapshot>, ChainError> {
		let here = self.at(at);
		let read = async {
			let found = here.view.snapshots(listing).await.map_err(failed("a listing's snapshots", at))?;
			let mut snapshots: Vec<_> = found
				.into_iter()
				.map(|found| FinalSnapshot {
					period: found.period,
					content_root: found.commitments.content_root,
					cipher_root: found.commitments.cipher_root,
					key_commitment: found.commitments.key_commitment,
					columns_root: found.commitments.columns_root,
					commitments: found.commitments.hash(),
					rows: found.commitments.rows,
					bytes: found.commitments.bytes,
				})
				.collect();
			snapshots.sort_by_key(|snapshot| snapshot.period);
			Ok(snapshots)
		};
		here.snapshots.get(listing, read).await
	}

	async fn node(&self, at: Head, account: AccountId) -> Result<Option<NodeFacts>, ChainError> {
		let found = self.at(at).view.node(account).await.map_err(failed("a node", at))?;
		Ok(found.map(|found| NodeFacts {
			peer_id: found.peer_id,
			encryption_key: found.encryption_key,
			has_role: found.persistence,
		}))
	}

	async fn worker_peer(
		&self,
		at: Head,
		listing: u32,
		account: AccountId,
	) -> Result<Option<Vec<u8>>, ChainError> {
		let here = self.at(at);
		let assigned = here.view.assignments(listing).await.map_err(failed("a listing's assignments", at))?;
		let worker = assigned.into_iter().find(|one| one.role == NodeRole::Worker && one.node == account);
		Ok(worker.map(|worker| worker.peer_id))
	}

	async fn duties(&self, at: Head, account: AccountId) -> Result<Vec<Duty>, ChainError> {
		let here = self.at(at);
		let assigned = here.view.assignments_of(account).await.map_err(failed("a node's assignments", at))?;
		let kept = assigned
			.into_iter()
			.filter(|(_, role)| *role == NodeRole::Persistence)
			.map(|(listing, _)| listing);
		let duties = kept.map(|listing| {
			let here = here.clone();
			async move {
				let nodes =
					here.view.assignments(listing).await.map_err(failed("a listing's assignments", at))?;
				let mine =
					nodes.into_iter().find(|one| one.role == NodeRole::Persistence && one.node == account);
				let wrapped_secret = mine.map(|mine| mine.wrapped_key).filter(|wrapped| !wrapped.is_empty());
				Ok(Duty { listing, wrapped_secret })
			}
		});
		try_join_all(duties).await
	}

	async fn keepers(&self, at: Head, listing: u32) -> Result<Vec<AccountId>, ChainError> {
		let here = self.at(at);
		let read = async {
			let assigned =
				here.view.assignments(listing).await.map_err(failed("a listing's assignments", at))?;
			let keepers = assigned.into_iter().filter(|one| one.role == NodeRole::Persistence);
			Ok(keepers.map(|one| one.node).collect())
		};
		here.keepers.get(listing, read).await
	}

	async fn awaiting(&self, at: Head, listings: &[u32]) -> Result<Vec<AwaitingOrder>, ChainError> {
		let here = self.at(at);
		let mut orders: Vec<AwaitingOrder> = Vec::new();
		for some in listings.chunks(LISTINGS_AT_ONCE) {
			let mut after = None;
			for _ in 0..MOST_PAGES {
				let page = here.view.awaiting(some.to_vec(), after, ORDERS_PAGE).await;
				let page = page.map_err(failed("the orders that await a key", at))?;
				orders.extend(page.iter().filter_map(awaiting));
				after = page.last().map(|order| order.id);
				if page.len() < ORDERS_PAGE as usize {
					break;
				}
			}
		}
		orders.sort_unstable_by_key(|order| order.id);
		Ok(orders)
	}

	async fn delivery_key(&self, at: Head) -> Result<Option<DeliveryKey>, ChainError> {
		let here = self.at(at);
		let current = |statement: StatementId| {
			let here = here.clone();
			async move {
				let found = here.view.current_proof_key(statement.code()).await;
				let found = found.map_err(failed("the verifying key of a statement", at))?;
				Ok::<_, ChainError>(found.filter(|key| !key.paused))
			}
		};
		// Without the other one, buyers could not prove that a chunk is bad: until then the chain refuses deliveries, and one that is
		// sent is given away.
		if current(StatementId::ChunkKey).await?.is_none() {
			return Ok(None);
		}
		let found = current(StatementId::KeyDelivery).await?;
		Ok(found.map(|found| DeliveryKey { era: found.era, id: found.id }))
	}

	async fn asks(&self, at: Head, listings: &[u32]) -> Result<Vec<WaitingAsk>, ChainError> {
		let here = self.at(at);
		let waiting = here.view.asks_waiting(listings).await;
		let waiting = waiting.map_err(failed("the asks that wait for an answer", at))?;
		if waiting.is_empty() {
			return Ok(Vec::new());
		}
		let settings = here.view.ask_settings().await.map_err(failed("the terms of asks", at))?;
		let mut asks: Vec<_> = waiting.iter().map(|ask| waiting_ask(ask, settings.protocol_fee)).collect();
		asks.sort_unstable_by_key(|ask| ask.id);
		Ok(asks)
	}

	async fn whole_unit(&self, at: Head, asset: Asset) -> Result<u128, ChainError> {
		let info = self.at(at).view.asset_info(asset).await.map_err(failed("an asset", at))?;
		Ok(10u128.saturating_pow(info.decimals.into()))
	}

	async fn tabs(&self, at: Head, node: AccountId, ids: &[u64]) -> Result<Vec<TabFacts>, ChainError> {
		let here = self.at(at);
		let found = here.view.tabs(ids).await.map_err(failed("tabs", at))?;
		if found.is_empty() {
			return Ok(Vec::new());
		}
		let settings = here.view.tab_settings().await.map_err(failed("the terms of tabs", at))?;
		let mut tabs = Vec::with_capacity(found.len());
		for tab in &found {
			let room = earns(tab, &node)
				|| has_place(tab, &node, &self.keepers(at, tab.listing).await?, settings.max_nodes);
			tabs.push(tab_facts(tab, &node, room));
		}
		Ok(tabs)
	}

	async fn free_quota(&self, at: Head, listing: u32) -> Result<u32, ChainError> {
		self.at(at).view.free_quota(listing).await.map_err(failed("a listing's free quota", at))
	}

	async fn case(&self, at: Head, id: u64) -> Result<Option<CaseFacts>, ChainError> {
		let here = self.at(at);
		let read = async {
			let found = here.view.case(id).await.map_err(failed("a dispute", at))?;
			Ok(found.map(|found| case_facts(&found)))
		};
		here.cases.get(id, read).await
	}

	async fn cases(&self, at: Head, after: Option<u64>) -> Result<Vec<(u64, CaseFacts)>, ChainError> {
		let found = self.at(at).view.cases_after(after).await.map_err(failed("disputes", at))?;
		Ok(found.iter().map(|found| (found.id, case_facts(found))).collect())
	}

	async fn challenges(&self, at: Head, account: AccountId) -> Result<Vec<Challenge>, ChainError> {
		let found =
			self.at(at).view.challenges(account).await.map_err(failed("this node's challenges", at))?;
		let challenge = |found: &ChallengeView| Challenge {
			listing: found.listing,
			period: found.period,
			chunk: found.chunk,
			piece: found.piece,
			answer_until: found.answer_until,
		};
		Ok(found.iter().map(challenge).collect())
	}
}

/// A dispute as its mailboxes see it.
fn case_facts(case: &CaseView) -> CaseFacts {
	let sitting = case.juries.iter().flat_map(|jury| &jury.jurors).filter(|juror| !juror.replaced);
	let key_of = |who: &AccountId| case.keys.iter().find(|(juror, _)| juror == who).map(|(_, key)| *key);
	CaseFacts {
		sides: [case.buyer, case.seller],
		open: case.ended.is_none(),
		evidence: case.evidence.iter().map(|shown| shown.hash).collect(),
		jurors: sitting.map(|juror| (juror.who, key_of(&juror.who))).collect(),
		reviewers: case
			.reviews
			.iter()
			.map(|review| ReviewerFacts { account: review.reviewer, key: review.key, until: review.until })
			.collect(),
	}
}

/// Whether a node has earned something of a tab.
fn earns(tab: &TabView, node: &AccountId) -> bool {
	tab.earners.iter().any(|earner| earner.node == *node)
}

/// Whether a node that has not has a place among the tab's earners, as the chain decides it: a place is kept for each persistence node of the
/// listing that has none, before those that were assigned after it. `keepers` are those nodes, in the order of their assignment.
fn has_place(tab: &TabView, node: &AccountId, keepers: &[AccountId], max_nodes: u32) -> bool {
	let kept = keepers.iter().take_while(|who| *who != node).filter(|who| !earns(tab, who)).count();
	tab.earners.len() + kept < max_nodes as usize
}

/// A tab as one node sees it.
fn tab_facts(tab: &TabView, node: &AccountId, has_room: bool) -> TabFacts {
	let closes = match tab.phase {
		TabPhase::Open { until } | TabPhase::Closing { until } => until,
		TabPhase::Over => 0,
	};
	TabFacts {
		id: tab.id,
		listing: tab.listing,
		key: tab.key,
		price: tab.price.amount,
		asset: tab.price.asset,
		open: tab.open,
		closes,
		// What is left of one that is over is its payer's.
		free: if tab.phase == TabPhase::Over { 0 } else { tab.free },
		earned: tab.earned_by(node),
		has_room,
	}
}

/// An ask as far as its answer needs it. `fee` is the protocol's part, in parts per million.
fn waiting_ask(ask: &AskView, fee: u32) -> WaitingAsk {
	WaitingAsk {
		id: ask.id,
		listing: ask.listing,
		period: ask.period,
		reward: Price { asset: ask.bounty.asset, amount: after_fee(ask.bounty.amount, fee) },
		columns_root: ask.columns_root,
		min_group_size: ask.min_group_size,
		query: ask.query.encode(),
		created_at: ask.created_at,
		answer_until: ask.answer_until,
	}
}

/// What is left of an amount; a unit less where it does not divide.
fn after_fee(amount: u128, fee: u32) -> u128 {
	const ALL: u128 = 1_000_000;
	let left = ALL.saturating_sub(fee.into());
	(amount / ALL).saturating_mul(left).saturating_add((amount % ALL).saturating_mul(left) / ALL)
}

/// An order as far as its delivery needs it; `None` for one that awaits no key.
fn awaiting(order: &OrderView) -> Option<AwaitingOrder> {
	let data = order.data.as_ref().filter(|data| data.delivery.is_none())?;
	Some(AwaitingOrder {
		id: order.id,
		listing: order.listing,
		period: data.period,
		buyer_key: data.buyer_key,
		key_commitment: data.key_commitment,
		funded_at: order.funded_at?,
		deliver_until: order.deliver_until?,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::EarnerView;

	/// A tab of which these nodes have earned something.
	fn tab(earners: impl Iterator<Item = u8>) -> TabView {
		let earner = |number| EarnerView { node: [number; 32], counter: 1, earned: 1, owed: 0 };
		TabView {
			id: 3,
			listing: 7,
			plan: 0,
			payer: [2; 32],
			key: [3; 32],
			price: Price { asset: Asset::Native, amount: 10 },
			opened_at: 1,
			phase: TabPhase::Open { until: 100 },
			open: true,
			due: 100,
			limit: 1_000,
			held: 900,
			free: 900,
			earners: earners.map(earner).collect(),
			deposit: 1,
		}
	}

	#[test]
	fn a_node_has_the_place_that_the_chain_keeps_for_it() {
		let keepers: [AccountId; 3] = [[21; 32], [22; 32], [23; 32]];
		let places =
			|tab: TabView| [21, 22, 23, 99].map(|number: u8| has_place(&tab, &[number; 32], &keepers, 16));
		assert_eq!(places(tab(100..112)), [true; 4]);
		// Three places are left, for the three.
		assert_eq!(places(tab(100..113)), [true, true, true, false]);
		// Whoever was assigned first comes first.
		assert_eq!(places(tab(100..114)), [true, true, false, false]);
		assert_eq!(places(tab(100..115)), [true, false, false, false]);
		assert_eq!(places(tab(100..116)), [false; 4]);
		// For those who earn already no other one is kept.
		let some = tab((100..113).chain([21]));
		assert!(earns(&some, &[21; 32]) && !earns(&some, &[22; 32]));
		assert!(has_place(&some, &[22; 32], &keepers, 16) && has_place(&some, &[23; 32], &keepers, 16));
		assert!(!has_place(&some, &[99; 32], &keepers, 16));
		assert!(has_place(&some, &[99; 32], &keepers[..2], 16));
	}

	#[test]
	fn the_protocol_s_part_of_a_bounty_is_not_the_node_s() {
		assert_eq!([after_fee(2_000_000, 25_000), after_fee(1, 25_000), after_fee(7, 0)], [1_950_000, 0, 7]);
		assert_eq!(after_fee(u128::MAX, 0), u128::MAX);
		assert_eq!(after_fee(u128::MAX, 2_000_000), 0);
	}
}
