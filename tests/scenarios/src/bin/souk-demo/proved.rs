//! Figures with a proof: three aggregates over the whole table, computed here once more, and a digit that is changed.

use crate::{expected::Row, report::Figures, story::World};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::telling::{chapter, says, text};
use std::{collections::BTreeMap, path::Path, time::Instant};

/// What `souk verify` ends with where a bundle does not hold.
const NOT_PROVED: i32 = 8;

const SUMMER: &str =
	"SELECT count(*), count(temp), sum(temp), min(temp), max(temp) FROM t WHERE month BETWEEN 6 AND 8";
const BY_AIRPORT: &str = "SELECT origin, count(*), avg(temp) FROM t GROUP BY origin";
const HOT: &str = "SELECT count(*), min(time_hour) FROM t WHERE temp > 95 AND origin = 'JFK'";

impl World {
	/// Sam has three aggregates proved, and finds out what a changed one is worth.
	pub fn are_proved(&mut self, address: &str, rows: &[Row]) -> Result<()> {
		chapter("Sam wants figures that nobody has to believe. A node proves them over all 26,115 rows, without showing one.");
		let summer: Vec<&Row> = rows.iter().filter(|row| (6..=8).contains(&row.month)).collect();
		let temps: Vec<i64> = summer.iter().filter_map(|row| hundredths(row)).collect();
		let found = self.prove("a range", address, SUMMER, rows.len())?;
		let (least, greatest) =
			(temps.iter().min().context("no summer")?, temps.iter().max().context("no summer")?);
		let expected = vec![vec![
			Some(summer.len().to_string()),
			Some(temps.len().to_string()),
			Some(decimal(temps.iter().sum())),
			Some(decimal(*least)),
			Some(decimal(*greatest)),
		]];
		ensure!(found == expected, "proved for the summer: {found:?} instead of {expected:?}");

		let mut airports: BTreeMap<&str, (usize, i64, usize)> = BTreeMap::new();
		for row in rows {
			let (hours, sum, known) = airports.entry(&row.origin).or_default();
			*hours += 1;
			if let Some(temp) = hundredths(row) {
				(*sum, *known) = (*sum + temp, *known + 1);
			}
		}
		let found = self.prove("each airport", address, BY_AIRPORT, rows.len())?;
		ensure!(found.len() == airports.len(), "proved for {} airports", found.len());
		for (row, (airport, (hours, sum, known))) in found.iter().zip(&airports) {
			let fraction = format!(" = {} / {known}", decimal(*sum));
			let [Some(name), Some(count), Some(mean)] = row.as_slice() else {
				anyhow::bail!("proved: {row:?}")
			};
			ensure!(
				name == airport && *count == hours.to_string() && mean.ends_with(&fraction),
				"proved for {airport}: {row:?} instead of {hours} hours and a mean of{fraction}"
			);
		}

		let hot: Vec<&Row> = rows
			.iter()
			.filter(|row| row.origin == "JFK" && row.temp.is_some_and(|temp| temp > 95.0))
			.collect();
		let first = hot.iter().map(|row| row.time.trim_end_matches('Z')).min().context("no hot hour")?;
		let found = self.prove("two conditions", address, HOT, rows.len())?;
		ensure!(
			found == [[Some(hot.len().to_string()), Some(first.to_owned())]],
			"proved for JFK: {found:?} instead of {} hours, the first at {first}",
			hot.len()
		);
		refused_when_changed(self, "bundle")
	}

	/// Has a query proved, checks the bundle off line, and returns the answer as it stands in the bundle.
	fn prove(
		&mut self,
		what: &str,
		address: &str,
		sql: &str,
		rows: usize,
	) -> Result<Vec<Vec<Option<String>>>> {
		let bundle = self.out.join("bundle.json");
		let path = bundle.display().to_string();
		let start = Instant::now();
		let done = self.subscriber.json(&["query", address, "--prove", sql, "--bundle", &path])?;
		let took = start.elapsed();
		ensure!(done["table_rows"] == rows, "proved over {} rows instead of {rows}", done["table_rows"]);
		let start = Instant::now();
		let checked = self.subscriber.json(&["verify", &path])?;
		ensure!(checked["verdict"] == "proved", "souk verify says {checked}");
		let answer: Vec<Vec<Option<String>>> = serde_json::from_value(checked["answer"]["rows"].clone())?;
		let shown: Vec<&str> =
			answer.iter().flatten().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
		says(format!("{what}: {}", shown.join(", ")));
		let bytes = done["bundle_bytes"].as_u64();
		self.report.add(
			format!("prove: {what}"),
			Figures { took, block: done["block"].as_u64(), rows: Some(rows as u64), bytes },
		);
		self.report.add("verify off line", Figures { took: start.elapsed(), ..Default::default() });
		Ok(answer)
	}
}

/// Somebody changes one digit of an answer, in a copy of its bundle, which is called `name`: nobody takes it.
pub fn refused_when_changed(world: &mut World, name: &str) -> Result<()> {
	let (good, bad) =
		(world.out.join(format!("{name}.json")), world.out.join(format!("{name}-changed.json")));
	let (before, after) = change(&good, &bad)?;
	let start = Instant::now();
	let ended = world.subscriber.run(&["--json", "verify", &bad.display().to_string()])?;
	ensure!(ended.code == NOT_PROVED, "the changed bundle was not refused: {}{}", ended.out, ended.err);
	let refused: Value = serde_json::from_str(&ended.out)?;
	says(format!(
		"Somebody changes {before} to {after} in a copy of the bundle. {}",
		text(&refused["error"], "message")?
	));
	world
		.report
		.add("verify a changed digit: refused", Figures { took: start.elapsed(), ..Default::default() });
	Ok(())
}

/// Copies a bundle with another last digit of the count, and says what it was and is.
fn change(from: &Path, to: &Path) -> Result<(String, String)> {
	let mut bundle: Value = serde_json::from_slice(&std::fs::read(from)?)?;
	let cell = &mut bundle["answer"]["rows"][0][0];
	let before = cell.as_str().context("no count")?.to_owned();
	let count: u64 = before.parse()?;
	let after = (count / 10 * 10 + (count % 10 + 1) % 10).to_string();
	*cell = after.clone().into();
	std::fs::write(to, serde_json::to_vec_pretty(&bundle)?)?;
	Ok((before, after))
}

/// Temperatures of the source have two digits after the point.
pub fn hundredths(row: &Row) -> Option<i64> {
	row.temp.map(|temp| (temp * 100.0).round() as i64)
}

/// Hundredths with a decimal point.
pub fn decimal(hundredths: i64) -> String {
	let sign = if hundredths < 0 { "-" } else { "" };
	format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}
