//! Columns under `[prove]`: what is committed to, by whom it can be computed again, and what cannot or may not be committed to.

use crate::support::{secret, Dataset, LISTING};
use souk_engine::columns::{Columns, ColumnsError, SnapshotFile};
use souk_protocol::Digest;
use souk_store::SnapshotStore;
use souk_worker::{error::StepError, tasks::seal, work::Work};
use std::fs::File;

const PROVE: &str = "[prove]\ncolumns = [\"town\", \"temp\", \"day\", \"id\"]\nscale = { temp = 2 }";
const TABLE: &str = "id,town,temp,day,note\n1,Oslo,39.02,2026-01-01,a\n2,Rome,-0.5,2026-01-02,b\n3,,,,c\n4,Oslo,7,2026-01-03,d\n";

/// Goes up to the sealed snapshot, and returns the commitment to its columns.
fn root_of(dataset: &Dataset, change: impl FnOnce(&mut Work)) -> Result<Option<Digest>, StepError> {
	let dir = tempfile::tempdir().unwrap();
	let mut work = dataset.work(dir.path());
	change(&mut work);
	let mut outputs = dataset.encode(&work)?;
	let store = SnapshotStore::open(dir.path()).unwrap();
	seal::run(&work, &mut outputs, &store)?;
	let root = outputs.commitments.unwrap().columns_root;
	// As after a kill.
	seal::run(&work, &mut outputs, &store)?;
	assert_eq!(outputs.commitments.unwrap().columns_root, root);
	if let Some(root) = root {
		// Whoever has the file and the key can compute it again.
		let columns =
			Columns::of(SnapshotFile::new(File::open(work.snapshot_file()).unwrap()).unwrap()).unwrap();
		let key = work.secret.snapshot_key(LISTING, work.period).columns_key();
		let again = columns.commit::<ColumnsError>(&key, || Ok(())).unwrap();
		assert_eq!(again.root(), root);
		assert_ne!(columns.commit::<ColumnsError>(&[0; 32], || Ok(())).unwrap().root(), root);
	}
	Ok(root)
}

fn root(table: &str, prove: &str) -> Option<Digest> {
	root_of(&Dataset::csv(table, prove), |_| {}).unwrap()
}

fn refusal(table: &str, prove: &str) -> String {
	match root_of(&Dataset::csv(table, prove), |_| {}) {
		Err(StepError::Poison(text)) => text,
		other => panic!("{prove}: {other:?}"),
	}
}

#[test]
fn two_workers_commit_to_the_same_columns() {
	let dataset = Dataset::csv(TABLE, PROVE);
	let first = root_of(&dataset, |_| {}).unwrap();
	assert!(first.is_some());
	assert_eq!(root_of(&Dataset::csv(TABLE, PROVE), |work| work.memory_bytes = 8 << 20).unwrap(), first);
	// The salts come out of the snapshot's key: nobody can tell that two snapshots have a column in common.
	assert_ne!(root_of(&dataset, |work| work.period += 1).unwrap(), first);
}

#[test]
fn a_cell_a_null_a_name_a_scale_and_the_order_of_columns_are_committed_to() {
	let good = root(TABLE, PROVE);
	for (from, to) in [
		("39.02", "39.01"),
		("-0.5", "0.5"),
		("Rome", "Roma"),
		("3,,,,c", "3,,0,,c"),
		("2026-01-03", "2026-01-04"),
		("4,Oslo", "5,Oslo"),
		("4,Oslo,7,2026-01-03,d\n", ""),
	] {
		assert!(TABLE.contains(from));
		assert_ne!(root(&TABLE.replace(from, to), PROVE), good, "{from} to {to}");
	}
	for (from, to) in
		[("\"town\", \"temp\"", "\"temp\", \"town\""), (", \"id\"", ""), ("temp = 2", "temp = 3")]
	{
		assert_ne!(root(TABLE, &PROVE.replace(from, to)), good, "{from} to {to}");
	}
	// What is not under [prove] is not in it.
	assert_eq!(root(&TABLE.replace(",d\n", ",e\n"), PROVE), good);
}

#[test]
fn without_prove_there_is_no_commitment_to_columns() {
	assert_eq!(root(TABLE, ""), None);
	let dataset = Dataset::csv(TABLE, "");
	let dir = tempfile::tempdir().unwrap();
	let work = dataset.work(dir.path());
	dataset.encode(&work).unwrap();
	let columns = Columns::of(SnapshotFile::new(File::open(work.snapshot_file()).unwrap()).unwrap());
	assert!(matches!(columns, Err(ColumnsError::NotDeclared)));
}

#[test]
fn an_empty_table_is_committed_to_as_well() {
	let rest = format!("[transform]\nsql = \"SELECT * FROM source WHERE id > 9\"\n\n{PROVE}");
	assert!(root(TABLE, &rest).is_some());
}

