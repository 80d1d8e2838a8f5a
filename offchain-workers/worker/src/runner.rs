//! Takes one run through its steps.
//!
//! Each step's work is done, then recorded in one transaction with what it found out; a process that ends in between
//! does that step again. Errors are sorted by what helps: waiting, a bounded number of attempts, starting over, or a
//! human ([`StepError`]).

use crate::{
	budget::Budget,
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
use souk_store::{Job, Run, Step, StoreError};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::Notify;
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
	budget: Budget,
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
		let budget = Budget::new(Duration::from_secs(worker.limits.job_seconds), cancel.clone());
		let ends = end_of(&manifest.dataset.schedule, run.period).unwrap_or(u64::MAX);
		let (listing, period, base_dir) = (run.listing, run.period, job.base_dir.clone());
		Self { worker, manifest, listing, period, base_dir, ends, cancel, budget }
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
			let stepped = tokio::select! {
				biased;
				() = self.cancel.cancelled() => Err(StepError::Stopped),
				stepped = self.perform(step, &run, &mut outputs) => stepped,
			};
			match stepped {
				Ok(Stepped::Done) => {
					self.worker.metrics.step(step, started.elapsed());
					tracing::info!(listing = self.listing, period = self.period, step = step.name(), "done");
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
			let listing = self.listing;
			if run.step >= Step::Sealed {
				// What was sealed cannot be made again without risking a second submission.
				let quarantined = sentence.clone();
				self.worker.db(move |jobs| jobs.quarantine(&from, &quarantined, now_millis())).await?;
				return Ok(Some(Ended::Quarantined(sentence)));
			}
			self.worker.db(move |jobs| jobs.retry(listing, now_millis())).await?;
			*run = self.reread().await?;
			return Ok(None);
		}
		let poison = matches!(error, StepError::Poison(_))
			|| (matches!(error, StepError::Fault(_)) && run.attempts + 1 >= self.worker.limits.max_attempts);
		if poison {
			self.worker.db(move |jobs| jobs.quarantine(&from, &sentence, now_millis())).await?;
			return Ok(Some(Ended::Quarantined(text)));
		}
		*run = self.worker.db(move |jobs| jobs.failed(&from, &sentence, now_millis())).await?;
		let wait = self.worker.patience.after(run.attempts);
		let newer = Duration::from_millis(self.ends.saturating_sub(now_millis()));
		tokio::select! {
			() = self.cancel.cancelled() => return Ok(Some(Ended::Interrupted)),
			() = wake.notified() => {},
			() = tokio::time::sleep(wait.min(newer)) => {},
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
				match submit::run(chain, account, self.listing, self.period, outputs, now_millis()).await? {
					Submitted::Done => Ok(Stepped::Done),
					Submitted::Over(outcome, reason) => Ok(Stepped::Over(outcome, reason)),
				}
			}
			Step::HandedOver => self.hand_over(outputs).await,
		}
	}

	/// The steps that work on this machine only, on a thread of their own.
	async fn work(&self, step: Step, run: &Run, outputs: &mut Outputs) -> Result<(), StepError> {
		let secret = self.secret(run, outputs).await?;
		let work = Work {
			listing: self.listing,
			period: self.period,
			manifest: self.manifest.clone(),
			base_dir: self.base_dir.clone(),
			secret,
			dir: self.worker.run_dir(self.listing, self.period),
			memory_bytes: self.worker.limits.memory_bytes,
			budget: self.budget.clone(),
		};
		let _place = self.worker.places.acquire().await.map_err(|_| StepError::Stopped)?;
		let snapshots = self.worker.snapshots.clone();
		let runtime = tokio::runtime::Handle::current();
		let mut found = outputs.clone();
		let worked = tokio::task::spawn_blocking(move || {
			match step {
				Step::Fetched => fetch::run(&work, &mut found),
				Step::Transformed => transform::run(&work, &mut found, &runtime),
				Step::Validated => validate::run(&work, &mut found),
				Step::Privatised => privacy::run(&work, &mut found),
				Step::Encoded => encode::run(&work, &mut found),
				Step::Sealed => seal::run(&work, &mut found, &snapshots),
				Step::Due | Step::Submitted | Step::HandedOver | Step::Recorded => Ok(()),
			}
			.map(|()| found)
		});
		*outputs = worked
			.await
			.map_err(|error| StepError::fault(format!("the step {step} broke down"), error))??;
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

	/// The listing's secret. One run works with one secret, because its hashes and its chunks have to fit together.
	async fn secret(
		&self,
		run: &Run,
		outputs: &mut Outputs,
	) -> Result<souk_protocol::ListingSecret, StepError> {
		let duties = self.worker.chain.duties().await?;
		let Some(duty) = duties.iter().find(|duty| duty.listing == self.listing) else {
			return Err(StepError::Transient(format!(
				"this worker is not assigned to listing {}: its curator has to assign it",
				self.listing
			)));
		};
		let secret = self.worker.open_secret(duty)?;
		let id = secret_id(&secret);
		match outputs.secret_id {
			Some(before) if before != id && run.step < Step::Sealed => {
				return Err(StepError::Lost("the listing has a new secret".into()));
			}
			_ => outputs.secret_id = Some(id),
		}
		Ok(secret)
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

		let deadline = Instant::now() + worker.patience.delivery;
		let mut failures = 0;
		outputs.delivered.clear();
		loop {
			let duties = chain.duties().await?;
			let missing: Vec<_> = duties
				.into_iter()
				.filter(|duty| duty.listing == listing)
				.flat_map(|duty| duty.recipients)
				.filter(|recipient| !outputs.delivered.contains(&format_account(&recipient.account)))
				.collect();
			let round =
				hand_over::round(worker.carrier.as_ref(), chain.genesis(), worker.account, &stored, &missing)
					.await;
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
