//! Phase 1: powers of a secret τ, times points, with secrets α and β. They are for no circuit in particular.
//!
//! ```text
//! n = 2^power
//! τ⁰G₁ … τ²ⁿ⁻²G₁      τ⁰G₂ … τⁿ⁻¹G₂      ατ⁰G₁ … ατⁿ⁻¹G₁      βτ⁰G₁ … βτⁿ⁻¹G₁      βG₂
//! ```
//!
//! A contribution multiplies τ, α and β each by a factor of its own. The format is this tool's: our circuits are small, and powers of
//! their size are made in minutes.

mod verify;

use crate::{
	beacon::Beacon,
	chain::{Chain, Name, Origin},
	encoding::{FileError, Reader, Writer},
	parallel,
	points::{Curve, Identity},
	refusal::Refusal,
	toxic::Toxic,
};
use ark_bls12_381::{g2, Fr, G1Affine, G2Affine};
use ark_ec::{
	short_weierstrass::{Affine, Projective},
	AffineRepr, CurveGroup,
};
use ark_ff::Field;
use souk_proof_primitives::hash::{tagged, Digest};
use zeroize::{Zeroize, Zeroizing};

/// Kind and version of the file.
const TAG: &str = "souk/ceremony-powers/v1";
/// What a contribution multiplies.
pub const FACTORS: &[&str] = &["tau", "alpha", "beta"];
/// The smallest power that is of any use.
pub const LEAST_POWER: u32 = 1;
/// The largest: eight times what the largest circuit needs.
pub const MOST_POWER: u32 = 16;

/// Powers of τ, and who has made them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powers {
	power: u32,
	tau_g1: Vec<G1Affine>,
	tau_g2: Vec<G2Affine>,
	alpha_g1: Vec<G1Affine>,
	beta_g1: Vec<G1Affine>,
	beta_g2: G2Affine,
	chain: Chain,
}

/// The hash of powers that nobody has contributed to.
pub fn start(power: u32) -> Digest {
	tagged("souk/ceremony-powers-start/v1", &[&power.to_le_bytes()])
}

fn check(power: u32) -> Result<(), Refusal> {
	let allowed = (LEAST_POWER..=MOST_POWER).contains(&power);
	allowed.then_some(()).ok_or(Refusal::Power { least: LEAST_POWER, most: MOST_POWER, found: power })
}

impl Powers {
	/// Powers of τ = α = β = 1, for 2^`power` constraints.
	///
	/// # Errors
	///
	/// [`Refusal::Power`].
	pub fn new(power: u32) -> Result<Self, Refusal> {
		check(power)?;
		let (n, g1, g2) = (1usize << power, G1Affine::generator(), G2Affine::generator());
		Ok(Self {
			power,
			tau_g1: vec![g1; 2 * n - 1],
			tau_g2: vec![g2; n],
			alpha_g1: vec![g1; n],
			beta_g1: vec![g1; n],
			beta_g2: g2,
			chain: Chain::new(start(power), FACTORS),
		})
	}

	/// The logarithm of how many there are.
	pub fn power(&self) -> u32 {
		self.power
	}

	/// τ⁰G₁ … τ²ⁿ⁻²G₁.
	pub fn tau_g1(&self) -> &[G1Affine] {
		&self.tau_g1
	}

	/// τ⁰G₂ … τⁿ⁻¹G₂.
	pub fn tau_g2(&self) -> &[G2Affine] {
		&self.tau_g2
	}

	/// ατ⁰G₁ … ατⁿ⁻¹G₁.
	pub fn alpha_g1(&self) -> &[G1Affine] {
		&self.alpha_g1
	}

	/// βτ⁰G₁ … βτⁿ⁻¹G₁.
	pub fn beta_g1(&self) -> &[G1Affine] {
		&self.beta_g1
	}

	/// βG₂.
	pub fn beta_g2(&self) -> G2Affine {
		self.beta_g2
	}

