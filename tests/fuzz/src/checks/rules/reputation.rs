//! Who says something of whom, and until when.

use super::{if_and_only_if, unless, Verdict};
use crate::chain;
use frame_support::traits::Get;
use pallet_disputes::{CaseOf, Cases, Ending};
use pallet_escrow::{OrderRecordOf, OrderState, Orders};
use pallet_reputation::{CredentialKind, Credentials, Deal, Rights};
use souk_runtime::{configs::params::reputation as settings, *};

/// Whether a jury has ruled on an order, as long as anybody knows; who gives in after that has been ruled on.
fn was_ruled_on(order: u64) -> bool {
	let case = CaseOf::<Runtime>::get(order).and_then(|case| Cases::<Runtime>::get(case.to_be_bytes()));
	case.is_some_and(|case| match case.ended {
		Some((Ending::Ruled, _)) => true,
		Some((Ending::Settled, ruling)) => case.is_decided(ruling),
		_ => false,
	})
}

/// Until when both sides of an order may say something of it; `None` of one that came to nothing.
fn rated_until(order: u64, record: &OrderRecordOf<Runtime>) -> Option<u32> {
	let came_to_something = record.delivered_at.is_some() || record.paid > 0 || was_ruled_on(order);
	let paid_for = record.price.amount > 0 && record.funded_at.is_some();
	record.ended_at.filter(|_| came_to_something && paid_for).map(|ended| ended + settings::Window::get())
}

/// Whether the seller of an order may still rate its buyer.
pub fn seller_may_rate(order: u64, record: &OrderRecordOf<Runtime>) -> bool {
	let until = match Rights::<Runtime>::get(Deal::Order(order)) {
		Some(right) if right.curator_rated => None,
		Some(right) => Some(right.until),
		None => rated_until(order, record),
	};
	until.is_some_and(|until| chain::now() < until)
}

pub fn reputation(who: &AccountId, call: &pallet_reputation::Call<Runtime>) -> Verdict {
	use pallet_reputation::Call::*;
	let now = chain::now();
	match call {
		rate { deal, score } => {
			let right = Rights::<Runtime>::get(deal);
			let order = match deal {
				Deal::Order(order) => Orders::<Runtime>::get(order).map(|record| (*order, record)),
				Deal::Period { .. } => None,
			};
			let until = match (&right, &order) {
				(Some(right), _) => Some(right.until),
				(None, Some((order, record))) => rated_until(*order, record),
				(None, None) => None,
			};
			let record = order.map(|(_, record)| record);
			let listing = right.as_ref().map(|right| right.listing);
			let listing = listing.or(record.as_ref().map(|record| record.listing));
			let payer = right.as_ref().map(|right| right.payer.clone());
			let payer = payer.or(record.map(|record| record.buyer));
			let owner =
				listing.and_then(pallet_listings::Listings::<Runtime>::get).map(|record| record.owner);
			let (pays, curates) = (payer.as_ref() == Some(who), owner.as_ref() == Some(who));
			let rated = right.is_some_and(|right| {
				(pays && right.payer_rated) || (curates && !pays && right.curator_rated)
			});
			unless(&[
				((1..=5).contains(score), "there are five scores"),
				(pays || curates, "only the sides of a deal rate it"),
				(until.is_some_and(|until| now < until), "a deal is rated in time"),
				(!rated, "each side rates a deal once"),
				(payer != owner, "nobody rates what they bought of themselves"),
			])
		}
		issue_credential { order, kind, .. } => {
			let Some(record) = Orders::<Runtime>::get(order) else {
				return Verdict::MustNot("there is no such order");
			};
			let (buys, sells) = (record.buyer == *who, record.seller == *who);
			let released = record.state == OrderState::Released;
			let fits = match kind {
				CredentialKind::TrustedSeller => buys && released,
				CredentialKind::ReliablePayer => sells && released,
				CredentialKind::DisputeLost => {
					pallet_disputes::CaseOf::<Runtime>::contains_key(order) && (buys || sells)
				}
			};
			let taken = Credentials::<Runtime>::iter_keys().any(|id| id.order == *order && id.kind == *kind);
			unless(&[
				(buys || sells, "only a side of an order issues a credential"),
				(fits, "it is not theirs to say"),
				(
					rated_until(*order, &record).is_some_and(|until| now < until),
					"a credential is issued in time",
				),
				(!taken, "there is one credential of a kind"),
			])
		}
		revoke_credential { id } => {
			let record = Credentials::<Runtime>::get(id);
			if_and_only_if(&[
				(record.as_ref().is_some_and(|record| record.issuer == *who), "only its issuer revokes it"),
				(record.is_some_and(|record| record.revoked_at.is_none()), "it is revoked already"),
			])
		}
		remove_credential { id } => {
			let record = Credentials::<Runtime>::get(id);
			if_and_only_if(&[
				(record.as_ref().is_some_and(|record| record.issuer == *who), "only its issuer removes it"),
				(record.as_ref().is_some_and(|record| record.revoked_at.is_some()), "it is not revoked"),
				(record.is_some_and(|record| record.final_at <= now), "another one could be issued"),
			])
		}
		_ => Verdict::Perhaps,
	}
}
