//! The address of a listing as people write it.

use std::{fmt, str::FromStr};

/// `<owner>/<name>`, `<name>` (of the own account), or the listing's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListingAddress {
	/// By number.
	Id(u32),
	/// By name.
	Named {
		/// SS58 address, key name or development URI; `None` means the own account.
		owner: Option<String>,
		/// The name.
		name: String,
	},
}

impl FromStr for ListingAddress {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let text = text.trim();
		if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
			return text
				.parse()
				.map(Self::Id)
				.map_err(|_| format!("{text} is too large for a listing's number"));
		}
		// The last slash: development URIs have some of their own.
		let (owner, name) = match text.rsplit_once('/') {
			Some((owner, name)) if !owner.is_empty() && !owner.ends_with('/') => {
				(Some(owner.to_owned()), name)
			}
			None => (None, text),
			Some(_) => return Err(expected(text)),
		};
		if name.is_empty() || name.contains(char::is_whitespace) {
			return Err(expected(text));
		}
		Ok(Self::Named { owner, name: name.to_owned() })
	}
}

fn expected(text: &str) -> String {
	format!(
		"{text:?} is no listing's address; write <account>/<name>, <name> for one of your own, or its number"
	)
}

impl fmt::Display for ListingAddress {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Id(id) => write!(f, "listing {id}"),
			Self::Named { owner: Some(owner), name } => write!(f, "{owner}/{name}"),
			Self::Named { owner: None, name } => f.write_str(name),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn named(owner: Option<&str>, name: &str) -> Result<ListingAddress, String> {
		Ok(ListingAddress::Named { owner: owner.map(str::to_owned), name: name.to_owned() })
	}

	#[test]
	fn an_address_is_a_name_a_pair_or_a_number() {
		let ss58 = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		assert_eq!("17".parse(), Ok(ListingAddress::Id(17)));
		assert_eq!("nyc-weather".parse(), named(None, "nyc-weather"));
		assert_eq!(format!("{ss58}/nyc-weather").parse(), named(Some(ss58), "nyc-weather"));
		assert_eq!("//Alice/nyc-weather".parse(), named(Some("//Alice"), "nyc-weather"));
		assert_eq!("//Alice//stash/nyc".parse(), named(Some("//Alice//stash"), "nyc"));
	}

	#[test]
	fn what_is_no_address_is_refused() {
		for text in ["", " ", "/", "a/", "/a", "//Alice", "a b", "x/a b", "99999999999"] {
			assert!(text.parse::<ListingAddress>().is_err(), "{text:?}");
		}
	}
}
