//! No bytes make decoder or verifier panic, take memory out of proportion, or pass. `make soak` has ten million of the same inputs.

#[path = "support/hostile.rs"]
mod hostile;

use hostile::{Hostile, Meter, Took};

#[global_allocator]
static METER: Meter = Meter;

const INPUTS: u64 = 4_000;

#[test]
fn hostile_bytes_are_refused_in_bounded_memory_and_with_work_in_proportion() {
	let hostile = Hostile::new();
	let mut most = Took::default();
	for number in 0..INPUTS {
		let (entry, bytes) = hostile.input(number);
		let took = Took::by(|| hostile.check(&entry, &bytes));
		assert!(took.is_in_proportion(bytes.len()), "input {number} of {} bytes took {took:?}", bytes.len());
		most = Took { most: most.most.max(took.most), all: most.all.max(took.all) };
	}
	println!("{INPUTS} inputs; of one, at most {most:?}");
}
