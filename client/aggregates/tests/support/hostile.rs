//! Bytes from whoever means no good, for the decoder and the way into the verifier: random, cut off, changed, with lengths that promise
//! more than there is, and whole statements about which nothing was proved. And what decoding them takes of memory.
//!
//! Kinds of inputs take turns; the same number is always the same input.

use codec::{Decode, Encode};
use souk_aggregates::{commit, prove, Table};
use souk_table_proofs::{
	columns_root, verify, verify::decode_proof, Aggregate, Bundle, ColumnDescriptor, ColumnType, Condition,
	Context, Expected, Figure, Group, Predicate, Query,
};
use std::{
	alloc::{GlobalAlloc, Layout, System},
	cell::Cell,
	ops::ControlFlow,
};

/// Counts what each thread allocates.
pub struct Meter;

thread_local! {
	static HELD: Cell<isize> = const { Cell::new(0) };
	static MOST: Cell<isize> = const { Cell::new(0) };
	static ALL: Cell<usize> = const { Cell::new(0) };
}

fn note(bytes: isize) {
	let held = HELD.get().wrapping_add(bytes);
	HELD.set(held);
	MOST.set(MOST.get().max(held));
	ALL.set(ALL.get().wrapping_add(usize::try_from(bytes).unwrap_or(0)));
}

// SAFETY: the system's allocator does the work; what is counted is not looked at by it.
unsafe impl GlobalAlloc for Meter {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		note(layout.size() as isize);
		unsafe { System.alloc(layout) }
	}

	unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
		note(layout.size() as isize);
		unsafe { System.alloc_zeroed(layout) }
	}

	// Counted as a new piece and an old one freed: growing may be copying.
	unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
		note(size as isize);
		note(-(layout.size() as isize));
		unsafe { System.realloc(memory, layout, size) }
	}

	unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
		note(-(layout.size() as isize));
		unsafe { System.dealloc(memory, layout) }
	}
}

/// What something took of memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
	/// Bytes at once, at most.
	pub most: usize,
	/// Bytes in all, freed ones included: a measure of its work.
	pub all: usize,
}

impl Took {
	/// Measures what `work` takes on this thread.
	pub fn by(work: impl FnOnce()) -> Self {
		HELD.set(0);
		MOST.set(0);
		ALL.set(0);
		work();
		Self { most: usize::try_from(MOST.get()).unwrap_or(0), all: ALL.get() }
	}

	/// Whether it is in proportion to an input of so many bytes.
	pub fn is_in_proportion(self, bytes: usize) -> bool {
		self.most <= FIXED + EACH_BYTE * bytes && self.all <= FIXED + 4 * EACH_BYTE * bytes
	}
}

/// Memory that any input may take, and more for each of its bytes.
const FIXED: usize = 8 << 20;
const EACH_BYTE: usize = 50;

/// What is to become of the bytes.
pub enum Entry {
	/// They are a bundle, for what the chain has.
	Bundle,
	/// They are a bundle, and the chain has what it says.
	OwnBundle,
	/// They are a proof.
	Proof,
}

/// A valid bundle, from which inputs are made.
pub struct Hostile {
	bundle: Bundle,
	bytes: Vec<u8>,
	root: [u8; 32],
}

/// A generator of numbers that look random.
struct Noise(u64);

impl Noise {
	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		mixed ^ (mixed >> 31)
	}

	fn below(&mut self, bound: usize) -> usize {
		(self.next() % bound.max(1) as u64) as usize
	}

	/// A place among so many; every second time near the beginning, where lengths and shapes are.
	fn place(&mut self, length: usize) -> usize {
		let within = if self.next() & 1 == 0 { length.min(1_024) } else { length };
		self.below(within)
	}
}

impl Hostile {
	/// Proves something.
	pub fn new() -> Self {
		let descriptor = |name: &str, kind, words: &[&str]| ColumnDescriptor {
			name: name.into(),
			kind,
			dictionary: words.iter().map(|word| (*word).to_owned()).collect(),
		};
		let number = ColumnType::Decimal { scale: 0 };
		let table = Table {
			descriptors: vec![
				descriptor("x", number, &[]),
				descriptor("y", number, &[]),
				descriptor("g", ColumnType::Text, &["Asia", "Europe", "Oceania"]),
				descriptor("h", ColumnType::Text, &["no", "yes"]),
			],
			columns: vec![
				(0..200).map(Some).collect(),
				(0..200).map(|row| (row % 7 != 0).then_some(row % 5)).collect(),
				(0..200).map(|row| Some(row % 3)).collect(),
				(0..200).map(|row| Some(row % 2)).collect(),
			],
		};
		let query = Query {
			aggregates: vec![Aggregate::CountAll, Aggregate::Sum(0), Aggregate::Avg(1)],
			predicates: vec![Predicate { column: 0, condition: Condition::Within { low: 20, high: 150 } }],
			group_by: Some(2),
		};
		let context = Context { genesis: [1; 32], listing: 1, period: 1 };
		let bundle = prove(&table, &[3; 32], context, &query, 2, &mut |_| ControlFlow::Continue(()))
			.expect("the query fits its table");
		let root = columns_root(bundle.rows, &commit(&table, &[3; 32]));
		let hostile = Self { bytes: bundle.encode(), bundle, root };
		verify(&hostile.bytes, &hostile.expected()).expect("unchanged, it is accepted");
		hostile
	}

