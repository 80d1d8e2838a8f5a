//! What goes through the pipes between a daemon and its executor.
//!
//! To the executor: one job, as a length (`u32`, big endian) and JSON. From it: frames, each a kind (`u8`), a number of
//! rows (`u64`) and a length (`u32`), both big endian, and as many bytes. The last frame is [`Frame::End`] or
//! [`Frame::Error`]; a pipe that ends before it means that the process died. A proof is one piece; before it come
//! frames on its progress, and one that says how the query was understood.

use std::io::{self, Read, Write};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{ProofProgress, ProveJob, QueryJob};
use crate::errors::QueryError;

/// A frame is never longer than this, so that a broken executor cannot make its parent allocate without bound.
pub(crate) const MAX_FRAME: usize = 32 << 20;
/// A job is the SQL, a path and a few numbers.
const MAX_JOB: usize = 4 << 20;

const PIECE: u8 = 1;
const END: u8 = 2;
const ERROR: u8 = 3;
const PROGRESS: u8 = 4;
const UNDERSTOOD: u8 = 5;

const HEADER: usize = 13;

/// What there is to do.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Job {
	Query(QueryJob),
	Prove(ProveJob),
}

/// What the parent sends.
#[derive(Serialize, Deserialize)]
pub(crate) struct Order {
	pub job: Job,
	pub allow_unsandboxed: bool,
}

/// An error's code and detail, see [`QueryError::from_code`].
#[derive(Serialize, Deserialize)]
struct WireError {
	code: String,
	detail: String,
}

/// What the executor sends.
#[derive(Debug)]
pub(crate) enum Frame {
	Piece { bytes: Bytes, rows: u64 },
	Progress(ProofProgress),
	Understood(Bytes),
	End,
	Error(QueryError),
}

/// The bytes of an order, length included.
pub(crate) fn encode_order(order: &Order) -> io::Result<Vec<u8>> {
	let json = serde_json::to_vec(order)?;
	let length = u32::try_from(json.len()).ok().filter(|length| *length as usize <= MAX_JOB);
	let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the job is too long"))?;
	let mut bytes = Vec::with_capacity(json.len() + 4);
	bytes.extend_from_slice(&length.to_be_bytes());
	bytes.extend_from_slice(&json);
	Ok(bytes)
}

/// Waits for an order. `None` if the parent closed the pipe without one.
pub(crate) fn read_order(input: &mut impl Read) -> io::Result<Option<Order>> {
	let mut length = [0; 4];
	if input.read(&mut length[..1])? == 0 {
		return Ok(None);
	}
	input.read_exact(&mut length[1..])?;
	let length = u32::from_be_bytes(length) as usize;
	if length > MAX_JOB {
		return Err(io::Error::new(io::ErrorKind::InvalidData, "the job is too long"));
	}
	let mut json = vec![0; length];
	input.read_exact(&mut json)?;
	Ok(Some(serde_json::from_slice(&json)?))
}

fn write_frame(output: &mut impl Write, kind: u8, rows: u64, payload: &[u8]) -> io::Result<()> {
	let length = u32::try_from(payload.len())
		.ok()
		.filter(|length| *length as usize <= MAX_FRAME)
		.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the frame is too long"))?;
	let mut header = [0; HEADER];
	header[0] = kind;
	header[1..9].copy_from_slice(&rows.to_be_bytes());
	header[9..].copy_from_slice(&length.to_be_bytes());
	output.write_all(&header)?;
	output.write_all(payload)
}

pub(crate) fn write_piece(output: &mut impl Write, rows: u64, bytes: &[u8]) -> io::Result<()> {
	write_frame(output, PIECE, rows, bytes)
}

pub(crate) fn write_progress(output: &mut impl Write, progress: ProofProgress) -> io::Result<()> {
	write_frame(output, PROGRESS, 0, &serde_json::to_vec(&progress)?)?;
	output.flush()
}

pub(crate) fn write_understood(output: &mut impl Write, query: &[u8]) -> io::Result<()> {
	write_frame(output, UNDERSTOOD, 0, query)?;
	output.flush()
}

pub(crate) fn write_end(output: &mut impl Write) -> io::Result<()> {
	write_frame(output, END, 0, &[])?;
	output.flush()
}

pub(crate) fn write_error(output: &mut impl Write, error: &QueryError) -> io::Result<()> {
	let mut detail = error.detail();
	if detail.len() > 4096 {
		// DataFusion's messages can quote whole schemas.
		let end = (0..=4096).rev().find(|end| detail.is_char_boundary(*end)).unwrap_or(0);
		detail.truncate(end);
	}
	let json = serde_json::to_vec(&WireError { code: error.code().into(), detail })?;
	write_frame(output, ERROR, 0, &json)?;
	output.flush()
}

/// Reads one frame. `None` if the pipe ended first.
pub(crate) async fn read_frame(input: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Frame>> {
	let mut header = [0; HEADER];
	match input.read_exact(&mut header).await {
		Ok(_) => {}
		Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
		Err(error) => return Err(error),
	}
	let [kind, rest @ ..] = header;
	let [r0, r1, r2, r3, r4, r5, r6, r7, l0, l1, l2, l3] = rest;
	let rows = u64::from_be_bytes([r0, r1, r2, r3, r4, r5, r6, r7]);
	let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
	let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
	if length > MAX_FRAME {
		return Err(invalid("the executor sent a frame that is too long"));
	}
	let mut payload = Vec::with_capacity(length);
	if (&mut *input).take(length as u64).read_to_end(&mut payload).await? < length {
		return Ok(None);
	}
	match kind {
		PIECE => Ok(Some(Frame::Piece { bytes: payload.into(), rows })),
		END => Ok(Some(Frame::End)),
		PROGRESS => Ok(Some(Frame::Progress(serde_json::from_slice(&payload)?))),
		UNDERSTOOD => Ok(Some(Frame::Understood(payload.into()))),
		ERROR => {
			let error: WireError = serde_json::from_slice(&payload)?;
			Ok(Some(Frame::Error(QueryError::from_code(&error.code, &error.detail))))
		}
		_ => Err(invalid("the executor sent a frame of an unknown kind")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn frames_are_read_as_they_were_written() {
		let mut pipe = Vec::new();
		write_piece(&mut pipe, 7, b"arrow").unwrap();
		write_error(&mut pipe, &QueryError::TooManyRows { limit: 3 }).unwrap();
		write_end(&mut pipe).unwrap();
		let mut input = pipe.as_slice();
		assert!(matches!(
			read_frame(&mut input).await.unwrap(),
			Some(Frame::Piece { bytes, rows: 7 }) if &bytes[..] == b"arrow"
		));
		assert!(matches!(
			read_frame(&mut input).await.unwrap(),
			Some(Frame::Error(QueryError::TooManyRows { limit: 3 }))
		));
		assert!(matches!(read_frame(&mut input).await.unwrap(), Some(Frame::End)));
		assert!(read_frame(&mut input).await.unwrap().is_none());
	}

	#[tokio::test]
	async fn a_pipe_that_breaks_off_is_not_a_frame() {
		let mut pipe = Vec::new();
		write_piece(&mut pipe, 7, b"arrow").unwrap();
		for length in 0..pipe.len() {
			assert!(read_frame(&mut &pipe[..length]).await.unwrap().is_none(), "cut at {length}");
		}
	}

	#[tokio::test]
	async fn a_frame_that_claims_to_be_huge_is_refused_unread() {
		let mut header = [0xff; HEADER];
		header[0] = PIECE;
		assert_eq!(read_frame(&mut &header[..]).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
	}
}
