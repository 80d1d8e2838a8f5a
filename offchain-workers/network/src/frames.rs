//! Length-prefixed frames over a raw stream.
//!
//! A frame is a little-endian `u32` with its length and that many bytes; it may be empty. The length `0xffff_ffff`
//! is the end mark: nothing follows it in this direction. The mark is there because neither yamux nor QUIC tells the
//! reader reliably whether the other side closed the stream on purpose or dropped it in the middle of an answer.

use std::{cmp, future::Future, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{PeerId, Stream};
use tokio::time::{timeout, timeout_at, Instant};

use crate::{config::ProtocolLimits, counters::Counters, streams::StreamSlot, NetworkError};

/// The length that marks the end of one direction.
const END: u32 = u32::MAX;
const HEADER: usize = 4;
/// How much is allocated before the first byte of a frame has come; after that, as much again as has come.
const FIRST_ALLOCATION: usize = 16 * 1024;
/// The head of a frame that is sent together with its header: one frame of the multiplexer below.
const SENT_WITH_HEADER: usize = 16 * 1024 - HEADER;

/// One request stream: frames in both directions, each direction with an end of its own.
///
/// Dropping it without [`finish`](FramedStream::finish) is how a stream is given up: the other side gets
/// [`NetworkError::Cut`].
#[derive(Debug)]
pub struct FramedStream {
	frames: Frames<Stream>,
	/// The place that an inbound stream occupies; given back on drop.
	_slot: Option<StreamSlot>,
}

impl FramedStream {
	/// The opener's end.
	pub(crate) fn outbound(stream: Stream, peer: PeerId, limits: &ProtocolLimits, pace: Pace) -> Self {
		let (max_send, max_receive) = (limits.max_request_frame, limits.max_response_frame);
		FramedStream { frames: Frames::new(stream, peer, max_send, max_receive, pace), _slot: None }
	}

	/// The acceptor's end.
	pub(crate) fn inbound(
		stream: Stream,
		peer: PeerId,
		limits: &ProtocolLimits,
		pace: Pace,
		slot: StreamSlot,
	) -> Self {
		let (max_send, max_receive) = (limits.max_response_frame, limits.max_request_frame);
		FramedStream { frames: Frames::new(stream, peer, max_send, max_receive, pace), _slot: Some(slot) }
	}

	/// Who is at the other end; the transport has authenticated them.
	pub fn peer(&self) -> PeerId {
		self.frames.peer
	}

	/// The largest frame that [`send`](FramedStream::send) takes, in bytes.
	pub fn max_send(&self) -> usize {
		self.frames.max_send
	}

	/// Sends one frame and hands it to the transport whole.
	///
	/// Errors: [`NetworkError::FrameTooLarge`] (nothing was sent, the stream stays usable), [`NetworkError::Timeout`]
	/// when the reader is too slow, [`NetworkError::Cut`] or [`NetworkError::Io`] when the other side is gone. A call
	/// that is cancelled midway leaves half a frame behind; the stream then answers [`NetworkError::StreamClosed`].
	pub async fn send(&mut self, frame: &[u8]) -> Result<(), NetworkError> {
		self.frames.send(frame).await
	}

	/// The next frame, or `None` after the other side has finished. May be cancelled without loss.
	///
	/// Errors: [`NetworkError::FrameTooLarge`] before anything is allocated for it, [`NetworkError::Cut`] when the
	/// stream ends without the end mark, [`NetworkError::Timeout`]. After an error the stream is not read any more.
	pub async fn recv(&mut self) -> Result<Option<Bytes>, NetworkError> {
		self.frames.recv().await
	}

	/// Ends this direction: the other side's [`recv`](FramedStream::recv) returns `None`. It can still send.
	///
	/// Errors: as [`send`](FramedStream::send).
	pub async fn finish(&mut self) -> Result<(), NetworkError> {
		self.frames.finish().await
	}
}

/// The time limits of a stream, and where its events are counted.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
	pub(crate) frame: Duration,
	pub(crate) idle: Duration,
	pub(crate) counters: Arc<Counters>,
}

/// One direction's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
	Open,
	Finished,
	/// Something failed, or a send was cancelled in the middle of a frame.
	Broken,
}

/// Frames over any stream of bytes.
#[derive(Debug)]
pub(crate) struct Frames<S> {
	io: S,
	peer: PeerId,
	max_send: usize,
	max_receive: usize,
	pace: Pace,
	sending: Direction,
	receiving: Direction,
	/// The header with the head of the frame that is sent; kept for its allocation.
	outbox: Vec<u8>,
	/// The frame that is being read. It stands here and not in `recv`'s future, so that `recv` may be cancelled.
	inbox: Inbox,
}

