//! Both implementations agree on which points may be used, whatever the part of a point that is outside the subgroup.

use super::{points::bytes, *};
use ark_bls12_381::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{
	pairing::{Pairing, PairingOutput},
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr, CurveGroup,
};
use ark_ff::{Field, PrimeField};

/// Each is asked for the same point.
#[track_caller]
fn checked_g1(point: &G1Affine) -> Result<(), PointFault> {
	let bytes = bytes(point);
	let found = Native::check_g1(point, &bytes);
	assert_eq!(Host::check_g1(&Host::read_g1(&bytes).unwrap(), &bytes), found);
	found
}

#[track_caller]
fn checked_g2(point: &G2Affine) -> Result<(), PointFault> {
	let bytes = bytes(point);
	let found = Native::check_g2(point, &bytes);
	assert_eq!(Host::check_g2(&Host::read_g2(&bytes).unwrap(), &bytes), found);
	found
}

/// A multiple by any number, which may be longer than the subgroup's order.
fn times<C: SWCurveConfig>(point: &Affine<C>, number: &[u64]) -> Affine<C> {
	C::mul_affine(point, number).into_affine()
}

#[test]
fn points_of_the_subgroups_may_be_used() {
	for factor in 1..40u64 {
		let factor = -Fr::from(factor * factor);
		assert_eq!(checked_g1(&(G1Affine::generator() * factor).into_affine()), Ok(()));
		assert_eq!(checked_g2(&(G2Affine::generator() * factor).into_affine()), Ok(()));
	}
}

#[test]
fn points_of_the_curves_outside_the_subgroups_may_not() {
	let g1 = (0u64..).filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), x % 2 == 0));
	for point in g1.take(40) {
		assert_eq!(checked_g1(&point), Err(PointFault::NotInSubgroup), "{point}");
	}
	let x = |x: u64| Fq2::from_base_prime_field(Fq::from(x));
	let g2 = (0u64..).filter_map(|i| G2Affine::get_point_from_x_unchecked(x(i), i % 2 == 0));
	for point in g2.take(40) {
		assert_eq!(checked_g2(&point), Err(PointFault::NotInSubgroup), "{point}");
	}
}

/// The smaller the order of what is added to a good point, the more easily a check overlooks it.
#[test]
fn a_point_with_a_part_of_small_order_may_not_be_used() {
	let points = (0u64..).filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false));
	for prime in [3u64, 11, 10_177, 859_267, 52_437_899] {
		let part = points.clone().find_map(|point| of_order(&point, prime)).unwrap();
		let sum = (G1Affine::generator() + part).into_affine();
		assert_eq!(checked_g1(&part), Err(PointFault::NotInSubgroup), "order {prime}");
		assert_eq!(checked_g1(&sum), Err(PointFault::NotInSubgroup), "order {prime}");
	}
	let x = |x: u64| Fq2::from_base_prime_field(Fq::from(x));
	let points = (0u64..).filter_map(|i| G2Affine::get_point_from_x_unchecked(x(i), false));
	for prime in [13u64, 23, 2_713, 11_953, 262_069] {
		let part = points.clone().find_map(|point| of_order(&point, prime)).unwrap();
		let sum = (G2Affine::generator() + part).into_affine();
		assert_eq!(checked_g2(&part), Err(PointFault::NotInSubgroup), "order {prime}");
		assert_eq!(checked_g2(&sum), Err(PointFault::NotInSubgroup), "order {prime}");
	}
}

/// A multiple of a point whose order is this prime, if it has one. The prime divides the curve's order.
fn of_order<C: SWCurveConfig>(point: &Affine<C>, prime: u64) -> Option<Affine<C>> {
	let mut rest = divided(C::COFACTOR, prime).expect("the prime divides the cofactor");
	while let Some(quotient) = divided(&rest, prime) {
		rest = quotient;
	}
	let mut part = times(&times(point, C::ScalarField::MODULUS.as_ref()), &rest);
	while !part.is_zero() {
		let next = times(&part, &[prime]);
		if next.is_zero() {
			return Some(part);
		}
		part = next;
	}
	None
}

/// A number of several words divided by a small one, if that divides it.
fn divided(number: &[u64], by: u64) -> Option<Vec<u64>> {
	let mut rest = 0u128;
	let mut quotient: Vec<u64> = number
		.iter()
		.rev()
		.map(|word| {
			let all = (rest << 64) | u128::from(*word);
			rest = all % u128::from(by);
			(all / u128::from(by)) as u64
		})
		.collect();
	quotient.reverse();
	(rest == 0).then_some(quotient)
}

/// A batch's products and sums, whatever the coefficients: the host is called with bytes, arkworks with points.
#[test]
fn products_and_sums_are_the_same_by_both() {
	let others = [(5u64, 6u64), (7, 8)].map(|(p, q)| {
		let p = (G1Affine::generator() * Fr::from(p)).into_affine();
		(p, (G2Affine::generator() * Fr::from(q)).into_affine())
	});
	let of_host =
		others.map(|(p, q)| (Host::read_g1(&bytes(&p)).unwrap(), Host::read_g2(&bytes(&q)).unwrap()));
	let coefficients = [0, 1, 2, u128::from(u64::MAX), 1 << 64, u128::MAX / 3, u128::MAX];
	for count in [0, 1, coefficients.len()] {
		let native: Vec<Proof<Native>> = (1..=count as u64).map(proof).collect();
		let host: Vec<Proof<Host>> = (1..=count as u64).map(proof).collect();
		let native: Vec<_> = native.iter().zip(coefficients).collect();
		let host: Vec<_> = host.iter().zip(coefficients).collect();
		let expected =
			native.iter().fold(Default::default(), |sum: ark_bls12_381::G1Projective, (proof, z)| {
				sum + proof.points().2 * Fr::from(*z)
			});
		let sum = Native::sum_of_c(&native).unwrap();
		assert_eq!(sum, expected);
		assert_eq!(bytes(&Host::sum_of_c(&host).unwrap().into_affine()), bytes(&sum.into_affine()));
		let product = Native::product(&native, &others).unwrap();
		let one_by_one = native
			.iter()
			.map(|(proof, z)| Native::pairing(proof.points().0 * Fr::from(*z), proof.points().1))
			.chain(others.map(|(p, q)| Native::pairing(p, q)))
			.fold(Default::default(), |product: PairingOutput<Native>, pairing| product + pairing);
		assert_eq!(Native::final_exponentiation(product), Some(one_by_one));
		assert_eq!(
			Host::product(&host, &of_host).map(|product| product.0),
			Some(product.0),
			"{count} proofs"
		);
	}
}
