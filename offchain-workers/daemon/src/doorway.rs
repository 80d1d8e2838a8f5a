//! A listener that strangers reach: each connection has a short life, each host a few places, and all together a bounded number.
//!
//! Without that, one host opens as many connections as a process may have files, and says nothing on them: then nobody else is answered, and all that
//! opens files fails. Where many hosts have all places between them, a newcomer has one of the host with most: so they keep out only whom they outrun,
//! who takes longer to ask than they to come anew.

use axum::serve::Listener;
use souk_network::host_of;
use std::{
	cmp::Reverse,
	collections::{BTreeMap, HashMap},
	future::Future,
	io,
	net::{IpAddr, SocketAddr},
	pin::Pin,
	sync::{Arc, Mutex, PoisonError},
	task::{Context, Poll},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::{TcpListener, TcpStream},
	sync::oneshot,
	time::{sleep, Sleep},
};

/// How much strangers may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
	/// Connections at a time.
	pub total: usize,
	/// Connections of one host at a time: of an IPv4 address, or of an IPv6 network of 64 bits.
	pub per_host: usize,
	/// How long a connection lasts at most.
	pub life: Duration,
}

impl Default for Bounds {
	/// Room for one short question each of many.
	fn default() -> Self {
		Self { total: 256, per_host: 16, life: Duration::from_secs(5) }
	}
}

/// A [`TcpListener`] with [`Bounds`]. A connection beyond those of its host is closed at once; beyond those of all, the oldest one of the host with most
/// is closed for it.
pub struct Doorway {
	listener: TcpListener,
	bounds: Bounds,
	places: Places,
}

impl Doorway {
	/// Nobody has come yet.
	pub fn new(listener: TcpListener, bounds: Bounds) -> Self {
		Self { listener, bounds, places: Places::default() }
	}
}

impl Listener for Doorway {
	type Io = Visit;
	type Addr = SocketAddr;

	async fn accept(&mut self) -> (Visit, SocketAddr) {
		loop {
			// It waits where the process has no more files, and goes on.
			let (stream, address) = Listener::accept(&mut self.listener).await;
			if let Some((place, lost)) = self.places.take(address.ip(), self.bounds) {
				let end = Box::pin(sleep(self.bounds.life));
				return (Visit { stream, end, lost, is_lost: false, _place: place }, address);
			}
			tracing::debug!(%address, "a connection too many, closed");
		}
	}

	fn local_addr(&self) -> io::Result<SocketAddr> {
		self.listener.local_addr()
	}
}

/// Who is there.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
	/// The connections of each host that has some, by their number. What is dropped there tells a connection that its place is lost.
	hosts: HashMap<IpAddr, BTreeMap<u64, oneshot::Sender<()>>>,
	/// The number of the next one: older ones have lower numbers.
	next: u64,
}

impl Places {
	/// A place, and what resolves once somebody else has it.
	fn take(&self, address: IpAddr, bounds: Bounds) -> Option<(Place, oneshot::Receiver<()>)> {
		let host = host_of(address);
		let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		let of_host = taken.hosts.get(&host).map_or(0, BTreeMap::len);
		if of_host >= bounds.per_host {
			return None;
		}
		if taken.hosts.values().map(BTreeMap::len).sum::<usize>() >= bounds.total {
			taken.make_room(host)?;
		}
		let number = taken.next;
		taken.next += 1;
		let (kept, lost) = oneshot::channel();
		taken.hosts.entry(host).or_default().insert(number, kept);
		Some((Place { places: self.clone(), host, number }, lost))
	}
}

impl Taken {
	/// Takes the oldest connection of the host with most, which the newcomer's is where it has as many: it takes no place of a host that has no more than it.
	/// Of others that have as many it is the one that has been there longest. `None` where nobody is there.
	fn make_room(&mut self, newcomer: IpAddr) -> Option<()> {
		let (host, visits) = self.hosts.iter().max_by_key(|(host, visits)| {
			let oldest = visits.keys().next().copied();
			(visits.len(), **host == newcomer, Reverse(oldest))
		})?;
		let (host, oldest) = (*host, *visits.keys().next()?);
		self.leave(host, oldest);
		Some(())
	}

	/// A place is free again, where it was not lost before.
	fn leave(&mut self, host: IpAddr, number: u64) {
		if let Some(visits) = self.hosts.get_mut(&host) {
			visits.remove(&number);
			if visits.is_empty() {
				self.hosts.remove(&host);
			}
		}
	}
}

/// A place that somebody has.
struct Place {
	places: Places,
	host: IpAddr,
	number: u64,
}

impl Drop for Place {
	fn drop(&mut self) {
		let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
		taken.leave(self.host, self.number);
	}
}

/// A connection that ends in time, whatever happens on it, and before that where somebody else has its place.
pub struct Visit {
	stream: TcpStream,
	end: Pin<Box<Sleep>>,
	lost: oneshot::Receiver<()>,
	/// It resolves once, and a connection may be looked at again.
	is_lost: bool,
	_place: Place,
}

impl Visit {
	fn poll_over(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
		if !self.is_lost {
			self.is_lost = Pin::new(&mut self.lost).poll(cx).is_ready();
		}
		if self.is_lost {
			return Err(io::ErrorKind::ConnectionAborted.into());
		}
		match self.end.as_mut().poll(cx) {
			Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
			Poll::Pending => Ok(()),
		}
	}
}

