//! The handle: what the rest of a program holds.

use std::{fmt, sync::Arc, time::Duration};

use futures::future::join_all;
use libp2p::{swarm::ConnectionId, Multiaddr, PeerId, Stream};
use tokio::{
	sync::{mpsc, oneshot, watch},
	time::timeout,
};

use crate::{
	records::{register_of, slot_of, Envelope},
	streams::{OpenError, OpenFailure, OpenReply, Shared},
	FramedStream, Incoming, Key, NetworkCounters, NetworkError, Protocol,
};

type Reply<T> = oneshot::Sender<Result<T, NetworkError>>;

/// How often a stream is tried: without a connection, on one that has just died, and once more.
const OPEN_ATTEMPTS: usize = 3;

/// Peers with what is known of their addresses.
pub(crate) type Peers = Vec<(PeerId, Vec<Multiaddr>)>;

/// How it comes that a peer is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connected {
	/// There was a connection already; it may be ending without anyone having noticed.
	Before,
	/// A connection was made since it was asked for.
	Now,
}

/// What a handle asks of the driver.
pub(crate) enum Command {
	/// A connection that is none of `except`.
	Connect {
		peer: PeerId,
		addresses: Vec<Multiaddr>,
		except: Vec<ConnectionId>,
		reply: Reply<Connected>,
	},
	/// Answered once a connected peer has said what it is.
	Identify {
		peer: PeerId,
		reply: Reply<()>,
	},
	Open {
		peer: PeerId,
		protocol: Protocol,
		except: Vec<ConnectionId>,
		reply: OpenReply,
	},
	Provide {
		key: Key,
		reply: Reply<()>,
	},
	StopProviding {
		key: Key,
		reply: Reply<()>,
	},
	Providers {
		key: Key,
		reply: Reply<Peers>,
	},
	Put {
		key: Key,
		value: Vec<u8>,
		reply: Reply<()>,
	},
	Remove {
		key: Key,
		reply: Reply<()>,
	},
	/// The genuine records of one slot.
	Slot {
		slot: [u8; 32],
		reply: Reply<Vec<Envelope>>,
	},
}

/// The state of the listen addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listening {
	/// How many of the configured addresses are not bound yet.
	pub(crate) pending: usize,
	pub(crate) addresses: Vec<Multiaddr>,
	pub(crate) failed: Option<(Multiaddr, String)>,
}

/// A handle to the network: cheap to clone, usable from any task. When the last one is dropped, the driver ends.
#[derive(Clone)]
pub struct Network {
	pub(crate) peer_id: PeerId,
	pub(crate) commands: mpsc::Sender<Command>,
	pub(crate) shared: Arc<Shared>,
	pub(crate) listening: watch::Receiver<Listening>,
}

impl Network {
	/// This node's identity.
	pub fn peer_id(&self) -> PeerId {
		self.peer_id
	}

	/// The addresses bound so far, ports filled in, without `/p2p/`.
	pub async fn listen_addresses(&self) -> Vec<Multiaddr> {
		self.listening.borrow().addresses.clone()
	}

	/// Waits until every configured address is bound, and returns what
	/// [`listen_addresses`](Network::listen_addresses) does.
	///
	/// Errors: [`NetworkError::Listen`] when one cannot be bound, [`NetworkError::Stopped`].
	pub async fn wait_listening(&self) -> Result<Vec<Multiaddr>, NetworkError> {
		let mut listening = self.listening.clone();
		let state = listening
			.wait_for(|state| state.pending == 0 || state.failed.is_some())
			.await
			.map_err(|_| NetworkError::Stopped)?;
		match &state.failed {
			Some((address, reason)) => {
				Err(NetworkError::Listen { address: address.clone(), reason: reason.clone() })
			}
			None => Ok(state.addresses.clone()),
		}
	}

