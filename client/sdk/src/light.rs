//! smoldot, as the JSON-RPC client that subxt talks to; started anew where it dies.
//!
//! ```text
//! subxt ── ask ──> drive ── request ──> smoldot
//!                  drive <── message ── pump <── smoldot      (a panic in smoldot ends its pump, and nothing else)
//!                    └── dead: all asks fail as "will reconnect", a new smoldot, subxt subscribes again
//! ```
//!
//! smoldot's tasks assert what they assume, and one that was wrong is gone. A daemon follows the chain for months, so that
//! this must not be its end.

use futures::{
	channel::mpsc::{unbounded, UnboundedSender as Notifications},
	StreamExt,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use smoldot_light::platform::default::DefaultPlatform;
use std::{
	collections::HashMap,
	iter,
	num::NonZero,
	sync::Arc,
	time::{Duration, Instant},
};
use subxt::rpcs::{
	client::{RawRpcFuture, RawRpcSubscription, RpcClientT},
	Error, UserError,
};
use tokio::{
	sync::{mpsc, oneshot},
	task::JoinHandle,
	time::sleep,
};

/// A light client that lived for less than this is started again more slowly each time.
const HEALTHY: Duration = Duration::from_secs(30);
/// The longest wait before it is started again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The first wait.
const FIRST_WAIT: Duration = Duration::from_millis(100);

type Answer = Result<Box<RawValue>, Error>;

/// A light client of one chain. It ends when this is dropped.
pub(crate) struct LightClient {
	asks: mpsc::UnboundedSender<Ask>,
	driving: JoinHandle<()>,
}

impl Drop for LightClient {
	fn drop(&mut self) {
		self.driving.abort();
	}
}

/// What subxt asks for.
enum Ask {
	Request {
		method: String,
		params: Option<Box<RawValue>>,
		answer: oneshot::Sender<Answer>,
	},
	Subscription {
		method: String,
		params: Option<Box<RawValue>>,
		unsubscribe: String,
		answer: oneshot::Sender<Result<RawRpcSubscription, Error>>,
	},
}

/// Something that takes JSON-RPC requests.
trait Engine: Send {
	fn request(&mut self, json: String) -> Result<(), String>;
}

/// An engine, and what it answers until it dies.
type Started = (Box<dyn Engine>, mpsc::Receiver<String>);
/// Starts an engine, or says why it cannot.
type Start = Box<dyn FnMut() -> Result<Started, String> + Send>;

struct Smoldot {
	client: smoldot_light::Client<Arc<DefaultPlatform>>,
	chain: smoldot_light::ChainId,
}

impl Engine for Smoldot {
	fn request(&mut self, json: String) -> Result<(), String> {
		self.client.json_rpc_request(json, self.chain).map_err(|error| error.to_string())
	}
}

impl LightClient {
	/// Follows the chain of a spec. Needs a tokio runtime. The error is what smoldot says of the spec.
	pub(crate) fn new(spec_json: &str) -> Result<Self, String> {
		let spec = spec_json.to_owned();
		Self::supervised(Box::new(move || smoldot(&spec)))
	}

	fn supervised(mut start: Start) -> Result<Self, String> {
		let first = start()?;
		let (asks, asked) = mpsc::unbounded_channel();
		Ok(Self { asks, driving: tokio::spawn(drive(start, first, asked)) })
	}
}

fn smoldot(spec: &str) -> Result<Started, String> {
	let platform = DefaultPlatform::new("souk".into(), env!("CARGO_PKG_VERSION").into());
	let mut client = smoldot_light::Client::new(platform);
	let added = client
		.add_chain(smoldot_light::AddChainConfig {
			user_data: (),
			specification: spec,
			database_content: "",
			potential_relay_chains: iter::empty(),
			// Nobody but this process asks, so that nothing has to be limited.
			json_rpc: smoldot_light::AddChainConfigJsonRpc::Enabled {
				max_pending_requests: NonZero::<u32>::MAX,
				max_subscriptions: u32::MAX,
			},
			statement_protocol_config: None,
		})
		.map_err(|error| error.to_string())?;
	let mut responses = added.json_rpc_responses.expect("JSON-RPC is enabled above");
	let (messages_in, messages) = mpsc::channel(64);
	// A task of its own: `next` panics where smoldot's task is gone.
	tokio::spawn(async move {
		while let Some(message) = responses.next().await {
			if messages_in.send(message).await.is_err() {
				break;
			}
		}
	});
	Ok((Box::new(Smoldot { client, chain: added.chain_id }), messages))
}

impl RpcClientT for LightClient {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			let (answer, answered) = oneshot::channel();
			let ask = Ask::Request { method: method.into(), params, answer };
			self.asks.send(ask).map_err(|_| stopped())?;
			answered.await.map_err(|_| stopped())?
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			let (answer, answered) = oneshot::channel();
			let ask = Ask::Subscription { method: sub.into(), params, unsubscribe: unsub.into(), answer };
			self.asks.send(ask).map_err(|_| stopped())?;
			answered.await.map_err(|_| stopped())?
		})
	}
}

