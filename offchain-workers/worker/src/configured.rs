//! The manifests in the worker's configuration, each with the listing that it is for.
//!
//! A name alone would not do: anybody may list a dataset under a name that is used, assign this worker to it, and would then be
//! handed the data of whoever used it first.

use crate::follow::{read_manifest, ReadManifest};
use souk_config::ListedManifest;
use souk_custody::{format_account, parse_account};
use std::{collections::HashSet, path::PathBuf};

/// A configured manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
	/// The listing's address, written as the chain's are.
	pub listing: String,
	/// The manifest's file.
	pub path: PathBuf,
	name: String,
}

impl Configured {
	/// All that are in a configuration.
	///
	/// # Errors
	/// A sentence where an address is none, or where two are the same.
	pub fn all(listed: &[ListedManifest]) -> Result<Vec<Self>, String> {
		let all = listed.iter().map(Self::of).collect::<Result<Vec<_>, _>>()?;
		let mut seen = HashSet::new();
		match all.iter().find(|one| !seen.insert(&one.listing)) {
			Some(twice) => Err(format!("two manifests are for {}: a listing has one", twice.listing)),
			None => Ok(all),
		}
	}

	fn of(listed: &ListedManifest) -> Result<Self, String> {
		let (account, name) = listed.account_and_name().ok_or_else(|| {
			format!("{:?} is not a listing's address: write <account>/<name>", listed.listing)
		})?;
		let owner =
			parse_account(account).map_err(|error| format!("listing {:?}: {error}", listed.listing))?;
		let listing = format!("{}/{name}", format_account(&owner));
		Ok(Self { listing, path: listed.path.clone(), name: name.to_owned() })
	}

	/// Reads and checks the manifest.
	///
	/// # Errors
	/// A sentence, also where it is a manifest of another dataset than the listing's.
	pub fn read(&self) -> Result<ReadManifest, String> {
		let read = read_manifest(&self.path)?;
		match read.name() == self.name {
			true => Ok(read),
			false => Err(format!(
				"{} is of {:?}, and configured for {}: use the listing's own manifest",
				self.path.display(),
				read.name(),
				self.listing
			)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_custody::Account;

	fn listed(listing: String) -> ListedManifest {
		ListedManifest { listing, path: "trips.toml".into() }
	}

	#[test]
	fn an_account_is_the_same_however_it_is_written() {
		let alice = Account::from_uri("//Alice").expect("a development account");
		let address = format!("{}/trips", alice.ss58());
		let hex = format!("0x{}/trips", hex::encode(alice.id()));
		let of = |listing: &str| Configured::all(&[listed(listing.into())]);
		assert_eq!(of(&hex).expect("an address")[0].listing, address);
		assert_eq!(of(&hex), of(&address));
		let twice = Configured::all(&[listed(hex), listed(address.clone())]).expect_err("the same listing");
		assert!(twice.contains(&address), "{twice}");
		assert!(of("mallory/trips").expect_err("no account").contains("mallory"));
		assert!(of("trips").expect_err("a name alone").contains("<account>/<name>"));
	}
}
