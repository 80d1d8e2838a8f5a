//! The driver: the one task that turns the swarm.

mod announcer;
mod dht;
mod dials;
mod identified;

use std::{
	collections::{HashMap, HashSet},
	sync::Arc,
	time::Duration,
};

use futures::{future::BoxFuture, FutureExt, StreamExt};
use libp2p::{
	core::transport::ListenerId,
	identify,
	identity::Keypair,
	ping,
	swarm::{self, DialError, ListenError, SwarmEvent},
	Multiaddr, PeerId, Swarm,
};
use tokio::{
	sync::{mpsc, watch},
	time::{sleep_until, timeout, Instant},
};

use self::{
	announcer::Announcer,
	dht::Lookup,
	dials::{root_cause, Dials},
	identified::Identified,
};
use crate::{
	addresses::usable,
	behaviour::{kad_name, network_name, Behaviour, BehaviourEvent},
	counters::Counters,
	discreet::is_public,
	network::{Command, Listening},
	streams::Shared,
	transport, Network, NetworkConfig, NetworkError,
};

/// Commands that wait for the driver; who asks more waits.
const COMMANDS: usize = 256;
/// How often expired records are dropped, write quotas renewed and a lost network looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// Time for the connections to be closed at the end.
const FAREWELL: Duration = Duration::from_secs(1);

/// Builds a node: the handle, and the driver that must be run for the handle to work. The addresses are bound here.
/// Must be called within a Tokio runtime.
///
/// Errors: [`NetworkError::Config`], and [`NetworkError::Listen`] for an address that cannot be bound.
pub fn build(config: NetworkConfig) -> Result<(Network, NetworkDriver), NetworkError> {
	let bootnodes = config.check()?;
	if tokio::runtime::Handle::try_current().is_err() {
		return Err(NetworkError::Config("the network must be built within a Tokio runtime".into()));
	}
	let peer_id = config.keypair.public().to_peer_id();
	let shared = Arc::new(Shared::new(&config.network_id, config.limits.clone()));
	let swarm_config = swarm::Config::with_tokio_executor()
		.with_idle_connection_timeout(config.limits.connection_idle_timeout)
		.with_max_negotiating_inbound_streams(config.limits.max_negotiating_streams);
	let mut swarm = Swarm::new(
		transport::build(&config.keypair, &config.limits)?,
		Behaviour::new(&config, shared.clone()),
		peer_id,
		swarm_config,
	);

	for (peer, address) in &bootnodes {
		swarm.behaviour_mut().kad.add_address(peer, address.clone());
	}
	for address in &config.external {
		swarm.add_external_address(address.clone());
	}
	let mut unbound = HashMap::new();
	for address in config.listen {
		let refused = |reason: String| NetworkError::Listen { address: address.clone(), reason };
		transport::check_free(&address).map_err(|error| refused(error.to_string()))?;
		let listener = swarm.listen_on(address.clone()).map_err(|error| refused(root_cause(&error)))?;
		unbound.insert(listener, address);
	}

	let (commands, inbox) = mpsc::channel(COMMANDS);
	let listening = Listening { pending: unbound.len(), ..Listening::default() };
	let (listening, listening_seen) = watch::channel(listening);
	let announcer = Announcer::new(&config.limits);
	let driver = NetworkDriver {
		swarm,
		commands: inbox,
		stop: StopOnDrop(shared.clone()),
		listening,
		unbound,
		announce_listened: config.external.is_empty(),
		keypair: config.keypair,
		network_name: network_name(&config.network_id),
		kad_name: kad_name(&config.network_id),
		network_id: config.network_id,
		bootnodes,
		dials: Dials::default(),
		identified: Identified::default(),
		lookups: HashMap::new(),
		announcer,
		writes: HashMap::new(),
		foreign: HashSet::new(),
		housekeeping: Instant::now(),
	};
	let network = Network { peer_id, commands, shared, listening: listening_seen };
	Ok((network, driver))
}

/// Turns the network; everything stands still until [`run`](NetworkDriver::run) is polled.
#[must_use = "the network stands still until its driver runs"]
pub struct NetworkDriver {
	swarm: Swarm<Behaviour>,
	commands: mpsc::Receiver<Command>,
	stop: StopOnDrop,
	listening: watch::Sender<Listening>,
	/// Listeners that have no address yet, and what was configured for them.
	unbound: HashMap<ListenerId, Multiaddr>,
	/// Without configured external addresses, the ones listened on are announced.
	announce_listened: bool,
	keypair: Keypair,
	network_id: String,
	network_name: String,
	kad_name: libp2p::StreamProtocol,
	bootnodes: Vec<(PeerId, Multiaddr)>,
	dials: Dials,
	identified: Identified,
	lookups: HashMap<libp2p::kad::QueryId, Lookup>,
	announcer: Announcer,
	/// Writes of each peer into our store since the last housekeeping.
	writes: HashMap<PeerId, u32>,
	/// Connected peers of another chain, on their way out.
	foreign: HashSet<PeerId>,
	housekeeping: Instant,
}