fn stopped() -> Error {
	Error::Client("the light client has stopped".into())
}

fn died() -> Error {
	Error::DisconnectedWillReconnect("the light client died".into())
}

/// Serves one engine after the other, until nobody asks any more.
async fn drive(mut start: Start, first: Started, mut asked: mpsc::UnboundedReceiver<Ask>) {
	let mut started = Some(first);
	let mut wait = FIRST_WAIT;
	loop {
		let since = Instant::now();
		match started.take().map_or_else(&mut start, Ok) {
			Ok((engine, messages)) => {
				let mut talk = Talk { engine, next_id: 0, requests: HashMap::new(), streams: HashMap::new() };
				if talk.go_on(messages, &mut asked).await.is_none() {
					return;
				}
				talk.end();
				tracing::warn!("the light client died and is started again");
			}
			Err(reason) => tracing::error!(reason, "the light client could not be started again"),
		}
		wait = if since.elapsed() < HEALTHY { (wait * 2).min(LONGEST_WAIT) } else { FIRST_WAIT };
		sleep(wait).await;
	}
}

/// The engine died.
struct Dead;

/// What is under way with one engine.
struct Talk {
	engine: Box<dyn Engine>,
	next_id: u64,
	requests: HashMap<u64, Waiting>,
	streams: HashMap<String, Stream>,
}

/// Who waits for the answer to a request.
enum Waiting {
	ForAnswer(oneshot::Sender<Answer>),
	ForSubscription { unsubscribe: String, answer: oneshot::Sender<Result<RawRpcSubscription, Error>> },
}

struct Stream {
	unsubscribe: String,
	notifications: Notifications<Answer>,
}

/// Any message of the engine's: an answer has an id, a notification has parameters.
#[derive(Deserialize)]
struct Message {
	id: Option<u64>,
	result: Option<Box<RawValue>>,
	error: Option<Box<RawValue>>,
	params: Option<Notification>,
}

#[derive(Deserialize)]
struct Notification {
	subscription: String,
	result: Option<Box<RawValue>>,
	error: Option<Box<RawValue>>,
}

impl Talk {
	/// Passes on what is asked and answered, until the engine is dead or nobody asks any more (`None`).
	async fn go_on(
		&mut self,
		mut messages: mpsc::Receiver<String>,
		asked: &mut mpsc::UnboundedReceiver<Ask>,
	) -> Option<Dead> {
		loop {
			tokio::select! {
				ask = asked.recv() => self.ask(ask?),
				message = messages.recv() => match message {
					Some(message) => self.answered(&message),
					None => return Some(Dead),
				},
			}
		}
	}

	fn ask(&mut self, ask: Ask) {
		let (method, params, waiting) = match ask {
			Ask::Request { method, params, answer } => (method, params, Waiting::ForAnswer(answer)),
			Ask::Subscription { method, params, unsubscribe, answer } => {
				(method, params, Waiting::ForSubscription { unsubscribe, answer })
			}
		};
		let id = self.id();
		match self.request(id, &method, params.as_deref().map_or("[]", RawValue::get)) {
			Ok(()) => {
				self.requests.insert(id, waiting);
			}
			Err(reason) => waiting.fail(Error::Client(reason.into())),
		}
	}

