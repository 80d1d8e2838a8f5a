//! A result on its way in: written to a file and hashed piece by piece, and handed out only when it was checked.

use crate::{error::SdkError, plain::Columns, Digest};
use datafusion::arrow::ipc::{self, root_as_message, MessageHeader};
use souk_protocol::{attestation::result_hasher, hash::StreamHasher};
use std::{
	fs::File,
	io::{BufReader, Read, Seek, SeekFrom},
	path::{Path, PathBuf},
};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

/// Most bytes of one message's head. A schema of thousands of columns fits.
const MOST_HEAD: u32 = 16 * 1024 * 1024;
/// What every message starts with.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// A checked result: a file with an Arrow IPC stream, removed when this is dropped.
#[derive(Debug)]
pub struct SpooledResult {
	path: TempPath,
	rows: u64,
	bytes: u64,
}

impl SpooledResult {
	/// The file.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Rows of the result.
	pub fn rows(&self) -> u64 {
		self.rows
	}

	/// Bytes of the file.
	pub fn bytes(&self) -> u64 {
		self.bytes
	}

	/// Moves the file to where it stays.
	///
	/// Errors: [`SdkError::File`], also where `to` is on another file system.
	pub fn persist(self, to: &Path) -> Result<(), SdkError> {
		self.path.persist(to).map_err(|e| SdkError::File {
			action: "move a result to",
			path: to.into(),
			source: e.error,
		})
	}
}

/// A result that is being received.
pub(crate) struct Spool {
	path: TempPath,
	file: tokio::fs::File,
	hasher: StreamHasher,
}

/// What was received, not compared with anything yet.
pub(crate) struct Received {
	pub hash: Digest,
	pub rows: u64,
	pub bytes: u64,
	path: TempPath,
}

impl Received {
	/// Says that it was checked.
	pub fn checked(self) -> SpooledResult {
		SpooledResult { path: self.path, rows: self.rows, bytes: self.bytes }
	}
}

/// Why what was received is no result.
pub(crate) enum SpoolError {
	/// A file problem on this side.
	Here(SdkError),
	/// The bytes are not what they should be. They have this hash, unless it was our own reader that failed over them.
	Malformed { hash: Option<Digest>, reason: String },
}

/// Why rows were not counted.
#[derive(Debug)]
enum Uncounted {
	/// The file could not be read.
	Here(std::io::Error),
	/// What is in it is no answer.
	Theirs(String),
}

impl From<String> for Uncounted {
	fn from(reason: String) -> Self {
		Self::Theirs(reason)
	}
}

impl From<&str> for Uncounted {
	fn from(reason: &str) -> Self {
		Self::Theirs(reason.into())
	}
}

impl Spool {
	/// An empty one in the directory for temporary files, readable by this user only.
	pub fn new() -> Result<Self, SdkError> {
		let made = tempfile::Builder::new().prefix("souk-result-").suffix(".arrows").tempfile();
		let (file, path) =
			made.map_err(|e| file_error("make a file in", std::env::temp_dir(), e))?.into_parts();
		Ok(Self { path, file: tokio::fs::File::from_std(file), hasher: result_hasher() })
	}

	/// Bytes so far.
	pub fn bytes(&self) -> u64 {
		self.hasher.bytes()
	}

	/// Appends a piece.
	pub async fn write(&mut self, piece: &[u8]) -> Result<(), SdkError> {
		self.hasher.update(piece);
		self.file.write_all(piece).await.map_err(|e| file_error("write", self.path.to_path_buf(), e))
	}

	/// Ends it, and hands out the bytes: for what is small, and is checked as a whole.
	pub async fn into_bytes(mut self) -> Result<Vec<u8>, SdkError> {
		let failed = |e| file_error("read", self.path.to_path_buf(), e);
		self.file.flush().await.map_err(failed)?;
		tokio::fs::read(&self.path).await.map_err(failed)
	}