/// However the driver ends, acceptors learn of it.
struct StopOnDrop(Arc<Shared>);

impl Drop for StopOnDrop {
	fn drop(&mut self) {
		self.0.counters.connected_peers.set(0);
		self.0.counters.open_connections.set(0);
		self.0.stop();
	}
}

impl NetworkDriver {
	/// Runs until the last [`Network`] handle is dropped. Then every [`Incoming`](crate::Incoming) ends, and all
	/// connections are closed, so that the others learn of it at once.
	pub fn run(self) -> BoxFuture<'static, ()> {
		// Boxed here, so that it is compiled here, and not once more in each program that runs it.
		self.drive().boxed()
	}

	async fn drive(mut self) {
		loop {
			let wake = self.next_deadline();
			tokio::select! {
				command = self.commands.recv() => match command {
					Some(command) => self.on_command(command),
					None => break,
				},
				event = self.swarm.select_next_some() => self.on_swarm_event(event),
				() = sleep_until(wake) => self.on_deadline(),
			}
		}
		tracing::debug!("the last handle is gone, the network stops");
		self.stop.0.stop();
		// A peer that does not take part in closing is not waited for.
		let _ = timeout(FAREWELL, self.close_connections()).await;
	}

	/// Streams that somebody still holds would otherwise keep a QUIC connection open.
	async fn close_connections(&mut self) {
		let peers: Vec<_> = self.swarm.connected_peers().copied().collect();
		for peer in peers {
			// Err: it has gone by itself.
			let _ = self.swarm.disconnect_peer_id(peer);
		}
		while self.swarm.network_info().connection_counters().num_established() > 0 {
			self.swarm.select_next_some().await;
		}
	}

	fn counters(&self) -> &Counters {
		&self.stop.0.counters
	}

	fn limits(&self) -> &crate::NetworkLimits {
		&self.stop.0.limits
	}

	fn next_deadline(&self) -> Instant {
		let lookups = self.lookups.values().filter_map(Lookup::deadline);
		lookups.chain([self.housekeeping, self.announcer.due()]).min().unwrap_or(self.housekeeping)
	}

	fn on_deadline(&mut self) {
		let now = Instant::now();
		self.finish_graced(now);
		if now >= self.announcer.due() {
			self.start_announcing(now);
		}
		if now >= self.housekeeping {
			self.housekeeping = now + HOUSEKEEPING;
			self.writes.clear();
			self.swarm.behaviour_mut().kad.store_mut().expire(now.into_std());
			self.rejoin();
		}
	}

	/// Without any connection, the boot nodes are tried again. Also what connects a node at its start.
	fn rejoin(&mut self) {
		if self.swarm.connected_peers().next().is_none() {
			for (peer, address) in self.bootnodes.clone() {
				self.swarm.behaviour_mut().kad.add_address(&peer, address.clone());
				self.dial_quietly(peer, vec![address]);
			}
		}
	}

	fn on_command(&mut self, command: Command) {
		match command {
			Command::Connect { peer, addresses, except, reply } => {
				self.connect(peer, &addresses, &except, reply);
			}
			// A connection may be closed before anybody asks about its peer: then nothing would ever answer.
			Command::Identify { peer, reply } => match self.swarm.is_connected(&peer) {
				true => self.identified.wait(peer, reply),
				false => {
					let _ = reply.send(Err(NetworkError::Disconnected(peer)));
				}
			},
			Command::Open { peer, protocol, except, reply } => {
				self.swarm.behaviour_mut().streams.open(peer, protocol, &except, reply);
			}
			Command::Provide { key, reply } => self.provide(key, reply),
			Command::StopProviding { key, reply } => {
				self.swarm.behaviour_mut().kad.stop_providing(&key.to_record_key());
				// Here and below: who does not wait for the answer does not need it.
				let _ = reply.send(Ok(()));
			}
			Command::Providers { key, reply } => self.find_providers(key, reply),
			Command::Put { key, value, reply } => self.put_record(key, value, reply),
			Command::Remove { key, reply } => {
				self.remove_record(key);
				let _ = reply.send(Ok(()));
			}
			Command::Slot { slot, reply } => self.find_slot(slot, reply),
		}
	}

	fn on_swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
		match event {
			SwarmEvent::Behaviour(BehaviourEvent::Kad(event)) => self.on_kad_event(event),
			SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => self.on_identify_event(event),
			// A connection that no longer answers is closed, so that the next request dials instead of waiting.
			SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event {
				connection,
				peer,
				result: Err(failure @ (ping::Failure::Timeout | ping::Failure::Other { .. })),
			})) => {
				tracing::debug!(%peer, %failure, "no answer to ping, connection closed");
				self.swarm.close_connection(connection);
			}
			SwarmEvent::Behaviour(
				BehaviourEvent::Limits(never) | BehaviourEvent::Hosts(never) | BehaviourEvent::Streams(never),
			) => match never {},
			SwarmEvent::ConnectionEstablished { peer_id, .. } => {
				self.counters().connections_opened.increase();
				self.count_connections();
				self.dials.connected(&peer_id);
			}
			SwarmEvent::ConnectionClosed { peer_id, num_established, .. } => {
				self.count_connections();
				if num_established == 0 {
					self.foreign.remove(&peer_id);
					self.identified.remove(&peer_id);
				}
			}
			SwarmEvent::OutgoingConnectionError { connection_id, peer_id, error } => {
				tracing::debug!(?peer_id, %error, "dial failed");
				match error {
					DialError::Denied { .. } => self.counters().connections_refused.increase(),
					_ => self.counters().dials_failed.increase(),
				}
				self.dials.failed(connection_id, &error);
			}
			SwarmEvent::IncomingConnectionError { error, send_back_addr, .. } => {
				tracing::debug!(%send_back_addr, %error, "inbound connection failed");
				if matches!(error, ListenError::Denied { .. }) {
					self.counters().connections_refused.increase();
				}
			}
			SwarmEvent::NewListenAddr { listener_id, address } => self.on_listening(listener_id, address),
			SwarmEvent::ExpiredListenAddr { address, .. } => {
				if self.announce_listened {
					self.swarm.remove_external_address(&address);
				}
				self.listening.send_modify(|state| state.addresses.retain(|a| *a != address));
			}
			SwarmEvent::ListenerClosed { listener_id, addresses, reason } => {
				tracing::warn!(?addresses, ?reason, "a listener was closed");
				let unbound = self.unbound.remove(&listener_id);
				self.listening.send_modify(|state| {
					state.addresses.retain(|address| !addresses.contains(address));
					if let Some(configured) = unbound {
						let reason = reason.err().map_or_else(|| "closed".to_string(), |e| e.to_string());
						state.failed = Some((configured, reason));
					}
				});
			}
			_ => {}
		}
	}

	fn on_listening(&mut self, listener: ListenerId, address: Multiaddr) {
		tracing::debug!(%address, "listening");
		if self.announce_listened && (self.limits().allow_private_addresses || is_public(&address)) {
			self.swarm.add_external_address(address.clone());
		}
		let first = self.unbound.remove(&listener).is_some();
		self.listening.send_modify(|state| {
			state.addresses.push(address);
			if first {
				state.pending -= 1;
			}
		});
	}

	fn on_identify_event(&mut self, event: identify::Event) {
		let identify::Event::Received { peer_id, info, .. } = event else { return };
		if info.protocol_version != self.network_name {
			if self.foreign.insert(peer_id) {
				self.counters().foreign_peers.increase();
				tracing::debug!(%peer_id, theirs = %info.protocol_version, "a node of another network, turned away");
			}
			self.swarm.behaviour_mut().kad.remove_peer(&peer_id);
			// Err: it has gone by itself.
			let _ = self.swarm.disconnect_peer_id(peer_id);
			return;
		}
		if info.protocols.contains(&self.kad_name) {
			let allow_private = self.limits().allow_private_addresses;
			for address in usable(&peer_id, &info.listen_addrs, allow_private) {
				self.swarm.behaviour_mut().kad.add_address(&peer_id, address);
			}
			self.announcer.peer_joined(Instant::now());
		}
		self.identified.insert(peer_id);
	}

	fn count_connections(&self) {
		let info = self.swarm.network_info();
		self.counters().connected_peers.set(info.num_peers() as u64);
		self.counters().open_connections.set(u64::from(info.connection_counters().num_established()));
	}
}
