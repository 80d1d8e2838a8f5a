//! Proofs.

use super::{value, Call};

/// Has the chain check a proof of a statement, by its code. `inputs` are the canonical bytes of the public inputs. The fee is paid
/// whatever comes of it.
pub fn verify_proof(statement: u8, era: u32, inputs: &[u8], proof: &[u8]) -> Call {
	let arguments = vec![
		("statement", value::number(statement)),
		("era", value::number(era)),
		("inputs", value::bytes(inputs)),
		("proof", value::bytes(proof)),
	];
	Call::new("Proofs", "verify", arguments)
}
