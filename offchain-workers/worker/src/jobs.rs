//! One task per job: begins runs when they are due, drives them, and keeps persistence nodes supplied.

use crate::{
	chain::Duty,
	error::StepError,
	runner::{Ended, Runner},
	schedule::{due, next_tick, now_millis},
	tasks::hand_over,
	worker::Worker,
};
use souk_config::Manifest;
use souk_protocol::AccountId;
use souk_store::{Job, JobState, Run};
use std::{
	collections::{HashMap, HashSet},
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// How often nodes are offered again what they had: one that lost its disk gets it back.
const OFFER_AGAIN: Duration = Duration::from_secs(1_800);

/// All jobs at work.
pub struct Jobs {
	worker: Arc<Worker>,
	running: Mutex<HashMap<u32, Running>>,
}

struct Running {
	signal: Arc<Signal>,
	cancel: CancellationToken,
	task: JoinHandle<()>,
}

/// How a job is spoken to.
#[derive(Default)]
struct Signal {
	wake: Notify,
	/// A period that somebody wants to be run now.
	wanted: Mutex<Option<u32>>,
}

impl Jobs {
	/// None at work yet.
	pub fn new(worker: Arc<Worker>) -> Self {
		Self { worker, running: Mutex::default() }
	}

	/// The shared part.
	pub fn worker(&self) -> &Arc<Worker> {
		&self.worker
	}

	/// Starts the jobs of the database.
	///
	/// # Errors
	/// Those of the database.
	pub async fn start_all(&self) -> Result<(), StepError> {
		for job in self.worker.db(|jobs| jobs.jobs()).await? {
			self.start(job.listing);
		}
		Ok(())
	}

	/// Starts a job, or tells one that is at work that it was changed.
	pub fn start(&self, listing: u32) {
		let mut running = self.running();
		if let Some(job) = running.get(&listing).filter(|job| !job.task.is_finished()) {
			job.signal.wake.notify_one();
			return;
		}
		let signal = Arc::new(Signal::default());
		let cancel = self.worker.stop.child_token();
		let task = JobTask {
			worker: self.worker.clone(),
			listing,
			signal: signal.clone(),
			cancel: cancel.clone(),
			delivered: HashSet::new(),
			skipped: None,
		};
		running.insert(listing, Running { signal, cancel, task: tokio::spawn(task.run()) });
	}

	/// Ends a job and waits until it has.
	pub async fn stop(&self, listing: u32) {
		let job = self.running().remove(&listing);
		if let Some(job) = job {
			job.cancel.cancel();
			// A task that panicked has ended as well.
			let _ = job.task.await;
		}
	}

	/// Ends all jobs and waits until they have.
	pub async fn stop_all(&self) {
		let all: Vec<u32> = self.running().keys().copied().collect();
		for listing in all {
			self.stop(listing).await;
		}
	}

	/// Cuts a job's waiting short.
	pub fn wake(&self, listing: u32) {
		if let Some(job) = self.running().get(&listing) {
			job.signal.wake.notify_one();
		}
	}

	/// Asks a job to run a period now.
	pub fn want(&self, listing: u32, period: u32) {
		self.start(listing);
		if let Some(job) = self.running().get(&listing) {
			*job.signal.wanted.lock().unwrap_or_else(PoisonError::into_inner) = Some(period);
			job.signal.wake.notify_one();
		}
	}

	fn running(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Running>> {
		// A map that a panicking thread left behind is still a map.
		self.running.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Sleeps, or waits for ever.
async fn pause(wait: Option<Duration>) {
	match wait {
		Some(wait) => tokio::time::sleep(wait).await,
		None => std::future::pending().await,
	}
}

/// What a job does next.
enum Next {
	/// Look again at once.
	Again,
	/// Wait for the next tick, or for a signal.
	Wait { until: Option<u64> },
	/// It was taken away.
	Gone,
}

struct JobTask {
	worker: Arc<Worker>,
	listing: u32,
	signal: Arc<Signal>,
	cancel: CancellationToken,
	/// What persistence nodes have, by period and account.
	delivered: HashSet<(u32, AccountId)>,
	/// The period that others had made final before this worker came to it.
	skipped: Option<u32>,
}

impl JobTask {
	async fn run(mut self) {
		let mut failures = 0;
		let mut duties = self.worker.duties.subscribe();
		let mut offers = tokio::time::interval(OFFER_AGAIN);
		// The first tick comes at once.
		offers.tick().await;
		while !self.cancel.is_cancelled() {
			let wait = match self.cycle().await {
				Ok(Next::Again) => continue,
				Ok(Next::Gone) => return,
				Ok(Next::Wait { until }) => {
					failures = 0;
					until.map(|until| Duration::from_millis(until.saturating_sub(now_millis()).max(1)))
				}
				Err(error) => {
					failures += 1;
					tracing::warn!(listing = self.listing, %error, "the job cannot go on now");
					Some(self.worker.patience.after(failures))
				}
			};
			tokio::select! {
				() = self.cancel.cancelled() => return,
				() = self.signal.wake.notified() => {},
				changed = duties.changed() => if changed.is_err() { return },
				_ = offers.tick() => self.delivered.clear(),
				() = pause(wait) => {},
			}
		}
	}

	async fn cycle(&mut self) -> Result<Next, StepError> {
		let listing = self.listing;
		let found = self
			.worker
			.db(move |jobs| Ok::<_, StepError>(jobs.jobs()?.into_iter().find(|job| job.listing == listing)))
			.await?;
		let Some(job) = found else { return Ok(Next::Gone) };
		if job.state != JobState::Active {
			return Ok(Next::Wait { until: None });
		}
		let manifest =
			match Manifest::parse(&job.manifest).and_then(|manifest| manifest.check().map(|()| manifest)) {
				Ok(manifest) => Arc::new(manifest),
				Err(error) => {
					let text = format!("the manifest cannot be used: {error}");
					self.worker
						.db(move |jobs| jobs.set_state(listing, JobState::Quarantined, Some(&text)))
						.await?;
					return Ok(Next::Wait { until: None });
				}
			};
		if let Some(run) = self.worker.db(move |jobs| jobs.open_run(listing)).await? {
			return self.drive(&job, manifest, run).await;
		}
		let Some(duty) = self.worker.duty(listing) else { return Ok(Next::Wait { until: None }) };
		if duty.ended {
			return Ok(Next::Wait { until: None });
		}
		if let Some(period) = self.due_now(&manifest).await? {
			let run = self.worker.db(move |jobs| jobs.begin(listing, period, now_millis())).await?;
			return self.drive(&job, manifest, run).await;
		}
		let pending = self.supply(&duty).await?;
		let tick = next_tick(&manifest.dataset.schedule, now_millis());
		// A node that could not take what it lacks is asked again before the next tick.
		let retry =
			pending.then(|| now_millis() + u64::try_from(self.worker.patience.most.as_millis()).unwrap_or(0));
		Ok(Next::Wait { until: tick.into_iter().chain(retry).min() })
	}

	async fn drive(&mut self, job: &Job, manifest: Arc<Manifest>, run: Run) -> Result<Next, StepError> {
		let runner = Runner::new(self.worker.clone(), job, manifest, &run, self.cancel.clone());
		match runner.drive(run, &self.signal.wake).await? {
			Ended::Recorded(_) => {
				// The curator or the nodes may have changed something while it ran.
				self.worker.refresh.notify_one();
				Ok(Next::Again)
			}
			Ended::Quarantined(reason) => {
				tracing::error!(listing = self.listing, reason, "the job is quarantined");
				Ok(Next::Wait { until: None })
			}
			Ended::Interrupted => Ok(Next::Wait { until: None }),
		}
	}

	/// The period to be run now, if any: one that somebody asks for, or the last tick's, unless it was run or is final.
	async fn due_now(&mut self, manifest: &Manifest) -> Result<Option<u32>, StepError> {
		let listing = self.listing;
		let newest = self.worker.db(move |jobs| jobs.runs(listing, 1)).await?.first().map(|run| run.period);
		let fresh = |period: &u32| newest.is_none_or(|newest| *period > newest);
		let wanted = self.signal.wanted.lock().unwrap_or_else(PoisonError::into_inner).take();
		if let Some(period) = wanted.filter(fresh) {
			return Ok(Some(period));
		}
		let period = due(&manifest.dataset.schedule, now_millis()).filter(fresh);
		let Some(period) = period.filter(|period| self.skipped != Some(*period)) else { return Ok(None) };
		let finals = self.worker.chain.finals(listing).await?;
		if finals.last().is_some_and(|snapshot| snapshot.period >= period) {
			self.skipped = Some(period);
			return Ok(None);
		}
		Ok(Some(period))
	}

	/// Offers the final snapshots on this disk to nodes that do not have them. Returns whether some could not take one.
	async fn supply(&mut self, duty: &Duty) -> Result<bool, StepError> {
		let listing = self.listing;
		let store = self.worker.snapshots.clone();
		let stored = self.worker.db(move |_| store.list(listing)).await?;
		let lacks = |delivered: &HashSet<(u32, AccountId)>, period: u32| -> Vec<_> {
			let lacks =
				duty.recipients.iter().filter(|recipient| !delivered.contains(&(period, recipient.account)));
			lacks.cloned().collect()
		};
		if stored.iter().all(|snapshot| lacks(&self.delivered, snapshot.period).is_empty()) {
			return Ok(false);
		}
		let finals = self.worker.chain.finals(listing).await?;
		let mut pending = false;
		for snapshot in &stored {
			let found = finals.iter().find(|found| {
				found.period == snapshot.period && found.commitments.cipher_root == snapshot.cipher_root
			});
			let Some(found) = found else { continue };
			let missing = lacks(&self.delivered, snapshot.period);
			if missing.is_empty() || snapshot.sealed.is_none() {
				continue;
			}
			let worker = &self.worker;
			let offered = hand_over::round(
				worker.carrier.as_ref(),
				worker.chain.genesis(),
				worker.account,
				snapshot,
				&found.commitments,
				&missing,
			);
			let round = tokio::select! {
				() = self.cancel.cancelled() => return Ok(false),
				round = offered => round,
			};
			worker.metrics.handovers(&round);
			pending |= !round.pending.is_empty();
			for (node, reason) in round.pending.iter().chain(&round.refused) {
				let node = souk_custody::format_account(node);
				tracing::warn!(
					listing,
					period = snapshot.period,
					node,
					reason,
					"a node did not take a snapshot"
				);
			}
			// A node that refuses is not asked again before the next round of all.
			let settled =
				round.delivered.into_iter().chain(round.refused.into_iter().map(|(account, _)| account));
			self.delivered.extend(settled.map(|account| (snapshot.period, account)));
		}
		Ok(pending)
	}
}
