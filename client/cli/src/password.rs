//! Where passwords come from: a file, the environment, or a person at a terminal.

use crate::failure::{at_path, Failure};
use std::{io::IsTerminal as _, path::PathBuf};

/// Environment variable with the password.
pub const VARIABLE: &str = "SOUK_PASSWORD";

/// The sources, in the order in which they are asked.
#[derive(Clone, Default)]
pub struct Passwords {
	/// `--password-file`: its first line.
	pub file: Option<PathBuf>,
	/// `SOUK_PASSWORD`.
	pub variable: Option<String>,
}

impl Passwords {
	/// The password of an existing key.
	pub fn existing(&self, key: &str) -> Result<String, Failure> {
		match self.given()? {
			Some(password) => Ok(password),
			None => ask(&format!("Password of key {key}: ")),
		}
	}

	/// The password of a new key; a person types it twice.
	pub fn fresh(&self, key: &str) -> Result<String, Failure> {
		let password = match self.given()? {
			Some(password) => password,
			None => {
				let password = ask(&format!("New password of key {key}: "))?;
				if password != ask("Again: ")? {
					return Err(Failure::usage("the two passwords differ; nothing was written, try again"));
				}
				password
			}
		};
		if password.is_empty() {
			return Err(Failure::usage("an empty password protects nothing; choose another"));
		}
		Ok(password)
	}

	fn given(&self) -> Result<Option<String>, Failure> {
		let Some(path) = &self.file else { return Ok(self.variable.clone()) };
		let text = std::fs::read_to_string(path).map_err(at_path("read the password file", path))?;
		Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
	}
}

fn ask(prompt: &str) -> Result<String, Failure> {
	if !std::io::stdin().is_terminal() {
		return Err(Failure::usage(format!(
			"a password is needed and nobody can be asked; use --password-file or {VARIABLE}"
		)));
	}
	rpassword::prompt_password(prompt)
		.map_err(|error| Failure::failed(format!("cannot read the password: {error}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_file_goes_before_the_environment() {
		let dir = tempfile::tempdir().unwrap();
		let file = dir.path().join("password");
		std::fs::write(&file, "from the file\nsecond line\n").unwrap();
		let both = Passwords { file: Some(file), variable: Some("from outside".into()) };
		assert_eq!(both.existing("k").unwrap(), "from the file");
		let variable = Passwords { file: None, variable: Some("from outside".into()) };
		assert_eq!(variable.fresh("k").unwrap(), "from outside");
	}

	#[test]
	fn an_empty_password_or_a_missing_file_is_refused() {
		let empty = Passwords { file: None, variable: Some(String::new()) };
		assert!(empty.fresh("k").is_err());
		let missing = Passwords { file: Some("/nonexistent/password".into()), variable: None };
		assert!(missing.existing("k").unwrap_err().message.contains("/nonexistent/password"));
	}
}
