//! What an operator may ask of the worker; the admin interface and the metrics listener are two ways to it.

use crate::{
	budget::Budget,
	follow::{self, ReadManifest, Sight},
	inspect::{inspect, Inspection},
	jobs::Jobs,
	schedule::{now_millis, period_of},
	status::{Condition, JobStatus},
	work::make_dir,
	worker::Worker,
};
use async_trait::async_trait;
use souk_daemon::{observe::Observed, Registration, Role};
use souk_network::Network;
use souk_store::{JobState, Step};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// The operator's hands.
pub struct Control {
	jobs: Arc<Jobs>,
	sight: Arc<Sight>,
	network: Network,
	/// One inspection at a time: it may decompress a whole source.
	inspecting: Mutex<()>,
}

impl Control {
	/// Over the worker's jobs.
	pub fn new(jobs: Arc<Jobs>, sight: Arc<Sight>, network: Network) -> Self {
		Self { jobs, sight, network, inspecting: Mutex::default() }
	}

	/// The shared part of the daemon.
	pub fn worker(&self) -> &Arc<Worker> {
		self.jobs.worker()
	}

	/// The network.
	pub fn network(&self) -> &Network {
		&self.network
	}

	/// How the worker is doing.
	pub async fn condition(&self) -> Condition {
		let worker = self.worker();
		let (finalised_block, age) = self.sight.head.newest();
		let registration = self.sight.registration();
		let assigned: Vec<String> = worker
			.duties
			.borrow()
			.iter()
			.flat_map(|duties| duties.iter())
			.map(|duty| duty.address.clone())
			.collect();
		let mut problems: Vec<String> = self.sight.head.problem().into_iter().collect();
		problems.extend(registration.problem(Role::Worker).map(String::from));
		// A bad dataset is its curator's business; the worker itself is well.
		let healthy = problems.is_empty();
		let looked = worker
			.db(|jobs| {
				let all = jobs.jobs()?;
				let (mut running, mut quarantined) = (0u64, Vec::new());
				for job in &all {
					let run = jobs.open_run(job.listing)?;
					match job.state {
						JobState::Active => running += u64::from(run.is_some()),
						JobState::Quarantined => quarantined.push((job.listing, run.map(|run| run.step))),
						_ => {}
					}
				}
				Ok::<_, souk_store::StoreError>((all.len(), running, quarantined))
			})
			.await;
		let (all, running, quarantined) = looked.unwrap_or_else(|error| {
			problems.push(error.to_string());
			Default::default()
		});
		// The reason may quote a value from before the privacy actions: it is for whoever may use the admin interface.
		problems.extend(quarantined.iter().map(|(listing, step)| {
			let at = step.map_or("before a run".into(), |step| format!("after the step {:?}", step.name()));
			format!("the job of listing {listing} is quarantined {at}: `souk node jobs` says why")
		}));
		Condition {
			healthy,
			problems,
			finalised_block,
			head_age_seconds: age.as_secs(),
			registration,
			registered: !matches!(registration, Registration::Unknown | Registration::Missing),
			assigned,
			jobs: all as u64,
			quarantined: quarantined.len() as u64,
			running,
		}
	}

	/// All jobs.
	///
	/// # Errors
	/// A sentence.
	pub async fn job_list(&self) -> Result<Vec<JobStatus>, String> {
		let found = self
			.worker()
			.db(|jobs| {
				let mut all = Vec::new();
				for job in jobs.jobs()? {
					let run = jobs.runs(job.listing, 1)?.pop();
					all.push((job, run));
				}
				Ok::<_, souk_store::StoreError>(all)
			})
			.await
			.map_err(|error| error.to_string())?;
		let address = |listing| self.worker().duty(listing).map(|duty| duty.address);
		let now = now_millis();
		Ok(found
			.into_iter()
			.map(|(job, run)| {
				let address = address(job.listing);
				JobStatus::of(job, run, address, now)
			})
			.collect())
	}

	/// One job.
	///
	/// # Errors
	/// A sentence.
	pub async fn job(&self, listing: u32) -> Result<JobStatus, String> {
		let all = self.job_list().await?;
		all.into_iter()
			.find(|job| job.listing == listing)
			.ok_or_else(|| format!("there is no job for listing {listing}"))
	}

