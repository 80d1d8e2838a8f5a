use super::*;
use ark_bls12_381::Fr;
use ark_ff::{BigInteger, PrimeField, Zero};
use souk_proof_primitives::{
	context::ProofContext, groth16::PROOF_BYTES, proof_id::proof_id, public_inputs::PublicInputs, scalar,
};

const BOTH: [u8; 2] = [CHUNK_KEY, KEY_DELIVERY];

/// Runs a test on a chain with the development keys, for both statements, with inputs that a proof is for.
fn with_proofs(test: impl Fn(u8, Vec<u8>, Vec<u8>)) {
	TestExt::default().development().execute(|| {
		for statement in BOTH {
			let (inputs, proof) = proven().of(statement);
			assert_ok!(checked(statement, 0, &inputs, &proof));
			test(statement, inputs, proof);
		}
	});
}

/// The bytes with others from there on.
fn with(bytes: &[u8], at: usize, other: &[u8]) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[at..at + other.len()].copy_from_slice(other);
	bytes
}

#[test]
fn a_valid_proof_is_named_in_an_event() {
	TestExt::default().development().execute(|| {
		for (statement, id) in [(CHUNK_KEY, StatementId::ChunkKey), (KEY_DELIVERY, StatementId::KeyDelivery)]
		{
			let (inputs, proof) = proven().of(statement);
			assert_ok!(Proofs::verify(
				RuntimeOrigin::signed(ANYBODY),
				statement,
				0,
				inputs.clone().try_into().unwrap(),
				proof.try_into().unwrap()
			));
			let proof_id = proof_id(id, Era(0), &inputs);
			let event = Event::Verified { who: ANYBODY, statement, era: 0, proof_id };
			assert_eq!(events().last(), Some(&event));
		}
	});
}

#[test]
fn only_somebody_who_pays_has_a_proof_checked() {
	with_proofs(|statement, inputs, proof| {
		let call = verify(statement, 0, &inputs, &proof);
		refused_as(RuntimeOrigin::none(), call.clone(), DispatchError::BadOrigin);
		refused_as(RuntimeOrigin::root(), call, DispatchError::BadOrigin);
	});
}

#[test]
fn what_has_no_key_is_refused() {
	with_proofs(|statement, inputs, proof| {
		refused(verify(statement, 1, &inputs, &proof), Error::NotFound);
		refused(verify(0, 0, &inputs, &proof), Error::UnknownStatement);
	});
}

#[test]
fn a_chain_that_takes_no_development_keys_says_so() {
	TestExt::default().open_keys().execute(|| {
		for statement in BOTH {
			let (inputs, proof) = proven().of(statement);
			refused(verify(statement, 0, &inputs, &proof), Error::DevelopmentKey);
		}
	});
}

#[test]
fn public_inputs_with_the_modulus_added_are_refused() {
	with_proofs(|statement, inputs, proof| {
		for at in (0..inputs.len()).step_by(32) {
			let number = scalar::decode(inputs[at..at + 32].try_into().unwrap()).unwrap();
			let mut above = number.into_bigint();
			assert!(!above.add_with_carry(&Fr::MODULUS));
			let changed = with(&inputs, at, &above.to_bytes_le());
			refused(verify(statement, 0, &changed, &proof), Error::InputNotCanonical);
		}
	});
}

#[test]
fn public_inputs_with_a_byte_more_or_less_are_refused() {
	with_proofs(|statement, inputs, proof| {
		let longer = [&inputs[..], &[0]].concat();
		let one_more = [&inputs[..], &[0; 32]].concat();
		let one_less = &inputs[..inputs.len() - 32];
		for changed in [&inputs[1..], &inputs[..inputs.len() - 1], &longer, &one_more, one_less, &[]] {
			refused(verify(statement, 0, changed, &proof), Error::WrongInputCount);
		}
	});
}

#[test]
fn a_chunk_s_number_of_more_than_32_bits_is_refused() {
	TestExt::default().development().execute(|| {
		let (inputs, proof) = proven().of(CHUNK_KEY);
		let changed = with(&inputs, 32, &scalar::encode(&Fr::from(1u64 << 32)));
		refused(verify(CHUNK_KEY, 0, &changed, &proof), Error::IndexTooLarge);
	});
}

#[test]
fn points_among_the_inputs_that_may_not_be_used_are_refused() {
	TestExt::default().development().execute(|| {
		let (inputs, proof) = proven().of(KEY_DELIVERY);
		let (zero, one, minus_one) = (Fr::zero(), Fr::from(1u64), -Fr::from(1u64));
		for at in [32, 96] {
			for (x, y, error) in [
				(one, one, Error::InputNotOnCurve),
				(zero, one, Error::InputIdentity),
				(zero, minus_one, Error::InputNotInSubgroup),
			] {
				let changed = with(&inputs, at, &bytes(&[x, y]));
				refused(verify(KEY_DELIVERY, 0, &changed, &proof), error);
			}
		}
	});
}

#[test]
fn a_proof_with_a_byte_more_or_less_is_refused() {
	with_proofs(|statement, inputs, proof| {
		let longer = [&proof[..], &[0]].concat();
		for changed in [&proof[1..], &proof[..PROOF_BYTES - 1], &longer, &proof[..192], &[]] {
			refused(verify(statement, 0, &inputs, changed), Error::ProofMalformed);
		}
	});
}

/// Where the points of a proof are, with their length.
const POINTS: [(usize, usize); 3] = [(0, 96), (96, 192), (288, 96)];

