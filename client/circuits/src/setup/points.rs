//! The points of a proving key that comes from a file: each on its curve, in the subgroup of prime order, and not the identity where
//! that is no possible value. Reading them, arkworks checks less (of points that stand alone, not the curve), and says only that
//! something is wrong.

use ark_bls12_381::Bls12_381;
use ark_ec::{
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_groth16::ProvingKey;
use souk_proof_primitives::groth16::{KeyError, PointFault};
use std::{fmt, thread};

/// What is wrong with a proving key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
	/// A point that may not be used.
	#[error("{part} {fault}")]
	Point {
		/// Which.
		part: ProvingPart,
		/// What is wrong with it.
		fault: PointFault,
	},
	/// A list of another length than it must have beside the others.
	#[error("the key has {found} points for {query}, and {expected} wires")]
	Length {
		/// Which list.
		query: Query,
		/// The wires that it must have a point for.
		expected: usize,
		/// Its points.
		found: usize,
	},
	/// The verifying key in it is none.
	#[error("its verifying key is none: {0}")]
	Verifying(KeyError),
}

/// A point of a proving key that its verifying key does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvingPart {
	/// β, in G1.
	Beta,
	/// δ, in G1.
	Delta,
	/// A point of a list, from 0.
	Of(Query, usize),
}

/// A list of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
	/// Of each wire on left sides.
	A,
	/// Of each wire on right sides, in G1.
	BInG1,
	/// Of each wire on right sides, in G2.
	BInG2,
	/// Of the quotient's coefficients.
	H,
	/// Of each private wire.
	L,
}

impl fmt::Display for ProvingPart {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Beta => f.write_str("beta in G1"),
			Self::Delta => f.write_str("delta in G1"),
			Self::Of(query, at) => write!(f, "point {at} of {query}"),
		}
	}
}

impl fmt::Display for Query {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::A => "the left sides",
			Self::BInG1 => "the right sides in G1",
			Self::BInG2 => "the right sides in G2",
			Self::H => "the quotient",
			Self::L => "the private wires",
		})
	}
}

/// Whether the identity is a possible value of a point.
#[derive(Clone, Copy)]
enum Identity {
	/// A wire that is on no left side has it there.
	Possible,
	/// Multiples of a generator by numbers that are not zero.
	Impossible,
}

/// Checks every point that the verifying key does not have, and that each wire has its points. A second on two cores for the largest
/// statement.
///
/// # Errors
///
/// The first fault of the first list that has one.
pub(super) fn check(key: &ProvingKey<Bls12_381>) -> Result<(), KeyFault> {
	let single = |part| move |fault| KeyFault::Point { part, fault };
	usable(&key.beta_g1, Identity::Impossible).map_err(single(ProvingPart::Beta))?;
	usable(&key.delta_g1, Identity::Impossible).map_err(single(ProvingPart::Delta))?;
	let (wires, public) = (key.a_query.len(), key.vk.gamma_abc_g1.len());
	for (query, expected, found) in [
		// A key for the constant alone is none; the prover takes the constant's point for granted.
		(Query::A, public.max(1).max(wires), wires),
		(Query::BInG1, wires, key.b_g1_query.len()),
		(Query::BInG2, wires, key.b_g2_query.len()),
		(Query::L, wires.saturating_sub(public), key.l_query.len()),
	] {
		if expected != found {
			return Err(KeyFault::Length { query, expected, found });
		}
	}
	all_usable(Query::A, &key.a_query, Identity::Possible)?;
	all_usable(Query::BInG1, &key.b_g1_query, Identity::Possible)?;
	all_usable(Query::BInG2, &key.b_g2_query, Identity::Possible)?;
	all_usable(Query::H, &key.h_query, Identity::Impossible)?;
	// Every private wire is in some constraint: one that is in none could be anything.
	all_usable(Query::L, &key.l_query, Identity::Impossible)
}

/// Checks a list, each core a part of it.
fn all_usable<P: SWCurveConfig>(
	query: Query,
	points: &[Affine<P>],
	identity: Identity,
) -> Result<(), KeyFault> {
	let threads = thread::available_parallelism().map_or(1, usize::from);
	let size = points.len().div_ceil(threads).max(1);
	let first_fault = |part: usize, points: &[Affine<P>]| {
		points
			.iter()
			.enumerate()
			.find_map(|(i, point)| Some((part * size + i, usable(point, identity).err()?)))
	};
	let fault = thread::scope(|scope| {
		let parts: Vec<_> = points
			.chunks(size)
			.enumerate()
			.map(|(part, points)| scope.spawn(move || first_fault(part, points)))
			.collect();
		let faults: Vec<_> =
			parts.into_iter().map(|part| part.join().expect("nothing that is done here panics")).collect();
		faults.into_iter().flatten().next()
	});
	match fault {
		Some((at, fault)) => Err(KeyFault::Point { part: ProvingPart::Of(query, at), fault }),
		None => Ok(()),
	}
}

fn usable<P: SWCurveConfig>(point: &Affine<P>, identity: Identity) -> Result<(), PointFault> {
	if point.is_zero() {
		return match identity {
			Identity::Possible => Ok(()),
			Identity::Impossible => Err(PointFault::Identity),
		};
	}
	if !point.is_on_curve() {
		return Err(PointFault::NotOnCurve);
	}
	point.is_in_correct_subgroup_assuming_on_curve().then_some(()).ok_or(PointFault::NotInSubgroup)
}
