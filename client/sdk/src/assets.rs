//! Assets and balances.

use crate::{
	chain::Chain,
	decode::{AccountInfo, AssetAccount, AssetMetadata},
	error::SdkError,
	types::Asset,
	view::View,
};
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

impl Chain {
	/// The asset that people call `symbol`: `SOUK`, or one registered with `pallet-assets`. Symbols are compared without
	/// regard to case; where two assets share one, the older is meant.
	///
	/// Errors: [`SdkError::UnknownAsset`], [`SdkError::Read`].
	pub async fn asset(&self, symbol: &str) -> Result<AssetInfo, SdkError> {
		let assets = self.latest().await?.assets().await?;
		let found = assets.iter().find(|asset| asset.symbol.eq_ignore_ascii_case(symbol)).cloned();
		found.ok_or_else(|| {
			let known: Vec<_> = assets.iter().map(|asset| asset.symbol.as_str()).collect();
			SdkError::UnknownAsset { symbol: symbol.into(), known: format!("there are {}", known.join(", ")) }
		})
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
	pub async fn asset_info(&self, id: Asset) -> Result<AssetInfo, SdkError> {
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
	pub async fn balance(&self, account: AccountId, asset: Asset) -> Result<Balance, SdkError> {
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
	async fn stored<V: DecodeAsType>(
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

	async fn asset_metadata(&self) -> Result<Vec<(u32, AssetMetadata)>, SdkError> {
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
