use super::{
	points::{bytes, outside_g1, outside_g2, plus_modulus},
	*,
};
use ProofPoint::{A, B, C};

/// Where each point is in the bytes.
const POINTS: [(ProofPoint, core::ops::Range<usize>); 3] = [(A, 0..96), (B, 96..288), (C, 288..384)];

fn refused(point: ProofPoint, fault: PointFault) -> ProofError {
	ProofError::Point { point, fault }
}

/// Both implementations say the same of these bytes.
#[track_caller]
fn read(bytes: &[u8]) -> Result<[u8; PROOF_BYTES], ProofError> {
	let native = Proof::<Native>::from_bytes(bytes).map(|proof| proof.to_bytes());
	assert_eq!(Proof::<Host>::from_bytes(bytes).map(|proof| proof.to_bytes()), native);
	native
}

fn good() -> [u8; PROOF_BYTES] {
	proof::<Native>(1).to_bytes()
}

/// The good proof with other bytes from there on.
fn with(at: usize, other: &[u8]) -> [u8; PROOF_BYTES] {
	let mut bytes = good();
	bytes[at..at + other.len()].copy_from_slice(other);
	bytes
}

#[test]
fn a_proof_is_the_same_before_and_after_it_was_bytes() {
	assert_eq!(read(&good()), Ok(good()));
	assert_eq!(proof::<Host>(1).to_bytes(), good());
	let (a, b, c) = Proof::<Native>::from_bytes(&good()).unwrap().points();
	assert_eq!([bytes(&a), bytes(&b), bytes(&c)].concat(), good());
}

#[test]
fn one_byte_more_or_less_is_refused() {
	for found in [0, 1, 192, PROOF_BYTES - 1, PROOF_BYTES + 1, 2 * PROOF_BYTES] {
		let other: Vec<u8> = good().iter().copied().cycle().take(found).collect();
		assert_eq!(read(&other), Err(ProofError::WrongLength { found }));
	}
}

#[test]
fn the_identity_is_refused() {
	for (point, place) in POINTS {
		let mut identity = vec![0; place.len()];
		identity[0] = 0x40;
		assert_eq!(read(&with(place.start, &identity)), Err(refused(point, PointFault::Identity)));
	}
}

#[test]
fn points_off_the_curve_are_refused() {
	for (point, place) in POINTS {
		// Another second coordinate; and coordinates in the wrong order.
		let mut other = good()[place.clone()].to_vec();
		let last = other.len() - 1;
		other[last] ^= 1;
		assert_eq!(read(&with(place.start, &other)), Err(refused(point, PointFault::NotOnCurve)));
		let mut swapped = good()[place.clone()].to_vec();
		swapped.rotate_left(place.len() / 2);
		assert_eq!(read(&with(place.start, &swapped)), Err(refused(point, PointFault::NotOnCurve)));
	}
}

#[test]
fn points_outside_the_subgroup_are_refused() {
	for (point, place) in POINTS {
		let outside = if point == B { bytes(&outside_g2()) } else { bytes(&outside_g1()) };
		assert_eq!(read(&with(place.start, &outside)), Err(refused(point, PointFault::NotInSubgroup)));
	}
}

#[test]
fn encodings_that_are_not_canonical_are_refused() {
	for (point, place) in POINTS {
		let not_canonical = Err(refused(point, PointFault::NotCanonical));
		// Flags: compressed, the identity with coordinates, the sign of a compressed point.
		for flag in [0x80, 0x40, 0x20, 0xc0, 0xe0] {
			let first = good()[place.start] | flag;
			assert_eq!(read(&with(place.start, &[first])), not_canonical, "flag {flag:#x}");
		}
		// The identity without its flag, and with a sign.
		let mut nothing = vec![0; place.len()];
		assert_eq!(read(&with(place.start, &nothing)), not_canonical);
		nothing[0] = 0x60;
		assert_eq!(read(&with(place.start, &nothing)), not_canonical);
		assert_eq!(read(&with(place.start, &vec![0xff; place.len()])), not_canonical);
	}
}

/// Behind the first coordinate of a point, whose top bits are flags, there is room for the modulus in all of them.
#[test]
fn a_coordinate_with_the_modulus_added_is_refused() {
	for (point, place) in POINTS {
		for at in place.step_by(48).skip(1) {
			let above = plus_modulus(&good()[at..at + 48]);
			let found = read(&with(at, &above));
			assert_eq!(found, Err(refused(point, PointFault::NotCanonical)), "byte {at}");
		}
	}
	// In the first coordinate there is room for one point in five.
	let with_room = (2..)
		.map(|seed| proof::<Native>(seed).to_bytes())
		.find(|bytes| plus_modulus(&bytes[..48])[0] < 0x20)
		.unwrap();
	let mut above = with_room;
	above[..48].copy_from_slice(&plus_modulus(&with_room[..48]));
	assert_eq!(read(&above), Err(refused(A, PointFault::NotCanonical)));
}

#[test]
fn a_proof_of_points_that_may_not_be_used_cannot_be_made() {
	let (a, b, c) = proof::<Native>(1).points();
	assert_eq!(Proof::<Native>::new(outside_g1(), b, c), Err(refused(A, PointFault::NotInSubgroup)));
	assert_eq!(Proof::<Native>::new(a, outside_g2(), c), Err(refused(B, PointFault::NotInSubgroup)));
	assert_eq!(Proof::<Native>::new(a, b, Default::default()), Err(refused(C, PointFault::Identity)));
}

#[test]
fn errors_say_what_is_wrong_with_which_point() {
	let error = Proof::<Native>::from_bytes(&with(96, &bytes(&outside_g2()))).unwrap_err();
	assert_eq!(error.to_string(), "point B of the proof is not in the subgroup of prime order");
	let error = Proof::<Native>::from_bytes(&[0; 5]).unwrap_err();
	assert_eq!(error.to_string(), "a proof has 384 bytes; these are 5");
}
