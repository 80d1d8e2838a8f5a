//! Making a proof of a key delivery: beside the multiplications and Fourier transforms that it consists of, run alone, and beside
//! snarkjs, which proves the same circuit with the same wires.

use super::snarkjs::Snarkjs;
use crate::{
	report::{Report, Table},
	stats::{median, millis},
};
use anyhow::{anyhow, Context, Result};
use ark_bls12_381::{Fr, G1Projective, G2Projective};
use ark_ec::VariableBaseMSM;
use ark_ff::{FftField, PrimeField, UniformRand};
use ark_groth16::{
	r1cs_to_qap::{LibsnarkReduction, R1CSToQAP},
	ProvingKey,
};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::gr1cs::{ConstraintSystem, Matrix, OptimizationGoal, SynthesisMode, R1CS_PREDICATE_LABEL};
use rand::{rngs::StdRng, SeedableRng};
use souk_circuits::{
	poseidon, prove, seal_key,
	setup::{cache, Keys},
	verify, BuyerSecret, KeyDelivery, KeyDeliveryPrivate, Statement,
};
use souk_proof_primitives::{
	context::ProofContext,
	keys::key_commitment,
	public_inputs::KeyDeliveryPublic,
	statements::{Era, StatementId},
};
use std::{
	hint::black_box,
	path::Path,
	time::{Duration, Instant},
};

/// Proving ÷ its parts alone.
const PARTS: f64 = 1.4;
/// Proving ÷ snarkjs.
const SNARKJS: f64 = 0.25;

/// Everything that was measured here.
pub struct Figures {
	constraints: usize,
	proved: Vec<Duration>,
	multiplied: Vec<Duration>,
	transformed: Vec<Duration>,
	parts: Vec<Duration>,
	snarkjs: Vec<Duration>,
	/// Why snarkjs was left out.
	without: Option<String>,
}

/// Proves `repetitions` times each way, by turns.
pub fn measure(dir: &Path, repetitions: usize, say: fn(&str)) -> Result<Figures> {
	let mut rng = StdRng::from_entropy();
	let keys: Keys<KeyDelivery> = cache::load(&dir.join("keys"))?;
	let (public, private) = some_delivery(&mut rng);
	let circuit = Circuit::of(&public, &private)?;
	let parts = Parts::of(&circuit)?;
	let (mut snarkjs, without) = match Snarkjs::start(dir, &circuit, say)? {
		Ok(snarkjs) => (Some(snarkjs), None),
		Err(why) => (None, Some(why)),
	};
	let proof = prove(&keys, &public, &private, &mut rng)?;
	verify(&keys, &public, &proof).map_err(|error| anyhow!("{error}"))?;
	parts.run(keys.proving());

	let mut figures = Figures {
		constraints: circuit.constraints(),
		proved: vec![],
		multiplied: vec![],
		transformed: vec![],
		parts: vec![],
		snarkjs: vec![],
		without,
	};
	for _ in 0..repetitions {
		let start = Instant::now();
		black_box(prove(&keys, &public, &private, &mut rng)?);
		figures.proved.push(start.elapsed());
		let (multiplied, transformed) = parts.run(keys.proving());
		figures.multiplied.push(multiplied);
		figures.transformed.push(transformed);
		figures.parts.push(multiplied + transformed);
		if let Some(snarkjs) = &mut snarkjs {
			figures.snarkjs.push(snarkjs.prove()?);
		}
	}
	Ok(figures)
}

fn some_delivery(rng: &mut StdRng) -> (KeyDeliveryPublic, KeyDeliveryPrivate) {
	let (key, buyer) = (Fr::rand(rng), BuyerSecret::generate(rng).public());
	let statement = StatementId::KeyDelivery;
	let context = ProofContext { genesis: [1; 32], statement, era: Era::DEVELOPMENT, listing: 1, order: 1 };
	let context = context.scalar();
	let (sealed, private) = seal_key(key, &buyer, context, rng);
	let public = KeyDeliveryPublic {
		key_commitment: key_commitment(poseidon(), key),
		buyer,
		ephemeral: sealed.ephemeral,
		ciphertext: sealed.ciphertext,
		context,
	};
	(public, private)
}

/// The circuit of one proof, with all its wires.
pub struct Circuit {
	/// A, B and C.
	pub matrices: Vec<Matrix<Fr>>,
	/// The one and the public inputs.
	pub public: usize,
	/// All wires, these first.
	pub wires: Vec<Fr>,
}

