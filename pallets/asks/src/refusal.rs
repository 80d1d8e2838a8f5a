//! Why a query or a bundle is refused, as errors of the calls.

use crate::Error;
use souk_primitives::reach::BundleRefusal;
use souk_table_proofs::plan::PlanError;

impl<T> From<PlanError> for Error<T> {
	fn from(error: PlanError) -> Self {
		match error {
			PlanError::Aggregates => Self::BadAggregates,
			PlanError::Predicates => Self::BadPredicates,
			PlanError::NoSuchColumn(_) | PlanError::NotANumber(_) | PlanError::TooManyColumns => {
				Self::NoSuchColumn
			}
			PlanError::TooManyRows => Self::TooManyRows,
		}
	}
}

impl<T> From<BundleRefusal> for Error<T> {
	fn from(refusal: BundleRefusal) -> Self {
		match refusal {
			BundleRefusal::Paused => Self::ProofsPaused,
			BundleRefusal::Retired => Self::ProofRetired,
			BundleRefusal::UnknownVersion => Self::UnknownProofVersion,
			BundleRefusal::TooLarge => Self::BundleTooLarge,
			BundleRefusal::Malformed => Self::BundleMalformed,
			BundleRefusal::WrongContext => Self::WrongContext,
			BundleRefusal::WrongColumns => Self::WrongColumns,
			BundleRefusal::WrongQuery => Self::WrongQuery,
			BundleRefusal::WrongGroupSize => Self::WrongGroupSize,
			BundleRefusal::NotValid => Self::ProofNotValid,
			BundleRefusal::NotProvable => Self::NotProvable,
			BundleRefusal::NoAnswer => Self::NoAnswer,
		}
	}
}
