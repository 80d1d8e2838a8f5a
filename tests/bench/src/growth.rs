//! The table: a year of New York weather, grown to many years by the steps of a curation job, so that it is what a
//! snapshot is.

use anyhow::{Context, Result};
use souk_config::Manifest;
use souk_protocol::ListingSecret;
use souk_scenarios::repository;
use souk_worker::{
	budget::Budget,
	tasks::{encode, fetch, privacy, transform},
	work::{Outputs, Work},
};
use std::{
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// Memory for sorting the grown table.
const MEMORY: u64 = 1 << 30;
/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// A snapshot's Parquet file.
pub struct Table {
	/// The file.
	pub path: PathBuf,
	/// Its rows.
	pub rows: u64,
	/// Its bytes.
	pub bytes: u64,
}

/// Each year is the one before, 365 days later and a twenty-fifth of a degree warmer.
fn manifest(years: u32) -> String {
	let numbers: Vec<String> = (0..years).map(|year| format!("({year})")).collect();
	format!(
		r#"
[dataset]
name = "nyc-weather"
title = "Hourly weather at the New York airports, grown"
license = "CC0-1.0"
category = "climate"
schedule = "0 0 1 1 *"
retention = 1
order_by = ["time_hour", "origin"]

[source]
kind = "csv"
location = "weather.csv.gz"
null_values = ["NA"]

[transform]
sql = """
WITH years (y) AS (VALUES {}),
grown AS (
	SELECT origin, to_timestamp_seconds(CAST(to_timestamp_seconds(time_hour) AS BIGINT) + y * 31536000) AS time_hour,
		round(temp + 0.04 * y, 2) AS temp, dewp, humid, wind_dir, wind_speed, wind_gust, precip, pressure, visib
	FROM source CROSS JOIN years
)
SELECT origin, time_hour, CAST(date_part('year', time_hour) AS BIGINT) AS year,
	CAST(date_part('month', time_hour) AS BIGINT) AS month, CAST(date_part('day', time_hour) AS BIGINT) AS day,
	CAST(date_part('hour', time_hour) AS BIGINT) AS hour,
	temp, dewp, humid, wind_dir, wind_speed, wind_gust, precip, pressure, visib
FROM grown
"""

[[plan]]
kind = "trial"
price = "0"
period = "1d"
"#,
		numbers.join(", ")
	)
}

/// Makes the table under `dir`, with a worker's own steps from fetching to encoding.
pub fn grow(dir: &Path, years: u32, runtime: &Runtime) -> Result<Table> {
	let manifest = Manifest::parse(&manifest(years))?;
	manifest.check()?;
	let work = Work {
		listing: 0,
		period: 0,
		manifest: Arc::new(manifest),
		base_dir: repository().join("tests/data"),
		secret: ListingSecret::from_bytes([7; 32])?,
		group_size: 0,
		dir: dir.join("grown"),
		memory_bytes: MEMORY,
		budget: Budget::new(PATIENCE, CancellationToken::new()),
	};
	let mut outputs = Outputs::default();
	fetch::run(&work, &mut outputs)?;
	transform::run(&work, &mut outputs, runtime.handle())?;
	privacy::run(&work, &mut outputs)?;
	encode::run(&work, &mut outputs)?;
	Ok(Table {
		path: work.snapshot_file(),
		rows: outputs.rows.context("the table has no rows")?,
		bytes: outputs.bytes.context("the file has no bytes")?,
	})
}
