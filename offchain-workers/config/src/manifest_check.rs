//! Checks on a manifest as a whole: everything that a type alone cannot say.

use std::collections::BTreeSet;

use regex::Regex;

use crate::{
	errors::{ConfigError, Problems},
	manifest::{Manifest, PlanKind, Prove, SourceKind, MAX_PROVED, MAX_PROVED_NAME, MAX_SCALE},
	rules::{Below, PrivacyAction, Rule},
};

const MAX_NAME: usize = 64;
const MAX_TITLE: usize = 128;
const MAX_DESCRIPTION: usize = 4_096;
const MAX_LICENSE: usize = 128;
const MAX_WORD: usize = 32;
const MAX_TAGS: usize = 8;
const MAX_PLANS: usize = 8;
/// Beyond this a double has no decimals left.
const MAX_PRECISION: u32 = 15;

impl Manifest {
	/// Looks at every value, and reports everything that is wrong, not only the first.
	///
	/// # Errors
	/// [`ConfigError::Invalid`].
	pub fn check(&self) -> Result<(), ConfigError> {
		let mut problems = Problems::new(&self.lines);
		self.check_dataset(&mut problems);
		self.check_source(&mut problems);
		problems.require(
			!self.transform.sql.trim().is_empty(),
			"transform.sql",
			"is empty: write a SELECT over source",
		);
		self.check_rules(&mut problems);
		self.check_privacy(&mut problems);
		problems.require(self.policy.max_rows > 0, "policy.max_rows", "is 0: no query could have a result");
		self.check_plans(&mut problems);
		let payouts = &self.payouts;
		let sum = u32::from(payouts.curator) + u32::from(payouts.workers) + u32::from(payouts.persistence);
		problems.require(
			sum == 100,
			"payouts",
			format!("curator, workers and persistence are {sum} percent together: they must be 100"),
		);
		self.check_prove(&mut problems);
		problems.finish()
	}

	fn check_prove(&self, problems: &mut Problems<'_>) {
		let Some(Prove { columns, scale, price_per_million_rows, public_words }) = &self.prove else {
			return;
		};
		let key = "prove.columns";
		problems.require(!columns.is_empty(), key, "is empty: name a column or leave [prove] out");
		problems.require(
			columns.len() <= MAX_PROVED,
			key,
			format!("names {} columns: {MAX_PROVED} at most can be proved", columns.len()),
		);
		check_columns(problems, key, columns);
		for column in columns.iter().filter(|column| column.len() > MAX_PROVED_NAME) {
			problems.add(
				key,
				format!(
					"{column:?} has {} bytes: a column that is proved has a name of {MAX_PROVED_NAME} at most, give it one with AS \
					 in [transform]",
					column.len()
				),
			);
		}
		problems.require(
			price_per_million_rows.as_ref().is_none_or(|price| !price.is_free()),
			"prove.price_per_million_rows",
			"is 0: leave it out, and the nodes decide what a proof is worth",
		);
		for (column, digits) in scale {
			problems.require(
				columns.contains(column),
				format!("prove.scale.{column}"),
				format!("{column:?} is not among prove.columns: add it there, or leave its scale out"),
			);
			problems.require(
				*digits <= MAX_SCALE,
				format!("prove.scale.{column}"),
				format!("is {digits}: at most {MAX_SCALE} digits after the point can be proved"),
			);
		}
		let key = "prove.public_words";
		check_columns(problems, key, public_words);
		for column in public_words {
			problems.require(
				columns.contains(column),
				key,
				format!("{column:?} is not among prove.columns: add it there, or leave it out here"),
			);
		}
	}

	fn check_dataset(&self, problems: &mut Problems<'_>) {
		let dataset = &self.dataset;
		problems.require(
			is_name(&dataset.name),
			"dataset.name",
			format!(
				"{:?} cannot be part of an address: use 1 to {MAX_NAME} of a-z, 0-9 and -, not starting or ending with -",
				dataset.name
			),
		);
		check_text(problems, "dataset.title", &dataset.title, MAX_TITLE);
		if let Some(description) = &dataset.description {
			check_text(problems, "dataset.description", description, MAX_DESCRIPTION);
		}
		problems.require(
			is_license(&dataset.license),
			"dataset.license",
			format!("{:?} does not look like an SPDX licence: write one such as \"CC0-1.0\" or \"MIT OR Apache-2.0\"", dataset.license),
		);
		check_word(problems, "dataset.category", &dataset.category);
		problems.require(
			dataset.tags.len() <= MAX_TAGS,
			"dataset.tags",
			format!("has {} tags: {MAX_TAGS} are enough to be found by", dataset.tags.len()),
		);
		for (index, tag) in dataset.tags.iter().enumerate() {
			check_word(problems, &format!("dataset.tags[{index}]"), tag);
		}
		problems.require(dataset.retention > 0, "dataset.retention", "is 0: keep at least one snapshot");
		check_columns(problems, "dataset.order_by", &dataset.order_by);
	}

