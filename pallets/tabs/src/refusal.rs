//! Refusals as errors.

use crate::{Error, Refusal};

impl<T> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		match refusal {
			Refusal::NotFound => Self::NotFound,
			Refusal::NotAuthorized => Self::NotAuthorized,
			Refusal::Stale => Self::Stale,
			Refusal::Expired => Self::Expired,
			Refusal::Exhausted => Self::Exhausted,
			Refusal::TooManyNodes => Self::TooManyNodes,
			Refusal::BadSignature => Self::BadSignature,
		}
	}
}
