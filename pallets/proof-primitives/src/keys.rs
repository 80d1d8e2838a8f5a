//! What is hashed of a snapshot's key. The circuits prove exactly these.

use crate::poseidon::Poseidon;
use ark_bls12_381::Fr;
use ark_ed_on_bls12_381_bandersnatch::EdwardsAffine;

/// Tag of [`key_commitment`].
pub const KEY_COMMITMENT: &str = "souk/key-commitment/v1";
/// Tag of [`chunk_key`].
pub const CHUNK_KEY: &str = "souk/chunk-key/v1";
/// Tag of [`delivery_pad`].
pub const KEY_DELIVERY: &str = "souk/key-delivery/v1";

/// What a snapshot says about its key `k` before anybody has it.
pub fn key_commitment(poseidon: &Poseidon, key: Fr) -> Fr {
	poseidon.hash(KEY_COMMITMENT, &[key])
}

/// `k_i`, from which the cipher key and the salt of chunk `index` are derived.
pub fn chunk_key(poseidon: &Poseidon, key: Fr, index: u32) -> Fr {
	poseidon.hash(CHUNK_KEY, &[key, Fr::from(index)])
}

/// What is added to `k` for a buyer: a hash of the point that seller and buyer share, and of what the delivery is for.
pub fn delivery_pad(poseidon: &Poseidon, shared: &EdwardsAffine, context: Fr) -> Fr {
	poseidon.hash(KEY_DELIVERY, &[shared.x, shared.y, context])
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::poseidon::MAX_TAG;

	#[test]
	fn no_tag_is_cut_off() {
		assert!([KEY_COMMITMENT, CHUNK_KEY, KEY_DELIVERY].iter().all(|tag| tag.len() <= MAX_TAG));
	}
}
