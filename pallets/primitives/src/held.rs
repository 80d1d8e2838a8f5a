//! Moving money that is held for somebody. Nothing here fails halfway: all of an amount moves, or none of it.

use crate::{money::Asset, reach::Backing, Balance, ListingId};
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungibles::hold::Mutate,
		tokens::{Fortitude, Precision, Restriction},
	},
};

/// Moves `amount` of what is held of `payer` to `recipient`, who may spend it. Says whether it did.
pub fn pay<M, AccountId>(
	asset: Asset,
	reason: &M::Reason,
	payer: &AccountId,
	recipient: &AccountId,
	amount: Balance,
) -> bool
where
	M: Mutate<AccountId, AssetId = Asset, Balance = Balance>,
{
	let paid = with_storage_layer(|| {
		M::transfer_on_hold(
			asset,
			reason,
			payer,
			recipient,
			amount,
			Precision::Exact,
			Restriction::Free,
			// The money was promised; a freeze that came later does not take it back.
			Fortitude::Force,
		)
	});
	paid.is_ok()
}

/// Pays `amount` for a listing like [`pay`]; what of it is the backers', where `recipient` is the curator whom they back, is on hold
/// for them then.
pub fn pay_shared<M, B, AccountId>(
	listing: ListingId,
	asset: Asset,
	reason: &M::Reason,
	payer: &AccountId,
	recipient: &AccountId,
	amount: Balance,
) -> bool
where
	M: Mutate<AccountId, AssetId = Asset, Balance = Balance>,
	B: Backing<AccountId>,
{
	let paid = pay::<M, AccountId>(asset.clone(), reason, payer, recipient, amount);
	if paid {
		B::share_income(listing, recipient, &asset, amount);
	}
	paid
}

/// Gives `amount` of what is held of `payer` back to them. Says whether it did.
pub fn give_back<M, AccountId>(asset: Asset, reason: &M::Reason, payer: &AccountId, amount: Balance) -> bool
where
	M: Mutate<AccountId, AssetId = Asset, Balance = Balance>,
{
	with_storage_layer(|| M::release(asset, reason, payer, amount, Precision::Exact)).is_ok()
}
