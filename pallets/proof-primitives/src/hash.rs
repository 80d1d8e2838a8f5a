//! Domain-separated BLAKE3.

/// A 32-byte hash or commitment.
pub type Digest = [u8; 32];

/// Hashes `parts` under a domain tag: `tag length (1 byte) ‖ tag ‖ (length (8 bytes LE) ‖ part) …`.
///
/// Lengths are hashed, so that moving a byte from one part to its neighbour changes the result.
pub fn tagged(tag: &'static str, parts: &[&[u8]]) -> Digest {
	let mut hasher = TaggedHasher::new(tag);
	for part in parts {
		hasher.part(part);
	}
	hasher.finish()
}

/// [`tagged`], fed piece by piece.
pub struct TaggedHasher(blake3::Hasher);

impl TaggedHasher {
	/// Starts with a tag; tags are literals of the code, far shorter than 256 bytes.
	pub fn new(tag: &'static str) -> Self {
		let mut hasher = blake3::Hasher::new();
		debug_assert!(tag.starts_with("souk/") && tag.len() < 256);
		hasher.update(&[u8::try_from(tag.len()).unwrap_or(u8::MAX)]).update(tag.as_bytes());
		Self(hasher)
	}

	/// Adds one part with its length.
	pub fn part(&mut self, part: &[u8]) -> &mut Self {
		self.0.update(&length_of(part).to_le_bytes()).update(part);
		self
	}

	/// Adds bytes without a length, for one last part whose total length is added at the end by the caller.
	pub fn stream(&mut self, bytes: &[u8]) -> &mut Self {
		self.0.update(bytes);
		self
	}

	/// The hash of all that was added.
	pub fn finish(&self) -> Digest {
		*self.0.finalize().as_bytes()
	}
}

/// Hash of a byte stream whose length is known only at its end: tag, bytes, then the length.
pub struct StreamHasher {
	inner: TaggedHasher,
	bytes: u64,
}

impl StreamHasher {
	/// Starts with a tag.
	pub fn new(tag: &'static str) -> Self {
		Self { inner: TaggedHasher::new(tag), bytes: 0 }
	}

	/// Adds bytes; how they are cut into calls makes no difference.
	pub fn update(&mut self, bytes: &[u8]) {
		self.bytes = self.bytes.saturating_add(length_of(bytes));
		self.inner.stream(bytes);
	}

	/// Bytes so far.
	pub fn bytes(&self) -> u64 {
		self.bytes
	}

	/// The hash of tag, bytes and length.
	pub fn finish(mut self) -> Digest {
		let length = self.bytes.to_le_bytes();
		self.inner.stream(&length).finish()
	}
}

fn length_of(bytes: &[u8]) -> u64 {
	u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn parts_do_not_run_together() {
		assert_ne!(tagged("souk/t/v1", &[b"ab", b"c"]), tagged("souk/t/v1", &[b"a", b"bc"]));
		assert_ne!(tagged("souk/t/v1", &[b"ab"]), tagged("souk/u/v1", &[b"ab"]));
	}

	#[test]
	fn a_stream_is_the_same_however_it_is_cut() {
		let mut a = StreamHasher::new("souk/t/v1");
		a.update(b"hello world");
		let mut b = StreamHasher::new("souk/t/v1");
		b.update(b"hello ");
		b.update(b"world");
		assert_eq!(a.finish(), b.finish());
	}

	#[test]
	fn the_encoding_is_frozen() {
		let by_hand = [&[9u8][..], b"souk/t/v1", &2u64.to_le_bytes(), b"ab", &0u64.to_le_bytes()].concat();
		assert_eq!(tagged("souk/t/v1", &[b"ab", b""]), *blake3::hash(&by_hand).as_bytes());
	}
}
