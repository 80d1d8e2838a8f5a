//! Dividing what offences take of bonds: those who pay for the listing first, then who proved the offence, then the treasury. Nothing
//! here fails: what cannot be moved stays forfeited, and is tried again.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{tokens::ConversionFromAssetBalance, Get},
	weights::WeightMeter,
	BoundedVec,
};
use souk_primitives::{
	reach::{Bonds, Subscribed, Subscribers},
	Balance, Bond, Holder, ListingId,
};
use sp_runtime::{
	helpers_128bit::multiply_by_rational_with_rounding, traits::UniqueSaturatedInto, DispatchError, Rounding,
};

/// What became of a fine's turn.
pub(crate) enum Progress {
	/// There was no weight for more.
	Interrupted,
	/// All of it is paid.
	Settled,
	/// The rest cannot be moved.
	Stuck,
}

/// What an offence did to those who pay for the listing.
pub(crate) struct Harm {
	/// Block since which it could be seen.
	pub(crate) began: u32,
	/// For how many blocks they were without what they had paid for.
	pub(crate) lasted: u32,
	/// What they get together at most, in planck.
	pub(crate) to_subscribers: Balance,
}

impl<T: Config> Pallet<T> {
	/// The running block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// A fine's number as a key that iterates in ascending order.
	pub(crate) fn key(fine: FineId) -> [u8; 8] {
		fine.to_be_bytes()
	}

	/// Begins to divide what was taken of bonds. Where nobody pays for the listing, it is done at once.
	pub(crate) fn impose(
		listing: ListingId,
		bonds: [(Option<Bond<T::AccountId>>, Balance); 2],
		reporter: Option<T::AccountId>,
		harm: Harm,
		penalty: &Penalty,
	) {
		let mut sources = BoundedVec::new();
		for (bond, left) in bonds {
			if let Some(bond) = bond.filter(|_| left > 0) {
				// There are two at most.
				sources.force_push(Source { bond, left });
			}
		}
		let at = Self::now();
		let mut record = FineRecord {
			listing,
			at,
			began: harm.began.min(at),
			harmed_for: harm.lasted,
			sources,
			subscribers: 0,
			reporter: None,
			paid: Division::default(),
			stage: Stage::Rest,
			waiting: None,
		};
		let amount = record.left();
		if amount == 0 {
			return;
		}
		let shares = penalty.divide(amount, reporter.is_some());
		// Of what harmed nobody, nobody has a claim.
		record.subscribers = if harm.lasted > 0 { shares.subscribers.min(harm.to_subscribers) } else { 0 };
		record.reporter = reporter.map(|reporter| (reporter, shares.reporter));
		if record.subscribers > 0 && T::Subscribers::next(listing, None).is_some() {
			record.stage = Stage::Counting { after: None, claims: 0 };
		}

		let fine = NextFineId::<T>::mutate(|next| {
			let fine = *next;
			*next = next.saturating_add(1);
			fine
		});
		Self::deposit_event(Event::FineImposed { fine, listing, amount });
		if record.stage == Stage::Rest {
			let progress = Self::pay_rest(&mut record);
			Self::keep(fine, record, progress);
		} else {
			Self::keep(fine, record, Progress::Interrupted);
		}
	}

	/// Goes on with the fines, oldest first, as far as the meter allows.
	pub(crate) fn divide(now: u32, meter: &mut WeightMeter) {
		let mut after: Option<FineId> = None;
		while meter.try_consume(T::WeightInfo::next_fine()).is_ok() {
			let mut fines = match after {
				None => Fines::<T>::iter(),
				Some(fine) => Fines::<T>::iter_from(Fines::<T>::hashed_key_for(Self::key(fine))),
			};
			let Some((key, mut record)) = fines.next() else { return };
			let fine = FineId::from_be_bytes(key);
			after = Some(fine);
			if record.waiting.is_some_and(|waiting| waiting.until > now) {
				continue;
			}
			let progress = Self::go_on(&mut record, meter);
			let interrupted = matches!(progress, Progress::Interrupted);
			Self::keep(fine, record, progress);
			if interrupted {
				return;
			}
		}
	}

	/// Does as many steps of a fine's division as the meter allows.
	fn go_on(record: &mut FineRecordOf<T>, meter: &mut WeightMeter) -> Progress {
		loop {
			let cost = match record.stage {
				Stage::Counting { .. } => T::WeightInfo::count(),
				Stage::Paying { .. } => T::WeightInfo::pay_next(),
				Stage::Rest => T::WeightInfo::pay_rest(),
			};
			if meter.try_consume(cost).is_err() {
				return Progress::Interrupted;
			}
			match record.stage.clone() {
				Stage::Counting { after, claims } => {
					record.stage = Self::count(record, after, claims);
				}
				Stage::Paying { after, claims, part } => {
					record.stage = Self::pay_next(record, after, claims, part);
				}
				Stage::Rest => return Self::pay_rest(record),
			}
		}
	}

