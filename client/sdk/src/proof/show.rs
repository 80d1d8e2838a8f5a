//! Showing the chain a proof.

use super::ProofDocument;
use crate::{calls, chain::Chain, error::SdkError, Digest};
use futures::{future::BoxFuture, FutureExt};
use souk_custody::Account;

/// Most bytes of public inputs, and of a proof, that the chain's call has room for.
const ROOM: usize = 512;

/// What the chain said of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
	/// The block in which it said so.
	pub block: u32,
	/// What it cost, in planck: as much whatever it said.
	pub fee: u128,
	/// What it said.
	pub verdict: Verdict,
}

/// Whether a proof is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// It is.
	Valid {
		/// Name of what is proved.
		proof_id: Digest,
		/// The transaction that says so.
		extrinsic: Digest,
	},
	/// It is not.
	Refused {
		/// The name of the error, e.g. `ProofNotOnCurve`.
		error: String,
		/// The rule that is broken, in the chain's words.
		rule: String,
	},
}

impl Chain {
	/// Has the chain check a proof. That it is refused is an answer, and no error.
	///
	/// Errors: [`SdkError::Invalid`] for more bytes than the call has room for; those of [`Chain::submit`] but for what the proof is
	/// refused for.
	pub fn show_proof<'a>(
		&'a self,
		account: &'a Account,
		document: &ProofDocument,
	) -> BoxFuture<'a, Result<Shown, SdkError>> {
		let (statement, era) = (document.statement, document.era);
		let (inputs, proof) = (document.input_bytes(), document.proof.clone());
		async move {
			let call = calls::verify_proof(statement, era, &inputs, &proof);
			for (what, bytes) in [("public inputs", &inputs), ("the proof", &proof)] {
				if bytes.len() > ROOM {
					let reason = format!(
						"it has room for {ROOM} bytes of {what}, and there are {}; nothing was sent",
						bytes.len()
					);
					return Err(SdkError::Invalid { call: call.to_string(), reason });
				}
			}
			match self.submit(account, call).await {
				Ok(included) => {
					let id =
						included.field("Proofs", "Verified", "proof_id").and_then(|id| digest(id.as_str()?));
					let proof_id = id.ok_or_else(|| SdkError::Incompatible {
						what: "what was verified".into(),
						reason: format!("block {} does not name it", included.block),
					})?;
					let verdict = Verdict::Valid { proof_id, extrinsic: included.extrinsic_hash };
					Ok(Shown { block: included.block, fee: included.fee, verdict })
				}
				Err(SdkError::Dispatch { pallet, error, sentence, block, fee, .. }) if pallet == "Proofs" => {
					Ok(Shown { block, fee, verdict: Verdict::Refused { error, rule: sentence } })
				}
				Err(error) => Err(error),
			}
		}
		.boxed()
	}
}

fn digest(text: &str) -> Option<Digest> {
	hex::decode(text.strip_prefix("0x")?).ok()?.try_into().ok()
}
