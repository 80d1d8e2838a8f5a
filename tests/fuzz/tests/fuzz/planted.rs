//! The planted bugs fit the code as it is: each patch changes lines that are there.

use std::{fs, path::Path};

/// Where they are, and how many: those of the fuzzer with what turns them on, and those of the runtime's books.
const PLANTED: [(&str, usize); 2] =
	[("tests/fuzz/planted", 26 + 1), ("runtime/tests/wired/books/planted", 18)];

/// A file of a patch, and the lines that it takes out, each with those before and after it.
fn hunks(patch: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
	let mut hunks = Vec::new();
	let mut file = String::new();
	for line in patch.lines() {
		if let Some(name) = line.strip_prefix("+++ b/") {
			file = name.into();
		} else if line.starts_with("@@") {
			hunks.push((file.clone(), Vec::new(), Vec::new()));
		} else if let Some((_, before, after)) = hunks.last_mut() {
			match line.split_at_checked(1) {
				Some(("-", rest)) => before.push(rest.into()),
				Some(("+", rest)) => after.push(rest.into()),
				Some((" ", rest)) => {
					before.push(rest.into());
					after.push(rest.into());
				}
				_ => {}
			}
		}
	}
	hunks
}

#[test]
fn the_planted_bugs_can_be_planted() {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
	let mut patches = Vec::new();
	for (directory, count) in PLANTED {
		let there = fs::read_dir(root.join(directory))
			.expect("there are planted bugs")
			.map(|entry| entry.expect("it can be read").path())
			.filter(|path| path.extension().is_some_and(|extension| extension == "patch"));
		let before = patches.len();
		patches.extend(there);
		assert_eq!(patches.len() - before, count, "{directory}");
	}
	patches.sort();
	for path in patches {
		let patch = fs::read_to_string(&path).expect("it can be read");
		let hunks = hunks(&patch);
		assert!(!hunks.is_empty(), "{} changes nothing", path.display());
		for (file, before, after) in hunks {
			assert_ne!(before, after, "{} changes nothing", path.display());
			let code = fs::read_to_string(root.join(&file)).unwrap_or_default();
			let lines: Vec<&str> = code.lines().collect();
			let places = lines.windows(before.len()).filter(|window| *window == before.as_slice()).count();
			assert_eq!(places, 1, "{} does not fit {file} any more", path.display());
		}
	}
}
