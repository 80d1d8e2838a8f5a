//! What can go wrong with keys.

use std::path::PathBuf;

/// An error of custody. None of them contains a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
	/// No directory for keys can be found out.
	#[error("there is no place for keys: set SOUK_HOME or HOME, or name a directory")]
	NoHome,
	/// A name that cannot be a file's name.
	#[error("{name:?} is not a key name: use 1 to 64 letters, digits, '-' and '_'")]
	InvalidName {
		/// What was given.
		name: String,
	},
	/// There is no key of this name.
	#[error("there is no key named {name:?} in {}: list the keys, or create it", dir.display())]
	NotFound {
		/// What was looked for.
		name: String,
		/// Where.
		dir: PathBuf,
	},
	/// A key of this name exists; keys are never overwritten.
	#[error("a key named {name:?} exists in {}: choose another name, or remove the file yourself", dir.display())]
	AlreadyExists {
		/// The name.
		name: String,
		/// Where.
		dir: PathBuf,
	},
	/// An empty password.
	#[error("the password is empty: a key at rest needs one")]
	EmptyPassword,
	/// The password does not open the key, or its file was changed.
	#[error("key {name:?} does not open: the password is wrong, or its file was changed")]
	WrongPassword {
		/// The key.
		name: String,
	},
	/// A key file that this version cannot read.
	#[error("{} is not a usable key file: {reason}", path.display())]
	BadFile {
		/// The file.
		path: PathBuf,
		/// Why.
		reason: String,
	},
	/// A secret that is none. What was given is not repeated.
	#[error("this is no secret key: give a mnemonic of 12 or 24 words, a seed of 64 hex digits, or a development uri like //Alice")]
	InvalidSecret,
	/// An address that is none of this chain's.
	#[error("{text:?} is not an account: {reason}")]
	InvalidAddress {
		/// What was given.
		text: String,
		/// Why.
		reason: String,
	},
	/// The file system said no.
	#[error("cannot {action} {}: {source}", path.display())]
	Io {
		/// What was tried.
		action: &'static str,
		/// On what.
		path: PathBuf,
		/// What the system said.
		source: std::io::Error,
	},
}