	/// Ends it and counts its rows.
	pub async fn finish(mut self) -> Result<Received, SpoolError> {
		let path = self.path.to_path_buf();
		let here = |e| SpoolError::Here(file_error("write", path.clone(), e));
		self.file.flush().await.map_err(here)?;
		let (bytes, hash) = (self.hasher.bytes(), self.hasher.finish());
		let file = File::open(&self.path).map_err(here)?;
		// A reader that panics over hostile bytes must not take the client with it.
		let counting =
			tokio::task::spawn_blocking(move || count_rows(&mut BufReader::new(file), bytes)).await;
		let malformed = |hash, reason| {
			let reason = format!("the result is not an Arrow IPC stream as nodes send it: {reason}");
			SpoolError::Malformed { hash, reason }
		};
		let rows = match counting {
			Ok(Ok(rows)) => rows,
			Ok(Err(Uncounted::Here(error))) => {
				return Err(SpoolError::Here(file_error("read", path.clone(), error)))
			}
			Ok(Err(Uncounted::Theirs(reason))) => return Err(malformed(Some(hash), reason)),
			Err(_) => return Err(malformed(None, "it cannot be read".into())),
		};
		Ok(Received { hash, rows, bytes, path: self.path })
	}
}

fn file_error(action: &'static str, path: PathBuf, source: std::io::Error) -> SdkError {
	SdkError::File { action, path, source }
}

/// Walks over the messages of an IPC stream of `bytes` bytes and adds up the rows of its batches, which have to be plain. Nothing is allocated
/// by what a length claims before it was compared with what is there.
fn count_rows(stream: &mut (impl Read + Seek), bytes: u64) -> Result<u64, Uncounted> {
	let (mut left, mut rows) = (bytes, 0u64);
	let mut schema: Option<Columns> = None;
	let mut head = Vec::new();
	while let Some(length) = head_length(stream, &mut left)? {
		if length > MOST_HEAD || u64::from(length) > left {
			return Err(format!("a message head claims {length} bytes").into());
		}
		head.clear();
		stream.take(u64::from(length)).read_to_end(&mut head).map_err(Uncounted::Here)?;
		left -= u64::from(length);
		let message = root_as_message(&head).map_err(|e| format!("a message head is malformed: {e}"))?;
		let body = u64::try_from(message.bodyLength()).ok().filter(|body| *body <= left);
		let body = body.ok_or_else(|| format!("a message claims {} bytes", message.bodyLength()))?;
		match (message.header_type(), &schema) {
			(MessageHeader::Schema, None) => {
				let columns = message.header_as_schema().ok_or("a schema without a head")?;
				schema = Some(Columns::of(&columns, head.len())?);
			}
			(MessageHeader::RecordBatch, Some(columns)) => {
				let batch = message.header_as_record_batch().ok_or("a batch without a head")?;
				not_compressed(&batch)?;
				rows = rows.checked_add(columns.rows(&batch, body)?).ok_or("more rows than can be")?;
			}
			_ => return Err("its messages are not in order".into()),
		}
		let step = i64::try_from(body).map_err(|e| e.to_string())?;
		stream.seek(SeekFrom::Current(step)).map_err(Uncounted::Here)?;
		left -= body;
	}
	match (schema, left) {
		(Some(_), 0) => Ok(rows),
		(Some(_), more) => Err(format!("{more} bytes follow its end").into()),
		(None, _) => Err("it has no schema".into()),
	}
}

/// No node compresses: who does has a few bytes claim to be as many as they like, and those are allocated.
fn not_compressed(batch: &ipc::RecordBatch<'_>) -> Result<(), String> {
	match batch.compression() {
		None => Ok(()),
		Some(_) => Err("it is compressed".into()),
	}
}

