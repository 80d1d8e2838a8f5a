//! The test's chain over a Unix socket, for a node in a process of its own: one connection for each question.

use super::{chain::FactChain, genesis};
use async_trait::async_trait;
use codec::{Decode, DecodeAll, Encode};
use souk_persistence::chain::{
	AnswerError, AskId, Asset, AwaitingOrder, CaseFacts, ChainError, ChainReads, ChainWrites, Challenge,
	Delivered, DeliveryKey, Duty, FinalSnapshot, Head, KeyDelivery, ListingFacts, NodeFacts, NotSettled,
	OrderId, SendError, Settled, TabFacts, WaitingAsk,
};
use souk_protocol::{AccountId, Digest, SignedVoucher};
use std::{
	io,
	path::{Path, PathBuf},
	sync::Arc,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{UnixListener, UnixStream},
	sync::{mpsc, oneshot, watch},
};

/// Deliveries as they cross the socket: order, era, ephemeral key, ciphertext, proof.
type Wire = Vec<(OrderId, u32, [u8; 64], [u8; 32], Vec<u8>)>;

/// What a node asks.
#[derive(Encode, Decode)]
enum Ask {
	Heads,
	Duties(AccountId),
	Awaiting(u32, Vec<u32>),
	Keepers,
	Key,
	Deliver(AccountId, u32, Wire),
}

/// A transaction that has arrived and is in no block yet.
pub struct Arrival {
	pub by: AccountId,
	/// The process that has sent it.
	pub life: u32,
	pub deliveries: Vec<(OrderId, KeyDelivery)>,
	answer: oneshot::Sender<Vec<u8>>,
}

impl Arrival {
	/// Tells the node, where it still lives, what became of it.
	pub fn answer(self, outcome: &Result<Delivered, SendError>) {
		let told: Result<(u32, Vec<(OrderId, String)>), (bool, String)> = match outcome {
			Ok(delivered) => Ok((delivered.block, delivered.refused.clone())),
			Err(SendError::Refused { code, .. }) => Err((true, code.clone())),
			Err(SendError::Unavailable(reason)) => Err((false, reason.clone())),
		};
		// It may have been killed.
		let _ = self.answer.send(told.encode());
	}
}

/// Answers questions at `path`; transactions go to `arrivals`.
pub async fn serve(chain: Arc<FactChain>, path: &Path, arrivals: mpsc::UnboundedSender<Arrival>) {
	let listener = UnixListener::bind(path).expect("a socket");
	loop {
		let (stream, _) = listener.accept().await.expect("a connection");
		let (chain, arrivals) = (chain.clone(), arrivals.clone());
		// It ends with an error where the node is killed in the middle of it, and with the test.
		tokio::spawn(async move { answer(&chain, stream, arrivals).await });
	}
}

async fn answer(
	chain: &FactChain,
	mut stream: UnixStream,
	arrivals: mpsc::UnboundedSender<Arrival>,
) -> io::Result<()> {
	let head = chain.head();
	let no_error = "the test's chain has no errors";
	let reply = match receive(&mut stream).await? {
		Ask::Heads => {
			let mut heads = chain.heads();
			loop {
				let head = *heads.borrow_and_update();
				send(&mut stream, &(head.number, head.hash).encode()).await?;
				if heads.changed().await.is_err() {
					return Ok(());
				}
			}
		}
		Ask::Duties(account) => {
			let duties = chain.duties(head, account).await.expect(no_error);
			duties.into_iter().map(|duty| (duty.listing, duty.wrapped_secret)).collect::<Vec<_>>().encode()
		}
		Ask::Awaiting(at, listings) => {
			let orders = chain.ledger().awaiting(at, &listings);
			let fields = |order: AwaitingOrder| {
				let AwaitingOrder {
					id,
					listing,
					period,
					buyer_key,
					key_commitment,
					funded_at,
					deliver_until,
				} = order;
				(id, listing, period, buyer_key, key_commitment, funded_at, deliver_until)
			};
			orders.into_iter().map(fields).collect::<Vec<_>>().encode()
		}
		Ask::Keepers => chain.keepers(head, 0).await.expect(no_error).encode(),
		Ask::Key => {
			let key = chain.delivery_key(head).await.expect(no_error);
			key.map(|key| (key.era, key.id)).encode()
		}
		Ask::Deliver(by, life, wire) => {
			let read = |(order, era, ephemeral, ciphertext, proof)| {
				(order, KeyDelivery { era, ephemeral, ciphertext, proof })
			};
			let (answer, outcome) = oneshot::channel();
			let deliveries = wire.into_iter().map(read).collect();
			// Nobody waits for it any more where the test is over, or has lost it.
			let _ = arrivals.send(Arrival { by, life, deliveries, answer });
			outcome.await.map_err(io::Error::other)?
		}
	};
	send(&mut stream, &reply).await
}

async fn send(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
	stream.write_u32_le(u32::try_from(bytes.len()).map_err(io::Error::other)?).await?;
	stream.write_all(bytes).await
}

async fn receive<T: DecodeAll>(stream: &mut UnixStream) -> io::Result<T> {
	let mut bytes = vec![0; stream.read_u32_le().await? as usize];
	stream.read_exact(&mut bytes).await?;
	T::decode_all(&mut &bytes[..]).map_err(io::Error::other)
}

/// The chain from the other end.
pub struct RemoteChain {
	path: PathBuf,
	account: AccountId,
	heads: watch::Receiver<Head>,
}

