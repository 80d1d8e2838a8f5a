//! A process that is killed in the middle of its writes leaves whole snapshots only.

use souk_store::{JobStore, NewJob, SnapshotFacts, SnapshotStore, Step};
use std::{
	env, fs,
	io::{BufRead, BufReader, Write},
	path::Path,
	process::{Command, Stdio},
};

const CHILD: &str = "SOUK_STORE_KILL_TEST_DIR";
const BYTES: usize = 300_000;

/// Not a test of its own: started by the test below, it writes until it is killed.
#[test]
fn child_that_writes_until_it_is_killed() {
	let Some(dir) = env::var_os(CHILD) else { return };
	let snapshots = SnapshotStore::open(Path::new(&dir)).unwrap();
	let jobs = JobStore::open(Path::new(&dir)).unwrap();
	jobs.put_job(NewJob { listing: 1, manifest: "m".into(), base_dir: "/".into(), secret: None }, 0).unwrap();
	let first = jobs.runs(1, 1).unwrap().first().map_or(1, |run| run.period + 1);
	for n in first.. {
		let byte = u8::try_from(n % 251).unwrap();
		let facts = SnapshotFacts {
			content_root: [byte; 32],
			cipher_root: [byte; 32],
			bytes: BYTES as u64,
			chunks: 5,
			rows: u64::from(n),
		};
		let mut writer = snapshots.put_plain(1, n % 3).unwrap();
		writer.write_all(&vec![byte; BYTES]).unwrap();
		writer.commit(facts).unwrap();
		snapshots.prune(1, 2).unwrap();
		if let Some(open) = jobs.open_run(1).unwrap() {
			jobs.finish(&open, &serde_json::json!({ "n": open.period }), None, 0).unwrap();
		}
		let run = jobs.begin(1, n, 0).unwrap();
		jobs.advance(&run, &serde_json::json!({ "n": n }), 0).unwrap();
		println!("wrote {n}");
	}
}

#[test]
fn after_a_kill_every_snapshot_is_whole_and_no_file_is_left_over() {
	let dir = tempfile::tempdir().unwrap();
	let mut newest = 0;
	for round in 0..12 {
		let mut child = Command::new(env::current_exe().unwrap())
			.args(["--exact", "child_that_writes_until_it_is_killed", "--nocapture"])
			.env(CHILD, dir.path())
			.stdout(Stdio::piped())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let written = BufReader::new(child.stdout.take().unwrap())
			.lines()
			.map_while(Result::ok)
			.filter_map(|line| line.strip_prefix("wrote ").and_then(|n| n.parse::<u32>().ok()))
			.take(2)
			.last();
		// A different point of the write each time.
		(0..round * 40_000u32).for_each(|n| {
			std::hint::black_box(n);
		});
		child.kill().unwrap();
		child.wait().unwrap();
		assert!(written.unwrap() > newest, "each life goes on where the one before it ended");

		let snapshots = SnapshotStore::open(dir.path()).unwrap();
		let stored = snapshots.list(1).unwrap();
		assert!(!stored.is_empty() && stored.len() <= 3);
		for snapshot in &stored {
			let bytes = fs::read(snapshot.plain.as_ref().unwrap()).unwrap();
			assert_eq!(bytes.len(), BYTES);
			assert!(bytes.iter().all(|byte| *byte == snapshot.content_root[0]));
		}
		assert_eq!(fs::read_dir(dir.path().join("files/1")).unwrap().count(), stored.len());
		assert_eq!(fs::read_dir(dir.path().join("unfinished")).unwrap().count(), 0);
		let jobs = JobStore::open(dir.path()).unwrap();
		let run = jobs.runs(1, 1).unwrap().remove(0);
		newest = run.period;
		assert!(newest >= written.unwrap());
		match run.step {
			Step::Due => assert_eq!(run.outputs, serde_json::json!({})),
			// Recorded: killed between the end of one run and the beginning of the next.
			Step::Fetched | Step::Recorded => assert_eq!(run.outputs, serde_json::json!({ "n": newest })),
			other => panic!("the last run is at step {other}"),
		}
	}
}
