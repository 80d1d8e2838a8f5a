//! Asks: queries over committed tables, with a bounty for whoever proves the answer.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, Period, Price};
use codec::Encode as _;
use serde::{Serialize, Serializer};
use souk_custody::AccountId;
use souk_protocol::Digest;
use souk_table_proofs::{Aggregate, Condition, Predicate, Query};
use subxt::ext::scale_decode::{self, DecodeAsType};

/// Sequential number of an ask.
pub type AskId = u64;

mirror! {
	/// Where an ask is in its life.
	#[derive(Copy)]
	pub enum AskState {
		/// The bounty is held; a node that proves the answer collects it.
		Open,
		/// The answer was proved: what is (still) held is the node's.
		Answered,
		/// Nobody proved one in time, or nobody can: what is (still) held is the asker's.
		Refunded,
	}
}

mirror! {
	/// An answer that the chain has checked. Bundle and answer themselves are in the block.
	#[derive(Copy)]
	pub struct VerdictView {
		/// Who proved it.
		#[serde(serialize_with = "text::account")]
		pub by: AccountId,
		/// Block in which it was checked.
		pub at: u32,
		/// Version of the proof.
		pub version: u32,
		/// Name of the bundle: [`bundle_hash`](crate::proved::bundle_hash).
		#[serde(serialize_with = "text::hex")]
		pub bundle_hash: Digest,
		/// Name of the answer: [`answer_hash`](crate::proved::answer_hash).
		#[serde(serialize_with = "text::hex")]
		pub answer_hash: Digest,
	}
}

/// An ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskView {
	/// Its number.
	pub id: AskId,
	/// Whose table is asked.
	pub listing: ListingId,
	/// Who pays.
	#[serde(serialize_with = "text::account")]
	pub asker: AccountId,
	/// What the answer is worth to the asker.
	pub bounty: Price,
	/// Which snapshot.
	pub period: Period,
	/// Commitment to the snapshot's columns.
	#[serde(serialize_with = "text::hex")]
	pub columns_root: Digest,
	/// Rows of the snapshot.
	pub rows: u64,
	/// Groups of fewer rows are left out of the answer; 0 is no limit.
	pub min_group_size: u32,
	/// The query in its normal form: its columns are numbers. In JSON the hex of its encoding.
	#[serde(serialize_with = "encoded")]
	pub query: Query,
	/// Hash of the text that the query was made from.
	#[serde(serialize_with = "text::optional_hex")]
	pub text_hash: Option<Digest>,
	/// Where it is in its life.
	pub state: AskState,
	/// Block in which it was made.
	pub created_at: u32,
	/// First block in which it is too late to answer.
	pub answer_until: u32,
	/// Block in which it ended.
	pub ended_at: Option<u32>,
	/// Block in which something happens by itself.
	pub due: Option<u32>,
	/// What is held, in the bounty's smallest unit.
	#[serde(serialize_with = "text::balance")]
	pub held: u128,
	/// What of the bounty was paid out.
	#[serde(serialize_with = "text::balance")]
	pub paid: u128,
	/// What of it went back to the asker.
	#[serde(serialize_with = "text::balance")]
	pub refunded: u128,
	/// What is held for its record, in planck.
	#[serde(serialize_with = "text::balance")]
	pub deposit: u128,
	/// The answer that was taken.
	pub verdict: Option<VerdictView>,
	/// Whether its asker may take it back, because nobody can answer it any more.
	pub withdrawable: bool,
}

/// An ask that waits for an answer.
pub type WaitingAsk = AskView;

fn encoded<S: Serializer>(query: &Query, s: S) -> Result<S::Ok, S::Error> {
	text::hex(&query.encode(), s)
}

mirror! {
	/// The numbers by which asks are made and settled.
	#[derive(Copy)]
	pub struct AskSettings {
		/// The longest that an ask waits for its answer, in blocks.
		pub max_wait: u32,
		/// Most bytes of a bundle.
		pub max_bundle: u32,
		/// The part of a bounty that goes to the treasury, in parts per million.
		pub protocol_fee: u32,
		/// Blocks from the end of an ask until anybody may have it forgotten.
		pub keep_for: u32,
	}
}