#[test]
fn a_proof_with_a_point_off_its_curve_is_refused() {
	with_proofs(|statement, inputs, proof| {
		for (at, bytes) in POINTS {
			let last = at + bytes - 1;
			let changed = with(&proof, last, &[proof[last] ^ 1]);
			refused(verify(statement, 0, &inputs, &changed), Error::ProofNotOnCurve);
		}
	});
}

#[test]
fn a_proof_with_a_point_outside_the_subgroup_is_refused() {
	with_proofs(|statement, inputs, proof| {
		for (at, bytes) in POINTS {
			let outside = if bytes == 96 { outside_g1() } else { outside_g2() };
			refused(verify(statement, 0, &inputs, &with(&proof, at, &outside)), Error::ProofNotInSubgroup);
		}
	});
}

#[test]
fn a_proof_with_the_identity_in_it_is_refused() {
	with_proofs(|statement, inputs, proof| {
		for (at, bytes) in POINTS {
			let mut identity = vec![0; bytes];
			identity[0] = 0x40;
			refused(verify(statement, 0, &inputs, &with(&proof, at, &identity)), Error::ProofIdentity);
		}
	});
}

#[test]
fn a_proof_in_another_encoding_is_refused() {
	with_proofs(|statement, inputs, proof| {
		for (at, bytes) in POINTS {
			for flag in [0x80, 0x40, 0x20] {
				let changed = with(&proof, at, &[proof[at] | flag]);
				refused(verify(statement, 0, &inputs, &changed), Error::ProofMalformed);
			}
			let changed = with(&proof, at + bytes - 48, &[0xff; 48]);
			refused(verify(statement, 0, &inputs, &changed), Error::ProofMalformed);
		}
	});
}

#[test]
fn a_proof_for_another_chain_listing_order_era_or_statement_is_refused() {
	with_proofs(|statement, _, proof| {
		let own = context(statement);
		let other = if statement == CHUNK_KEY { StatementId::KeyDelivery } else { StatementId::ChunkKey };
		for context in [
			ProofContext { genesis: [4; 32], ..own },
			ProofContext { listing: 5, ..own },
			ProofContext { order: 12, ..own },
			ProofContext { era: Era(1), ..own },
			ProofContext { statement: other, ..own },
		] {
			let inputs = proven().inputs_for(statement, context);
			refused(verify(statement, 0, &inputs, &proof), Error::ProofNotValid);
		}
	});
}

/// The same key, registered for a second era: what was proved in the first is not proved in the second.
#[test]
fn a_proof_is_refused_in_another_era_even_if_the_key_is_the_same() {
	with_proofs(|statement, _, proof| {
		assert_ok!(as_admin(register(statement, 1, development_key(statement))));
		let inputs = proven().inputs_for(statement, ProofContext { era: Era(1), ..context(statement) });
		refused(verify(statement, 1, &inputs, &proof), Error::ProofNotValid);
	});
}

#[test]
fn a_proof_is_refused_under_the_key_of_another_era_or_statement() {
	with_proofs(|statement, inputs, proof| {
		assert_ok!(as_admin(register(statement, 1, open_key(statement, 1))));
		refused(verify(statement, 1, &inputs, &proof), Error::ProofNotValid);
		let other = if statement == CHUNK_KEY { KEY_DELIVERY } else { CHUNK_KEY };
		refused(verify(other, 0, &inputs, &proof), Error::WrongInputCount);
		let (its_inputs, _) = proven().of(other);
		refused(verify(other, 0, &its_inputs, &proof), Error::ProofNotValid);
	});
}

#[test]
fn a_proof_is_refused_for_each_other_input() {
	TestExt::default().development().execute(|| {
		for (statement, scalars) in
			[(CHUNK_KEY, proven().chunk_key.to_scalars()), (KEY_DELIVERY, proven().key_delivery.to_scalars())]
		{
			let (_, proof) = proven().of(statement);
			// The points of a delivery are changed below: most other coordinates are no points.
			for at in (0..scalars.len()).filter(|at| statement == CHUNK_KEY || ![1, 2, 3, 4].contains(at)) {
				let mut changed = scalars.clone();
				changed[at] += Fr::from(1u64);
				refused(verify(statement, 0, &bytes(&changed), &proof), Error::ProofNotValid);
			}
		}
		let mut swapped = proven().key_delivery;
		(swapped.buyer, swapped.ephemeral) = (swapped.ephemeral, swapped.buyer);
		let (_, proof) = proven().of(KEY_DELIVERY);
		refused(verify(KEY_DELIVERY, 0, &swapped.encode(), &proof), Error::ProofNotValid);
	});
}

#[test]
fn a_proof_with_its_points_exchanged_is_refused() {
	with_proofs(|statement, inputs, proof| {
		let exchanged = [&proof[288..], &proof[96..288], &proof[..96]].concat();
		refused(verify(statement, 0, &inputs, &exchanged), Error::ProofNotValid);
	});
}

/// What a call is said to cost is what a refused one costs: the weight is that of checking, whatever the result.
#[test]
fn a_check_costs_the_same_whatever_it_says() {
	use frame_support::dispatch::GetDispatchInfo;
	with_proofs(|statement, inputs, proof| {
		let cost = |inputs: &[u8], proof: &[u8]| {
			RuntimeCall::Proofs(verify(statement, 0, inputs, proof)).get_dispatch_info().call_weight
		};
		assert_eq!(cost(&inputs, &proof), cost(&[], &[]));
		assert!(cost(&[], &[]).ref_time() >= 4_000_000_000);
	});
}
