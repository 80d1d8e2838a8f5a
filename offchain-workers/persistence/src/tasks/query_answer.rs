//! Answers queries: one stream, one sealed request, one sealed answer.
//!
//! ```text
//! sealed request ─ checks, snapshot ─ place ─ executor ──pieces──> hash ─ seal ─ send      (one piece in memory)
//!        │                 │             │        │                                │
//!        │                 └─────────────┴────────┴── Failed{code, message}     Complete{result, rows, bytes}
//!        │                                                     └── attestation, sealed ──┘
//!        └── does not open: nobody to answer to, the stream is closed
//! ```
//!
//! A query that is to be proved goes another way between the place and the end: see `query_prove`.
//!
//! The executor waits while the client does not read, and is killed when the client goes away: at once where the client
//! keeps its own direction of the stream open; where it has finished it, within a heartbeat (an empty piece) of the
//! connection's end.

use crate::{
	chain::Head,
	checks::{self, codes, peer, size, Refusal, Stage},
	metrics::QueryEnd,
	node::{now_ms, Node},
	places::{NoPlace, Place, Places},
	tasks::{query_prove, streams},
	vouchers::Payment,
};
use futures::StreamExt;
use souk_engine::{reproducible_by, QueryError, QueryJob, QueryPolicy, QueryStream};
use souk_network::{FramedStream, Incoming, NetworkError};
use souk_protocol::{
	answer::MAX_PIECE,
	attestation::{query_hash, result_hasher},
	voucher::is_charged,
	AnswerKind, AnswerSealer, Attestation, Outcome, Progress, Sign as _, SignedAttestation, SignedRequest,
};
use std::{
	future::Future,
	sync::Arc,
	time::{Duration, Instant},
};

/// How often a client that waits for a silent executor is sent an empty piece: a client that is gone is noticed by it.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Takes streams until the node closes, then waits for those that are being answered.
pub async fn run(node: Arc<Node>, incoming: Incoming) {
	streams::each(node, incoming, "an answer", answer).await;
}

/// Why a query was given up from outside.
pub(super) enum Interrupted {
	/// There is nobody to answer to any more.
	Gone,
	/// The node stops.
	Stopping,
}

/// Why there is no complete result.
pub(super) enum Ended {
	Gone,
	Refused(Refusal),
}

/// What was sent of a result, also where that ended early.
#[derive(Default)]
struct Passed {
	pieces: u64,
	rows: u64,
}

impl Passed {
	/// Whether a query that ended like this stays charged.
	fn is_paid(&self, ended: &Ended) -> bool {
		match ended {
			// The first piece is the schema. After it come rows or, where there are none, the end mark, which says so.
			Ended::Gone => self.rows > 0 || self.pieces > 1,
			Ended::Refused(refusal) => is_charged(self.rows, refusal.code),
		}
	}
}

impl From<Refusal> for Ended {
	fn from(refusal: Refusal) -> Self {
		Self::Refused(refusal)
	}
}

impl From<Interrupted> for Ended {
	fn from(interrupted: Interrupted) -> Self {
		match interrupted {
			Interrupted::Gone => Self::Gone,
			Interrupted::Stopping => Self::Refused(Refusal::new(
				Stage::Capacity,
				codes::SHUTTING_DOWN,
				"this node is being stopped: ask another one, or later",
			)),
		}
	}
}

/// The client, with the answer that is being sent to it.
pub(super) struct Client {
	stream: FramedStream,
	sealer: AnswerSealer,
	/// Whether it says nothing more, as it may.
	silent: bool,
}

impl Client {
	/// Runs `work` to its end unless the client goes away or the node ends.
	pub(super) async fn waits_for<T>(
		&mut self,
		node: &Node,
		work: impl Future<Output = T>,
	) -> Result<T, Interrupted> {
		tokio::pin!(work);
		loop {
			tokio::select! {
				biased;
				() = node.stop.ending() => return Err(Interrupted::Stopping),
				done = &mut work => return Ok(done),
				() = self.gone() => return Err(Interrupted::Gone),
				() = tokio::time::sleep(HEARTBEAT) => {},
			}
			self.send_piece(&[]).await?;
		}
	}

	/// Resolves when the client has gone away, unless it has finished its own direction before.
	async fn gone(&mut self) {
		while !self.silent {
			match self.stream.recv().await {
				Ok(None) | Err(NetworkError::Timeout { .. }) => self.silent = true,
				// A second request does not belong here.
				Ok(Some(_)) | Err(_) => return,
			}
		}
		std::future::pending().await
	}

