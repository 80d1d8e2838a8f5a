//! How a demo speaks: chapters and lines for a newcomer, and what it reads out of the documents that `souk` prints.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Planck in the millionth of a SOUK.
const MICRO_SOUK: u128 = 1_000_000;

/// Begins a chapter.
pub fn chapter(text: &str) {
	println!("\n── {text}");
}

/// Says what happened in it.
pub fn says(text: impl AsRef<str>) {
	println!("   {}", text.as_ref());
}

/// An amount's smallest units.
pub fn units(amount: &Value) -> Result<u128> {
	Ok(amount["units"].as_str().with_context(|| format!("not an amount: {amount}"))?.parse()?)
}

/// An amount with its symbol.
pub fn amount(value: &Value) -> String {
	format!("{} {}", value["amount"].as_str().unwrap_or("?"), value["symbol"].as_str().unwrap_or_default())
}

/// Micro-dollars as dollars.
pub fn micro(units: u128) -> String {
	format!("{}.{:06}", units / 1_000_000, units % 1_000_000)
}

/// The block that a document names.
pub fn block(document: &Value) -> Result<u64> {
	document["block"].as_u64().with_context(|| format!("no block in {document}"))
}

/// A text of a document.
pub fn text(document: &Value, key: &str) -> Result<String> {
	Ok(document[key].as_str().with_context(|| format!("no {key} in {document}"))?.to_owned())
}

/// Planck as SOUK, to the millionth.
pub fn souk(planck: u128) -> String {
	micro(planck / MICRO_SOUK)
}

/// The treasury's address: an account that nobody has a key for.
pub fn treasury() -> String {
	let mut account = [0; 32];
	account[..12].copy_from_slice(b"modlsk/trsry");
	souk_custody::format_account(&account)
}

/// Runs a demo in a folder of its own, or in the one of `--keep DIR`, and says how it ended. Returns the exit code.
///
/// Everything that a demo has started has to be ended when `tell` returns.
pub fn told(name: &str, tell: impl FnOnce(&Path) -> Result<()>) -> i32 {
	match in_folder(name, tell) {
		Ok(()) => {
			println!("{name}: ok");
			0
		}
		Err(error) => {
			eprintln!("\n{name}: failed: {error:#}");
			1
		}
	}
}

fn in_folder(name: &str, tell: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
	let mut args = std::env::args().skip(1);
	let keep = match (args.next().as_deref(), args.next()) {
		(None, _) => None,
		(Some("--keep"), Some(dir)) => Some(PathBuf::from(dir)),
		_ => anyhow::bail!("usage: souk-{name} [--keep DIR]"),
	};
	let temporary = tempfile::tempdir()?;
	let dir = match &keep {
		Some(dir) => {
			std::fs::create_dir_all(dir)?;
			dir.canonicalize()?
		}
		None => temporary.path().to_path_buf(),
	};
	tell(&dir)
}
