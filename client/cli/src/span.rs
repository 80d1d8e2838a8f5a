//! A length of time on the command line.

use souk_config::Period;

/// The blocks of a number of blocks, or of a span of time such as `30m`. `too_short` is the error where there are none.
pub fn blocks(text: &str, too_short: &str) -> Result<u32, String> {
	let blocks = match text.parse::<u32>() {
		Ok(blocks) => blocks,
		Err(_) => text.parse::<Period>().map_err(|error| error.to_string())?.blocks(),
	};
	match blocks {
		0 => Err(too_short.into()),
		blocks => Ok(blocks),
	}
}
