//! Signature: the holder's own, over every field of the request.

use super::{codes, Refusal, Stage};
use souk_protocol::SignedRequest;

/// Checks the holder's signature.
pub fn check(signed: &SignedRequest) -> Result<(), Refusal> {
	signed.verify().map_err(|_| {
		Refusal::new(
			Stage::Signature,
			codes::BAD_SIGNATURE,
			"the signature on this request is not its holder's: sign it with the account that holds the subscription",
		)
	})
}
