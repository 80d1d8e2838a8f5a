//! What the runtime does with a proof, from bytes to yes or no, and nothing else of the runtime: the key that the chain keeps is read,
//! then proof and public inputs, then the proof is checked. It is the code of `souk-proof-primitives`, once with the host's functions
//! and once with the wasm's own arithmetic; compiled natively, it is the same code once more. Proofs over tables (`souk-table-proofs`)
//! need no host function; what their hashes would cost with some is in [`hashes`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
// The allocator and the panic handler of the blob.
#[cfg(not(feature = "std"))]
extern crate sp_io;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod hashes;

use alloc::vec::Vec;
use souk_proof_primitives::{
	groth16::{self, Groth16Curve, Proof, VerifyingKey},
	poseidon::Scalar,
	scalar,
};
use souk_table_proofs::{Context, Expected};

/// A key as the chain keeps it, and proofs under it: public inputs, 32 bytes each, and the proof's bytes.
pub type Claims = (Vec<u8>, Vec<(Vec<[u8; 32]>, Vec<u8>)>);

/// Whether all proofs are valid, each checked alone.
pub fn each<E: Groth16Curve>(claims: &Claims) -> bool {
	read::<E>(claims).is_some_and(|(key, proofs)| {
		proofs.iter().all(|(inputs, proof)| groth16::verify(&key, inputs, proof).is_ok())
	})
}

/// Whether all proofs are valid, checked as one batch.
pub fn batch<E: Groth16Curve>(claims: &Claims) -> bool {
	read::<E>(claims).is_some_and(|(key, proofs)| {
		let claims: Vec<_> = proofs.into_iter().map(|(inputs, proof)| (&key, inputs, proof)).collect();
		groth16::verify_batch(&claims).is_ok()
	})
}

/// A bundle of a proved aggregate; the chain, listing and period, the root over the columns and the least size of a group that it
/// must be for.
pub type TableClaim = (Vec<u8>, Context, [u8; 32], u32);

/// Whether a bundle holds for what it must be for.
pub fn table((bundle, context, columns_root, min_group_size): &TableClaim) -> bool {
	let expected = Expected {
		context: *context,
		columns_root: *columns_root,
		query: None,
		min_group_size: *min_group_size,
	};
	souk_table_proofs::verify(bundle, &expected).is_ok()
}

type Read<E> = (VerifyingKey<E>, Vec<(Vec<Scalar>, Proof<E>)>);

fn read<E: Groth16Curve>((key, proofs): &Claims) -> Option<Read<E>> {
	let key = VerifyingKey::from_prepared(key)?;
	let proofs = proofs
		.iter()
		.map(|(inputs, proof)| {
			let inputs = inputs.iter().map(scalar::decode).collect::<Option<_>>()?;
			Some((inputs, Proof::from_bytes(proof).ok()?))
		})
		.collect::<Option<_>>()?;
	Some((key, proofs))
}

#[cfg(not(feature = "std"))]
mod exported {
	use super::{
		batch, each,
		hashes::{self, Work},
		table, Claims, TableClaim,
	};

	type Host = sp_crypto_ec_utils::bls12_381::Bls12_381;
	type Wasm = ark_bls12_381::Bls12_381;

	sp_core::wasm_export_functions! {
		fn each_with_host_functions(claims: Claims) -> bool {
			each::<Host>(&claims)
		}

		fn each_in_wasm(claims: Claims) -> bool {
			each::<Wasm>(&claims)
		}

		fn batch_with_host_functions(claims: Claims) -> bool {
			batch::<Host>(&claims)
		}

		fn table_in_wasm(claim: TableClaim) -> bool {
			table(&claim)
		}

		fn hashes_in_wasm(work: Work) -> bool {
			hashes::sponge(work)
		}

		fn hashes_with_keccak(work: Work) -> bool {
			hashes::bytes(work, sp_io::hashing::keccak_256)
		}

		fn hashes_with_blake2(work: Work) -> bool {
			hashes::bytes(work, sp_io::hashing::blake2_256)
		}
	}
}
