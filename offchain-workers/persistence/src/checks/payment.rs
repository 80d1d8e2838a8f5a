//! Payment: a subscription needs none. Vouchers (pay per query) are not taken yet, and are not taken in silence either.

use super::{codes, Refusal, Stage};
use souk_protocol::request::QueryRequest;

/// Refuses a request that carries a voucher.
pub fn check(request: &QueryRequest) -> Result<(), Refusal> {
	match request.voucher {
		None => Ok(()),
		Some(_) => Err(Refusal::new(
			Stage::Payment,
			codes::PAYMENT_NOT_SUPPORTED,
			"this node takes no vouchers yet: query under a subscription, without a voucher",
		)),
	}
}
