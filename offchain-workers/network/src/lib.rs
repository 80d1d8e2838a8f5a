#![doc = include_str!("../README.md")]

mod addresses;
mod behaviour;
mod config;
mod counters;
mod discreet;
mod driver;
mod error;
mod frames;
mod hosts;
mod key;
mod network;
mod protocols;
pub mod records;
mod store;
mod streams;
mod transport;

pub use libp2p::{self, Multiaddr, PeerId};

pub use self::{
	config::{Mode, NetworkConfig, NetworkLimits, ProtocolLimits},
	counters::NetworkCounters,
	discreet::is_public,
	driver::{build, NetworkDriver},
	error::NetworkError,
	frames::FramedStream,
	hosts::host_of,
	key::Key,
	network::Network,
	protocols::{Descriptor, Protocol},
	streams::Incoming,
};
