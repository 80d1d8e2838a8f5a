//! The node's counters and gauges.

use crate::{checks::Stage, mailbox::MailEnd, node::Condition};
use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge};
use souk_daemon::metrics::{set, Instruments};
use souk_network::Network;

/// Bounds of times, in seconds.
const SECONDS: [f64; 15] =
	[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// How a query ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryEnd {
	/// The whole result was sent, with its attestation.
	Complete,
	/// An attested error was sent.
	Failed,
	/// The client went away; nothing could be sent.
	Gone,
	/// There was nobody to answer to: no request came, or one that is not this node's to open.
	Unanswerable,
}

impl QueryEnd {
	const ALL: [QueryEnd; 4] = [QueryEnd::Complete, QueryEnd::Failed, QueryEnd::Gone, QueryEnd::Unanswerable];

	const fn name(self) -> &'static str {
		match self {
			QueryEnd::Complete => "complete",
			QueryEnd::Failed => "failed",
			QueryEnd::Gone => "gone",
			QueryEnd::Unanswerable => "unanswerable",
		}
	}
}

/// How a hand-over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverEnd {
	/// A new snapshot is on disk.
	Stored,
	/// It was here already.
	Have,
	/// The worker was told to come again.
	Later,
	/// Refused, before or after the chunks.
	Refused,
	/// The stream broke off.
	Broken,
}

impl HandoverEnd {
	const ALL: [HandoverEnd; 5] = [
		HandoverEnd::Stored,
		HandoverEnd::Have,
		HandoverEnd::Later,
		HandoverEnd::Refused,
		HandoverEnd::Broken,
	];

	const fn name(self) -> &'static str {
		match self {
			HandoverEnd::Stored => "stored",
			HandoverEnd::Have => "have",
			HandoverEnd::Later => "later",
			HandoverEnd::Refused => "refused",
			HandoverEnd::Broken => "broken",
		}
	}
}

/// How a download ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownloadEnd {
	/// Everything that was asked for was sent.
	Complete,
	/// Its time was over, or the node closed: the rest can be asked for.
	Partial,
	/// Whoever asked was told to come again.
	Later,
	/// Refused.
	Refused,
	/// The stream broke off, or its reader did not keep up.
	Broken,
	/// There was nobody to answer to: no request came, or too many.
	Unanswerable,
}

impl DownloadEnd {
	const ALL: [DownloadEnd; 6] = [
		DownloadEnd::Complete,
		DownloadEnd::Partial,
		DownloadEnd::Later,
		DownloadEnd::Refused,
		DownloadEnd::Broken,
		DownloadEnd::Unanswerable,
	];

	const fn name(self) -> &'static str {
		match self {
			DownloadEnd::Complete => "complete",
			DownloadEnd::Partial => "partial",
			DownloadEnd::Later => "later",
			DownloadEnd::Refused => "refused",
			DownloadEnd::Broken => "broken",
			DownloadEnd::Unanswerable => "unanswerable",
		}
	}
}

/// How an attempt to deliver a key ended. After all but the last two it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEnd {
	/// It is on chain.
	Delivered,
	/// The chain refused it.
	Refused,
	/// It could not be sent, or nothing was heard of it.
	NotSent,
	/// There was no proof.
	NotProved,
	/// There was no time left for it.
	TooLate,
	/// This node has not got the key.
	Undeliverable,
}

impl KeyEnd {
	const ALL: [KeyEnd; 6] = [
		KeyEnd::Delivered,
		KeyEnd::Refused,
		KeyEnd::NotSent,
		KeyEnd::NotProved,
		KeyEnd::TooLate,
		KeyEnd::Undeliverable,
	];

	const fn name(self) -> &'static str {
		match self {
			KeyEnd::Delivered => "delivered",
			KeyEnd::Refused => "refused",
			KeyEnd::NotSent => "not_sent",
			KeyEnd::NotProved => "not_proved",
			KeyEnd::TooLate => "too_late",
			KeyEnd::Undeliverable => "undeliverable",
		}
	}
}

/// How an attempt to answer an ask ended, or why there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskEnd {
	/// The chain has taken the answer.
	Answered,
	/// Another node was first, or the ask has ended.
	Over,
	/// The chain refused the answer.
	Refused,
	/// It could not be sent, or nothing was heard of it.
	NotSent,
	/// There was no proof.
	NotProved,
	/// There was no time left for it.
	TooLate,
	/// This node does not answer it: the snapshot is not here, or the bounty too small.
	Declined,
}

