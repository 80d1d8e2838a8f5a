//! Takes one run through its steps.
//!
//! Each step's work is done, then recorded in one transaction with what it found out; a process that ends in between
//! does that step again. Errors are sorted by what helps: waiting, a bounded number of attempts, starting over, or a
//! human ([`StepError`]).

use crate::{
	budget::Budget,
	chain::Recipient,
	error::StepError,
	schedule::{end_of, now_millis},
	tasks::{
		encode, fetch, hand_over, hand_over::Quorum, privacy, record, seal, submit, submit::Submitted,
		transform, validate,
	},
	work::{known, secret_id, Outcome, Outputs, Work},
	worker::Worker,
};
use souk_config::Manifest;
use souk_custody::format_account;
use souk_protocol::{request::group_size, ListingSecret};
use souk_store::{Job, Run, Step, StoreError};
use std::{
	future::Future,
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::{Duration, Instant},
};
use tokio::sync::{oneshot, Notify, OnceCell};
use tokio_util::sync::CancellationToken;

/// How it came to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
	/// The run is recorded.
	Recorded(Outcome),
	/// The job is quarantined, for this reason.
	Quarantined(String),
	/// The daemon stops, or the job was taken away; the run may go on later.
	Interrupted,
}

/// One run on its way.
pub struct Runner {
	worker: Arc<Worker>,
	manifest: Arc<Manifest>,
	listing: u32,
	period: u32,
	base_dir: std::path::PathBuf,
	/// When the next period begins, in milliseconds since the Unix epoch.
	ends: u64,
	cancel: CancellationToken,
	/// Time that its steps have worked.
	spent: Mutex<Duration>,
	/// Failures of this machine since the last step that was done.
	faults: AtomicU32,
	assigned: OnceCell<Assigned>,
}

/// What a run takes from its assignment, once.
#[derive(Clone)]
struct Assigned {
	secret: ListingSecret,
	/// Of the chain's policy or the manifest's, the stricter: while the curator changes it, they may differ.
	group_size: u32,
}

/// What a step came to.
enum Stepped {
	/// It is done.
	Done,
	/// The run is over before its last step.
	Over(Outcome, String),
}

impl Runner {
	/// For `run` of `job`. `cancel` ends it wherever it is.
	pub fn new(
		worker: Arc<Worker>,
		job: &Job,
		manifest: Arc<Manifest>,
		run: &Run,
		cancel: CancellationToken,
	) -> Self {
		let spent = Mutex::new(Duration::ZERO);
		let ends = end_of(&manifest.dataset.schedule, run.period).unwrap_or(u64::MAX);
		let (listing, period, base_dir) = (run.listing, run.period, job.base_dir.clone());
		let (assigned, faults) = (OnceCell::new(), AtomicU32::new(0));
		Self { worker, manifest, listing, period, base_dir, ends, cancel, spent, faults, assigned }
	}

	/// Drives the run to its end. `wake` cuts waiting times short.
	///
	/// # Errors
	/// Those of the job database only; everything else is part of the run.
	pub async fn drive(&self, mut run: Run, wake: &Notify) -> Result<Ended, StepError> {
		loop {
			let Some(step) = run.step.next() else {
				return Ok(Ended::Recorded(Outputs::of(&run).outcome.unwrap_or(Outcome::Final)));
			};
			let mut outputs = Outputs::of(&run);
			let started = Instant::now();
			let stepped = self.perform(step, &run, &mut outputs).await;
			match stepped {
				Ok(Stepped::Done) => {
					self.worker.metrics.step(step, started.elapsed());
					tracing::info!(listing = self.listing, period = self.period, step = step.name(), "done");
					self.faults.store(0, Ordering::Relaxed);
					self.worker.faults.before_record(step);
					let (from, kept) = (run.clone(), outputs.to_json());
					run = self.worker.db(move |jobs| jobs.advance(&from, &kept, now_millis())).await?;
					self.worker.faults.after(step);
					if step == Step::Recorded {
						self.worker.metrics.run(Outcome::Final);
					}
				}
				Ok(Stepped::Over(outcome, reason)) => return self.end(run, outputs, outcome, reason).await,
				Err(StepError::Stopped) => return Ok(Ended::Interrupted),
				Err(error) => {
					tracing::warn!(listing = self.listing, period = self.period, step = step.name(), %error, "failed");
					self.worker.metrics.failure(error.class());
					match self.recover(&mut run, error, wake).await? {
						None => {}
						Some(ended) => return Ok(ended),
					}
				}
			}
		}
	}

