//! Who has a snapshot's sealed chunks; small enough to be played in a test.

use crate::{reach, types::AssignmentView};
use async_trait::async_trait;
use codec::Encode as _;
use souk_network::{FramedStream, Network, Protocol};
use souk_protocol::download::DownloadRequest;

/// The persistence nodes, from outside. Errors are what is wrong with the node that was asked.
#[async_trait]
pub trait Suppliers: Send + Sync {
	/// Asks a node for the chunks of a snapshot.
	async fn ask(
		&self,
		provider: &AssignmentView,
		request: DownloadRequest,
	) -> Result<Box<dyn Supply>, String>;
}

/// What a node sends.
#[async_trait]
pub trait Supply: Send {
	/// The next frame: the reply, then the pieces. `None` after the last.
	async fn frame(&mut self) -> Result<Option<Vec<u8>>, String>;
}

#[async_trait]
impl Suppliers for Network {
	async fn ask(
		&self,
		provider: &AssignmentView,
		request: DownloadRequest,
	) -> Result<Box<dyn Supply>, String> {
		let DownloadRequest { genesis, listing, .. } = &request;
		let mut stream = reach::open(self, genesis, *listing, provider, Protocol::Download).await?;
		stream.send(&request.encode()).await.map_err(|error| error.to_string())?;
		// Nothing more is sent, but the answer listened to; whether the node minds the end mark is its affair.
		let _ = stream.finish().await;
		Ok(Box::new(stream))
	}
}

#[async_trait]
impl Supply for FramedStream {
	async fn frame(&mut self) -> Result<Option<Vec<u8>>, String> {
		let frame = self.recv().await.map_err(|error| error.to_string())?;
		Ok(frame.map(Vec::from))
	}
}