/// [`AskView`] with its query as the metadata describes it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct EncodedAsk {
	id: AskId,
	listing: ListingId,
	asker: AccountId,
	bounty: Price,
	period: Period,
	columns_root: Digest,
	rows: u64,
	min_group_size: u32,
	query: EncodedQuery,
	text_hash: Option<Digest>,
	state: AskState,
	created_at: u32,
	answer_until: u32,
	ended_at: Option<u32>,
	due: Option<u32>,
	held: u128,
	paid: u128,
	refunded: u128,
	deposit: u128,
	verdict: Option<VerdictView>,
	withdrawable: bool,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
struct EncodedQuery {
	aggregates: Vec<EncodedAggregate>,
	predicates: Vec<EncodedPredicate>,
	group_by: Option<u8>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
enum EncodedAggregate {
	CountAll,
	Count(u8),
	Sum(u8),
	Min(u8),
	Max(u8),
	Avg(u8),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
struct EncodedPredicate {
	column: u8,
	condition: EncodedCondition,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
enum EncodedCondition {
	Within { low: i64, high: i64 },
	Outside { low: i64, high: i64 },
	IsNull,
	IsNotNull,
}

impl From<EncodedAsk> for AskView {
	fn from(ask: EncodedAsk) -> Self {
		Self {
			id: ask.id,
			listing: ask.listing,
			asker: ask.asker,
			bounty: ask.bounty,
			period: ask.period,
			columns_root: ask.columns_root,
			rows: ask.rows,
			min_group_size: ask.min_group_size,
			query: ask.query.into(),
			text_hash: ask.text_hash,
			state: ask.state,
			created_at: ask.created_at,
			answer_until: ask.answer_until,
			ended_at: ask.ended_at,
			due: ask.due,
			held: ask.held,
			paid: ask.paid,
			refunded: ask.refunded,
			deposit: ask.deposit,
			verdict: ask.verdict,
			withdrawable: ask.withdrawable,
		}
	}
}

impl From<EncodedQuery> for Query {
	fn from(query: EncodedQuery) -> Self {
		Self {
			aggregates: query.aggregates.into_iter().map(Aggregate::from).collect(),
			predicates: query.predicates.into_iter().map(Predicate::from).collect(),
			group_by: query.group_by,
		}
	}
}

impl From<EncodedAggregate> for Aggregate {
	fn from(aggregate: EncodedAggregate) -> Self {
		match aggregate {
			EncodedAggregate::CountAll => Self::CountAll,
			EncodedAggregate::Count(column) => Self::Count(column),
			EncodedAggregate::Sum(column) => Self::Sum(column),
			EncodedAggregate::Min(column) => Self::Min(column),
			EncodedAggregate::Max(column) => Self::Max(column),
			EncodedAggregate::Avg(column) => Self::Avg(column),
		}
	}
}

impl From<EncodedPredicate> for Predicate {
	fn from(predicate: EncodedPredicate) -> Self {
		let condition = match predicate.condition {
			EncodedCondition::Within { low, high } => Condition::Within { low, high },
			EncodedCondition::Outside { low, high } => Condition::Outside { low, high },
			EncodedCondition::IsNull => Condition::IsNull,
			EncodedCondition::IsNotNull => Condition::IsNotNull,
		};
		Self { column: predicate.column, condition }
	}
}

#[cfg(test)]
mod tests {
	use super::{super::Asset, *};
	use crate::calls::value;
	use codec::Encode;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use subxt::ext::scale_value::scale::encode_as_type;

	#[derive(Encode, TypeInfo)]
	struct AccountId32([u8; 32]);

	fn registry<T: TypeInfo + 'static>() -> (u32, PortableRegistry) {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		(id, registry.into())
	}

	/// What the metadata of `T` makes of its encoding.
	fn decoded<T: TypeInfo + Encode + 'static, R: DecodeAsType>(value: &T) -> R {
		let (id, types) = registry::<T>();
		R::decode_as_type(&mut &value.encode()[..], id, &types).unwrap()
	}

	/// All that a query can have.
	fn query() -> Query {
		let predicate = |column, condition| Predicate { column, condition };
		Query {
			aggregates: vec![
				Aggregate::CountAll,
				Aggregate::Count(1),
				Aggregate::Sum(2),
				Aggregate::Min(3),
				Aggregate::Max(4),
				Aggregate::Avg(63),
			],
			predicates: vec![
				predicate(0, Condition::Within { low: i64::MIN, high: -1 }),
				predicate(1, Condition::Outside { low: 0, high: i64::MAX }),
				predicate(2, Condition::IsNull),
				predicate(3, Condition::IsNotNull),
			],
			group_by: Some(5),
		}
	}

