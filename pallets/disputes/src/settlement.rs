//! The end of a case: who voted is paid or fined, what is left goes back, and the order is done with as was ruled.

use crate::{
	bill::{Costs, Item, Source},
	*,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use souk_primitives::{
	reach::{Disputed as _, Offences as _, Ruling, Side},
	Balance, Basis, Digest, Offence, OffenceKind,
};
use sp_io::hashing::blake2_256;

/// Names a ruling among all that may be held against somebody: `Blake2b-256("souk/ruling/v1" ‖ case)`.
fn ruling_id(case: CaseId) -> Digest {
	blake2_256(&(b"souk/ruling/v1", case).encode())
}

/// What becomes of a juror at the end.
enum Deserts {
	/// Earns a fee.
	Fee,
	/// Loses so much of the stake.
	Fine(Balance),
	/// Had no chance to do anything.
	Nothing,
}

impl<T: Config> Pallet<T> {
	/// Ends a case. It is kept for a while.
	pub(crate) fn close(case: CaseId, mut record: CaseRecordOf<T>, was: u32, how: Ending, verdict: Verdict) {
		Self::settle(case, &mut record, how, verdict);
		let (order, listing, ruling) = (record.order, record.listing, verdict.ruling);
		record.ended = Some((how, ruling));
		Self::enter(&mut record, Phase::Closed, T::KeepFor::get());
		Self::store(case, was, record.clone());
		Self::deposit_event(Event::Closed { case, order, how, ruling });
		match how {
			Ending::Ruled | Ending::Default => Self::carry_out(case, &record, how, ruling),
			// The order is decided already. Else who has lost would give in before the ruling is final, and it would cost her nothing.
			Ending::Settled if verdict.decided => Self::hold_against_seller(case, &record, ruling),
			// It is, or will be by governance, and nobody has lost.
			Ending::Settled | Ending::NoJury => {}
		}
		// Last: what waits for the ruling answers for it.
		Self::count_out(listing);
	}

	/// Does what was ruled: with the order, and with the bond of a seller who has lost. Not of one who did not answer about what she has
	/// not delivered: nobody has said that she should have by then, and the money goes back as it would have later.
	fn carry_out(case: CaseId, record: &CaseRecordOf<T>, how: Ending, ruling: Ruling) {
		let order = record.order;
		let failed = how == Ending::Ruled || T::Orders::is_delivered(order);
		T::Orders::rule(order, ruling);
		if failed {
			Self::hold_against_seller(case, record, ruling);
		}
	}

	/// Takes a part of the bond of a seller who has lost.
	fn hold_against_seller(case: CaseId, record: &CaseRecordOf<T>, ruling: Ruling) {
		if ruling == Ruling::Buyer {
			T::Offences::commit(Offence {
				kind: OffenceKind::LostDispute,
				listing: record.listing,
				node: None,
				curator_answers: true,
				reporter: None,
				began: record.opened_at,
				harmed_for: 0,
				basis: Basis::Ruling { case },
				evidence: ruling_id(case),
			});
		}
	}

	/// Moves the money of a case: nothing of it is held after that but deposits.
	fn settle(case: CaseId, record: &mut CaseRecordOf<T>, how: Ending, verdict: Verdict) {
		let (mut served, mut fines, mut seated) = (Vec::new(), Vec::new(), Vec::new());
		for jury in (0..=record.round).filter_map(|round| Juries::<T>::get(Self::key(case), [round])) {
			for juror in jury.jurors.iter() {
				seated.push(juror.who.clone());
				match Self::deserts(record, &jury, juror, how, verdict) {
					Deserts::Fee => served.push(juror.who.clone()),
					Deserts::Fine(fine) => fines.push((juror.who.clone(), fine)),
					Deserts::Nothing => {}
				}
			}
		}
		if !seated.is_empty() {
			let costs = Costs {
				fees: record.fees,
				loser: verdict.ruling.loser(),
				juror_fee: record.terms.juror_fee,
				served,
				fines,
				treasury: T::Treasury::get(),
			};
			Self::pay(case, record, costs.items(), &seated);
		}
		for side in [Side::Buyer, Side::Seller] {
			let left = core::mem::take(record.fees.of_mut(side));
			Self::release(HoldReason::Fee, record.parties.of(side), left);
		}
	}

	/// What becomes of one juror.
	fn deserts(
		record: &CaseRecordOf<T>,
		jury: &Jury<T::AccountId>,
		juror: &Juror<T::AccountId>,
		how: Ending,
		verdict: Verdict,
	) -> Deserts {
		let stake = record.terms.juror_stake;
		// A side has given in while this jury voted, and may have seen how: what the jury before it had decided makes none of its votes wrong.
		let unfinished = how == Ending::Settled && jury.verdict.is_none();
		match juror.vote {
			Some(vote) if unfinished || !verdict.decided || vote == verdict.ruling => Deserts::Fee,
			Some(_) => Deserts::Fine(record.terms.fine()),
			// Where a case is over before all could vote, there is no harm in not having.
			None if unfinished && !juror.replaced => match juror.commitment {
				Some(_) => Deserts::Fee,
				None => Deserts::Nothing,
			},
			None => Deserts::Fine(stake),
		}
	}

	/// Pays a bill, and frees the stakes of all who were `seated`.
	fn pay(
		case: CaseId,
		record: &mut CaseRecordOf<T>,
		items: Vec<Item<T::AccountId>>,
		seated: &[T::AccountId],
	) {
		let (mut fined, mut paid) = (BTreeMap::new(), BTreeMap::new());
		for Item { from, to, amount } in items {
			let moved = match &from {
				Source::Fee(side) => {
					let posted = record.fees.of_mut(*side);
					let moved = Self::move_to(HoldReason::Fee, record.parties.of(*side), to, amount);
					if moved.is_some() {
						*posted = posted.saturating_sub(amount);
					}
					moved
				}
				Source::Stake(who) => Self::move_to(HoldReason::Bond, who, to, amount),
			};
			// What nobody can be paid stays whose it is.
			let Some(recipient) = moved else { continue };
			add(&mut paid, recipient, amount);
			if let Source::Stake(who) = from {
				add(&mut fined, who, amount);
			}
		}
		let stake = record.terms.juror_stake;
		Pool::<T>::mutate(|pool| {
			for seat in pool.iter_mut().filter(|seat| seated.contains(&seat.who)) {
				seat.locked = seat.locked.saturating_sub(stake);
				seat.seats = seat.seats.saturating_sub(1);
				let fine = fined.get(&seat.who).copied().unwrap_or(0);
				seat.bond = seat.bond.saturating_sub(fine);
			}
		});
		for (who, amount) in fined {
			Self::deposit_event(Event::Fined { case, who, amount });
		}
		for (who, amount) in paid {
			Self::deposit_event(Event::Paid { case, who, amount });
		}
	}

	/// Moves what is held of `from`: to `to`, or to the treasury where that cannot have it. Says to whom, if to anybody.
	fn move_to(
		reason: HoldReason,
		from: &T::AccountId,
		to: T::AccountId,
		amount: Balance,
	) -> Option<T::AccountId> {
		let reason: T::RuntimeHoldReason = reason.into();
		[to, T::Treasury::get()].into_iter().find(|recipient| {
			with_storage_layer(|| {
				T::Currency::transfer_on_hold(
					&reason,
					from,
					recipient,
					amount,
					Precision::Exact,
					Restriction::Free,
					// A freeze protects neither what was posted nor what was bonded.
					Fortitude::Force,
				)
			})
			.is_ok()
		})
	}
}

fn add<Key: Ord>(sums: &mut BTreeMap<Key, Balance>, key: Key, amount: Balance) {
	let sum: &mut Balance = sums.entry(key).or_default();
	*sum = sum.saturating_add(amount);
}