impl AskEnd {
	const ALL: [AskEnd; 7] = [
		AskEnd::Answered,
		AskEnd::Over,
		AskEnd::Refused,
		AskEnd::NotSent,
		AskEnd::NotProved,
		AskEnd::TooLate,
		AskEnd::Declined,
	];

	const fn name(self) -> &'static str {
		match self {
			AskEnd::Answered => "answered",
			AskEnd::Over => "over",
			AskEnd::Refused => "refused",
			AskEnd::NotSent => "not_sent",
			AskEnd::NotProved => "not_proved",
			AskEnd::TooLate => "too_late",
			AskEnd::Declined => "declined",
		}
	}
}

/// How a query with a voucher was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoucherEnd {
	/// The voucher pays it.
	Paid,
	/// It is one of the free ones.
	Free,
	/// It is answered on credit.
	Credit,
	/// It is not answered: too little is promised, left, or settled.
	Refused,
}

impl VoucherEnd {
	const ALL: [VoucherEnd; 4] =
		[VoucherEnd::Paid, VoucherEnd::Free, VoucherEnd::Credit, VoucherEnd::Refused];

	const fn name(self) -> &'static str {
		match self {
			VoucherEnd::Paid => "paid",
			VoucherEnd::Free => "free",
			VoucherEnd::Credit => "credit",
			VoucherEnd::Refused => "refused",
		}
	}
}

/// How an attempt to settle a voucher ended. After the last one it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementEnd {
	/// The chain has settled it.
	Settled,
	/// The chain refused it.
	Refused,
	/// It could not be sent, or nothing was heard of it.
	NotSent,
}

impl SettlementEnd {
	const ALL: [SettlementEnd; 3] = [SettlementEnd::Settled, SettlementEnd::Refused, SettlementEnd::NotSent];

	const fn name(self) -> &'static str {
		match self {
			SettlementEnd::Settled => "settled",
			SettlementEnd::Refused => "refused",
			SettlementEnd::NotSent => "not_sent",
		}
	}
}

/// How an attempt to answer a challenge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeEnd {
	/// The chain has taken the answer.
	Answered,
	/// The chain refused it.
	Refused,
	/// It could not be sent, or nothing was heard of it.
	NotSent,
	/// The data is not here.
	Lost,
	/// The time was over, and there was no answer.
	Missed,
}

impl ChallengeEnd {
	const ALL: [ChallengeEnd; 5] = [
		ChallengeEnd::Answered,
		ChallengeEnd::Refused,
		ChallengeEnd::NotSent,
		ChallengeEnd::Lost,
		ChallengeEnd::Missed,
	];

	const fn name(self) -> &'static str {
		match self {
			ChallengeEnd::Answered => "answered",
			ChallengeEnd::Refused => "refused",
			ChallengeEnd::NotSent => "not_sent",
			ChallengeEnd::Lost => "lost",
			ChallengeEnd::Missed => "missed",
		}
	}
}

/// The daemon's own counters.
pub struct Metrics {
	instruments: Instruments,
	queries: IntCounterVec,
	refusals: IntCounterVec,
	result_rows: IntCounter,
	result_bytes: IntCounter,
	query_seconds: HistogramVec,
	handovers: IntCounterVec,
	handover_bytes: IntCounter,
	handover_seconds: Histogram,
	downloads: IntCounterVec,
	download_bytes: IntCounter,
	mail: IntCounterVec,
	keys: IntCounterVec,
	asks: IntCounterVec,
	vouchers: IntCounterVec,
	settlements: IntCounterVec,
	tabs: IntGauge,
	tabs_unsettled: IntGauge,
	payers_stopped: IntGauge,
	challenges: IntCounterVec,
	challenges_open: IntGauge,
	challenges_lost: IntGauge,
	conflicts: IntGauge,
	proof_seconds: Histogram,
	proved_seconds: Histogram,
	proofs_reused: IntCounter,
	running: IntGauge,
	waiting: IntGauge,
	proofs_running: IntGauge,
	proofs_waiting: IntGauge,
	downloads_running: IntGauge,
	downloads_waiting: IntGauge,
	orders_awaiting: IntGauge,
	deliveries: IntGauge,
	asks_waiting: IntGauge,
	answers: IntGauge,
	snapshots: IntGauge,
	listings: IntGauge,
	head: IntGauge,
}

