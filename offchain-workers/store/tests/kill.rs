//! A process that is killed in the middle of its writes leaves whole snapshots only, and every proof that it was to make.

use souk_store::{JobStore, NewJob, ProofStore, SnapshotFacts, SnapshotStore, Step};
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

const PROVER: &str = "SOUK_STORE_KILLED_PROVER_DIR";

fn statement(n: u32) -> [u8; 32] {
	let mut name = [0; 32];
	name[..4].copy_from_slice(&n.to_le_bytes());
	name
}

/// Not a test of its own: started by the test below, it notes jobs and ends each second one until it is killed.
#[test]
fn child_that_proves_until_it_is_killed() {
	let Some(dir) = env::var_os(PROVER) else { return };
	let proofs = ProofStore::open(Path::new(&dir), 1 << 20).unwrap();
	for n in 0u32.. {
		let job = proofs.begin(&n.to_le_bytes()).unwrap();
		proofs.put(&statement(n), &n.to_le_bytes().repeat(2_500)).unwrap();
		if n.is_multiple_of(2) {
			proofs.end(job).unwrap();
		}
		println!("noted {n}");
	}
}

#[test]
fn after_a_kill_every_job_that_was_not_done_is_left_and_every_proof_is_whole() {
	for round in 0..6 {
		let dir = tempfile::tempdir().unwrap();
		let mut child = Command::new(env::current_exe().unwrap())
			.args(["--exact", "child_that_proves_until_it_is_killed", "--nocapture"])
			.env(PROVER, dir.path())
			.stdout(Stdio::piped())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let noted = BufReader::new(child.stdout.take().unwrap())
			.lines()
			.map_while(Result::ok)
			.filter_map(|line| line.strip_prefix("noted ").and_then(|n| n.parse::<u32>().ok()))
			.take(20 + round)
			.last()
			.unwrap();
		child.kill().unwrap();
		child.wait().unwrap();

		let proofs = ProofStore::open(dir.path(), 1 << 20).unwrap();
		let left = proofs.left(3).unwrap();
		let jobs: Vec<u32> =
			left.iter().map(|left| u32::from_le_bytes(left.job[..].try_into().unwrap())).collect();
		let before: Vec<u32> = jobs.iter().copied().filter(|n| *n <= noted).collect();
		assert_eq!(before, (0..=noted).filter(|n| n % 2 == 1).collect::<Vec<_>>());
		assert!(left.iter().all(|left| left.lives == 2));
		for n in noted.saturating_sub(10)..=noted + 3 {
			match proofs.get(&statement(n)).unwrap() {
				Some(bundle) => assert_eq!(bundle, n.to_le_bytes().repeat(2_500)),
				None => {
					assert!(n > noted || jobs.last().is_some_and(|last| *last > noted + 80), "{n} is lost")
				}
			}
		}
	}
}
