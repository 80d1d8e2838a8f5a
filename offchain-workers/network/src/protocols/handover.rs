//! `/souk/handover/2`: a worker brings a snapshot to a persistence node.

use super::Descriptor;

/// Frames of one mebibyte in both directions: a ciphertext chunk fits into one. Few streams: a handover is long,
/// and only the handful of workers assigned to a listing have a reason to open one.
pub(super) const DESCRIPTOR: Descriptor = Descriptor {
	name: "/souk/handover/2",
	purpose: "a snapshot and its wrapped keys from a worker to a persistence node",
	max_request_frame: 1024 * 1024,
	max_response_frame: 1024 * 1024,
	max_streams: 64,
	max_streams_per_peer: 8,
};
