//! Checking proofs: by arkworks itself, by our code natively, and by our code in wasm, which calls the host or computes alone.
//!
//! All start from the bytes that an extrinsic has, and end with yes or no. The wasm is a blob with that and nothing else
//! (`souk-bench-verifier`), run by the node's executor with the node's host functions.

use crate::{
	blob::Blob,
	report::{Report, Table},
	stats::{median, millis},
};
use anyhow::{anyhow, ensure, Context, Result};
use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{prepare_verifying_key, Groth16, PreparedVerifyingKey};
use ark_serialize::CanonicalDeserialize;
use souk_bench_verifier::{batch, each, Claims};
use souk_proof_primitives::{
	groth16::{trapdoor::Trapdoor, Groth16Curve, Proof, VerifyingKey},
	scalar,
	statements::StatementId,
};
use std::time::{Duration, Instant};

/// Runtime ÷ arkworks.
const NATIVE: f64 = 1.2;
/// Runtime ÷ the same in pure wasm.
const PURE: f64 = 0.25;
/// A proof's share of a batch ÷ alone.
const SHARE: f64 = 0.2;

/// Proofs of a batch.
const BATCH: usize = 64;
/// Proofs that are checked in one go where each is checked alone, so that calling the blob weighs little.
const ALONE: usize = 16;

/// Times of a whole go.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
	/// Of one proof.
	fn each(&self, of: usize) -> f64 {
		millis(median(&self.0)) / of as f64
	}
}

/// Everything that was measured here.
#[derive(Default)]
pub struct Figures {
	arkworks: Times,
	native: Times,
	host: Times,
	wasm: Times,
	native_batch: Times,
	host_batch: Times,
	parts: Parts,
}

/// What a batch is spent on, natively. What its proofs share is the rest.
#[derive(Default)]
struct Parts {
	/// Points read and checked.
	reading: Times,
	/// A Miller loop for each proof.
	loops: Times,
	/// The same, and each A multiplied by its coefficient before.
	multiplied: Times,
	/// All C multiplied and added up.
	adding: Times,
}

impl Parts {
	fn measure(&mut self, proofs: &[Vec<u8>]) -> Result<()> {
		/// As many of its bits are set as of a random one.
		const COEFFICIENT: u128 = u128::MAX / 3;
		let read = || {
			proofs.iter().map(|proof| Proof::<Bls12_381>::from_bytes(proof)).collect::<Result<Vec<_>, _>>()
		};
		let proofs = read().map_err(|error| anyhow!("{error}"))?;
		let weighted = |z| proofs.iter().map(|proof| (proof, z)).collect::<Vec<_>>();
		let (once, often) = (weighted(1), weighted(COEFFICIENT));
		self.reading.0.push(timed(|| Ok(read().is_ok()))?);
		self.loops.0.push(timed(|| Ok(Bls12_381::product(&once, &[]).is_some()))?);
		self.multiplied.0.push(timed(|| Ok(Bls12_381::product(&often, &[]).is_some()))?);
		self.adding.0.push(timed(|| Ok(Bls12_381::sum_of_c(&often).is_some()))?);
		Ok(())
	}

