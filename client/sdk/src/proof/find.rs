//! Finding the proof of an order's delivery.

use super::{
	block::REMEMBERED,
	document::{named, Origin, ProofDocument, VERSION},
};
use crate::{
	chain::{At, Chain},
	error::SdkError,
	types::{DataOrderView, DeliveryView, OrderId, OrderView, ProofKeyView},
	Digest,
};
use futures::{future::BoxFuture, FutureExt};
use souk_circuits::Proof;
use souk_custody::format_account;
use souk_proof_primitives::{
	context::ProofContext,
	groth16::{verify, VerifyingKey},
	proof_id::proof_id,
	public_inputs::scalars_of,
	scalar,
	statements::{Era, StatementId},
};
use subxt::ext::scale_value::{scale::decode_as_type, Composite, Primitive, Value, ValueDef};

const STATEMENT: StatementId = StatementId::KeyDelivery;

/// A transaction that posted an order's key.
struct Posted {
	index: usize,
	extrinsic: Digest,
	proof: Vec<u8>,
}

impl Chain {
	/// The proof of an order's delivery, from the block that has it; checked here against the key that is registered on chain.
	/// `block` is the block's hash, where the chain has forgotten it: nothing of what is found there is believed unchecked.
	///
	/// Errors: [`SdkError::OrderNotFound`]; [`SdkError::NoProof`] with the reason; [`SdkError::Read`].
	pub fn delivery_proof(
		&self,
		order: OrderId,
		block: Option<Digest>,
	) -> BoxFuture<'_, Result<ProofDocument, SdkError>> {
		self.finding(order, block).boxed()
	}

	async fn finding(&self, id: OrderId, block: Option<Digest>) -> Result<ProofDocument, SdkError> {
		let missing = |reason: String| SdkError::NoProof { order: id, reason };
		let view = self.latest().await?;
		let order = view.order(id).await?.ok_or(SdkError::OrderNotFound { order: id })?;
		let data = order.data.ok_or_else(|| {
			missing(
				"it is not for a dataset; work and goods are confirmed, and nothing is proved of them".into(),
			)
		})?;
		let Some((delivery, number)) = data.delivery.zip(order.delivered_at) else {
			return Err(missing("its key was not delivered yet".into()));
		};
		let key = view.proof_key(STATEMENT.code(), delivery.era).await?;
		let key =
			key.ok_or_else(|| missing(format!("the chain has no verifying key of era {}", delivery.era)))?;
		let known = match block {
			Some(hash) => Some(hash),
			None => self.block_hash(&view, number).await?,
		};
		let block_hash = known.ok_or_else(|| {
			missing(format!(
				"it stands in block {number}, and the chain remembers the hashes of its last {REMEMBERED} blocks only; ask a node or a \
				 block explorer for the hash of that one (chain_getBlockHash), and name it"
			))
		})?;
		let body = self.body_of(block_hash, number).await?;
		if body.number != number {
			return Err(missing(format!(
				"it stands in block {number}, and the hash that was named is that of block {}",
				body.number
			)));
		}
		let at = self.client_at(view.block()?).await?;
		let inputs = inputs_of(&order, &data, &delivery, self.genesis());
		let posted = posted(at, &body.extrinsics, &delivery).await?;
		let proved = posted.into_iter().find(|posted| proves(&key, &inputs, &posted.proof));
		let Posted { index, extrinsic, proof } = proved.ok_or_else(|| {
			missing(format!("no transaction of block {number} posts its key with a proof that holds"))
		})?;
		let id = proof_id(STATEMENT, Era(delivery.era), &inputs);
		if id != delivery.proof_id {
			return Err(SdkError::Incompatible {
				what: format!("the proof of order {}", order.id),
				reason: "what the chain calls it is not what it is called here".into(),
			});
		}
		Ok(ProofDocument {
			version: VERSION,
			statement: STATEMENT.code(),
			name: STATEMENT.name().into(),
			era: delivery.era,
			key_id: key.id,
			proof_id: id,
			origin: Origin {
				genesis: self.genesis(),
				listing: order.listing,
				order: order.id,
				by: format_account(&delivery.by),
				block: number,
				block_hash,
				index: u32::try_from(index).unwrap_or(u32::MAX),
				extrinsic,
			},
			inputs: named(&inputs),
			proof,
		})
	}
}

/// The public inputs of a delivery, as the chain made them: encoded scalars, one after the other.
fn inputs_of(order: &OrderView, data: &DataOrderView, delivery: &DeliveryView, genesis: Digest) -> Vec<u8> {
	let context = ProofContext {
		genesis,
		statement: STATEMENT,
		era: Era(delivery.era),
		listing: order.listing,
		order: order.id,
	};
	let context = scalar::encode(&context.scalar());
	[&data.key_commitment[..], &data.buyer_key, &delivery.ephemeral, &delivery.ciphertext, &context].concat()
}

/// Whether a proof holds under a key that is registered.
fn proves(key: &ProofKeyView, inputs: &[u8], proof: &[u8]) -> bool {
	let Ok(scalars) = scalars_of(STATEMENT, inputs) else { return false };
	let Ok(proof) = Proof::from_bytes(proof) else { return false };
	VerifyingKey::from_bytes(STATEMENT, &key.key).is_ok_and(|key| verify(&key, &scalars, &proof).is_ok())
}

