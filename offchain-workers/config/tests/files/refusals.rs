//! What is wrong with a file is said with its key, its line, and what belongs there.

use std::path::Path;

use souk_config::{ConfigError, DaemonConfig, Manifest, PersistenceConfig, WorkerConfig};

const MINIMAL: &str = include_str!("../../examples/manifest.minimal.toml");

/// The minimal manifest with `from` replaced by `to`.
fn with(from: &str, to: &str) -> String {
	assert!(MINIMAL.contains(from), "{from}");
	MINIMAL.replacen(from, to, 1)
}

/// The minimal manifest with `more` at its end.
fn and(more: &str) -> String {
	format!("{MINIMAL}\n{more}\n")
}

fn problems(text: &str) -> Vec<String> {
	match Manifest::parse(text).and_then(|manifest| manifest.check()) {
		Ok(()) => panic!("accepted:\n{text}"),
		Err(error) => error.problems().iter().map(ToString::to_string).collect(),
	}
}

/// One problem, whose text has all of `words`.
#[track_caller]
fn refuses(text: &str, words: &[&str]) {
	let problems = problems(text);
	let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
	for word in words {
		assert!(problem.contains(word), "{word:?} is not in: {problem}");
	}
	assert!(problem.starts_with("line "), "no line: {problem}");
}

#[test]
fn wrong_types_are_named_with_their_line() {
	refuses(&with("name = \"nyc-weather\"", "name = 5"), &["line 3", "integer `5`", "expected a string"]);
	refuses(&with("[source]", "[source]\nnull_values = \"NA\""), &["line 10", "expected a sequence"]);
	refuses(&and("[policy]\nmax_rows = -1"), &["-1", "u32"]);
	refuses(&with("kind = \"csv\"", "kind = \"excel\""), &["line 10", "excel", "csv", "parquet"]);
	refuses(&and("[policy]\naggregate_only = \"yes\""), &["\"yes\"", "boolean"]);
	refuses("name = ", &["line 1"]);
}

#[test]
fn unknown_and_missing_fields_are_named() {
	refuses(&with("title =", "titel ="), &["titel"]);
	refuses(&and("[polices]\nmax_rows = 1"), &["polices", "policy"]);
	refuses(&and("[[validate]]\nrule = \"min_rows\"\nvalue = 1\ncolumn = \"a\""), &["column"]);
	refuses(&and("[[validate]]\nrule = \"biggest\""), &["biggest", "min_rows"]);
	refuses(&and("[[validate]]\nrule = \"not_null\""), &["column"]);
	refuses(&and("[[privacy]]\ncolumn = \"a\"\naction = \"round\"\nprecisoin = 1"), &["precisoin"]);
	refuses(&with("license = \"CC0-1.0\"\n", ""), &["license"]);
	refuses(&with("[source]", "[sauce]"), &["sauce"]);
}

#[test]
fn a_privacy_action_takes_its_own_keys_only() {
	let privacy = |keys: &str| and(&format!("[[privacy]]\ncolumn = \"a\"\n{keys}"));
	refuses(&privacy("action = \"round\""), &["round", "needs precision"]);
	refuses(&privacy("action = \"hash\"\nprecision = 2"), &["precision", "hash"]);
	refuses(&privacy("action = \"generalize\""), &["needs mapping"]);
	refuses(&privacy("action = \"suppress\""), &["needs below"]);
	refuses(&privacy("action = \"blur\""), &["blur", "keep, remove, hash"]);
	refuses(&privacy("action = \"suppress\"\nbelow = 1"), &["line 21", "privacy[0].below", "1"]);
	refuses(&privacy("action = \"round\"\nprecision = 16"), &["privacy[0].precision", "15"]);
	refuses(
		&privacy("action = \"keep\"\n[[privacy]]\ncolumn = \"a\"\naction = \"hash\""),
		&["line 22", "privacy[1].column", "\"a\""],
	);
}

#[test]
fn a_missing_file_is_named() {
	let path = Path::new("no/such/manifest.toml");
	let error = Manifest::load(path).unwrap_err();
	assert!(matches!(error, ConfigError::Read { .. }));
	assert!(error.to_string().contains("no/such/manifest.toml"), "{error}");
	assert!(WorkerConfig::load(path).unwrap_err().to_string().contains("manifest.toml"));
}