	fn id(&mut self) -> u64 {
		self.next_id += 1;
		self.next_id
	}

	fn request(&mut self, id: u64, method: &str, params: &str) -> Result<(), String> {
		self.engine.request(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#))
	}

	fn answered(&mut self, text: &str) {
		let message: Message = match serde_json::from_str(text) {
			Ok(message) => message,
			Err(error) => return tracing::warn!(%error, "a message of the light client was not understood"),
		};
		if let Some(notification) = message.params {
			self.notify(notification);
		} else if let Some(waiting) = message.id.and_then(|id| self.requests.remove(&id)) {
			let answer = answer(message.result, message.error);
			match (waiting, answer) {
				(Waiting::ForSubscription { unsubscribe, answer }, Ok(id)) => {
					self.subscribed(&id, unsubscribe, answer);
				}
				(Waiting::ForAnswer(to), answer) => {
					// Who asked may have given up.
					let _ = to.send(answer);
				}
				(waiting, Err(error)) => waiting.fail(error),
			}
		}
	}

	fn subscribed(
		&mut self,
		id: &RawValue,
		unsubscribe: String,
		answer: oneshot::Sender<Result<RawRpcSubscription, Error>>,
	) {
		let id: String = match serde_json::from_str(id.get()) {
			Ok(id) => id,
			Err(error) => {
				let _ = answer.send(Err(Error::Deserialization(error)));
				return;
			}
		};
		let (notifications, stream) = unbounded();
		let subscription = RawRpcSubscription { stream: stream.boxed(), id: Some(id.clone()) };
		if answer.send(Ok(subscription)).is_ok() {
			self.streams.insert(id, Stream { unsubscribe, notifications });
		} else {
			self.unsubscribe(&id, &unsubscribe);
		}
	}

	fn notify(&mut self, notification: Notification) {
		let id = notification.subscription;
		let Some(stream) = self.streams.get(&id) else { return };
		let item = answer(notification.result, notification.error);
		if stream.notifications.unbounded_send(item).is_err() {
			// Nobody listens any more.
			if let Some(stream) = self.streams.remove(&id) {
				self.unsubscribe(&id, &stream.unsubscribe);
			}
		}
	}

	fn unsubscribe(&mut self, subscription: &str, method: &str) {
		let request_id = self.id();
		let params = serde_json::json!([subscription]).to_string();
		if let Err(reason) = self.request(request_id, method, &params) {
			tracing::debug!(reason, "a subscription could not be ended");
		}
	}

	/// Tells everybody that the engine died.
	fn end(self) {
		for waiting in self.requests.into_values() {
			waiting.fail(died());
		}
		for stream in self.streams.into_values() {
			// Who does not listen any more need not be told.
			let _ = stream.notifications.unbounded_send(Err(died()));
		}
	}
}

impl Waiting {
	fn fail(self, error: Error) {
		// Who asked may have given up.
		match self {
			Self::ForAnswer(answer) => drop(answer.send(Err(error))),
			Self::ForSubscription { answer, .. } => drop(answer.send(Err(error))),
		}
	}
}

fn answer(result: Option<Box<RawValue>>, error: Option<Box<RawValue>>) -> Answer {
	let Some(error) = error else {
		// An answer that is `null` is an answer.
		return Ok(result.unwrap_or_else(|| RawValue::NULL.to_owned()));
	};
	Err(match serde_json::from_str::<UserError>(error.get()) {
		Ok(fault) => Error::User(fault),
		Err(_) => Error::Client(error.get().into()),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::Mutex;

	/// What engines were asked, over all their lives.
	type Asked = Arc<Mutex<Vec<String>>>;

	/// Answers a request with its own method's name, and a subscription with notifications; dies of `die`.
	struct Echo {
		asked: Asked,
		out: Option<mpsc::Sender<String>>,
	}

	impl Engine for Echo {
		fn request(&mut self, json: String) -> Result<(), String> {
			let request: serde_json::Value = serde_json::from_str(&json).unwrap();
			let (id, method) = (&request["id"], request["method"].as_str().unwrap());
			self.asked.lock().unwrap().push(method.into());
			let out = self.out.as_ref().ok_or("dead")?;
			let say = |message: serde_json::Value| out.try_send(message.to_string()).unwrap();
			match method {
				"die" => self.out = None,
				"silent" => {}
				"null" => say(serde_json::json!({ "jsonrpc": "2.0", "id": id, "result": null })),
				"wrong" => say(
					serde_json::json!({ "id": id, "error": { "code": -32601, "message": "no such method" } }),
				),
				"follow" => {
					say(serde_json::json!({ "id": id, "result": "s1" }));
					for n in 0..2 {
						let params = serde_json::json!({ "subscription": "s1", "result": n });
						say(serde_json::json!({ "method": "follow", "params": params }));
					}
				}
				"more" => {
					let params = serde_json::json!({ "subscription": "s1", "result": 2 });
					say(serde_json::json!({ "method": "follow", "params": params }));
					say(serde_json::json!({ "id": id, "result": method }));
				}
				other => say(serde_json::json!({ "id": id, "result": other })),
			}
			Ok(())
		}
	}

	fn echo() -> (LightClient, Asked) {
		let asked = Asked::default();
		let engines = asked.clone();
		let start = move || {
			let (out, messages) = mpsc::channel(16);
			Ok((Box::new(Echo { asked: engines.clone(), out: Some(out) }) as Box<dyn Engine>, messages))
		};
		(LightClient::supervised(Box::new(start)).unwrap(), asked)
	}

	async fn request(client: &LightClient, method: &str) -> Answer {
		client.request_raw(method, None).await
	}

	#[tokio::test]
	async fn answers_find_who_asked() {
		let (client, _) = echo();
		let (a, b) = tokio::join!(request(&client, "first"), request(&client, "second"));
		assert_eq!((a.unwrap().get(), b.unwrap().get()), (r#""first""#, r#""second""#));
		assert_eq!(request(&client, "null").await.unwrap().get(), "null");
		assert!(matches!(request(&client, "wrong").await, Err(Error::User(fault)) if fault.code == -32601));
	}

	#[tokio::test]
	async fn after_a_death_everybody_is_told_and_a_new_one_answers() {
		let (client, asked) = echo();
		let mut stream = client.subscribe_raw("follow", None, "unfollow").await.unwrap().stream;
		for n in ["0", "1"] {
			assert_eq!(stream.next().await.unwrap().unwrap().get(), n);
		}
		let (waiting, dying) = tokio::join!(request(&client, "silent"), request(&client, "die"));
		for error in [waiting.unwrap_err(), dying.unwrap_err(), stream.next().await.unwrap().unwrap_err()] {
			assert!(error.is_disconnected_will_reconnect(), "{error}");
		}
		assert!(stream.next().await.is_none());
		assert_eq!(request(&client, "again").await.unwrap().get(), r#""again""#);
		assert!(client.subscribe_raw("follow", None, "unfollow").await.is_ok());
		assert_eq!(*asked.lock().unwrap(), ["follow", "silent", "die", "again", "follow"]);
	}

	#[tokio::test]
	async fn a_stream_that_nobody_reads_is_unsubscribed() {
		let (client, asked) = echo();
		drop(client.subscribe_raw("follow", None, "unfollow").await.unwrap());
		request(&client, "more").await.unwrap();
		// Answered after the notification was.
		request(&client, "afterwards").await.unwrap();
		assert_eq!(*asked.lock().unwrap(), ["follow", "more", "unfollow", "afterwards"]);
	}

	#[tokio::test]
	async fn a_spec_that_is_none_is_refused() {
		assert!(LightClient::new("{}").is_err());
	}
}
