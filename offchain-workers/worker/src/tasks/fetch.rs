//! Due → fetched: the source's bytes come into the run's folder, and are hashed on the way.

use crate::{
	error::StepError,
	sources,
	table::NewFile,
	work::{make_dir, Outputs, Work},
};
use souk_protocol::hash::StreamHasher;
use std::io::{Read, Write};

/// Copies the source, plain or compressed, as it is. Its digest is over exactly these bytes.
///
/// # Errors
/// Those of the connector; [`StepError::Poison`] for a source past its limit.
pub fn run(work: &Work, outputs: &mut Outputs) -> Result<(), StepError> {
	make_dir(&work.dir)?;
	let source = sources::connect(&work.manifest.source, &work.base_dir)?;
	let limit = work.manifest.source.max_bytes;
	let mut from = source.open()?;
	let mut to = NewFile::create(&work.source_file())?;
	let mut hasher = StreamHasher::new("souk/source/v1");
	let mut buffer = vec![0; 256 << 10];
	loop {
		work.budget.check()?;
		let length = match from.read(&mut buffer) {
			Ok(length) => length,
			Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
			Err(error) => return Err(StepError::fault(format!("reading {}", source.name()), error)),
		};
		let piece = buffer.get(..length).unwrap_or_default();
		if piece.is_empty() {
			break;
		}
		hasher.update(piece);
		// A compressed source is shorter than what is in it, whose length the transform checks.
		if hasher.bytes() > limit {
			return Err(StepError::Poison(format!(
				"{} has more than {limit} bytes, the most allowed: raise max_bytes in [source]",
				source.name()
			)));
		}
		to.write_all(piece).map_err(|error| StepError::fault(work.source_file().display(), error))?;
	}
	to.keep()?;
	outputs.source_bytes = Some(hasher.bytes());
	outputs.source_digest = Some(hasher.finish());
	Ok(())
}
