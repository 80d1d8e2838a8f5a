//! Size: nothing is decrypted, decoded or copied that is longer than any honest request.

use super::{codes, Refusal, Stage};
use souk_protocol::request::{QueryRequest, MAX_SEALED_REQUEST, MAX_SQL};

/// Checks the sealed request's length, in bytes. There is nobody to answer to yet: the stream is closed.
pub fn check(sealed: &[u8]) -> Result<(), Refusal> {
	match sealed.len() {
		bytes if bytes > MAX_SEALED_REQUEST => Err(Refusal::new(
			Stage::Size,
			codes::TOO_LARGE,
			format!("the request has {bytes} bytes, the limit is {MAX_SEALED_REQUEST}"),
		)),
		_ => Ok(()),
	}
}

/// Checks the length of the SQL text: a request may be within its limit and its SQL beyond.
pub fn check_sql_length(request: &QueryRequest) -> Result<(), Refusal> {
	match request.sql.len() {
		bytes if bytes > MAX_SQL => Err(Refusal::new(
			Stage::Size,
			codes::TOO_LARGE,
			format!("the SQL has {bytes} bytes, the limit is {MAX_SQL}: shorten it"),
		)),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_limit_itself_passes_and_one_byte_more_does_not() {
		check(&vec![0; MAX_SEALED_REQUEST]).expect("at the limit");
		assert_eq!(check(&vec![0; MAX_SEALED_REQUEST + 1]).expect_err("beyond").code, codes::TOO_LARGE);
	}
}