	fn pallets_view() -> pallet_asks::AskView<AccountId32> {
		let verdict = pallet_asks::Verdict {
			by: AccountId32([4; 32]),
			at: 60,
			version: 1,
			bundle_hash: [5; 32],
			answer_hash: [6; 32],
		};
		pallet_asks::AskView {
			id: u64::MAX,
			listing: 3,
			asker: AccountId32([1; 32]),
			bounty: souk_primitives::Price { asset: souk_primitives::Asset::WithId(1), amount: u128::MAX },
			period: 29_920_500,
			columns_root: [2; 32],
			rows: 26_115,
			min_group_size: 5,
			query: query(),
			text_hash: Some([3; 32]),
			state: pallet_asks::AskState::Answered,
			created_at: 10,
			answer_until: 110,
			ended_at: Some(61),
			due: None,
			held: 1,
			paid: 2,
			refunded: 3,
			deposit: 4,
			verdict: Some(verdict),
			withdrawable: true,
		}
	}

	#[test]
	fn an_ask_is_read_as_the_pallet_has_it() {
		let view = AskView::from(decoded::<_, EncodedAsk>(&pallets_view()));
		let expected = AskView {
			id: u64::MAX,
			listing: 3,
			asker: [1; 32],
			bounty: Price { asset: Asset::WithId(1), amount: u128::MAX },
			period: 29_920_500,
			columns_root: [2; 32],
			rows: 26_115,
			min_group_size: 5,
			query: query(),
			text_hash: Some([3; 32]),
			state: AskState::Answered,
			created_at: 10,
			answer_until: 110,
			ended_at: Some(61),
			due: None,
			held: 1,
			paid: 2,
			refunded: 3,
			deposit: 4,
			verdict: Some(VerdictView {
				by: [4; 32],
				at: 60,
				version: 1,
				bundle_hash: [5; 32],
				answer_hash: [6; 32],
			}),
			withdrawable: true,
		};
		assert_eq!(view, expected);
		let json = serde_json::to_value(&view).unwrap();
		assert_eq!(
			(&json["state"], &json["bounty"]["amount"]),
			(&"answered".into(), &u128::MAX.to_string().into())
		);
		assert_eq!(json["query"], format!("0x{}", hex::encode(query().encode())));
	}

	#[test]
	fn a_page_of_asks_is_read() {
		let page: Vec<EncodedAsk> = decoded(&vec![pallets_view(), pallets_view()]);
		assert_eq!(page.len(), 2);
		let none: Option<EncodedAsk> = decoded(&None::<pallet_asks::AskView<AccountId32>>);
		assert!(none.is_none());
	}

	#[test]
	fn the_settings_are_read_as_the_pallet_has_them() {
		let settings = pallet_asks::AskSettings {
			max_wait: 28_800,
			max_bundle: 1 << 20,
			protocol_fee: sp_arithmetic::Permill::from_parts(20_000),
			keep_for: 7,
		};
		let expected =
			AskSettings { max_wait: 28_800, max_bundle: 1 << 20, protocol_fee: 20_000, keep_for: 7 };
		assert_eq!(decoded::<_, AskSettings>(&settings), expected);
	}

	#[test]
	fn a_query_is_sent_as_it_is_proved() {
		let (id, types) = registry::<Query>();
		let least = Query { aggregates: vec![Aggregate::CountAll], predicates: vec![], group_by: None };
		for query in [query(), least] {
			let mut bytes = Vec::new();
			encode_as_type(&value::query(&query), id, &types, &mut bytes).unwrap();
			assert_eq!(bytes, query.encode());
		}
	}

	#[test]
	fn a_bundle_is_sent_byte_by_byte() {
		let (id, types) = registry::<pallet_asks::BundleBytes>();
		let bundle: Vec<u8> = (0..=255).cycle().take(70_000).collect();
		let mut bytes = Vec::new();
		encode_as_type(&value::bytes(&bundle), id, &types, &mut bytes).unwrap();
		assert_eq!(bytes, bundle.encode());
	}
}