#[derive(Debug, Default)]
struct Inbox {
	header: [u8; HEADER],
	header_filled: usize,
	body: Vec<u8>,
	body_filled: usize,
	/// Until when the next byte, or once the frame has begun its last one, must have come.
	deadline: Option<Instant>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Frames<S> {
	pub(crate) fn new(io: S, peer: PeerId, max_send: usize, max_receive: usize, pace: Pace) -> Self {
		// The end mark must not be a length.
		let bound = END as usize - 1;
		Frames {
			io,
			peer,
			max_send: max_send.min(bound),
			max_receive: max_receive.min(bound),
			pace,
			sending: Direction::Open,
			receiving: Direction::Open,
			outbox: Vec::new(),
			inbox: Inbox::default(),
		}
	}

	pub(crate) async fn send(&mut self, frame: &[u8]) -> Result<(), NetworkError> {
		if self.sending != Direction::Open {
			return Err(NetworkError::StreamClosed(self.peer));
		}
		if frame.len() > self.max_send {
			return Err(NetworkError::FrameTooLarge { size: frame.len(), limit: self.max_send });
		}
		let length = u32::try_from(frame.len()).expect("max_send is below u32::MAX; qed");
		let (head, rest) = frame.split_at(cmp::min(frame.len(), SENT_WITH_HEADER));
		self.outbox.clear();
		self.outbox.extend_from_slice(&length.to_le_bytes());
		self.outbox.extend_from_slice(head);

		self.sending = Direction::Broken;
		let (io, outbox) = (&mut self.io, &self.outbox);
		let write = async {
			io.write_all(outbox).await?;
			io.write_all(rest).await?;
			io.flush().await
		};
		bounded(write, self.peer, &self.pace, "sending a frame").await?;
		self.sending = Direction::Open;
		self.pace.counters.frames_sent.increase();
		self.pace.counters.bytes_sent.add(frame.len() as u64);
		Ok(())
	}

	pub(crate) async fn finish(&mut self) -> Result<(), NetworkError> {
		match self.sending {
			Direction::Open => {}
			Direction::Finished => return Ok(()),
			Direction::Broken => return Err(NetworkError::StreamClosed(self.peer)),
		}
		self.sending = Direction::Broken;
		let io = &mut self.io;
		let write = async {
			io.write_all(&END.to_le_bytes()).await?;
			io.flush().await?;
			io.close().await
		};
		bounded(write, self.peer, &self.pace, "finishing a stream").await?;
		self.sending = Direction::Finished;
		Ok(())
	}

	pub(crate) async fn recv(&mut self) -> Result<Option<Bytes>, NetworkError> {
		match self.receiving {
			Direction::Open => {}
			Direction::Finished => return Ok(None),
			Direction::Broken => return Err(NetworkError::StreamClosed(self.peer)),
		}
		let outcome = self.read_frame().await;
		let counters = &self.pace.counters;
		match &outcome {
			Ok(Some(frame)) => {
				counters.frames_received.increase();
				counters.bytes_received.add(frame.len() as u64);
			}
			Ok(None) => self.receiving = Direction::Finished,
			Err(error) => {
				self.receiving = Direction::Broken;
				match error {
					NetworkError::Cut(_) => counters.streams_cut.increase(),
					NetworkError::FrameTooLarge { .. } => counters.frames_too_large.increase(),
					_ => {}
				}
			}
		}
		outcome
	}

	async fn read_frame(&mut self) -> Result<Option<Bytes>, NetworkError> {
		while self.inbox.header_filled < HEADER {
			let started = self.inbox.header_filled > 0;
			let filled = self.inbox.header_filled;
			let n = self.read_some(started, |inbox| &mut inbox.header[filled..]).await?;
			if !started {
				self.inbox.deadline = Some(Instant::now() + self.pace.frame);
			}
			self.inbox.header_filled += n;
		}
		let length = u32::from_le_bytes(self.inbox.header);
		if length == END {
			return Ok(None);
		}
		let length = length as usize;
		if length > self.max_receive {
			return Err(NetworkError::FrameTooLarge { size: length, limit: self.max_receive });
		}
		while self.inbox.body_filled < length {
			let filled = self.inbox.body_filled;
			if self.inbox.body.len() == filled {
				// What is allocated follows what has come, not what was announced.
				let room = cmp::min(length, cmp::max(FIRST_ALLOCATION, filled.saturating_mul(2)));
				self.inbox.body.reserve_exact(room - filled);
				self.inbox.body.resize(room, 0);
			}
			let n = self.read_some(true, |inbox| &mut inbox.body[filled..]).await?;
			self.inbox.body_filled += n;
		}
		let inbox = std::mem::take(&mut self.inbox);
		Ok(Some(Bytes::from(inbox.body)))
	}

	/// Reads at least one byte into the place that `into` names. The only await is one read, so nothing is lost when
	/// it is cancelled.
	async fn read_some(
		&mut self,
		started: bool,
		into: impl FnOnce(&mut Inbox) -> &mut [u8],
	) -> Result<usize, NetworkError> {
		let (what, limit) = match started {
			true => ("receiving a frame", self.pace.frame),
			false => ("waiting for the next frame", self.pace.idle),
		};
		let deadline = *self.inbox.deadline.get_or_insert_with(|| Instant::now() + limit);
		match timeout_at(deadline, self.io.read(into(&mut self.inbox))).await {
			Ok(Ok(0)) => Err(NetworkError::Cut(self.peer)),
			Ok(Ok(n)) => Ok(n),
			Ok(Err(error)) => Err(from_io(self.peer, error)),
			Err(_) => {
				self.pace.counters.streams_timed_out.increase();
				Err(NetworkError::Timeout { what, limit })
			}
		}
	}
}

async fn bounded(
	write: impl Future<Output = io::Result<()>>,
	peer: PeerId,
	pace: &Pace,
	what: &'static str,
) -> Result<(), NetworkError> {
	match timeout(pace.frame, write).await {
		Ok(Ok(())) => Ok(()),
		Ok(Err(error)) => Err(from_io(peer, error)),
		Err(_) => {
			pace.counters.streams_timed_out.increase();
			Err(NetworkError::Timeout { what, limit: pace.frame })
		}
	}
}

/// A reset and a lost connection are a cut stream, whichever way the transport puts it.
fn from_io(peer: PeerId, source: io::Error) -> NetworkError {
	use io::ErrorKind::*;
	match source.kind() {
		ConnectionReset | ConnectionAborted | BrokenPipe | NotConnected | UnexpectedEof | WriteZero => {
			NetworkError::Cut(peer)
		}
		_ => NetworkError::Io { peer, source },
	}
}

#[cfg(test)]
mod tests {
	use futures::FutureExt;
	use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
	use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

