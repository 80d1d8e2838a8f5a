//! Replay: a node answers a nonce once, also after a restart.

use super::{codes, Refusal, Stage};
use souk_protocol::{request::QueryRequest, tagged};
use souk_store::ReplayGuard;
use std::sync::Arc;

/// Notes the nonce durably, until its request expires, and refuses it when it was there.
pub async fn check(guard: &Arc<ReplayGuard>, request: &QueryRequest) -> Result<(), Refusal> {
	// Not the whole request: a nonce is for one request, whatever else is in it.
	let used = tagged("souk/query-nonce/v1", &[&request.holder, &request.nonce]);
	let (guard, deadline) = (guard.clone(), request.deadline);
	let noted = tokio::task::spawn_blocking(move || guard.insert(used, deadline)).await;
	match noted {
		Ok(Ok(true)) => Ok(()),
		Ok(Ok(false)) => Err(Refusal::new(
			Stage::Replay,
			codes::REPLAYED,
			"this request was answered before: make a new one, with a nonce of its own",
		)),
		Ok(Err(error)) => {
			tracing::error!(%error, "a nonce could not be noted");
			Err(Refusal::internal(Stage::Replay, "noting the request"))
		}
		Err(_) => Err(Refusal::internal(Stage::Replay, "noting the request")),
	}
}
