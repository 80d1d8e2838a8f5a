//! `/souk/download/1`: anybody fetches the sealed chunks of a snapshot.

use super::Descriptor;

/// The request is a few numbers; an answer frame is a sealed chunk of 64 KiB with its tag and its leaf. A download is long, but
/// whoever cannot be served yet waits with a stream open, so that there are more places than downloads at a time.
pub(super) const DESCRIPTOR: Descriptor = Descriptor {
	name: "/souk/download/1",
	purpose: "the sealed chunks of a snapshot from a persistence node to whoever may buy its key",
	max_request_frame: 1024,
	max_response_frame: 64 * 1024 + 16 + 32,
	max_streams: 256,
	max_streams_per_peer: 4,
};