#[test]
fn what_cannot_be_committed_to_is_poison_and_named() {
	for (table, prove, words) in [
		// The third digit of the second row.
		(TABLE.replace("-0.5", "-0.505"), PROVE, &["[prove]", "temp", "row 2", "5.05", "2 digits"][..]),
		(TABLE.into(), "[prove]\ncolumns = [\"temp\"]", &["[prove]", "temp", "scale"]),
		(TABLE.into(), "[prove]\ncolumns = [\"tmp\"]", &["[prove]", "no column tmp"]),
		(
			TABLE.into(),
			"[prove]\ncolumns = [\"town\"]\nscale = { town = 1 }",
			&["[prove]", "town", "no numbers"],
		),
		(
			TABLE.into(),
			"[transform]\nsql = \"SELECT id, [temp] AS many FROM source\"\n\n[prove]\ncolumns = [\"many\"]",
			&["[prove]", "many", "List"],
		),
	] {
		let text = refusal(&table, prove);
		assert!(words.iter().all(|word| text.contains(word)), "{text}");
	}
	let words: String = (0..4097).map(|n| format!("{n},w{n}\n")).collect();
	let text = refusal(&format!("id,town\n{words}"), "[prove]\ncolumns = [\"town\"]");
	assert!(["[prove]", "town", "4096"].iter().all(|word| text.contains(word)), "{text}");
}

/// The commitment under a policy that shows no group of fewer rows than `least`.
fn root_under(least: u32, table: &str, rest: &str) -> Result<Option<Digest>, StepError> {
	root_of(&Dataset::csv(table, rest), |work| work.group_size = least)
}

/// Why there is none.
fn refusal_under(least: u32, table: &str, rest: &str) -> String {
	match root_under(least, table, rest) {
		Err(StepError::Poison(text)) => text,
		other => panic!("{least}: {rest}: {other:?}"),
	}
}

#[test]
fn a_word_on_fewer_rows_than_a_group_of_the_policy_is_poison_and_is_not_told() {
	// Rome is on one row; the missing town of the third is no word.
	let good = root(TABLE, PROVE);
	assert_eq!(root_under(1, TABLE, PROVE).unwrap(), good);
	let text = refusal_under(2, TABLE, PROVE);
	assert!(
		["[prove]", "\"town\"", "fewer than 2 rows", "public_words"].iter().all(|word| text.contains(word)),
		"{text}"
	);
	assert!(!text.contains("Rome") && !text.contains("Oslo"), "{text}");
	// Now Oslo is on three.
	let table = TABLE.replace("Rome", "Oslo");
	assert!(root_under(3, &table, PROVE).unwrap().is_some());
	assert!(refusal_under(4, &table, PROVE).contains("fewer than 4 rows"));
	// Nobody gets the words of a column that is not committed to, and numbers have none.
	let others = "[prove]\ncolumns = [\"id\", \"day\"]";
	assert_eq!(root_under(100, TABLE, others).unwrap(), root(TABLE, others));
}

#[test]
fn words_may_be_declared_public_column_by_column() {
	let public = format!("{PROVE}\npublic_words = [\"town\"]");
	// It changes nothing of the commitment.
	assert_eq!(root_under(100, TABLE, &public).unwrap(), root(TABLE, PROVE));
	let both = "[prove]\ncolumns = [\"note\", \"town\"]";
	let text = refusal_under(2, TABLE, both);
	assert!(text.contains("\"note\", \"town\""), "{text}");
	let text = refusal_under(2, TABLE, &format!("{both}\npublic_words = [\"town\"]"));
	assert!(text.contains("\"note\"") && !text.contains("town"), "{text}");
}

#[test]
fn rare_words_may_be_suppressed_instead() {
	let suppress = |least: u32| {
		format!("{PROVE}\n\n[[privacy]]\ncolumn = \"town\"\naction = \"suppress\"\nbelow = {least}")
	};
	assert!(root_under(2, TABLE, &suppress(2)).unwrap().is_some());
	assert!(refusal_under(3, TABLE, &suppress(2)).contains("below = 3"));
	assert!(root_under(3, TABLE, &suppress(3)).unwrap().is_some());
}

#[test]
fn the_salts_are_of_the_listing_s_secret() {
	let other = |work: &mut Work| {
		work.secret = souk_protocol::ListingSecret::from_bytes([8; 32]).unwrap();
	};
	let dataset = Dataset::csv(TABLE, PROVE);
	assert_ne!(secret().to_bytes(), [8; 32]);
	assert_ne!(root_of(&dataset, other).unwrap(), root_of(&dataset, |_| {}).unwrap());
}
