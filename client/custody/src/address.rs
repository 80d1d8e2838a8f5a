//! Accounts as text: SS58 with prefix 42.

use crate::{AccountId, CustodyError};
use sp_core::crypto::{AccountId32, Ss58AddressFormat, Ss58Codec};

/// The chain's SS58 prefix, the generic one.
pub const SS58_PREFIX: u16 = 42;

/// The account's SS58 address.
pub fn format_account(account: &AccountId) -> String {
	AccountId32::new(*account).to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// Reads an SS58 address of this chain, or a public key of 64 hex digits after `0x`.
///
/// Errors: [`CustodyError::InvalidAddress`], also for an address with another chain's prefix.
pub fn parse_account(text: &str) -> Result<AccountId, CustodyError> {
	let invalid = |reason: String| CustodyError::InvalidAddress { text: text.to_owned(), reason };
	if let Some(digits) = text.strip_prefix("0x") {
		let mut account = [0; 32];
		hex::decode_to_slice(digits, &mut account)
			.map_err(|_| invalid("a public key in hex has 64 digits after 0x".into()))?;
		return Ok(account);
	}
	let (account, format) = AccountId32::from_ss58check_with_version(text)
		.map_err(|_| invalid("it is no SS58 address; check it for a typing mistake".into()))?;
	if format != Ss58AddressFormat::custom(SS58_PREFIX) {
		return Err(invalid(format!("its prefix is {}, this chain's is {SS58_PREFIX}", u16::from(format))));
	}
	Ok(account.into())
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn an_address_survives_the_way_to_text_and_back() {
		let account = parse_account(ALICE).unwrap();
		assert_eq!(format_account(&account), ALICE);
		assert_eq!(parse_account(&format!("0x{}", hex::encode(account))).unwrap(), account);
	}

	#[test]
	fn a_typing_mistake_and_another_chains_address_are_refused() {
		let account = AccountId32::new(parse_account(ALICE).unwrap());
		let other = account.to_ss58check_with_version(Ss58AddressFormat::custom(0));
		let mistyped = ALICE.replace('a', "b");
		for text in ["", "alice", "0x12", &other, &mistyped] {
			assert!(matches!(parse_account(text), Err(CustodyError::InvalidAddress { .. })), "{text}");
		}
	}
}
