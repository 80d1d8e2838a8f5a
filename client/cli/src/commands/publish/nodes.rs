//! The nodes that are to work for a listing: who they are, and that the chain knows them as what they are.

use crate::{
	admin::{Daemon, DaemonInfo},
	context::Context,
	failure::Failure,
	records::{hex, role_name},
};
use souk_custody::{format_account, parse_account, AccountId};
use souk_sdk::{
	types::{AssignmentView, NodeRole, NodeView},
	View,
};

/// A registered node that is to be assigned.
#[derive(Debug)]
pub struct Candidate {
	/// What the chain says of it.
	pub node: NodeView,
	/// What it is to do.
	pub role: NodeRole,
	/// Its admin interface, where it was named by that.
	pub daemon: Option<Daemon>,
}

impl Candidate {
	/// Whether an assignment is this node's in this role.
	pub fn has(&self, assignment: &AssignmentView) -> bool {
		self.node.account == assignment.node && self.role == assignment.role
	}
}

/// Finds a node by the address of its admin interface, its account, or the name of a key.
pub async fn find(text: &str, role: NodeRole, view: &View, ctx: &Context) -> Result<Candidate, Failure> {
	let (account, daemon) = if text.contains("://") {
		let daemon = Daemon::at(text)?;
		let info = daemon.info().await?;
		let genesis = hex(ctx.chain().await?.genesis());
		(account_of(&info, role, &genesis, text)?, Some((daemon, info)))
	} else {
		(ctx.resolve_account(text)?, None)
	};
	let node = view.node(account).await?.ok_or_else(|| not_registered(account, text))?;
	ensure_fit(&node, role)?;
	if let Some((_, info)) = &daemon {
		ensure_same_key(&node, info, text)?;
	}
	Ok(Candidate { node, role, daemon: daemon.map(|(daemon, _)| daemon) })
}

fn not_registered(account: AccountId, text: &str) -> Failure {
	Failure::not_found(format!(
		"node {} ({text}) is not registered on chain; its operator runs `souk node register --admin <url>`",
		format_account(&account)
	))
}

fn account_of(info: &DaemonInfo, role: NodeRole, genesis: &str, url: &str) -> Result<AccountId, Failure> {
	let role = role_name(role);
	if !info.roles.iter().any(|offered| offered == role) {
		return Err(Failure::usage(format!(
			"the daemon at {url} is no {role} node (it says: {}); check the address",
			info.roles.join(", ")
		)));
	}
	if info.genesis != genesis {
		return Err(Failure::usage(format!(
			"the daemon at {url} follows another chain (genesis {}, ours is {genesis})",
			info.genesis
		)));
	}
	parse_account(&info.account)
		.map_err(|error| Failure::failed(format!("the daemon at {url} names itself oddly: {error}")))
}

fn ensure_fit(node: &NodeView, role: NodeRole) -> Result<(), Failure> {
	let account = format_account(&node.account);
	let offers = match role {
		NodeRole::Worker => node.worker,
		NodeRole::Persistence => node.persistence,
	};
	if !offers {
		return Err(Failure::failed(format!(
			"node {account} is registered, but not as a {} node",
			role_name(role)
		)));
	}
	if !node.accepting {
		return Err(Failure::failed(format!("node {account} takes no new assignments; choose another")));
	}
	Ok(())
}

fn ensure_same_key(node: &NodeView, info: &DaemonInfo, url: &str) -> Result<(), Failure> {
	if hex(node.encryption_key) == info.encryption_key {
		return Ok(());
	}
	Err(Failure::failed(format!(
		"the daemon at {url} has another encryption key than the chain says of it; its operator runs \
		 `souk node register --admin {url}` again"
	)))
}

#[cfg(test)]
mod tests {
	use super::*;

	const GENESIS: &str = "0x01";

	fn info() -> DaemonInfo {
		DaemonInfo {
			account: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into(),
			peer_id: "p".into(),
			listen: vec![],
			encryption_key: hex([9; 32]),
			roles: vec!["worker".into()],
			genesis: GENESIS.into(),
			version: "0.1.0".into(),
		}
	}

	fn node() -> NodeView {
		NodeView {
			account: [1; 32],
			peer_id: vec![1],
			addresses: vec![],
			encryption_key: [9; 32],
			worker: true,
			persistence: false,
			accepting: true,
			bond: 0,
			deposit: 0,
			registered_at: 1,
		}
	}

	#[test]
	fn a_daemon_of_another_role_or_chain_is_refused() {
		assert!(account_of(&info(), NodeRole::Worker, GENESIS, "u").is_ok());
		let role = account_of(&info(), NodeRole::Persistence, GENESIS, "u").unwrap_err();
		assert!(role.message.contains("no persistence node"));
		let chain = account_of(&info(), NodeRole::Worker, "0x02", "u").unwrap_err();
		assert!(chain.message.contains("another chain"));
	}

	#[test]
	fn what_the_chain_says_of_a_node_must_fit() {
		assert!(ensure_fit(&node(), NodeRole::Worker).is_ok());
		assert!(ensure_fit(&node(), NodeRole::Persistence).is_err());
		assert!(ensure_fit(&NodeView { accepting: false, ..node() }, NodeRole::Worker).is_err());
		assert!(ensure_same_key(&node(), &info(), "u").is_ok());
		assert!(ensure_same_key(&NodeView { encryption_key: [8; 32], ..node() }, &info(), "u").is_err());
	}
}
