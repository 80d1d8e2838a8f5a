//! Replay: a node answers a nonce once, also after a restart.
//!
//! ```text
//! claim ─ rate ─ entitlement ─ enter ─ …      the claim ends with the request's admission
//! memory                       disk
//! ```
//!
//! A nonce is written down once the holder was shown to be entitled, so that strangers cost no write; [`enter`] decides. A
//! request that ended before that was not answered, and may come again: it is refused again, or answered once, to the
//! holder's own key, if the holder has got the right in the meantime. The claim keeps copies that come at the same time from
//! costing anything.

use super::{codes, Refusal, Stage};
use souk_protocol::{request::QueryRequest, tagged, Digest};
use souk_store::{ReplayGuard, StoreError};
use std::{
	collections::HashSet,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The nonces of the requests that are being checked.
#[derive(Default)]
pub struct Claims(Mutex<HashSet<Digest>>);

impl Claims {
	fn locked(&self) -> MutexGuard<'_, HashSet<Digest>> {
		// A set that a panicking task left behind is still a set.
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// A nonce that no other request has while this lives.
pub struct Claim<'a> {
	claims: &'a Claims,
	nonce: Digest,
}

impl Drop for Claim<'_> {
	fn drop(&mut self) {
		self.claims.locked().remove(&self.nonce);
	}
}

/// Claims the request's nonce; refuses one that was used or is claimed. Nothing is written.
pub async fn claim<'a>(
	claims: &'a Claims,
	guard: &Arc<ReplayGuard>,
	request: &QueryRequest,
) -> Result<Claim<'a>, Refusal> {
	// Not the whole request: a nonce is for one request, whatever else is in it.
	claim_nonce(claims, guard, tagged("souk/query-nonce/v1", &[&request.holder, &request.nonce])).await
}

/// The same for any kind of request: `nonce` is a hash of the kind, who asks, and their nonce.
pub async fn claim_nonce<'a>(
	claims: &'a Claims,
	guard: &Arc<ReplayGuard>,
	nonce: Digest,
) -> Result<Claim<'a>, Refusal> {
	if !claims.locked().insert(nonce) {
		return Err(replayed());
	}
	let claim = Claim { claims, nonce };
	match work(guard, move |guard| guard.contains(nonce)).await? {
		false => Ok(claim),
		true => Err(replayed()),
	}
}

/// Notes the nonce durably, until the request expires; refuses it when it was there.
pub async fn enter(claim: &Claim<'_>, guard: &Arc<ReplayGuard>, deadline: u64) -> Result<(), Refusal> {
	let nonce = claim.nonce;
	match work(guard, move |guard| guard.insert(nonce, deadline)).await? {
		true => Ok(()),
		false => Err(replayed()),
	}
}

fn replayed() -> Refusal {
	Refusal::new(
		Stage::Replay,
		codes::REPLAYED,
		"this request was sent before: make a new one, with a nonce of its own",
	)
}

async fn work(
	guard: &Arc<ReplayGuard>,
	work: impl FnOnce(&ReplayGuard) -> Result<bool, StoreError> + Send + 'static,
) -> Result<bool, Refusal> {
	let guard = guard.clone();
	match tokio::task::spawn_blocking(move || work(&guard)).await {
		Ok(Ok(done)) => Ok(done),
		Ok(Err(error)) => {
			tracing::error!(%error, "the nonces could not be read or written");
			Err(Refusal::internal(Stage::Replay, "noting the request"))
		}
		Err(_) => Err(Refusal::internal(Stage::Replay, "noting the request")),
	}
}
