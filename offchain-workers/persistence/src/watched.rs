//! The node as its operator watches it.

use crate::node::{Condition, Node};
use async_trait::async_trait;
use souk_daemon::observe;
use souk_network::Network;
use std::sync::Arc;

/// A node with its network, for [`observe::serve`].
pub struct Watched {
	node: Arc<Node>,
	network: Network,
}

impl Watched {
	/// Of these.
	pub fn new(node: Arc<Node>, network: Network) -> Self {
		Self { node, network }
	}
}

impl observe::Condition for Condition {
	fn is_healthy(&self) -> bool {
		self.healthy
	}
}

#[async_trait]
impl observe::Observed for Watched {
	type Condition = Condition;

	async fn observe(&self) -> Condition {
		self.node.condition().await
	}

	fn figures(&self, condition: &Condition) -> Result<String, prometheus::Error> {
		self.node.metrics.render(condition, &self.network)
	}
}
