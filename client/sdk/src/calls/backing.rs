//! Backing: money behind a curator's bond.

use super::{value, Call};
use crate::{types::ListingId, Asset};
use souk_custody::AccountId;
use subxt::ext::scale_value::Value;

/// Opens the bond on a listing of the signer to backers, or changes the terms: `share`, in parts per million of the income, and at most
/// `most` planck.
pub fn backing_open(listing: ListingId, share: u32, most: u128) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("share", value::number(share)),
		("most", Value::u128(most)),
	];
	Call::new("Backing", "open_backing", arguments)
}

/// Sends all backers of a listing of the signer away.
pub fn backing_close(listing: ListingId) -> Call {
	Call::new("Backing", "close_backing", vec![("listing", value::number(listing))])
}

/// Puts `amount` planck of the signer behind a listing's bond.
pub fn back(listing: ListingId, amount: u128) -> Call {
	Call::new("Backing", "back", vec![("listing", value::number(listing)), ("amount", Value::u128(amount))])
}

/// Starts `amount` planck of that on its way out.
pub fn unback(listing: ListingId, amount: u128) -> Call {
	Call::new("Backing", "unback", vec![("listing", value::number(listing)), ("amount", Value::u128(amount))])
}

/// Pays a backer what of their money is free.
pub fn withdraw_unbacked(listing: ListingId, backer: AccountId) -> Call {
	let arguments = vec![("listing", value::number(listing)), ("backer", value::bytes(&backer))];
	Call::new("Backing", "withdraw_unbacked", arguments)
}

/// Pays a backer what they have earned in an asset.
pub fn claim_income(listing: ListingId, asset: Asset, backer: AccountId) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("asset", value::asset(asset)),
		("backer", value::bytes(&backer)),
	];
	Call::new("Backing", "claim_income", arguments)
}