	/// Does what helps against an error. `None` means: try again.
	async fn recover(
		&self,
		run: &mut Run,
		error: StepError,
		wake: &Notify,
	) -> Result<Option<Ended>, StepError> {
		let text = error.to_string();
		let (from, sentence) = (run.clone(), text.clone());
		if let StepError::Lost(_) = error {
			if run.step >= Step::Sealed {
				// What was sealed cannot be made again without risking a second submission.
				let outputs = Outputs::of(run);
				return self.end(run.clone(), outputs, Outcome::Lost, text).await.map(Some);
			}
			let listing = self.listing;
			self.worker.db(move |jobs| jobs.retry(listing, now_millis())).await?;
			*run = self.reread().await?;
			return Ok(None);
		}
		let poison = match error {
			StepError::Poison(_) => true,
			StepError::Fault(_) => {
				// Each attempt has all the time there is.
				*self.spent() = Duration::ZERO;
				self.faults.fetch_add(1, Ordering::Relaxed) + 1 >= self.worker.limits.max_attempts
			}
			StepError::Transient(_) | StepError::Lost(_) | StepError::Stopped => false,
		};
		if poison {
			self.worker.db(move |jobs| jobs.quarantine(&from, &sentence, now_millis())).await?;
			return Ok(Some(Ended::Quarantined(text)));
		}
		*run = self.worker.db(move |jobs| jobs.failed(&from, &sentence, now_millis())).await?;
		let wait = self.worker.patience.after(run.attempts);
		// What is submitted is seen to its end; everything else gives way to the next period.
		let wait = match run.step < Step::Submitted {
			true => wait.min(Duration::from_millis(self.ends.saturating_sub(now_millis()))),
			false => wait,
		};
		tokio::select! {
			() = self.cancel.cancelled() => return Ok(Some(Ended::Interrupted)),
			() = wake.notified() => {},
			() = tokio::time::sleep(wait) => {},
		}
		if now_millis() >= self.ends && run.step < Step::Submitted {
			let reason = format!("a newer period is due, and this one did not get past {}: {text}", run.step);
			let outputs = Outputs::of(run);
			return self.end(run.clone(), outputs, Outcome::Superseded, reason).await.map(Some);
		}
		*run = self.reread().await?;
		Ok(None)
	}

	/// The run as it is now: an operator may have started it over.
	async fn reread(&self) -> Result<Run, StepError> {
		let (listing, period) = (self.listing, self.period);
		self.worker
			.db(move |jobs| jobs.run(listing, period)?.ok_or(StoreError::NoSuchRun { listing, period }))
			.await
	}

	/// Ends the run before its last step.
	async fn end(
		&self,
		run: Run,
		mut outputs: Outputs,
		outcome: Outcome,
		reason: String,
	) -> Result<Ended, StepError> {
		tracing::warn!(
			listing = self.listing,
			period = self.period,
			outcome = outcome.name(),
			reason,
			"the run is over"
		);
		self.worker.faults.before_record(Step::Recorded);
		// What stays behind wastes space until the next run; the outcome counts.
		if let Err(error) = self.clean_up(&mut outputs, outcome).await {
			tracing::warn!(listing = self.listing, period = self.period, %error, "not everything could be cleaned up");
		}
		let kept = outputs.to_json();
		self.worker.db(move |jobs| jobs.finish(&run, &kept, Some(&reason), now_millis())).await?;
		self.worker.faults.after(Step::Recorded);
		self.worker.metrics.run(outcome);
		Ok(Ended::Recorded(outcome))
	}

