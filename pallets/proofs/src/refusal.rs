//! What is wrong with keys, inputs and proofs, as errors of the calls and as refusals to other pallets.

use crate::Error;
use souk_primitives::reach::ProofRefusal;
use souk_proof_primitives::{
	groth16::{KeyError, PointFault, ProofError},
	point::PointError,
	public_inputs::InputError,
};

impl<T> From<KeyError> for Error<T> {
	fn from(error: KeyError) -> Self {
		match error {
			KeyError::WrongLength { .. } => Self::KeyWrongLength,
			KeyError::WrongCount { .. } => Self::KeyWrongInputCount,
			KeyError::Point { fault: PointFault::NotCanonical, .. } => Self::KeyNotCanonical,
			KeyError::Point { fault: PointFault::NotOnCurve, .. } => Self::KeyNotOnCurve,
			KeyError::Point { fault: PointFault::Identity, .. } => Self::KeyIdentity,
			KeyError::Point { fault: PointFault::NotInSubgroup, .. } => Self::KeyNotInSubgroup,
			KeyError::GammaIsDelta => Self::KeyGammaIsDelta,
		}
	}
}

impl<T> From<InputError> for Error<T> {
	fn from(error: InputError) -> Self {
		match error {
			InputError::WrongLength { .. } | InputError::WrongCount { .. } => Self::WrongInputCount,
			InputError::NotCanonical { .. } => Self::InputNotCanonical,
			InputError::IndexTooLarge => Self::IndexTooLarge,
			InputError::Point { error: PointError::NotOnCurve, .. } => Self::InputNotOnCurve,
			InputError::Point { error: PointError::Identity, .. } => Self::InputIdentity,
			InputError::Point { error: PointError::NotInSubgroup, .. } => Self::InputNotInSubgroup,
		}
	}
}

impl<T> From<ProofRefusal> for Error<T> {
	fn from(refusal: ProofRefusal) -> Self {
		match refusal {
			ProofRefusal::NoKey => Self::NotFound,
			ProofRefusal::Paused => Self::Paused,
			ProofRefusal::Retired => Self::Retired,
			ProofRefusal::DevelopmentKey => Self::DevelopmentKey,
			ProofRefusal::Malformed => Self::ProofMalformed,
			ProofRefusal::NotOnCurve => Self::ProofNotOnCurve,
			ProofRefusal::Identity => Self::ProofIdentity,
			ProofRefusal::NotInSubgroup => Self::ProofNotInSubgroup,
			ProofRefusal::WrongCount => Self::WrongInputCount,
			ProofRefusal::NotValid => Self::ProofNotValid,
		}
	}
}

/// Why a proof is refused.
pub(crate) fn of_proof(error: ProofError) -> ProofRefusal {
	match error {
		ProofError::WrongLength { .. } | ProofError::Point { fault: PointFault::NotCanonical, .. } => {
			ProofRefusal::Malformed
		}
		ProofError::Point { fault: PointFault::NotOnCurve, .. } => ProofRefusal::NotOnCurve,
		ProofError::Point { fault: PointFault::Identity, .. } => ProofRefusal::Identity,
		ProofError::Point { fault: PointFault::NotInSubgroup, .. } => ProofRefusal::NotInSubgroup,
		ProofError::WrongCount { .. } => ProofRefusal::WrongCount,
		ProofError::NotValid => ProofRefusal::NotValid,
	}
}
