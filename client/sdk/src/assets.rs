//! Assets and balances.

use crate::{
	chain::Chain,
	decode::{AccountInfo, AssetAccount, AssetMetadata},
	error::SdkError,
	types::Asset,
	view::View,
};
use futures::{future::BoxFuture, FutureExt};
use serde::Serialize;
use souk_custody::AccountId;
use subxt::{
	ext::{
		frame_decode::storage::{IntoDecodableValues, IntoEncodableValues},
		scale_decode::DecodeAsType,
	},
	storage::dynamic,
};

/// Symbol of the native token.
pub const NATIVE_SYMBOL: &str = "SOUK";
/// Decimals of the native token.
pub const NATIVE_DECIMALS: u8 = 12;

/// An asset that prices can be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssetInfo {
	/// Its id on chain.
	pub id: Asset,
	/// What people call it.
	pub symbol: String,
	/// Digits after the point.
	pub decimals: u8,
}

impl AssetInfo {
	/// SOUK.
	pub fn native() -> Self {
		Self { id: Asset::Native, symbol: NATIVE_SYMBOL.into(), decimals: NATIVE_DECIMALS }
	}

	/// Symbol and id, e.g. `wUSD#1`: unlike the symbol alone, this means one asset.
	pub fn full_name(&self) -> String {
		match self.id {
			Asset::Native => self.symbol.clone(),
			Asset::WithId(id) => format!("{}#{id}", self.symbol),
		}
	}
}

/// What an account has of an asset, in its smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
	/// What it can spend; for SOUK less the existential deposit.
	#[serde(serialize_with = "crate::text::balance")]
	pub free: u128,
	/// What is held: bonds, deposits, periods paid in advance.
	#[serde(serialize_with = "crate::text::balance")]
	pub held: u128,
}

/// The asset among `assets` that people call `symbol`: `SOUK`, or one registered with `pallet-assets`. Symbols are compared
/// without regard to case. A symbol is no proof of anything: where several assets share it, `<symbol>#<id>` says which.
///
/// Errors: [`SdkError::UnknownAsset`] where there is none, or more than one.
pub fn named<'a>(assets: &'a [AssetInfo], symbol: &str) -> Result<&'a AssetInfo, SdkError> {
	let unknown = |known: String| SdkError::UnknownAsset { symbol: symbol.into(), known };
	let (name, id) = match symbol.split_once('#') {
		Some((name, id)) => {
			let id = id.parse().map_err(|_| unknown("the number after # is the asset's id".into()))?;
			(name, Some(Asset::WithId(id)))
		}
		None => (symbol, None),
	};
	let fits =
		|asset: &&AssetInfo| asset.symbol.eq_ignore_ascii_case(name) && id.is_none_or(|id| asset.id == id);
	let mut found = assets.iter().filter(fits);
	let listed = |assets: &mut dyn Iterator<Item = &AssetInfo>| {
		assets.map(AssetInfo::full_name).collect::<Vec<_>>().join(", ")
	};
	match (found.next(), found.next()) {
		(Some(only), None) => Ok(only),
		(None, _) => Err(unknown(format!("there are {}", listed(&mut assets.iter())))),
		// The native token's symbol is nobody else's.
		(Some(first), Some(_)) if first.id == Asset::Native => Ok(first),
		(Some(_), Some(_)) => Err(unknown(format!(
			"several share the symbol: write {}, whichever is meant",
			listed(&mut assets.iter().filter(fits))
		))),
	}
}

impl Chain {
	/// The asset that people call `symbol`, see [`named`].
	///
	/// Errors: [`SdkError::UnknownAsset`], [`SdkError::Read`].
	pub async fn asset(&self, symbol: &str) -> Result<AssetInfo, SdkError> {
		named(&self.latest().await?.assets().await?, symbol).cloned()
	}

	/// The asset of an id, by which prices name it.
	///
	/// Errors: [`SdkError::UnknownAsset`], [`SdkError::Read`].
	pub async fn asset_of(&self, id: Asset) -> Result<AssetInfo, SdkError> {
		self.latest().await?.asset_info(id).await
	}

	/// What an account has of an asset.
	///
	/// Errors: [`SdkError::Read`].
	pub async fn balance(&self, account: AccountId, asset: Asset) -> Result<Balance, SdkError> {
		self.latest().await?.balance(account, asset).await
	}
}

impl View {
	/// SOUK and every registered asset that has a symbol, by id.
	///
	/// Errors: [`SdkError::Read`].
	pub async fn assets(&self) -> Result<Vec<AssetInfo>, SdkError> {
		let mut assets = vec![AssetInfo::native()];
		for (id, metadata) in self.asset_metadata().await? {
			assets.push(AssetInfo {
				id: Asset::WithId(id),
				symbol: metadata.symbol.0,
				decimals: metadata.decimals,
			});
		}
		assets.sort_by_key(|asset| asset.id);
		Ok(assets)
	}