impl Metrics {
	/// All at zero.
	///
	/// # Errors
	/// As [`Instruments`].
	pub fn new() -> Result<Self, prometheus::Error> {
		let make = Instruments::new()?;
		let ends = QueryEnd::ALL.map(QueryEnd::name);
		Ok(Self {
			queries: make.counters("souk_queries_total", "Queries by how they ended", "end", ends)?,
			refusals: make.counters(
				"souk_query_refusals_total",
				"Queries without a result, by the check",
				"check",
				Stage::ALL.map(Stage::name),
			)?,
			result_rows: make.counter("souk_result_rows_total", "Rows of complete results")?,
			result_bytes: make.counter(
				"souk_result_bytes_total",
				"Bytes of Arrow IPC sent, of results that were cut as well",
			)?,
			query_seconds: make.histograms(
				"souk_query_seconds",
				"From the request to the last byte sent",
				&SECONDS,
				"end",
				ends,
			)?,
			handovers: make.counters(
				"souk_handovers_total",
				"Hand-overs by how they ended",
				"end",
				HandoverEnd::ALL.map(HandoverEnd::name),
			)?,
			handover_bytes: make.counter("souk_handover_bytes_total", "Bytes of plaintext stored")?,
			handover_seconds: make.histogram(
				"souk_handover_seconds",
				"From the offer to the receipt, of snapshots stored",
				&SECONDS,
			)?,
			downloads: make.counters(
				"souk_downloads_total",
				"Downloads by how they ended",
				"end",
				DownloadEnd::ALL.map(DownloadEnd::name),
			)?,
			download_bytes: make.counter("souk_download_bytes_total", "Bytes of sealed snapshots sent")?,
			mail: make.counters(
				"souk_evidence_requests_total",
				"Requests about evidence of disputes by how they ended",
				"end",
				MailEnd::ALL.map(MailEnd::name),
			)?,
			keys: make.counters(
				"souk_key_deliveries_total",
				"Attempts to deliver a key by how they ended",
				"end",
				KeyEnd::ALL.map(KeyEnd::name),
			)?,
			asks: make.counters(
				"souk_asks_total",
				"Attempts to answer an ask by how they ended",
				"end",
				AskEnd::ALL.map(AskEnd::name),
			)?,
			vouchers: make.counters(
				"souk_vouchers_total",
				"Queries with a voucher by how they were taken",
				"end",
				VoucherEnd::ALL.map(VoucherEnd::name),
			)?,
			settlements: make.counters(
				"souk_voucher_settlements_total",
				"Attempts to settle a voucher by how they ended",
				"end",
				SettlementEnd::ALL.map(SettlementEnd::name),
			)?,
			tabs: make.gauge("souk_tabs", "Tabs of which a voucher is held")?,
			tabs_unsettled: make
				.gauge("souk_tabs_unsettled", "Tabs of which something is to be settled yet")?,
			payers_stopped: make.gauge(
				"souk_payers_stopped",
				"ALARM where not 0: payers who owe something and have sent no voucher for too long",
			)?,
			challenges: make.counters(
				"souk_challenges_total",
				"Attempts to answer a challenge by how they ended",
				"end",
				ChallengeEnd::ALL.map(ChallengeEnd::name),
			)?,
			challenges_open: make
				.gauge("souk_challenges_open", "Challenges that wait for this node's answer")?,
			challenges_lost: make.gauge(
				"souk_challenges_lost",
				"ALARM where not 0: open challenges for which this node has not got the data",
			)?,
			conflicts: make.gauge(
				"souk_worker_conflicts",
				"ALARM where not 0: workers that have signed two snapshots of one period, by period",
			)?,
			proof_seconds: make.histogram(
				"souk_key_proof_seconds",
				"Proving that a key is a snapshot's, the loading of proving keys included",
				&SECONDS,
			)?,
			proved_seconds: make.histogram(
				"souk_query_proof_seconds",
				"From a place among the provers to a query's proof",
				&SECONDS,
			)?,
			proofs_reused: make.counter(
				"souk_proofs_reused_total",
				"Proofs of queries that were made before, and handed out again",
			)?,
			proofs_running: make.gauge("souk_proofs_running", "Proofs of queries that are made now")?,
			proofs_waiting: make.gauge("souk_proofs_waiting", "Proofs of queries that wait for a place")?,
			running: make.gauge("souk_queries_running", "Queries that run now")?,
			waiting: make.gauge("souk_queries_waiting", "Queries that wait for a place")?,
			downloads_running: make.gauge("souk_downloads_running", "Downloads that are served now")?,
			downloads_waiting: make.gauge("souk_downloads_waiting", "Downloads that wait for a place")?,
			orders_awaiting: make
				.gauge("souk_orders_awaiting_key", "Orders that await a key which this node could deliver")?,
			deliveries: make.gauge(
				"souk_key_deliveries_under_way",
				"Deliveries of keys that are being proved, or on their way to the chain",
			)?,
			asks_waiting: make
				.gauge("souk_asks_waiting", "Asks that wait for an answer which this node could give")?,
			answers: make.gauge(
				"souk_ask_answers_under_way",
				"Answers to asks that are being proved, or on their way to the chain",
			)?,
			snapshots: make.gauge("souk_snapshots", "Snapshots on disk")?,
			listings: make.gauge("souk_listings_assigned", "Listings that this node is assigned to keep")?,
			head: make.gauge("souk_finalised_block", "Number of the newest finalised block seen")?,
			instruments: make,
		})
	}

