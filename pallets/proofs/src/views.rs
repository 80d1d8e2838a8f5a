//! What clients see, in types that they decode by metadata. Nothing is verified here: a view is paid for by nobody.

use crate::*;
use souk_proof_primitives::{
	groth16::{Curve, VerifyingKey},
	statements::{Era, StatementId},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn key_view(statement: StatementId, era: Era) -> Option<KeyView> {
		let KeyRecord { id, key, transcript, development, registered_at, retired_from } =
			Keys::<T>::get(statement, era)?;
		Some(KeyView {
			statement: statement.code(),
			era: era.0,
			id,
			key: VerifyingKey::<Curve>::from_prepared(&key)?.to_bytes(),
			transcript,
			development,
			registered_at,
			retired_from,
			paused: Self::is_paused(statement),
		})
	}
}
