//! What other pallets reach through the trait.

use super::*;
use ark_bls12_381::Fr;
use souk_primitives::reach::{ProofRefusal, Proofs as Reach};
use souk_proof_primitives::public_inputs::PublicInputs;

const STATEMENT: StatementId = StatementId::ChunkKey;

fn verify(era: u32, inputs: &[Fr], proof: &[u8]) -> Result<(), ProofRefusal> {
	<Proofs as Reach>::verify(STATEMENT, Era(era), inputs, proof)
}

fn verify_batch(era: u32, proofs: &[(Vec<Fr>, Vec<u8>)]) -> Result<(), Vec<(u32, ProofRefusal)>> {
	let proofs: Vec<(Vec<Fr>, &[u8])> =
		proofs.iter().map(|(inputs, proof)| (inputs.clone(), &proof[..])).collect();
	<Proofs as Reach>::verify_batch(STATEMENT, Era(era), &proofs)
}

fn good(seed: u64) -> (Vec<Fr>, Vec<u8>) {
	(scalars(seed), open_proof(CHUNK_KEY, 1, &scalars(seed)))
}

#[test]
fn a_proof_is_checked_and_refused_by_name() {
	TestExt::default().open_keys().execute(|| {
		let (inputs, proof) = good(1);
		assert_eq!(verify(1, &inputs, &proof), Ok(()));
		assert_eq!(verify(2, &inputs, &proof), Err(ProofRefusal::NoKey));
		assert_eq!(verify(0, &inputs, &proof), Err(ProofRefusal::DevelopmentKey));
		assert_eq!(verify(1, &inputs[1..], &proof), Err(ProofRefusal::WrongCount));
		assert_eq!(verify(1, &inputs, &proof[1..]), Err(ProofRefusal::Malformed));
		assert_eq!(verify(1, &scalars(2), &proof), Err(ProofRefusal::NotValid));
		let mut changed = proof.clone();
		changed[383] ^= 1;
		assert_eq!(verify(1, &inputs, &changed), Err(ProofRefusal::NotOnCurve));
		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, 1));
		next_block();
		assert_eq!(verify(1, &inputs, &proof), Err(ProofRefusal::Retired));
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		next_block();
		assert_eq!(verify(1, &inputs, &proof), Err(ProofRefusal::Paused));
	});
}

#[test]
fn good_proofs_pass_together() {
	TestExt::default().open_keys().execute(|| {
		for count in [0, 1, 2, 64] {
			let proofs: Vec<_> = (1..=count).map(good).collect();
			assert_eq!(verify_batch(1, &proofs), Ok(()), "{count} proofs");
		}
	});
}

#[test]
fn bad_proofs_are_named_with_their_fault_and_the_good_ones_are_not() {
	TestExt::default().open_keys().execute(|| {
		let mut proofs: Vec<_> = (1..=8).map(good).collect();
		proofs[1].0[0] += Fr::from(1u64);
		proofs[3].1.pop();
		proofs[4].0.pop();
		proofs[6].1[383] ^= 1;
		proofs[7].1[..96].copy_from_slice(&outside_g1());
		assert_eq!(
			verify_batch(1, &proofs),
			Err(vec![
				(1, ProofRefusal::NotValid),
				(3, ProofRefusal::Malformed),
				(4, ProofRefusal::WrongCount),
				(6, ProofRefusal::NotOnCurve),
				(7, ProofRefusal::NotInSubgroup),
			])
		);
	});
}

