//! What an operator may ask of the worker; the admin interface and the metrics listener are two ways to it.

use crate::{
	follow::{self, Sight},
	jobs::Jobs,
	schedule::{now_millis, period_of},
	status::{Condition, JobStatus},
	worker::Worker,
};
use async_trait::async_trait;
use souk_daemon::{observe::Observed, Registration, Role};
use souk_network::Network;
use souk_store::{JobState, Step};
use std::{path::Path, sync::Arc, time::Duration};

/// How long an operator waits for an assignment that was made a moment ago to become final here.
const ASSIGNMENT: Duration = Duration::from_secs(12);

/// The operator's hands.
pub struct Control {
	jobs: Arc<Jobs>,
	sight: Arc<Sight>,
	network: Network,
}

impl Control {
	/// Over the worker's jobs.
	pub fn new(jobs: Arc<Jobs>, sight: Arc<Sight>, network: Network) -> Self {
		Self { jobs, sight, network }
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
				let mut running = 0u64;
				for job in &all {
					running +=
						u64::from(job.state == JobState::Active && jobs.open_run(job.listing)?.is_some());
				}
				Ok::<_, souk_store::StoreError>((all, running))
			})
			.await;
		let (all, running) = looked.unwrap_or_else(|error| {
			problems.push(error.to_string());
			Default::default()
		});
		let quarantined = all.iter().filter(|job| job.state == JobState::Quarantined);
		problems.extend(quarantined.clone().map(|job| {
			format!(
				"the job of listing {} is quarantined: {}",
				job.listing,
				job.error.as_deref().unwrap_or("no reason kept")
			)
		}));
		Condition {
			healthy,
			problems,
			finalised_block,
			head_age_seconds: age.as_secs(),
			registration,
			registered: !matches!(registration, Registration::Unknown | Registration::Missing),
			assigned,
			jobs: all.len() as u64,
			quarantined: quarantined.count() as u64,
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
		let found = tokio::time::timeout(ASSIGNMENT, async {
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
			(Ok(duty), _) if duty.name != manifest.name => {
				return Err(format!(
					"the manifest is of {:?}, listing {} is {}: use the listing's own manifest",
					manifest.name, duty.listing, duty.address
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
		let period = period.unwrap_or_else(|| period_of(now_millis() / 1_000));
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