	/// The asset of an id.
	///
	/// Errors: [`SdkError::UnknownAsset`], [`SdkError::Read`].
	pub fn asset_info(&self, id: Asset) -> BoxFuture<'_, Result<AssetInfo, SdkError>> {
		self.read_asset_info(id).boxed()
	}

	async fn read_asset_info(&self, id: Asset) -> Result<AssetInfo, SdkError> {
		let Asset::WithId(number) = id else { return Ok(AssetInfo::native()) };
		let unknown = || SdkError::UnknownAsset {
			symbol: format!("with id {number}"),
			known: "it may have been destroyed".into(),
		};
		let metadata: AssetMetadata =
			self.stored("Assets", "Metadata", (number,)).await?.ok_or_else(unknown)?;
		if metadata.symbol.0.is_empty() {
			return Err(unknown());
		}
		Ok(AssetInfo { id, symbol: metadata.symbol.0, decimals: metadata.decimals })
	}

	/// What an account has of an asset.
	///
	/// Errors: [`SdkError::Read`].
	pub fn balance(&self, account: AccountId, asset: Asset) -> BoxFuture<'_, Result<Balance, SdkError>> {
		self.read_balance(account, asset).boxed()
	}

	async fn read_balance(&self, account: AccountId, asset: Asset) -> Result<Balance, SdkError> {
		let Asset::WithId(id) = asset else {
			let info: Option<AccountInfo> = self.stored("System", "Account", (account,)).await?;
			return Ok(info.map_or(Balance::default(), |AccountInfo { data }| Balance {
				free: data.free,
				held: data.reserved,
			}));
		};
		let (info, held) = tokio::try_join!(
			self.stored::<AssetAccount>("Assets", "Account", (id, account)),
			self.stored::<u128>("AssetsHolder", "BalancesOnHold", (id, account)),
		)?;
		Ok(Balance { free: info.map_or(0, |info| info.balance), held: held.unwrap_or(0) })
	}

	/// A value of storage, for what no view function offers.
	pub(crate) async fn stored<V: DecodeAsType>(
		&self,
		pallet: &str,
		entry: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues + Clone,
	) -> Result<Option<V>, SdkError> {
		let block = self.block()?;
		let at = self.chain.client_at(block).await?;
		let what = format!("{pallet}.{entry}");
		let incompatible = |reason: String| SdkError::Incompatible { what: what.clone(), reason };
		let entry =
			at.storage().entry(dynamic::<_, V>(pallet, entry)).map_err(|e| incompatible(e.to_string()))?;
		let value = self.chain.reading(&what, self.head().number, || entry.try_fetch(keys.clone())).await?;
		value.map(|value| value.decode().map_err(|e| incompatible(e.to_string()))).transpose()
	}

	fn asset_metadata(&self) -> BoxFuture<'_, Result<Vec<(u32, AssetMetadata)>, SdkError>> {
		self.read_asset_metadata().boxed()
	}

	async fn read_asset_metadata(&self) -> Result<Vec<(u32, AssetMetadata)>, SdkError> {
		let block = self.block()?;
		let at = self.chain.client_at(block).await?;
		let what = "Assets.Metadata";
		let incompatible = |reason: String| SdkError::Incompatible { what: what.into(), reason };
		let entry = at
			.storage()
			.entry(dynamic::<(u32,), AssetMetadata>("Assets", "Metadata"))
			.map_err(|e| incompatible(e.to_string()))?;
		let values = self
			.chain
			.reading(what, self.head().number, || {
				let entry = &entry;
				async move {
					let (mut found, mut stream) = (Vec::new(), entry.iter(()).await?);
					while let Some(value) = stream.next().await {
						found.push(value?);
					}
					Ok::<_, subxt::error::StorageError>(found)
				}
			})
			.await?;
		let mut assets = Vec::with_capacity(values.len());
		for value in &values {
			let key = value.key().map_err(|e| incompatible(e.to_string()))?;
			let (id,) = key.decode().map_err(|e| incompatible(e.to_string()))?;
			assets.push((id, value.value().decode().map_err(|e| incompatible(e.to_string()))?));
		}
		Ok(assets)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn asset(id: u32, symbol: &str) -> AssetInfo {
		AssetInfo { id: Asset::WithId(id), symbol: symbol.into(), decimals: 6 }
	}

	#[test]
	fn a_symbol_means_an_asset_only_where_no_other_has_it() {
		let assets =
			[AssetInfo::native(), asset(0, "WUSD"), asset(1, "wUSD"), asset(2, "gold"), asset(3, "souk")];
		assert_eq!(named(&assets, "Gold").unwrap().id, Asset::WithId(2));
		assert_eq!(named(&assets, "souk").unwrap().id, Asset::Native);
		assert_eq!(named(&assets, "wusd#1").unwrap().id, Asset::WithId(1));
		let ambiguous = named(&assets, "wUSD").unwrap_err().to_string();
		assert!(ambiguous.contains("WUSD#0, wUSD#1"), "{ambiguous}");
		for unknown in ["silver", "gold#1", "gold#", "gold#x", "#1"] {
			assert!(matches!(named(&assets, unknown), Err(SdkError::UnknownAsset { .. })), "{unknown}");
		}
	}
}
