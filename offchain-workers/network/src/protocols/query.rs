//! `/souk/query/3`: one sealed request, then the frames of one answer.

use super::Descriptor;

/// The request is one frame (SQL is bounded far below it); a result comes in frames of up to half a mebibyte and
/// is never whole in memory. Many streams: a query is short, and a client may have dozens in flight.
pub(super) const DESCRIPTOR: Descriptor = Descriptor {
	name: "/souk/query/3",
	purpose: "a subscriber's query to a persistence node, answered by a stream of result frames",
	max_request_frame: 256 * 1024,
	max_response_frame: 512 * 1024,
	max_streams: 512,
	max_streams_per_peer: 128,
};