/// Whatever is wrong with whichever point of one of them.
#[test]
fn each_fault_of_each_point_of_a_proof_among_others_is_named() {
	let points = [(0, outside_g1()), (96, outside_g2()), (288, outside_g1())];
	TestExt::default().open_keys().execute(|| {
		let proofs: Vec<_> = (1..=4).map(good).collect();
		let refused_with = |change: &dyn Fn(&mut Vec<u8>), refusal| {
			let mut proofs = proofs.clone();
			change(&mut proofs[2].1);
			assert_eq!(verify_batch(1, &proofs), Err(vec![(2, refusal)]));
		};
		for (at, outside) in &points {
			let (at, length) = (*at, outside.len());
			for flag in [0x20, 0x40, 0x80] {
				refused_with(&|proof| proof[at] |= flag, ProofRefusal::Malformed);
			}
			refused_with(&|proof| proof[at + 48..at + 96].fill(0xff), ProofRefusal::Malformed);
			let identity = |proof: &mut Vec<u8>| {
				proof[at..at + length].fill(0);
				proof[at] = 0x40;
			};
			refused_with(&identity, ProofRefusal::Identity);
			refused_with(&|proof| proof[at + length - 1] ^= 1, ProofRefusal::NotOnCurve);
			refused_with(
				&|proof| proof[at..at + length].copy_from_slice(outside),
				ProofRefusal::NotInSubgroup,
			);
		}
		refused_with(&|proof| proof.push(0), ProofRefusal::Malformed);
		refused_with(&|proof| proof.truncate(383), ProofRefusal::Malformed);
		refused_with(&|proof| proof.truncate(192), ProofRefusal::Malformed);
	});
}

#[test]
fn without_a_usable_key_all_are_refused() {
	TestExt::default().open_keys().execute(|| {
		let proofs: Vec<_> = (1..=3).map(good).collect();
		let all = |refusal| Err((0..3).map(|at| (at, refusal)).collect::<Vec<_>>());
		assert_eq!(verify_batch(2, &proofs), all(ProofRefusal::NoKey));
		assert_eq!(verify_batch(0, &proofs), all(ProofRefusal::DevelopmentKey));
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		assert_eq!(verify_batch(1, &proofs), Ok(()));
		next_block();
		assert_eq!(verify_batch(1, &proofs), all(ProofRefusal::Paused));
	});
}

#[test]
fn proofs_by_the_real_prover_are_checked_together_as_well() {
	TestExt::default().development().execute(|| {
		let (_, proof) = proven().of(CHUNK_KEY);
		let inputs = proven().chunk_key.to_scalars();
		let mut proofs = vec![(inputs.clone(), proof.clone()), (inputs, proof)];
		assert_eq!(verify_batch(0, &proofs), Ok(()));
		proofs[0].0[3] += Fr::from(1u64);
		assert_eq!(verify_batch(0, &proofs), Err(vec![(0, ProofRefusal::NotValid)]));
	});
}

#[test]
fn the_current_era_is_that_of_the_newest_live_key() {
	TestExt::default().open_keys().execute(|| {
		assert_eq!(<Proofs as Reach>::current_era(STATEMENT), Some(Era(1)));
		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, 1));
		assert_eq!(<Proofs as Reach>::current_era(STATEMENT), None);
	});
}

/// What relies on proofs of a statement is not begun while there will be none.
#[test]
fn a_statement_that_is_paused_or_about_to_be_has_no_current_era() {
	TestExt::default().open_keys().execute(|| {
		let current = || <Proofs as Reach>::current_era(STATEMENT);
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		assert_eq!(current(), None);
		assert_eq!(<Proofs as Reach>::current_era(StatementId::KeyDelivery), Some(Era(1)));
		next_block();
		assert_eq!(current(), None);
		assert_ok!(Proofs::resume(RuntimeOrigin::root(), CHUNK_KEY));
		assert_eq!(current(), None);
		next_block();
		assert_eq!(current(), Some(Era(1)));
	});
}

#[test]
fn benchmarks_have_a_key_and_proofs_of_anything() {
	TestExt::default().open_keys().execute(|| {
		let era = <Proofs as Reach>::benchmark_key(STATEMENT);
		let proof = <Proofs as Reach>::benchmark_proof(STATEMENT, era, &scalars(9));
		assert_eq!(verify(era.0, &scalars(9), &proof), Ok(()));
		assert_eq!(verify(1, &scalars(9), &proof), Err(ProofRefusal::NotValid));
	});
}
