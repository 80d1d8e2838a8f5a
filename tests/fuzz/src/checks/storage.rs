//! Every stored byte is covered by a deposit, and a call that fails stores none.

use super::ensure;
use codec::Encode;
use frame_support::traits::Get;
use souk_primitives::reach::Bonds;
use souk_runtime::*;
use sp_core::H256;
use sp_io::hashing::twox_128;
use std::{
	collections::{hash_map::DefaultHasher, BTreeMap},
	hash::{Hash as _, Hasher},
};

/// What is known of a pallet's storage.
struct Part {
	/// The pallet's name in the runtime.
	name: &'static str,
	/// The hold that covers its bytes; `None` where none does.
	deposit: Option<RuntimeHoldReason>,
	/// What no deposit covers, by the README or the storage's own documentation: counters, and what exists with a bond only.
	free: &'static [&'static str],
	/// Whether deposits count the bytes of keys as well; else they have a part for each record, which is 0 here.
	keys: bool,
}

/// All pallets of the marketplace. A new one is added here, and in `state`.
fn parts() -> Vec<Part> {
	use RuntimeHoldReason as Reason;
	let part = |name, deposit, free, keys| Part { name, deposit, free, keys };
	vec![
		part(
			"Listings",
			Some(Reason::Listings(pallet_listings::HoldReason::Deposit)),
			&["NextListingId"],
			true,
		),
		part(
			"Subscriptions",
			Some(Reason::Subscriptions(pallet_subscriptions::HoldReason::Deposit)),
			&["NextDue"],
			true,
		),
		part(
			"Curation",
			Some(Reason::Curation(pallet_curation::HoldReason::Deposit)),
			&["NodeUnlocking", "CuratorBonds", "Forfeited"],
			false,
		),
		part(
			"Escrow",
			Some(Reason::Escrow(pallet_escrow::HoldReason::Deposit)),
			&["NextOrderId", "NextDue"],
			true,
		),
		part("Asks", Some(Reason::Asks(pallet_asks::HoldReason::Deposit)), &["NextAskId", "NextDue"], true),
		part("Tabs", Some(Reason::Tabs(pallet_tabs::HoldReason::Deposit)), &["NextTabId", "NextDue"], true),
		part(
			"Disputes",
			Some(Reason::Disputes(pallet_disputes::HoldReason::Deposit)),
			&["NextCaseId", "NextDue", "LastEviction"],
			true,
		),
		// Offences came with a bond, a sale or a report (`check_absences`), and challenges with an assignment, which had a deposit (its README).
		part(
			"Stakes",
			Some(Reason::Stakes(pallet_stakes::HoldReason::Deposit)),
			&["History", "Fines", "NextFineId", "Round", "Challenges", "NextDue", "Due"],
			true,
		),
		// What is kept of the running period is bounded, and gone with it; who has left something in it has a bond (its README).
		part(
			"Availability",
			Some(Reason::Availability(pallet_availability::HoldReason::Deposit)),
			&["Current", "Voters", "Tallies", "Left", "Next", "AllowPrivate"],
			true,
		),
		part("Backing", Some(Reason::Backing(pallet_backing::HoldReason::Deposit)), &[], true),
		part(
			"Reputation",
			Some(Reason::Reputation(pallet_reputation::HoldReason::Deposit)),
			&["NextDue"],
			true,
		),
		part("Proofs", None, &[], true),
		part("Validators", None, &[], true),
		part("Rates", None, &[], true),
		part("Pace", None, &[], true),
	]
}

/// The names of all of them, and whether deposits cover what they store.
pub fn names() -> Vec<(&'static str, bool)> {
	parts().into_iter().map(|part| (part.name, part.deposit.is_some())).collect()
}

/// The prefix of a storage item.
pub fn prefix(pallet: &str, item: &str) -> [u8; 32] {
	let mut prefix = [0; 32];
	prefix[..16].copy_from_slice(&twox_128(pallet.as_bytes()));
	prefix[16..].copy_from_slice(&twox_128(item.as_bytes()));
	prefix
}

/// Calls `with` each key and value under a prefix; the prefix itself is the key of what is one value.
fn each_under(prefix: &[u8], mut with: impl FnMut(&[u8], &[u8])) {
	if let Some(value) = sp_io::storage::get(prefix) {
		with(prefix, &value);
	}
	let mut key = prefix.to_vec();
	while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(prefix)) {
		if let Some(value) = sp_io::storage::get(&next) {
			with(&next, &value);
		}
		key = next;
	}
}