/// The transactions among these that post this key, whatever became of them.
async fn posted(at: &At, extrinsics: &[Vec<u8>], delivery: &DeliveryView) -> Result<Vec<Posted>, SdkError> {
	let incompatible =
		|reason: String| SdkError::Incompatible { what: "the transaction of a delivery".into(), reason };
	let mut posted = Vec::new();
	for (index, bytes) in extrinsics.iter().enumerate() {
		// Most have nothing to do with it, and need not be understood.
		if !bytes.windows(delivery.ephemeral.len()).any(|window| window == delivery.ephemeral) {
			continue;
		}
		for extrinsic in at.extrinsics().from_bytes(vec![bytes.clone()]).await.iter() {
			let extrinsic = extrinsic.map_err(|error| incompatible(error.to_string()))?;
			let mut proofs = Vec::new();
			for field in extrinsic.iter_call_data_fields() {
				let value = decode_as_type(&mut field.bytes(), field.type_id(), at.metadata_ref().types())
					.map_err(|error| incompatible(error.to_string()))?;
				proofs_in(&value, delivery, &mut proofs);
			}
			let extrinsic = extrinsic.hash().0;
			posted.extend(proofs.into_iter().map(|proof| Posted { index, extrinsic, proof }));
		}
	}
	Ok(posted)
}

/// The proofs of all deliveries of a key in a call's arguments: a single delivery, one of a batch, or one within calls that carry others.
fn proofs_in<T>(value: &Value<T>, delivery: &DeliveryView, found: &mut Vec<Vec<u8>>) {
	let fields = match &value.value {
		ValueDef::Composite(fields) => fields,
		ValueDef::Variant(variant) => &variant.values,
		ValueDef::Primitive(_) | ValueDef::BitSequence(_) => return,
	};
	match proof_of(fields, delivery) {
		Some(proof) => found.push(proof),
		None => fields.values().for_each(|field| proofs_in(field, delivery, found)),
	}
}

fn proof_of<T>(fields: &Composite<T>, delivery: &DeliveryView) -> Option<Vec<u8>> {
	let Composite::Named(fields) = fields else { return None };
	let field = |wanted: &str| {
		let (_, value) = fields.iter().find(|(name, _)| name == wanted)?;
		let mut bytes = Vec::new();
		flatten(value, &mut bytes);
		Some(bytes)
	};
	let same = field("ephemeral")? == delivery.ephemeral && field("ciphertext")? == delivery.ciphertext;
	same.then(|| field("proof"))?
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
	use crate::{
		calls,
		types::{KeyDelivery, ProofKeyView},
	};

	fn view(of: &KeyDelivery) -> DeliveryView {
		let KeyDelivery { era, ephemeral, ciphertext, .. } = *of;
		DeliveryView { by: [9; 32], era, ephemeral, ciphertext, proof_id: [6; 32] }
	}

	fn delivery(number: u8) -> KeyDelivery {
		KeyDelivery { era: 0, ephemeral: [number; 64], ciphertext: [number; 32], proof: vec![number; 384] }
	}

	#[test]
	fn a_delivery_is_found_alone_in_a_batch_and_within_other_calls() {
		let [first, second] = [delivery(1), delivery(2)];
		let alone = calls::deliver(7, &second);
		let batch = calls::deliver_batch(&[(6, first.clone()), (7, second.clone())]);
		let within = calls::batch_all(vec![calls::cancel(1), batch.clone()]);
		let twice = calls::batch_all(vec![alone.clone(), calls::batch_all(vec![batch.clone()])]);
		for (call, times) in [(alone, 1), (batch, 1), (within, 1), (twice, 2)] {
			let name = call.to_string();
			let mut found = Vec::new();
			proofs_in(&call.payload().into_value(), &view(&second), &mut found);
			assert_eq!(found, vec![second.proof.clone(); times], "{name}");
		}
	}

	#[test]
	fn another_key_is_not_taken_for_it() {
		let posted = calls::batch_all(vec![calls::deliver(7, &delivery(1))]).payload().into_value();
		for other in [
			KeyDelivery { ephemeral: [3; 64], ..delivery(1) },
			KeyDelivery { ciphertext: [3; 32], ..delivery(1) },
		] {
			let mut found = Vec::new();
			proofs_in(&posted, &view(&other), &mut found);
			assert!(found.is_empty());
		}
	}

	/// The frozen proof of a delivery: its key, its public inputs, its bytes.
	fn frozen() -> (ProofKeyView, Vec<u8>, Vec<u8>) {
		let vectors: serde_json::Value =
			serde_json::from_str(include_str!("../../../../tests/vectors/proofs.json")).unwrap();
		let bytes = |name: &str| hex::decode(vectors["key_delivery"][name].as_str().unwrap()).unwrap();
		let key =
			ProofKeyView { key: bytes("verifying_key"), ..crate::purchase::played::key_view(0, [1; 32]) };
		(key, bytes("public_inputs"), bytes("proof"))
	}

	#[test]
	fn only_a_proof_that_holds_is_taken() {
		let (key, inputs, proof) = frozen();
		assert!(proves(&key, &inputs, &proof));
		let changed = |bytes: &[u8], at: usize| {
			let mut bytes = bytes.to_vec();
			bytes[at] ^= 1;
			bytes
		};
		assert!(!proves(&key, &inputs, &changed(&proof, 100)), "another proof");
		assert!(!proves(&key, &inputs, &proof[1..]), "a byte less");
		assert!(!proves(&key, &changed(&inputs, 6 * 32), &proof), "another context");
		let other = ProofKeyView { key: changed(&key.key, 60), ..key };
		assert!(!proves(&other, &inputs, &proof), "another key");
	}
}