#[test]
fn an_error_from_a_file_names_the_file() {
	let directory = tempfile::tempdir().unwrap();
	let path = directory.path().join("weather.toml");
	std::fs::write(&path, with("kind = \"csv\"", "kind = \"http\"")).unwrap();
	let text = Manifest::load(&path).unwrap_err().to_string();
	assert!(text.contains("weather.toml") && text.contains("not supported yet"), "{text}");
}

#[test]
fn sources_of_later_are_refused_with_a_reason() {
	for kind in ["http", "s3", "postgres"] {
		refuses(
			&with("kind = \"csv\"", &format!("kind = \"{kind}\"")),
			&["line 10", "source.kind", "not supported yet"],
		);
	}
	refuses(&with("kind = \"csv\"", "kind = \"json\"\ndelimiter = \";\""), &["source.delimiter", "csv"]);
	refuses(&with("kind = \"csv\"", "kind = \"csv\"\ndelimiter = \"\\\"\""), &["source.delimiter"]);
	refuses(&with("\"data/weather.csv.gz\"", "\"\""), &["source.location"]);
}

#[test]
fn bad_schedules_licences_and_names_are_refused() {
	refuses(&with("\"0 * * * *\"", "\"every hour\""), &["line 7", "every hour", "cron"]);
	refuses(&with("\"0 * * * *\"", "\"0 0 31 2 *\""), &["never comes"]);
	for license in ["", " ", "CC0 1.0!", "MIT\\nGPL", "©", "MIT  OR Apache-2.0"] {
		refuses(&with("\"CC0-1.0\"", &format!("\"{license}\"")), &["line 5", "dataset.license", "SPDX"]);
	}
	for license in ["MIT OR Apache-2.0", "GPL-2.0+ WITH Classpath-exception-2.0", "(MIT AND LicenseRef-Own)"]
	{
		Manifest::parse(&with("CC0-1.0", license)).unwrap().check().unwrap();
	}
	let long = "a".repeat(65);
	for name in ["", "-weather", "weather-", "Weather", "nyc_weather", "nyc/weather", "wetter-ü", &long] {
		refuses(&with("\"nyc-weather\"", &format!("\"{name}\"")), &["line 3", "dataset.name", "a-z"]);
	}
	for name in ["a", "9", "a--b", &"a".repeat(64)] {
		Manifest::parse(&with("nyc-weather", name)).unwrap().check().unwrap();
	}
	refuses(&with("airports, 2013", "airports\\u001b[2J"), &["dataset.title", "control"]);
	refuses(&with("\"climate\"", "\"Climate\""), &["dataset.category"]);
}

#[test]
fn bad_prices_and_plans_are_refused() {
	refuses(&with("\"5 wUSD\"", "\"-5 wUSD\""), &["line 15", "negative"]);
	refuses(&with("\"5 wUSD\"", "\"five wUSD\""), &["five wUSD", "not a price"]);
	refuses(&with("\"5 wUSD\"", "\"5\""), &["not a price"]);
	refuses(&with("\"5 wUSD\"", "5"), &["integer `5`", "string"]);
	refuses(&with("\"5 wUSD\"", "\"0\""), &["plan[0].price", "trial"]);
	refuses(&with("\"30d\"", "\"30 days\""), &["line 16", "not a period"]);
	refuses(&with("period = \"30d\"", ""), &["line 13", "plan[0].period", "missing"]);
	refuses(&with("\"subscription\"", "\"one_time\""), &["line 16", "plan[0].period"]);
	refuses(&with("\"subscription\"", "\"trial\""), &["plan[0].price", "\"0\""]);
	refuses(&with("\"subscription\"", "\"lease\""), &["lease", "pay_per_query"]);
	let at = MINIMAL.find("[[plan]]").unwrap();
	let problem = &problems(&MINIMAL[..at])[0];
	assert!(problem.contains("plan") && problem.contains("at least one"), "{problem}");
	// More decimals than the asset has: found once the asset is known.
	let manifest = Manifest::parse(&with("5 wUSD", "0.0000001 wUSD")).unwrap();
	assert!(manifest.plans[0].price.units(6).unwrap_err().to_string().contains("decimals"));
}

