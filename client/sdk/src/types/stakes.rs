//! Offences: what they cost, what became of the money, and what nodes have to show.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, Period};
use serde::Serialize;
use souk_custody::AccountId;
use souk_protocol::Digest;
use subxt::ext::scale_decode::{self, DecodeAsType};

/// Sequential number of a fine.
pub type FineId = u64;

mirror! {
	/// What somebody who serves a listing did wrong, or failed to do.
	#[derive(Copy, Hash, PartialOrd, Ord)]
	pub enum OffenceKind {
		/// A node could not be reached by most of the validators.
		Unreachable,
		/// A persistence node did not show a chunk that it keeps.
		MissedChallenge,
		/// A snapshot did not become final when the schedule promised it.
		MissedPeriod,
		/// A worker signed two different snapshots of one period.
		ConflictingSnapshots,
		/// A chunk that was sold is not what its snapshot commits to.
		BadChunk,
		/// Two signed answers to one query over one snapshot differ.
		ContradictingAttestations,
		/// A ruling went against the listing.
		LostDispute,
	}
}

mirror! {
	/// What an offence rests on: who says so, or what proves it.
	#[derive(Copy)]
	pub enum Basis {
		/// Votes of validators.
		Votes {
			/// How many did not reach the node.
			against: u32,
			/// How many could vote.
			of: u32,
		},
		/// The chain has asked, and got no answer.
		NoAnswer {
			/// First block in which it was too late.
			until: u32,
		},
		/// What was promised did not come.
		Late {
			/// First block in which it was too late.
			until: u32,
		},
		/// Two signed statements that contradict each other. The evidence is their hash.
		Statements,
		/// A proof that the buyer of an order gave.
		Proof {
			/// Which order.
			order: u64,
		},
		/// The ruling of a jury, or against who did not answer.
		Ruling {
			/// In which case.
			case: u64,
		},
	}
}

mirror! {
	/// What became of the money of a fine, in planck.
	#[derive(Copy, Default)]
	pub struct Division {
		/// What those who pay for the listing got.
		#[serde(serialize_with = "text::balance")]
		pub subscribers: u128,
		/// What who proved the offence got.
		#[serde(serialize_with = "text::balance")]
		pub reporter: u128,
		/// What the treasury got.
		#[serde(serialize_with = "text::balance")]
		pub treasury: u128,
	}
}

mirror! {
	/// An offence, as it is remembered against a bond.
	pub struct OffenceRecord {
		/// What was done.
		pub kind: OffenceKind,
		/// The listing that it was done to.
		pub listing: ListingId,
		/// The node that did it, where one did.
		#[serde(serialize_with = "text::optional_account")]
		pub node: Option<AccountId>,
		/// Who proved it, where somebody did.
		#[serde(serialize_with = "text::optional_account")]
		pub reporter: Option<AccountId>,
		/// What it rests on.
		pub basis: Basis,
		/// Hash that names the evidence.
		#[serde(serialize_with = "text::hex")]
		pub evidence: Digest,
		/// Block in which it was recorded.
		pub at: u32,
		/// Block in which it is forgotten, if not before.
		pub until: u32,
		/// What it cost this bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub taken: u128,
		/// The fine that divides that, with what it cost another bond.
		pub fine: Option<FineId>,
		/// What became of the fine, when all of it is paid.
		pub division: Option<Division>,
	}
}

mirror! {
	/// What one kind of offence costs. Parts are in parts per million.
	#[derive(Copy)]
	pub struct Penalty {
		/// Part of the curator's bond on the listing.
		pub curator: u32,
		/// Part of the node's bond.
		pub node: u32,
		/// What each earlier offence of the kind adds to these parts, as a part of them.
		pub repeated: u32,
		/// How many blocks an earlier offence counts for that.
		pub within: u32,
		/// The most of what is taken that goes to those who pay for the listing.
		pub subscribers: u32,
		/// Part of what is taken that goes to who proved it.
		pub reporter: u32,
	}
}

mirror! {
	/// A fine that is being divided.
	pub struct FineView {
		/// Its number.
		pub id: FineId,
		/// Whose subscribers were harmed.
		pub listing: ListingId,
		/// Block of the offence.
		pub at: u32,
		/// What is not paid yet, in planck.
		#[serde(serialize_with = "text::balance")]
		pub left: u128,
		/// What was paid so far.
		pub paid: Division,
		/// The most that subscribers still get of what is left, in planck.
		#[serde(serialize_with = "text::balance")]
		pub subscribers: u128,
		/// Who proved it, and what they will get, in planck.
		#[serde(skip)]
		pub reporter: Option<(AccountId, u128)>,
		/// The block before which it is not tried again, where money could not be moved.
		pub waits_until: Option<u32>,
	}
}

mirror! {
	/// What a node has to show.
	#[derive(Copy, Hash)]
	pub struct ChallengeView {
		/// Of which listing.
		pub listing: ListingId,
		/// Which snapshot.
		pub period: Period,
		/// Which chunk of it.
		pub chunk: u32,
		/// Which piece of that.
		pub piece: u32,
		/// First block in which it is too late.
		pub answer_until: u32,
	}
}

mirror! {
	/// When a node is away, as it has said in time.
	#[derive(Copy)]
	pub struct DowntimeRecord {
		/// First block.
		pub from: u32,
		/// First block in which it is back.
		pub until: u32,
		/// Block from which on it can announce the next one.
		pub next: u32,
		/// What is held for its bytes, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
	}
}

