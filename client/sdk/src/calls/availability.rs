//! Where validators ask whether a node is there.

use super::{value, Call};

/// Says where the signing persistence node is asked whether it is there: `http://<IP address>[:<port>]/<path>`.
pub fn availability_set_health(url: &str) -> Call {
	Call::new("Availability", "set_health", vec![("url", value::text(url))])
}

/// Takes that of the signing node away.
pub fn availability_clear_health() -> Call {
	Call::new("Availability", "clear_health", vec![])
}
