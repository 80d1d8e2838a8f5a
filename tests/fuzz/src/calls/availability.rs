//! What nodes say of where they can be asked, and what validators say of nodes. Votes are signed as validators' workers sign them.

use super::{one, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	chain::{self, as_sudo},
};
use codec::Encode;
use pallet_availability::{Ballot, Current, Finding, HealthUrl, Voters};
use souk_runtime::{configs::params::availability as settings, *};
use sp_keyring::Sr25519Keyring;

type Call = pallet_availability::Call<Runtime>;

/// Calls of `pallet-availability`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		SetHealth { who, url: which } => {
			let node = cast::pick(who, &cast::NODES).map(|node| node.to_account_id());
			one(mostly(who, node), Call::set_health { url: url(which) })
		}
		ClearHealth { who } => {
			let node = cast::pick(who, &cast::NODES).map(|node| node.to_account_id());
			one(mostly(who, node), Call::clear_health {})
		}
		Vote { voter, findings, how } => {
			let places = Voters::<Runtime>::get().len().max(1);
			let place = if voter < 240 { usize::from(voter) % places } else { places };
			let call = vote(place, findings, how);
			if how < 240 {
				return one(person(voter), call);
			}
			// Somebody signs it, and would pay for it.
			let calls = vec![call.into()];
			one(person(voter), pallet_utility::Call::<Runtime>::batch_all { calls })
		}
		VoteAlike { findings } => {
			let places = 0..Voters::<Runtime>::get().len();
			Some(places.map(|place| (person(0), vote(place, findings, 0).into())).collect())
		}
		SetVoting { every } => {
			let every = settings::Parameters::Every(settings::Every, Some(u32::from(every % 64)));
			let key_value = RuntimeParameters::Availability(every);
			Some(vec![as_sudo(pallet_parameters::Call::<Runtime>::set_parameter { key_value })])
		}
		_ => None,
	}
}

/// Where a node is asked: on this machine, on another one, at a longer or shorter address; by the byte at one that nobody can ask.
pub(crate) fn url(byte: u8) -> HealthUrl {
	let path = "a".repeat(usize::from(byte / 8));
	let text = match byte % 8 {
		0..=2 => format!("http://127.0.0.1:8080/{path}"),
		3 => format!("http://9.9.9.9/{path}"),
		4 => format!("http://[2620:fe::fe]:80/{path}"),
		5 => format!("https://9.9.9.9/{path}"),
		6 => format!("http://souk.example/{path}"),
		_ => format!("http://9.9.9.9/{path}?{path}"),
	};
	text.into_bytes().try_into().expect("it is short")
}

/// The vote of the validator in a place; by the byte one for another period, of another length, or with a signature that is another's or of
/// another chain or list.
pub(crate) fn vote(place: usize, findings: u8, how: u8) -> Call {
	let period = Current::<Runtime>::get();
	let (number, nodes, digest) =
		period.map_or((0, 0, [0; 32]), |period| (period.number, period.nodes, period.digest));
	let period = match how % 16 {
		9 => number.wrapping_sub(1),
		10 => number + 1,
		_ => number,
	};
	let finding = |at: u32| match findings >> (2 * (at % 4)) & 3 {
		1 => Finding::Reachable,
		2 => Finding::NotProbed,
		_ => Finding::Unreachable,
	};
	let findings: Vec<_> = (0..nodes + u32::from(how % 16 == 11)).map(finding).collect();
	let ballot = Ballot {
		period,
		voter: u32::try_from(place).expect("there are few"),
		findings: findings.try_into().expect("there are few"),
	};
	let genesis = if how % 16 == 12 { [9; 32] } else { chain::genesis() };
	let digest = if how % 16 == 13 { [9; 32] } else { digest };
	let key = if how % 16 == 14 { None } else { key_of(place) };
	let signature = key.unwrap_or(Sr25519Keyring::Ferdie).sign(&ballot.message(&genesis, &digest));
	Call::vote { ballot, signature: signature.into() }
}

/// The session key of the validator in a place, where it is one of the five.
fn key_of(place: usize) -> Option<Sr25519Keyring> {
	let key = Voters::<Runtime>::get().get(place)?.key.encode();
	cast::PEOPLE.into_iter().find(|one| one.public().0[..] == key[..])
}
