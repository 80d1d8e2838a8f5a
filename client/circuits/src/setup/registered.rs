//! Keys of the eras that a chain has registered: from a directory, by the id that is on chain.
//!
//! A file is named as in [`super::cache`], `<statement>-<id of the verifying key>.proving-key`, and is arkworks' uncompressed
//! proving key. Each of its points is checked, and the verifying key in it has to be the registered one. That says nothing about the rest
//! of the file: whoever brings it here has it from a ceremony whose transcript they have checked, and verifies each proof that they
//! make with it.

use super::{
	points::{self, KeyFault},
	Keys, SetupError,
};
use crate::statements::{id_of, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::ProvingKey;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use souk_proof_primitives::statements::{Era, StatementId};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Where a statement's keys are in a directory of keys, by the id of the verifying key.
pub fn path(directory: &Path, statement: StatementId, id: &[u8; 32]) -> PathBuf {
	directory.join(format!("{statement}-{}.proving-key", hex::encode(id)))
}

/// The keys of a statement in an era, from the directory. Takes seconds, for the points are checked.
///
/// # Errors
///
/// [`SetupError::Io`] where there is no such file, [`SetupError::NotAKey`] where it is none, [`SetupError::BadKey`] where a point in
/// it may not be used, [`SetupError::OtherKey`] where its verifying key is another one.
pub fn load<S: Statement>(directory: &Path, era: Era, id: &[u8; 32]) -> Result<Keys<S>, SetupError> {
	let path = path(directory, id_of::<S>(), id);
	let bytes = match fs::read(&path) {
		Ok(bytes) => bytes,
		Err(error) => return Err(SetupError::Io { path, error }),
	};
	// The points are checked below, with the name of what is wrong.
	let proving = match ProvingKey::<Bls12_381>::deserialize_uncompressed_unchecked(bytes.as_slice()) {
		Ok(proving) if written(&proving) == bytes => proving,
		_ => return Err(SetupError::NotAKey { path }),
	};
	let checked = points::check(&proving).and_then(|()| Keys::new(proving, era).map_err(KeyFault::Verifying));
	let keys = match checked {
		Ok(keys) => keys,
		Err(fault) => return Err(SetupError::BadKey { path, fault }),
	};
	match keys.id() {
		found if found == *id => Ok(keys),
		found => Err(SetupError::OtherKey { path, found: hex::encode(found) }),
	}
}

fn written(proving: &ProvingKey<Bls12_381>) -> Vec<u8> {
	let mut bytes = Vec::new();
	proving.serialize_uncompressed(&mut bytes).expect("a vector takes every byte");
	bytes
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		setup::{cache, ProvingPart, Query},
		ChunkKey,
	};
	use ark_bls12_381::{Fq, Fq2, G1Affine, G2Affine};
	use ark_ec::AffineRepr;
	use ark_ff::Field;
	use souk_proof_primitives::{
		groth16::{KeyError, KeyPart, PointFault},
		key_id::verifying_key_id,
	};

	const ERA: Era = Era(3);

	/// The development keys, as if a chain had registered them for another era.
	#[test]
	fn a_key_is_taken_by_its_id_in_its_era_and_no_other_file_is() {
		let directory = tempfile::tempdir().unwrap();
		let made = cache::load::<ChunkKey>(directory.path()).unwrap();
		let id = verifying_key_id(StatementId::ChunkKey, ERA, &made.verifying_bytes());
		let missing = load::<ChunkKey>(directory.path(), ERA, &id).err().unwrap();
		assert!(matches!(missing, SetupError::Io { .. }), "{missing}");

		let bytes = written(made.proving());
		let file = path(directory.path(), StatementId::ChunkKey, &id);
		fs::write(&file, &bytes).unwrap();
		let keys = load::<ChunkKey>(directory.path(), ERA, &id).unwrap();
		assert_eq!((keys.id(), keys.era()), (id, ERA));
		assert!(keys.proving() == made.proving());

		// The same file under the id of another key, and in another era.
		let other = [7; 32];
		fs::copy(&file, path(directory.path(), StatementId::ChunkKey, &other)).unwrap();
		for (era, id) in [(ERA, other), (Era(4), id)] {
			let refused = load::<ChunkKey>(directory.path(), era, &id).err().unwrap();
			assert!(matches!(refused, SetupError::OtherKey { .. }), "{refused}");
		}

		// Cut, longer, a coordinate above the modulus, nothing.
		let not_canonical = [&[0x1f; 96][..], &bytes[96..]].concat();
		for damaged in [&bytes[1..], &[&bytes[..], &[0]].concat(), &not_canonical, &[]] {
			fs::write(&file, damaged).unwrap();
			let refused = load::<ChunkKey>(directory.path(), ERA, &id).err().unwrap();
			assert!(matches!(refused, SetupError::NotAKey { .. }), "{refused}");
		}
	}

	/// A point of each curve that is off it, outside the subgroup, and the identity.
	fn unusable() -> [(PointFault, G1Affine, G2Affine); 3] {
		let g1 = (1u64..).find_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false)).unwrap();
		let g2 = (1u64..)
			.find_map(|x| {
				G2Affine::get_point_from_x_unchecked(Fq2::from_base_prime_field(Fq::from(x)), false)
			})
			.unwrap();
		[
			(
				PointFault::NotOnCurve,
				G1Affine::new_unchecked(g1.x, g1.x),
				G2Affine::new_unchecked(g2.x, g2.x),
			),
			(PointFault::NotInSubgroup, g1, g2),
			(PointFault::Identity, G1Affine::zero(), G2Affine::zero()),
		]
	}

	#[test]
	fn a_key_with_one_point_that_may_not_be_used_is_refused_by_that_point() {
		type Change = fn(&mut ProvingKey<Bls12_381>, G1Affine, G2Affine);
		let of = |query, at| KeyPlace::Proving(ProvingPart::Of(query, at));
		let places: [(KeyPlace, bool, Change); 12] = [
			(KeyPlace::Proving(ProvingPart::Beta), true, |key, point, _| key.beta_g1 = point),
			(KeyPlace::Proving(ProvingPart::Delta), true, |key, point, _| key.delta_g1 = point),
			(of(Query::A, 0), false, |key, point, _| key.a_query[0] = point),
			(of(Query::BInG1, 9), false, |key, point, _| key.b_g1_query[9] = point),
			(of(Query::BInG2, 7), false, |key, _, point| key.b_g2_query[7] = point),
			(of(Query::H, 300), true, |key, point, _| key.h_query[300] = point),
			(of(Query::L, 5), true, |key, point, _| key.l_query[5] = point),
			(KeyPlace::Verifying(KeyPart::Alpha), true, |key, point, _| key.vk.alpha_g1 = point),
			(KeyPlace::Verifying(KeyPart::Beta), true, |key, _, point| key.vk.beta_g2 = point),
			(KeyPlace::Verifying(KeyPart::Gamma), true, |key, _, point| key.vk.gamma_g2 = point),
			(KeyPlace::Verifying(KeyPart::Delta), true, |key, _, point| key.vk.delta_g2 = point),
			(KeyPlace::Verifying(KeyPart::Input(2)), true, |key, point, _| key.vk.gamma_abc_g1[2] = point),
		];
		let directory = tempfile::tempdir().unwrap();
		let made = cache::load::<ChunkKey>(directory.path()).unwrap();
		let id = verifying_key_id(StatementId::ChunkKey, ERA, &made.verifying_bytes());
		let file = path(directory.path(), StatementId::ChunkKey, &id);
		let load = || load::<ChunkKey>(directory.path(), ERA, &id);
		for (fault, g1, g2) in unusable() {
			for (place, never_the_identity, change) in places {
				let mut key = made.proving().clone();
				change(&mut key, g1, g2);
				fs::write(&file, written(&key)).unwrap();
				if fault == PointFault::Identity && !never_the_identity {
					assert!(load().is_ok(), "{place:?} may be the identity");
					continue;
				}
				let expected = match place {
					KeyPlace::Proving(part) => KeyFault::Point { part, fault },
					KeyPlace::Verifying(part) => KeyFault::Verifying(KeyError::Point { part, fault }),
				};
				match load().err().unwrap() {
					SetupError::BadKey { fault: found, .. } => assert_eq!(found, expected),
					other => panic!("{place:?} {fault}: {other}"),
				}
			}
		}
	}

	/// Where a point is.
	#[derive(Clone, Copy, Debug)]
	enum KeyPlace {
		Proving(ProvingPart),
		Verifying(KeyPart),
	}

	#[test]
	fn a_key_that_lacks_a_wire_is_refused() {
		let directory = tempfile::tempdir().unwrap();
		let made = cache::load::<ChunkKey>(directory.path()).unwrap();
		let id = verifying_key_id(StatementId::ChunkKey, ERA, &made.verifying_bytes());
		let file = path(directory.path(), StatementId::ChunkKey, &id);
		let changes: [(Query, fn(&mut ProvingKey<Bls12_381>)); 4] = [
			(Query::A, |key| key.a_query.clear()),
			(Query::BInG1, |key| key.b_g1_query.truncate(40)),
			(Query::BInG2, |key| key.b_g2_query.push(G2Affine::generator())),
			(Query::L, |key| key.l_query.clear()),
		];
		for (expected, change) in changes {
			let mut key = made.proving().clone();
			change(&mut key);
			fs::write(&file, written(&key)).unwrap();
			let refused = load::<ChunkKey>(directory.path(), ERA, &id).err().unwrap();
			let found = matches!(
				refused,
				SetupError::BadKey { fault: KeyFault::Length { query, .. }, .. } if query == expected
			);
			assert!(found, "{refused}");
		}
	}
}
