//! Policy: what the statement is, on its parsed form. The executor checks again, behind its sandbox, on the plan.

use super::{Refusal, Stage};
use crate::chain::ListingFacts;
use souk_engine::{check_sql, Limits};
use souk_protocol::request::{table_name, QueryRequest, TABLE};

/// The names under which a listing's table is visible: [`TABLE`], and the listing's own.
pub fn tables(listing: &ListingFacts) -> Vec<String> {
	let own = table_name(&listing.name);
	let mut names = vec![TABLE.to_owned()];
	if own != TABLE && !own.is_empty() {
		names.push(own);
	}
	names
}

/// Parses the statement and checks it; returns the names of the table.
pub async fn check(
	request: &QueryRequest,
	listing: &ListingFacts,
	limits: &Limits,
) -> Result<Vec<String>, Refusal> {
	let (sql, limits, names) = (request.sql.clone(), limits.clone(), tables(listing));
	// Parsing takes a thread of its own and up to milliseconds: not on the threads that serve the network.
	tokio::task::spawn_blocking(move || {
		let visible: Vec<&str> = names.iter().map(String::as_str).collect();
		check_sql(&sql, &visible, &limits)
			.map_err(|error| Refusal::new(Stage::Policy, error.code(), error.to_string()))?;
		Ok(names)
	})
	.await
	.unwrap_or_else(|_| Err(Refusal::internal(Stage::Policy, "checking the statement")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_listing_is_visible_by_its_own_name_as_well() {
		let named = |name: &str| {
			tables(&ListingFacts {
				owner: [0; 32],
				name: name.into(),
				served: true,
				max_rows: 1,
				aggregate_only: false,
				min_group_size: 0,
				metadata: [0; 32],
				sold_whole: false,
			})
		};
		assert_eq!(named("nyc-weather"), ["t", "nyc_weather"]);
		assert_eq!(named("t"), ["t"]);
	}
}
