//! Ratings, and the hashes of credentials.

use super::{value, Call};
use crate::{
	types::{CredentialId, CredentialKind, Deal, OrderId},
	Digest,
};

/// Rates a deal from 1 to 5, as one of its sides.
pub fn rate(deal: &Deal, score: u8) -> Call {
	Call::new("Reputation", "rate", vec![("deal", value::deal(deal)), ("score", value::number(score))])
}

/// Registers the hash of a credential about the other side of an order.
pub fn issue_credential(order: OrderId, kind: CredentialKind, hash: Digest) -> Call {
	let arguments = vec![
		("order", value::number(order)),
		("kind", value::credential_kind(kind)),
		("hash", value::bytes(&hash)),
	];
	Call::new("Reputation", "issue_credential", arguments)
}

/// Says, as its issuer, that a credential does not hold any more.
pub fn revoke_credential(id: CredentialId) -> Call {
	Call::new("Reputation", "revoke_credential", vec![("id", value::credential(id))])
}

/// Removes a revoked credential from the chain, as its issuer, once no other one can be issued in its place.
pub fn remove_credential(id: CredentialId) -> Call {
	Call::new("Reputation", "remove_credential", vec![("id", value::credential(id))])
}
