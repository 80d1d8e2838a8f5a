//! Replays, shortens and searches for sequences by hand. `make fuzz` does the search that goes by the code that is reached.

use souk_fuzz::{
	action,
	search::{self, Found, Search},
	seeds,
};
use std::{
	collections::hash_map::DefaultHasher,
	fs,
	hash::{Hash, Hasher},
	path::{Path, PathBuf},
	process::ExitCode,
	time::Duration,
};

const USAGE: &str = "usage: souk-fuzz <command>
  replay FILE...                 plays sequences, and says what does not hold
  show FILE...                   prints the actions of sequences
  minimise FILE [TO]             writes the shortest sequence in which the same does not hold
  search SECONDS SEED CORPUS [NEW]  searches, and writes what is new into a directory; exit code 1 where something does not hold
  seeds DIRECTORY                writes the hand-written sequences";

fn main() -> ExitCode {
	let arguments: Vec<String> = std::env::args().skip(1).collect();
	let texts: Vec<&str> = arguments.iter().map(String::as_str).collect();
	match run(&texts) {
		Ok(code) => code,
		Err(error) => {
			eprintln!("souk-fuzz: {error}");
			ExitCode::from(2)
		}
	}
}

fn run(arguments: &[&str]) -> Result<ExitCode, String> {
	match arguments {
		["replay", files @ ..] if !files.is_empty() => replay(files),
		["show", files @ ..] if !files.is_empty() => {
			for file in files {
				println!("{file}");
				for action in action::read(&read(Path::new(file))?, usize::MAX) {
					println!("\t{action:?}");
				}
			}
			Ok(ExitCode::SUCCESS)
		}
		["minimise", file] => minimise(file, None),
		["minimise", file, to] => minimise(file, Some(to)),
		["search", seconds, seed, corpus] => hunt(seconds, seed, corpus, None),
		["search", seconds, seed, corpus, new] => hunt(seconds, seed, corpus, Some(new)),
		["seeds", directory] => {
			for (name, bytes) in seeds::all() {
				write(&Path::new(directory).join(name), &bytes)?;
			}
			Ok(ExitCode::SUCCESS)
		}
		_ => Err(USAGE.into()),
	}
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
	fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
	fs::write(file, bytes).map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

fn replay(files: &[&str]) -> Result<ExitCode, String> {
	let mut code = ExitCode::SUCCESS;
	for file in files {
		let outcome = souk_fuzz::run(&read(Path::new(file))?);
		let souk_fuzz::Outcome { calls, done, blocks, .. } = outcome;
		match outcome.violation {
			None => println!("{file}: {done} of {calls} calls in {blocks} blocks, and all holds"),
			Some(broken) => {
				println!("{file}: {broken}");
				code = ExitCode::FAILURE;
			}
		}
	}
	Ok(code)
}

fn minimise(file: &str, to: Option<&str>) -> Result<ExitCode, String> {
	let bytes = read(Path::new(file))?;
	// Each sequence that is shorter and still breaks something would say so.
	std::panic::set_hook(Box::new(|_| {}));
	let shorter = search::minimise(&bytes);
	let to = to.map_or_else(|| PathBuf::from(format!("{file}.min")), PathBuf::from);
	write(&to, &shorter)?;
	println!("{}: {} bytes instead of {}", to.display(), shorter.len(), bytes.len());
	Ok(ExitCode::SUCCESS)
}

fn hunt(seconds: &str, seed: &str, corpus: &str, new: Option<&str>) -> Result<ExitCode, String> {
	let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text} is no number"));
	let time = Duration::from_secs(number(seconds)?);
	let mut known = Vec::new();
	let directory = fs::read_dir(corpus).map_err(|error| format!("{corpus} cannot be read: {error}"))?;
	let mut files: Vec<PathBuf> = directory.filter_map(|entry| Some(entry.ok()?.path())).collect();
	files.sort();
	for file in files {
		known.push(read(&file)?);
	}
	std::panic::set_hook(Box::new(|_| {}));
	let size = known.len();
	let mut search = Search::new(number(seed)?, known);
	let mut count = 0;
	let found = search.go(time, u64::MAX, |bytes| {
		count += 1;
		if let Some(directory) = new {
			// A sequence that cannot be kept is no reason to stop.
			let _ = fs::write(Path::new(directory).join(name_of(bytes)), bytes);
		}
	});
	let Found::Violation(bytes, broken) = found else {
		println!("nothing in {} sequences, of which {count} did something new", search.played);
		return Ok(ExitCode::SUCCESS);
	};
	let file = new.map_or_else(std::env::temp_dir, PathBuf::from).join(format!("found-{}", name_of(&bytes)));
	write(&file, &bytes)?;
	// The corpus comes first.
	let of_corpus = usize::try_from(search.played).is_ok_and(|played| played <= size);
	println!("{} {}", if of_corpus { "corpus, sequence" } else { "chance, sequence" }, search.played);
	println!("{broken}");
	println!("souk-fuzz replay {}", file.display());
	Ok(ExitCode::FAILURE)
}

fn name_of(bytes: &[u8]) -> String {
	let mut hasher = DefaultHasher::new();
	bytes.hash(&mut hasher);
	format!("{:016x}", hasher.finish())
}