	/// A query without a result, and the check at which it ended.
	pub fn refused(&self, stage: Stage) {
		self.refusals.with_label_values(&[stage.name()]).inc();
	}

	/// A query ended after `seconds`.
	pub fn query(&self, end: QueryEnd, seconds: f64) {
		self.queries.with_label_values(&[end.name()]).inc();
		self.query_seconds.with_label_values(&[end.name()]).observe(seconds);
	}

	/// Bytes of a result were sent.
	pub fn sent(&self, bytes: usize) {
		self.result_bytes.inc_by(bytes as u64);
	}

	/// A result is complete.
	pub fn complete(&self, rows: u64) {
		self.result_rows.inc_by(rows);
	}

	/// A hand-over ended; `stored` is bytes and seconds where a snapshot was stored.
	pub fn handover(&self, end: HandoverEnd, stored: Option<(u64, f64)>) {
		self.handovers.with_label_values(&[end.name()]).inc();
		if let Some((bytes, seconds)) = stored {
			self.handover_bytes.inc_by(bytes);
			self.handover_seconds.observe(seconds);
		}
	}

	/// A download ended.
	pub fn download(&self, end: DownloadEnd) {
		self.downloads.with_label_values(&[end.name()]).inc();
	}

	/// Bytes of a sealed snapshot were sent.
	pub fn downloaded(&self, bytes: usize) {
		self.download_bytes.inc_by(bytes as u64);
	}

	/// A request about evidence ended.
	pub fn mail(&self, end: MailEnd) {
		self.mail.with_label_values(&[end.name()]).inc();
	}

	/// An attempt to deliver a key ended.
	pub fn key(&self, end: KeyEnd) {
		self.keys.with_label_values(&[end.name()]).inc();
	}

	/// An attempt to answer an ask ended.
	pub fn ask(&self, end: AskEnd) {
		self.asks.with_label_values(&[end.name()]).inc();
	}

	/// A query with a voucher was taken, or not.
	pub fn voucher(&self, end: VoucherEnd) {
		self.vouchers.with_label_values(&[end.name()]).inc();
	}

	/// An attempt to settle so many vouchers ended.
	pub fn settlement(&self, end: SettlementEnd, count: usize) {
		self.settlements.with_label_values(&[end.name()]).inc_by(count as u64);
	}

	/// Tabs of which a voucher is held, those of which something is to be settled, and those whose payers owe something and are silent.
	pub fn tabs(&self, held: usize, unsettled: usize, stopped: usize) {
		set(&self.tabs, held as u64);
		set(&self.tabs_unsettled, unsettled as u64);
		set(&self.payers_stopped, stopped as u64);
	}

	/// An attempt to answer a challenge ended.
	pub fn challenge(&self, end: ChallengeEnd) {
		self.challenges.with_label_values(&[end.name()]).inc();
	}

