//! The asks of the test's chain: queries with bounties, and the rules by which an answer is taken.

use super::{genesis, LISTING};
use codec::{Decode, Encode};
use souk_persistence::chain::{AskId, Asset, FinalSnapshot, Price, WaitingAsk};
use souk_protocol::AccountId;
use souk_table_proofs::{verify, Answer, Context, Expected, Query};
use std::collections::BTreeMap;

/// Blocks that an ask waits.
pub const WAIT: u32 = 1_000;

/// One ask, as the chain sees it.
#[derive(Clone)]
pub struct Asked {
	pub waiting: WaitingAsk,
	/// Who answered, in which block, and what.
	pub answered: Option<(AccountId, u32, Answer)>,
}

/// One transaction with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
	pub by: AccountId,
	pub at: u32,
	pub ask: AskId,
	/// The last block that could have it.
	pub last: u32,
	pub bundle: Vec<u8>,
}

/// The asks and the transactions.
#[derive(Default)]
pub struct AskBook {
	pub asks: BTreeMap<AskId, Asked>,
	pub posted: Vec<Posted>,
	/// What posting an answer costs, for each byte.
	pub fee_per_byte: u128,
}

impl AskBook {
	/// Somebody asks at block `at`.
	pub fn ask(&mut self, query: &Query, snapshot: &FinalSnapshot, amount: u128, at: u32) -> AskId {
		let id = self.asks.len() as AskId;
		let waiting = WaitingAsk {
			id,
			listing: LISTING,
			period: snapshot.period,
			reward: Price { asset: Asset::Native, amount },
			columns_root: snapshot.columns_root.expect("columns are committed to"),
			min_group_size: 0,
			query: query.encode(),
			created_at: at,
			answer_until: at + WAIT,
		};
		self.asks.insert(id, Asked { waiting, answered: None });
		id
	}

	/// The asks of these listings that wait at block `at`.
	pub fn waiting(&self, at: u32, listings: &[u32]) -> Vec<WaitingAsk> {
		let open = |asked: &&Asked| {
			let ask = &asked.waiting;
			asked.answered.is_none() && at < ask.answer_until && listings.contains(&ask.listing)
		};
		self.asks.values().filter(open).map(|asked| asked.waiting.clone()).collect()
	}

	/// An answer is in block `at`: it is taken, or refused for a reason, as the pallet does. Its proof is checked.
	pub fn take(
		&mut self,
		by: AccountId,
		at: u32,
		nodes: &[AccountId],
		id: AskId,
		bundle: &[u8],
	) -> Result<(), &'static str> {
		let asked = self.asks.get_mut(&id).ok_or("NotFound")?;
		if asked.answered.is_some() {
			return Err("AlreadyAnswered");
		}
		let ask = &asked.waiting;
		if at >= ask.answer_until {
			return Err("Expired");
		}
		if !nodes.contains(&by) {
			return Err("NotAuthorized");
		}
		let query = Query::decode(&mut &ask.query[..]).map_err(|_| "BadPredicates")?;
		let expected = Expected {
			context: Context { genesis: genesis(), listing: ask.listing, period: ask.period },
			columns_root: ask.columns_root,
			query: Some(&query),
			min_group_size: ask.min_group_size,
		};
		let verified = verify(bundle, &expected).map_err(|_| "ProofNotValid")?;
		asked.answered = Some((by, at, verified.answer));
		Ok(())
	}
}