impl AsyncRead for Visit {
	fn poll_read(
		mut self: Pin<&mut Self>,
		cx: &mut Context<'_>,
		buffer: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		self.poll_over(cx)?;
		Pin::new(&mut self.stream).poll_read(cx, buffer)
	}
}

impl AsyncWrite for Visit {
	fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
		self.poll_over(cx)?;
		Pin::new(&mut self.stream).poll_write(cx, bytes)
	}

	fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		self.poll_over(cx)?;
		Pin::new(&mut self.stream).poll_flush(cx)
	}

	fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		self.poll_over(cx)?;
		Pin::new(&mut self.stream).poll_shutdown(cx)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::observe::serve_presence_within;
	use tokio::{
		io::{AsyncReadExt as _, AsyncWriteExt as _},
		net::TcpSocket,
		time::timeout,
	};

	const PATIENCE: Duration = Duration::from_secs(300);

	/// A listener for strangers on this machine, and its address.
	async fn open(bounds: Bounds) -> SocketAddr {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
		let address = listener.local_addr().expect("bound");
		tokio::spawn(serve_presence_within(listener, bounds, std::future::pending()));
		address
	}

	async fn come(from: &str, to: SocketAddr) -> TcpStream {
		let socket = TcpSocket::new_v4().expect("a socket");
		socket.bind(SocketAddr::new(from.parse().expect("an address"), 0)).expect("bound");
		socket.connect(to).await.expect("connected")
	}

	/// All that is said on a connection until it ends; nothing where it was closed at once.
	async fn heard(mut stream: TcpStream) -> String {
		let mut text = Vec::new();
		// A connection may be reset.
		let _ = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("it ends");
		String::from_utf8_lossy(&text).into_owned()
	}

	/// What is answered on a connection; nothing where it was closed.
	async fn told(mut stream: TcpStream) -> String {
		// It may be closed already.
		let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n").await;
		heard(stream).await
	}

	async fn ask(from: &str, to: SocketAddr) -> String {
		told(come(from, to).await).await
	}

	const YES: &str = "HTTP/1.1 200";

	#[tokio::test]
	async fn a_host_that_says_nothing_takes_its_own_places_only() {
		let address = open(Bounds { total: 4, per_host: 2, life: PATIENCE * 2 }).await;
		let silent = [come("127.0.0.2", address).await, come("127.0.0.2", address).await];
		assert_eq!(ask("127.0.0.2", address).await, "", "a third one of the host");
		assert!(ask("127.0.0.3", address).await.starts_with(YES));
		drop(silent);
		timeout(PATIENCE, async { while !ask("127.0.0.2", address).await.starts_with(YES) {} })
			.await
			.expect("who leaves makes room");
	}

	#[tokio::test]
	async fn a_newcomer_has_the_oldest_place_of_the_host_with_most() {
		let address = open(Bounds { total: 4, per_host: 2, life: PATIENCE * 2 }).await;
		let before = come("127.0.0.4", address).await;
		let [oldest, newer] = [come("127.0.0.2", address).await, come("127.0.0.2", address).await];
		let after = come("127.0.0.5", address).await;
		assert!(ask("127.0.0.3", address).await.starts_with(YES), "all places were taken");
		assert_eq!(heard(oldest).await, "", "it has made room");
		for kept in [before, newer, after] {
			assert!(told(kept).await.starts_with(YES));
		}
	}

	#[tokio::test]
	async fn many_hosts_with_a_place_each_keep_nobody_out() {
		let address = open(Bounds { total: 3, per_host: 2, life: PATIENCE * 2 }).await;
		let first = come("127.0.0.2", address).await;
		let others = [come("127.0.0.3", address).await, come("127.0.0.4", address).await];
		assert!(ask("127.0.0.5", address).await.starts_with(YES));
		assert_eq!(heard(first).await, "", "it was there longest");
		for kept in others {
			assert!(told(kept).await.starts_with(YES));
		}
	}

	#[tokio::test]
	async fn a_host_has_no_second_place_for_the_only_one_of_another() {
		let address = open(Bounds { total: 2, per_host: 2, life: PATIENCE * 2 }).await;
		let other = come("127.0.0.2", address).await;
		let own = come("127.0.0.3", address).await;
		assert!(ask("127.0.0.3", address).await.starts_with(YES));
		assert_eq!(heard(own).await, "", "it was its own");
		assert!(told(other).await.starts_with(YES));
	}

	#[tokio::test]
	async fn no_connection_outlives_its_time() {
		let life = Duration::from_millis(200);
		let address = open(Bounds { total: 1, per_host: 1, life }).await;
		let mut slow = come("127.0.0.1", address).await;
		slow.write_all(b"GET /health HTTP/1.1\r\nHost").await.expect("written");
		assert!(!heard(slow).await.contains("200"), "it has not asked");
		let kept = come("127.0.0.1", address).await;
		assert_eq!(heard(kept).await, "");
	}

	#[test]
	fn an_ipv6_network_is_one_host() {
		let of = |text: &str| host_of(text.parse().expect("an address"));
		assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1:2:3"));
		assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
		assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
		assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
	}
}
