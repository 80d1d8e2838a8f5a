//! Records, and the points that money is divided by. Nothing here knows of FRAME's storage.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{
	reach::{is_free, Pending},
	Asset, Balance,
};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding as rational, Permill, Rounding};

/// Most assets in which a listing's backers earn.
pub const MAX_ASSETS: u32 = 8;
/// Most portions of one account's backing of a listing on their way out at the same time.
pub const MAX_LEAVING: u32 = 16;
/// What a unit of income is, in that of [`Income::per_point`].
pub const UNIT: u128 = 1_000_000_000_000_000_000;

/// [`BackingRecord`] of a runtime.
pub type BackingRecordOf<T> = BackingRecord<<T as frame_system::Config>::AccountId>;

/// An amount that belongs to many, each in proportion to their points. What is taken of it is taken of all of them at once.
///
/// Without points there is no amount. Rounding is to the favour of those who stay; the last one has what it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// How much it is, in planck.
	pub amount: Balance,
	/// The points of all.
	pub points: Balance,
}

impl Pool {
	/// Whether nothing is left that points stand for.
	pub fn is_wiped_out(&self) -> bool {
		self.points > 0 && self.amount == 0
	}

	/// What so many points are worth, rounded down.
	pub fn worth(&self, points: Balance) -> Balance {
		if points >= self.points {
			return self.amount;
		}
		// At most `amount`, so that `None` cannot happen.
		rational(self.amount, points, self.points, Rounding::Down).unwrap_or(0)
	}

	/// How many points make up `amount`, rounded up. `None` where points are worth nothing.
	pub fn points_for(&self, amount: Balance) -> Option<Balance> {
		rational(amount, self.points, self.amount, Rounding::Up)
	}

	/// Adds `amount` and returns the points for it. `None` where points are worth nothing, or there would be too many.
	pub fn add(&mut self, amount: Balance) -> Option<Balance> {
		let points = match self.points {
			0 => amount,
			all => rational(amount, all, self.amount, Rounding::Down)?,
		};
		let sum = self.points.checked_add(points)?;
		self.amount = self.amount.checked_add(amount)?;
		self.points = sum;
		Some(points)
	}

	/// Takes out points that are worth `amount` or more; all of it with all of them. Returns how much was taken out.
	pub fn remove(&mut self, points: Balance, amount: Balance) -> Balance {
		let amount = if points >= self.points { self.amount } else { amount.min(self.amount) };
		self.points = self.points.saturating_sub(points);
		self.amount = self.amount.saturating_sub(amount);
		amount
	}
}

/// What backers have earned in one asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Income {
	/// The asset.
	pub asset: Asset,
	/// What each point has earned since the beginning, in parts of [`UNIT`].
	pub per_point: u128,
	/// What is set aside and in nobody's record yet.
	pub unsettled: Balance,
	/// What of that no point has earned yet: less than all of them could be given.
	pub carry: Balance,
}

impl Income {
	/// Adds `amount` for so many points. `None`, and nothing is changed, where the numbers are too large.
	pub fn add(&mut self, amount: Balance, points: Balance) -> Option<()> {
		let unsettled = self.unsettled.checked_add(amount)?;
		let whole = self.carry.checked_add(amount)?;
		let more = rational(whole, UNIT, points, Rounding::Down)?;
		let per_point = self.per_point.checked_add(more)?;
		// At most `whole`.
		let given = rational(more, points, UNIT, Rounding::Up)?;
		*self = Self { asset: self.asset.clone(), per_point, unsettled, carry: whole.saturating_sub(given) };
		Some(())
	}
}

/// A share that is lower from a block on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Lowered {
	/// The share then.
	pub share: Permill,
	/// First block of it.
	pub from: u32,
}

/// What backs a listing's bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BackingRecord<AccountId> {
	/// Whose bond it is. The money is on hold on that account.
	pub curator: AccountId,
	/// Which part of what the curator earns with the listing is the backers'.
	pub share: Permill,
	/// A lower share that was announced.
	pub lowered: Option<Lowered>,
	/// The most that may be behind the bond, in planck.
	pub most: Balance,
	/// What is behind the bond, and earns.
	pub active: Pool,
	/// What is on its way out.
	pub leaving: Pool,
	/// What offences took of both and is not paid to anybody yet, in planck.
	pub forfeited: Balance,
	/// What backers earn, by asset.
	pub income: BoundedVec<Income, ConstU32<MAX_ASSETS>>,
	/// How many backers there are, those included who have left and have something to claim.
	pub backers: u32,
	/// First block in which all of it is free but for what is not ruled on, where nobody can back the bond any more.
	pub closes: Option<u32>,
	/// What is held of the curator for the record's bytes, in planck.
	pub deposit: Balance,
}