/// Length of the next message's head; `None` at the end mark, or where nothing is left.
fn head_length(stream: &mut impl Read, left: &mut u64) -> Result<Option<u32>, Uncounted> {
	if *left == 0 {
		return Ok(None);
	}
	let mut mark = [0; 8];
	if *left < 8 {
		return Err("it ends in the middle of a message".into());
	}
	stream.read_exact(&mut mark).map_err(Uncounted::Here)?;
	*left -= 8;
	let (start, length) = mark.split_at(4);
	if start != CONTINUATION {
		return Err("a message does not start as it should".into());
	}
	match u32::from_le_bytes([length[0], length[1], length[2], length[3]]) {
		0 => Ok(None),
		length => Ok(Some(length)),
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use datafusion::arrow::{
		array::{Int64Array, RecordBatch},
		datatypes::{DataType, Field, Schema},
		ipc::{
			writer::{IpcWriteOptions, StreamWriter},
			CompressionType,
		},
	};
	use std::{io::Cursor, sync::Arc};

	/// An IPC stream of batches of these many rows.
	pub(crate) fn ipc(batches: &[i64]) -> Vec<u8> {
		let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
		let mut writer = StreamWriter::try_new(Vec::new(), &schema).unwrap();
		for rows in batches {
			let column = Arc::new(Int64Array::from_iter_values(0..*rows));
			writer.write(&RecordBatch::try_new(schema.clone(), vec![column]).unwrap()).unwrap();
		}
		writer.into_inner().unwrap()
	}

	/// The rows of a stream, or why it is none.
	pub(crate) fn count(bytes: &[u8]) -> Result<u64, String> {
		count_rows(&mut Cursor::new(bytes), bytes.len() as u64).map_err(|uncounted| match uncounted {
			Uncounted::Theirs(reason) => reason,
			Uncounted::Here(error) => panic!("memory can be read: {error}"),
		})
	}

	#[test]
	fn rows_of_all_batches_are_counted() {
		assert_eq!(count(&ipc(&[])), Ok(0));
		assert_eq!(count(&ipc(&[3, 0, 1000])), Ok(1003));
		// The end mark is optional.
		let bytes = ipc(&[3]);
		assert_eq!(count(&bytes[..bytes.len() - 8]), Ok(3));
	}

	#[test]
	fn what_is_no_stream_is_refused_whatever_it_claims() {
		let good = ipc(&[5, 5]);
		assert!(count(b"").is_err());
		assert!(count(b"ARROW1\0\0 and so on").is_err());
		assert!(count(&[&good[..], b"more"].concat()).is_err());
		for cut in 1..good.len() - 9 {
			// A cut between two messages is a shorter stream; the attested hash tells.
			let _ = count(&good[..cut]);
		}
		let mut claims = good.clone();
		claims[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
		assert!(count(&claims).is_err());
		for at in 0..good.len() {
			let mut changed = good.clone();
			changed[at] ^= 0xff;
			let _ = count(&changed);
		}
	}

	#[test]
	fn what_is_compressed_is_refused() {
		let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
		let compressed = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME));
		let mut writer =
			StreamWriter::try_new_with_options(Vec::new(), &schema, compressed.unwrap()).unwrap();
		let column = Arc::new(Int64Array::from_iter_values(0..1_000));
		writer.write(&RecordBatch::try_new(schema.clone(), vec![column]).unwrap()).unwrap();
		assert_eq!(count(&writer.into_inner().unwrap()), Err("it is compressed".into()));
	}

	#[tokio::test]
	async fn the_file_is_gone_with_the_result() {
		let bytes = ipc(&[7]);
		let mut spool = Spool::new().unwrap();
		for piece in bytes.chunks(100) {
			spool.write(piece).await.unwrap();
		}
		let Ok(received) = spool.finish().await else { panic!("a good stream") };
		let result = received.checked();
		assert_eq!((result.rows(), result.bytes()), (7, bytes.len() as u64));
		assert_eq!(std::fs::read(result.path()).unwrap(), bytes);
		let path = result.path().to_path_buf();
		drop(result);
		assert!(!path.exists());
	}
}
