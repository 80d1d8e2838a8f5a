//! A node that does not play by our rules: libp2p's own behaviours without our code around them.

use std::time::Duration;

use futures::StreamExt;
use libp2p::{
	core::upgrade::Version,
	identify, kad, noise,
	swarm::{self, NetworkBehaviour, SwarmEvent},
	tcp, yamux, Multiaddr, Stream, StreamProtocol, Swarm, Transport,
};
use souk_network::{NetworkConfig, PeerId, Protocol};
use tokio::sync::oneshot;

use crate::world::{within, Node, NETWORK};

/// The peer id that `seed` gives.
pub fn peer(seed: u8) -> PeerId {
	NetworkConfig::keypair_from_seed([seed; 32]).public().to_peer_id()
}

#[derive(NetworkBehaviour)]
struct Behaviour {
	identify: identify::Behaviour,
	kad: kad::Behaviour<kad::store::MemoryStore>,
	streams: libp2p_stream::Behaviour,
}

/// A running adversary; it ends when this is dropped.
pub struct Adversary {
	control: libp2p_stream::Control,
	_running: oneshot::Sender<()>,
}

impl Adversary {
	/// Connects to `target`, takes part in the DHT as a server, and stores `records` at itself and at whoever takes
	/// them.
	pub async fn start(seed: u8, target: &Node, records: Vec<kad::Record>) -> Adversary {
		let mut swarm = swarm(seed);
		swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().expect("an address")).expect("listening");
		let address: Multiaddr = target.bootnode();
		let target = target.peer();
		let control = swarm.behaviour().streams.new_control();
		let (running, mut stopped) = oneshot::channel();
		let (connected, is_connected) = oneshot::channel();
		tokio::spawn(async move {
			let mut connected = Some(connected);
			swarm.behaviour_mut().kad.add_address(&target, address.clone());
			loop {
				let event = tokio::select! {
					event = swarm.select_next_some() => event,
					_ = &mut stopped => return,
				};
				match event {
					// Only now it can say where it listens.
					SwarmEvent::NewListenAddr { address: own, .. } => {
						swarm.add_external_address(own);
						swarm.dial(address.clone()).expect("dialling");
					}
					SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { .. })) => {
						if let Some(connected) = connected.take() {
							for record in &records {
								let kad = &mut swarm.behaviour_mut().kad;
								kad.put_record(record.clone(), kad::Quorum::One)
									.expect("its own store takes it");
							}
							let _ = connected.send(());
						}
					}
					_ => {}
				}
			}
		});
		within("the adversary to connect", is_connected).await.expect("running");
		Adversary { control, _running: running }
	}

	/// A raw stream without our framing.
	pub async fn open(&mut self, target: &Node, protocol: Protocol) -> Stream {
		let name = StreamProtocol::try_from_owned(format!("/{NETWORK}{}", protocol.name())).expect("a name");
		within("a raw stream", self.control.open_stream(target.peer(), name)).await.expect("opened")
	}
}

fn swarm(seed: u8) -> Swarm<Behaviour> {
	let keypair = NetworkConfig::keypair_from_seed([seed; 32]);
	let local = keypair.public().to_peer_id();
	let transport = tcp::tokio::Transport::new(tcp::Config::default())
		.upgrade(Version::V1Lazy)
		.authenticate(noise::Config::new(&keypair).expect("the key pair serves noise"))
		.multiplex(yamux::Config::default())
		.boxed();
	let name = StreamProtocol::try_from_owned(format!("/{NETWORK}/souk/kad/1")).expect("a name");
	let mut config = kad::Config::new(name);
	// It keeps what it has forged: what others publish is filtered, and so dropped.
	config.set_max_packet_size(1 << 20).set_record_filtering(kad::StoreInserts::FilterBoth);
	let mut kad = kad::Behaviour::with_config(local, kad::store::MemoryStore::new(local), config);
	kad.set_mode(Some(kad::Mode::Server));
	let identify = identify::Config::new(format!("/{NETWORK}/souk/1"), keypair.public());
	let behaviour = Behaviour {
		identify: identify::Behaviour::new(identify),
		kad,
		streams: libp2p_stream::Behaviour::new(),
	};
	let config = swarm::Config::with_tokio_executor().with_idle_connection_timeout(Duration::from_secs(60));
	Swarm::new(transport, behaviour, local, config)
}