	/// Connects to `peer`, trying all `addresses` and those that are known of it; nothing is dialled when it is connected,
	/// unless that connection turns out to be ending.
	/// Returns once the peer has said what it is: if it takes part in the DHT, look-ups ask it from then on.
	///
	/// Errors: [`NetworkError::Connect`]; [`NetworkError::Disconnected`] when the connection was closed again, as it is to
	/// a node of another chain; [`NetworkError::Stopped`].
	pub async fn connect(&self, peer: PeerId, addresses: Vec<Multiaddr>) -> Result<(), NetworkError> {
		let connected = self.connected(peer, addresses.clone()).await?;
		match (self.identified(peer).await, connected) {
			// The connection that there was has ended. Now there is none, and the peer is dialled. Who has just been
			// dialled and hangs up does not want us, and is not dialled again.
			(Err(NetworkError::Disconnected(_)), Connected::Before) => {
				self.connected(peer, addresses).await?;
				self.identified(peer).await
			}
			(outcome, _) => outcome,
		}
	}

	async fn connected(&self, peer: PeerId, addresses: Vec<Multiaddr>) -> Result<Connected, NetworkError> {
		self.ask(|reply| Command::Connect { peer, addresses, except: Vec::new(), reply }).await
	}

	async fn identified(&self, peer: PeerId) -> Result<(), NetworkError> {
		let identified = self.ask(|reply| Command::Identify { peer, reply });
		// A peer that has not said it by then is connected all the same.
		timeout(self.shared.limits.open_timeout, identified).await.unwrap_or(Ok(()))
	}

	/// Opens one request stream; dials first when `peer` is not connected, and again when a connection turns out to be
	/// dead.
	///
	/// Errors: as [`connect`](Network::connect); [`NetworkError::Unsupported`] when the peer does not serve the
	/// protocol on this chain; [`NetworkError::Timeout`].
	pub async fn open(
		&self,
		peer: PeerId,
		addresses: &[Multiaddr],
		protocol: Protocol,
	) -> Result<FramedStream, NetworkError> {
		let limits = &self.shared.limits;
		let mut dead = Vec::new();
		let mut failure = NetworkError::Disconnected(peer);
		for attempt in 1..=OPEN_ATTEMPTS {
			let OpenFailure { connection, error } = match self.negotiate(peer, protocol, &dead).await? {
				Ok(stream) => {
					self.shared.counters.streams_opened.increase();
					let pace = self.shared.pace();
					return Ok(FramedStream::outbound(stream, peer, limits.of(protocol), pace));
				}
				Err(failure) => failure,
			};
			failure = match error {
				OpenError::Unsupported => return Err(NetworkError::Unsupported { peer, protocol }),
				OpenError::Timeout => {
					return Err(NetworkError::Timeout {
						what: "opening a stream",
						limit: limits.open_timeout,
					});
				}
				OpenError::NotConnected => NetworkError::Disconnected(peer),
				OpenError::Io(source) => NetworkError::Io { peer, source },
			};
			if attempt == OPEN_ATTEMPTS {
				break;
			}
			dead.extend(connection);
			let (addresses, except) = (addresses.to_vec(), dead.clone());
			self.ask(|reply| Command::Connect { peer, addresses, except, reply }).await?;
		}
		Err(failure)
	}

	/// Takes the inbound streams of `protocol`; one acceptor per protocol. The protocol is offered from here on.
	///
	/// Errors: [`NetworkError::AlreadyAccepted`], [`NetworkError::Stopped`].
	pub fn accept(&self, protocol: Protocol) -> Result<Incoming, NetworkError> {
		self.shared.accept(protocol)
	}

	/// Announces that this node provides `key`, now and again until [`stop_providing`](Network::stop_providing).
	///
	/// Errors: [`NetworkError::NoPeers`] when nobody could be told; it is tried again when somebody is reached.
	/// [`NetworkError::Busy`], [`NetworkError::Stopped`].
	pub async fn provide(&self, key: Key) -> Result<(), NetworkError> {
		self.ask(|reply| Command::Provide { key, reply }).await
	}

	/// Renews the announcement no more; what others have heard expires by itself.
	pub async fn stop_providing(&self, key: Key) {
		// A driver that has ended renews nothing either.
		let _ = self.ask(|reply| Command::StopProviding { key, reply }).await;
	}

	/// Who provides `key`, other than this node, with the addresses that are known; unreachable ones may be among them.
	///
	/// Errors: [`NetworkError::NoPeers`] when nobody answered, [`NetworkError::Timeout`], [`NetworkError::Busy`],
	/// [`NetworkError::Stopped`].
	pub async fn providers(&self, key: Key) -> Result<Vec<(PeerId, Vec<Multiaddr>)>, NetworkError> {
		let mut found = self.ask(|reply| Command::Providers { key, reply }).await?;
		found.retain(|(peer, _)| *peer != self.peer_id);
		Ok(found)
	}

