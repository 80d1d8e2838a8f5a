use super::{
	points::{compressed, no_g1, no_g2, outside_g1, outside_g2},
	*,
};
use ark_ec::AffineRepr;
use KeyPart::{Alpha, Beta, Delta, Gamma, Input};

/// Where each point is in the bytes.
fn parts() -> Vec<(KeyPart, core::ops::Range<usize>)> {
	let mut parts =
		vec![(Alpha, 0..48), (Beta, 48..144), (Gamma, 144..240), (Delta, 240..336), (Input(0), 344..392)];
	for i in 1..=STATEMENT.public_inputs() {
		parts.push((Input(i), 344 + 48 * i..392 + 48 * i));
	}
	parts
}

/// Both implementations say the same of these bytes.
#[track_caller]
fn read(bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
	let native = VerifyingKey::<Native>::from_bytes(STATEMENT, bytes).map(|key| key.to_bytes());
	let host = VerifyingKey::<Host>::from_bytes(STATEMENT, bytes).map(|key| key.to_bytes());
	assert_eq!(host, native);
	native
}

fn good() -> Vec<u8> {
	key::<Native>(1).to_bytes()
}

/// The good key with other bytes from there on.
fn with(at: usize, other: &[u8]) -> Vec<u8> {
	let mut bytes = good();
	bytes[at..at + other.len()].copy_from_slice(other);
	bytes
}

#[track_caller]
fn refuses_all(fault: PointFault, g1: &[u8], g2: &[u8]) {
	for (part, place) in parts() {
		let other = if place.len() == 48 { g1 } else { g2 };
		assert_eq!(read(&with(place.start, other)), Err(KeyError::Point { part, fault }));
	}
}

#[test]
fn a_key_is_the_same_before_and_after_it_was_bytes() {
	assert_eq!(read(&good()), Ok(good()));
	assert_eq!(key::<Host>(1).to_bytes(), good());
	assert_eq!(VerifyingKey::from_bytes(STATEMENT, &good()), Ok(key::<Native>(1)));
	assert_eq!(key::<Native>(1).public_inputs(), STATEMENT.public_inputs());
	assert!(good().len() <= KEY_BYTES_BOUND as usize);
}

#[test]
fn what_is_kept_of_a_key_is_the_key() {
	for statement in StatementId::ALL {
		let key: VerifyingKey<Native> = Trapdoor::new(statement, 3).key().unwrap();
		let kept = key.to_prepared();
		assert!(kept.len() <= PREPARED_KEY_BYTES_BOUND as usize, "{} bytes", kept.len());
		assert_eq!(VerifyingKey::from_prepared(&kept), Some(key.clone()));
		let host = VerifyingKey::<Host>::from_prepared(&kept).unwrap();
		assert_eq!((host.to_prepared(), host.to_bytes()), (kept.clone(), key.to_bytes()));
		for shape in [0, 1, kept.len() - 1, 1248, 1249] {
			assert_eq!(VerifyingKey::<Native>::from_prepared(&kept[..shape]), None, "{shape} bytes");
		}
	}
}

#[test]
fn one_byte_more_or_less_is_refused() {
	let expected = good().len();
	for found in [expected - 1, expected + 1, expected - 48, expected + 48, 344] {
		let other: Vec<u8> = good().into_iter().chain([7; 48]).take(found).collect();
		assert_eq!(read(&other), Err(KeyError::WrongLength { expected, found }));
	}
	for found in [0, 1, 336, 343] {
		assert_eq!(read(&good()[..found]), Err(KeyError::WrongLength { expected, found }));
	}
}

#[test]
fn a_key_for_another_number_of_inputs_is_refused() {
	let of_delivery: VerifyingKey<Native> = Trapdoor::new(StatementId::KeyDelivery, 1).key().unwrap();
	assert_eq!(read(&of_delivery.to_bytes()), Err(KeyError::WrongCount { expected: 4, found: 7 }));
	for (points, found) in [(0u64, 0), (1, 0), (4, 3), (6, 5), (u64::MAX, usize::MAX - 1)] {
		let other = with(336, &points.to_le_bytes());
		assert_eq!(read(&other), Err(KeyError::WrongCount { expected: 4, found }));
	}
}

