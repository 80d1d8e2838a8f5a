//! Free loopback ports, which nobody else takes between being found and being listened on.
//!
//! The system gives programs that connect, or that ask for any port, one of its own range. What was free in that range a moment ago may be the
//! near end of a connection by now. So ports are taken from below it, in blocks: whoever listens on a block's first port has the others.

use anyhow::{bail, Result};
use std::{
	collections::VecDeque,
	net::{TcpListener, UdpSocket},
	sync::Mutex,
};

/// Below the ports that Linux gives to connections, which begin at 32,768.
const FIRST: u16 = 10_000;
/// Blocks that there are.
const BLOCKS: u16 = 100;
/// Ports of a block, the one that stands for it included.
const BLOCK: u16 = 64;

static CLAIMED: Mutex<Claimed> = Mutex::new(Claimed { blocks: Vec::new(), left: VecDeque::new() });

/// What this process has claimed.
struct Claimed {
	/// Open as long as the process lives, and closed in those that it starts.
	blocks: Vec<TcpListener>,
	left: VecDeque<u16>,
}

impl Claimed {
	/// Takes the first block that no other process has.
	fn another_block(&mut self) -> Result<()> {
		for number in 0..BLOCKS {
			let guard = FIRST + number * BLOCK;
			if let Ok(block) = TcpListener::bind(("127.0.0.1", guard)) {
				self.blocks.push(block);
				self.left.extend(guard + 1..guard + BLOCK);
				return Ok(());
			}
		}
		bail!("no ports are free from {FIRST} on");
	}
}

/// A port that is free for TCP and UDP, and that neither this process nor another one is given as long as this one lives.
pub fn free() -> Result<u16> {
	let mut claimed = CLAIMED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
	loop {
		let Some(port) = claimed.left.pop_front() else {
			claimed.another_block()?;
			continue;
		};
		// Somebody may listen here who asks nobody.
		if TcpListener::bind(("127.0.0.1", port)).is_ok() && UdpSocket::bind(("127.0.0.1", port)).is_ok() {
			return Ok(port);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::HashSet;

	#[test]
	fn each_port_is_given_once_and_its_block_is_this_process_s() {
		let given: Vec<u16> = (0..2 * BLOCK).map(|_| free().unwrap()).collect();
		assert_eq!(given.iter().collect::<HashSet<_>>().len(), given.len(), "{given:?}");
		for port in given {
			assert!((FIRST..FIRST + BLOCKS * BLOCK).contains(&port), "{port}");
			let guard = port - (port - FIRST) % BLOCK;
			assert!(guard < port && TcpListener::bind(("127.0.0.1", guard)).is_err(), "{guard} is another's");
		}
	}
}
