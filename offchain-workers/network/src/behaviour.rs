//! The behaviours that make up a node.

use std::{sync::Arc, time::Duration};

use libp2p::{
	connection_limits::{self, ConnectionLimits},
	identify, kad, ping,
	swarm::NetworkBehaviour,
	StreamProtocol,
};

use crate::{
	discreet::Discreet, hosts, protocols::wire_name, records::ENVELOPE_OVERHEAD, store::Store, streams, Mode,
	NetworkConfig, NetworkLimits,
};

/// Room in a DHT message for a record's neighbours: 20 peers with their addresses.
const PACKET_ROOM: usize = 32 * 1024;

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
	// These two first, so that the others never hear of a connection that is refused.
	limits: connection_limits::Behaviour,
	hosts: hosts::Behaviour,
	identify: Discreet<identify::Behaviour>,
	ping: ping::Behaviour,
	pub(crate) kad: Discreet<kad::Behaviour<Store>>,
	pub(crate) streams: streams::Behaviour,
}

impl Behaviour {
	pub(crate) fn new(config: &NetworkConfig, shared: Arc<streams::Shared>) -> Self {
		let public = config.keypair.public();
		let local = public.to_peer_id();
		let identify = identify::Config::new(network_name(&config.network_id), public)
			.with_agent_version(concat!("souk/", env!("CARGO_PKG_VERSION")).to_string())
			.with_push_listen_addr_updates(true);
		let store = Store::new(local, config.limits.clone());
		let mut kad =
			kad::Behaviour::with_config(local, store, kad_config(&config.network_id, &config.limits));
		kad.set_mode(Some(match config.mode {
			Mode::Server => kad::Mode::Server,
			Mode::Client => kad::Mode::Client,
		}));
		let ping = ping::Config::new()
			.with_interval(Duration::from_secs(15))
			.with_timeout(config.limits.ping_timeout);
		let allow_private = config.limits.allow_private_addresses;
		Behaviour {
			limits: connection_limits::Behaviour::new(connection_limits(&config.limits)),
			hosts: hosts::Behaviour::new(&config.limits),
			identify: Discreet::new(identify::Behaviour::new(identify), allow_private),
			ping: ping::Behaviour::new(ping),
			kad: Discreet::new(kad, allow_private),
			streams: streams::Behaviour::new(shared),
		}
	}
}

/// What identify says about the chain; a node that says something else is turned away.
pub(crate) fn network_name(network_id: &str) -> String {
	format!("/{network_id}/souk/1")
}

/// The DHT's protocol.
pub(crate) fn kad_name(network_id: &str) -> StreamProtocol {
	wire_name(network_id, "/souk/kad/1")
}

fn kad_config(network_id: &str, limits: &NetworkLimits) -> kad::Config {
	let mut config = kad::Config::new(kad_name(network_id));
	config
		.set_record_filtering(kad::StoreInserts::FilterBoth)
		.set_query_timeout(limits.lookup_timeout)
		.set_max_packet_size(limits.max_record_size + ENVELOPE_OVERHEAD + PACKET_ROOM)
		.set_record_ttl(Some(limits.record_ttl))
		.set_provider_record_ttl(Some(limits.record_ttl))
		// The driver renews what this node has published. The behaviour's own jobs stay off: the one for records
		// remembers every key that anybody sends, without a bound, from one run to the next.
		.set_replication_interval(None)
		.set_publication_interval(None)
		.set_provider_publication_interval(None)
		.set_caching(kad::Caching::Disabled);
	config
}

fn connection_limits(limits: &NetworkLimits) -> ConnectionLimits {
	ConnectionLimits::default()
		.with_max_established(Some(limits.max_connections))
		.with_max_established_incoming(Some(limits.max_inbound_connections))
		.with_max_established_per_peer(Some(limits.max_connections_per_peer))
		.with_max_pending_incoming(Some(limits.max_pending_connections))
		.with_max_pending_outgoing(Some(limits.max_pending_connections))
}
