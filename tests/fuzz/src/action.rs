//! What a sequence consists of, and its bytes. Every sequence of bytes is one of actions: a code, then a byte for each field, 0 where
//! there are no more. What a byte means depends on the chain when its turn comes (`calls`): "the fifth of the orders that there are".

/// Reads bytes; there are zeros after the last one.
pub struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
	fn next(&mut self) -> u8 {
		match self.0.split_first() {
			Some((first, rest)) => {
				self.0 = rest;
				*first
			}
			None => 0,
		}
	}
}

/// Declares the actions. Codes are given in the order of the list: **append only**, so that the corpus stays what it is.
macro_rules! actions {
	($($(#[$doc:meta])* $name:ident { $($field:ident),* })*) => {
		/// One step of a sequence. Fields are bytes that choose among what there is.
		#[derive(Clone, Copy, Debug, PartialEq, Eq)]
		#[allow(missing_docs)]
		pub enum Action { $($(#[$doc])* $name { $($field: u8),* }),* }

		#[derive(Clone, Copy)]
		#[repr(u8)]
		enum Code { $($name),* }

		const CODES: &[Code] = &[$(Code::$name),*];

		/// Names of all actions, by code.
		pub const NAMES: &[&str] = &[$(stringify!($name)),*];

		impl Action {
			fn read(code: Code, bytes: &mut Bytes) -> Self {
				match code { $(Code::$name => Self::$name { $($field: bytes.next()),* }),* }
			}

			/// Its code.
			pub fn code(&self) -> u8 {
				match self { $(Self::$name { .. } => Code::$name as u8),* }
			}

			/// Appends its bytes.
			pub fn write(&self, to: &mut Vec<u8>) {
				to.push(self.code());
				match *self { $(Self::$name { $($field),* } => { to.extend_from_slice(&[$($field),*]); }),* }
			}
		}
	};
}

actions! {
	// --- the chain ---------------------------------------------------------------------------
	/// So many blocks go by.
	Blocks { count }
	/// The next block comes an epoch later.
	Epoch {}
	/// Blocks go by until something is due.
	Leap {}
	/// The next actions are one batch, of all or nothing, or as far as it goes.
	Batch { all, count }
	/// The next call is made by a proxy, if anybody may have one for it.
	Proxy { of }
	Transfer { who, to, wusd, amount }
	/// An account's wUSD, or all of it, cannot be moved any more; or can again.
	Freeze { whose }
	Thaw { whose }
	SetFee { percent }
	// --- listings ----------------------------------------------------------------------------
	Create { who, name, kind, offer, size }
	Update { who, listing, offer, size }
	SetState { who, listing, active }
	SetPayouts { who, listing, workers, persistence }
	Retire { who, listing }
	TakeDown { who, listing }
	// --- subscriptions -----------------------------------------------------------------------
	Subscribe { who, listing, plan, how }
	Cancel { who, which }
	SetAutoRenew { who, which, on }
	Renew { who, which }
	Settle { who, which }
	ClearTrial { who, which }
	// --- curation ----------------------------------------------------------------------------
	RegisterNode { who, roles, size }
	UpdateNode { who, roles, size }
	DeregisterNode { who }
	WithdrawNodeBond { who }
	RestoreNodeBond { who }
	Bond { who, listing, amount }
	Unbond { who, listing, amount }
	WithdrawUnbonded { who, listing }
	Assign { who, listing, node, role }
	Unassign { who, listing, which }
	Resign { who, listing, which }
	SetSchedule { who, listing, every, retention }
	Submit { who, listing, minute, says }
	ClearListing { who, listing }
	// --- escrow ------------------------------------------------------------------------------
	Order { who, listing, plan, seen }
	Offer { who, listing, to, parts, wusd }
	Fund { who, order }
	Deliver { who, order, how }
	DeliverAll { who, how }
	MarkDelivered { who, order, milestone }
	Confirm { who, order, milestone }
	CancelOrder { who, order }
	ClaimOrder { who, order }
	BadChunk { who, order, how }
	Dispute { who, order, evidence }
	Resolve { who, order, share }
	ForgetOrder { who, order }
	// --- tabs --------------------------------------------------------------------------------
	OpenTab { who, listing, limit, how }
	TopUp { who, tab, amount }
	Voucher { who, tab, node, queries, how }
	/// Vouchers that were settled, or refused, before, and new ones; many at once.
	Vouchers { who, seed, count }
	CloseTab { who, tab }
	ClaimTab { who, tab }
	FreeQuota { who, listing, queries }
	// --- asks --------------------------------------------------------------------------------
	Ask { who, listing, query, bounty, wait }
	Answer { who, ask, how }
	CheckBundle { who, listing, how }
	WithdrawAsk { who, ask }
	ClaimAsk { who, ask }
	ForgetAsk { who, ask }
	// --- disputes ----------------------------------------------------------------------------
	JoinPool { who, bond }
	AddToPoolBond { who, amount }
	LeavePool { who }
	WithdrawPoolBond { who }
	AnswerCase { who, case }
	ShowEvidence { who, case, hash }
	Commit { juror, case, vote, how }
	Reveal { juror, case, how }
	/// Each member of a jury does what its phase is for.
	JuryActs { case, votes }
	Appeal { who, case }
	RequestReview { who, case }
	ApproveReview { juror, case, which }
	ExecuteCase { who, case }
	// --- stakes ------------------------------------------------------------------------------
	Announce { who, signer, listing, what }
	Report { who, how }
	AnswerChallenge { who, listing, how }
	Downtime { who, from, blocks }
	// --- proofs ------------------------------------------------------------------------------
	Verify { who, right }
	Pause { who, statement }
	Resume { who, statement }
	// --- validators --------------------------------------------------------------------------
	ValidatorBond { who, amount }
	ValidatorBondExtra { who, amount }
	ValidatorUnbond { who, amount }
	ValidatorWithdraw { who }
	Validate { who }
	Chill { who }
	// --- availability ------------------------------------------------------------------------
	SetHealth { who, url }
	ClearHealth { who }
	/// A validator says something of two nodes or more, by two bits of a byte for each.
	Vote { voter, findings, how }
	/// All validators of the period say the same.
	VoteAlike { findings }
	SetVoting { every }
	// --- backing -----------------------------------------------------------------------------
	OpenBacking { who, listing, share, most }
	CloseBacking { who, listing }
	Back { who, listing, amount }
	Unback { who, which, amount }
	WithdrawUnbacked { who, which }
	ClaimIncome { who, which, asset }
	SetBacking { times, least }
	// --- reputation --------------------------------------------------------------------------
	Rate { who, deal, score }
	IssueCredential { who, order, kind }
	RevokeCredential { who, which }
	RemoveCredential { who, which }
	SetWindow { blocks }
	// --- keys of proofs, and who may validate -------------------------------------------------
	RegisterKey { who, statement, era }
	RetireKey { who, statement, era }
	ForceChill { who, validator }
}

/// What codes without an action of their own stand for: what takes many sequences further.
const OFTEN: &[Code] = &[
	Code::Blocks,
	Code::Leap,
	Code::JuryActs,
	Code::Epoch,
	Code::Order,
	Code::Subscribe,
	Code::Leap,
	Code::DeliverAll,
	Code::Voucher,
	Code::OpenTab,
	Code::Dispute,
	Code::AnswerCase,
	Code::MarkDelivered,
	Code::Submit,
	Code::Blocks,
	Code::Back,
	Code::VoteAlike,
	Code::Rate,
];

/// The actions of a sequence of bytes, at most so many.
pub fn read(bytes: &[u8], most: usize) -> Vec<Action> {
	let mut bytes = Bytes(bytes);
	let mut actions = Vec::new();
	while !bytes.0.is_empty() && actions.len() < most {
		let byte = usize::from(bytes.next());
		let code = CODES.get(byte).copied().unwrap_or(OFTEN[byte % OFTEN.len()]);
		actions.push(Action::read(code, &mut bytes));
	}
	actions
}

/// The bytes of actions: [`read`] returns the same ones.
pub fn write(actions: &[Action]) -> Vec<u8> {
	let mut bytes = Vec::new();
	actions.iter().for_each(|action| action.write(&mut bytes));
	bytes
}