#[test]
fn the_identity_is_refused_in_every_place() {
	let identity = |bytes: usize| [&[0xc0][..], &vec![0; bytes - 1]].concat();
	refuses_all(PointFault::Identity, &identity(48), &identity(96));
}

#[test]
fn coordinates_of_no_point_are_refused_in_every_place() {
	refuses_all(PointFault::NotOnCurve, &no_g1(), &no_g2());
}

#[test]
fn points_outside_the_subgroup_are_refused_in_every_place() {
	refuses_all(PointFault::NotInSubgroup, &compressed(&outside_g1()), &compressed(&outside_g2()));
}

#[test]
fn encodings_that_are_not_canonical_are_refused_in_every_place() {
	let of_ones = |bytes: usize| [&[0x9f][..], &vec![0xff; bytes - 1]].concat();
	refuses_all(PointFault::NotCanonical, &of_ones(48), &of_ones(96));
	let signed_identity = |bytes: usize| [&[0xe0][..], &vec![0; bytes - 1]].concat();
	refuses_all(PointFault::NotCanonical, &signed_identity(48), &signed_identity(96));
	for (part, place) in parts() {
		let refused = Err(KeyError::Point { part, fault: PointFault::NotCanonical });
		let first = good()[place.start];
		assert_eq!(read(&with(place.start, &[first & 0x7f])), refused, "not compressed");
		assert_eq!(read(&with(place.start, &[first | 0x40])), refused, "the identity with a coordinate");
	}
	// The modulus itself, in the second half of a point of the second group.
	let modulus = points::plus_modulus(&[0; 48]);
	let refused = Err(KeyError::Point { part: Beta, fault: PointFault::NotCanonical });
	assert_eq!(read(&with(96, &modulus)), refused);
}

#[test]
fn a_key_whose_gamma_is_its_delta_is_refused() {
	let gamma = good()[144..240].to_vec();
	assert_eq!(read(&with(240, &gamma)), Err(KeyError::GammaIsDelta));
	let mut negative = gamma;
	negative[0] ^= 0x20;
	assert_eq!(read(&with(240, &negative)), Err(KeyError::GammaIsDelta));
}

/// Why such a key is refused: with γ = δ, α and β are a proof of anything.
#[test]
fn under_a_key_whose_gamma_is_its_delta_everything_could_be_proved() {
	let sound = key::<Native>(1);
	let broken = VerifyingKey::<Native> { delta: sound.gamma, ..sound };
	for seed in 1..4 {
		let scalars: Vec<Fr> = [Fr::from(1u64)].into_iter().chain(inputs(seed)).collect();
		let combined = super::verify::combination_of(&broken, &scalars);
		let forged = Proof::<Native>::new(broken.alpha, broken.beta, (-combined).into()).unwrap();
		assert_eq!(super::super::verify(&broken, &inputs(seed), &forged), Ok(()));
	}
}

#[test]
fn a_key_of_points_that_may_not_be_used_cannot_be_made() {
	let VerifyingKey { alpha, beta, gamma, delta, inputs, .. } = key::<Native>(1);
	let made =
		|gamma, delta, inputs| VerifyingKey::<Native>::new(STATEMENT, alpha, beta, gamma, delta, inputs);
	assert_eq!(made(gamma, delta, inputs.clone()), Ok(key(1)));
	assert_eq!(made(gamma, gamma, inputs.clone()), Err(KeyError::GammaIsDelta));
	assert_eq!(made(gamma, -gamma, inputs.clone()), Err(KeyError::GammaIsDelta));
	let fewer = inputs[1..].to_vec();
	assert_eq!(made(gamma, delta, fewer), Err(KeyError::WrongCount { expected: 4, found: 3 }));
	let fault = PointFault::NotInSubgroup;
	assert_eq!(made(gamma, outside_g2(), inputs.clone()), Err(KeyError::Point { part: Delta, fault }));
	let mut with_identity = inputs;
	with_identity[3] = AffineRepr::zero();
	let fault = PointFault::Identity;
	assert_eq!(made(gamma, delta, with_identity), Err(KeyError::Point { part: Input(3), fault }));
}
