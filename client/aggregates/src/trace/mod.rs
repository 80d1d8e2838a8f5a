//! The witness: what the tables of a statement hold. One file for each table, in the order of `souk_table_proofs::air`.

mod fold;
mod range;
mod scan;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use rand10::{rngs::StdRng, RngExt};
use souk_table_proofs::{
	air::{
		answer::AnswerTable, fold::Layout as FoldLayout, range::TIMES, scan::Layout as ScanLayout, Tables,
		MASKS,
	},
	commitment::salt_block,
	limbs::{limbs, LIMBS},
	plan::Plan,
	Felt,
};

/// A table of field elements, row by row.
pub type Trace = RowMajorMatrix<Felt>;

/// A column that the query names.
#[derive(Clone, Copy)]
pub struct UsedColumn<'a> {
	/// Its salt.
	pub salt: [u8; 32],
	/// Its values.
	pub values: &'a [Option<i64>],
}

impl UsedColumn<'_> {
	fn value(&self, row: usize) -> Option<i64> {
		self.values.get(row).copied().flatten()
	}

	fn limbs(&self, row: usize) -> [u32; LIMBS] {
		limbs(self.value(row))
	}

	fn salt(&self) -> [Felt; souk_table_proofs::commitment::RATE] {
		salt_block(&self.salt)
	}
}

/// How often each 16-bit number is looked up.
pub struct Lookups(Vec<u32>);

impl Lookups {
	fn new() -> Self {
		Self(vec![0; souk_table_proofs::limbs::LIMB as usize])
	}

	/// Counts a number; what is no 16-bit number is a fault of the witness, which the proof would not survive.
	fn count(&mut self, number: i64) {
		let times = usize::try_from(number).ok().and_then(|number| self.0.get_mut(number));
		debug_assert!(times.is_some(), "{number} is looked up as a number of 16 bits");
		if let Some(times) = times {
			*times += 1;
		}
	}
}

/// The tables of a statement: scan, fold, answer, range. `columns` are the plan's used ones, in its order; `messages` the answer's.
/// Whoever proves them [`hide`]s them first.
pub fn traces(plan: &Plan, columns: &[UsedColumn<'_>], messages: &[Vec<Felt>]) -> Vec<Trace> {
	let mut lookups = Lookups::new();
	let (scan, matched) = scan::trace(plan, &ScanLayout::new(plan), columns, &mut lookups);
	let fold = fold::trace(plan, &FoldLayout::new(plan), columns, matched, &mut lookups);
	let answer = answer(plan, messages);
	vec![scan, fold, answer, range::trace(&lookups)]
}

/// Makes what each table's messages add up to random. A proof says these sums openly, and whoever guesses the table, or the groups that
/// are left out, could test the guess by them.
pub fn hide(plan: &Plan, traces: &mut [Trace], rng: &mut StdRng) {
	let (scan_layout, fold_layout) = (ScanLayout::new(plan), FoldLayout::new(plan));
	let [scan, fold, _, range] = traces else { unreachable!("a statement has four tables") };
	// In the first row of each. The range table provides what both look up.
	for number in 0..MASKS {
		let (of_scan, of_fold): (Felt, Felt) = (rng.random(), rng.random());
		scan.values[scan_layout.mask + number] += of_scan;
		fold.values[number * fold_layout.width + fold_layout.mask] += of_fold;
		range.values[TIMES + number] += of_scan + of_fold;
	}
}

fn answer(plan: &Plan, messages: &[Vec<Felt>]) -> Trace {
	let width = souk_table_proofs::outcome::message_width(plan);
	let table = AnswerTable::new(messages, width, plan.answer_height(messages.len()));
	let height = plan.answer_height(messages.len());
	let cells = (0..height).flat_map(|row| table.columns().iter().map(move |column| column[row])).collect();
	Trace::new(cells, table.width())
}

/// The rows of a table that is filled cell by cell.
struct Rows {
	cells: Vec<Felt>,
	width: usize,
}

impl Rows {
	fn new(height: usize, width: usize) -> Self {
		Self { cells: vec![Felt::ZERO; height * width], width }
	}

	fn row(&mut self, row: usize) -> &mut [Felt] {
		&mut self.cells[row * self.width..(row + 1) * self.width]
	}

	fn finish(self) -> Trace {
		Trace::new(self.cells, self.width)
	}
}

/// Whether the heights that the verifier demands are those of the traces.
pub fn fits(tables: &Tables, traces: &[Trace]) -> bool {
	use p3_matrix::Matrix;
	tables.heights.iter().copied().eq(traces.iter().map(Matrix::height))
}

/// Subtracts limb by limb. Returns the differences with what they borrow, which are numbers of 16 bits, and the borrows.
fn subtract(left: [u32; LIMBS], right: [u32; LIMBS], first: i64) -> ([i64; LIMBS], [bool; LIMBS]) {
	let (mut differences, mut borrows, mut borrowed) = ([0; LIMBS], [false; LIMBS], first);
	for place in 0..LIMBS {
		let difference = i64::from(left[place]) - i64::from(right[place]) - borrowed;
		borrows[place] = difference < 0;
		borrowed = i64::from(borrows[place]);
		differences[place] = difference + borrowed * (1 << 16);
	}
	(differences, borrows)
}

/// A value's limbs as they are computed with: zeros for NULL.
fn value_limbs(value: Option<i64>) -> [u32; LIMBS] {
	value.map_or([0; LIMBS], |value| limbs(Some(value)))
}
