//! A chain and persistence nodes that are played, and snapshots that are made up.

mod market;
mod snapshot;
mod suppliers;

pub(crate) use market::{funded, Answering, Asked, PlayedMarket};
pub(crate) use snapshot::{snapshot, Made};
pub(crate) use suppliers::{node, Manner, PlayedSuppliers};

use super::{
	folder::{Folder, Shelf},
	proving::Prover,
	record::Record,
};
use crate::{error::SdkError, types::*, Account, Digest};
use souk_proof_primitives::statements::StatementId;
use std::path::{Path, PathBuf};

pub(crate) const GENESIS: Digest = [7; 32];
pub(crate) const LISTING: ListingId = 3;
pub(crate) const PERIOD: Period = 1_000;
pub(crate) const PRICE: Price = Price { asset: Asset::WithId(1), amount: 5_000_000 };

pub(crate) fn alice() -> Account {
	Account::from_uri("//Alice").unwrap()
}

/// What a light client says that has lost its peers for a while.
pub(crate) fn unread() -> SdkError {
	SdkError::Read { what: "the order".into(), block: 500, reason: "no node answered".into() }
}

/// The same before a transaction was sent.
pub(crate) fn unsent() -> SdkError {
	SdkError::NotSent { call: "Escrow.call".into(), source: Box::new(unread()) }
}

/// A folder for a purchase of Alice's that goes away again.
pub(crate) struct Shelved {
	root: tempfile::TempDir,
	shelf: Shelf,
	pub folder: Folder,
}

impl Shelved {
	pub fn new() -> Self {
		let root = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(root.path(), GENESIS, alice().id());
		let folder = shelf.open(LISTING, PERIOD).unwrap().0;
		Self { root, shelf, folder }
	}

	pub fn root(&self) -> &Path {
		self.root.path()
	}

	/// The record on disk.
	pub fn kept(&self) -> Option<Record> {
		self.shelf.records().unwrap().pop()
	}
}

/// One directory for all tests: development keys are known by their hash.
pub(crate) fn proving_keys() -> PathBuf {
	std::env::temp_dir().join("souk-development-keys")
}

pub(crate) fn prover() -> Prover {
	Prover::of_development(&proving_keys())
}

pub(crate) fn key_view(era: u32, id: Digest) -> ProofKeyView {
	ProofKeyView {
		statement: StatementId::ChunkKey.code(),
		era,
		id,
		key: Vec::new(),
		transcript: [0; 32],
		development: era == 0,
		registered_at: 1,
		retired_from: None,
		paused: false,
	}
}
