//! The key that phase 2 starts from, in the form that `ark-groth16` 0.6 proves and verifies with.
//!
//! ```text
//! Lⱼ(τ)·G from τⁱ·G             an inverse Fourier transform over the group, as from coefficients to values
//! aᵢ(τ) = Σⱼ Aⱼᵢ·Lⱼ(τ)          the column of wire i; b and c likewise
//! a_query = aᵢ·G₁               b_query = bᵢ·G₁, bᵢ·G₂
//! K = (β·aᵢ + α·bᵢ + cᵢ)·G₁     of the public wires / γ, of the private ones L / δ; γ = δ = 1
//! H = (τⁿ − 1)·τⁱ·G₁ / δ
//! ```
//!
//! The public wires have a row of their own in A each, after the constraints (libsnark's reduction): it makes the columns of
//! the public inputs independent of each other.

use crate::{circuit::Circuit, parallel, points::Curve, powers::Powers, refusal::Refusal};
use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};
use ark_ec::{
	short_weierstrass::{Affine, Projective},
	AffineRepr, CurveGroup, VariableBaseMSM,
};
use ark_ff::{Field, Zero};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

/// The entries of a column: row and coefficient.
type Column = Vec<(usize, Fr)>;

/// The key of a circuit with δ = 1.
///
/// # Errors
///
/// [`Refusal::TooFewPowers`].
pub fn key(circuit: &Circuit, powers: &Powers) -> Result<ProvingKey<Bls12_381>, Refusal> {
	let (needed, found) = (circuit.power(), powers.power());
	if needed > found {
		return Err(Refusal::TooFewPowers { statement: circuit.statement(), needed, found });
	}
	let size = 1usize << needed;
	let lagrange = values(powers.tau_g1(), size);
	let lagrange_g2 = values(powers.tau_g2(), size);
	let alpha_lagrange = values(powers.alpha_g1(), size);
	let beta_lagrange = values(powers.beta_g1(), size);

	let [a, b, c] = columns(circuit);
	let wires: Vec<usize> = (0..circuit.wires()).collect();
	let query = |columns: &[Column]| -> Vec<G1Affine> {
		affine(parallel::map(columns, |_, column| combine(column, &lagrange)))
	};
	let b_g2_query = affine(parallel::map(&b, |_, column| combine(column, &lagrange_g2)));
	let mut gamma_abc_g1: Vec<G1Affine> = affine(parallel::map(&wires, |_, &wire| {
		combine(&a[wire], &beta_lagrange) + combine(&b[wire], &alpha_lagrange) + combine(&c[wire], &lagrange)
	}));
	let l_query = gamma_abc_g1.split_off(circuit.public());
	let tau = powers.tau_g1();
	let h_query = affine((0..size - 1).map(|i| tau[i + size] - tau[i].into_group()).collect());

	Ok(ProvingKey {
		vk: VerifyingKey {
			alpha_g1: powers.alpha_g1()[0],
			beta_g2: powers.beta_g2(),
			gamma_g2: G2Affine::generator(),
			delta_g2: G2Affine::generator(),
			gamma_abc_g1,
		},
		beta_g1: powers.beta_g1()[0],
		delta_g1: G1Affine::generator(),
		a_query: query(&a),
		b_g1_query: query(&b),
		b_g2_query,
		h_query,
		l_query,
	})
}

/// The values of all Lagrange polynomials at τ, times a point, from the powers of τ times that point.
fn values<P: Curve>(powers: &[Affine<P>], size: usize) -> Vec<Affine<P>> {
	let domain =
		Radix2EvaluationDomain::<Fr>::new(size).expect("a power of two far below the field's largest");
	let mut values: Vec<Projective<P>> = powers[..size].iter().map(|point| point.into_group()).collect();
	domain.ifft_in_place(&mut values);
	affine(values)
}

/// The columns of A, B and C, by wire.
fn columns(circuit: &Circuit) -> [Vec<Column>; 3] {
	let mut columns = circuit.matrices().each_ref().map(|matrix| {
		let mut columns = vec![Column::new(); circuit.wires()];
		for (row, entries) in matrix.iter().enumerate() {
			for &(coefficient, wire) in entries {
				columns[wire].push((row, coefficient));
			}
		}
		columns
	});
	for (wire, column) in columns[0].iter_mut().enumerate().take(circuit.public()) {
		column.push((circuit.constraints() + wire, Fr::ONE));
	}
	columns
}

fn combine<P: Curve>(column: &Column, values: &[Affine<P>]) -> Projective<P>
where
	Projective<P>: VariableBaseMSM<MulBase = Affine<P>, ScalarField = Fr>,
{
	if column.is_empty() {
		return Projective::zero();
	}
	let bases: Vec<Affine<P>> = column.iter().map(|&(row, _)| values[row]).collect();
	let scalars: Vec<Fr> = column.iter().map(|&(_, coefficient)| coefficient).collect();
	Projective::msm_unchecked(&bases, &scalars)
}

fn affine<P: Curve>(points: Vec<Projective<P>>) -> Vec<Affine<P>> {
	Projective::normalize_batch(&points)
}
