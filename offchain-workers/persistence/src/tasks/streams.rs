//! What all protocols of this node do with their streams.

use crate::node::Node;
use futures::StreamExt;
use souk_network::{FramedStream, Incoming};
use std::{future::Future, sync::Arc};
use tokio::task::JoinSet;

/// Takes streams until the node closes, each into a task of its own, then waits for those that are under way. `what` is one of
/// them, in the log.
pub(super) async fn each<F>(
	node: Arc<Node>,
	mut incoming: Incoming,
	what: &'static str,
	serve: impl Fn(Arc<Node>, FramedStream) -> F,
) where
	F: Future<Output = ()> + Send + 'static,
{
	let mut under_way = JoinSet::new();
	loop {
		tokio::select! {
			biased;
			() = node.stop.closing() => break,
			Some(ended) = under_way.join_next() => if let Err(error) = ended {
				tracing::error!(%error, "{what} ended with a panic");
			},
			stream = incoming.next() => match stream {
				Some((_, stream)) => {
					under_way.spawn(serve(node.clone(), stream));
				},
				None => break,
			},
		}
	}
	drop(incoming);
	while under_way.join_next().await.is_some() {}
}
