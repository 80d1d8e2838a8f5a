//! Nodes in one process, talking over real sockets of the loopback interface.

mod adversary;
mod dht;
mod discreet;
mod hosts;
mod lifecycle;
mod limits;
mod streams;
mod world;