#[test]
fn rules_that_nothing_can_meet_are_refused() {
	let rule = |keys: &str| and(&format!("[[validate]]\n{keys}"));
	refuses(&rule("rule = \"in_range\"\ncolumn = \"a\"\nmin = 2\nmax = 1"), &["validate[0]", "above max"]);
	refuses(&rule("rule = \"in_range\"\ncolumn = \"a\"\nmin = nan\nmax = 1"), &["validate[0]"]);
	refuses(&rule("rule = \"in_range\"\ncolumn = \"a\""), &["validate[0]", "neither"]);
	refuses(
		&rule("rule = \"matches\"\ncolumn = \"a\"\npattern = \"(\""),
		&["validate[0].pattern", "unclosed group"],
	);
	refuses(&rule("rule = \"unique\"\ncolumn = []"), &["validate[0].column"]);
	refuses(&rule("rule = \"unique\"\ncolumn = 3"), &["a column's name or a list"]);
	refuses(
		&rule("rule = \"min_rows\"\nvalue = 9\n[[validate]]\nrule = \"max_rows\"\nvalue = 3"),
		&["min_rows 9", "max_rows 3"],
	);
	refuses(&and("[payouts]\ncurator = 80\nworkers = 15\npersistence = 15"), &["payouts", "110"]);
	refuses(&and("[policy]\nmax_rows = 0"), &["policy.max_rows"]);
	for keys in [
		"remove\"",
		"hash\"",
		"round\"\nprecision = 1",
		"generalize\"\nmapping = { x = \"y\" }",
		"suppress\"\nbelow = 2",
	] {
		let sorted = with("[source]", "order_by = [\"b\", \"a\"]\n[source]");
		let action = keys.split('"').next().unwrap();
		let hidden =
			|column: &str| format!("{sorted}\n[[privacy]]\ncolumn = \"{column}\"\naction = \"{keys}\n");
		refuses(&hidden("a"), &["dataset.order_by", "\"a\"", action, "order of the rows"]);
		Manifest::parse(&hidden("c")).unwrap().check().unwrap();
	}
}

#[test]
fn columns_that_cannot_be_proved_are_refused() {
	refuses(
		&and("[[privacy]]\ncolumn=\"a\"\naction=\"remove\"\n[prove]\ncolumns = [\"a\"]"),
		&["prove.columns", "removed"],
	);
	let prove = |keys: &str| and(&format!("[prove]\n{keys}"));
	refuses(&prove("columns = []"), &["prove.columns", "empty"]);
	refuses(&prove("columns = [\"a\", \"a\"]"), &["prove.columns", "twice"]);
	let many: Vec<String> = (0..65).map(|n| format!("\"c{n}\"")).collect();
	refuses(&prove(&format!("columns = [{}]", many.join(","))), &["prove.columns", "65 columns"]);
	refuses(&prove(&format!("columns = [\"{}\"]", "x".repeat(65))), &["prove.columns", "65 bytes"]);
	refuses(&prove("columns = [\"a\"]\nscale = { b = 1 }"), &["prove.scale.b", "not among"]);
	refuses(&prove("columns = [\"a\"]\nscale = { a = 19 }"), &["prove.scale.a", "19", "18 digits"]);
	refuses(&prove("columns = [\"a\"]\nscale = { a = -1 }"), &["a"]);
	refuses(&prove("columns = [\"a\"]\nscales = { a = 1 }"), &["unknown field", "scales"]);
	let priced = |price: &str| prove(&format!("columns = [\"a\"]\nprice_per_million_rows = \"{price}\""));
	refuses(&priced("0"), &["prove.price_per_million_rows", "is 0"]);
	refuses(&priced("-1 wUSD"), &["negative"]);
	refuses(&priced("cheap"), &["not a price"]);
	Manifest::parse(&priced("0.5 wUSD")).unwrap().check().unwrap();
	let public = |words: &str| prove(&format!("columns = [\"a\", \"b\"]\npublic_words = {words}"));
	refuses(&public("[\"c\"]"), &["prove.public_words", "\"c\"", "not among"]);
	refuses(&public("[\"a\", \"a\"]"), &["prove.public_words", "twice"]);
	refuses(&public("true"), &["`true`", "expected a sequence"]);
	let manifest = Manifest::parse(&public("[\"b\"]")).unwrap();
	manifest.check().unwrap();
	assert_eq!(manifest.prove.unwrap().public_words, ["b"]);
	let good = prove("columns = [\"a\", \"b\"]\nscale = { a = 18, b = 0 }");
	let manifest = Manifest::parse(&good).unwrap();
	manifest.check().unwrap();
	let prove = manifest.prove.unwrap();
	assert_eq!((prove.scale["a"], prove.price_per_million_rows), (18, None));
	assert!(prove.public_words.is_empty(), "none are, where nothing is said");
}