	/// Adds the job of a listing that this worker is assigned to, or will be: the job waits until then.
	///
	/// # Errors
	/// A sentence.
	pub async fn add_job(&self, listing: &ListingRef, manifest: &Path) -> Result<JobStatus, String> {
		let manifest = follow::read_manifest(manifest)?;
		let worker = self.worker();
		let mut duties = worker.duties.subscribe();
		worker.refresh.notify_one();
		let mut heads = worker.chain.heads();
		let found = tokio::time::timeout(worker.patience.assignment, async {
			loop {
				let known = duties.borrow_and_update().clone();
				if let Some(duty) = known.iter().flat_map(|all| all.iter()).find(|duty| listing.is(duty)) {
					return duty.clone();
				}
				tokio::select! {
					_ = duties.changed() => {},
					_ = heads.changed() => worker.refresh.notify_one(),
				}
			}
		})
		.await;
		let number = match (found, listing) {
			(Ok(duty), _) if duty.name != manifest.name() => {
				return Err(format!(
					"the manifest is of {:?}, listing {} is {}: use the listing's own manifest",
					manifest.name(),
					duty.listing,
					duty.address
				))
			}
			(Ok(duty), _) => duty.listing,
			(Err(_), ListingRef::Number(number)) => *number,
			(Err(_), ListingRef::Address(address)) => {
				return Err(format!(
					"this worker is not assigned to {address}: its curator has to assign it first"
				))
			}
		};
		follow::add(&self.jobs, number, manifest).await?;
		self.job(number).await
	}

	/// The columns of the table that a manifest yields; no job is made. It may take as long as a job may.
	///
	/// # Errors
	/// A sentence on what is wrong with the manifest or its source.
	pub async fn inspect(&self, manifest: &Path) -> Result<Inspection, String> {
		let ReadManifest { manifest, base_dir, .. } = follow::read_manifest(manifest)?;
		let worker = self.worker();
		let budget = Budget::new(Duration::from_secs(worker.limits.job_seconds), worker.stop.clone());
		let work = async {
			let _turn = self.inspecting.lock().await;
			let scratch = worker.runs_dir.join("inspection");
			// What a process that was killed has left; it may well not be there.
			let _ = tokio::fs::remove_dir_all(&scratch).await;
			make_dir(&scratch)?;
			inspect(&manifest, &base_dir, worker.limits.memory_bytes, scratch).await
		};
		let inspected = tokio::select! {
			biased;
			error = budget.ended() => Err(error),
			inspected = work => inspected,
		};
		inspected.map_err(|error| error.to_string())
	}

	/// Removes a job with its runs and its snapshots.
	///
	/// # Errors
	/// A sentence.
	pub async fn remove_job(&self, listing: u32) -> Result<(), String> {
		self.job(listing).await?;
		self.jobs.stop(listing).await;
		let (store, dir) =
			(self.worker().snapshots.clone(), self.worker().runs_dir.join(listing.to_string()));
		self.worker()
			.db(move |jobs| {
				jobs.remove_job(listing)?;
				store.prune(listing, 0)?;
				// What cannot be removed wastes space and nothing else.
				let _ = std::fs::remove_dir_all(dir);
				Ok::<_, souk_store::StoreError>(())
			})
			.await
			.map_err(|error| error.to_string())
	}

	/// Takes a job out of quarantine. A run that has submitted nothing starts over.
	///
	/// # Errors
	/// A sentence.
	pub async fn retry_job(&self, listing: u32) -> Result<JobStatus, String> {
		self.jobs.stop(listing).await;
		let retried = self.worker().db(move |jobs| jobs.retry(listing, now_millis())).await;
		self.jobs.start(listing);
		retried.map_err(|error| error.to_string())?;
		self.job(listing).await
	}

	/// Runs a job now, for `period` or that of this minute. The listing's other workers have to run the same period, or
	/// there will be no quorum.
	///
	/// # Errors
	/// A sentence.
	pub async fn run_now(&self, listing: u32, period: Option<u32>) -> Result<u32, String> {
		let job = self.job(listing).await?;
		if job.state != JobState::Active {
			return Err(format!("the job of listing {listing} is not active: retry it first"));
		}
		let current = period_of(now_millis() / 1_000);
		let period = period.unwrap_or(current);
		// A run far ahead would keep the listing from every period before it.
		if period > current {
			return Err(format!("period {period} is not here yet: this minute's is {current}"));
		}
		if let Some(run) = &job.run {
			if run.step != Step::Recorded {
				return Err(format!(
					"listing {listing} has a run under way, for period {}: wait for its end",
					run.period
				));
			}
			if run.period >= period {
				return Err(format!(
					"listing {listing} has a run for period {}: a new one has to be later",
					run.period
				));
			}
		}
		self.jobs.want(listing, period);
		Ok(period)
	}
}

#[async_trait]
impl Observed for Control {
	type Condition = Condition;

	async fn observe(&self) -> Condition {
		self.condition().await
	}

	fn figures(&self, condition: &Condition) -> Result<String, prometheus::Error> {
		self.worker().metrics.render(condition, &self.network)
	}
}

/// A listing as an operator names it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum ListingRef {
	/// By its number.
	Number(u32),
	/// By its address `<account>/<name>`, or its number as text.
	Address(String),
}

impl ListingRef {
	/// A number that came as text is a number.
	pub fn normal(self) -> Self {
		match self {
			Self::Address(text) => text.parse().map(Self::Number).unwrap_or(Self::Address(text)),
			number => number,
		}
	}

	fn is(&self, duty: &crate::chain::Duty) -> bool {
		match self {
			Self::Number(number) => duty.listing == *number,
			Self::Address(address) => duty.address == *address,
		}
	}
}