impl Circuit {
	fn of(public: &KeyDeliveryPublic, private: &KeyDeliveryPrivate) -> Result<Self> {
		let cs = ConstraintSystem::new_ref();
		cs.set_optimization_goal(OptimizationGoal::Constraints);
		cs.set_mode(SynthesisMode::Prove { construct_matrices: true, generate_lc_assignments: false });
		KeyDelivery::synthesize(&cs, Some(public), Some(private))?;
		cs.finalize();
		let matrices =
			cs.to_matrices()?.remove(R1CS_PREDICATE_LABEL).context("the circuit has no constraints")?;
		let wires = [cs.instance_assignment()?, cs.witness_assignment()?].concat();
		Ok(Self { matrices, public: cs.num_instance_variables(), wires })
	}

	/// How many constraints it has.
	pub fn constraints(&self) -> usize {
		self.matrices[0].len()
	}
}

/// What a proof's time should go into: the operations that no Groth16 prover can do without, on the very numbers of a proof.
struct Parts {
	domain: Radix2EvaluationDomain<Fr>,
	coset: Radix2EvaluationDomain<Fr>,
	/// Coefficients of the quotient.
	h: Vec<<Fr as PrimeField>::BigInt>,
	/// All wires but the one.
	wires: Vec<<Fr as PrimeField>::BigInt>,
	/// The private ones.
	private: Vec<<Fr as PrimeField>::BigInt>,
}

impl Parts {
	fn of(circuit: &Circuit) -> Result<Self> {
		let (constraints, public) = (circuit.constraints(), circuit.public);
		let domain = Radix2EvaluationDomain::new(constraints + public).context("the circuit is too large")?;
		let coset = domain.get_coset(Fr::GENERATOR).context("the field has a generator")?;
		let h = LibsnarkReduction::witness_map_from_matrices::<Fr, Radix2EvaluationDomain<Fr>>(
			&circuit.matrices,
			public,
			constraints,
			&circuit.wires,
		)?;
		let numbers = |scalars: &[Fr]| scalars.iter().map(|scalar| scalar.into_bigint()).collect();
		Ok(Self {
			domain,
			coset,
			h: numbers(&h),
			wires: numbers(&circuit.wires[1..]),
			private: numbers(&circuit.wires[public..]),
		})
	}

	/// The multiplications of H, L, A and B, and seven transforms: three polynomials to coefficients and to a coset, one back.
	fn run(&self, key: &ProvingKey<ark_bls12_381::Bls12_381>) -> (Duration, Duration) {
		let start = Instant::now();
		let products = (
			G1Projective::msm_bigint(&key.h_query, &self.h),
			G1Projective::msm_bigint(&key.l_query, &self.private),
			G1Projective::msm_bigint(&key.a_query[1..], &self.wires),
			G1Projective::msm_bigint(&key.b_g1_query[1..], &self.wires),
			G2Projective::msm_bigint(&key.b_g2_query[1..], &self.wires),
		);
		let multiplied = start.elapsed();
		let _ = black_box(products);

		let mut values: Vec<Fr> = (1..=self.domain.size() as u64).map(Fr::from).collect();
		let start = Instant::now();
		for _ in 0..3 {
			self.domain.ifft_in_place(&mut values);
			self.coset.fft_in_place(&mut values);
		}
		self.coset.ifft_in_place(&mut values);
		black_box(values);
		(multiplied, start.elapsed())
	}
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, report: &mut Report) {
		let proved = median(&self.proved).as_secs_f64();
		let mut lines = Table::new(
			format!(
				"Proving a key delivery, {} constraints",
				crate::report::grouped(self.constraints as u64)
			),
			&["what", "ms", "proving ÷ this"],
		);
		for (what, times) in [
			("a proof, from the secrets to its bytes", &self.proved),
			("its multiplications (MSM) and transforms (FFT) alone", &self.parts),
			("the multiplications", &self.multiplied),
			("the transforms", &self.transformed),
			("snarkjs, the same circuit with the same wires", &self.snarkjs),
		] {
			if !times.is_empty() {
				let time = median(times);
				lines.row([
					what.into(),
					format!("{:.1}", millis(time)),
					format!("{:.2}", proved / time.as_secs_f64()),
				]);
			}
		}
		lines.note(format!(
			"Medians of {} by turns, on all cores. snarkjs computes its wires beforehand; ours are part of the proof's time.",
			self.proved.len()
		));
		if let Some(why) = &self.without {
			lines.note(format!("snarkjs was left out: {why}."));
		}
		report.add(lines);
		report.at_most(
			"proving a key delivery ÷ its MSMs and FFTs alone",
			proved / median(&self.parts).as_secs_f64(),
			PARTS,
		);
		if !self.snarkjs.is_empty() {
			let ratio = proved / median(&self.snarkjs).as_secs_f64();
			report.at_most("proving a key delivery ÷ snarkjs, the same circuit", ratio, SNARKJS);
		}
	}
}