impl OffenceKind {
	/// Its name, as it is written everywhere.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Unreachable => "unreachable",
			Self::MissedChallenge => "missed_challenge",
			Self::MissedPeriod => "missed_period",
			Self::ConflictingSnapshots => "conflicting_snapshots",
			Self::BadChunk => "bad_chunk",
			Self::ContradictingAttestations => "contradicting_attestations",
			Self::LostDispute => "lost_dispute",
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use pallet_stakes as pallet;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use sp_arithmetic::Permill;

	#[derive(Clone, Encode, TypeInfo)]
	struct AccountId32([u8; 32]);

	/// What the metadata of `T` makes of its encoding.
	fn decoded<T: TypeInfo + Encode + 'static, R: DecodeAsType>(value: &T) -> R {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		let types: PortableRegistry = registry.into();
		R::decode_as_type(&mut &value.encode()[..], id, &types).unwrap()
	}

	const THEIRS: pallet::Division = pallet::Division { subscribers: 1, reporter: u128::MAX, treasury: 3 };
	const OURS: Division = Division { subscribers: 1, reporter: u128::MAX, treasury: 3 };

	#[test]
	fn an_offence_is_read_as_the_pallet_has_it() {
		let theirs = pallet::OffenceRecord {
			kind: souk_primitives::OffenceKind::ConflictingSnapshots,
			listing: 7,
			node: Some(AccountId32([1; 32])),
			reporter: None,
			basis: souk_primitives::Basis::Statements,
			evidence: [2; 32],
			at: 3,
			until: 4,
			taken: u128::MAX,
			fine: Some(u64::MAX),
			division: Some(THEIRS),
		};
		let offence: OffenceRecord = decoded(&theirs);
		let expected = OffenceRecord {
			kind: OffenceKind::ConflictingSnapshots,
			listing: 7,
			node: Some([1; 32]),
			reporter: None,
			basis: Basis::Statements,
			evidence: [2; 32],
			at: 3,
			until: 4,
			taken: u128::MAX,
			fine: Some(u64::MAX),
			division: Some(OURS),
		};
		assert_eq!(offence, expected);
		let json = serde_json::to_value(&offence).unwrap();
		assert_eq!((&json["kind"], &json["reporter"]), (&"conflicting_snapshots".into(), &().into()));
		for kind in souk_primitives::OffenceKind::ALL {
			let ours: OffenceKind = decoded(&kind);
			assert_eq!(serde_json::to_value(ours).unwrap(), ours.name());
		}
	}

	#[test]
	fn what_an_offence_rests_on_is_read_as_the_pallet_has_it() {
		use souk_primitives::Basis as Theirs;
		let json = |value: &str| serde_json::from_str::<serde_json::Value>(value).unwrap();
		for (theirs, ours, shown) in [
			(
				Theirs::Votes { against: 3, of: 4 },
				Basis::Votes { against: 3, of: 4 },
				r#"{"votes":{"against":3,"of":4}}"#,
			),
			(Theirs::NoAnswer { until: 5 }, Basis::NoAnswer { until: 5 }, r#"{"no_answer":{"until":5}}"#),
			(Theirs::Late { until: 6 }, Basis::Late { until: 6 }, r#"{"late":{"until":6}}"#),
			(Theirs::Statements, Basis::Statements, r#""statements""#),
			(
				Theirs::Proof { order: u64::MAX },
				Basis::Proof { order: u64::MAX },
				r#"{"proof":{"order":18446744073709551615}}"#,
			),
			(Theirs::Ruling { case: 7 }, Basis::Ruling { case: 7 }, r#"{"ruling":{"case":7}}"#),
		] {
			assert_eq!(decoded::<_, Basis>(&theirs), ours);
			assert_eq!(serde_json::to_value(ours).unwrap(), json(shown));
		}
	}

	#[test]
	fn penalties_fines_challenges_and_downtimes_are_read_as_the_pallet_has_them() {
		let percent = Permill::from_percent;
		let theirs = pallet::Penalty {
			curator: percent(1),
			node: percent(2),
			repeated: percent(100),
			within: 5,
			subscribers: percent(50),
			reporter: percent(20),
		};
		let expected = Penalty {
			curator: 10_000,
			node: 20_000,
			repeated: 1_000_000,
			within: 5,
			subscribers: 500_000,
			reporter: 200_000,
		};
		assert_eq!(decoded::<_, Penalty>(&theirs), expected);
		let theirs = pallet::FineView {
			id: 1,
			listing: 2,
			at: 3,
			left: 4,
			paid: THEIRS,
			subscribers: 5,
			reporter: Some((AccountId32([6; 32]), 7)),
			waits_until: Some(8),
		};
		let expected = FineView {
			id: 1,
			listing: 2,
			at: 3,
			left: 4,
			paid: OURS,
			subscribers: 5,
			reporter: Some(([6; 32], 7)),
			waits_until: Some(8),
		};
		assert_eq!(decoded::<_, FineView>(&theirs), expected);
		let theirs = pallet::ChallengeView { listing: 1, period: 2, chunk: 3, piece: 4, answer_until: 5 };
		let expected = ChallengeView { listing: 1, period: 2, chunk: 3, piece: 4, answer_until: 5 };
		assert_eq!(decoded::<_, ChallengeView>(&theirs), expected);
		let theirs = pallet::DowntimeRecord { from: 1, until: 2, next: 3, deposit: 4 };
		let expected = DowntimeRecord { from: 1, until: 2, next: 3, deposit: 4 };
		assert_eq!(decoded::<_, DowntimeRecord>(&theirs), expected);
	}
}