impl<AccountId> BackingRecord<AccountId> {
	/// All that is behind the bond or on its way out, in planck.
	pub fn total(&self) -> Balance {
		self.active.amount.saturating_add(self.leaving.amount)
	}

	/// Whether the time of all of it has come: it earns nothing any more.
	pub fn is_closed(&self, now: u32) -> bool {
		self.closes.is_some_and(|closes| closes <= now)
	}

	/// Whether all of it is free, where these cases are open: it answers for nothing any more.
	pub fn is_free(&self, now: u32, pending: Option<Pending>) -> bool {
		self.closes.is_some_and(|closes| is_free(closes, now, pending))
	}

	/// The backers' share in block `now`.
	pub fn share_at(&self, now: u32) -> Permill {
		if self.is_closed(now) {
			return Permill::zero();
		}
		self.lowered.filter(|lowered| lowered.from <= now).map_or(self.share, |lowered| lowered.share)
	}

	/// Sets `amount` of an asset aside for the backers. Returns false, and changes nothing, where there is no room for another asset.
	pub fn earn(&mut self, asset: &Asset, amount: Balance) -> bool {
		let points = self.active.points;
		match self.income.iter_mut().find(|income| income.asset == *asset) {
			Some(income) => income.add(amount, points).is_some(),
			None => {
				let mut income = Income { asset: asset.clone(), per_point: 0, unsettled: 0, carry: 0 };
				income.add(amount, points).is_some() && self.income.try_push(income).is_ok()
			}
		}
	}

	/// Takes up to `amount` planck, of what is active and of what leaves in proportion. Returns how much that was.
	pub fn forfeit(&mut self, amount: Balance) -> Balance {
		let all = self.total();
		let amount = amount.min(all);
		let of_leaving = rational(amount, self.leaving.amount, all, Rounding::Down).unwrap_or(0);
		let of_active = amount.saturating_sub(of_leaving);
		self.leaving.amount = self.leaving.amount.saturating_sub(of_leaving);
		self.active.amount = self.active.amount.saturating_sub(of_active);
		self.forfeited = self.forfeited.saturating_add(amount);
		amount
	}
}

/// A portion on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LeavingChunk {
	/// Points of [`BackingRecord::leaving`].
	pub points: Balance,
	/// First block in which it can be withdrawn.
	pub at: u32,
}

/// What a backer has earned in one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Earned {
	/// [`Income::per_point`] up to which it was counted.
	pub per_point: u128,
	/// What was counted and not claimed yet.
	pub due: Balance,
}

/// What one account has behind a listing's bond.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BackerRecord {
	/// Points of [`BackingRecord::active`].
	pub points: Balance,
	/// What is on its way out, oldest first.
	pub leaving: BoundedVec<LeavingChunk, ConstU32<MAX_LEAVING>>,
	/// What was earned, in the order of [`BackingRecord::income`]; that of later assets is nothing.
	pub earned: BoundedVec<Earned, ConstU32<MAX_ASSETS>>,
	/// What is held of the backer for the record's bytes, in planck.
	pub deposit: Balance,
}

impl BackerRecord {
	/// Whether nothing is left to leave, withdraw or claim.
	pub fn is_over(&self) -> bool {
		self.points == 0 && self.leaving.is_empty() && self.earned.iter().all(|earned| earned.due == 0)
	}

	/// Counts what the points have earned by now. Before each change of the points.
	pub fn count<AccountId>(&mut self, record: &mut BackingRecord<AccountId>) {
		for (place, income) in record.income.iter_mut().enumerate() {
			if self.earned.len() <= place {
				// There are as many places in both.
				self.earned.force_push(Earned::default());
			}
			let Some(earned) = self.earned.get_mut(place) else { continue };
			let since = income.per_point.saturating_sub(earned.per_point);
			// At most what is unsettled, so that `None` cannot happen.
			let more = rational(self.points, since, UNIT, Rounding::Down).unwrap_or(0).min(income.unsettled);
			income.unsettled = income.unsettled.saturating_sub(more);
			*earned = Earned { per_point: income.per_point, due: earned.due.saturating_add(more) };
		}
	}

	/// Takes points out of what is active, after [`Self::count`]. Who is the last to leave has what rounding left of the income.
	pub fn leave<AccountId>(
		&mut self,
		record: &mut BackingRecord<AccountId>,
		points: Balance,
		amount: Balance,
	) -> Balance {
		let amount = record.active.remove(points, amount);
		self.points = self.points.saturating_sub(points);
		if record.active.points == 0 {
			for (income, earned) in record.income.iter_mut().zip(self.earned.iter_mut()) {
				earned.due = earned.due.saturating_add(income.unsettled);
				income.unsettled = 0;
				income.carry = 0;
			}
		}
		amount
	}
}