	fn expected(&self) -> Expected<'_> {
		Expected { context: self.bundle.context, columns_root: self.root, query: None, min_group_size: 2 }
	}

	/// The input of this number.
	pub fn input(&self, number: u64) -> (Entry, Vec<u8>) {
		let mut noise = Noise(number);
		let bundle = || self.bytes.clone();
		let proof = || self.bundle.proof.clone();
		match number % 8 {
			0 => (Entry::Bundle, (0..noise.below(2_048)).map(|_| noise.next() as u8).collect()),
			1 => (Entry::Bundle, cut(bundle(), &mut noise)),
			2 => (Entry::Bundle, changed(bundle(), &mut noise)),
			3 => (Entry::Bundle, promising(bundle(), &mut noise)),
			4 => (Entry::Bundle, spliced(bundle(), &mut noise)),
			5 => (Entry::Proof, changed(promising(proof(), &mut noise), &mut noise)),
			6 => (Entry::Proof, spliced(cut(proof(), &mut noise), &mut noise)),
			_ => (Entry::OwnBundle, restated(self.bundle.clone(), &mut noise).encode()),
		}
	}

	/// Gives bytes to whoever decodes and checks them, who has to refuse all that are not the valid ones.
	pub fn check(&self, entry: &Entry, bytes: &[u8]) {
		match entry {
			Entry::Bundle => {
				let accepted = verify(bytes, &self.expected()).is_ok();
				assert!(!accepted || bytes == self.bytes, "another bundle is accepted");
			}
			Entry::OwnBundle => {
				let Ok(said) = Bundle::decode(&mut &bytes[..]) else { panic!("it was encoded") };
				let expected = Expected {
					context: said.context,
					columns_root: said.columns_root().unwrap_or_default(),
					query: None,
					min_group_size: said.min_group_size,
				};
				let accepted = verify(bytes, &expected).is_ok();
				assert!(!accepted || said == self.bundle, "what was never proved is accepted");
			}
			// A changed proof may still be one: whether it holds is not asked here.
			Entry::Proof => drop(decode_proof(bytes)),
		}
	}
}

fn cut(mut bytes: Vec<u8>, noise: &mut Noise) -> Vec<u8> {
	bytes.truncate(noise.place(bytes.len()));
	bytes
}

/// One to four bytes are others.
fn changed(mut bytes: Vec<u8>, noise: &mut Noise) -> Vec<u8> {
	for _ in 0..=noise.below(4) {
		let place = noise.place(bytes.len());
		if let Some(byte) = bytes.get_mut(place) {
			*byte ^= 1 + noise.below(255) as u8;
		}
	}
	bytes
}

/// Somewhere stands a number as large as it can be written, in either encoding: where it is a length, it promises more than follows.
fn promising(mut bytes: Vec<u8>, noise: &mut Noise) -> Vec<u8> {
	let numbers: [&[u8]; 6] = [
		&[0xfe, 0xff, 0xff, 0xff],
		&[0x03, 0xff, 0xff, 0xff, 0xff],
		&[0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
		&[0xff, 0xff, 0xff, 0xff, 0x0f],
		&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
		&[0xff, 0xff, 0x7f],
	];
	for _ in 0..=noise.below(2) {
		let (place, number) = (noise.place(bytes.len()), numbers[noise.below(numbers.len())]);
		match noise.next() & 1 {
			0 => drop(bytes.splice(place..place, number.iter().copied())),
			_ => bytes.iter_mut().skip(place).zip(number).for_each(|(byte, one)| *byte = *one),
		}
	}
	bytes
}

/// A piece is missing, twice there, or elsewhere.
fn spliced(mut bytes: Vec<u8>, noise: &mut Noise) -> Vec<u8> {
	let start = noise.place(bytes.len());
	let end = (start + 1 + noise.below(256)).min(bytes.len());
	let piece: Vec<u8> = match noise.next() % 3 {
		0 => bytes.get(start..end).unwrap_or_default().to_vec(),
		_ => bytes.drain(start..end.max(start)).collect(),
	};
	if noise.next() & 1 == 0 {
		let place = noise.place(bytes.len());
		bytes.splice(place..place, piece);
	}
	bytes
}

/// A bundle that says something else, in all its parts well formed.
fn restated(mut bundle: Bundle, noise: &mut Noise) -> Bundle {
	for _ in 0..=noise.below(3) {
		match noise.below(12) {
			0 => bundle.rows = noise.next() >> noise.below(64),
			1 => bundle.min_group_size = (noise.next() >> noise.below(64)) as u32,
			2 => bundle.query.group_by = (noise.below(3) > 0).then(|| noise.below(6) as u8),
			3 => bundle.query.aggregates.truncate(noise.below(3)),
			4 => bundle.query.aggregates.push(Aggregate::Max(noise.below(5) as u8)),
			5 => bundle.query.predicates.push(Predicate {
				column: noise.below(5) as u8,
				condition: Condition::Outside { low: noise.next() as i64, high: noise.next() as i64 },
			}),
			6 => {
				let key = Some(Some(noise.next() as i64));
				let figures = vec![Figure::Count(noise.next()), Figure::Sum(None), Figure::Value(None)];
				bundle.answer.groups.resize(noise.below(5_000), Group { key, figures });
			}
			7 => {
				let first = bundle.answer.groups.first().cloned();
				let groups = (0..noise.below(5_000)).zip(first.iter().cycle());
				bundle.answer.groups = groups
					.map(|(key, group)| Group { key: Some(Some(key as i64)), ..group.clone() })
					.collect();
			}
			8 => {
				let column = noise.below(bundle.columns.len());
				if let Some(column) = bundle.columns.get_mut(column) {
					column.digest[noise.below(32)] ^= 1 << noise.below(8);
				}
			}
			9 => {
				if let Some(first) = bundle.columns.first().cloned() {
					bundle.columns.resize(noise.below(70), first);
				}
			}
			10 => bundle.withheld.push((noise.below(6) as u8, [noise.next() as u8; 32])),
			_ => bundle.context.period = noise.next() as u32,
		}
	}
	bundle
}
