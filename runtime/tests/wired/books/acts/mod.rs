//! What people do, on the chain as it is: most of it is possible, and not all.

mod justice;
mod trade;

use super::world::*;
use crate::*;
use pallet_disputes::CaseId;
use proptest::prelude::*;
use souk_primitives::reach::Ruling;
use souk_proof_primitives::voucher::SignedVoucher;
use std::collections::BTreeMap;

/// What only they know who do something.
#[derive(Clone, Debug)]
pub enum Note {
	Nothing,
	/// Vouchers, and whether the tab's payer has signed each.
	Vouchers(Vec<(SignedVoucher, bool)>),
	Pays {
		to: Who,
		wusd: bool,
		amount: Balance,
	},
}

/// Who does what.
#[derive(Clone, Debug)]
pub struct Deed {
	pub who: Who,
	pub call: RuntimeCall,
	/// Governance does it.
	pub root: bool,
	pub note: Note,
}

impl Deed {
	pub fn new(who: Who, call: impl Into<RuntimeCall>) -> Self {
		Self { who, call: call.into(), root: false, note: Note::Nothing }
	}

	fn with(self, note: Note) -> Self {
		Self { note, ..self }
	}

	fn by_root(call: impl Into<RuntimeCall>) -> Self {
		Self { root: true, ..Self::new(0, call) }
	}
}

/// A kind of deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
	Subscribe,
	Cancel,
	Order,
	/// What comes next for an order, or for a case.
	GoOnWithOrder,
	GoOnWithCase,
	Arbitrate,
	OpenTab,
	TopUpTab,
	Voucher,
	Vouchers,
	CloseTab,
	Ask,
	Answer,
	WithdrawAsk,
	ForgetAsk,
	Announce,
	Report,
	AnswerChallenge,
	GoAway,
	Submit,
	RestoreBond,
	Bond,
	Unbond,
	WithdrawBond,
	Back,
	Unback,
	WithdrawBacking,
	ClaimIncome,
	Rate,
	Credential,
	RemoveCredential,
	Retire,
	/// All that somebody can spend.
	PayAll,
	Advance,
}

/// A step of a sequence: three numbers say who, about what, and how.
#[derive(Clone, Copy, Debug)]
pub struct Step {
	pub act: Act,
	pub who: usize,
	pub which: usize,
	pub how: usize,
}

/// What people remember that the chain does not know.
#[derive(Default)]
pub struct Memory {
	/// What jurors have committed to.
	votes: BTreeMap<(CaseId, u8, Who), Ruling>,
	/// What somebody has announced to report, and whether it is two attestations.
	evidence: BTreeMap<Who, (bool, Vec<u8>, Vec<u8>)>,
	/// Vouchers that were shown.
	vouchers: Vec<(SignedVoucher, bool)>,
	reports: u32,
}

pub fn step() -> impl Strategy<Value = Step> {
	use Act::*;
	let act = prop_oneof![
		8 => Just(Subscribe),
		2 => Just(Cancel),
		6 => Just(Order),
		12 => Just(GoOnWithOrder),
		22 => Just(GoOnWithCase),
		3 => Just(Arbitrate),
		6 => Just(OpenTab),
		2 => Just(TopUpTab),
		10 => Just(Voucher),
		5 => Just(Vouchers),
		2 => Just(CloseTab),
		4 => Just(Ask),
		1 => Just(Answer),
		1 => Just(WithdrawAsk),
		2 => Just(ForgetAsk),
		4 => Just(Announce),
		5 => Just(Report),
		6 => Just(AnswerChallenge),
		1 => Just(GoAway),
		3 => Just(Submit),
		2 => Just(RestoreBond),
		3 => Just(Bond),
		1 => Just(Unbond),
		1 => Just(WithdrawBond),
		6 => Just(Back),
		4 => Just(Unback),
		4 => Just(WithdrawBacking),
		6 => Just(ClaimIncome),
		8 => Just(Rate),
		4 => Just(Credential),
		3 => Just(RemoveCredential),
		1 => Just(Retire),
		1 => Just(PayAll),
	];
	let step = |(act, who, which, how)| Step { act, who, which, how };
	prop_oneof![
		5 => (act, 0usize..1_000, 0usize..1_000, 0usize..1_000).prop_map(step),
		1 => (1usize..7).prop_map(move |blocks| step((Advance, 0, 0, blocks))),
	]
}

/// One of some, by a number.
fn pick<X: Clone>(number: usize, of: &[X]) -> Option<X> {
	of.get(number.checked_rem(of.len())?).cloned()
}

impl Step {
	fn payer(&self) -> Who {
		PAYERS[self.who % PAYERS.len()]
	}

	/// One of many is somebody, whether they may or not.
	fn mostly(&self, may: Who) -> Who {
		if self.who % 16 == 15 {
			self.how % ALL
		} else {
			may
		}
	}

	/// What it comes to. Nothing, where there is nothing that it could be about.
	pub fn deeds(&self, memory: &mut Memory) -> Vec<Deed> {
		match self.act {
			Act::GoOnWithCase => self.go_on_with_case(memory),
			Act::Vouchers => self.vouchers(memory).into_iter().collect(),
			Act::Voucher => self.voucher(memory).into_iter().collect(),
			Act::Arbitrate => self.arbitrate().into_iter().collect(),
			Act::Announce => self.announce(memory).into_iter().collect(),
			Act::Report => self.report(memory).into_iter().collect(),
			Act::AnswerChallenge | Act::GoAway => self.answer_challenge().into_iter().collect(),
			Act::Submit => self.submit(),
			_ => self.trade().into_iter().collect(),
		}
	}
}
