//! What clients read.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use souk_primitives::{Asset, Balance, ListingId, Price};
use sp_runtime::Permill;

/// Most listings of a page.
const MAX_PAGE: u32 = 100;

/// What backs a listing's bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BackingView<AccountId> {
	/// Whose bond it is.
	pub curator: AccountId,
	/// The backers' share of the curator's income.
	pub share: Permill,
	/// A lower share, and the first block of it.
	pub lowered: Option<(Permill, u32)>,
	/// The most that the curator allows, in planck.
	pub most: Balance,
	/// How much can be added at present, in planck.
	pub room: Balance,
	/// What is behind the bond and earns, in planck.
	pub active: Balance,
	/// What is on its way out, in planck.
	pub leaving: Balance,
	/// What of both answers with the bond, in planck.
	pub answers: Balance,
	/// How many backers there are.
	pub backers: u32,
	/// First block in which all of it is free, where nobody can back the bond any more.
	pub closes: Option<u32>,
	/// What is set aside for backers and not claimed, in each asset: of those who have not been counted since.
	pub unsettled: Vec<Price>,
}

/// What an account has behind a listing's bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BackedView {
	/// The listing.
	pub listing: ListingId,
	/// What it is worth now, in planck.
	pub active: Balance,
	/// What is on its way out: how much it is worth now, in planck, and the first block in which it is free.
	pub leaving: Vec<(Balance, u32)>,
	/// What can be claimed.
	pub income: Vec<Price>,
	/// First block in which all of it is free, where the listing's backing closes.
	pub closes: Option<u32>,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn backing_view(listing: ListingId) -> Option<BackingView<T::AccountId>> {
		let record = Backings::<T>::get(listing)?;
		let (now, own) = (Self::now(), Self::own_bond(listing));
		let most = record.most.min(Self::limit(own));
		let room = match record.closes {
			None => most.saturating_sub(record.active.amount),
			Some(_) => 0,
		};
		Some(BackingView {
			share: record.share_at(now),
			lowered: record
				.lowered
				.filter(|lowered| lowered.from > now)
				.map(|lowered| (lowered.share, lowered.from)),
			most: record.most,
			room,
			active: record.active.amount,
			leaving: record.leaving.amount,
			answers: Self::answering(listing, own),
			backers: record.backers,
			closes: record.closes,
			unsettled: prices(record.income.iter().map(|income| (&income.asset, income.unsettled))),
			curator: record.curator,
		})
	}

	pub(crate) fn backed_page(
		account: T::AccountId,
		start_after: Option<ListingId>,
		limit: u32,
	) -> Vec<BackedView> {
		let limit = usize::try_from(limit.min(MAX_PAGE)).unwrap_or(0);
		let records = match start_after {
			None => Backers::<T>::iter_prefix(&account),
			Some(listing) => {
				Backers::<T>::iter_prefix_from(&account, Backers::<T>::hashed_key_for(&account, listing))
			}
		};
		records.take(limit).filter_map(|(listing, own)| Self::backed_view(listing, own)).collect()
	}

	fn backed_view(listing: ListingId, mut own: BackerRecord) -> Option<BackedView> {
		let mut record = Backings::<T>::get(listing)?;
		own.count(&mut record);
		let leaving = own.leaving.iter().map(|chunk| (record.leaving.worth(chunk.points), chunk.at));
		let earned = record.income.iter().zip(own.earned.iter());
		Some(BackedView {
			listing,
			active: if own.points == 0 { 0 } else { record.active.worth(own.points) },
			leaving: leaving.collect(),
			income: prices(earned.map(|(income, earned)| (&income.asset, earned.due))),
			closes: record.closes,
			deposit: own.deposit,
		})
	}
}

/// Those that are more than nothing.
fn prices<'a>(amounts: impl Iterator<Item = (&'a Asset, Balance)>) -> Vec<Price> {
	let some = amounts.filter(|(_, amount)| *amount > 0);
	some.map(|(asset, amount)| Price { asset: asset.clone(), amount }).collect()
}
