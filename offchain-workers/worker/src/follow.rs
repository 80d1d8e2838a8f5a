//! Follows the chain: which listings this worker is assigned to, and whether its registration is its own.

use crate::{chain::ChainError, configured::Configured, jobs::Jobs, worker::Worker};
use souk_config::Manifest;
use souk_daemon::{HeadSeen, Registration};
use souk_network::PeerId;
use souk_store::NewJob;
use std::{
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

/// Blocks between two looks at the assignments: half a minute of them.
const BLOCKS: u32 = 10;
/// How long to wait after a failed look.
const RETRY: Duration = Duration::from_secs(5);

/// What was seen last.
#[derive(Default)]
pub struct Sight {
	/// The finalised head.
	pub head: HeadSeen,
	registration: Mutex<Registration>,
}

impl Sight {
	/// How the registration on chain compares with this node.
	pub fn registration(&self) -> Registration {
		*self.locked()
	}

	fn locked(&self) -> MutexGuard<'_, Registration> {
		self.registration.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Reads the assignments and the registration once.
///
/// # Errors
/// Those of the chain.
pub async fn look(worker: &Worker, sight: &Sight, peer: PeerId) -> Result<(), ChainError> {
	let duties = worker.chain.duties().await?;
	let entry = worker.chain.node().await?;
	*sight.locked() = Registration::of(entry.as_ref(), &peer, &worker.secret.public());
	worker.duties.send_if_modified(|known| {
		let changed = known.as_deref() != Some(&duties);
		if changed {
			let listings: Vec<_> = duties.iter().map(|duty| duty.address.as_str()).collect();
			tracing::info!(?listings, "assignments");
			*known = Some(Arc::new(duties));
		}
		changed
	});
	Ok(())
}

/// Follows until the worker stops. `manifests` become jobs as soon as the worker is assigned to their listings.
pub async fn run(jobs: Arc<Jobs>, sight: Arc<Sight>, peer: PeerId, manifests: Vec<Configured>) {
	let worker = jobs.worker().clone();
	let mut heads = worker.chain.heads();
	let mut waiting = manifests;
	let mut next_look = 0;
	loop {
		let block = *heads.borrow_and_update();
		sight.head.see(block);
		let mut retry = false;
		if block >= next_look {
			match look(&worker, &sight, peer).await {
				Ok(()) => {
					next_look = block + BLOCKS;
					take_manifests(&jobs, &mut waiting).await;
				}
				Err(error) => {
					tracing::warn!(%error, "the assignments could not be read");
					retry = true;
				}
			}
		}
		tokio::select! {
			biased;
			() = worker.stop.cancelled() => return,
			() = worker.refresh.notified() => next_look = 0,
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			() = tokio::time::sleep(RETRY), if retry => {},
		}
	}
}

/// Makes jobs of the configured manifests whose listing is known by now.
async fn take_manifests(jobs: &Jobs, waiting: &mut Vec<Configured>) {
	let mut left = Vec::new();
	for manifest in waiting.drain(..) {
		match take_manifest(jobs, &manifest).await {
			Ok(true) => {}
			Ok(false) => left.push(manifest),
			Err(error) => {
				tracing::error!(manifest = %manifest.path.display(), error, "a configured manifest cannot be used")
			}
		}
	}
	*waiting = left;
}

async fn take_manifest(jobs: &Jobs, configured: &Configured) -> Result<bool, String> {
	let new = configured.read()?;
	let worker = jobs.worker();
	let listing = {
		let duties = worker.duties.borrow();
		let mut assigned = duties.iter().flat_map(|duties| duties.iter());
		assigned.find(|duty| duty.address == configured.listing && !duty.ended).map(|duty| duty.listing)
	};
	let Some(listing) = listing else { return Ok(false) };
	let same = |job: &souk_store::Job| job.manifest == new.text && job.base_dir == new.base_dir;
	let known = worker.db(move |jobs| jobs.jobs()).await.map_err(|error| error.to_string())?;
	if known.iter().find(|job| job.listing == listing).is_some_and(same) {
		jobs.start(listing);
		return Ok(true);
	}
	add(jobs, listing, new).await.map(|()| true)
}

/// A manifest, ready to become a job.
pub struct ReadManifest {
	/// What it says.
	pub manifest: Manifest,
	/// Where its relative paths start from.
	pub base_dir: PathBuf,
	text: String,
}

impl ReadManifest {
	/// The dataset's name.
	pub fn name(&self) -> &str {
		&self.manifest.dataset.name
	}
}

/// Reads and checks a manifest.
///
/// # Errors
/// A sentence.
pub fn read_manifest(path: &std::path::Path) -> Result<ReadManifest, String> {
	let path = std::fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))?;
	let (manifest, base_dir) = Manifest::load(&path).map_err(|error| error.to_string())?;
	let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
	Ok(ReadManifest { manifest, base_dir, text })
}

/// Adds a job, or gives it another manifest, and starts it.
///
/// # Errors
/// A sentence.
pub async fn add(jobs: &Jobs, listing: u32, manifest: ReadManifest) -> Result<(), String> {
	let new = NewJob { listing, manifest: manifest.text, base_dir: manifest.base_dir, secret: None };
	let now = crate::schedule::now_millis();
	// A run under way works with the old manifest: it is ended first.
	jobs.stop(listing).await;
	let put = jobs.worker().db(move |jobs| jobs.put_job(new, now)).await;
	jobs.start(listing);
	put.map(|_| ()).map_err(|error| error.to_string())
}
