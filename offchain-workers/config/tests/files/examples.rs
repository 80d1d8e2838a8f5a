//! The example files are read, the minimal ones mean the defaults, and the maximal ones have every key.

use std::path::{Path, PathBuf};

use souk_config::{
	Bound, DaemonConfig, Manifest, PersistenceConfig, PersistenceLimits, PlanKind, Policy, PrivacyAction,
	Rule, SourceKind, WorkerConfig, WorkerLimits,
};

fn example(name: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

#[test]
fn the_minimal_manifest_has_the_defaults() {
	let (manifest, base) = Manifest::load(&example("manifest.minimal.toml")).unwrap();
	assert_eq!(manifest.dataset.name, "nyc-weather");
	assert_eq!(manifest.dataset.retention, 24);
	assert!(manifest.dataset.order_by.is_empty());
	assert_eq!(manifest.source.kind, SourceKind::Csv);
	assert_eq!(manifest.source.path(&base), example("data/weather.csv.gz"));
	assert_eq!(manifest.source.delimiter(), b',');
	assert!(manifest.source.has_header());
	assert_eq!(manifest.transform.sql, "SELECT * FROM source");
	assert_eq!(manifest.policy, Policy::default());
	assert_eq!(
		(manifest.payouts.curator, manifest.payouts.workers, manifest.payouts.persistence),
		(70, 15, 15)
	);
	assert_eq!(manifest.plans[0].price.units(6), Ok(5_000_000));
	assert_eq!(manifest.plans[0].period.unwrap().blocks(), 864_000);
}

#[test]
fn the_maximal_manifest_has_every_rule_action_and_plan() {
	let (manifest, _) = Manifest::load(&example("manifest.maximal.toml")).unwrap();
	let rules: Vec<_> = manifest.rules.iter().map(Rule::name).collect();
	assert_eq!(rules, ["min_rows", "max_rows", "not_null", "unique", "in_range", "matches"]);
	assert_eq!(manifest.rules[3].columns(), ["origin", "time_hour"]);
	assert!(matches!(
		&manifest.rules[4],
		Rule::InRange { min: Some(Bound::Integer(-40)), max: Some(Bound::Float(max)), .. } if *max == 130.5
	));
	let actions: Vec<_> = manifest.privacy.iter().map(|rule| rule.action.name()).collect();
	assert_eq!(actions, ["keep", "remove", "hash", "round", "generalize", "suppress"]);
	assert!(matches!(
		&manifest.privacy[4].action,
		PrivacyAction::Generalize { mapping, default: Some(default) } if mapping["EWR"] == "New Jersey" && default == "elsewhere"
	));
	let kinds: Vec<_> = manifest.plans.iter().map(|plan| plan.kind).collect();
	assert_eq!(kinds, [PlanKind::Trial, PlanKind::Subscription, PlanKind::PayPerQuery, PlanKind::OneTime]);
	assert!(manifest.plans[0].price.is_free());
	let prove = manifest.prove.unwrap();
	assert_eq!(prove.columns, ["origin", "temp", "wind_speed"]);
	assert_eq!(prove.scale.into_iter().collect::<Vec<_>>(), [("temp".into(), 2), ("wind_speed".into(), 1)]);
	assert_eq!(prove.price_per_million_rows.map(|price| price.to_string()).as_deref(), Some("0.5 wUSD"));
	assert_eq!(prove.public_words, ["origin"]);
}

#[test]
fn a_worker_s_examples_are_read() {
	let minimal = WorkerConfig::load(&example("worker.minimal.toml")).unwrap();
	assert_eq!(minimal.limits, WorkerLimits::default());
	assert_eq!(minimal.admin.listen, "127.0.0.1:9970".parse().unwrap());
	assert_eq!(minimal.account_key, example("worker.key"));
	// The maximal file states the defaults.
	let maximal = WorkerConfig::load(&example("worker.maximal.toml")).unwrap();
	assert_eq!(
		(&maximal.limits, &maximal.admin, &maximal.listen),
		(&minimal.limits, &minimal.admin, &minimal.listen)
	);
	let [manifest] = maximal.manifests.as_slice() else { panic!("{:?}", maximal.manifests) };
	assert_eq!(manifest.path, example("weather.toml"));
	assert_eq!(manifest.account_and_name().unwrap().1, "nyc-weather");
}

#[test]
fn a_persistence_node_s_examples_are_read() {
	let minimal = PersistenceConfig::load(&example("persistence.minimal.toml")).unwrap();
	assert_eq!(minimal.limits, PersistenceLimits::default());
	assert_eq!(minimal.admin.metrics_listen, "127.0.0.1:9981".parse().unwrap());
	assert!(!minimal.allow_unsandboxed && !minimal.report_conflicts);
	assert_eq!((&minimal.curators, &minimal.proving_keys), (&None, &None));
	let small =
		include_str!("../../examples/persistence.minimal.toml").to_owned() + "[limits]\nstore_bytes = 400\n";
	assert_eq!(PersistenceConfig::parse(&small).unwrap().limits.listing_bytes, Some(100));
	let maximal = PersistenceConfig::load(&example("persistence.maximal.toml")).unwrap();
	assert_eq!(maximal.proving_keys, Some(example("proving-keys")));
	assert_eq!((minimal.health_listen, maximal.health_listen), (None, Some("0.0.0.0:9982".parse().unwrap())));
	assert!(minimal.least_bounties.is_empty());
	let least: Vec<String> = maximal.least_bounties.iter().map(ToString::to_string).collect();
	assert_eq!(least, ["1 SOUK", "0.5 wUSD"]);
	assert_eq!(
		(&maximal.limits, &maximal.admin, &maximal.listen),
		(&minimal.limits, &minimal.admin, &minimal.listen)
	);
}

/// Every key that serialising writes stands in the maximal file, so that a new one cannot be forgotten there.
#[test]
fn the_maximal_examples_have_every_key() {
	fn keys(value: &toml::Value, prefix: &str, found: &mut Vec<String>) {
		match value {
			toml::Value::Table(table) => {
				for (key, value) in table {
					let path = format!("{prefix}.{key}");
					found.push(path.clone());
					keys(value, &path, found);
				}
			}
			toml::Value::Array(items) => items.iter().for_each(|item| keys(item, prefix, found)),
			_ => {}
		}
	}
	fn check<T: serde::Serialize>(name: &str, parsed: &T) {
		let written: toml::Value = toml::from_str(&std::fs::read_to_string(example(name)).unwrap()).unwrap();
		let (mut in_file, mut in_type) = (Vec::new(), Vec::new());
		keys(&written, "", &mut in_file);
		keys(&toml::Value::try_from(parsed).unwrap(), "", &mut in_type);
		for key in in_type {
			assert!(in_file.contains(&key), "{name} lacks {key}");
		}
	}
	check("manifest.maximal.toml", &Manifest::load(&example("manifest.maximal.toml")).unwrap().0);
	check("worker.maximal.toml", &WorkerConfig::load(&example("worker.maximal.toml")).unwrap());
	check(
		"persistence.maximal.toml",
		&PersistenceConfig::load(&example("persistence.maximal.toml")).unwrap(),
	);
}