	/// Milliseconds of a proof.
	fn each(&self) -> [(&'static str, f64); 4] {
		let [reading, loops, multiplied, adding] =
			[&self.reading, &self.loops, &self.multiplied, &self.adding].map(|times| times.each(BATCH));
		[
			("of it reading: three points, each on its curve and in its subgroup", reading),
			("of it a Miller loop", loops),
			("of it a multiplication of A by 128 bits", (multiplied - loops).max(0.0)),
			("of it C, multiplied and added to the others", adding),
		]
	}
}

/// Checks proofs `repetitions` times each way, by turns. `None` where the blob was left out of the build.
pub fn measure(repetitions: usize) -> Result<Option<Figures>> {
	let Some(blob) = Blob::new() else { return Ok(None) };
	let claims = claims(BATCH)?;
	let alone: Claims = (claims.0.clone(), claims.1[..ALONE].to_vec());
	let arkworks = Arkworks::new()?;
	// The blob is compiled, and all ways agree that a changed input is refused.
	for method in ["each_with_host_functions", "each_in_wasm", "batch_with_host_functions"] {
		ensure!(blob.call(method, &alone)?.1, "{method} refuses valid proofs");
		ensure!(!blob.call(method, &wrong(&alone))?.1, "{method} accepts a wrong input");
	}
	ensure!(
		!each::<Bls12_381>(&wrong(&alone)) && !arkworks.each(&wrong(&alone))?,
		"a wrong input is accepted"
	);

	let proofs: Vec<_> = claims.1.iter().map(|(_, proof)| proof.clone()).collect();
	let mut figures = Figures::default();
	for _ in 0..repetitions {
		figures.parts.measure(&proofs)?;
		figures.arkworks.0.push(timed(|| arkworks.each(&alone))?);
		figures.native.0.push(timed(|| Ok(each::<Bls12_381>(&alone)))?);
		figures.host.0.push(blob.valid("each_with_host_functions", &alone)?);
		figures.wasm.0.push(blob.valid("each_in_wasm", &alone)?);
		figures.native_batch.0.push(timed(|| Ok(batch::<Bls12_381>(&claims)))?);
		figures.host_batch.0.push(blob.valid("batch_with_host_functions", &claims)?);
	}
	Ok(Some(figures))
}

/// The statement that sales are settled with, which has the most public inputs.
const STATEMENT: StatementId = StatementId::KeyDelivery;

/// A key whose secrets are known: its proofs are as long to check as any, and are made in no time.
fn trapdoor() -> Trapdoor {
	Trapdoor::new(STATEMENT, 1)
}

fn key() -> Result<VerifyingKey<Bls12_381>> {
	trapdoor().key().map_err(|error| anyhow!("{error}"))
}

/// Valid proofs of different inputs.
fn claims(count: usize) -> Result<Claims> {
	let proofs = (0..count)
		.map(|number| {
			let inputs: Vec<Fr> =
				(1..=STATEMENT.public_inputs()).map(|i| -Fr::from((1000 * i + number) as u64)).collect();
			let proof =
				trapdoor().prove::<Bls12_381>(&inputs, number as u64).map_err(|error| anyhow!("{error}"))?;
			Ok((inputs.iter().map(scalar::encode).collect(), proof.to_bytes().to_vec()))
		})
		.collect::<Result<_>>()?;
	Ok((key()?.to_prepared(), proofs))
}

/// The same with another last input of the last proof.
fn wrong(claims: &Claims) -> Claims {
	let mut wrong = claims.clone();
	if let Some(input) = wrong.1.last_mut().and_then(|(inputs, _)| inputs.last_mut()) {
		input[0] ^= 1;
	}
	wrong
}

fn timed(work: impl FnOnce() -> Result<bool>) -> Result<Duration> {
	let start = Instant::now();
	let valid = work()?;
	let took = start.elapsed();
	ensure!(valid, "a valid proof is refused");
	Ok(took)
}

/// Arkworks' own verifier, whose key is prepared before the clock starts.
struct Arkworks(PreparedVerifyingKey<Bls12_381>);

impl Arkworks {
	fn new() -> Result<Self> {
		let key = ark_groth16::VerifyingKey::deserialize_compressed(&key()?.to_bytes()[..])?;
		Ok(Self(prepare_verifying_key(&key)))
	}

	fn each(&self, claims: &Claims) -> Result<bool> {
		for (inputs, proof) in &claims.1 {
			let proof = ark_groth16::Proof::deserialize_uncompressed(&proof[..])?;
			let inputs: Vec<Fr> = inputs
				.iter()
				.map(|bytes| scalar::decode(bytes).context("an input is not canonical"))
				.collect::<Result<_>>()?;
			if !Groth16::<Bls12_381>::verify_proof(&self.0, &proof, &inputs)? {
				return Ok(false);
			}
		}
		Ok(true)
	}
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, report: &mut Report) {
		let host = self.host.each(ALONE);
		let mut lines = Table::new(
			"Checking a proof of a key delivery, from bytes to yes or no",
			&["what", "ms per proof", "÷ runtime alone"],
		);
		let ways = [
			("arkworks, natively, its key prepared before", self.arkworks.each(ALONE)),
			("our code, natively", self.native.each(ALONE)),
			("our code in the runtime: wasm with host functions", host),
			("our code in pure wasm", self.wasm.each(ALONE)),
			("in a batch of 64, in the runtime", self.host_batch.each(BATCH)),
			("in a batch of 64, natively", self.native_batch.each(BATCH)),
		];
		for (what, each) in ways.into_iter().chain(self.parts.each()) {
			lines.row([what.into(), format!("{each:.3}"), format!("{:.2}", each / host)]);
		}
		lines.note(format!(
			"Medians of {} by turns; {ALONE} proofs, or a batch of {BATCH}, in each call of the blob. The proof's points are checked \
			 (curve, subgroup) every way; one thread.",
			self.host.0.len()
		));
		report.add(lines);
		report.at_most(
			"verification in the runtime ÷ native arkworks",
			host / self.arkworks.each(ALONE),
			NATIVE,
		);
		report.at_most("verification in the runtime ÷ pure wasm", host / self.wasm.each(ALONE), PURE);
		report.at_most("verification in a batch of 64 ÷ alone", self.host_batch.each(BATCH) / host, SHARE);
	}
}
