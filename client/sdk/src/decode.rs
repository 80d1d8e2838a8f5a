//! What is decoded but not shown: text as the chain stores it, and records of other pallets.

// The derive imports more than it uses.
#![allow(unused_imports)]

use std::marker::PhantomData;
use subxt::ext::scale_decode::{
	self,
	visitor::{decode_with_visitor, DecodeAsTypeResult},
	DecodeAsType, IntoVisitor, TypeResolver, Visitor,
};

/// Text from the chain. Bytes that are not UTF-8 are shown as replacement characters: nobody checks them on chain.
pub(crate) struct Text(pub String);

/// Decodes bytes and takes them for text.
pub(crate) struct TextVisitor<R>(PhantomData<R>);

impl<R: TypeResolver> Visitor for TextVisitor<R> {
	type Value<'scale, 'resolver> = Text;
	type Error = scale_decode::Error;
	type TypeResolver = R;

	fn unchecked_decode_as_type<'scale, 'resolver>(
		self,
		input: &mut &'scale [u8],
		type_id: R::TypeId,
		types: &'resolver R,
	) -> DecodeAsTypeResult<Self, Result<Self::Value<'scale, 'resolver>, Self::Error>> {
		let bytes = decode_with_visitor(input, type_id, types, <Vec<u8>>::into_visitor());
		DecodeAsTypeResult::Decoded(bytes.map(|bytes| Text(String::from_utf8_lossy(&bytes).into_owned())))
	}
}

impl IntoVisitor for Text {
	type AnyVisitor<R: TypeResolver> = TextVisitor<R>;
	fn into_visitor<R: TypeResolver>() -> TextVisitor<R> {
		TextVisitor(PhantomData)
	}
}

/// `System.Account`, as far as it is used.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct AccountInfo {
	pub data: AccountData,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct AccountData {
	pub free: u128,
	pub reserved: u128,
}

/// `Assets.Account`, as far as it is used.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct AssetAccount {
	pub balance: u128,
}

/// `Assets.Metadata`, as far as it is used.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct AssetMetadata {
	pub symbol: Text,
	pub decimals: u8,
}
