//! Why a vote is not taken: a variant for each rule, in the order in which they are looked at, cheapest first.

use crate::{Config, Error};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// Why a vote is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// No votes are taken in this block.
	NotOpen,
	/// It is for a period that is over.
	PeriodOver,
	/// It is for a period that has not begun.
	PeriodAhead,
	/// It has not one finding for each node.
	WrongLength,
	/// It has no finding.
	SaysNothing,
	/// There is no such place in the set.
	NotValidator,
	/// That validator has voted.
	AlreadyVoted,
	/// It is not signed by that validator, or for another chain or other nodes.
	BadSignature,
}

impl Refusal {
	/// As the transaction pool is told.
	pub const fn validity(self) -> TransactionValidityError {
		TransactionValidityError::Invalid(match self {
			Self::PeriodOver | Self::AlreadyVoted => InvalidTransaction::Stale,
			Self::PeriodAhead => InvalidTransaction::Future,
			Self::NotValidator => InvalidTransaction::BadSigner,
			Self::BadSignature => InvalidTransaction::BadProof,
			Self::NotOpen => InvalidTransaction::Custom(1),
			Self::WrongLength => InvalidTransaction::Custom(2),
			Self::SaysNothing => InvalidTransaction::Custom(3),
		})
	}
}

impl<T: Config> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		match refusal {
			Refusal::NotOpen => Self::NotOpen,
			Refusal::PeriodOver => Self::PeriodOver,
			Refusal::PeriodAhead => Self::PeriodAhead,
			Refusal::WrongLength => Self::WrongLength,
			Refusal::SaysNothing => Self::SaysNothing,
			Refusal::NotValidator => Self::NotValidator,
			Refusal::AlreadyVoted => Self::AlreadyVoted,
			Refusal::BadSignature => Self::BadSignature,
		}
	}
}