/// What the marketplace stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
	/// Of all of it, and of what is held for whatever reason but fees.
	pub hash: u64,
	/// Bytes that deposits cover, by pallet.
	bytes: Vec<usize>,
}

impl Survey {
	/// Looks at everything.
	pub fn take() -> Self {
		let mut hasher = DefaultHasher::new();
		let parts = parts();
		let mut bytes = Vec::with_capacity(parts.len());
		for part in &parts {
			let free: Vec<_> = part.free.iter().map(|item| prefix(part.name, item)).collect();
			// Every pallet has it, of 2 bytes.
			let version = prefix(part.name, ":__STORAGE_VERSION__:");
			let mut sum = 0;
			each_under(&twox_128(part.name.as_bytes()), |key, value| {
				(key, value).hash(&mut hasher);
				let counted = !free.iter().chain([&version]).any(|free| key.starts_with(free));
				if counted {
					sum += value.len() + if part.keys { key.len() } else { 0 };
				}
			});
			bytes.push(sum);
		}
		for (who, holds) in pallet_balances::Holds::<Runtime>::iter() {
			(who, holds.encode()).hash(&mut hasher);
		}
		Self { hash: hasher.finish(), bytes }
	}

	/// What is held for deposits covers the bytes.
	pub fn check_deposits(&self) -> Result<(), String> {
		let per_byte = configs::params::deposits::PerByte::get();
		let holds: Vec<_> = pallet_balances::Holds::<Runtime>::iter().flat_map(|(_, holds)| holds).collect();
		for (part, bytes) in parts().iter().zip(&self.bytes) {
			let Some(reason) = &part.deposit else { continue };
			// The pool is one value: its key and its length are there once for all arbitrators.
			let once = if part.name == "Disputes" { 34 } else { 0 };
			let held = holds.iter().filter(|hold| hold.id == *reason);
			let covered = held.map(|hold| hold.amount).sum::<Balance>() / per_byte;
			ensure(covered + once >= *bytes as Balance, || {
				format!("{}: {bytes} bytes are stored, and deposits cover {covered}", part.name)
			})?;
		}
		Ok(())
	}
}

/// An absence, which nobody had to say or to pay for, is remembered only where something is bonded. Checked before anybody does anything in a block, so
/// that of what cost nothing in it the bond is as it was.
pub fn check_absences() -> Result<(), String> {
	let now = crate::chain::now();
	for (bond, history) in pallet_stakes::History::<Runtime>::iter() {
		let free = |record: &&pallet_stakes::OffenceRecord<_>| {
			record.kind.is_absence() && record.at == now && record.taken == 0
		};
		if let Some(record) = history.iter().find(free) {
			ensure(<Backing as Bonds<AccountId>>::bonded(&bond) > 0, || {
				format!("{:?} is remembered against {bond:?}, where nothing is bonded", record.kind)
			})?;
		}
	}
	Ok(())
}

/// A hash of all that a pallet stores.
pub fn hash_of(pallet: &str) -> u64 {
	let mut hasher = DefaultHasher::new();
	each_under(&twox_128(pallet.as_bytes()), |key, value| (key, value).hash(&mut hasher));
	hasher.finish()
}

/// A hash of all that is stored under one of its items.
pub fn hash_of_item(pallet: &str, item: &str) -> u64 {
	let mut hasher = DefaultHasher::new();
	each_under(&prefix(pallet, item), |key, value| (key, value).hash(&mut hasher));
	hasher.finish()
}

/// How many keys there are under each storage item of the marketplace, by the item's prefix.
pub fn keys() -> BTreeMap<(&'static str, H256), usize> {
	let mut keys = BTreeMap::new();
	for part in parts() {
		each_under(&twox_128(part.name.as_bytes()), |key, _| {
			let mut item = [0; 32];
			let length = key.len().min(32);
			item[..length].copy_from_slice(&key[..length]);
			*keys.entry((part.name, H256(item))).or_default() += 1;
		});
	}
	keys
}

/// The prefix of a storage item, as [`keys`] has it.
pub fn item(pallet: &'static str, item: &str) -> (&'static str, H256) {
	(pallet, H256(prefix(pallet, item)))
}
