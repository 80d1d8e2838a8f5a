//! Who acts: five people, arbitrators who do nothing else, and who may decide for the chain.

use souk_runtime::AccountId;
use sp_keyring::Sr25519Keyring::{self, *};

/// The five. The first is sudo and a validator, the second a validator, worker and keeper of data, the third sells, the fourth is a node as
/// well; anybody may do anything.
pub const PEOPLE: [Sr25519Keyring; 5] = [Alice, Bob, Charlie, Dave, Eve];
/// Who may decide for the chain.
pub const SUDO: Sr25519Keyring = Alice;
/// Who sells what a sequence starts with.
pub const CURATOR: Sr25519Keyring = Charlie;
/// Who works for it.
pub const NODES: [Sr25519Keyring; 2] = [Bob, Dave];
/// How many arbitrators there are: more than three juries have seats.
pub const ARBITRATORS: u8 = 27;

/// One of the five.
pub fn person(number: u8) -> AccountId {
	PEOPLE[usize::from(number) % PEOPLE.len()].to_account_id()
}

/// One of the arbitrators.
pub fn arbitrator(number: u8) -> AccountId {
	[100 + number % ARBITRATORS; 32].into()
}

/// The keys of one of the five; `None` of anybody else.
pub fn key_of(who: &AccountId) -> Option<Sr25519Keyring> {
	PEOPLE.into_iter().find(|key| key.to_account_id() == *who)
}

/// Everybody.
pub fn everybody() -> impl Iterator<Item = AccountId> {
	PEOPLE.iter().map(|key| key.to_account_id()).chain((0..ARBITRATORS).map(arbitrator))
}

/// One of a list, by a byte: of `n`, the byte's remainder. `None` where there is none.
pub fn pick<X: Clone>(byte: u8, of: &[X]) -> Option<X> {
	of.get(usize::from(byte).checked_rem(of.len())?).cloned()
}

/// Whoever may, but for the last fifty bytes, which stand for somebody.
pub fn mostly(byte: u8, may: Option<AccountId>) -> AccountId {
	match may {
		Some(may) if byte < 206 => may,
		_ => person(byte),
	}
}
