//! What nodes say of where they are asked, and what validators say of them.

use super::*;
use pallet_availability::{Ballot, Current, Finding, Findings, Health, Voters};
use pallet_im_online::sr25519::{AuthorityId, AuthoritySignature};

type Availability_ = pallet_availability::Call<Runtime>;

impl Step {
	/// Where nodes are voted on, all validators who have not voted yet say what they found; else a node says where it is asked.
	pub(super) fn vote_on_nodes(&self) -> Vec<Deed> {
		let now = System::block_number();
		let open = Current::<Runtime>::get().filter(|period| {
			period.nodes > 0 && period.voted < period.voters && (period.from < now && now < period.until)
		});
		let Some(period) = open else {
			let url = b"http://127.0.0.1:9981/health".to_vec().try_into().expect("it is short");
			return vec![Deed::new(NODES[self.who % 2], Availability_::set_health { url })];
		};
		let voters = Voters::<Runtime>::get();
		let vote = |place: usize| {
			let findings: Vec<Finding> =
				(0..period.nodes as usize).map(|node| finding(self.how, node, place)).collect();
			let findings = Findings::try_from(findings).expect("there are two nodes");
			let ballot = Ballot { period: period.number, voter: place as u32, findings };
			// Now and then with the key of somebody who is no validator.
			let key = if self.how % 16 == 15 { CURATOR } else { whose(&voters[place].key) };
			let message = ballot.message(&System::block_hash(0).0, &period.digest);
			let signature = AuthoritySignature::from(PEOPLE[key].sign(&message));
			Deed::by_nobody(Availability_::vote { ballot, signature })
		};
		(0..voters.len()).filter(|place| !voters[*place].voted).map(vote).collect()
	}

	/// Mostly a node that is asked.
	pub(super) fn clear_health(&self) -> Option<Deed> {
		let asked: Vec<Who> =
			NODES.into_iter().filter(|node| Health::<Runtime>::contains_key(account(*node))).collect();
		let node = pick(self.which, &asked).unwrap_or(NODES[self.who % 2]);
		// They are there for as long as they work, mostly.
		self.how.is_multiple_of(3).then(|| Deed::new(node, Availability_::clear_health {}))
	}
}

/// What a validator says of a node: mostly what the others say, and mostly that it was not there.
fn finding(how: usize, node: usize, voter: usize) -> Finding {
	let alike = !how.is_multiple_of(5);
	match (how / 5 + node + if alike { 0 } else { voter }) % 4 {
		0 | 1 => Finding::Unreachable,
		2 => Finding::Reachable,
		// A vote says something of one node at least.
		_ if node == 0 => Finding::Unreachable,
		_ => Finding::NotProbed,
	}
}

/// Whose session key that is.
fn whose(key: &AuthorityId) -> Who {
	let known = |one: &sp_keyring::Sr25519Keyring| AuthorityId::from(one.public()) == *key;
	PEOPLE.iter().position(known).expect("validators are among the people")
}