	use super::*;

	const LIMIT: usize = 100_000;

	/// Nobody is given up because the machine is slow.
	fn pace() -> Pace {
		let patience = Duration::from_secs(300);
		Pace { frame: patience, idle: patience, counters: Arc::new(Counters::default()) }
	}

	/// For tests of being given up.
	fn hasty() -> Pace {
		Pace { frame: Duration::from_millis(200), idle: Duration::from_millis(400), ..pace() }
	}

	fn pipe(capacity: usize) -> (Frames<Compat<DuplexStream>>, DuplexStream) {
		pipe_of(capacity, pace())
	}

	fn pipe_of(capacity: usize, pace: Pace) -> (Frames<Compat<DuplexStream>>, DuplexStream) {
		let (ours, theirs) = tokio::io::duplex(capacity);
		(Frames::new(ours.compat(), PeerId::random(), LIMIT, LIMIT, pace), theirs)
	}

	fn pair() -> (Frames<Compat<DuplexStream>>, Frames<Compat<DuplexStream>>) {
		let (ours, theirs) = pipe(1024);
		(ours, Frames::new(theirs.compat(), PeerId::random(), LIMIT, LIMIT, pace()))
	}

	#[tokio::test]
	async fn frames_of_every_size_arrive_as_they_were_sent() {
		let (mut ours, mut theirs) = pair();
		let sizes = [0, 1, 3, 4, 5, SENT_WITH_HEADER, SENT_WITH_HEADER + 1, FIRST_ALLOCATION * 2, LIMIT];
		let sender = async {
			for size in sizes {
				ours.send(&vec![size as u8; size]).await.expect("sent");
			}
			ours.finish().await.expect("finished");
			ours.finish().await.expect("finishing twice changes nothing");
			assert!(matches!(ours.send(b"more").await, Err(NetworkError::StreamClosed(_))));
		};
		let receiver = async {
			for size in sizes {
				let frame = theirs.recv().await.expect("received").expect("a frame");
				assert_eq!(frame, vec![size as u8; size]);
			}
			assert!(theirs.recv().await.expect("clean").is_none());
			assert!(theirs.recv().await.expect("still clean").is_none());
		};
		futures::join!(sender, receiver);
	}

