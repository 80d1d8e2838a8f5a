//! Peer: a token bucket per peer, before a byte of what it sends is read. Whom a request is from shows only after it was
//! decrypted and its signature checked, and that is not done for anybody at any rate.

use super::{codes, rate::RateLimiter, Refusal, Stage};
use souk_network::PeerId;
use std::time::Instant;

/// Takes one of the peer's tokens. There is nobody to answer to yet: the stream is closed.
pub fn check(limiter: &RateLimiter<PeerId>, peer: PeerId) -> Result<(), Refusal> {
	limiter.take(peer, Instant::now()).map_err(|wait| {
		let wait = wait.as_millis().max(1);
		Refusal::new(
			Stage::Peer,
			codes::RATE_LIMITED,
			format!("too many requests of this peer: wait {wait} ms"),
		)
	})
}
