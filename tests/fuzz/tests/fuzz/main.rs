//! The corpus holds and has every call, chance finds nothing, whole lives leave nothing behind, the planted bugs can still be planted, and each check finds what it is for.

mod broken;
mod calls;
mod corpus;
mod lifecycles;
mod planted;
mod random;

use std::path::{Path, PathBuf};

/// A directory of this crate.
fn directory(name: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The sequences of the corpus, by name.
fn sequences() -> Vec<(String, Vec<u8>)> {
	let mut all: Vec<_> = std::fs::read_dir(directory("corpus"))
		.expect("there is a corpus")
		.map(|entry| {
			let path = entry.expect("it can be read").path();
			let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
			(name, std::fs::read(path).expect("it can be read"))
		})
		.collect();
	all.sort();
	all
}
