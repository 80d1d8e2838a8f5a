//! Vouchers: which are settled, and for how much.

use crate::*;
use frame_support::ensure;
use souk_primitives::{reach::Curation as _, Balance, Digest, NodeRole};
use souk_proof_primitives::voucher::SignedVoucher;
use sp_core::sr25519;
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
	/// Settles a voucher for `node`, or says why not; then nothing was changed.
	///
	/// The signature is checked last: it costs more than all else, and who sends vouchers that are no news is charged for it anyway.
	pub(crate) fn settle_one(
		node: &T::AccountId,
		genesis: &Digest,
		signed: &SignedVoucher,
	) -> Result<(), Refusal> {
		let voucher = &signed.voucher;
		let me: [u8; 32] = node.clone().into();
		ensure!(voucher.node == me, Refusal::NotAuthorized);
		let mut record = Tabs::<T>::get(voucher.tab).ok_or(Refusal::NotFound)?;
		ensure!(record.settles_at(Self::now()), Refusal::Expired);
		let known = record.earners.iter().position(|earner| earner.node == *node);
		let earned = known.and_then(|at| record.earners.get(at)).map_or(0, |earner| earner.earned);
		let more = voucher.amount.saturating_sub(earned);
		ensure!(more > 0, Refusal::Stale);
		let amount = more.min(record.free());
		ensure!(amount > 0, Refusal::Exhausted);
		ensure!(Self::is_signed(genesis, signed, &record.key), Refusal::BadSignature);

		let at = match known {
			Some(at) => at,
			None => {
				ensure!(Self::has_place(&record, node), Refusal::TooManyNodes);
				let new = Earner { node: node.clone(), counter: 0, earned: 0, owed: 0 };
				record.earners.try_push(new).map_err(|_| Refusal::TooManyNodes)?;
				record.earners.len().saturating_sub(1)
			}
		};
		if let Some(earner) = record.earners.get_mut(at) {
			earner.counter = earner.counter.max(voucher.counter);
			earner.earned = earner.earned.saturating_add(amount);
			earner.owed = earner.owed.saturating_add(amount);
		}
		let (tab, counter) = (voucher.tab, voucher.counter);
		Self::deposit_event(Event::VoucherSettled { tab, node: node.clone(), counter, amount });
		let left = Self::pay_earner(tab, &mut record, at);
		if left > 0 {
			Self::deposit_event(Event::SettlementDelayed { tab, held: left });
		}
		Tabs::<T>::insert(tab, record);
		Ok(())
	}

	/// Whether a node that has not earned anything of a tab yet has a place among its earners.
	///
	/// A place is kept for each persistence node of the listing that has none yet. It comes before those that were assigned after it, and
	/// before all who are not assigned: whoever has a place keeps it for as long as it is assigned, whatever accounts of the payer's
	/// settle, and whomever the curator assigns and unassigns meanwhile.
	fn has_place(record: &TabRecordOf<T>, node: &T::AccountId) -> bool {
		let now = Self::now();
		let assigned = T::Curation::terms(record.listing, NodeRole::Persistence, now, now.saturating_add(1));
		let earns = |who: &T::AccountId| record.earners.iter().any(|earner| earner.node == *who);
		let kept =
			assigned.iter().take_while(|term| term.node != *node).filter(|term| !earns(&term.node)).count();
		u32::try_from(record.earners.len().saturating_add(kept)).is_ok_and(|taken| taken < MAX_NODES)
	}

	/// Whether the tab's key has signed the voucher for this chain.
	fn is_signed(genesis: &Digest, signed: &SignedVoucher, key: &[u8; 32]) -> bool {
		let signature = sr25519::Signature::from_raw(signed.signature);
		let key = sr25519::Public::from_raw(*key);
		sp_io::crypto::sr25519_verify(&signature, &signed.voucher.digest(genesis), &key)
	}

	/// Hash of this chain's first block.
	pub(crate) fn genesis() -> Digest {
		let mut genesis = [0; 32];
		let first = frame_system::pallet_prelude::BlockNumberFor::<T>::zero();
		let hash = frame_system::Pallet::<T>::block_hash(first);
		for (to, from) in genesis.iter_mut().zip(hash.as_ref()) {
			*to = *from;
		}
		genesis
	}

	/// Pays a node and who earns with it what the node is owed. Returns what is still owed.
	pub(crate) fn pay_earner(tab: TabId, record: &mut TabRecordOf<T>, at: usize) -> Balance {
		let Some(earner) = record.earners.get(at).filter(|earner| earner.owed > 0) else { return 0 };
		let (node, owed) = (earner.node.clone(), earner.owed);
		let left = Self::pay_out(tab, record, &node, owed);
		if let Some(earner) = record.earners.get_mut(at) {
			earner.owed = left;
		}
		left
	}
}