	/// Does a step, or stops. Work in a thread is not left alone when it is to stop: the next life of this job would
	/// meet it in the run's folder.
	async fn perform(&self, step: Step, run: &Run, outputs: &mut Outputs) -> Result<Stepped, StepError> {
		match step {
			Step::Due => Ok(Stepped::Done),
			Step::Fetched
			| Step::Transformed
			| Step::Validated
			| Step::Privatised
			| Step::Encoded
			| Step::Sealed => self.work(step, run, outputs).await.map(|()| Stepped::Done),
			Step::Recorded => self.clean_up(outputs, Outcome::Final).await.map(|()| Stepped::Done),
			Step::Submitted => {
				let (chain, account) = (self.worker.chain.as_ref(), self.worker.account);
				let submitted = submit::run(chain, account, self.listing, self.period, outputs, now_millis());
				match self.unless_stopped(submitted).await? {
					Submitted::Done => Ok(Stepped::Done),
					Submitted::Over(outcome, reason) => Ok(Stepped::Over(outcome, reason)),
				}
			}
			Step::HandedOver => self.unless_stopped(self.hand_over(outputs)).await,
		}
	}

	async fn unless_stopped<T>(
		&self,
		work: impl Future<Output = Result<T, StepError>>,
	) -> Result<T, StepError> {
		tokio::select! {
			biased;
			() = self.cancel.cancelled() => Err(StepError::Stopped),
			done = work => done,
		}
	}

	fn spent(&self) -> MutexGuard<'_, Duration> {
		self.spent.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// The steps that work on this machine only, on a thread of their own.
	async fn work(&self, step: Step, run: &Run, outputs: &mut Outputs) -> Result<(), StepError> {
		let place = async { self.worker.places.acquire().await.map_err(|_| StepError::Stopped) };
		let Assigned { secret, group_size } = self.unless_stopped(self.assigned(run, outputs)).await?;
		let _place = self.unless_stopped(place).await?;
		let started = Instant::now();
		let left = Duration::from_secs(self.worker.limits.job_seconds).saturating_sub(*self.spent());
		let work = Work {
			listing: self.listing,
			period: self.period,
			manifest: self.manifest.clone(),
			base_dir: self.base_dir.clone(),
			secret,
			group_size,
			dir: self.worker.run_dir(self.listing, self.period),
			memory_bytes: self.worker.limits.memory_bytes,
			budget: Budget::new(left, self.cancel.clone()),
		};
		let snapshots = self.worker.snapshots.clone();
		let runtime = tokio::runtime::Handle::current();
		let mut found = outputs.clone();
		let budget = work.budget.clone();
		let (done, worked) = oneshot::channel();
		// A thread of its own and not one of the runtime's pool, which could not be shut down before it ends.
		let thread = std::thread::Builder::new().name(format!("{step}-{}", self.listing));
		let spawned = thread.spawn(move || {
			let result = match step {
				Step::Fetched => fetch::run(&work, &mut found),
				Step::Transformed => transform::run(&work, &mut found, &runtime),
				Step::Validated => validate::run(&work, &mut found),
				Step::Privatised => privacy::run(&work, &mut found),
				Step::Encoded => encode::run(&work, &mut found),
				Step::Sealed => seal::run(&work, &mut found, &snapshots),
				Step::Due | Step::Submitted | Step::HandedOver | Step::Recorded => Ok(()),
			}
			.map(|()| found);
			// Nobody waits any more where the step was given up.
			let _ = done.send(result);
		});
		spawned.map_err(|error| StepError::fault("a thread for the step", error))?;
		let overdue = async {
			let error = budget.ended().await;
			tokio::time::sleep(self.worker.patience.stuck).await;
			error
		};
		let worked = tokio::select! {
			biased;
			worked = worked => worked.map_err(|_| StepError::Fault(format!("the step {step} broke down")))?,
			error = overdue => {
				// SQL can keep the engine busy without coming back to where it could be stopped. It is left to itself:
				// with its budget at an end, it gives no file its name any more.
				tracing::warn!(listing = self.listing, period = self.period, step = step.name(), "gave up a step that does not stop");
				Err(error)
			},
		};
		*self.spent() += started.elapsed();
		*outputs = worked?;
		Ok(())
	}