impl RemoteChain {
	/// Follows the chain at `path` as `account`.
	pub async fn connect(path: PathBuf, account: AccountId) -> io::Result<Self> {
		let mut stream = UnixStream::connect(&path).await?;
		send(&mut stream, &Ask::Heads.encode()).await?;
		let (number, hash) = receive(&mut stream).await?;
		let (newer, heads) = watch::channel(Head { number, hash });
		tokio::spawn(async move {
			while let Ok((number, hash)) = receive(&mut stream).await {
				newer.send_replace(Head { number, hash });
			}
		});
		Ok(Self { path, account, heads })
	}

	async fn ask<T: DecodeAll>(&self, ask: Ask) -> io::Result<T> {
		let mut stream = UnixStream::connect(&self.path).await?;
		send(&mut stream, &ask.encode()).await?;
		receive(&mut stream).await
	}

	async fn read<T: DecodeAll>(&self, ask: Ask) -> Result<T, ChainError> {
		let failed =
			|error: io::Error| ChainError { what: "the test's chain", block: 0, reason: error.to_string() };
		self.ask(ask).await.map_err(failed)
	}
}

#[async_trait]
impl ChainReads for RemoteChain {
	fn genesis(&self) -> Digest {
		genesis()
	}

	fn heads(&self) -> watch::Receiver<Head> {
		self.heads.clone()
	}

	async fn listing(&self, _: Head, _: u32) -> Result<Option<ListingFacts>, ChainError> {
		Ok(None)
	}

	async fn entitled_until(&self, _: Head, _: u32, _: AccountId) -> Result<Option<u32>, ChainError> {
		Ok(None)
	}

	async fn snapshots(&self, _: Head, _: u32) -> Result<Vec<FinalSnapshot>, ChainError> {
		Ok(Vec::new())
	}

	async fn node(&self, _: Head, _: AccountId) -> Result<Option<NodeFacts>, ChainError> {
		Ok(None)
	}

	async fn worker_peer(&self, _: Head, _: u32, _: AccountId) -> Result<Option<Vec<u8>>, ChainError> {
		Ok(None)
	}

	async fn duties(&self, _: Head, account: AccountId) -> Result<Vec<Duty>, ChainError> {
		let duties: Vec<(u32, Option<Vec<u8>>)> = self.read(Ask::Duties(account)).await?;
		Ok(duties.into_iter().map(|(listing, wrapped_secret)| Duty { listing, wrapped_secret }).collect())
	}

	async fn keepers(&self, _: Head, _: u32) -> Result<Vec<AccountId>, ChainError> {
		self.read(Ask::Keepers).await
	}

	async fn awaiting(&self, at: Head, listings: &[u32]) -> Result<Vec<AwaitingOrder>, ChainError> {
		let orders: Vec<(OrderId, u32, u32, [u8; 64], Digest, u32, u32)> =
			self.read(Ask::Awaiting(at.number, listings.to_vec())).await?;
		let order = |(id, listing, period, buyer_key, key_commitment, funded_at, deliver_until)| {
			AwaitingOrder { id, listing, period, buyer_key, key_commitment, funded_at, deliver_until }
		};
		Ok(orders.into_iter().map(order).collect())
	}

	async fn delivery_key(&self, _: Head) -> Result<Option<DeliveryKey>, ChainError> {
		let key: Option<(u32, Digest)> = self.read(Ask::Key).await?;
		Ok(key.map(|(era, id)| DeliveryKey { era, id }))
	}

	async fn asks(&self, _: Head, _: &[u32]) -> Result<Vec<WaitingAsk>, ChainError> {
		Ok(Vec::new())
	}

	async fn whole_unit(&self, _: Head, _: Asset) -> Result<u128, ChainError> {
		Ok(1)
	}

	async fn tabs(&self, _: Head, _: AccountId, _: &[u64]) -> Result<Vec<TabFacts>, ChainError> {
		Ok(Vec::new())
	}

	async fn free_quota(&self, _: Head, _: u32) -> Result<u32, ChainError> {
		Ok(0)
	}

	async fn case(&self, _: Head, _: u64) -> Result<Option<CaseFacts>, ChainError> {
		Ok(None)
	}

	async fn cases(&self, _: Head, _: Option<u64>) -> Result<Vec<(u64, CaseFacts)>, ChainError> {
		Ok(Vec::new())
	}

	async fn challenges(&self, _: Head, _: AccountId) -> Result<Vec<Challenge>, ChainError> {
		Ok(Vec::new())
	}
}

#[async_trait]
impl ChainWrites for RemoteChain {
	async fn deliver(&self, deliveries: &[(OrderId, KeyDelivery)]) -> Result<Delivered, SendError> {
		let wire = deliveries
			.iter()
			.map(|(order, key)| (*order, key.era, key.ephemeral, key.ciphertext, key.proof.clone()))
			.collect();
		let told: Result<(u32, Vec<(OrderId, String)>), (bool, String)> = self
			.ask(Ask::Deliver(self.account, std::process::id(), wire))
			.await
			.map_err(|error| SendError::Unavailable(error.to_string()))?;
		match told {
			Ok((block, refused)) => Ok(Delivered { block, refused }),
			Err((true, code)) => Err(SendError::Refused { code, reason: "none was taken".into() }),
			Err((false, reason)) => Err(SendError::Unavailable(reason)),
		}
	}

	async fn answer(&self, _: AskId, _: Vec<u8>, _: u32) -> Result<u32, AnswerError> {
		Err(AnswerError::NotSent("nobody asks at this chain".into()))
	}

	async fn answer_fee(&self, _: usize) -> Result<u128, AnswerError> {
		Ok(0)
	}

	async fn settle(&self, _: &[SignedVoucher]) -> Result<Settled, NotSettled> {
		Err(NotSettled("there are no tabs on this chain".into()))
	}
}
