//! What an operator watches: `/health` as JSON and `/metrics` for Prometheus, on one HTTP listener. On another one, what validators ask.

use crate::{
	doorway::{Bounds, Doorway},
	DaemonError,
};
use async_trait::async_trait;
use axum::{
	extract::State,
	http::{header, StatusCode},
	response::IntoResponse,
	routing::get,
	Router,
};
use serde::Serialize;
use std::{future::Future, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

/// How a daemon is doing, as `/health` tells it.
pub trait Condition: Serialize + Send + Sync {
	/// Whether it can do its work.
	fn is_healthy(&self) -> bool;
}

/// A daemon that can be watched.
#[async_trait]
pub trait Observed: Send + Sync + 'static {
	/// How it is doing.
	type Condition: Condition;

	/// Looks.
	async fn observe(&self) -> Self::Condition;

	/// Its figures in Prometheus' text format, those that are not counted read from `condition`.
	///
	/// # Errors
	/// None in practice: see [`Instruments`](crate::metrics::Instruments).
	fn figures(&self, condition: &Self::Condition) -> Result<String, prometheus::Error>;
}

/// Listens for [`serve`].
///
/// # Errors
/// [`DaemonError::Serve`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, DaemonError> {
	bind_for("health and metrics", address).await
}

/// Listens for [`serve_presence`].
///
/// # Errors
/// [`DaemonError::Serve`].
pub async fn bind_presence(address: SocketAddr) -> Result<TcpListener, DaemonError> {
	bind_for("health for validators", address).await
}

async fn bind_for(what: &'static str, address: SocketAddr) -> Result<TcpListener, DaemonError> {
	let failed = |source| DaemonError::Serve { what, address, source };
	let listener = TcpListener::bind(address).await.map_err(failed)?;
	tracing::info!("{what} on http://{}", listener.local_addr().map_err(failed)?);
	Ok(listener)
}

/// Answers `GET /health` with 200 and nothing else until `stop` resolves, for validators and whoever else asks from outside. How the daemon is
/// doing is not said there: others may have a hand in that, and whom validators do not reach is fined.
pub async fn serve_presence(listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) {
	serve_presence_within(listener, Bounds::default(), stop).await;
}

pub(crate) async fn serve_presence_within(
	listener: TcpListener,
	bounds: Bounds,
	stop: impl Future<Output = ()> + Send + 'static,
) {
	let router = Router::new().route("/health", get(|| async { StatusCode::OK }));
	let doorway = Doorway::new(listener, bounds);
	if let Err(error) = axum::serve(doorway, router).with_graceful_shutdown(stop).await {
		tracing::error!(%error, "validators are answered no more");
	}
}

/// Serves `/health` (503 where the daemon is not well) and `/metrics` until `stop` resolves. What ends it otherwise is
/// logged.
pub async fn serve<O: Observed>(
	listener: TcpListener,
	observed: Arc<O>,
	stop: impl Future<Output = ()> + Send + 'static,
) {
	let router = Router::new()
		.route("/health", get(health::<O>))
		.route("/metrics", get(metrics::<O>))
		.with_state(observed);
	if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
		tracing::error!(%error, "health and metrics are served no more");
	}
}

async fn health<O: Observed>(State(observed): State<Arc<O>>) -> impl IntoResponse {
	let condition = observed.observe().await;
	let status = if condition.is_healthy() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
	let body = serde_json::to_string(&condition).unwrap_or_else(|_| r#"{"healthy":false}"#.into());
	(status, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn metrics<O: Observed>(State(observed): State<Arc<O>>) -> impl IntoResponse {
	let condition = observed.observe().await;
	match observed.figures(&condition) {
		Ok(text) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text),
		Err(error) => {
			(StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], error.to_string())
		}
	}
}
