//! Answers to asks: fetched out of the block that has them, and bundles shown to the chain.
//!
//! The chain keeps of an answer who proved it, when, and its name. The bundle stands in the transaction that brought it; it is believed
//! because it has that name, and checked here once more.

use crate::{
	calls,
	chain::{At, Chain},
	error::SdkError,
	proof::block::REMEMBERED,
	proved::{bundle_hash, Anchor},
	types::{AskView, ListingId, Period},
	Digest,
};
use futures::{future::BoxFuture, FutureExt};
use souk_custody::Account;
use souk_table_proofs::{Bundle, MAX_BUNDLE_BYTES};
use subxt::ext::scale_value::{scale::decode_as_type, Composite, Primitive, Value, ValueDef};

/// What the chain said of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBundle {
	/// The block in which it said so.
	pub block: u32,
	/// What it cost, in planck.
	pub fee: u128,
	/// What it said.
	pub verdict: BundleVerdict,
}

/// Whether a bundle holds, in the chain's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleVerdict {
	/// It does.
	Proved {
		/// Name of the bundle.
		bundle_hash: Digest,
		/// Name of its answer.
		answer_hash: Digest,
		/// The transaction that says so.
		extrinsic: Digest,
	},
	/// It does not.
	Refused {
		/// The name of the error, e.g. `ProofNotValid`.
		error: String,
		/// The rule that is broken, in the chain's words.
		rule: String,
	},
}

impl Chain {
	/// The bundle that answers an ask, out of the block that has it, checked here as well.
	///
	/// Errors: [`SdkError::NoAnswer`] with the reason; [`SdkError::Read`].
	pub fn ask_answer<'a>(&'a self, ask: &'a AskView) -> BoxFuture<'a, Result<Bundle, SdkError>> {
		self.answering(ask).boxed()
	}

	async fn answering(&self, ask: &AskView) -> Result<Bundle, SdkError> {
		let missing = |reason: String| SdkError::NoAnswer { ask: ask.id, reason };
		let verdict = ask.verdict.ok_or_else(|| missing("nobody has proved one".into()))?;
		let number = verdict.at;
		let view = self.latest().await?;
		let hash = self.block_hash(&view, number).await?.ok_or_else(|| {
			missing(format!(
				"it stands in block {number}, and the chain remembers the hashes of its last {REMEMBERED} blocks only"
			))
		})?;
		let body = self.body_of(hash, number).await?;
		let at = self.client_at(view.block()?).await?;
		let bytes = posted(at, &body.extrinsics, verdict.bundle_hash).await;
		let bytes =
			bytes.ok_or_else(|| missing(format!("no transaction of block {number} has its bundle")))?;
		Anchor::of_ask(self.genesis(), ask)
			.check_answer(&bytes, ask)
			.map_err(|why| missing(format!("the one that the chain has taken does not hold here: {why}")))
	}

	/// Has the chain check a bundle over the snapshot of a period. That it is refused is an answer, and no error.
	///
	/// Errors: [`SdkError::Invalid`] for more bytes than any bundle has; those of [`Chain::submit`] but for what the bundle is refused
	/// for.
	pub fn check_bundle<'a>(
		&'a self,
		account: &'a Account,
		listing: ListingId,
		period: Period,
		bundle: Vec<u8>,
	) -> BoxFuture<'a, Result<CheckedBundle, SdkError>> {
		async move {
			let call = calls::asks_check(listing, period, &bundle);
			if bundle.len() > MAX_BUNDLE_BYTES {
				let reason = format!(
					"a bundle has {MAX_BUNDLE_BYTES} bytes at most, and this one {}; nothing was sent",
					bundle.len()
				);
				return Err(SdkError::Invalid { call: call.to_string(), reason });
			}
			match self.submit(account, call).await {
				Ok(included) => {
					let name = |field: &str| {
						let found =
							included.field("Asks", "Checked", field).and_then(|name| digest(name.as_str()?));
						found.ok_or_else(|| SdkError::Incompatible {
							what: "what was checked".into(),
							reason: format!("block {} does not name it", included.block),
						})
					};
					let verdict = BundleVerdict::Proved {
						bundle_hash: name("bundle_hash")?,
						answer_hash: name("answer_hash")?,
						extrinsic: included.extrinsic_hash,
					};
					Ok(CheckedBundle { block: included.block, fee: included.fee, verdict })
				}
				Err(SdkError::Dispatch { pallet, error, sentence, block, fee, .. }) if pallet == "Asks" => {
					Ok(CheckedBundle {
						block,
						fee,
						verdict: BundleVerdict::Refused { error, rule: sentence },
					})
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

/// The bundle of this name among the transactions' arguments. What cannot be understood is somebody else's.
async fn posted(at: &At, extrinsics: &[Vec<u8>], name: Digest) -> Option<Vec<u8>> {
	for bytes in extrinsics {
		for extrinsic in at.extrinsics().from_bytes(vec![bytes.clone()]).await.iter().flatten() {
			for field in extrinsic.iter_call_data_fields() {
				let types = at.metadata_ref().types();
				let Ok(value) = decode_as_type(&mut field.bytes(), field.type_id(), types) else { continue };
				if let Some(found) = bundle_in(field.name(), &value, name) {
					return Some(found);
				}
			}
		}
	}
	None
}

/// The bundle of a name in an argument: the argument itself, or one of calls that are within it.
fn bundle_in<T>(field: &str, value: &Value<T>, name: Digest) -> Option<Vec<u8>> {
	if field == "bundle" {
		let mut bytes = Vec::new();
		flatten(value, &mut bytes);
		return (bundle_hash(&bytes) == name).then_some(bytes);
	}
	let fields = match &value.value {
		ValueDef::Composite(fields) => fields,
		ValueDef::Variant(variant) => &variant.values,
		ValueDef::Primitive(_) | ValueDef::BitSequence(_) => return None,
	};
	match fields {
		Composite::Named(fields) => fields.iter().find_map(|(field, value)| bundle_in(field, value, name)),
		Composite::Unnamed(values) => values.iter().find_map(|value| bundle_in("", value, name)),
	}
}

/// The bytes of a list of bytes, however it is wrapped.
fn flatten<T>(value: &Value<T>, bytes: &mut Vec<u8>) {
	match &value.value {
		ValueDef::Composite(list) => list.values().for_each(|value| flatten(value, bytes)),
		ValueDef::Primitive(Primitive::U128(byte)) => bytes.extend(u8::try_from(*byte).ok()),
		_ => {}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_bundle_is_found_alone_and_within_other_calls() {
		let (first, second) = (vec![1; 900], vec![2; 900]);
		let answer = |bundle: &Vec<u8>| calls::asks_answer(3, bundle.clone());
		let alone = answer(&second);
		let among = calls::batch_all(vec![answer(&first), calls::asks_withdraw(1), answer(&second)]);
		let within = calls::batch_all(vec![calls::batch_all(vec![calls::asks_check(1, 2, &second)])]);
		for call in [alone, among, within] {
			let name = call.to_string();
			let value = call.payload().into_value();
			assert_eq!(bundle_in("", &value, bundle_hash(&second)).as_ref(), Some(&second), "{name}");
			assert_eq!(bundle_in("", &value, bundle_hash(&[3; 900])), None, "{name}");
		}
	}
}
