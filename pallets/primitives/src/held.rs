//! Moving money that is held for somebody. Nothing here fails halfway: all of an amount moves, or none of it.

use crate::{money::Asset, Balance};
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

/// Gives `amount` of what is held of `payer` back to them. Says whether it did.
pub fn give_back<M, AccountId>(asset: Asset, reason: &M::Reason, payer: &AccountId, amount: Balance) -> bool
where
	M: Mutate<AccountId, AssetId = Asset, Balance = Balance>,
{
	with_storage_layer(|| M::release(asset, reason, payer, amount, Precision::Exact)).is_ok()
}
