//! Events of one transaction as JSON, and what made it fail.

use crate::{config::SoukConfig, error::SdkError, submit::EventRecord};
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive};
use serde_json::{json, Map, Value as Json};
use souk_custody::format_account;
use subxt::{
	error::DispatchError,
	events::{Event, Events, Phase},
	ext::{
		scale_decode::Field,
		scale_value::{scale::decode_as_fields, Composite, Primitive, Value, ValueDef},
	},
	ArcMetadata, Metadata,
};

/// What one transaction did.
pub(crate) struct Read {
	pub records: Vec<EventRecord>,
	/// In planck.
	pub fee: u128,
	/// The encoded error, where it failed.
	failed: Option<Vec<u8>>,
}

/// An error of a call, by its names.
pub(crate) struct FailedCall {
	pub pallet: String,
	pub error: String,
	pub sentence: String,
}

/// Reads the events of the transaction at `index` of a block.
pub(crate) fn of_extrinsic(
	events: &Events<SoukConfig>,
	index: usize,
	metadata: &Metadata,
) -> Result<Read, SdkError> {
	let mut read = Read { records: Vec::new(), fee: 0, failed: None };
	for event in events.iter() {
		let event = event.map_err(|e| incompatible("an event", e))?;
		let ours = matches!(event.phase(), Phase::ApplyExtrinsic(at) if usize::try_from(at) == Ok(index));
		if !ours {
			continue;
		}
		let fields = fields(&event, metadata)?;
		match (event.pallet_name(), event.event_name()) {
			("System", "ExtrinsicFailed") => read.failed = Some(event.field_bytes().to_vec()),
			("TransactionPayment", "TransactionFeePaid") => {
				read.fee = fields["actual_fee"].as_str().and_then(|fee| fee.parse().ok()).unwrap_or(0);
			}
			_ => {}
		}
		let (pallet, name) = (event.pallet_name().to_owned(), event.event_name().to_owned());
		read.records.push(EventRecord { pallet, name, fields });
	}
	Ok(read)
}

impl Read {
	/// Why the call failed, if it did.
	pub fn failure(&self, metadata: ArcMetadata) -> Result<Option<FailedCall>, SdkError> {
		let Some(bytes) = &self.failed else { return Ok(None) };
		let error = DispatchError::decode_from(bytes.clone(), metadata)
			.map_err(|e| incompatible("the error of a call", e))?;
		Ok(Some(describe(&error)))
	}
}

fn describe(error: &DispatchError) -> FailedCall {
	if let DispatchError::Module(module) = error {
		if let Ok(details) = module.details() {
			let sentence =
				details.variant.docs.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
			let sentence = sentence.collect::<Vec<_>>().join(" ");
			return FailedCall {
				pallet: details.pallet.name().into(),
				error: details.variant.name.clone(),
				sentence: sentence.trim_end_matches('.').into(),
			};
		}
	}
	let name = format!("{error:?}");
	let name = name.split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
	let error_text = error.to_string();
	FailedCall { pallet: "Runtime".into(), error: name, sentence: error_text.trim_end_matches('.').into() }
}

fn fields(event: &Event<'_, SoukConfig>, metadata: &Metadata) -> Result<Json, SdkError> {
	let variant = metadata
		.pallet_by_event_index(event.pallet_index())
		.and_then(|pallet| pallet.event_variant_by_index(event.event_index()))
		.ok_or_else(|| incompatible("an event", "the runtime's metadata does not have it"))?;
	let mut expected = variant.fields.iter().map(|field| Field::new(field.ty.id, field.name.as_deref()));
	let composite = decode_as_fields(&mut event.field_bytes(), &mut expected, metadata.types())
		.map_err(|e| incompatible("an event", e))?;
	Ok(composite_json(&composite, metadata.types()))
}

fn incompatible(what: &str, reason: impl ToString) -> SdkError {
	SdkError::Incompatible { what: what.into(), reason: reason.to_string() }
}

fn composite_json(composite: &Composite<u32>, types: &PortableRegistry) -> Json {
	match composite {
		Composite::Named(fields) => {
			Json::Object(fields.iter().map(|(name, value)| (name.clone(), json_of(value, types))).collect())
		}
		Composite::Unnamed(values) => match values.as_slice() {
			[only] => json_of(only, types),
			several => Json::Array(several.iter().map(|value| json_of(value, types)).collect()),
		},
	}
}

