//! Free loopback ports.

use anyhow::Result;
use std::{
	collections::HashSet,
	net::{TcpListener, UdpSocket},
	sync::Mutex,
};

static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A port that was free for TCP and UDP a moment ago, and that this process was not given before.
pub fn free() -> Result<u16> {
	let mut given = GIVEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
	let given = given.get_or_insert_with(HashSet::new);
	loop {
		let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
		if UdpSocket::bind(("127.0.0.1", port)).is_ok() && given.insert(port) {
			return Ok(port);
		}
	}
}
