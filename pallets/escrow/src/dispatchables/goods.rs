//! Work and things: offers in parts, and what the two sides say of them.

use crate::{orders::Sides, *};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use souk_primitives::{
	reach::{Juries as _, Listings as _, Side},
	Asset, Balance, Digest, ListingId, ListingKind, Price,
};
use sp_runtime::{DispatchError, Permill};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_offer(
		seller: T::AccountId,
		listing: ListingId,
		buyer: T::AccountId,
		asset: Asset,
		milestones: Milestones,
		terms: Option<Digest>,
	) -> DispatchResult {
		let curator = Self::seller_to(&buyer, listing)?;
		ensure!(curator == seller, Error::<T>::NotAuthorized);
		ensure!(Self::kind_of(listing)? != ListingKind::DataProduct, Error::<T>::WrongDetails);
		let amount = Self::price_of(&milestones)?;
		let milestones = milestones.into_inner().into_iter().map(MilestoneRecord::from);
		let milestones = frame_support::BoundedVec::truncate_from(milestones.collect());
		let subject = Subject::Goods(GoodsRecord { terms, milestones, current: 0 });
		let sides = Sides { buyer: buyer.clone(), seller: seller.clone(), depositor: seller };
		let (order, mut record) = Self::create(listing, sides, Price { asset, amount }, subject)?;
		let until = Self::now().saturating_add(T::OfferTimeout::get());
		let until = Self::queue(order, &mut record, until);
		Self::store(order, record);
		Self::deposit_event(Event::Offered { order, listing, buyer, until });
		Ok(())
	}

	/// What all parts of an offer cost, if each is one that can be agreed on.
	fn price_of(milestones: &Milestones) -> Result<Balance, DispatchError> {
		ensure!(!milestones.is_empty(), Error::<T>::NoMilestones);
		let in_range = |blocks: u32| (1..=T::MaxTimeout::get()).contains(&blocks);
		// Whoever unbonds with a delivery, or after it, answers for the dispute over it.
		let bonds_stay = T::UnbondingPeriod::get();
		milestones.iter().try_fold(0, |sum: Balance, part| {
			ensure!(part.amount > 0, Error::<T>::ZeroAmount);
			let timely = in_range(part.deliver_within) && in_range(part.confirm_within);
			ensure!(timely, Error::<T>::BadTimeout);
			ensure!(part.confirm_within <= bonds_stay, Error::<T>::ConfirmTooLong);
			sum.checked_add(part.amount).ok_or_else(|| Error::<T>::TooLarge.into())
		})
	}

	pub(crate) fn do_fund(buyer: T::AccountId, order: OrderId) -> DispatchResult {
		let record = Self::found(order)?;
		ensure!(record.buyer == buyer, Error::<T>::NotAuthorized);
		ensure!(record.state == OrderState::Created, Error::<T>::NotOffered);
		ensure!(Self::in_time(&record), Error::<T>::Expired);
		// A paused listing still keeps its offers; an ended one sells nothing.
		let ended = T::Listings::state(record.listing).is_none_or(|(state, _)| state.is_final());
		ensure!(!ended, Error::<T>::NotForSale);
		let goods = record.goods().ok_or(Error::<T>::NotGoods)?;
		let first = goods.part().ok_or(Error::<T>::NoMilestones)?.terms.deliver_within;
		Self::begin(order, record, first)
	}

	pub(crate) fn do_mark_delivered(
		seller: T::AccountId,
		order: OrderId,
		milestone: u32,
		evidence: Option<Digest>,
	) -> DispatchResult {
		let mut record = Self::found(order)?;
		ensure!(record.seller == seller, Error::<T>::NotAuthorized);
		Self::ensure_part(&record, milestone)?;
		match record.state {
			OrderState::Funded => {}
			OrderState::Created => return Err(Error::<T>::NothingHeld.into()),
			OrderState::Disputed => return Err(Error::<T>::AlreadyDisputed.into()),
			_ => return Err(Error::<T>::AlreadyDelivered.into()),
		}
		ensure!(Self::in_time(&record), Error::<T>::Expired);
		let now = Self::now();
		let confirm_within = Self::note_delivery(&mut record, evidence);
		record.state = OrderState::Delivered;
		let window_until = Self::queue(order, &mut record, now.saturating_add(confirm_within));
		record.window_until = Some(window_until);
		Self::store(order, record);
		Self::deposit_event(Event::MarkedDelivered { order, milestone, evidence, window_until });
		Ok(())
	}

	pub(crate) fn do_confirm(buyer: T::AccountId, order: OrderId, milestone: u32) -> DispatchResult {
		let mut record = Self::found(order)?;
		ensure!(record.buyer == buyer, Error::<T>::NotAuthorized);
		if record.data().is_some() {
			Self::ensure_undecided(&record)?;
			ensure!(record.delivered_at.is_some(), Error::<T>::NotDelivered);
			ensure!(milestone == 0, Error::<T>::WrongMilestone);
		} else {
			Self::ensure_part(&record, milestone)?;
			ensure!(record.state != OrderState::Created, Error::<T>::NothingHeld);
			if record.delivered_at.is_none() {
				Self::note_delivery(&mut record, None);
			}
		}
		Self::deposit_event(Event::Confirmed { order, milestone });
		Self::give_in(order, &record, Side::Buyer);
		if record.state == OrderState::Disputed && T::Juries::has_ruled(order) {
			// Who had lost ends the order as the ruling would have: a quarrel about a later part would have it forgotten that they had.
			Self::divide_disputed(order, record, Permill::zero());
		} else {
			let part = record.part_amount();
			Self::decide(order, record, part, 0, Outcome::NextPart);
		}
		Ok(())
	}

	/// Checks that `milestone` is the part of an order that is next to be delivered and paid.
	fn ensure_part(record: &OrderRecordOf<T>, milestone: u32) -> DispatchResult {
		let goods = record.goods().ok_or(Error::<T>::NotGoods)?;
		Self::ensure_undecided(record)?;
		ensure!(goods.current == milestone, Error::<T>::WrongMilestone);
		Ok(())
	}

	/// Notes that the next part was delivered in this block. Returns how many blocks the buyer has to object.
	fn note_delivery(record: &mut OrderRecordOf<T>, evidence: Option<Digest>) -> u32 {
		let now = Some(Self::now());
		record.delivered_at = now;
		let Subject::Goods(goods) = &mut record.subject else { return 0 };
		let Some(part) = goods.part_mut() else { return 0 };
		part.delivered_at = now;
		part.evidence = evidence;
		part.terms.confirm_within
	}

	/// Whether what an order waits for is not yet too late.
	pub(crate) fn in_time(record: &OrderRecordOf<T>) -> bool {
		record.due.is_some_and(|due| Self::now() < due)
	}
}
