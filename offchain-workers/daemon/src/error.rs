//! What keeps a daemon from starting, and what ends one.

use souk_custody::CustodyError;
use souk_network::{libp2p::multiaddr, NetworkError};
use std::{io, net::SocketAddr, path::PathBuf};

/// Why a daemon does not start, or ended although nobody asked it to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DaemonError {
	/// The chain specification is not there or not text.
	#[error("the chain spec {} cannot be read", path.display())]
	ChainSpec {
		/// The file.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// An account whose secret everybody knows, where money is real.
	#[error("account_key = {uri:?} is a development account, and this chain is live: use a key file")]
	DevelopmentAccount {
		/// The development uri.
		uri: String,
	},
	/// The path names no file.
	#[error("account_key = {:?} is not a key file", path.display().to_string())]
	NotAKeyFile {
		/// The path.
		path: PathBuf,
	},
	/// There is a key file, and nothing to open it with.
	#[error("the key's passphrase is missing: set {}, or passphrase_file", crate::account::PASSPHRASE)]
	NoPassphrase,
	/// The passphrase file is not there or not text.
	#[error("the passphrase file {} cannot be read", path.display())]
	PassphraseFile {
		/// The file.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// The key file does not open.
	#[error(transparent)]
	Custody(#[from] CustodyError),
	/// A configured address is none.
	#[error("{key}: {text:?} is not a libp2p address")]
	Address {
		/// The configuration's key.
		key: &'static str,
		/// What stands there.
		text: String,
		/// What is wrong with it.
		source: multiaddr::Error,
	},
	/// The off-chain network does not start.
	#[error(transparent)]
	Network(#[from] NetworkError),
	/// The admin interface was to be where everybody reaches it.
	#[error(
		"the admin interface listens on loopback only, not on {address}: set admin_expose if it is meant"
	)]
	Exposed {
		/// The configured address.
		address: SocketAddr,
	},
	/// A local interface does not listen.
	#[error("{what} cannot be served on {address}")]
	Serve {
		/// Which one.
		what: &'static str,
		/// Where.
		address: SocketAddr,
		/// What the system said.
		source: io::Error,
	},
	/// Signals cannot be waited for.
	#[error("signals cannot be waited for")]
	Signals(#[source] io::Error),
	/// A task that belongs to the daemon ended.
	#[error("{0} ended by itself")]
	TaskEnded(&'static str),
	/// A task that belongs to the daemon panicked.
	#[error("a task ended with a panic")]
	TaskPanicked(#[source] tokio::task::JoinError),
	/// The async runtime does not start.
	#[error("the async runtime does not start")]
	Runtime(#[source] io::Error),
}
