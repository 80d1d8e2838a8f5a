//! The quotient of a table's constraints by what vanishes on the table's rows.

use super::{
	committed::{Committed, Rows},
	domain, Domain, Instance,
};
use p3_batch_stark::{config::SGC, prover::quotient_values};
use p3_commit::{PolynomialSpace, UnivariateStarkPcs};
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{LogUpGadget, LookupTerminal};
use p3_matrix::{dense::RowMajorMatrix, horizontally_truncated::HorizontallyTruncated, Matrix};
use souk_table_proofs::{
	air::Table,
	config::{Challenge, Challenger, Config, RANDOM_CODEWORDS},
	Felt,
};

/// Rows from which on a quotient is computed coset by coset, if its table is not at hand.
const HIGH: usize = 1 << 10;

/// What a table's quotient is computed from.
pub(super) struct Quotient<'a> {
	pub(super) config: &'a Config,
	pub(super) instance: &'a Instance<'a>,
	pub(super) main: &'a Committed,
	pub(super) permutation: &'a Committed,
	/// Of the matrices.
	pub(super) number: usize,
	pub(super) terminal: &'a LookupTerminal<Challenge>,
	pub(super) challenges: &'a [Challenge],
	pub(super) alpha: Challenge,
}

impl Quotient<'_> {
	/// Its codewords, in pieces of the table's height.
	pub(super) fn codewords(&self) -> Result<Vec<Rows>, String> {
		let size = self.instance.height << (1 + self.instance.log_chunks);
		let whole = domain(Felt::ONE, 2 * self.instance.height)?.create_disjoint_domain(size);
		let at_hand = self.main.on(self.number, whole).zip(self.permutation.on(self.number, whole));
		let values = match at_hand {
			Some((main, permutation)) => self.values(whole, main, permutation)?,
			None => self.values_by_coset(whole)?,
		};
		let chunks = 2 << self.instance.log_chunks;
		let flat = RowMajorMatrix::new_col(values).flatten_to_base();
		let pieces = whole.split_domains(chunks).into_iter().zip(whole.split_evals(chunks, flat));
		let pcs = self.config.pcs();
		UnivariateStarkPcs::<Challenge, Challenger>::get_quotient_ldes(pcs, pieces, chunks)
			.map_err(|error| format!("{error:?}"))
	}

	fn values_by_coset(&self, whole: Domain) -> Result<Vec<Challenge>, String> {
		let dft = Radix2DitParallel::<Felt>::default();
		let parts = if self.instance.height >= HIGH { 1 << self.instance.log_chunks } else { 1 };
		let main = self.main.coefficients(self.number);
		let permutation = self.permutation.coefficients(self.number);
		let mut values = vec![Challenge::ZERO; whole.size()];
		for (part, place) in whole.split_domains(parts).into_iter().enumerate() {
			let on_part = |coefficients: &Rows| {
				let mut coefficients = coefficients.clone();
				let width = coefficients.width();
				coefficients.values.resize(place.size() * width, Felt::ZERO);
				dft.coset_dft_batch(coefficients, place.shift())
			};
			let part_values = self.values(place, on_part(&main), on_part(&permutation))?;
			for (value, all) in part_values.into_iter().zip(values.iter_mut().skip(part).step_by(parts)) {
				*all = value;
			}
		}
		Ok(values)
	}

	/// Its values on a domain, from those of the table's columns there.
	fn values<M: Matrix<Felt>>(
		&self,
		place: Domain,
		main: M,
		permutation: M,
	) -> Result<Vec<Challenge>, String> {
		let without_random = |rows: M| {
			let width = rows.width();
			HorizontallyTruncated::new(rows, width - RANDOM_CODEWORDS).ok_or("a matrix has no columns")
		};
		Ok(quotient_values::<Config, Table, _, _>(
			self.config.pcs(),
			self.instance.air,
			self.instance.public_values,
			self.instance.layout(),
			self.instance.domain()?,
			place,
			&without_random(main)?,
			Some(&without_random(permutation)?),
			self.instance.lookups,
			&[self.terminal.0],
			&LogUpGadget::new(),
			self.challenges,
			None,
			self.alpha,
		))
	}
}
