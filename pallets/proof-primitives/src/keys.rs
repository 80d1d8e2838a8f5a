//! What is hashed of a snapshot's key. The circuits prove exactly these.

use crate::poseidon::{Begun, Poseidon};
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

/// [`chunk_key`], for whoever needs the keys of many chunks: half of the work is done here.
pub fn begin_chunk_keys(poseidon: &Poseidon, key: Fr) -> Begun {
	poseidon.begin(CHUNK_KEY, key)
}

/// `k_i` from what [`begin_chunk_keys`] began.
pub fn begun_chunk_key(poseidon: &Poseidon, begun: &Begun, index: u32) -> Fr {
	poseidon.finish(begun, Fr::from(index))
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
	fn a_chunk_s_key_is_the_same_however_it_is_computed() {
		let (poseidon, key) = (Poseidon::new(), -Fr::from(7u64));
		let begun = begin_chunk_keys(&poseidon, key);
		for index in [0, 1, u32::MAX] {
			assert_eq!(begun_chunk_key(&poseidon, &begun, index), chunk_key(&poseidon, key, index));
		}
	}

	#[test]
	fn no_tag_is_cut_off() {
		assert!([KEY_COMMITMENT, CHUNK_KEY, KEY_DELIVERY].iter().all(|tag| tag.len() <= MAX_TAG));
	}
}
