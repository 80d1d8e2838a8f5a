//! Disputes: cases about orders, the juries that rule on them, and who may be drawn for one.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, OrderId};
use serde::Serialize;
use souk_custody::AccountId;
use souk_protocol::Digest;
use subxt::ext::scale_decode::{self, DecodeAsType};

/// Sequential number of a case.
pub type CaseId = u64;

mirror! {
	/// A side of an order that is disputed.
	#[derive(Copy)]
	pub enum Party {
		/// Who pays.
		Buyer,
		/// Who is paid.
		Seller,
	}
}

mirror! {
	/// What is decided of a dispute, and what a juror votes for.
	#[derive(Copy)]
	pub enum Ruling {
		/// For the buyer: what is disputed goes back.
		Buyer,
		/// For the seller: it is paid.
		Seller,
		/// For neither: it is divided as where nobody rules.
		Refused,
	}
}

impl Ruling {
	/// All that can be voted for.
	pub const ALL: [Self; 3] = [Self::Buyer, Self::Seller, Self::Refused];
}

mirror! {
	/// Where a case is in its life.
	#[derive(Copy)]
	pub enum CasePhase {
		/// The other side has to post its fee.
		Opened,
		/// Both sides show what they have.
		Evidence,
		/// A jury is drawn as soon as the randomness for it is known.
		Drawing,
		/// The jury commits to its votes.
		Commit,
		/// It reveals them.
		Reveal,
		/// There is a ruling; who has lost may appeal.
		Appeal,
		/// It is over, and kept for a while.
		Closed,
	}
}

mirror! {
	/// How a case ended.
	#[derive(Copy)]
	pub enum CaseEnding {
		/// By the ruling of a jury.
		Ruled,
		/// The other side did not post its fee in time.
		Default,
		/// The order was decided without a ruling: a side gave in, or something was proved.
		Settled,
		/// No jury could be drawn: fees went back, and governance may rule.
		NoJury,
	}
}

mirror! {
	/// One amount for each side, in planck.
	#[derive(Copy)]
	pub struct PartyAmounts {
		/// The buyer's.
		#[serde(serialize_with = "text::balance")]
		pub buyer: u128,
		/// The seller's.
		#[serde(serialize_with = "text::balance")]
		pub seller: u128,
	}
}

mirror! {
	/// The numbers by which a case goes.
	#[derive(Copy)]
	pub struct CaseTerms {
		/// What a juror earns, in planck.
		#[serde(serialize_with = "text::balance")]
		pub juror_fee: u128,
		/// What a seat on a jury locks of a bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub juror_stake: u128,
		/// What of that is lost with a vote that the last ruling is not, in parts per million.
		pub incoherent_fine: u32,
		/// Blocks that the other side has to post its fee.
		pub response_time: u32,
		/// Blocks for evidence after that.
		pub evidence_time: u32,
		/// Most blocks that a drawing takes.
		pub draw_timeout: u32,
		/// Blocks for commitments.
		pub commit_time: u32,
		/// Blocks for revealing them.
		pub reveal_time: u32,
		/// Blocks for an appeal.
		pub appeal_time: u32,
	}
}

mirror! {
	/// What a jury came to.
	#[derive(Copy)]
	pub struct RoundVerdict {
		/// The ruling.
		pub ruling: Ruling,
		/// Whether a majority voted for it.
		pub decided: bool,
	}
}

mirror! {
	/// A seat on a jury.
	#[derive(Copy)]
	pub struct JurorView {
		/// Who has it.
		#[serde(serialize_with = "text::account")]
		pub who: AccountId,
		/// The commitment, once there is one.
		#[serde(serialize_with = "text::optional_hex")]
		pub commitment: Option<Digest>,
		/// The vote, once it was revealed.
		pub vote: Option<Ruling>,
		/// Whether no commitment came in time: somebody else has the seat, or nobody.
		pub replaced: bool,
	}
}

mirror! {
	/// The jury of a round.
	pub struct JuryView {
		/// How many seats it has.
		pub seats: u32,
		/// All who were drawn for one.
		pub jurors: Vec<JurorView>,
		/// What it came to.
		pub verdict: Option<RoundVerdict>,
	}
}

mirror! {
	/// A piece of evidence. Its bytes are not on the chain.
	#[derive(Copy)]
	pub struct EvidenceView {
		/// Which side shows it.
		pub by: Party,
		/// Its hash.
		#[serde(serialize_with = "text::hex")]
		pub hash: Digest,
		/// Since which block.
		pub at: u32,
	}
}

mirror! {
	/// Somebody from outside who asks to see the evidence, or may.
	pub struct ReviewView {
		/// Who.
		#[serde(serialize_with = "text::account")]
		pub reviewer: AccountId,
		/// X25519 public key to which the evidence is encrypted then.
		#[serde(serialize_with = "text::hex")]
		pub key: [u8; 32],
		/// Jurors who approve.
		#[serde(skip)]
		pub approvals: Vec<AccountId>,
		/// First block in which the access is over; `None` before it is given.
		pub until: Option<u32>,
		/// Whether it is given.
		pub open: bool,
	}
}

