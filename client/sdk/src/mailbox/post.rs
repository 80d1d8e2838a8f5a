//! How mailboxes are talked to; small enough to be played in a test.

use super::Mailbox;
use async_trait::async_trait;
use codec::Encode as _;
use souk_network::{FramedStream, Network, Protocol};
use souk_protocol::{
	decode_exact,
	evidence::{Ask, EvidenceReply, SignedEvidenceRequest, MAX_OBJECT_BYTES, PIECE_BYTES},
};
use std::time::Duration;
use tokio::time::timeout;

/// How long one mailbox may take for one request; and with an object on its way.
const PATIENCE: [Duration; 2] = [Duration::from_secs(15), Duration::from_secs(60)];

/// What a mailbox said.
#[derive(Clone, Debug)]
pub struct Answer {
	/// Its last reply.
	pub reply: EvidenceReply,
	/// The object, where the reply was [`EvidenceReply::Sends`]. Nobody has checked what it is.
	pub object: Vec<u8>,
}

/// The way to the mailboxes. Errors are what is wrong with the one that was asked.
#[async_trait]
pub trait Post: Send + Sync {
	/// Sends a request, and the object where the mailbox wants it.
	async fn ask(
		&self,
		mailbox: &Mailbox,
		request: &SignedEvidenceRequest,
		object: Option<&[u8]>,
	) -> Result<Answer, String>;
}

#[async_trait]
impl Post for Network {
	async fn ask(
		&self,
		mailbox: &Mailbox,
		request: &SignedEvidenceRequest,
		object: Option<&[u8]>,
	) -> Result<Answer, String> {
		let work = async {
			let opened = self.open(mailbox.peer, &mailbox.addresses, Protocol::Evidence).await;
			let mut stream = opened.map_err(|error| error.to_string())?;
			stream.send(&request.encode()).await.map_err(|error| error.to_string())?;
			let mut reply = replied(&mut stream).await?;
			if let (EvidenceReply::Wanted, Some(object)) = (&reply, object) {
				for piece in object.chunks(PIECE_BYTES) {
					stream.send(piece).await.map_err(|error| error.to_string())?;
				}
				reply = replied(&mut stream).await?;
			}
			let object = match reply {
				EvidenceReply::Sends { bytes } => received(&mut stream, bytes).await?,
				_ => Vec::new(),
			};
			// Nothing more is wanted; whether the node minds the end mark is its affair.
			let _ = stream.finish().await;
			Ok(Answer { reply, object })
		};
		let heavy = matches!(request.request.ask, Ask::Take { .. } | Ask::Leave { .. });
		let patience = PATIENCE[usize::from(heavy)];
		let late = || Err(format!("it did not answer within {} s", patience.as_secs()));
		timeout(patience, work).await.unwrap_or_else(|_| late())
	}
}

async fn replied(stream: &mut FramedStream) -> Result<EvidenceReply, String> {
	let frame = stream.recv().await.map_err(|error| error.to_string())?;
	let frame = frame.ok_or("it ended before it answered")?;
	decode_exact(&frame, "reply of a mailbox").map_err(|error| error.to_string())
}

async fn received(stream: &mut FramedStream, bytes: u32) -> Result<Vec<u8>, String> {
	let expected = bytes as usize;
	if expected > MAX_OBJECT_BYTES {
		return Err(format!("it has {expected} bytes of evidence, which is more than there can be"));
	}
	let mut object = Vec::with_capacity(expected);
	while object.len() < expected {
		let piece = stream.recv().await.map_err(|error| error.to_string())?;
		let piece = piece.ok_or("it ended before it had sent everything")?;
		if piece.is_empty() || object.len() + piece.len() > expected {
			return Err("it sent something else than it had announced".into());
		}
		object.extend_from_slice(&piece);
	}
	Ok(object)
}
