//! Memory that an executor meets before its job, while there is nothing else to do.
//!
//! A process that lives for one query meets all of its memory for the first time, and the kernel clears each page when it is
//! met: for a query that keeps many values, that took as long as the query. An executor that has waited for a while therefore
//! writes to the pages that a query will need and gives them back to its allocator, which keeps them (`ALLOCATOR` in
//! `pool.rs`: one arena, nothing returned to the system). Where jobs come at once there is no while, and nothing is spent.

use std::{hint::black_box, io, os::fd::RawFd, time::Duration};

/// How much: what all but the hungriest queries use.
const BYTES: usize = 96 << 20;
/// Memory between two looks for a job. Below the size from which the allocator asks the system each time.
const STEP: usize = 4 << 20;
/// The smallest page there is.
const PAGE: usize = 4 << 10;
/// A while.
const WHILE: Duration = Duration::from_millis(25);

/// Waits for input, and after a while touches memory until there is any. Returns how many bytes it has met.
pub(super) fn meet_while_waiting(input: RawFd) -> io::Result<usize> {
	let mut met = Vec::new();
	let mut patience = WHILE;
	while met.len() * STEP < BYTES && !has_input(input, patience)? {
		patience = Duration::ZERO;
		let mut piece = Vec::<u8>::with_capacity(STEP);
		for page in piece.spare_capacity_mut().iter_mut().step_by(PAGE) {
			page.write(1);
		}
		met.push(black_box(piece));
	}
	Ok(met.len() * STEP)
}

/// Whether there is something to read, or the end of it, within `patience`.
fn has_input(input: RawFd, patience: Duration) -> io::Result<bool> {
	let mut wanted = libc::pollfd { fd: input, events: libc::POLLIN, revents: 0 };
	let millis = libc::c_int::try_from(patience.as_millis()).unwrap_or(libc::c_int::MAX);
	loop {
		// SAFETY: one valid `pollfd` that outlives the call.
		match unsafe { libc::poll(&mut wanted, 1, millis) } {
			-1 => match io::Error::last_os_error() {
				error if error.kind() == io::ErrorKind::Interrupted => {}
				error => return Err(error),
			},
			ready => return Ok(ready > 0),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{io::Write, os::fd::AsRawFd};

	#[test]
	fn a_job_that_is_there_is_not_kept_waiting() {
		let (read, mut write) = io::pipe().unwrap();
		write.write_all(b"job").unwrap();
		assert_eq!(meet_while_waiting(read.as_raw_fd()).unwrap(), 0);
	}

	#[test]
	fn without_a_job_the_memory_is_met_and_the_wait_goes_on_elsewhere() {
		let (read, write) = io::pipe().unwrap();
		assert!(meet_while_waiting(read.as_raw_fd()).unwrap() >= BYTES);
		assert!(!has_input(read.as_raw_fd(), Duration::ZERO).unwrap());
		drop(write);
		assert!(
			has_input(read.as_raw_fd(), Duration::from_secs(10)).unwrap(),
			"the end is something to read"
		);
	}
}
