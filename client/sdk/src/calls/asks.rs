//! Asks: a query with a bounty for whoever proves its answer.

use super::{value, Call};
use crate::{
	types::{AskId, ListingId, Period, Price},
	Digest,
};
use souk_table_proofs::Query;

/// Asks a listing's table a query in its normal form, of the snapshot of `period` or of the newest one, and holds the bounty. Without
/// an answer within `wait` blocks the bounty comes back by itself.
///
/// `text_hash` is that of the text which the query was made from ([`asked_text_hash`](crate::proved::asked_text_hash)).
/// `min_group_size` is what the signer saw of the listing's policy ([`group_size`](souk_protocol::request::group_size)): nothing is
/// asked where it is another one when the call is included.
pub fn asks_ask(
	listing: ListingId,
	period: Option<Period>,
	query: &Query,
	text_hash: Option<Digest>,
	min_group_size: u32,
	bounty: Price,
	wait: u32,
) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("period", value::option(period.map(value::number))),
		("query", value::query(query)),
		("text_hash", value::optional_digest(text_hash)),
		("min_group_size", value::number(min_group_size)),
		("bounty", value::price(bounty)),
		("wait", value::number(wait)),
	];
	Call::new("Asks", "ask", arguments)
}

/// Answers an ask with a bundle, as a persistence node that is assigned to its listing. The first valid answer has the bounty; the
/// fee is paid whatever comes of it.
pub fn asks_answer(ask: AskId, bundle: Vec<u8>) -> Call {
	Call::new("Asks", "answer", vec![("ask", value::number(ask)), ("bundle", value::bytes(&bundle))])
}

/// Has the chain check a bundle over the snapshot of `period`. The fee is paid whether it holds or not.
pub fn asks_check(listing: ListingId, period: Period, bundle: &[u8]) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("period", value::number(period)),
		("bundle", value::bytes(bundle)),
	];
	Call::new("Asks", "check", arguments)
}

/// Takes back, as the asker, an ask that nobody can answer any more.
pub fn asks_withdraw(ask: AskId) -> Call {
	Call::new("Asks", "withdraw", vec![("ask", value::number(ask))])
}

/// Does what is due for an ask without waiting for its turn.
pub fn asks_claim_timeout(ask: AskId) -> Call {
	Call::new("Asks", "claim_timeout", vec![("ask", value::number(ask))])
}

/// Removes the record of an ask that has ended; its deposit goes back to the asker.
pub fn asks_forget(ask: AskId) -> Call {
	Call::new("Asks", "forget", vec![("ask", value::number(ask))])
}
