//! Chain and deadline: a request is good for one chain, one node, and a few minutes.

use super::{codes, Refusal, Stage};
use souk_protocol::{request::QueryRequest, AccountId, Digest};

/// How far ahead a deadline may be, in milliseconds. It bounds how long a nonce must be remembered.
pub const MAX_AHEAD: u64 = 10 * 60 * 1000;

/// Checks the request's target and its deadline against `now`, in milliseconds since the Unix epoch.
pub fn check(request: &QueryRequest, genesis: &Digest, me: &AccountId, now: u64) -> Result<(), Refusal> {
	let refuse = |code, message: String| Err(Refusal::new(Stage::ChainAndDeadline, code, message));
	if request.genesis != *genesis {
		return refuse(
			codes::WRONG_CHAIN,
			"this request is for another chain: check the chain spec in use".into(),
		);
	}
	if request.node != *me {
		return refuse(
			codes::WRONG_NODE,
			"this request is for another node: make one for each node asked".into(),
		);
	}
	if request.deadline <= now {
		let late = now - request.deadline;
		return refuse(
			codes::EXPIRED,
			format!("the request's deadline passed {late} ms ago by this node's clock: check the clock, or send it again"),
		);
	}
	if request.deadline - now > MAX_AHEAD {
		return refuse(
			codes::DEADLINE_TOO_FAR,
			format!(
				"the request's deadline is more than {} minutes ahead of this node's clock",
				MAX_AHEAD / 60_000
			),
		);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::{request::RequestLimits, AnswerKind, Snapshot};

	const NOW: u64 = 1_800_000_000_000;

	fn code(change: fn(&mut QueryRequest)) -> Option<&'static str> {
		let mut request = QueryRequest {
			genesis: [1; 32],
			listing: 1,
			node: [2; 32],
			sql: String::new(),
			snapshot: Snapshot::Latest,
			holder: [3; 32],
			reply_key: [4; 32],
			nonce: [5; 16],
			deadline: NOW + 1,
			limits: RequestLimits { rows: 1, bytes: 1 },
			voucher: None,
			answer: AnswerKind::Rows,
		};
		change(&mut request);
		check(&request, &[1; 32], &[2; 32], NOW).err().map(|refusal| refusal.code)
	}

	#[test]
	fn a_deadline_has_two_ends() {
		assert_eq!(code(|r| r.deadline = NOW + 1), None);
		assert_eq!(code(|r| r.deadline = NOW + MAX_AHEAD), None);
		assert_eq!(code(|r| r.deadline = NOW), Some(codes::EXPIRED));
		assert_eq!(code(|r| r.deadline = 0), Some(codes::EXPIRED));
		assert_eq!(code(|r| r.deadline = NOW + MAX_AHEAD + 1), Some(codes::DEADLINE_TOO_FAR));
		assert_eq!(code(|r| r.deadline = u64::MAX), Some(codes::DEADLINE_TOO_FAR));
	}

	#[test]
	fn another_chain_or_node_is_refused() {
		assert_eq!(code(|r| r.genesis = [9; 32]), Some(codes::WRONG_CHAIN));
		assert_eq!(code(|r| r.node = [9; 32]), Some(codes::WRONG_NODE));
	}
}
