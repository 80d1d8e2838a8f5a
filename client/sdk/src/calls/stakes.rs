//! Offences: challenges that are answered, downtimes, and reports.

use super::{value, Call};
use crate::{types::ListingId, Digest};
use souk_proof_primitives::{merkle::Path, piece::Piece};
use subxt::ext::scale_value::Value;

/// Announces a report by [`announcement`](souk_proof_primitives::evidence::announcement), at least one block before it is made.
pub fn stakes_announce_report(hash: Digest) -> Call {
	Call::new("Stakes", "announce_report", vec![("hash", value::bytes(&hash))])
}

/// Reports two submissions that one worker signed for one period, in the bytes in which they came.
pub fn stakes_report_conflict(first: &[u8], second: &[u8]) -> Call {
	report("report_conflict", first, second)
}

/// Reports two answers to one query that one node signed, in the bytes in which they came.
pub fn stakes_report_attestations(first: &[u8], second: &[u8]) -> Call {
	report("report_attestations", first, second)
}

fn report(name: &'static str, first: &[u8], second: &[u8]) -> Call {
	Call::new("Stakes", name, vec![("first", value::bytes(first)), ("second", value::bytes(second))])
}

/// Shows, as the challenged node, the piece of a listing's snapshot that was drawn.
pub fn stakes_answer_challenge(listing: ListingId, piece: &Piece, path: &Path) -> Call {
	let beside = Value::unnamed_composite(piece.beside.iter().map(|hash| value::bytes(hash)));
	let piece = Value::named_composite([("bytes", value::bytes(&piece.bytes)), ("beside", beside)]);
	let arguments = vec![("listing", value::number(listing)), ("piece", piece), ("path", value::path(path))];
	Call::new("Stakes", "answer_challenge", arguments)
}

/// Says, as a node with a bond, that it will be away for `blocks` blocks from block `from` on.
pub fn stakes_announce_downtime(from: u32, blocks: u32) -> Call {
	let arguments = vec![("from", value::number(from)), ("blocks", value::number(blocks))];
	Call::new("Stakes", "announce_downtime", arguments)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use subxt::ext::scale_value::scale::encode_as_type;

	fn encoded<T: TypeInfo + 'static>(value: &Value) -> Vec<u8> {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		let types: PortableRegistry = registry.into();
		let mut bytes = Vec::new();
		encode_as_type(value, id, &types, &mut bytes).unwrap();
		bytes
	}

	#[test]
	fn what_is_shown_and_reported_is_encoded_as_the_pallet_reads_it() {
		let piece = Piece { bytes: vec![1; 1_024], beside: vec![[2; 32]; 7] };
		let path = Path { leaves: 5, siblings: vec![[3; 32], [4; 32]] };
		let call = stakes_answer_challenge(9, &piece, &path);
		assert_eq!(encoded::<Piece>(call.argument("piece")), piece.encode());
		assert_eq!(encoded::<Path>(call.argument("path")), path.encode());
		let call = stakes_report_conflict(&[5; 168], &[6; 168]);
		for (name, byte) in [("first", 5u8), ("second", 6)] {
			assert_eq!(
				encoded::<pallet_stakes::SubmissionBytes>(call.argument(name)),
				vec![byte; 168].encode()
			);
		}
	}
}
