//! What the benchmarks of several pallets pay with.

use crate::{Asset, Balance};
use frame_support::{
	assert_ok,
	traits::{fungibles::Unbalanced, tokens::Precision},
};

/// What benchmarks pay in: the asset that a development chain has, and so do the mocks. It costs more than the native token, since whoever
/// is paid gets an account in it besides that on the chain.
pub const PAID_IN: Asset = Asset::WithId(1);

/// Makes `amount` of an asset, and gives it to somebody.
///
/// # Panics
///
/// If there is no such asset, or nobody can have so little or so much of it.
pub fn mint<M, AccountId>(asset: Asset, who: &AccountId, amount: Balance)
where
	M: Unbalanced<AccountId, AssetId = Asset, Balance = Balance>,
{
	let issued = M::total_issuance(asset.clone());
	assert_ok!(M::increase_balance(asset.clone(), who, amount, Precision::Exact));
	M::set_total_issuance(asset, issued.saturating_add(amount));
}