	fn check_source(&self, problems: &mut Problems<'_>) {
		let source = &self.source;
		problems.require(
			source.kind.is_supported(),
			"source.kind",
			format!("{:?} is not supported yet: use csv, json or parquet", source.kind.name()),
		);
		problems.require(
			!source.location.trim().is_empty(),
			"source.location",
			"is empty: write the path of a file",
		);
		problems.require(source.max_bytes > 0, "source.max_bytes", "is 0: no source could be read");
		if source.kind == SourceKind::Csv {
			if let Some(delimiter) = source.delimiter {
				problems.require(
					delimiter.is_ascii() && !matches!(delimiter, '"' | '\n' | '\r' | '\0'),
					"source.delimiter",
					format!("{delimiter:?} cannot separate values: use one ASCII character such as \",\", \";\" or \"\\t\""),
				);
			}
		} else {
			for (key, given) in [
				("source.null_values", !source.null_values.is_empty()),
				("source.has_header", source.has_header.is_some()),
				("source.delimiter", source.delimiter.is_some()),
			] {
				problems.require(
					!given,
					key,
					format!("is for csv sources, this one is {}", source.kind.name()),
				);
			}
		}
	}

	fn check_rules(&self, problems: &mut Problems<'_>) {
		let (mut least, mut most) = (None, None);
		for (index, rule) in self.rules.iter().enumerate() {
			let key = format!("validate[{index}]");
			match rule {
				Rule::MinRows { value } => least = Some(least.unwrap_or(0).max(*value)),
				Rule::MaxRows { value } => {
					most = Some(most.unwrap_or(u64::MAX).min(*value));
					problems.require(
						*value > 0,
						format!("{key}.value"),
						"is 0: no snapshot could be published",
					);
				}
				Rule::NotNull { .. } => {}
				Rule::Unique { columns } => {
					problems.require(!columns.is_empty(), format!("{key}.column"), "is empty: name a column");
					check_columns(problems, &format!("{key}.column"), columns);
				}
				Rule::InRange { min, max, .. } => {
					let (min, max) = (min.map(|bound| bound.as_f64()), max.map(|bound| bound.as_f64()));
					problems.require(
						min.is_some() || max.is_some(),
						&key,
						"has neither min nor max: set one of them",
					);
					if let (Some(min), Some(max)) = (min, max) {
						// Also false where one is not a number.
						problems.require(
							min <= max,
							&key,
							format!("min {min} is above max {max}: no value fits"),
						);
					}
				}
				Rule::Matches { pattern, .. } => {
					if let Err(error) = Regex::new(pattern) {
						let error = error.to_string();
						let reason =
							error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
						problems.add(
							format!("{key}.pattern"),
							format!("{pattern:?} is not a regular expression: {reason}"),
						);
					}
				}
			}
			for column in rule.columns() {
				problems.require(!column.is_empty(), format!("{key}.column"), "is empty: name a column");
			}
		}
		if let (Some(least), Some(most)) = (least, most) {
			problems.require(
				least <= most,
				"validate",
				format!("min_rows {least} is above max_rows {most}: no table fits"),
			);
		}
	}