mirror! {
	/// A case.
	pub struct CaseView {
		/// Its number.
		pub id: CaseId,
		/// About which order.
		pub order: OrderId,
		/// What was ordered.
		pub listing: ListingId,
		/// Who pays for the order.
		#[serde(serialize_with = "text::account")]
		pub buyer: AccountId,
		/// Who is paid.
		#[serde(serialize_with = "text::account")]
		pub seller: AccountId,
		/// Which of them opened it.
		pub opener: Party,
		/// The numbers by which it goes.
		pub terms: CaseTerms,
		/// Block in which it was opened.
		pub opened_at: u32,
		/// Where it is in its life.
		pub phase: CasePhase,
		/// First block in which it is too late for what it waits for.
		pub until: u32,
		/// Which jury, from 0.
		pub round: u8,
		/// What both sides have posted and not got back.
		pub fees: PartyAmounts,
		/// What is held for its bytes.
		pub deposits: PartyAmounts,
		/// The ruling of the last jury that was counted.
		pub verdict: Option<RoundVerdict>,
		/// How it ended, and for whom.
		pub ended: Option<(CaseEnding, Ruling)>,
		/// Its juries, by round.
		pub juries: Vec<JuryView>,
		/// The keys to which evidence is encrypted for those who sit on them.
		#[serde(skip)]
		pub keys: Vec<(AccountId, [u8; 32])>,
		/// Its evidence, oldest first.
		pub evidence: Vec<EvidenceView>,
		/// Who from outside asks to see it, or may.
		pub reviews: Vec<ReviewView>,
	}
}

impl CaseView {
	/// Which side of it an account is.
	pub fn side_of(&self, account: &AccountId) -> Option<Party> {
		match account {
			account if *account == self.buyer => Some(Party::Buyer),
			account if *account == self.seller => Some(Party::Seller),
			_ => None,
		}
	}

	/// The seat that an account has on the jury of the present round.
	pub fn seat_of(&self, account: &AccountId) -> Option<&JurorView> {
		let jury = self.juries.get(usize::from(self.round))?;
		jury.jurors.iter().find(|juror| juror.who == *account && !juror.replaced)
	}

	/// The side that has lost by the last ruling, where one has.
	pub fn loser(&self) -> Option<Party> {
		match self.verdict?.ruling {
			Ruling::Buyer => Some(Party::Seller),
			Ruling::Seller => Some(Party::Buyer),
			Ruling::Refused => None,
		}
	}
}

mirror! {
	/// An arbitrator of the pool, or one on the way out of it.
	#[derive(Copy)]
	pub struct ArbitratorView {
		/// The bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub bond: u128,
		/// What of it is the stake of seats on juries, in planck.
		#[serde(serialize_with = "text::balance")]
		pub locked: u128,
		/// On how many juries.
		pub seats: u32,
		/// How many tickets that is at a drawing; none on the way out.
		pub tickets: u32,
		/// X25519 public key to which evidence is encrypted; `None` on the way out.
		#[serde(serialize_with = "text::optional_hex")]
		pub key: Option<[u8; 32]>,
		/// First block in which the bond can be withdrawn, once it is on its way out.
		pub leaves_at: Option<u32>,
	}
}

