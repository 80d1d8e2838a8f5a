//! What reporters and keepers do.

use super::{listing, one, Deed, Memory};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	chain, snapshot,
};
use codec::Encode;
use pallet_stakes::{announcement, Challenges};
use souk_proof_primitives::{
	attestation::{Attestation, Outcome, SignedAttestation},
	submission::{SignedSubmission, Submission},
};
use souk_runtime::*;
use sp_keyring::Sr25519Keyring;

type Call = pallet_stakes::Call<Runtime>;

/// Calls of `pallet-stakes`.
pub fn deeds(action: Action, memory: &mut Memory) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Announce { who, signer, listing: which, what } => {
			let who = person(who);
			let signer = if signer < 206 {
				cast::NODES[usize::from(signer) % cast::NODES.len()]
			} else {
				cast::PEOPLE[usize::from(signer) % cast::PEOPLE.len()]
			};
			let attested = what % 2 == 1;
			let statement = |says: u8| {
				if attested {
					attestation(signer, listing(which), what, says)
				} else {
					submission(signer, listing(which), what, says)
				}
			};
			let (first, second) = (statement(1), statement(if what % 32 == 31 { 1 } else { 2 }));
			let hash = announcement(&who, &first, &second);
			memory.evidence.insert(who.clone(), (attested, first, second));
			one(who, Call::announce_report { hash })
		}
		Report { who, how } => {
			// Mostly one who has announced something.
			let who = if how < 200 {
				let announced: Vec<AccountId> = memory.evidence.keys().cloned().collect();
				mostly(who, cast::pick(who, &announced))
			} else {
				person(who)
			};
			let any = memory.evidence.values().next();
			let (attested, first, second) = memory.evidence.get(&who).or(any)?.clone();
			if attested {
				let (first, second) = (first.try_into().ok()?, second.try_into().ok()?);
				one(who, Call::report_attestations { first, second })
			} else {
				let (first, second) = (first.try_into().ok()?, second.try_into().ok()?);
				one(who, Call::report_conflict { first, second })
			}
		}
		AnswerChallenge { who, listing: which, how } => {
			let asked: Vec<_> = Challenges::<Runtime>::iter().collect();
			let Some((node, listing, record)) = cast::pick(which, &asked) else {
				return Some(Vec::new());
			};
			let place = record.place;
			let shown = snapshot::with_root(&record.cipher_root)
				.unwrap_or_else(snapshot::honest)
				.piece(place.chunk, place.piece.wrapping_add(u32::from(how >= 240)));
			let (piece, path) = shown?;
			one(mostly(who, Some(node)), Call::answer_challenge { listing, piece, path })
		}
		Downtime { who, from, blocks } => {
			let from = chain::now() + HOURS - 2 + u32::from(from);
			one(person(who), Call::announce_downtime { from, blocks: u32::from(blocks) })
		}
		_ => None,
	}
}

/// A signed submission for a period about now.
fn submission(signer: Sr25519Keyring, listing: u32, what: u8, says: u8) -> Vec<u8> {
	let submission = Submission {
		genesis: chain::genesis(),
		listing,
		period: (chain::minutes() + u32::from(what / 32)).saturating_sub(1),
		worker: signer.to_account_id().into(),
		commitments: [says; 32],
	};
	let signature = sign(signer, &submission.digest(), what);
	SignedSubmission { submission, signature }.encode()
}

/// A signed answer to a query of about now.
fn attestation(signer: Sr25519Keyring, listing: u32, what: u8, says: u8) -> Vec<u8> {
	let attestation = Attestation {
		genesis: chain::genesis(),
		listing,
		node: signer.to_account_id().into(),
		request: [says; 32],
		query: [8; 32],
		period: chain::minutes(),
		content_root: [9; 32],
		outcome: Outcome::Complete { result: [says; 32], rows: 1, bytes: 2 },
		block: chain::now().saturating_sub(u32::from(what / 64) * 4),
		reproducible: (!what.is_multiple_of(5)).then_some(1),
	};
	let signature = sign(signer, &attestation.digest(), what);
	SignedAttestation { attestation, signature }.encode()
}

/// A signature; by the byte somebody else's.
fn sign(signer: Sr25519Keyring, digest: &[u8; 32], what: u8) -> [u8; 64] {
	let forged = what % 16 >= 14;
	let key = if forged { Sr25519Keyring::Ferdie } else { signer };
	key.sign(digest).0
}
