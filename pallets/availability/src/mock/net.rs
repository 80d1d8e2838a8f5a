//! A validator's node: its network, its storage and its pool. `TestOffchainExt` answers everything with 200; this one does what a test says.

use super::{Extrinsic, RuntimeCall};
use codec::Decode;
use sp_core::offchain::{
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
	Externalities, HttpError, HttpRequestId, HttpRequestStatus, OffchainDbExt, OffchainWorkerExt,
	OpaqueNetworkState, Timestamp, TransactionPoolExt,
};
use sp_core::OpaquePeerId;
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What comes of a request.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
	Code(u16),
	/// Nobody answers in time.
	Silence,
	/// The connection is refused.
	Refused,
}

#[derive(Default)]
struct State {
	/// What each URL answers; others are silent.
	answers: BTreeMap<String, Answer>,
	asked: Vec<String>,
	most: usize,
	validator: bool,
}

#[derive(Clone)]
struct Net {
	inner: TestOffchainExt,
	state: Arc<Mutex<State>>,
}

impl Net {
	fn state(&self) -> MutexGuard<'_, State> {
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// A test's hold on the node.
pub struct Node {
	net: Net,
	take: Box<dyn Fn() -> Vec<Vec<u8>>>,
}

impl Node {
	/// Of a validator, in this world.
	pub fn start(ext: &mut sp_io::TestExternalities) -> Self {
		let (inner, _) = TestOffchainExt::new();
		let state = State { validator: true, ..State::default() };
		let net = Net { inner: inner.clone(), state: Arc::new(Mutex::new(state)) };
		let (pool, sent) = TestTransactionPoolExt::new();
		ext.register_extension(OffchainWorkerExt::new(net.clone()));
		ext.register_extension(OffchainDbExt::new(inner));
		ext.register_extension(TransactionPoolExt::new(pool));
		let take = move || {
			let state: &mut PoolState = &mut sent.write();
			std::mem::take(&mut state.transactions)
		};
		Self { net, take: Box::new(take) }
	}

	/// From now on, a URL answers so.
	pub fn answer(&self, url: &str, answer: Answer) {
		self.net.state().answers.insert(url.into(), answer);
	}

	/// What was asked since the last look.
	pub fn asked(&self) -> Vec<String> {
		std::mem::take(&mut self.net.state().asked)
	}

	/// The most requests that were waited for at once.
	pub fn most_at_once(&self) -> usize {
		self.net.state().most
	}

	/// It is no validator any more.
	pub fn resign(&self) {
		self.net.state().validator = false;
	}

	/// By what times are drawn.
	pub fn seed(&self, seed: u8) {
		self.net.inner.0.write().seed = [seed; 32];
	}

	/// The calls that it has sent since the last look.
	pub fn sent(&self) -> Vec<RuntimeCall> {
		let decoded = |bytes: Vec<u8>| Extrinsic::decode(&mut &bytes[..]).expect("it was encoded").function;
		(self.take)().into_iter().map(decoded).collect()
	}
}

impl Externalities for Net {
	fn is_validator(&self) -> bool {
		self.state().validator
	}

	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		self.inner.network_state()
	}

	fn timestamp(&mut self) -> Timestamp {
		self.inner.timestamp()
	}

	fn sleep_until(&mut self, deadline: Timestamp) {
		self.inner.sleep_until(deadline);
	}

	fn random_seed(&mut self) -> [u8; 32] {
		self.inner.random_seed()
	}

	fn http_request_start(&mut self, method: &str, uri: &str, meta: &[u8]) -> Result<HttpRequestId, ()> {
		assert_eq!(method, "GET");
		self.state().asked.push(uri.into());
		self.inner.http_request_start(method, uri, meta)
	}

	fn http_request_add_header(&mut self, id: HttpRequestId, name: &str, value: &str) -> Result<(), ()> {
		self.inner.http_request_add_header(id, name, value)
	}

	fn http_request_write_body(
		&mut self,
		id: HttpRequestId,
		chunk: &[u8],
		deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		assert!(chunk.is_empty(), "nothing is sent");
		self.inner.http_request_write_body(id, chunk, deadline)
	}

	fn http_response_wait(
		&mut self,
		ids: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		assert!(deadline.is_some(), "it would wait for ever");
		let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
		state.most = state.most.max(ids.len());
		let inner = self.inner.0.read();
		let status = |id: &HttpRequestId| {
			let request = inner.requests.get(id).expect("it was begun");
			assert!(request.sent, "it was not sent");
			match state.answers.get(&request.uri) {
				Some(Answer::Code(code)) => HttpRequestStatus::Finished(*code),
				Some(Answer::Refused) => HttpRequestStatus::IoError,
				Some(Answer::Silence) | None => HttpRequestStatus::DeadlineReached,
			}
		};
		ids.iter().map(status).collect()
	}

	fn http_response_headers(&mut self, _: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		panic!("nobody looks at headers")
	}

	fn http_response_read_body(
		&mut self,
		_: HttpRequestId,
		_: &mut [u8],
		_: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		panic!("an answer is not read, however long it is")
	}

	fn set_authorized_nodes(&mut self, _: Vec<OpaquePeerId>, _: bool) {
		panic!("nobody is told whom to connect to")
	}
}
