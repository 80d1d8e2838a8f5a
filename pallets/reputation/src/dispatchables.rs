//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use souk_primitives::{
	reach::{Completed, Curation as _, Deals as _, Listings as _, Rulings as _, Side},
	Digest, ListingId, NodeRole, OrderId,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_rate(who: T::AccountId, deal: DealOf<T>, score: u8) -> DispatchResult {
		ensure!((1..=BEST).contains(&score), Error::<T>::NoScore);
		let (mut right, stored) = Self::right_to(&deal, &who)?;
		let curator = T::Listings::owner(right.listing).ok_or(Error::<T>::NotFound)?;
		let pays = who == right.payer;
		ensure!(pays || who == curator, Error::<T>::NotAuthorized);
		ensure!(Self::now() < right.until, Error::<T>::Expired);
		let rated = if pays { &mut right.payer_rated } else { &mut right.curator_rated };
		ensure!(!core::mem::replace(rated, true), Error::<T>::AlreadyRated);
		Self::ensure_strangers(right.listing, &right.payer, &curator, right.since)?;
		let rated = if pays { Rated::Listing(right.listing) } else { Rated::Payer(right.payer.clone()) };
		if stored {
			Rights::<T>::insert(&deal, right);
		} else {
			Self::grant(deal.clone(), right)?;
		}
		Self::add(rated, score, who)?;
		Self::deposit_event(Event::Rated { deal });
		Ok(())
	}

	pub(crate) fn do_issue_credential(
		issuer: T::AccountId,
		order: OrderId,
		kind: CredentialKind,
		hash: Digest,
	) -> DispatchResult {
		let deal = T::Orders::completed(order).ok_or(Error::<T>::NotFound)?;
		let side = if issuer == deal.payer { Side::Buyer } else { Side::Seller };
		ensure!(side == Side::Buyer || issuer == deal.curator, Error::<T>::NotAuthorized);
		match kind {
			CredentialKind::TrustedSeller | CredentialKind::ReliablePayer => {
				let by = if kind == CredentialKind::TrustedSeller { Side::Buyer } else { Side::Seller };
				ensure!(side == by, Error::<T>::WrongSide);
				ensure!(deal.released, Error::<T>::NotReleased);
			}
			CredentialKind::DisputeLost => {
				let loser = T::Rulings::loser(order).ok_or(Error::<T>::NotLost)?;
				ensure!(loser == side.other(), Error::<T>::WrongSide);
			}
		}
		let final_at = Self::rated_until(&deal);
		ensure!(Self::now() < final_at, Error::<T>::Expired);
		let id = CredentialId { order, kind };
		ensure!(!Credentials::<T>::contains_key(id), Error::<T>::AlreadyIssued);
		Self::ensure_strangers(deal.listing, &deal.payer, &deal.curator, deal.since)?;
		let until = Self::from_now(T::CredentialLife::get()).max(final_at);
		let subject = if side == Side::Buyer { deal.curator } else { deal.payer };
		let (listing, issued_at) = (deal.listing, Self::now());
		let record = CredentialRecord {
			listing,
			issuer: issuer.clone(),
			subject: subject.clone(),
			hash,
			issued_at,
			final_at,
			until,
			revoked_at: None,
			deposit: 0,
		};
		Self::register(id, record)?;
		Self::deposit_event(Event::CredentialIssued { id, issuer, subject, hash, until });
		Ok(())
	}

	pub(crate) fn do_revoke_credential(issuer: T::AccountId, id: CredentialId) -> DispatchResult {
		let mut record = Self::issued_by(&issuer, id)?;
		ensure!(record.revoked_at.is_none(), Error::<T>::AlreadyRevoked);
		record.revoked_at = Some(Self::now());
		Credentials::<T>::insert(id, record);
		Self::deposit_event(Event::CredentialRevoked { id });
		Ok(())
	}

	pub(crate) fn do_remove_credential(issuer: T::AccountId, id: CredentialId) -> DispatchResult {
		let record = Self::issued_by(&issuer, id)?;
		ensure!(record.revoked_at.is_some(), Error::<T>::NotRevoked);
		// Else the same order could have another one.
		ensure!(record.final_at <= Self::now(), Error::<T>::TooEarly);
		Self::end_credential(id);
		Ok(())
	}

	/// The right to rate a deal, and whether it is stored. That to an order is, once it was used; before that it follows from the
	/// order, and would be stored for `who`.
	fn right_to(deal: &DealOf<T>, who: &T::AccountId) -> Result<(RightRecordOf<T>, bool), DispatchError> {
		if let Some(right) = Rights::<T>::get(deal) {
			return Ok((right, true));
		}
		let Deal::Order(order) = deal else { return Err(Error::<T>::NotFound.into()) };
		let completed = T::Orders::completed(*order).ok_or(Error::<T>::NotFound)?;
		let until = Self::rated_until(&completed);
		let Completed { listing, payer, since, .. } = completed;
		let right = RightRecord {
			listing,
			payer,
			since,
			until,
			payer_rated: false,
			curator_rated: false,
			depositor: who.clone(),
			deposit: 0,
		};
		Ok((right, false))
	}

	/// First block in which it is too late to rate an order, or to issue a credential about it.
	pub(crate) fn rated_until(deal: &Completed<T::AccountId>) -> u32 {
		deal.ended_at.saturating_add(T::Window::get())
	}

	/// Until when somebody may rate a deal; `None` where they may not.
	pub(crate) fn rates_until(deal: &DealOf<T>, who: &T::AccountId) -> Option<u32> {
		let (right, _) = Self::right_to(deal, who).ok()?;
		let curator = T::Listings::owner(right.listing)?;
		let unused = (*who == right.payer && !right.payer_rated) || (*who == curator && !right.curator_rated);
		let strangers = Self::ensure_strangers(right.listing, &right.payer, &curator, right.since).is_ok();
		(unused && strangers && Self::now() < right.until).then_some(right.until)
	}

	/// Checks that who paid for a listing is neither its curator nor one of the nodes that she has paid since block `since`, as far
	/// as anybody remembers those.
	fn ensure_strangers(
		listing: ListingId,
		payer: &T::AccountId,
		curator: &T::AccountId,
		since: u32,
	) -> DispatchResult {
		let to = Self::now().saturating_add(1);
		let serves =
			|role| T::Curation::terms(listing, role, since, to).into_iter().any(|term| term.node == *payer);
		let related = payer == curator || serves(NodeRole::Worker) || serves(NodeRole::Persistence);
		ensure!(!related, Error::<T>::OwnListing);
		Ok(())
	}

	/// A credential of an issuer.
	fn issued_by(issuer: &T::AccountId, id: CredentialId) -> Result<CredentialRecordOf<T>, DispatchError> {
		let record = Credentials::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(record.issuer == *issuer, Error::<T>::NotAuthorized);
		Ok(record)
	}
}