	/// How many attempts to answer a challenge ended that way.
	pub fn challenges(&self, end: ChallengeEnd) -> u64 {
		self.challenges.with_label_values(&[end.name()]).get()
	}

	/// So often a worker has signed two snapshots of one period.
	pub fn conflicts(&self, count: usize) {
		set(&self.conflicts, count as u64);
	}

	/// How often one has.
	pub fn conflicts_seen(&self) -> i64 {
		self.conflicts.get()
	}

	/// A proof was made within `seconds`.
	pub fn key_proved(&self, seconds: f64) {
		self.proof_seconds.observe(seconds);
	}

	/// A query was proved within `seconds`.
	pub fn query_proved(&self, seconds: f64) {
		self.proved_seconds.observe(seconds);
	}

	/// A proof that was made before is handed out again.
	pub fn proof_reused(&self) {
		self.proofs_reused.inc();
	}

	/// How often a proof that was made before was handed out again.
	pub fn proofs_reused(&self) -> u64 {
		self.proofs_reused.get()
	}

	/// How many proofs of queries were made.
	pub fn queries_proved(&self) -> u64 {
		self.proved_seconds.get_sample_count()
	}

	/// Bytes of results that were sent, of those that were cut as well.
	pub fn bytes_sent(&self) -> u64 {
		self.result_bytes.get()
	}

	/// How many queries ended that way.
	pub fn queries(&self, end: QueryEnd) -> u64 {
		self.queries.with_label_values(&[end.name()]).get()
	}

	/// How many queries ended at that check.
	pub fn refusals(&self, stage: Stage) -> u64 {
		self.refusals.with_label_values(&[stage.name()]).get()
	}

	/// How many hand-overs ended that way.
	pub fn handovers(&self, end: HandoverEnd) -> u64 {
		self.handovers.with_label_values(&[end.name()]).get()
	}

	/// How many downloads ended that way.
	pub fn downloads(&self, end: DownloadEnd) -> u64 {
		self.downloads.with_label_values(&[end.name()]).get()
	}

	/// How many requests about evidence ended that way.
	pub fn mails(&self, end: MailEnd) -> u64 {
		self.mail.with_label_values(&[end.name()]).get()
	}

	/// How many attempts to deliver a key ended that way.
	pub fn keys(&self, end: KeyEnd) -> u64 {
		self.keys.with_label_values(&[end.name()]).get()
	}

	/// How many attempts to answer an ask ended that way.
	pub fn asks(&self, end: AskEnd) -> u64 {
		self.asks.with_label_values(&[end.name()]).get()
	}

	/// How many queries with a voucher were taken that way.
	pub fn vouchers(&self, end: VoucherEnd) -> u64 {
		self.vouchers.with_label_values(&[end.name()]).get()
	}

	/// How many attempts to settle a voucher ended that way.
	pub fn settlements(&self, end: SettlementEnd) -> u64 {
		self.settlements.with_label_values(&[end.name()]).get()
	}

	/// Payers who owe something and are silent.
	pub fn payers_stopped(&self) -> i64 {
		self.payers_stopped.get()
	}

	/// Everything in Prometheus' text format, gauges read now.
	///
	/// # Errors
	/// As [`Instruments`].
	pub fn render(&self, condition: &Condition, network: &Network) -> Result<String, prometheus::Error> {
		set(&self.running, condition.queries_running);
		set(&self.waiting, condition.queries_waiting);
		set(&self.proofs_running, condition.proofs_running);
		set(&self.proofs_waiting, condition.proofs_waiting);
		set(&self.downloads_running, condition.downloads_running);
		set(&self.downloads_waiting, condition.downloads_waiting);
		set(&self.orders_awaiting, condition.orders_awaiting);
		set(&self.deliveries, condition.deliveries_under_way);
		set(&self.asks_waiting, condition.asks_waiting);
		set(&self.answers, condition.answers_under_way);
		set(&self.challenges_open, condition.challenges_open);
		set(&self.challenges_lost, condition.challenges_lost);
		set(&self.snapshots, condition.snapshots);
		set(&self.listings, condition.listings);
		set(&self.head, condition.finalised_block.into());
		self.instruments.render(network)
	}
}
