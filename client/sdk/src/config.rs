//! How subxt talks to this chain.

use std::{
	collections::HashMap,
	sync::{Arc, PoisonError, RwLock},
};
use subxt::{
	config::{
		substrate::{BlakeTwo256, SubstrateHeader, H256},
		Config, DefaultTransactionExtensions,
	},
	utils::{AccountId32, MultiAddress, MultiSignature},
	ArcMetadata,
};

/// Types of the runtime; metadata is kept per runtime version.
#[derive(Clone, Debug, Default)]
pub struct SoukConfig {
	metadata: Arc<RwLock<HashMap<u32, ArcMetadata>>>,
}

impl Config for SoukConfig {
	type AccountId = AccountId32;
	type Address = MultiAddress<AccountId32, ()>;
	type Signature = MultiSignature;
	type Hasher = BlakeTwo256;
	type Header = SubstrateHeader<H256>;
	type TransactionExtensions = DefaultTransactionExtensions<Self>;
	type AssetId = u32;

	fn metadata_for_spec_version(&self, spec_version: u32) -> Option<ArcMetadata> {
		self.metadata.read().unwrap_or_else(PoisonError::into_inner).get(&spec_version).cloned()
	}

	fn set_metadata_for_spec_version(&self, spec_version: u32, metadata: ArcMetadata) {
		self.metadata.write().unwrap_or_else(PoisonError::into_inner).insert(spec_version, metadata);
	}
}