	/// Who has made them.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// Multiplies all secrets by new ones, which are forgotten. Returns the contribution's hash, for its maker to publish.
	///
	/// # Errors
	///
	/// [`Refusal::Ended`].
	pub fn contribute(&mut self, name: Name, typed: &[u8]) -> Result<Digest, Refusal> {
		let toxic = self.chain.draw(typed)?;
		Ok(self.apply(Origin::Contributor(name), &toxic))
	}

	/// Ends the phase with a public value.
	///
	/// # Errors
	///
	/// [`Refusal::NobodyContributed`], [`Refusal::Ended`].
	pub fn end(&mut self, beacon: Beacon) -> Result<Digest, Refusal> {
		let toxic = self.chain.draw_beacon(&beacon)?;
		Ok(self.apply(Origin::Beacon(beacon), &toxic))
	}

	fn apply(&mut self, by: Origin, toxic: &Toxic) -> Digest {
		if let &[tau, alpha, beta] = toxic.factors() {
			self.multiply(&tau, &alpha, &beta);
		}
		let state = self.state();
		self.chain.add(by, toxic, state)
	}

	pub(crate) fn multiply(&mut self, tau: &Fr, alpha: &Fr, beta: &Fr) {
		let mut power = Fr::ONE;
		let powers: Zeroizing<Vec<Fr>> = Zeroizing::new(
			std::iter::repeat_with(|| {
				let this = power;
				power *= tau;
				this
			})
			.take(self.tau_g1.len())
			.collect(),
		);
		power.zeroize();
		let with = |factor: &Fr| -> Zeroizing<Vec<Fr>> {
			Zeroizing::new(powers.iter().take(self.tau_g2.len()).map(|power| *power * factor).collect())
		};
		self.alpha_g1 = multiplied(&self.alpha_g1, &with(alpha));
		self.beta_g1 = multiplied(&self.beta_g1, &with(beta));
		self.tau_g1 = multiplied(&self.tau_g1, &powers);
		self.tau_g2 = multiplied(&self.tau_g2, &powers);
		self.beta_g2 = (self.beta_g2 * beta).into_affine();
	}

	fn state(&self) -> Digest {
		let mut points = Writer::default();
		self.write_points(&mut points);
		tagged("souk/ceremony-powers-state/v1", &[&points.finish()])
	}

	fn write_points(&self, to: &mut Writer) {
		to.points(&self.tau_g1)
			.points(&self.tau_g2)
			.points(&self.alpha_g1)
			.points(&self.beta_g1)
			.point(&self.beta_g2);
	}

	/// The file.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut file = Writer::file(TAG);
		file.section(&self.power.to_le_bytes()).section(&self.chain.to_bytes());
		self.write_points(&mut file);
		file.finish()
	}

	/// Reads a file. Its points are points; whether they are powers, [`Self::verify`] says.
	///
	/// # Errors
	///
	/// [`FileError`].
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
		let mut file = Reader::file(bytes, TAG)?;
		let power = u32::from_le_bytes(file.fixed("the number of powers")?);
		check(power).map_err(|_| FileError::Value { what: "the number of powers" })?;
		let n = 1usize << power;
		let chain = Chain::read(start(power), FACTORS, file.section("the contributions")?)?;
		let no = Identity::Impossible;
		let powers = Self {
			power,
			tau_g1: file.points("the powers of tau in G1", 2 * n - 1, no)?,
			tau_g2: file.points("the powers of tau in G2", n, no)?,
			alpha_g1: file.points("the powers of tau times alpha", n, no)?,
			beta_g1: file.points("the powers of tau times beta", n, no)?,
			beta_g2: file.point::<g2::Config>("beta in G2")?,
			chain,
		};
		file.end()?;
		Ok(powers)
	}
}

/// Each point times its scalar.
fn multiplied<P: Curve>(points: &[Affine<P>], scalars: &[Fr]) -> Vec<Affine<P>> {
	let products = parallel::map(points, |at, point| Projective::from(*point) * scalars[at]);
	Projective::normalize_batch(&products)
}

#[cfg(test)]
mod tests;
