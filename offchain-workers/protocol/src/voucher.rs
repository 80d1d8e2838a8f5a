//! Vouchers: signed by the payer of a tab, kept and settled by the node that they pay.

use crate::{
	decode_exact,
	hash::Digest,
	signing::{verify, AccountId, Signer},
	ProtocolError,
};
use codec::Encode as _;

pub use souk_proof_primitives::voucher::{SignedVoucher, Voucher, VOUCHER_TAG};

/// Signs a voucher for a chain, as the tab's key.
pub fn sign_voucher(voucher: Voucher, genesis: &Digest, signer: &dyn Signer) -> SignedVoucher {
	SignedVoucher { voucher, signature: signer.sign_digest(&voucher.digest(genesis)) }
}

/// Checks that the tab's key has signed a voucher for this chain.
///
/// # Errors
/// [`ProtocolError::BadSignature`].
pub fn check_voucher(signed: &SignedVoucher, genesis: &Digest, key: &AccountId) -> Result<(), ProtocolError> {
	verify(key, &signed.voucher.digest(genesis), &signed.signature, "voucher")
}

/// A voucher as it goes into a request.
pub fn encode_voucher(signed: &SignedVoucher) -> Vec<u8> {
	signed.encode()
}

/// The way back.
///
/// # Errors
/// [`ProtocolError::Malformed`].
pub fn decode_voucher(bytes: &[u8]) -> Result<SignedVoucher, ProtocolError> {
	decode_exact(bytes, "voucher")
}

/// Whether a query that its node ended with this code is charged, where so many rows of its result were sent before.
///
/// Who asks chooses the limits, the time and the SQL, and so where a result breaks off: rows that were sent are paid. What a node says of itself
/// is its own affair.
pub fn is_charged(rows: u64, code: &str) -> bool {
	rows > 0 && !matches!(code, "internal" | "shutting_down" | "io" | "sandbox_unavailable" | "wrong_columns")
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn a_voucher_holds_for_one_chain_key_and_amount() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let promise = Voucher { tab: 1, node: [2; 32], counter: 3, amount: 4 };
		let signed = sign_voucher(promise, &[9; 32], &alice);
		let key = alice.public().0;
		check_voucher(&signed, &[9; 32], &key).unwrap();
		assert!(check_voucher(&signed, &[8; 32], &key).is_err(), "another chain");
		assert!(check_voucher(&signed, &[9; 32], &[7; 32]).is_err(), "another key");
		let mut more = signed;
		more.voucher.amount += 1;
		assert!(check_voucher(&more, &[9; 32], &key).is_err(), "another amount");
		let mut bytes = encode_voucher(&signed);
		assert_eq!(decode_voucher(&bytes), Ok(signed));
		bytes.push(0);
		assert!(decode_voucher(&bytes).is_err());
	}

	#[test]
	fn rows_are_charged_unless_the_node_itself_failed() {
		for code in
			["result_too_large", "too_many_rows", "timed_out", "out_of_memory", "executor_died", "execution"]
		{
			assert!(!is_charged(0, code), "{code}");
			assert!(is_charged(1, code), "{code}");
		}
		for code in ["internal", "shutting_down", "io", "sandbox_unavailable", "wrong_columns"] {
			assert!(!is_charged(1, code), "{code}");
		}
	}
}