mirror! {
	/// The numbers by which cases go that are opened now.
	pub struct DisputeSettings {
		/// Those that are copied into a case.
		pub terms: CaseTerms,
		/// Seats of the jury of each round.
		pub juries: Vec<u32>,
		/// Least bond of an arbitrator, and of a ticket, in planck.
		#[serde(serialize_with = "text::balance")]
		pub min_bond: u128,
		/// Most tickets of an arbitrator.
		pub max_tickets: u32,
		/// Blocks between leaving the pool and withdrawing the bond.
		pub unbonding: u32,
		/// Blocks for which an approved reviewer has access to evidence.
		pub review_time: u32,
		/// Blocks for which a case is kept after its end.
		pub keep_for: u32,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{calls::value, disputes::commitment};
	use codec::Encode;
	use pallet_disputes as pallet;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use souk_primitives::reach::{Ruling as PalletsRuling, Side};
	use subxt::ext::scale_value::scale::encode_as_type;

	#[derive(Clone, Encode, codec::MaxEncodedLen, TypeInfo)]
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

	fn pallets_terms() -> pallet::Terms {
		pallet::Terms {
			juror_fee: 1,
			juror_stake: u128::MAX,
			incoherent_fine: sp_arithmetic::Permill::from_percent(50),
			response_time: 2,
			evidence_time: 3,
			draw_timeout: 4,
			commit_time: 5,
			reveal_time: 6,
			appeal_time: 7,
		}
	}

	fn terms() -> CaseTerms {
		CaseTerms {
			juror_fee: 1,
			juror_stake: u128::MAX,
			incoherent_fine: 500_000,
			response_time: 2,
			evidence_time: 3,
			draw_timeout: 4,
			commit_time: 5,
			reveal_time: 6,
			appeal_time: 7,
		}
	}

	#[test]
	fn a_case_is_read_as_the_pallet_has_it() {
		let juror = pallet::Juror {
			who: AccountId32([3; 32]),
			commitment: Some([4; 32]),
			vote: Some(PalletsRuling::Refused),
			replaced: false,
		};
		let verdict = pallet::Verdict { ruling: PalletsRuling::Seller, decided: true };
		let jurors = vec![juror].try_into().map_err(|_| "too many").unwrap();
		let review = pallet::ReviewView {
			reviewer: AccountId32([5; 32]),
			key: [6; 32],
			approvals: vec![AccountId32([3; 32])],
			until: Some(9),
			open: true,
		};
		let theirs = pallet::CaseView {
			id: u64::MAX,
			order: 8,
			listing: 3,
			buyer: AccountId32([1; 32]),
			seller: AccountId32([2; 32]),
			opener: Side::Seller,
			terms: pallets_terms(),
			opened_at: 10,
			phase: pallet::Phase::Appeal,
			until: 11,
			round: 0,
			fees: pallet::Sides { buyer: 12, seller: 13 },
			deposits: pallet::Sides { buyer: 14, seller: 15 },
			verdict: Some(verdict),
			ended: Some((pallet::Ending::NoJury, PalletsRuling::Buyer)),
			juries: vec![pallet::Jury { seats: 3, jurors, verdict: None }],
			keys: vec![(AccountId32([3; 32]), [7; 32])],
			evidence: vec![pallet::EvidenceRecord { by: Side::Buyer, hash: [8; 32], at: 16 }],
			reviews: vec![review],
		};
		let case: CaseView = decoded(&theirs);
		assert_eq!((case.id, case.order, case.listing, case.round), (u64::MAX, 8, 3, 0));
		assert_eq!((case.opener, case.terms, case.phase), (Party::Seller, terms(), CasePhase::Appeal));
		assert_eq!(case.ended, Some((CaseEnding::NoJury, Ruling::Buyer)));
		assert_eq!((case.fees.seller, case.deposits.buyer), (13, 14));
		assert_eq!(case.juries[0].jurors[0].vote, Some(Ruling::Refused));
		assert_eq!(case.seat_of(&[3; 32]).unwrap().commitment, Some([4; 32]));
		assert_eq!((case.side_of(&[1; 32]), case.side_of(&[3; 32])), (Some(Party::Buyer), None));
		assert_eq!((case.loser(), case.keys[0]), (Some(Party::Buyer), ([3; 32], [7; 32])));
		assert_eq!((case.evidence[0].hash, case.reviews[0].until), ([8; 32], Some(9)));
		let json = serde_json::to_value(&case).unwrap();
		assert_eq!((&json["phase"], &json["terms"]["juror_fee"]), (&"appeal".into(), &"1".into()));
	}

	#[test]
	fn arbitrators_and_settings_are_read_as_the_pallet_has_them() {
		let theirs = pallet::ArbitratorView {
			bond: u128::MAX,
			locked: 1,
			seats: 2,
			tickets: 3,
			key: Some([4; 32]),
			leaves_at: None,
		};
		let expected = ArbitratorView {
			bond: u128::MAX,
			locked: 1,
			seats: 2,
			tickets: 3,
			key: Some([4; 32]),
			leaves_at: None,
		};
		assert_eq!(decoded::<_, ArbitratorView>(&theirs), expected);
		let theirs = pallet::DisputeSettings {
			terms: pallets_terms(),
			juries: vec![3, 7, 15],
			min_bond: 5,
			max_tickets: 16,
			unbonding: 6,
			review_time: 7,
			keep_for: 8,
		};
		let settings: DisputeSettings = decoded(&theirs);
		assert_eq!((settings.terms, settings.juries), (terms(), vec![3, 7, 15]));
		assert_eq!((settings.min_bond, settings.max_tickets, settings.keep_for), (5, 16, 8));
	}

	#[test]
	fn votes_are_sent_and_committed_to_as_the_pallet_has_them() {
		let (id, types) = registry::<PalletsRuling>();
		let theirs = [PalletsRuling::Buyer, PalletsRuling::Seller, PalletsRuling::Refused];
		for (ours, theirs) in Ruling::ALL.into_iter().zip(theirs) {
			let mut bytes = Vec::new();
			encode_as_type(&value::ruling(ours), id, &types, &mut bytes).unwrap();
			assert_eq!(bytes, theirs.encode());
			let expected = pallet::commitment(7, 2, &AccountId32([1; 32]), theirs, &[9; 32]);
			assert_eq!(commitment(7, 2, &[1; 32], ours, &[9; 32]), expected);
		}
	}
}