	#[tokio::test]
	async fn a_frame_announced_too_large_is_refused_before_anything_is_allocated() {
		let (mut ours, mut theirs) = pipe(1024);
		theirs.write_all(&(LIMIT as u32 + 1).to_le_bytes()).await.expect("written");
		let refused = ours.recv().await;
		assert!(
			matches!(refused, Err(NetworkError::FrameTooLarge { size, limit: LIMIT }) if size == LIMIT + 1)
		);
		assert_eq!(ours.inbox.body.capacity(), 0);
		assert_eq!(ours.pace.counters.snapshot().frames_too_large, 1);
		assert!(matches!(ours.recv().await, Err(NetworkError::StreamClosed(_))));
	}

	#[tokio::test]
	async fn what_is_allocated_follows_what_has_come() {
		let (mut ours, mut theirs) = pipe(1024);
		theirs.write_all(&(LIMIT as u32).to_le_bytes()).await.expect("written");
		theirs.write_all(&[1; 100]).await.expect("written");
		assert!(ours.recv().now_or_never().is_none());
		assert!(ours.inbox.body.capacity() <= FIRST_ALLOCATION);
	}

	#[tokio::test]
	async fn a_frame_too_large_to_send_leaves_the_stream_usable() {
		let (mut ours, mut theirs) = pair();
		assert!(matches!(ours.send(&vec![0; LIMIT + 1]).await, Err(NetworkError::FrameTooLarge { .. })));
		ours.send(b"small").await.expect("sent");
		assert_eq!(theirs.recv().await.expect("received").expect("a frame"), "small");
	}

	#[tokio::test]
	async fn an_end_without_the_mark_is_a_cut_wherever_it_falls() {
		for sent in [&b""[..], b"\x03\0", b"\x03\0\0\0", b"\x03\0\0\0ab", b"\x03\0\0\0abc"] {
			let (mut ours, mut theirs) = pipe(1024);
			theirs.write_all(sent).await.expect("written");
			drop(theirs);
			let mut last = ours.recv().await;
			if sent.len() == 7 {
				assert_eq!(last.expect("whole").expect("a frame"), "abc");
				last = ours.recv().await;
			}
			assert!(matches!(last, Err(NetworkError::Cut(_))), "after {} bytes", sent.len());
			assert_eq!(ours.pace.counters.snapshot().streams_cut, 1);
		}
	}

	#[tokio::test]
	async fn a_cancelled_read_loses_nothing() {
		let (mut ours, mut theirs) = pipe(1024);
		for byte in b"\x03\0\0\0ab" {
			theirs.write_all(&[*byte]).await.expect("written");
			assert!(ours.recv().now_or_never().is_none());
		}
		theirs.write_all(b"c").await.expect("written");
		assert_eq!(ours.recv().await.expect("received").expect("a frame"), "abc");
	}

	#[tokio::test]
	async fn a_cancelled_send_closes_the_direction() {
		let (mut ours, mut theirs) = pipe(8);
		assert!(ours.send(b"more than the pipe holds").now_or_never().is_none());
		assert!(matches!(ours.send(b"next").await, Err(NetworkError::StreamClosed(_))));
		assert!(matches!(ours.finish().await, Err(NetworkError::StreamClosed(_))));
		// The half frame is what the other side sees; no end mark follows it.
		let mut seen = [0; 8];
		theirs.read_exact(&mut seen).await.expect("read");
		assert_eq!(seen, *b"\x18\0\0\0more");
	}

	#[tokio::test]
	async fn a_reader_who_does_not_read_is_given_up() {
		let (mut ours, _theirs) = pipe_of(8, hasty());
		let slow = ours.send(&[0; 1000]).await;
		assert!(matches!(slow, Err(NetworkError::Timeout { .. })));
		assert_eq!(ours.pace.counters.snapshot().streams_timed_out, 1);
	}

	#[tokio::test]
	async fn a_writer_who_stalls_in_a_frame_is_given_up_sooner_than_one_between_frames() {
		let (mut ours, mut theirs) = pipe_of(1024, hasty());
		theirs.write_all(b"\x03\0").await.expect("written");
		let stalled = ours.recv().await;
		assert!(matches!(stalled, Err(NetworkError::Timeout { what: "receiving a frame", .. })));

		let (mut ours, _theirs) = pipe_of(1024, hasty());
		let idle = ours.recv().await;
		assert!(matches!(idle, Err(NetworkError::Timeout { what: "waiting for the next frame", .. })));
	}
}
