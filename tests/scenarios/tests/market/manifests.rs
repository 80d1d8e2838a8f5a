//! Manifests and sources that cannot be used: said before anything is sent where that can be known, and by the
//! worker where it cannot.

use crate::world::{fails, manifest, publishing, World, PLAN};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use std::path::Path;

/// Six good lines, and one with a value too many.
const RAGGED: &str = "id,who\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f,g\n7,h\n";

/// Wrong types, unknown keys, missing files; then what only the worker sees: a ragged table, and one that breaks a rule and
/// is mended.
pub fn what_is_wrong_is_said(world: &World) -> Result<()> {
	let curator = world.user("//manifests//curator");
	let dir = world.folder("manifests")?;
	let source = "kind = \"csv\"\nlocation = \"people.csv\"";
	std::fs::write(dir.join("people.csv"), RAGGED)?;
	let refused = |path: &Path, word: &str| {
		let arguments = publishing(path, &world.worker, &[&world.nodes[0]]);
		fails(&curator, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), 2, word)
	};

	let broken = |name: &str, source: &str, rest: &str| manifest(&dir, name, source, rest);
	let many = broken("type", source, &format!("[policy]\nmax_rows = \"many\"\n\n{PLAN}"))?;
	refused(&many, "line 13: invalid type: string \"many\"")?;
	let unknown = broken("key", source, &format!("[policy]\nspeed = 3\n\n{PLAN}"))?;
	refused(&unknown, "line 13: unknown field `speed`")?;
	let no_plan = broken("no-plan", source, "")?;
	refused(&no_plan, "plan")?;
	let kind = broken("kind", "kind = \"spreadsheet\"\nlocation = \"people.csv\"", PLAN)?;
	refused(&kind, "line 9: unknown variant `spreadsheet`")?;
	let price = broken("price", source, &PLAN.replace("1 wUSD", "-1 wUSD"))?;
	refused(&price, "line 14")?;
	let no_source = broken("no-source", &source.replace("people", "nobody"), PLAN)?;
	refused(&no_source, "nobody.csv cannot be opened")?;
	refused(&dir.join("none.toml"), "none.toml")?;
	let no_toml = dir.join("people.csv");
	refused(&no_toml, "people.csv: line 1")?;

	// A ragged table shows when the worker looks for its columns: before anything is paid for.
	let rest = format!("[[validate]]\nrule = \"unique\"\ncolumn = \"id\"\n\n{PLAN}");
	let people = manifest(&dir, "people", source, &rest)?;
	let mut arguments = publishing(&people, &world.worker, &[&world.nodes[0]]);
	let publish: Vec<&str> = arguments.iter().map(String::as_str).collect();
	let said = fails(&curator, &publish, 1, "people.csv, line 7: 3 values where the lines before have 2")?;
	ensure!(
		said["error"]["message"].as_str().is_some_and(|words| words.contains("nothing was sent")),
		"{said}"
	);

	// A rule that is broken shows when the worker reads the rows. It gives up at once: a table does not mend itself.
	std::fs::write(dir.join("people.csv"), RAGGED.replace("6,f,g", "5,f"))?;
	let said = fails(&curator, &publish, 1, "souk node retry")?;
	let words = said["error"]["message"].as_str().unwrap_or_default();
	ensure!(
		words.contains("unique") && words.contains("5"),
		"the rule and its value are to be named: {said}"
	);
	let jobs = world.worker.admin("worker_jobs", json!([]))?;
	// Other scenarios have jobs at this worker as well.
	let its = |job: &&Value| job["address"].as_str().is_some_and(|address| address.ends_with("/people"));
	let job = jobs.as_array().into_iter().flatten().find(its).with_context(|| format!("no job: {jobs}"))?;
	ensure!(job["state"] == "quarantined", "{job}");
	ensure!(job["error"].as_str().is_some_and(|error| error.contains("unique")), "{job}");

	std::fs::write(dir.join("people.csv"), RAGGED.replace(",g", ""))?;
	arguments.push("--update".into());
	let mended = curator.json(&arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
	ensure!(mended["created"] == false && mended["snapshot"]["rows"] == 7, "the mended table: {mended}");
	Ok(())
}
