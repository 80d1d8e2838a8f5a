//! How a command fails: a sentence for a person, a code for machines, an exit code for scripts.

use crate::text::printable;
use serde::Serialize;
use souk_custody::CustodyError;
use souk_sdk::{Included, SdkError};
use std::fmt;

/// What a script can tell from the exit code. 0 is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
	/// Exit code 1: anything that is none of the others.
	Failed,
	/// Exit code 2: the command line, a manifest or an amount cannot be understood.
	Usage,
	/// Exit code 3: a provider refused the query and signed that it did.
	Refused,
	/// Exit code 4: the listing, account, key, node or snapshot does not exist.
	NotFound,
	/// Exit code 5: the account has less money than the command needs.
	InsufficientFunds,
	/// Exit code 6: nobody answered, or not in time, or the chain could not be read.
	Unavailable,
	/// Exit code 7: a purchase ended, and the money came back.
	Refunded,
	/// Exit code 8: a bundle of proved figures, or a credential, does not hold.
	NotProved,
}

impl Kind {
	/// The process's exit code.
	pub const fn exit_code(self) -> u8 {
		match self {
			Self::Failed => 1,
			Self::Usage => 2,
			Self::Refused => 3,
			Self::NotFound => 4,
			Self::InsufficientFunds => 5,
			Self::Unavailable => 6,
			Self::Refunded => 7,
			Self::NotProved => 8,
		}
	}
}

/// Why a command failed. The message says what happened, to what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
	/// For scripts.
	pub kind: Kind,
	/// For a person.
	pub message: String,
	/// Code that the other side gave (a node's attested code, a pallet's error name), where there is one.
	pub code: Option<String>,
	/// What else machines can use, e.g. a signed refusal.
	pub details: Option<serde_json::Value>,
	/// Whether the same may go well later, with nothing changed here: what goes on for long waits that out, and ends at once with all else.
	pub passes: bool,
}

impl Failure {
	/// A failure of some kind. It passes where nobody answered.
	pub fn new(kind: Kind, message: impl Into<String>) -> Self {
		let passes = matches!(kind, Kind::Unavailable);
		Self { kind, message: message.into(), code: None, details: None, passes }
	}

	/// Exit code 1.
	pub fn failed(message: impl Into<String>) -> Self {
		Self::new(Kind::Failed, message)
	}

	/// Exit code 2.
	pub fn usage(message: impl Into<String>) -> Self {
		Self::new(Kind::Usage, message)
	}

	/// Exit code 4.
	pub fn not_found(message: impl Into<String>) -> Self {
		Self::new(Kind::NotFound, message)
	}

	/// Exit code 6.
	pub fn unavailable(message: impl Into<String>) -> Self {
		Self::new(Kind::Unavailable, message)
	}

	/// Attaches the other side's code.
	pub fn with_code(mut self, code: impl Into<String>) -> Self {
		self.code = Some(code.into());
		self
	}

	/// The same where it may go well later.
	pub fn that_passes(self) -> Self {
		Self { passes: true, ..self }
	}

	/// Which of two is to be told: the first, unless that passes and the other does not.
	pub fn to_tell(first: Option<Self>, then: Self) -> Self {
		match first {
			Some(first) if !first.passes || then.passes => first,
			_ => then,
		}
	}

	/// Puts what was being done in front of the message.
	pub fn while_doing(mut self, what: impl fmt::Display) -> Self {
		self.message = format!("{what}: {}", self.message);
		self
	}

	/// What went wrong after a transaction was final: what that did is said first, so that nobody sends it again. `details` has all of it.
	pub fn after(self, did: impl fmt::Display, done: &Included) -> Self {
		let details = serde_json::json!({ "transaction": done });
		Self { details: Some(details), ..self.while_doing(format!("{did}, final in block {}", done.block)) }
	}

	/// The failure as one JSON document.
	pub fn to_json(&self) -> serde_json::Value {
		serde_json::json!({
			"error": {
				"kind": self.kind,
				"exit_code": self.kind.exit_code(),
				"code": self.code,
				"message": self.message,
				"details": self.details,
			}
		})
	}
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.message)
	}
}

impl std::error::Error for Failure {}

const CLOSED_PIPE: &str = "closed_pipe";

impl Failure {
	/// Whether the reader of our output went away.
	pub fn is_closed_pipe(&self) -> bool {
		self.code.as_deref() == Some(CLOSED_PIPE)
	}
}

