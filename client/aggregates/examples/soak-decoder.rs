//! Ten million hostile inputs for the decoder and the way into the verifier: none may pass, panic, or take memory or time out of
//! proportion. `soak-decoder [inputs [first]]`; the same number is always the same input, so that a run can go on where another ended.

#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "../tests/support/processor.rs"]
mod processor;

use hostile::{Hostile, Meter, Took};
use std::{
	sync::atomic::{AtomicU64, Ordering},
	time::{Duration, Instant},
};

#[global_allocator]
static METER: Meter = Meter;

/// No input may take longer on its processor than this, and so much more for each of its bytes.
const PATIENCE: Duration = Duration::from_millis(30);
const PATIENCE_PER_BYTE: Duration = Duration::from_nanos(500);
/// What took so long may have waited for a processor: it is measured again.
const SUSPECT: Duration = Duration::from_millis(20);
/// Inputs between two lines of progress.
const STEP: u64 = 100_000;

fn main() {
	let argument = |place, default| {
		std::env::args().nth(place).map_or(default, |text| text.parse().expect("a number of inputs"))
	};
	let (inputs, first) = (argument(1, 10_000_000), argument(2, 0));
	let (hostile, next, start) = (Hostile::new(), AtomicU64::new(first), Instant::now());
	let (memory, microseconds) = (AtomicU64::new(0), AtomicU64::new(0));
	std::thread::scope(|scope| {
		for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
			scope.spawn(|| loop {
				let number = next.fetch_add(1, Ordering::Relaxed);
				if number >= inputs {
					break;
				}
				let (entry, bytes) = hostile.input(number);
				let before = Instant::now();
				let took = Took::by(|| hostile.check(&entry, &bytes));
				let mut time = before.elapsed();
				if time > SUSPECT {
					let before = processor::time();
					hostile.check(&entry, &bytes);
					time = processor::time().saturating_sub(before);
				}
				assert!(
					took.is_in_proportion(bytes.len()),
					"input {number} of {} bytes took {took:?}",
					bytes.len()
				);
				let longest = PATIENCE + PATIENCE_PER_BYTE * u32::try_from(bytes.len()).unwrap_or(u32::MAX);
				assert!(time < longest, "input {number} of {} bytes took {time:?}", bytes.len());
				memory.fetch_max(took.most as u64, Ordering::Relaxed);
				microseconds.fetch_max(time.as_micros() as u64, Ordering::Relaxed);
				if number % STEP == STEP - 1 {
					println!(
						"{} inputs refused, {:.0} µs each; of one, at most {} KiB and {:.1} ms",
						number + 1,
						start.elapsed().as_secs_f64() * 1e6 / (number + 1 - first) as f64,
						memory.load(Ordering::Relaxed) >> 10,
						microseconds.load(Ordering::Relaxed) as f64 / 1e3,
					);
				}
			});
		}
	});
	println!("{first} to {inputs}: hostile inputs, all refused, in {:.0} s", start.elapsed().as_secs_f64());
}
