//! `/souk/evidence/1`: evidence of a dispute, and the keys to it, to and from a persistence node.

use super::Descriptor;

/// A request is small, and so are the pieces of what is left or taken; the list of all that there is of a case is the longest answer.
pub(super) const DESCRIPTOR: Descriptor = Descriptor {
	name: "/souk/evidence/1",
	purpose: "sealed evidence of a dispute, and the keys to it, left at a persistence node and fetched by those who may read it",
	max_request_frame: 64 * 1024,
	max_response_frame: 512 * 1024,
	max_streams: 64,
	max_streams_per_peer: 8,
};
