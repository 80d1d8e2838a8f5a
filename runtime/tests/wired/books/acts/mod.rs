//! What people do, on the chain as it is: most of it is possible, and not all.

mod justice;
mod probes;
mod trade;

use super::world::*;
use crate::*;
use pallet_disputes::CaseId;
use proptest::{prelude::*, strategy::Union};
use souk_proof_primitives::voucher::SignedVoucher;
use std::collections::BTreeMap;

pub use justice::cases_wait;

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
	/// Nobody signs it: it is authorized by what it says.
	pub unsigned: bool,
	pub note: Note,
}

impl Deed {
	pub fn new(who: Who, call: impl Into<RuntimeCall>) -> Self {
		Self { who, call: call.into(), root: false, unsigned: false, note: Note::Nothing }
	}

	fn with(self, note: Note) -> Self {
		Self { note, ..self }
	}

	/// Somebody gives so much of what they can spend to another.
	pub fn pays(from: Who, to: Who, wusd: bool, amount: Balance) -> Self {
		Self::new(from, sequences::transfer(to, wusd, amount)).with(Note::Pays { to, wusd, amount })
	}

	fn by_nobody(call: impl Into<RuntimeCall>) -> Self {
		Self { unsigned: true, ..Self::new(0, call) }
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
	/// Blocks, until somebody can do something in a case.
	AwaitCase,
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
	ChangePolicy,
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
	/// The curator lets nobody back her any more, or lets them again.
	CloseBacking,
	FreeQuota,
	/// Nodes say where they are asked, and validators say what they found.
	Vote,
	ClearHealth,
	/// Somebody from outside wants to see a case, and jurors let them.
	Review,
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
	/// What the juries of cases are like, by round.
	juries: BTreeMap<(CaseId, u8), usize>,
	/// What somebody has announced to report, and whether it is two attestations.
	evidence: BTreeMap<Who, (bool, Vec<u8>, Vec<u8>)>,
	/// Vouchers that were shown.
	vouchers: Vec<(SignedVoucher, bool)>,
	reports: u32,
}

/// How often people do what: where they trade mostly, and where they go to court mostly.
const WEIGHTS: [(Act, [u32; 2]); 40] = [
	(Act::Subscribe, [8, 3]),
	(Act::Cancel, [2, 1]),
	(Act::Order, [6, 9]),
	(Act::GoOnWithOrder, [12, 20]),
	(Act::GoOnWithCase, [18, 44]),
	(Act::AwaitCase, [1, 10]),
	(Act::Arbitrate, [3, 14]),
	(Act::OpenTab, [6, 2]),
	(Act::TopUpTab, [2, 1]),
	(Act::Voucher, [10, 3]),
	(Act::Vouchers, [5, 2]),
	(Act::CloseTab, [2, 1]),
	(Act::Ask, [7, 2]),
	(Act::Answer, [2, 1]),
	(Act::WithdrawAsk, [3, 1]),
	(Act::ForgetAsk, [2, 1]),
	(Act::ChangePolicy, [2, 1]),
	(Act::Announce, [4, 2]),
	(Act::Report, [5, 2]),
	(Act::AnswerChallenge, [6, 3]),
	(Act::GoAway, [1, 1]),
	(Act::Submit, [3, 1]),
	(Act::RestoreBond, [2, 1]),
	(Act::Bond, [3, 2]),
	(Act::Unbond, [1, 1]),
	(Act::WithdrawBond, [1, 1]),
	(Act::Back, [6, 3]),
	(Act::Unback, [4, 2]),
	(Act::WithdrawBacking, [4, 2]),
	(Act::ClaimIncome, [6, 2]),
	(Act::CloseBacking, [1, 1]),
	(Act::FreeQuota, [1, 1]),
	(Act::Vote, [6, 3]),
	(Act::ClearHealth, [1, 1]),
	(Act::Review, [1, 6]),
	(Act::Rate, [8, 3]),
	(Act::Credential, [4, 3]),
	(Act::RemoveCredential, [3, 2]),
	(Act::Retire, [1, 1]),
	(Act::PayAll, [1, 1]),
];

/// A sequence. Three in five trade mostly.
pub fn sequence() -> impl Strategy<Value = Vec<Step>> {
	let steps = |mostly| prop::collection::vec(step(mostly), 180);
	prop_oneof![3 => steps(0), 2 => steps(1)]
}

fn step(mostly: usize) -> impl Strategy<Value = Step> {
	let act = Union::new_weighted(WEIGHTS.map(|(act, weights)| (weights[mostly], Just(act))).to_vec());
	let step = |(act, who, which, how)| Step { act, who, which, how };
	prop_oneof![
		5 => (act, 0usize..1_000, 0usize..1_000, 0usize..1_000).prop_map(step),
		1 => (1usize..7).prop_map(move |blocks| step((Act::Advance, 0, 0, blocks))),
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
			Act::Vote => self.vote_on_nodes(),
			Act::ClearHealth => self.clear_health().into_iter().collect(),
			Act::Review => self.review().into_iter().collect(),
			_ => self.trade().into_iter().collect(),
		}
	}
}
