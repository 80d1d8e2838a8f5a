//! `souk key`: keys at rest.

use crate::{
	context::Context,
	failure::{at_path, Failure},
	output::{self, Out},
};
use serde::Serialize;
use souk_custody::KeyInfo;
use std::{io::Read as _, path::PathBuf};

/// `souk key …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Make a key and show its recovery phrase, once
	New {
		/// What to call it
		name: String,
	},
	/// Take over a key from its recovery phrase, hexadecimal seed or development URI
	Import {
		/// What to call it
		name: String,
		/// File with the phrase; without it, it is asked for, or read from standard input
		#[arg(long, value_name = "FILE")]
		file: Option<PathBuf>,
	},
	/// All keys
	List,
	/// The public part of a key
	Show {
		/// Its name
		name: String,
	},
}

#[derive(Debug, Serialize)]
struct KeyRecord {
	name: String,
	address: String,
	public_key: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	recovery_phrase: Option<String>,
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::New { name } => new(&name, ctx, out),
		Command::Import { name, file } => import(&name, file, ctx, out),
		Command::List => list(ctx, out),
		Command::Show { name } => show(&name, ctx, out),
	}
}

fn new(name: &str, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let password = ctx.passwords.fresh(name)?;
	let phrase = ctx.keystore.create(name, &password)?;
	let record = KeyRecord { recovery_phrase: Some(phrase.to_string()), ..record(ctx.keystore.show(name)?) };
	if ctx.json {
		return output::json(out, &record);
	}
	describe(&record, out)?;
	writeln!(out)?;
	writeln!(out, "Recovery phrase, shown this once. Write it down; whoever has it has the account:")?;
	writeln!(out)?;
	writeln!(out, "    {}", record.recovery_phrase.unwrap_or_default())?;
	Ok(())
}

fn import(name: &str, file: Option<PathBuf>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let phrase = match file {
		Some(path) => std::fs::read_to_string(&path).map_err(at_path("read the recovery phrase", &path))?,
		None => secret_from_stdin()?,
	};
	let password = ctx.passwords.fresh(name)?;
	let record = record(ctx.keystore.import(name, &password, phrase.trim())?);
	if ctx.json {
		return output::json(out, &record);
	}
	describe(&record, out)
}

/// Never from the command line: other users of the machine see that, and shells keep it.
fn secret_from_stdin() -> Result<String, Failure> {
	use std::io::IsTerminal as _;
	let unreadable = |error| Failure::failed(format!("cannot read the recovery phrase: {error}"));
	if std::io::stdin().is_terminal() {
		return rpassword::prompt_password("Recovery phrase or seed (not shown): ").map_err(unreadable);
	}
	let mut text = String::new();
	std::io::stdin().take(4096).read_to_string(&mut text).map_err(unreadable)?;
	Ok(text)
}

fn list(ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let keys: Vec<_> = ctx.keystore.list()?.into_iter().map(record).collect();
	if ctx.json {
		return output::json(out, &keys);
	}
	if keys.is_empty() {
		writeln!(out, "No keys in {}. `souk key new <name>` makes one.", ctx.home.keys().display())?;
		return Ok(());
	}
	let rows = keys.into_iter().map(|key| vec![key.name, key.address]).collect();
	output::table(out, ctx.screen.width, &["key", "address"], rows)
}

fn show(name: &str, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let record = record(ctx.keystore.show(name)?);
	if ctx.json {
		return output::json(out, &record);
	}
	describe(&record, out)
}

fn describe(record: &KeyRecord, out: Out<'_>) -> Result<(), Failure> {
	output::pairs(
		out,
		&[
			("key", record.name.clone()),
			("address", record.address.clone()),
			("public key", record.public_key.clone()),
		],
	)
}

fn record(key: KeyInfo) -> KeyRecord {
	KeyRecord { name: key.name, address: key.address, public_key: key.public_key, recovery_phrase: None }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::context::tests::offline;
	use serde_json::Value;

	async fn json(command: Command, ctx: &Context) -> Value {
		let mut out = Vec::new();
		run(command, ctx, &mut out).await.unwrap();
		serde_json::from_slice(&out).unwrap()
	}

	#[tokio::test]
	async fn a_key_is_made_listed_and_shown() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path()).with_json();
		assert_eq!(json(Command::List, &ctx).await, Value::Array(vec![]));
		let made = json(Command::New { name: "main".into() }, &ctx).await;
		assert_eq!(made["recovery_phrase"].as_str().unwrap().split(' ').count(), 12);
		let shown = json(Command::Show { name: "main".into() }, &ctx).await;
		assert_eq!(shown["address"], made["address"]);
		assert!(shown.get("recovery_phrase").is_none());
		assert_eq!(json(Command::List, &ctx).await, Value::Array(vec![shown]));
	}

	#[tokio::test]
	async fn a_recovery_phrase_brings_the_same_account_back() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path()).with_json();
		let made = json(Command::New { name: "old".into() }, &ctx).await;
		let file = dir.path().join("phrase");
		std::fs::write(&file, format!("{}\n", made["recovery_phrase"].as_str().unwrap())).unwrap();
		let imported = json(Command::Import { name: "new".into(), file: Some(file) }, &ctx).await;
		assert_eq!(imported["address"], made["address"]);
	}

	#[tokio::test]
	async fn a_key_is_not_overwritten_and_a_missing_one_is_not_found() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let mut out = Vec::new();
		run(Command::New { name: "main".into() }, &ctx, &mut out).await.unwrap();
		let text = String::from_utf8(out).unwrap();
		assert!(text.contains("Recovery phrase, shown this once"), "{text}");
		assert!(run(Command::New { name: "main".into() }, &ctx, &mut Vec::new()).await.is_err());
		let missing = run(Command::Show { name: "other".into() }, &ctx, &mut Vec::new()).await.unwrap_err();
		assert_eq!(missing.kind, crate::failure::Kind::NotFound);
	}
}
