//! What the sides of a deal say of each other.

use super::{escrow, one, owner, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	chain::as_sudo,
};
use pallet_reputation::{CredentialId, CredentialKind, Credentials, Deal, Rights};
use souk_primitives::reach::{Rulings as _, Side};
use souk_runtime::{configs::params::reputation as settings, *};

type Call = pallet_reputation::Call<Runtime>;

const KINDS: [CredentialKind; 3] =
	[CredentialKind::TrustedSeller, CredentialKind::ReliablePayer, CredentialKind::DisputeLost];

/// Calls of `pallet-reputation`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Rate { who, deal, score } => {
			let (deal, payer, curator) = if deal < 128 { an_order(deal) } else { a_period(deal) };
			let side = if who % 2 == 0 { Some(payer) } else { curator };
			let score = if score < 240 { 1 + score % 5 } else { score % 8 };
			one(mostly(who, side), Call::rate { deal, score })
		}
		IssueCredential { who, order, kind } => {
			let (order, record) = escrow::chosen(order);
			let kind = KINDS[usize::from(kind) % KINDS.len()];
			let issuer = record.map(|record| {
				let seller = match kind {
					CredentialKind::TrustedSeller => false,
					CredentialKind::ReliablePayer => true,
					CredentialKind::DisputeLost => Disputes::loser(order) == Some(Side::Buyer),
				};
				if seller {
					record.seller
				} else {
					record.buyer
				}
			});
			one(mostly(who, issuer), Call::issue_credential { order, kind, hash: [who; 32] })
		}
		RevokeCredential { who, which } => {
			let (id, issuer) = credential(which)?;
			one(mostly(who, Some(issuer)), Call::revoke_credential { id })
		}
		RemoveCredential { who, which } => {
			let (id, issuer) = credential(which)?;
			one(mostly(who, Some(issuer)), Call::remove_credential { id })
		}
		SetWindow { blocks } => {
			let window = settings::Parameters::Window(settings::Window, Some(u32::from(blocks % 16)));
			let key_value = RuntimeParameters::Reputation(window);
			Some(vec![as_sudo(pallet_parameters::Call::<Runtime>::set_parameter { key_value })])
		}
		_ => None,
	}
}

type DealOfTwo = (Deal<AccountId>, AccountId, Option<AccountId>);

/// One of the orders that there are, with its payer and its curator.
fn an_order(byte: u8) -> DealOfTwo {
	let (order, record) = escrow::chosen(byte);
	let (payer, seller) = record.map_or((person(byte), None), |record| (record.buyer, Some(record.seller)));
	(Deal::Order(order), payer, seller)
}

/// One of the periods that may be rated, likewise.
fn a_period(byte: u8) -> DealOfTwo {
	let mut all: Vec<_> = Rights::<Runtime>::iter_keys()
		.filter_map(|deal| match deal {
			Deal::Period { listing, payer } => Some((listing, payer)),
			Deal::Order(_) => None,
		})
		.collect();
	all.sort_unstable();
	let (listing, payer) = cast::pick(byte, &all).unwrap_or((u32::from(byte % 4), person(byte)));
	(Deal::Period { listing, payer: payer.clone() }, payer, owner(listing))
}

/// One of the credentials that there are, with its issuer.
fn credential(byte: u8) -> Option<(CredentialId, AccountId)> {
	let mut all: Vec<_> =
		Credentials::<Runtime>::iter().map(|(id, record)| (id.key(), id, record.issuer)).collect();
	all.sort_by_key(|(key, ..)| *key);
	cast::pick(byte, &all).map(|(_, id, issuer)| (id, issuer))
}
