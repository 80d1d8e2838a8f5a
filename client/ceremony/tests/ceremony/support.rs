//! One ceremony for all tests: two people make powers, three the key of `ChunkKey` in era 1.

use clap::Parser;
use souk_ceremony::cli::{run, Cli};
use std::{path::PathBuf, sync::OnceLock};
use tempfile::TempDir;

/// A directory to hold ceremonies in.
pub struct Room(TempDir);

impl Room {
	pub fn new() -> Self {
		Self(tempfile::tempdir().unwrap())
	}

	pub fn path(&self, name: &str) -> PathBuf {
		self.0.path().join(name)
	}

	/// Runs a command. Words that begin with `@` are files of the room.
	pub fn command(&self, line: &str) -> anyhow::Result<String> {
		let words = line.split_whitespace().map(|word| match word.strip_prefix('@') {
			Some(file) => self.path(file).into_os_string(),
			None => word.into(),
		});
		let cli = Cli::try_parse_from(["souk-ceremony".into()].into_iter().chain(words))?;
		let mut out = Vec::new();
		run(cli, &mut out, &mut || Ok(b"whatever somebody typed".to_vec()))?;
		Ok(String::from_utf8(out).unwrap())
	}

	#[track_caller]
	pub fn does(&self, line: &str) -> String {
		self.command(line).unwrap_or_else(|error| panic!("{line}: {error:#}"))
	}

	/// The message with which a command is refused.
	#[track_caller]
	pub fn refused(&self, line: &str) -> String {
		match self.command(line) {
			Ok(out) => panic!("{line} is not refused: {out}"),
			Err(error) => format!("{error:#}"),
		}
	}
}

/// What somebody publishes after contributing.
pub fn hash_in(out: &str) -> String {
	let (_, rest) = out.split_once("Your contribution's hash: ").expect("a hash");
	rest.lines().next().unwrap().to_owned()
}

/// A ceremony that was held.
pub struct Held {
	pub room: Room,
	/// What the contributors published, of the powers and of the key.
	pub published: Vec<String>,
	/// What `finish` said.
	pub finished: String,
}

impl Held {
	/// A line of what `finish` said.
	pub fn said(&self, what: &str) -> &str {
		self.finished.lines().find_map(|line| line.strip_prefix(what)).expect("a line").trim()
	}

	/// The transcript's file.
	pub fn transcript(&self) -> PathBuf {
		self.room.path("keys").join(format!("chunk-key-{}.transcript.json", self.said("verifying key id:")))
	}
}

pub const BEACON: &str =
	"--value 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff --rounds 8";

pub fn held() -> &'static Held {
	static HELD: OnceLock<Held> = OnceLock::new();
	HELD.get_or_init(|| {
		let room = Room::new();
		let mut published = Vec::new();
		room.does("tau new --power 10 --out @tau0");
		published.push(hash_in(&room.does("tau contribute @tau0 --out @tau1 --name Ada")));
		published.push(hash_in(&room.does("tau contribute @tau1 --out @tau2 --name Ben")));
		room.does(&format!("tau beacon @tau2 --out @powers {BEACON}"));
		room.does("new chunk-key --era 1 --powers @powers --out @key0");
		for (number, who) in ["Alice", "Bob", "Carol"].iter().enumerate() {
			let line = format!("contribute @key{number} --out @key{} --name {who}", number + 1);
			published.push(hash_in(&room.does(&line)));
		}
		room.does(&format!("beacon @key3 --out @key {BEACON}"));
		let finished = room.does("finish @key --powers @powers --out @keys");
		Held { room, published, finished }
	})
}
