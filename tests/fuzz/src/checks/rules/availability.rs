//! Where nodes can be asked, and votes on them.

use super::{if_and_only_if, unless, Verdict};
use crate::chain;
use codec::Encode;
use pallet_availability::{Ballot, Current, Finding, Health, Voters};
use souk_runtime::*;
use sp_core::{sr25519, Pair as _};

pub fn availability(who: &AccountId, call: &pallet_availability::Call<Runtime>) -> Verdict {
	use pallet_availability::Call::*;
	match call {
		set_health { url } => {
			let node = pallet_curation::Nodes::<Runtime>::get(who);
			let address = url.strip_prefix(b"http://");
			let literal = address
				.and_then(|rest| rest.first())
				.is_some_and(|first| first.is_ascii_digit() || *first == b'[');
			unless(&[
				(node.is_some_and(|node| node.info.persistence), "only who keeps data is asked"),
				(literal, "nobody is asked where a name leads"),
				(!url.contains(&b'?'), "nobody is asked anything"),
			])
		}
		clear_health {} => if_and_only_if(&[(Health::<Runtime>::contains_key(who), "nobody is asked there")]),
		vote { ballot, signature } => vote_rules(ballot, &signature.encode()),
		_ => Verdict::Perhaps,
	}
}

/// A vote counts if, and only if, it says something of each node that is listed, for once, in time, and a validator of the period has signed it
/// for this chain and this list.
fn vote_rules(ballot: &Ballot, signature: &[u8]) -> Verdict {
	let now = chain::now();
	let Some(period) = Current::<Runtime>::get() else { return Verdict::MustNot("nobody is voted on") };
	let voter = Voters::<Runtime>::get().get(ballot.voter as usize).cloned();
	let message = [
		b"souk/availability/v1".to_vec(),
		chain::genesis().to_vec(),
		period.digest.to_vec(),
		ballot.encode(),
	]
	.concat();
	let right = voter.as_ref().is_some_and(|voter| {
		let key: Option<[u8; 32]> = voter.key.encode().try_into().ok();
		let signature: Option<[u8; 64]> = signature.try_into().ok();
		key.zip(signature).is_some_and(|(key, signature)| {
			let signature = sr25519::Signature::from_raw(signature);
			sr25519::Pair::verify(&signature, &message, &sr25519::Public::from_raw(key))
		})
	});
	let says = ballot.findings.iter().any(|finding| *finding != Finding::NotProbed);
	if_and_only_if(&[
		(ballot.period == period.number, "a vote is for the running period"),
		(period.from < now && now < period.until, "a vote comes in time"),
		(ballot.findings.len() == period.nodes as usize, "a vote has something for each node"),
		(says, "a vote says something"),
		(voter.as_ref().is_some_and(|voter| !voter.voted), "a validator votes once"),
		(right, "a vote is signed by its validator"),
	])
}