fn json_of(value: &Value<u32>, types: &PortableRegistry) -> Json {
	let ty = types.resolve(value.context);
	match &value.value {
		ValueDef::Composite(composite) => {
			let of_bytes = match ty.map(|ty| &ty.type_def) {
				Some(TypeDef::Sequence(of)) => is_byte(of.type_param.id, types),
				Some(TypeDef::Array(of)) => is_byte(of.type_param.id, types),
				_ => false,
			};
			if of_bytes {
				return json!(format!("0x{}", hex::encode(bytes_of(composite))));
			}
			if ty.is_some_and(|ty| ty.path.ident().as_deref() == Some("AccountId32")) {
				if let Some(account) = account_of(composite) {
					return json!(format_account(&account));
				}
			}
			// A list of one stays a list; a wrapper around one value is that value.
			let list = matches!(ty.map(|ty| &ty.type_def), Some(TypeDef::Sequence(_) | TypeDef::Array(_)));
			match composite {
				Composite::Unnamed(values) if list => {
					Json::Array(values.iter().map(|value| json_of(value, types)).collect())
				}
				_ => composite_json(composite, types),
			}
		}
		ValueDef::Variant(variant) => match variant.values.is_empty() {
			true => json!(variant.name),
			false => {
				let mut object = Map::new();
				object.insert(variant.name.clone(), composite_json(&variant.values, types));
				Json::Object(object)
			}
		},
		ValueDef::BitSequence(bits) => {
			json!(bits.iter().map(|bit| if bit { '1' } else { '0' }).collect::<String>())
		}
		ValueDef::Primitive(primitive) => {
			let wide = ty
				.is_some_and(|ty| matches!(&ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U128)))
				|| ty.is_some_and(|ty| matches!(&ty.type_def, TypeDef::Compact(_)));
			primitive_json(primitive, wide)
		}
	}
}

fn primitive_json(primitive: &Primitive, wide: bool) -> Json {
	match primitive {
		Primitive::Bool(bool) => json!(bool),
		Primitive::Char(char) => json!(char.to_string()),
		Primitive::String(string) => json!(string),
		// Balances are text whatever their size, so that a reader meets one kind of value.
		Primitive::U128(number) => match u64::try_from(*number) {
			Ok(number) if !wide => json!(number),
			_ => json!(number.to_string()),
		},
		Primitive::I128(number) => match i64::try_from(*number) {
			Ok(number) if !wide => json!(number),
			_ => json!(number.to_string()),
		},
		Primitive::U256(bytes) | Primitive::I256(bytes) => json!(format!("0x{}", hex::encode(bytes))),
	}
}

fn is_byte(id: u32, types: &PortableRegistry) -> bool {
	types.resolve(id).is_some_and(|ty| matches!(&ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U8)))
}

fn bytes_of(composite: &Composite<u32>) -> Vec<u8> {
	composite.values().filter_map(|value| value.as_u128().and_then(|byte| u8::try_from(byte).ok())).collect()
}

fn account_of(composite: &Composite<u32>) -> Option<[u8; 32]> {
	let inner = composite.values().next()?;
	match &inner.value {
		ValueDef::Composite(bytes) => bytes_of(bytes).try_into().ok(),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{MetaType, Registry, TypeInfo};
	use subxt::ext::scale_value::scale::decode_as_type;

	/// Known by its name, as in every runtime.
	#[derive(Encode, TypeInfo)]
	struct AccountId32([u8; 32]);

	#[derive(Encode, TypeInfo)]
	struct Permill(u32);

	#[derive(Encode, TypeInfo)]
	enum Asset {
		Native,
		WithId(u32),
		Priced { amount: u128 },
	}

	#[derive(Encode, TypeInfo)]
	struct Everything {
		who: AccountId32,
		amount: u128,
		assets: Vec<Asset>,
		root: [u8; 4],
		text: Vec<u8>,
		numbers: Vec<u32>,
		one: Vec<u32>,
		pair: (u8, bool),
		share: Permill,
		nothing: Option<u32>,
	}

	#[test]
	fn values_read_as_people_expect_them() {
		let value = Everything {
			who: AccountId32([7; 32]),
			amount: 5,
			assets: vec![Asset::Native, Asset::WithId(1), Asset::Priced { amount: u128::MAX }],
			root: [1, 2, 3, 4],
			text: b"ab".to_vec(),
			numbers: vec![1, 2],
			one: vec![1],
			pair: (9, true),
			share: Permill(100),
			nothing: None,
		};
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<Everything>()).id;
		let types: PortableRegistry = registry.into();
		let decoded = decode_as_type(&mut &value.encode()[..], id, &types).unwrap();
		let expected = json!({
			"who": format_account(&[7; 32]),
			"amount": "5",
			"assets": ["Native", { "WithId": 1 }, { "Priced": { "amount": u128::MAX.to_string() } }],
			"root": "0x01020304",
			"text": "0x6162",
			"numbers": [1, 2],
			"one": [1],
			"pair": [9, true],
			"share": 100,
			"nothing": "None",
		});
		assert_eq!(json_of(&decoded, &types), expected);
	}
}