	/// The end of a run, good or bad.
	async fn clean_up(&self, outputs: &mut Outputs, outcome: Outcome) -> Result<(), StepError> {
		let dir = self.worker.run_dir(self.listing, self.period);
		let (listing, period, retention) = (self.listing, self.period, self.manifest.dataset.retention);
		let snapshots = self.worker.snapshots.clone();
		let mut found = outputs.clone();
		*outputs = self
			.worker
			.db(move |jobs| {
				let ending = record::Ending { listing, period, outcome, retention, dir: &dir };
				record::run(&ending, &mut found, &snapshots, jobs).map(|()| found)
			})
			.await?;
		Ok(())
	}

	/// The listing's secret and its policy. One run works with one secret, because its hashes and its chunks have to fit together.
	async fn assigned(&self, run: &Run, outputs: &mut Outputs) -> Result<Assigned, StepError> {
		let found = self.assigned.get_or_try_init(|| async {
			let Some(duty) = self.worker.chain.duty(self.listing).await? else {
				return Err(StepError::Transient(format!(
					"this worker is not assigned to listing {}: its curator has to assign it",
					self.listing
				)));
			};
			let policy = &self.manifest.policy;
			let written = group_size(policy.aggregate_only, policy.min_group_size);
			let secret = self.worker.open_secret(&duty)?;
			Ok(Assigned { secret, group_size: duty.group_size.max(written) })
		});
		let assigned = found.await?;
		let id = secret_id(&assigned.secret);
		match outputs.secret_id {
			Some(before) if before != id && run.step < Step::Sealed => {
				return Err(StepError::Lost("the listing has a new secret".into()));
			}
			_ => outputs.secret_id = Some(id),
		}
		Ok(assigned.clone())
	}

	async fn hand_over(&self, outputs: &mut Outputs) -> Result<Stepped, StepError> {
		let worker = &self.worker;
		let submitted = outputs.submitted_time.unwrap_or_else(now_millis);
		let patience = u64::try_from(worker.patience.quorum.as_millis()).unwrap_or(u64::MAX);
		let until = self.ends.max(submitted.saturating_add(patience));
		let chain = worker.chain.as_ref();
		match hand_over::quorum(chain, worker.account, self.listing, self.period, outputs, until).await? {
			Quorum::Agreed => {}
			Quorum::Over(outcome, reason) => return Ok(Stepped::Over(outcome, reason)),
		}
		let (store, listing, period) = (worker.snapshots.clone(), self.listing, self.period);
		let stored = worker.db(move |_| store.get(listing, period)).await?;
		let stored = known(stored.filter(|stored| stored.sealed.is_some()), "its sealed snapshot")?;

		let ours = known(outputs.commitments, "what was sealed")?;
		let (carrier, genesis) = (worker.carrier.as_ref(), chain.genesis());
		let deadline = Instant::now() + worker.patience.delivery;
		let mut failures = 0;
		outputs.delivered.clear();
		loop {
			let recipients = chain.duty(listing).await?.map(|duty| duty.recipients).unwrap_or_default();
			let lacks =
				|recipient: &Recipient| !outputs.delivered.contains(&format_account(&recipient.account));
			let missing: Vec<_> = recipients.into_iter().filter(lacks).collect();
			let round = hand_over::round(carrier, genesis, worker.account, &stored, &ours, &missing).await;
			worker.metrics.handovers(&round);
			outputs.delivered.extend(round.delivered.iter().map(format_account));
			let failed = round.pending.iter().chain(&round.refused);
			outputs.undelivered =
				failed.map(|(account, why)| (format_account(account), why.clone())).collect();
			failures += 1;
			if round.pending.is_empty() || Instant::now() >= deadline {
				for (node, reason) in &outputs.undelivered {
					tracing::warn!(
						listing,
						period,
						node,
						reason,
						"a persistence node does not have the snapshot"
					);
				}
				return Ok(Stepped::Done);
			}
			tokio::time::sleep(worker.patience.after(failures)).await;
		}
	}
}