	fn check_privacy(&self, problems: &mut Problems<'_>) {
		let mut seen = BTreeSet::new();
		for (index, rule) in self.privacy.iter().enumerate() {
			let key = format!("privacy[{index}]");
			problems.require(!rule.column.is_empty(), format!("{key}.column"), "is empty: name a column");
			problems.require(
				seen.insert(&rule.column),
				format!("{key}.column"),
				format!("{:?} has an action already: a column has one", rule.column),
			);
			match &rule.action {
				PrivacyAction::Round { precision } => problems.require(
					*precision <= MAX_PRECISION,
					format!("{key}.precision"),
					format!("is {precision}: at most {MAX_PRECISION} decimals mean anything"),
				),
				PrivacyAction::Generalize { mapping, default } => problems.require(
					!mapping.is_empty() || default.is_some(),
					format!("{key}.mapping"),
					"is empty: map at least one value, set a default, or remove the column",
				),
				PrivacyAction::Suppress { below: Below::Count(count) } => problems.require(
					*count > 1,
					format!("{key}.below"),
					format!("is {count}: every value is on at least one row, so nothing would be suppressed"),
				),
				PrivacyAction::Suppress { below: Below::Values(values) } => problems.require(
					!values.is_empty(),
					format!("{key}.below"),
					"is empty: list values, or give a number of rows",
				),
				PrivacyAction::Keep | PrivacyAction::Remove | PrivacyAction::Hash => {}
			}
		}
		let action = |column: &String| {
			self.privacy.iter().find(|rule| rule.column == *column).map(|rule| &rule.action)
		};
		let removed = |column: &String| action(column) == Some(&PrivacyAction::Remove);
		// Rows are sorted before the actions are applied: their order would tell of the values what an action hides.
		for column in &self.dataset.order_by {
			if let Some(hiding) = action(column).filter(|action| **action != PrivacyAction::Keep) {
				problems.add(
					"dataset.order_by",
					format!(
						"{column:?} has the privacy action {}, and the order of the rows would tell what it hides: sort by \
						 columns that are kept",
						hiding.name()
					),
				);
			}
		}
		for column in self.prove.iter().flat_map(|prove| &prove.columns).filter(|column| removed(column)) {
			problems.add(
				"prove.columns",
				format!("{column:?} is removed by a privacy rule: it cannot be proved"),
			);
		}
	}

	fn check_plans(&self, problems: &mut Problems<'_>) {
		problems.require(!self.plans.is_empty(), "plan", "there is none: write at least one [[plan]]");
		problems.require(
			self.plans.len() <= MAX_PLANS,
			"plan",
			format!("there are {}: a listing has {MAX_PLANS} at most", self.plans.len()),
		);
		for (index, plan) in self.plans.iter().enumerate() {
			let (period, price) = (format!("plan[{index}].period"), format!("plan[{index}].price"));
			let kind = plan.kind.name();
			match (plan.kind.has_period(), plan.period) {
				(true, None) => {
					problems.add(period, format!("is missing: a {kind} runs for a period, such as \"30d\""))
				}
				(false, Some(given)) => {
					problems.add(period, format!("is {given}: a {kind} plan does not run for a period"));
				}
				_ => {}
			}
			match (plan.kind == PlanKind::Trial, plan.price.is_free()) {
				(true, false) => problems.add(price, format!("is {}: a trial costs \"0\"", plan.price)),
				(false, true) => {
					problems.add(price, format!("is 0: a {kind} costs something, a free offer is a trial"))
				}
				_ => {}
			}
		}
	}
}

/// Whether a listing can have this name.
pub(crate) fn is_name(name: &str) -> bool {
	(1..=MAX_NAME).contains(&name.len())
		&& name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
		&& !name.starts_with('-')
		&& !name.ends_with('-')
}

/// The characters of an SPDX expression, in words. Which identifiers exist changes with each release of the list.
fn is_license(license: &str) -> bool {
	license.len() <= MAX_LICENSE
		&& license.split(' ').all(|word| {
			word.bytes().any(|byte| byte.is_ascii_alphanumeric())
				&& word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+:()".contains(&byte))
		})
}

fn check_text(problems: &mut Problems<'_>, key: &str, text: &str, max: usize) {
	problems.require(!text.trim().is_empty(), key, "is empty");
	problems.require(text.len() <= max, key, format!("has {} bytes: {max} at most", text.len()));
	problems.require(
		!text.chars().any(|c| c.is_control() && c != '\n'),
		key,
		"has control characters: they could fool a terminal",
	);
}

fn check_word(problems: &mut Problems<'_>, key: &str, word: &str) {
	problems.require(
		(1..=MAX_WORD).contains(&word.len())
			&& word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')),
		key,
		format!("{word:?} is not a word to search by: use 1 to {MAX_WORD} of a-z, 0-9 and -"),
	);
}

fn check_columns(problems: &mut Problems<'_>, key: &str, columns: &[String]) {
	let mut seen = BTreeSet::new();
	for column in columns {
		problems.require(!column.is_empty(), key, "has an empty name");
		problems.require(seen.insert(column), key, format!("names {column:?} twice"));
	}
}
