//! When a block was made: from its state while the light client can read that, else from the transaction in it that says so.
//!
//! The chain's state has the hashes of some thousand past blocks, whoever is connected has their transactions, and the light client compares
//! those with the hash. What is older than that, nobody can show to a light client.

use crate::{
	chain::{At, Chain},
	error::SdkError,
};
use subxt::ext::scale_value::{scale::decode_as_type, Primitive, Value, ValueDef};

impl Chain {
	/// When a finalised block was made, in milliseconds since 1970; `None` where that cannot be read any more.
	///
	/// Errors: [`SdkError::Read`] where the newest block cannot be read; [`SdkError::Stopped`].
	pub async fn time_of_block(&self, number: u32) -> Result<Option<u64>, SdkError> {
		if let Some(head) = self.readable(number) {
			match self.at(head).time().await {
				Ok(time) => return Ok(Some(time)),
				// It was the oldest that could be read, and is not any more.
				Err(SdkError::HeadGone { .. }) => {}
				Err(error) => return Err(error),
			}
		}
		let view = self.latest().await?;
		let Some(hash) = self.block_hash(&view, number).await? else { return Ok(None) };
		let body = match self.body_of(hash, number).await {
			Ok(body) => body,
			// Nobody who is connected keeps so old a block, or none answered.
			Err(SdkError::Read { .. }) => return Ok(None),
			Err(error) => return Err(error),
		};
		let at = self.client_at(view.block()?).await?;
		Ok(said_in(at, &body.extrinsics).await)
	}
}

/// What the transactions of a block say of its time: the first that sets it, for there is one.
async fn said_in(at: &At, extrinsics: &[Vec<u8>]) -> Option<u64> {
	for bytes in extrinsics {
		for extrinsic in at.extrinsics().from_bytes(vec![bytes.clone()]).await.iter() {
			// What cannot be decoded is something else.
			let Ok(extrinsic) = extrinsic else { continue };
			if (extrinsic.pallet_name(), extrinsic.call_name()) != ("Timestamp", "set") {
				continue;
			}
			let now = extrinsic.iter_call_data_fields().next()?;
			let value = decode_as_type(&mut now.bytes(), now.type_id(), at.metadata_ref().types()).ok()?;
			return number_in(&value);
		}
	}
	None
}

/// A number, however it is wrapped.
fn number_in<T>(value: &Value<T>) -> Option<u64> {
	match &value.value {
		ValueDef::Primitive(Primitive::U128(number)) => u64::try_from(*number).ok(),
		ValueDef::Composite(fields) => number_in(fields.values().next()?),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_number_is_read_however_it_is_wrapped() {
		let number = Value::u128(1_795_907_400_000);
		assert_eq!(number_in(&number), Some(1_795_907_400_000));
		assert_eq!(number_in(&Value::unnamed_composite([number])), Some(1_795_907_400_000));
		assert_eq!(number_in(&Value::u128(u128::MAX)), None);
		assert_eq!(number_in(&Value::string("1795907400000")), None);
	}
}