impl From<std::io::Error> for Failure {
	fn from(error: std::io::Error) -> Self {
		// A disk that is full has room again.
		let failure = Self::failed(format!("cannot write the output: {error}")).that_passes();
		if error.kind() == std::io::ErrorKind::BrokenPipe {
			return failure.with_code(CLOSED_PIPE);
		}
		failure
	}
}

impl From<CustodyError> for Failure {
	fn from(error: CustodyError) -> Self {
		let kind = match &error {
			CustodyError::NotFound { .. } => Kind::NotFound,
			CustodyError::Io { .. } | CustodyError::BadFile { .. } | CustodyError::WrongPassword { .. } => {
				Kind::Failed
			}
			_ => Kind::Usage,
		};
		Self::new(kind, error.to_string())
	}
}

impl From<SdkError> for Failure {
	fn from(error: SdkError) -> Self {
		// A disk that is full has room again, for whoever waits for it.
		let passes = error.passes() || matches!(error, SdkError::File { .. });
		Self { passes, ..told(error) }
	}
}

fn told(error: SdkError) -> Failure {
	// What comes from the chain or a node was written by strangers.
	let message = printable(&error.to_string());
	match error {
		SdkError::Custody(error) => error.into(),
		SdkError::NotSent { source, .. } => Failure { message, ..told(*source) },
		SdkError::NotProvable(_) => Failure::new(Kind::Usage, message).with_code("not_provable"),
		SdkError::ChainSpec { .. } | SdkError::UnknownAsset { .. } => Failure::new(Kind::Usage, message),
		SdkError::ListingNotFound { .. }
		| SdkError::MetadataNotFound { .. }
		| SdkError::SnapshotNotFound { .. }
		| SdkError::OrderNotFound { .. }
		| SdkError::AskNotFound { .. }
		| SdkError::TabNotFound { .. }
		| SdkError::CaseNotFound { .. }
		| SdkError::NoAnswer { .. }
		| SdkError::NoProof { .. } => Failure::new(Kind::NotFound, message),
		SdkError::OrderRefunded { .. } => Failure::new(Kind::Refunded, message),
		SdkError::CannotPay { .. } => Failure::new(Kind::InsufficientFunds, message),
		SdkError::Refused { code, .. } => Failure::new(Kind::Refused, message).with_code(code),
		SdkError::NoFinality { .. }
		| SdkError::Stopped
		| SdkError::Read { .. }
		| SdkError::HeadGone { .. }
		| SdkError::Timeout { .. }
		| SdkError::Expired { .. }
		| SdkError::NoProviders { .. }
		| SdkError::AllFailed { .. }
		| SdkError::Network(_) => Failure::new(Kind::Unavailable, message),
		SdkError::Dispatch { pallet, error, .. } => {
			Failure::new(kind_of_dispatch_error(&error), message).with_code(format!("{pallet}.{error}"))
		}
		_ => Failure::new(Kind::Failed, message),
	}
}

/// Pallets name their errors in the same words.
fn kind_of_dispatch_error(name: &str) -> Kind {
	match name {
		"InsufficientFunds" | "InsufficientBalance" | "FundsUnavailable" | "BalanceLow" | "DepositUnpaid" => {
			Kind::InsufficientFunds
		}
		"NotFound" | "UnknownListing" | "UnknownSnapshot" | "UnknownPlan" | "NotRegistered" => Kind::NotFound,
		_ => Kind::Failed,
	}
}

