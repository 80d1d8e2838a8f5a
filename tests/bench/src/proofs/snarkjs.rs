//! snarkjs in a process of its own, which proves when it is told to. It is not part of the build: whoever wants to compare installs it
//! (`npm --prefix tests/bench/snarkjs ci`).

use super::proving::Circuit;
use anyhow::{bail, ensure, Context, Result};
use ark_bls12_381::Fr;
use ark_ff::{BigInteger, PrimeField};
use souk_proof_primitives::scalar;
use souk_scenarios::repository;
use std::{
	fs,
	io::{BufRead, BufReader, Write},
	path::Path,
	process::{Child, ChildStdin, ChildStdout, Command, Stdio},
	time::Duration,
};

/// A snarkjs that has proved once.
pub struct Snarkjs {
	process: Child,
	orders: ChildStdin,
	answers: BufReader<ChildStdout>,
}

impl Snarkjs {
	/// Starts it with a circuit and its wires, and waits until it has keys (minutes, the first time). The inner error says why it cannot
	/// be had here.
	pub fn start(dir: &Path, circuit: &Circuit, say: fn(&str)) -> Result<Result<Self, String>> {
		let place = repository().join("tests/bench/snarkjs");
		if Command::new("node").arg("--version").output().map_or(true, |output| !output.status.success()) {
			return Ok(Err("there is no node".into()));
		}
		if !place.join("node_modules/snarkjs").is_dir() {
			return Ok(Err("it is not installed (npm --prefix tests/bench/snarkjs ci)".into()));
		}
		say("snarkjs gets ready");
		let files = [dir.join("key-delivery.r1cs"), dir.join("key-delivery.wtns")];
		fs::write(&files[0], r1cs(circuit))?;
		fs::write(&files[1], wtns(circuit))?;
		let mut process = Command::new("node")
			.arg(place.join("prove.mjs"))
			.args(&files)
			.arg(place.join("node_modules/.cache/souk"))
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()?;
		let piped = "its input and output are pipes";
		let orders = process.stdin.take().expect(piped);
		let answers = BufReader::new(process.stdout.take().expect(piped));
		let mut started = Self { process, orders, answers };
		let ready = started.line()?;
		ensure!(ready == "ready", "snarkjs says {ready:?}");
		Ok(Ok(started))
	}

	/// Makes a proof, and says how long it took.
	pub fn prove(&mut self) -> Result<Duration> {
		writeln!(self.orders)?;
		let took = self.line()?;
		let milliseconds: f64 = took.parse().with_context(|| format!("snarkjs says {took:?}"))?;
		Ok(Duration::from_secs_f64(milliseconds / 1e3))
	}

	fn line(&mut self) -> Result<String> {
		let mut line = String::new();
		if self.answers.read_line(&mut line)? == 0 {
			bail!("snarkjs has ended: {}", self.process.wait()?);
		}
		Ok(line.trim().into())
	}
}

impl Drop for Snarkjs {
	fn drop(&mut self) {
		// It may have ended already.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// Bytes of a field element.
const FIELD: u32 = 32;

/// A file of numbered sections, as iden3's formats are.
fn file(magic: &[u8; 4], version: u32, sections: &[Vec<u8>]) -> Vec<u8> {
	let mut bytes = magic.to_vec();
	bytes.extend(version.to_le_bytes());
	bytes.extend((sections.len() as u32).to_le_bytes());
	for (number, section) in (1u32..).zip(sections) {
		bytes.extend(number.to_le_bytes());
		bytes.extend((section.len() as u64).to_le_bytes());
		bytes.extend(section);
	}
	bytes
}

fn modulus() -> Vec<u8> {
	Fr::MODULUS.to_bytes_le()
}

/// The circuit in the format of iden3 (<https://github.com/iden3/r1csfile>).
fn r1cs(circuit: &Circuit) -> Vec<u8> {
	let (wires, public) = (circuit.wires.len() as u32, circuit.public as u32 - 1);
	let mut header = FIELD.to_le_bytes().to_vec();
	header.extend(modulus());
	// Wires; outputs, public and private inputs among them; labels; constraints.
	for count in [wires, 0, public, wires - 1 - public] {
		header.extend(count.to_le_bytes());
	}
	header.extend(u64::from(wires).to_le_bytes());
	header.extend((circuit.constraints() as u32).to_le_bytes());

	let mut constraints = Vec::new();
	for row in 0..circuit.constraints() {
		for matrix in &circuit.matrices {
			constraints.extend((matrix[row].len() as u32).to_le_bytes());
			for (coefficient, wire) in &matrix[row] {
				constraints.extend((*wire as u32).to_le_bytes());
				constraints.extend(scalar::encode(coefficient));
			}
		}
	}
	let labels = (0..u64::from(wires)).flat_map(u64::to_le_bytes).collect();
	file(b"r1cs", 1, &[header, constraints, labels])
}

/// The wires in the format of iden3.
fn wtns(circuit: &Circuit) -> Vec<u8> {
	let mut header = FIELD.to_le_bytes().to_vec();
	header.extend(modulus());
	header.extend((circuit.wires.len() as u32).to_le_bytes());
	file(b"wtns", 2, &[header, circuit.wires.iter().flat_map(scalar::encode).collect()])
}
