use super::*;
use crate::{points::PointFault, ratio::multiple_g1};

fn name(text: &str) -> Name {
	Name::new(text).unwrap()
}

fn made() -> Powers {
	let mut powers = Powers::new(3).unwrap();
	for who in ["Alice", "Bob", "Carol"] {
		powers.contribute(name(who), who.as_bytes()).unwrap();
		powers.verify().unwrap();
	}
	powers
}

#[test]
fn contributions_and_beacon_are_verified_before_and_after_they_were_a_file() {
	let mut powers = made();
	let hash = powers.end(Beacon::new(vec![7; 32], 5).unwrap()).unwrap();
	assert_eq!(hash, powers.chain().last());
	powers.verify().unwrap();
	assert_eq!(powers.chain().ended(), Ok(()));
	assert_eq!(powers.contribute(name("Late"), b""), Err(Refusal::Ended));

	let bytes = powers.to_bytes();
	assert_eq!(Powers::from_bytes(&bytes), Ok(powers));
	for length in [0, 10, 40, bytes.len() / 2, bytes.len() - 1] {
		assert!(Powers::from_bytes(&bytes[..length]).is_err(), "the first {length} bytes");
	}
	assert_eq!(Powers::from_bytes(&[&bytes[..], &[0]].concat()), Err(FileError::GoesOn { bytes: 1 }));
	let mut wrong = bytes.clone();
	*wrong.last_mut().unwrap() ^= 1;
	assert!(matches!(
		Powers::from_bytes(&wrong),
		Err(FileError::Point {
			what: "beta in G2",
			fault: PointFault::NotAPoint | PointFault::NotInSubgroup,
			..
		})
	));
}

#[test]
fn the_points_are_the_powers_of_the_product_of_all_factors() {
	let mut powers = Powers::new(2).unwrap();
	for factors in [[2u64, 3, 5], [7, 11, 13]] {
		powers.apply(Origin::Contributor(name("Known")), &Toxic::chosen(&factors.map(Fr::from)));
	}
	powers.verify().unwrap();
	let (tau, alpha, beta) = (Fr::from(14u64), Fr::from(33u64), Fr::from(65u64));
	let g2 = |scalar: Fr| (G2Affine::generator() * scalar).into_affine();
	for i in 0..7 {
		let power = tau.pow([i as u64]);
		assert_eq!(powers.tau_g1[i], multiple_g1(&power));
		if i < 4 {
			assert_eq!(powers.tau_g2[i], g2(power));
			assert_eq!(powers.alpha_g1[i], multiple_g1(&(alpha * power)));
			assert_eq!(powers.beta_g1[i], multiple_g1(&(beta * power)));
		}
	}
	assert_eq!((powers.tau_g1.len(), powers.tau_g2.len(), powers.beta_g2), (7, 4, g2(beta)));
}

/// A contributor who changes points and goes on as if they were right: digest, hashes and proofs fit.
fn dishonest(change: impl Fn(&mut Powers)) -> Result<(), Refusal> {
	let mut powers = made();
	let toxic = powers.chain.draw(b"").unwrap();
	let &[tau, alpha, beta] = toxic.factors() else { panic!("three factors") };
	powers.multiply(&tau, &alpha, &beta);
	change(&mut powers);
	let state = powers.state();
	powers.chain.add(Origin::Contributor(name("Mallory")), &toxic, state);
	powers.verify()
}

#[test]
fn points_that_are_no_powers_are_refused_by_name() {
	assert_eq!(dishonest(|_| ()), Ok(()));
	let not = |list| Err(Refusal::NotPowers { list });
	assert_eq!(dishonest(|p| p.tau_g1.swap(5, 6)), not("tau in G1"));
	assert_eq!(dishonest(|p| p.tau_g1[14] = p.tau_g1[0]), not("tau in G1"));
	assert_eq!(dishonest(|p| p.tau_g1[0] = p.tau_g1[1]), not("tau in G1"));
	assert_eq!(dishonest(|p| p.alpha_g1.swap(1, 2)), not("tau times alpha"));
	assert_eq!(dishonest(|p| p.beta_g1[7] = p.alpha_g1[7]), not("tau times beta"));
	assert_eq!(dishonest(|p| p.tau_g2.swap(2, 3)), not("tau in G2"));
	assert_eq!(dishonest(|p| p.tau_g2[0] = p.beta_g2), not("tau in G2"));
	assert_eq!(dishonest(|p| p.beta_g2 = p.tau_g2[1]), not("beta in G2"));
}

/// Correct powers of a secret that one person knows, in place of everybody's.
#[test]
fn powers_of_somebody_s_own_are_refused() {
	let own = [Fr::from(5u64), Fr::from(6u64), Fr::from(7u64)];
	let mut theirs = Powers::new(3).unwrap();
	theirs.multiply(&own[0], &own[1], &own[2]);
	let replaced = |p: &mut Powers| {
		let chain = p.chain.clone();
		*p = Powers { chain, ..theirs.clone() };
	};
	assert_eq!(dishonest(replaced), Err(Refusal::OtherFactor { factor: "tau" }));
	let alpha_only = |p: &mut Powers| {
		p.alpha_g1 = p.tau_g1[..8].to_vec();
	};
	assert_eq!(dishonest(alpha_only), Err(Refusal::OtherFactor { factor: "alpha" }));
}

#[test]
fn points_that_the_last_contribution_is_not_about_are_refused() {
	let mut powers = made();
	let toxic = powers.chain.draw(b"").unwrap();
	let &[tau, alpha, beta] = toxic.factors() else { panic!("three factors") };
	powers.multiply(&tau, &alpha, &beta);
	powers.chain.add(Origin::Contributor(name("Mallory")), &toxic, [0; 32]);
	assert_eq!(powers.verify(), Err(Refusal::OtherPoints));
}

#[test]
fn the_number_of_powers_has_bounds() {
	for found in [0, 17, 64] {
		assert_eq!(Powers::new(found), Err(Refusal::Power { least: 1, most: 16, found }));
	}
	let mut bytes = Powers::new(1).unwrap().to_bytes();
	bytes[1 + TAG.len() + 8] = 60;
	assert_eq!(Powers::from_bytes(&bytes), Err(FileError::Value { what: "the number of powers" }));
}