	/// Publishes `value` under `key`, signed by this node, now and again until
	/// [`remove_record`](Network::remove_record). It replaces what this node published before under the key, and
	/// nothing of anybody else.
	///
	/// Errors: [`NetworkError::RecordTooLarge`]; the rest as [`provide`](Network::provide).
	pub async fn put_record(&self, key: Key, value: Vec<u8>) -> Result<(), NetworkError> {
		self.ask(|reply| Command::Put { key, value, reply }).await
	}

	/// Renews this node's record for `key` no more; the copies of others expire by themselves.
	pub async fn remove_record(&self, key: Key) {
		// A driver that has ended renews nothing either.
		let _ = self.ask(|reply| Command::Remove { key, reply }).await;
	}

	/// All distinct values that anybody has published under `key` and that bear their publisher's signature, each
	/// publisher's newest first. What the right one is the caller knows, for instance by its hash on chain.
	///
	/// Errors: as [`providers`](Network::providers); only when no value was found.
	pub async fn get_records(&self, key: Key) -> Result<Vec<Vec<u8>>, NetworkError> {
		let register = register_of(key);
		let publishers = self.ask(|reply| Command::Providers { key: register, reply }).await?;
		let publishers: Vec<_> = publishers.into_iter().map(|(peer, _)| peer).collect();
		self.get_records_of(key, &publishers).await
	}

	/// The same from publishers that the caller knows, for instance from the chain: this does not depend on who else
	/// has entered themselves as a publisher.
	///
	/// Errors: as [`get_records`](Network::get_records).
	pub async fn get_records_of(
		&self,
		key: Key,
		publishers: &[PeerId],
	) -> Result<Vec<Vec<u8>>, NetworkError> {
		let slots = publishers.iter().map(|publisher| {
			let slot = slot_of(key, publisher);
			self.ask(move |reply| Command::Slot { slot, reply })
		});
		let mut values: Vec<Vec<u8>> = Vec::new();
		let mut failure = None;
		for found in join_all(slots).await {
			match found {
				Ok(mut envelopes) => {
					envelopes.sort_by_key(|envelope| std::cmp::Reverse(envelope.sequence));
					for envelope in envelopes {
						if !values.contains(&envelope.value) {
							values.push(envelope.value);
						}
					}
				}
				Err(error) => failure = Some(error),
			}
		}
		match failure {
			Some(error) if values.is_empty() => Err(error),
			_ => Ok(values),
		}
	}

	/// Peers with an open connection.
	pub fn connected_peers(&self) -> usize {
		usize::try_from(self.shared.counters.connected_peers.get()).unwrap_or(usize::MAX)
	}

	/// What has happened so far, as plain numbers.
	pub fn counters(&self) -> NetworkCounters {
		self.shared.counters.snapshot()
	}

	/// One attempt at a stream on an existing connection. The outer error is the driver's end.
	async fn negotiate(
		&self,
		peer: PeerId,
		protocol: Protocol,
		dead: &[ConnectionId],
	) -> Result<Result<Stream, OpenFailure>, NetworkError> {
		let (sender, answer) = oneshot::channel();
		let (except, reply) = (dead.to_vec(), OpenReply::new(sender));
		self.send(Command::Open { peer, protocol, except, reply }).await?;
		// The handler has the same limit; this one is for a connection that does not even get to negotiating.
		let limit = self.shared.limits.open_timeout + Duration::from_secs(1);
		Ok(match timeout(limit, answer).await {
			Ok(outcome) => outcome.map_err(|_| NetworkError::Stopped)?,
			Err(_) => Err(OpenFailure { connection: None, error: OpenError::Timeout }),
		})
	}

	async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, NetworkError> {
		let (reply, answer) = oneshot::channel();
		self.send(command(reply)).await?;
		answer.await.map_err(|_| NetworkError::Stopped)?
	}

	async fn send(&self, command: Command) -> Result<(), NetworkError> {
		self.commands.send(command).await.map_err(|_| NetworkError::Stopped)
	}
}

impl fmt::Debug for Network {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Network").field("peer_id", &self.peer_id).finish_non_exhaustive()
	}
}
