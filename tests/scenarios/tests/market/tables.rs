//! Tables of every kind, with missing values, dates and names that are not ASCII: what comes out is what went in.

use crate::world::{manifest, publish, query, together, World, PLAN};
use anyhow::{ensure, Result};
use datafusion::{
	arrow::{
		array::{
			ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
			TimestampMicrosecondArray,
		},
		datatypes::DataType,
	},
	parquet::arrow::ArrowWriter,
};
use flate2::{write::GzEncoder, Compression};
use std::{fs::File, io::Write as _, path::Path, sync::Arc};

/// A table: who publishes and buys it, how it is written, and what is asked of it.
struct Table {
	name: &'static str,
	account: &'static str,
	source: &'static str,
	write: fn(&Path) -> Result<()>,
	asked: &'static [(&'static str, &'static [&'static str])],
}

const TABLES: &[Table] = &[
	Table {
		name: "csv-table",
		account: "//tables//csv",
		source: "kind = \"csv\"\nlocation = \"table.csv.gz\"\ndelimiter = \";\"\nnull_values = [\"NA\"]",
		write: csv,
		asked: &[
			(
				"SELECT id, \"größe\", \"дата\", \"名前\", \"when\" FROM csv_table ORDER BY id",
				&[
					"1,1.5,2024-02-29,Zoë,2024-02-29T23:59:59",
					"2,,1999-12-31,,1970-01-01T00:00:00",
					"3,-0.25,,\"a;b \"\"c\"\"\",",
				],
			),
			("SELECT count(*), count(\"größe\"), count(\"名前\") FROM t", &["3,2,2"]),
			("SELECT id FROM t WHERE \"дата\" < DATE '2000-01-01'", &["2"]),
		],
	},
	Table {
		name: "json-table",
		account: "//tables//json",
		source: "kind = \"json\"\nlocation = \"table.jsonl\"",
		write: json,
		asked: &[
			(
				"SELECT id, \"naïve\", ok, ratio FROM t ORDER BY id",
				&["1,ünï,true,0.5", "2,,false,2.0", "3,\"x, y\",,"],
			),
			("SELECT id FROM json_table WHERE \"naïve\" IS NULL", &["2"]),
		],
	},
	Table {
		name: "parquet-table",
		account: "//tables//parquet",
		source: "kind = \"parquet\"\nlocation = \"table.parquet\"",
		write: parquet,
		asked: &[
			(
				"SELECT id, day, price, city, ok FROM t ORDER BY id",
				&["1,1970-01-02,12.34,Łódź,true", "2,,-0.01,,", ",2024-02-29,,São Paulo,false"],
			),
			("SELECT sum(price), max(day), count(at) FROM parquet_table", &["12.33,2024-02-29,2"]),
			("SELECT count(*) FROM t WHERE at > TIMESTAMP '2001-01-01T00:00:00'", &["1"]),
		],
	},
];

/// All of them at the same time.
pub fn every_kind(world: &World) -> Result<()> {
	together(TABLES.iter().map(|table| || sold(world, table))).map(|_| ())
}

fn sold(world: &World, table: &Table) -> Result<()> {
	let dir = world.folder(table.name)?;
	(table.write)(&dir)?;
	let manifest = manifest(&dir, table.name, table.source, PLAN)?;
	let account = world.user(table.account);
	let listing = publish(&account, &manifest, &world.worker, &[&world.nodes[1]])?;
	ensure!(listing.report["snapshot"]["rows"] == 3, "{}: {}", table.name, listing.report);
	account.json(&["subscribe", &listing.address])?;
	for (sql, expected) in table.asked {
		let (_, rows) = query(&account, &listing.address, sql, &dir)?;
		ensure!(rows == *expected, "{}: {sql} gave {rows:?}", table.name);
	}
	Ok(())
}

fn csv(dir: &Path) -> Result<()> {
	let mut file = GzEncoder::new(File::create(dir.join("table.csv.gz"))?, Compression::default());
	file.write_all(
		"id;größe;дата;名前;when\n\
		 1;1.5;2024-02-29;Zoë;2024-02-29T23:59:59\n\
		 2;NA;1999-12-31;;1970-01-01T00:00:00\n\
		 3;-0.25;NA;\"a;b \"\"c\"\"\";NA\n"
			.as_bytes(),
	)?;
	file.finish()?;
	Ok(())
}

fn json(dir: &Path) -> Result<()> {
	let lines = "{\"id\":1,\"naïve\":\"ünï\",\"ok\":true,\"ratio\":0.5}\n\
	             {\"id\":2,\"ok\":false,\"ratio\":2}\n\n\
	             {\"naïve\":\"x, y\",\"id\":3,\"ratio\":null}\n";
	Ok(std::fs::write(dir.join("table.jsonl"), lines)?)
}

fn parquet(dir: &Path) -> Result<()> {
	let prices = Decimal128Array::from(vec![Some(1234), Some(-1), None]).with_precision_and_scale(10, 2)?;
	let times = vec![Some(0), None, Some(1_700_000_000_000_000)];
	let columns: [(&str, ArrayRef); 6] = [
		("id", Arc::new(Int64Array::from(vec![Some(1), Some(2), None]))),
		("day", Arc::new(Date32Array::from(vec![Some(1), None, Some(19_782)]))),
		("price", Arc::new(prices)),
		("city", Arc::new(StringArray::from(vec![Some("Łódź"), None, Some("São Paulo")]))),
		("ok", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
		("at", Arc::new(TimestampMicrosecondArray::from(times))),
	];
	let batch = RecordBatch::try_from_iter(columns)?;
	ensure!(*batch.column(2).data_type() == DataType::Decimal128(10, 2), "not the type that is meant");
	let mut writer = ArrowWriter::try_new(File::create(dir.join("table.parquet"))?, batch.schema(), None)?;
	writer.write(&batch)?;
	writer.close()?;
	Ok(())
}
