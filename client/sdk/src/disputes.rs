//! Votes on disputes: what a juror commits to, and what it was. Nothing of it has to be stored.

use crate::{
	types::{CaseId, CaseView, Ruling},
	Digest,
};
use codec::Encode;
use souk_custody::{Account, AccountId};
use subxt::config::{substrate::BlakeTwo256, Hasher};

/// What a juror commits to: `Blake2b-256("souk/vote/v1" ‖ case ‖ round ‖ juror ‖ vote ‖ salt)`, each part in its SCALE encoding.
pub fn commitment(case: CaseId, round: u8, juror: &AccountId, vote: Ruling, salt: &[u8; 32]) -> Digest {
	let mut bytes = b"souk/vote/v1".to_vec();
	let vote: u8 = match vote {
		Ruling::Buyer => 0,
		Ruling::Seller => 1,
		Ruling::Refused => 2,
	};
	(case, round, juror, vote, salt).encode_to(&mut bytes);
	BlakeTwo256.hash(&bytes).0
}

/// The salt of an account's vote: follows from its key, the chain, the case and the round, and is known to nobody else.
pub fn salt(account: &Account, genesis: &Digest, case: CaseId, round: u8) -> [u8; 32] {
	*account.derive_secret("souk/vote-salt/v1", &(genesis, case, round).encode())
}

/// What an account has committed to on the jury of a case's present round, with its salt: found by trying what there is. `None`
/// where it has not, or not from here.
pub fn committed(account: &Account, genesis: &Digest, case: &CaseView) -> Option<(Ruling, [u8; 32])> {
	let me = account.id();
	let wanted = case.seat_of(&me)?.commitment?;
	let salt = salt(account, genesis, case.id, case.round);
	let is_it = |vote: &Ruling| commitment(case.id, case.round, &me, *vote, &salt) == wanted;
	Ruling::ALL.into_iter().find(is_it).map(|vote| (vote, salt))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_salt_is_of_one_account_chain_case_and_round() {
		let [alice, bob] = ["//Alice", "//Bob"].map(|uri| Account::from_uri(uri).unwrap());
		let one = salt(&alice, &[1; 32], 7, 0);
		assert_eq!(one, salt(&alice, &[1; 32], 7, 0));
		let others = [
			salt(&bob, &[1; 32], 7, 0),
			salt(&alice, &[2; 32], 7, 0),
			salt(&alice, &[1; 32], 8, 0),
			salt(&alice, &[1; 32], 7, 1),
		];
		assert!(others.iter().all(|other| *other != one));
	}
}
