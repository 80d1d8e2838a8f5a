//! Encoded → sealed: the file becomes sealed chunks in the store, and what it commits to is known: as bytes, and column by
//! column for those under `[prove]`.

use crate::{
	chain::Commitments,
	error::StepError,
	tasks::encode::unprovable,
	work::{known, Outputs, Work},
};
use souk_config::Prove;
use souk_engine::columns::{Columns, ColumnsError, SnapshotFile};
use souk_protocol::{hash::tagged, seal_file, Digest};
use souk_store::{SnapshotFacts, SnapshotStore};
use std::{
	fs::File,
	io::{BufWriter, Write},
};

/// Seals the file into the store. Doing it again replaces it by the same.
///
/// # Errors
/// [`StepError::Lost`] where the file is gone; [`StepError::Poison`] for a value under `[prove]` that cannot be committed to, and for words
/// that no query may show; [`StepError::Fault`].
pub fn run(work: &Work, outputs: &mut Outputs, store: &SnapshotStore) -> Result<(), StepError> {
	let path = work.snapshot_file();
	let file = File::open(&path)
		.map_err(|error| StepError::Lost(format!("{} is not there any more: {error}", path.display())))?;
	let writer = store.put_sealed(work.listing, work.period)?;
	let mut buffered = BufWriter::with_capacity(256 << 10, writer);
	let key = work.secret.snapshot_key(work.listing, work.period);
	// Before anything is stored: a value that cannot be committed to is wrong in the dataset.
	let columns_root = columns_root(work, &key.columns_key())?;
	let sealing = |error: std::io::Error| match work.budget.check() {
		Err(stopped) => stopped,
		Ok(()) => StepError::fault("sealing the snapshot", error),
	};
	let sealed = seal_file(&key, &mut work.budget.reader(file), &mut buffered).map_err(sealing)?;
	buffered.flush().map_err(sealing)?;
	let writer = buffered.into_inner().map_err(|error| sealing(error.into_error()))?;
	let rows = known(outputs.rows, "how many rows the table has")?;
	if outputs.bytes != Some(sealed.bytes) {
		return Err(StepError::Lost(format!(
			"{} has another length than when it was written",
			path.display()
		)));
	}
	let commitments = Commitments {
		content_root: sealed.content_root,
		cipher_root: sealed.cipher_root,
		key_commitment: Some(key.commitment()),
		columns_root,
		schema_hash: known(outputs.schema_hash, "the table's columns")?,
		source_digest: keyed(work, known(outputs.source_digest, "the source's digest")?),
		rows,
		bytes: sealed.bytes,
	};
	writer.commit(SnapshotFacts {
		content_root: sealed.content_root,
		cipher_root: sealed.cipher_root,
		bytes: sealed.bytes,
		chunks: sealed.chunks,
		rows,
	})?;
	outputs.chunks = Some(sealed.chunks);
	outputs.commitments = Some(commitments);
	Ok(())
}

/// The commitment to the columns under `[prove]`, where there are some.
fn columns_root(work: &Work, key: &Digest) -> Result<Option<Digest>, StepError> {
	let Some(prove) = &work.manifest.prove else { return Ok(None) };
	let path = work.snapshot_file();
	let file = File::open(&path).and_then(SnapshotFile::new);
	let file = file.map_err(|error| StepError::fault(path.display(), error))?;
	let columns = Columns::of(file).map_err(StepError::from)?;
	check_words(work.group_size, prove, &columns)?;
	let committed = columns.commit(key, || work.budget.check())?;
	Ok(Some(committed.root()))
}

/// Proofs over a text column carry all of its words: also those of groups that queries leave out because they are so small.
fn check_words(group_size: u32, prove: &Prove, columns: &Columns) -> Result<(), StepError> {
	let public = |name: &&str| prove.public_words.iter().any(|public| public == name);
	let rare = columns.with_rare_words(group_size.into()).filter(|name| !public(name));
	let rare: Vec<String> = rare.map(|name| format!("{name:?}")).collect();
	if rare.is_empty() {
		return Ok(());
	}
	// Without the words: nobody is to see them.
	Err(unprovable(format!(
		"{}: some words are on fewer than {group_size} rows, so that the listing's policy lets no query show them, and a proof over a \
		 text column tells all of its words: leave it out of columns, take its rare words away in [[privacy]] (generalize, or \
		 suppress with below = {group_size}), or name it in public_words if all of its words may be seen",
		rare.join(", ")
	)))
}

impl From<ColumnsError> for StepError {
	fn from(error: ColumnsError) -> Self {
		match error {
			ColumnsError::Table(error) => unprovable(error),
			// An earlier step has written the file, with them in it.
			ColumnsError::NotDeclared | ColumnsError::Read(_) => Self::Lost(error.to_string()),
		}
	}
}

/// What the chain is told of the source. The source is from before the privacy actions: with its plain hash, whoever knows all
/// of it but a few removed values could try those out.
pub fn keyed(work: &Work, source: Digest) -> Digest {
	let (listing, period) = (work.listing.to_le_bytes(), work.period.to_le_bytes());
	tagged("souk/source-digest/v1", &[&work.secret.to_bytes(), &listing, &period, &source])
}
