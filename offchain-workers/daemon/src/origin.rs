//! Refuses what a web page sends. A page in the operator's browser reaches loopback as well as the operator does, but it
//! cannot keep the browser from saying in `Origin` that it was a page; programs of the operator's own do not say that.

use axum::http::{header, StatusCode};
use jsonrpsee::server::{HttpBody, HttpRequest, HttpResponse};
use std::{
	future::{ready, Future},
	pin::Pin,
	task::{Context, Poll},
};
use tower::{Layer, Service};

/// Answers 403 to whatever carries an `Origin`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoOrigin;

impl<S> Layer<S> for NoOrigin {
	type Service = NoOriginService<S>;

	fn layer(&self, inner: S) -> Self::Service {
		NoOriginService(inner)
	}
}

/// A service behind [`NoOrigin`].
#[derive(Clone, Debug)]
pub(crate) struct NoOriginService<S>(S);

impl<S, B> Service<HttpRequest<B>> for NoOriginService<S>
where
	S: Service<HttpRequest<B>, Response = HttpResponse>,
	S::Error: Send + 'static,
	S::Future: Send + 'static,
{
	type Response = HttpResponse;
	type Error = S::Error;
	type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, S::Error>> + Send>>;

	fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
		self.0.poll_ready(context)
	}

	fn call(&mut self, request: HttpRequest<B>) -> Self::Future {
		if !request.headers().contains_key(header::ORIGIN) {
			return Box::pin(self.0.call(request));
		}
		tracing::warn!("a web page tried to reach the admin interface");
		let mut refusal = HttpResponse::new(HttpBody::from("Web pages are not served here.\n"));
		*refusal.status_mut() = StatusCode::FORBIDDEN;
		Box::pin(ready(Ok(refusal)))
	}
}