	/// Seals and sends the next bytes of the result, at most [`MAX_PIECE`].
	pub(super) async fn send_piece(&mut self, bytes: &[u8]) -> Result<(), Interrupted> {
		// A piece within its limit can be sealed; without it the answer cannot go on.
		let frame = self.sealer.piece(bytes).map_err(|_| Interrupted::Gone)?;
		self.stream.send(&frame).await.map_err(gone)
	}

	/// Says how far the proof is.
	pub(super) async fn send_progress(&mut self, progress: Progress) -> Result<(), Interrupted> {
		let frame = self.sealer.progress(progress);
		self.stream.send(&frame).await.map_err(gone)
	}

	/// Sends the attestation and ends the answer.
	async fn finish(mut self, attestation: &SignedAttestation) -> Result<(), Interrupted> {
		self.stream.send(&self.sealer.end(attestation)).await.map_err(gone)?;
		self.stream.finish().await.map_err(gone)
	}
}

fn gone(error: NetworkError) -> Interrupted {
	tracing::debug!(%error, "an answer could not be sent");
	Interrupted::Gone
}

/// Answers one stream.
pub async fn answer(node: Arc<Node>, mut stream: FramedStream) {
	let started = Instant::now();
	let end = match receive(&node, &mut stream).await {
		None => QueryEnd::Unanswerable,
		Some(signed) => respond(&node, stream, &signed, started).await,
	};
	node.metrics.query(end, started.elapsed().as_secs_f64());
}

/// The request, or `None` where there is nobody to answer to.
async fn receive(node: &Node, stream: &mut FramedStream) -> Option<SignedRequest> {
	if let Err(refusal) = peer::check(&node.peers, stream.peer()) {
		node.metrics.refused(refusal.stage);
		return None;
	}
	let sealed = match tokio::time::timeout(node.settings.request_timeout, stream.recv()).await {
		Ok(Ok(Some(frame))) => frame,
		Ok(Err(NetworkError::FrameTooLarge { .. })) => {
			node.metrics.refused(Stage::Size);
			return None;
		}
		_ => return None,
	};
	if let Err(refusal) = size::check(&sealed) {
		node.metrics.refused(refusal.stage);
		return None;
	}
	match SignedRequest::open(&node.secret, &sealed) {
		Ok(signed) => Some(signed),
		Err(error) => {
			tracing::debug!(%error, peer = %stream.peer(), "a request does not open");
			node.metrics.refused(Stage::Envelope);
			None
		}
	}
}

/// Answers an opened request with a result or an error, attested either way.
async fn respond(
	node: &Node,
	mut stream: FramedStream,
	signed: &SignedRequest,
	started: Instant,
) -> QueryEnd {
	let request = &signed.request;
	let digest = request.digest();
	let Ok((sealer, first)) = AnswerSealer::new(&request.reply_key, digest) else {
		node.metrics.refused(Stage::Envelope);
		return QueryEnd::Unanswerable;
	};
	let head = *node.chain.heads().borrow();
	let mut claim = Attestation {
		genesis: node.chain.genesis(),
		listing: request.listing,
		node: node.account(),
		request: digest,
		query: query_hash(&request.sql),
		period: 0,
		content_root: [0; 32],
		outcome: Outcome::Failed { code: codes::INTERNAL.into(), message: String::new() },
		block: head.number,
		reproducible: None,
	};
	if stream.send(&first).await.is_err() {
		return QueryEnd::Gone;
	}
	let mut client = Client { stream, sealer, silent: false };
	let end = match produce(node, &mut client, signed, head, &mut claim).await {
		Ok(outcome) => {
			claim.outcome = outcome;
			QueryEnd::Complete
		}
		Err(Ended::Gone) => return QueryEnd::Gone,
		Err(Ended::Refused(refusal)) => {
			node.metrics.refused(refusal.stage);
			tracing::debug!(
				listing = request.listing,
				check = refusal.stage.name(),
				code = refusal.code,
				millis = started.elapsed().as_millis() as u64,
				"a query ended without a result",
			);
			claim.outcome = Outcome::Failed { code: refusal.code.into(), message: refusal.message };
			QueryEnd::Failed
		}
	};
	match client.finish(&claim.sign(&*node.signer)).await {
		Ok(()) => end,
		Err(_) => QueryEnd::Gone,
	}
}

