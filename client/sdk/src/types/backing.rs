//! Backing: money behind a curator's bond.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, Price};
use serde::Serialize;
use souk_custody::AccountId;
use subxt::ext::scale_decode::{self, DecodeAsType};

mirror! {
	/// What backs a listing's bond.
	pub struct BackingView {
		/// Whose bond it is.
		#[serde(serialize_with = "text::account")]
		pub curator: AccountId,
		/// The backers' share of the curator's income, in parts per million.
		pub share: u32,
		/// A lower share that was announced, and the first block of it.
		pub lowered: Option<(u32, u32)>,
		/// The most that the curator allows, in planck.
		#[serde(serialize_with = "text::balance")]
		pub most: u128,
		/// How much can be added at present, in planck.
		#[serde(serialize_with = "text::balance")]
		pub room: u128,
		/// What is behind the bond and earns, in planck.
		#[serde(serialize_with = "text::balance")]
		pub active: u128,
		/// What is on its way out, in planck.
		#[serde(serialize_with = "text::balance")]
		pub leaving: u128,
		/// What of both answers with the bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub answers: u128,
		/// How many backers there are.
		pub backers: u32,
		/// First block in which all of it is free, where nobody can back the bond any more.
		pub closes: Option<u32>,
		/// What is set aside for backers and not counted by them yet, in each asset.
		pub unsettled: Vec<Price>,
	}
}

mirror! {
	/// What an account has behind a listing's bond.
	pub struct BackedView {
		/// The listing.
		pub listing: ListingId,
		/// What it is worth now, in planck.
		#[serde(serialize_with = "text::balance")]
		pub active: u128,
		/// What is on its way out: how much it is worth now, in planck, and the first block in which it is free.
		#[serde(serialize_with = "text::unlocking")]
		pub leaving: Vec<(u128, u32)>,
		/// What can be claimed.
		pub income: Vec<Price>,
		/// First block in which all of it is free, where the listing's backing closes.
		pub closes: Option<u32>,
		/// What is held for the record, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{types::Asset, AccountId};
	use codec::Encode;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use sp_arithmetic::Permill;

	/// What the metadata of `T` makes of its encoding.
	fn decoded<T: TypeInfo + Encode + 'static, R: DecodeAsType>(value: &T) -> R {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		let types = PortableRegistry::from(registry);
		R::decode_as_type(&mut &value.encode()[..], id, &types).unwrap()
	}

	#[test]
	fn what_backs_a_bond_is_read_as_the_pallet_says_it() {
		let asset = souk_primitives::Asset::WithId(1);
		let view: Option<BackingView> = decoded(&Some(pallet_backing::BackingView {
			curator: [1u8; 32],
			share: Permill::from_percent(20),
			lowered: Some((Permill::from_percent(10), 7)),
			most: u128::MAX,
			room: 1,
			active: 2,
			leaving: 3,
			answers: 4,
			backers: 5,
			closes: Some(6),
			unsettled: vec![souk_primitives::Price { asset, amount: 8 }],
		}));
		let expected = BackingView {
			curator: [1; 32],
			share: 200_000,
			lowered: Some((100_000, 7)),
			most: u128::MAX,
			room: 1,
			active: 2,
			leaving: 3,
			answers: 4,
			backers: 5,
			closes: Some(6),
			unsettled: vec![Price { asset: Asset::WithId(1), amount: 8 }],
		};
		assert_eq!(view, Some(expected));
		assert_eq!(decoded::<_, Option<BackingView>>(&None::<pallet_backing::BackingView<AccountId>>), None);
	}

	#[test]
	fn what_an_account_backs_is_read_as_the_pallet_says_it() {
		let page: Vec<BackedView> = decoded(&vec![pallet_backing::BackedView {
			listing: 3,
			active: 1,
			leaving: vec![(u128::MAX, 9)],
			income: vec![souk_primitives::Price { asset: souk_primitives::Asset::Native, amount: 2 }],
			closes: None,
			deposit: 4,
		}]);
		let expected = BackedView {
			listing: 3,
			active: 1,
			leaving: vec![(u128::MAX, 9)],
			income: vec![Price { asset: Asset::Native, amount: 2 }],
			closes: None,
			deposit: 4,
		};
		assert_eq!(serde_json::to_value(&page[0]).unwrap()["leaving"][0]["at"], 9);
		assert_eq!(page, vec![expected]);
	}
}
