//! Ten million hostile inputs for the decoder and the way into the verifier: none may pass, panic, or take memory or time out of
//! proportion. `soak-decoder [inputs]`.

#[path = "../tests/support/hostile.rs"]
mod hostile;

use hostile::{Hostile, Meter, Took};
use std::{
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex, PoisonError,
	},
	time::{Duration, Instant},
};

#[global_allocator]
static METER: Meter = Meter;

/// No input may take longer on its processor.
const PATIENCE: Duration = Duration::from_secs(1);
/// Inputs between two lines of progress.
const STEP: u64 = 100_000;

/// The most that one input took.
#[derive(Default)]
struct Worst {
	memory: usize,
	time: Duration,
}

fn main() {
	let inputs: u64 =
		std::env::args().nth(1).map_or(10_000_000, |text| text.parse().expect("a number of inputs"));
	let (hostile, next, worst, start) =
		(Hostile::new(), AtomicU64::new(0), Mutex::new(Worst::default()), Instant::now());
	std::thread::scope(|scope| {
		for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
			scope.spawn(|| loop {
				let number = next.fetch_add(1, Ordering::Relaxed);
				if number >= inputs {
					break;
				}
				let (entry, bytes) = hostile.input(number);
				let before = processor_time();
				let took = Took::by(|| hostile.check(&entry, &bytes));
				let time = processor_time().saturating_sub(before);
				assert!(
					took.is_in_proportion(bytes.len()),
					"input {number} of {} bytes took {took:?}",
					bytes.len()
				);
				assert!(time < PATIENCE, "input {number} of {} bytes took {time:?}", bytes.len());
				let mut worst = worst.lock().unwrap_or_else(PoisonError::into_inner);
				*worst = Worst { memory: worst.memory.max(took.most), time: worst.time.max(time) };
				if number % STEP == STEP - 1 {
					println!(
						"{} inputs refused, {:.0} µs each; of one, at most {} KiB and {:.1} ms",
						number + 1,
						start.elapsed().as_secs_f64() * 1e6 / (number + 1) as f64,
						worst.memory >> 10,
						worst.time.as_secs_f64() * 1e3,
					);
				}
			});
		}
	});
	println!("{inputs} hostile inputs, all refused, in {:.0} s", start.elapsed().as_secs_f64());
}

/// What this thread has had of a processor: elapsed time would say what else the machine does. The first number there is nanoseconds.
fn processor_time() -> Duration {
	let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux says it");
	let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
	Duration::from_nanos(nanoseconds.expect("a number"))
}