/// Checks the request, runs the query, and sends the result's pieces.
async fn produce(
	node: &Node,
	client: &mut Client,
	signed: &SignedRequest,
	head: Head,
	claim: &mut Attestation,
) -> Result<Outcome, Ended> {
	let request = &signed.request;
	let received = Instant::now();
	let now = now_ms();
	let admitted = client.waits_for(node, checks::admit(node, signed, head, now)).await??;
	claim.period = admitted.snapshot.period;
	claim.content_root = admitted.snapshot.content_root;

	let until = received + Duration::from_millis(request.deadline.saturating_sub(now));
	if request.answer == AnswerKind::Proof {
		return query_prove::run(node, client, request, admitted, until).await;
	}
	let mut payment = admitted.payment;
	let _place = place(node, client, &node.places, until).await?;

	let mut limits = node.settings.limits.clone();
	limits.wall = limits.wall.min(until.saturating_duration_since(Instant::now()));
	limits.result_bytes = limits.result_bytes.min(request.limits.bytes);
	// A limit of the request's own is part of the plan: whoever asks could make two plans of one query, and two answers.
	let reproducible = request.limits.rows >= admitted.listing.max_rows
		&& client.waits_for(node, node.answers_alike(request.listing, &admitted.listing)).await?;
	let job = QueryJob {
		sql: request.sql.clone(),
		parquet: admitted.file.path.clone(),
		tables: admitted.tables,
		policy: QueryPolicy {
			max_rows: admitted.listing.max_rows.min(request.limits.rows),
			aggregate_only: admitted.listing.aggregate_only,
			min_group_size: admitted.listing.min_group_size,
		},
		limits,
		reproducible,
		// A refusal costs nothing, and what it quotes would be had for that.
		conceal: payment.is_owed(),
	};
	let result = client.waits_for(node, node.pool.run(job)).await?.map_err(failed)?;
	let mut passed = Passed::default();
	let sent = forward(node, client, result, &mut payment, &mut passed).await;
	if matches!(&sent, Err(ended) if !passed.is_paid(ended)) {
		payment.give_back().await;
	}
	if sent.is_ok() {
		claim.reproducible = reproducible.then(reproducible_by);
	}
	sent
}

/// Waits for a place among `places`.
pub(super) async fn place(
	node: &Node,
	client: &mut Client,
	places: &Places,
	until: Instant,
) -> Result<Place, Ended> {
	let place = client.waits_for(node, places.take(until)).await?;
	Ok(place.map_err(|none| {
		let why = match none {
			NoPlace::Full => "this node runs as many queries as it can: ask another one, or again in a moment",
			NoPlace::TooLate => {
				"the request's deadline passed while it waited for its turn: ask another node, or again in a moment"
			}
		};
		Refusal::new(Stage::Capacity, codes::BUSY, why)
	})?)
}

/// Sends the result piece by piece. The next one is computed only while the one before is being sent. `passed` is what was sent, also
/// where it fails.
async fn forward(
	node: &Node,
	client: &mut Client,
	mut result: QueryStream,
	payment: &mut Payment,
	passed: &mut Passed,
) -> Result<Outcome, Ended> {
	let mut hasher = result_hasher();
	while let Some(piece) = client.waits_for(node, result.next()).await? {
		let piece = piece.map_err(failed)?;
		// On the disk before a byte of it is sent.
		payment.charge().await?;
		passed.pieces += 1;
		passed.rows += piece.rows;
		for part in piece.bytes.chunks(MAX_PIECE) {
			hasher.update(part);
			client.send_piece(part).await?;
			node.metrics.sent(part.len());
		}
	}
	payment.charge().await?;
	node.metrics.complete(passed.rows);
	Ok(Outcome::Complete { bytes: hasher.bytes(), result: hasher.finish(), rows: passed.rows })
}

pub(super) fn failed(error: QueryError) -> Refusal {
	if matches!(
		error,
		QueryError::ExecutorDied
			| QueryError::SandboxUnavailable { .. }
			| QueryError::Io(_)
			| QueryError::WrongColumns
	) {
		tracing::warn!(%error, "an executor failed");
	}
	Refusal::new(Stage::Execution, error.code(), error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn leaving_is_free_up_to_the_schema() {
		let paid = |pieces, rows| Passed { pieces, rows }.is_paid(&Ended::Gone);
		assert!(!paid(0, 0));
		assert!(!paid(1, 0));
		assert!(paid(2, 0), "that there are no rows is an answer");
		assert!(paid(2, 1));
	}

	#[test]
	fn a_refusal_is_free_up_to_the_first_row() {
		let refused = |code| Ended::Refused(Refusal::new(Stage::Execution, code, "no"));
		let paid = |rows, code| Passed { pieces: 2, rows }.is_paid(&refused(code));
		assert!(!paid(0, "timed_out"));
		assert!(paid(1, "timed_out"));
		assert!(!paid(1, "io"));
	}
}
