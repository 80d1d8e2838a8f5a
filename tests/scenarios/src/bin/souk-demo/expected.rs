//! What the demo's queries must return, computed from the source file without any query engine.

use anyhow::{Context, Result};
use std::{collections::BTreeMap, io::Read, path::Path};

/// The columns that the queries use.
pub struct Row {
	pub origin: String,
	pub month: u32,
	pub time: String,
	pub temp: Option<f64>,
}

/// Reads the weather table. Its fields contain no quotes or commas.
pub fn read(path: &Path) -> Result<Vec<Row>> {
	let mut text = String::new();
	flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
	let mut lines = text.lines();
	let header: Vec<&str> = lines.next().context("an empty table")?.split(',').collect();
	let at = |name: &str| header.iter().position(|h| *h == name).with_context(|| format!("no column {name}"));
	let (origin, month, time, temp) = (at("origin")?, at("month")?, at("time_hour")?, at("temp")?);
	lines
		.map(|line| {
			let fields: Vec<&str> = line.split(',').collect();
			Ok(Row {
				origin: fields[origin].into(),
				month: fields[month].parse()?,
				time: fields[time].into(),
				temp: fields[temp].parse().ok(),
			})
		})
		.collect()
}

/// Rows of `origin` warmer than `limit`.
pub fn warmer(rows: &[Row], origin: &str, limit: f64) -> usize {
	rows.iter().filter(|r| r.origin == origin && r.temp.is_some_and(|t| t > limit)).count()
}

/// Rows of each airport and month.
pub fn per_month(rows: &[Row]) -> BTreeMap<(String, u32), u64> {
	let mut counts = BTreeMap::new();
	rows.iter().for_each(|r| *counts.entry((r.origin.clone(), r.month)).or_default() += 1);
	counts
}

/// Pairs of rows of the same time in which the first airport is colder than the second.
pub fn colder_pairs(rows: &[Row], first: &str, second: &str) -> u64 {
	let mut others: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
	for row in rows.iter().filter(|r| r.origin == second) {
		others.entry(&row.time).or_default().extend(row.temp);
	}
	rows.iter()
		.filter(|r| r.origin == first)
		.filter_map(|r| Some((r.temp?, others.get(r.time.as_str())?)))
		.map(|(temp, others)| others.iter().filter(|other| temp < **other).count() as u64)
		.sum()
}

/// The highest temperature of each airport.
pub fn hottest(rows: &[Row]) -> BTreeMap<String, f64> {
	let mut highest: BTreeMap<String, f64> = BTreeMap::new();
	for row in rows {
		if let Some(temp) = row.temp {
			let entry = highest.entry(row.origin.clone()).or_insert(temp);
			*entry = entry.max(temp);
		}
	}
	highest
}