	/// Writes a fine, or removes it where all of it is paid.
	pub(crate) fn keep(fine: FineId, mut record: FineRecordOf<T>, progress: Progress) {
		match progress {
			Progress::Settled => {
				Fines::<T>::remove(Self::key(fine));
				for source in &record.sources {
					Self::remember_division(&source.bond, fine, record.paid);
				}
				Self::deposit_event(Event::FineSettled { fine });
				return;
			}
			Progress::Interrupted => {}
			Progress::Stuck => {
				let now = Self::now();
				let since = record.waiting.map_or(now, |waiting| waiting.since);
				// Waits as long as it has waited already, so that what stays impossible costs ever less.
				let wait = now.saturating_sub(since).max(T::RetryEvery::get());
				record.waiting = Some(Waiting { since, until: now.saturating_add(wait) });
				Self::deposit_event(Event::FineDelayed { fine, left: record.left() });
			}
		}
		Fines::<T>::insert(Self::key(fine), record);
	}

	/// Adds what the next subscriber has paid. Returns the stage that follows.
	pub(crate) fn count(
		record: &FineRecordOf<T>,
		after: Option<Holder<T::AccountId>>,
		claims: Balance,
	) -> Stage<T::AccountId> {
		match T::Subscribers::next(record.listing, after.as_ref()) {
			Some(next) => {
				let claims = claims.saturating_add(Self::claim(record, &next));
				Stage::Counting { after: Some(next.holder), claims }
			}
			None if claims == 0 => Stage::Rest,
			None => Stage::Paying { after: None, claims, part: record.subscribers },
		}
	}

	/// Pays the next subscriber. Returns the stage that follows.
	///
	/// Everybody gets the same part of what they have paid for the time of the harm, and nobody more than that. What somebody leaves
	/// who is gone by now, or cannot be paid, is the treasury's.
	pub(crate) fn pay_next(
		record: &mut FineRecordOf<T>,
		after: Option<Holder<T::AccountId>>,
		claims: Balance,
		part: Balance,
	) -> Stage<T::AccountId> {
		let Some(next) = T::Subscribers::next(record.listing, after.as_ref()) else { return Stage::Rest };
		let claim = Self::claim(record, &next);
		let share = multiply_by_rational_with_rounding(part, claim, claims, Rounding::Down)
			.unwrap_or(0)
			.min(claim)
			.min(record.subscribers);
		if share > 0 && Self::pay(record, &next.payer, share) {
			record.subscribers = record.subscribers.saturating_sub(share);
			record.paid.subscribers = record.paid.subscribers.saturating_add(share);
			Self::deposit_event(Event::Compensated {
				listing: record.listing,
				payer: next.payer,
				amount: share,
			});
		}
		Stage::Paying { after: Some(next.holder), claims, part }
	}

	/// What a subscriber has paid for the time of the harm, in planck, of the running period at most: nothing where the subscription began when the harm
	/// could be seen or later, or where nobody knows what the money is worth. More, and whoever can have the bond fined would subscribe for its sake.
	fn claim(record: &FineRecordOf<T>, subscribed: &Subscribed<T::AccountId>) -> Balance {
		if subscribed.since >= record.began || subscribed.paid.amount == 0 {
			return 0;
		}
		let (blocks, all) = (record.harmed_for.min(subscribed.period), subscribed.period.max(1));
		let paid = multiply_by_rational_with_rounding(
			subscribed.paid.amount,
			blocks.into(),
			all.into(),
			Rounding::Down,
		);
		let paid = paid.unwrap_or(0);
		T::Worth::from_asset_balance(paid, subscribed.paid.asset.clone()).unwrap_or(0)
	}

	/// Pays the reporter, and the treasury all that is left then.
	pub(crate) fn pay_rest(record: &mut FineRecordOf<T>) -> Progress {
		let listing = record.listing;
		if let Some((reporter, amount)) = record.reporter.take() {
			if amount > 0 && Self::pay(record, &reporter, amount) {
				record.paid.reporter = amount;
				Self::deposit_event(Event::Rewarded { listing, reporter, amount });
			}
		}
		let amount = record.left();
		if amount == 0 {
			return Progress::Settled;
		}
		if !Self::pay(record, &T::Treasury::get(), amount) {
			return Progress::Stuck;
		}
		record.paid.treasury = amount;
		Self::deposit_event(Event::Collected { listing, amount });
		Progress::Settled
	}

	/// Pays `amount` to somebody, of the first source as far as it goes, then of the second: all of it or nothing. Says whether it
	/// did.
	fn pay(record: &mut FineRecordOf<T>, to: &T::AccountId, amount: Balance) -> bool {
		let mut sources = record.sources.clone();
		let paid = with_storage_layer(|| {
			let mut missing = amount;
			for source in sources.iter_mut() {
				let part = missing.min(source.left);
				if part > 0 && !T::Bonds::pay_forfeited(&source.bond, to, part) {
					return Err(DispatchError::Unavailable);
				}
				source.left = source.left.saturating_sub(part);
				missing = missing.saturating_sub(part);
			}
			if missing > 0 {
				return Err(DispatchError::Unavailable);
			}
			Ok(())
		});
		if paid.is_ok() {
			record.sources = sources;
		}
		paid.is_ok()
	}
}