#[test]
fn every_problem_is_reported_at_once() {
	let text = with("\"nyc-weather\"", "\"NYC\"").replace("\"CC0-1.0\"", "\"\"").replace("\"csv\"", "\"s3\"");
	let found = problems(&text);
	assert_eq!(found.len(), 3, "{found:#?}");
	assert!(found[0].starts_with("line 3: dataset.name: \"NYC\""), "{}", found[0]);
}

#[test]
fn an_admin_interface_for_everybody_must_be_asked_for() {
	let minimal = include_str!("../../examples/persistence.minimal.toml");
	let open = format!("{minimal}\n[admin]\nlisten = \"0.0.0.0:9980\"\n");
	let error = PersistenceConfig::parse(&open).unwrap_err().to_string();
	assert!(error.contains("line 7") && error.contains("admin_expose = true"), "{error}");
	let config = PersistenceConfig::parse(&format!("{open}admin_expose = true\n")).unwrap();
	assert_eq!(config.admin.listen.port(), 9980);
	assert!(PersistenceConfig::parse(&format!("{minimal}\n[admin]\nlisten = \"[::1]:1\"\n")).is_ok());
	let same = format!("{minimal}\n[admin]\nmetrics_listen = \"127.0.0.1:9980\"\n");
	assert!(PersistenceConfig::parse(&same).unwrap_err().to_string().contains("another port"));
}

#[test]
fn a_daemon_s_mistakes_are_named() {
	let minimal = include_str!("../../examples/worker.minimal.toml");
	let message = |more: &str| WorkerConfig::parse(&format!("{minimal}{more}")).unwrap_err().to_string();
	assert!(message("listem = []").contains("listem"));
	assert!(message("[limits]\nmemory = 5").contains("memory"));
	assert!(message("[limits]\nmemory_bytes = 0").contains("limits.memory_bytes"));
	assert!(message("[limits]\nmax_attempts = -1").contains("-1"));
	assert!(message("listen = []").contains("nobody could reach"));
	assert!(message("listen = [\"0.0.0.0:30400\"]").contains("listen[0]"));
	assert!(message("bootnodes = [\"/ip4/10.0.0.1/tcp/1\"]").contains("/p2p/"));
	assert!(message("[admin]\nlisten = \"localhost\"").contains("line"));
	let minimal_keeper = include_str!("../../examples/persistence.minimal.toml");
	for limit in ["concurrent_downloads", "download_seconds", "peer_download_bytes_per_minute"] {
		let none = format!("{minimal_keeper}[limits]\n{limit} = 0\n");
		let error = PersistenceConfig::parse(&none).unwrap_err().to_string();
		assert!(error.contains(&format!("limits.{limit}")), "{error}");
	}
	for (least, part) in [
		("\"0\"", "least_bounties[0]"),
		("\"1 wUSD\", \"2 WUSD\"", "least_bounties[1]"),
		("\"much\"", "not a price"),
	] {
		let written = format!("{minimal_keeper}least_bounties = [{least}]\n");
		let error = PersistenceConfig::parse(&written).unwrap_err().to_string();
		assert!(error.contains(part), "{error}");
	}
	assert!(WorkerConfig::parse("data_dir = \"x\"").unwrap_err().to_string().contains("chain_spec"));
	assert!(WorkerConfig::parse(&minimal.replace("\"chain.json\"", "\"\""))
		.unwrap_err()
		.to_string()
		.contains("chain_spec"));
}

#[test]
fn a_configured_manifest_says_whose_it_is() {
	let minimal = include_str!("../../examples/worker.minimal.toml");
	let with = |listing: &str| {
		let entry = |listing| format!("[[manifest]]\nlisting = \"{listing}\"\npath = \"a.toml\"\n");
		WorkerConfig::parse(&format!("{minimal}{}{}", entry("5Grw/trips"), entry(listing)))
	};
	assert_eq!(with("5Hpu/trips").unwrap().manifests.len(), 2);
	for listing in ["trips", "/trips", "5Grw/", "5Grw/Trips", "5Grw/trips/1"] {
		let error = with(listing).unwrap_err().to_string();
		assert!(error.contains("manifest[1].listing") && error.contains("<account>/<name>"), "{error}");
	}
	assert!(with("5Grw/trips").unwrap_err().to_string().contains("has a manifest already"));
	let nameless = format!("{minimal}manifests = [\"trips.toml\"]\n");
	assert!(WorkerConfig::parse(&nameless).unwrap_err().to_string().contains("manifests"));
}