/// Names the file of an input or output error. It passes: disks get room, and come back.
pub fn at_path<'a>(what: &'a str, path: &'a std::path::Path) -> impl Fn(std::io::Error) -> Failure + 'a {
	move |error| {
		let kind = match error.kind() {
			std::io::ErrorKind::NotFound => Kind::NotFound,
			_ => Kind::Failed,
		};
		Failure::new(kind, format!("cannot {what} {}: {error}", path.display())).that_passes()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::EventRecord;

	#[test]
	fn every_kind_has_an_exit_code_of_its_own() {
		use Kind::*;
		let codes = [Failed, Usage, Refused, NotFound, InsufficientFunds, Unavailable, Refunded, NotProved];
		assert_eq!(codes.map(Kind::exit_code), [1, 2, 3, 4, 5, 6, 7, 8]);
	}

	#[test]
	fn what_went_wrong_decides_the_exit_code() {
		let dispatch = |error: &str| SdkError::Dispatch {
			call: "Subscriptions.subscribe".into(),
			pallet: "Subscriptions".into(),
			error: error.into(),
			sentence: "why".into(),
			block: 1,
			fee: 1,
		};
		let kind = |error: SdkError| Failure::from(error).kind;
		assert_eq!(kind(dispatch("InsufficientFunds")), Kind::InsufficientFunds);
		assert_eq!(kind(dispatch("NotFound")), Kind::NotFound);
		assert_eq!(kind(dispatch("AlreadyExists")), Kind::Failed);
		assert_eq!(kind(SdkError::NoProviders { listing: 1 }), Kind::Unavailable);
		let unread = SdkError::Read { what: "the nonce".into(), block: 1, reason: "no node answered".into() };
		assert_eq!(kind(unread), Kind::Unavailable);
		let call = "Escrow.order".to_string();
		let unsent = Failure::from(SdkError::NotSent { call, source: Box::new(SdkError::Stopped) });
		assert_eq!((unsent.kind, unsent.passes), (Kind::Unavailable, true));
		assert!(unsent.message.starts_with("Escrow.order was not sent: "), "{unsent}");
		assert_eq!(kind(SdkError::ListingNotFound { listing: "x".into() }), Kind::NotFound);
		let hostile =
			SdkError::AllFailed { listing: 1, tried: vec![([1; 32], "\u{1b}[2J".into())], void: vec![] };
		assert!(!Failure::from(hostile).message.contains('\u{1b}'));
		assert_eq!(Failure::from(dispatch("NotFound")).code.as_deref(), Some("Subscriptions.NotFound"));
	}

	#[test]
	fn a_failure_passes_where_what_it_came_from_does() {
		let passes = |error: SdkError| Failure::from(error).passes;
		assert!(passes(SdkError::Stopped));
		let source = std::io::ErrorKind::StorageFull.into();
		assert!(passes(SdkError::File { action: "keep", path: "case".into(), source }));
		assert!(!passes(SdkError::Incompatible { what: "the cases".into(), reason: "why".into() }));
		assert!(!passes(SdkError::ChainSpec { reason: "why".into() }));
		assert!(!passes(SdkError::NoProviders { listing: 1 }));
		assert!(!Failure::from(CustodyError::NotFound { name: "main".into(), dir: "keys".into() }).passes);
		assert!(Failure::from(std::io::Error::from(std::io::ErrorKind::StorageFull)).passes);
		assert!(Failure::unavailable("no node answered").passes && !Failure::usage("no").passes);
	}

	#[test]
	fn of_two_failures_the_first_is_told_unless_only_the_other_lasts() {
		let passing = |message: &str| Failure::unavailable(message);
		let lasting = |message: &str| Failure::failed(message);
		let told = |first: Option<Failure>, then: Failure| Failure::to_tell(first, then).message;
		assert_eq!(told(None, passing("b")), "b");
		assert_eq!(told(Some(passing("a")), passing("b")), "a");
		assert_eq!(told(Some(passing("a")), lasting("b")), "b");
		assert_eq!(told(Some(lasting("a")), passing("b")), "a");
		assert_eq!(told(Some(lasting("a")), lasting("b")), "a");
	}

	#[test]
	fn what_is_final_is_said_before_what_went_wrong_then() {
		let opened = EventRecord {
			pallet: "Tabs".into(),
			name: "Opened".into(),
			fields: serde_json::json!({ "tab": 7 }),
		};
		let done =
			Included { block: 9, block_hash: [1; 32], extrinsic_hash: [2; 32], fee: 3, events: vec![opened] };
		let failure = Failure::unavailable("the chain could not be read").after("Opened tab 7", &done);
		assert_eq!(failure.message, "Opened tab 7, final in block 9: the chain could not be read");
		assert_eq!((failure.kind, failure.passes), (Kind::Unavailable, true));
		let json = failure.to_json();
		let transaction = &json["error"]["details"]["transaction"];
		assert_eq!(
			(&transaction["block"], &transaction["events"][0]["fields"]["tab"]),
			(&9.into(), &7.into())
		);
	}

	#[test]
	fn a_failure_is_one_json_document() {
		let failure = Failure::new(Kind::Refused, "no").with_code("not_entitled");
		assert_eq!(
			failure.to_json(),
			serde_json::json!({ "error": {
				"kind": "refused", "exit_code": 3, "code": "not_entitled", "message": "no", "details": null,
			} })
		);
	}
}
