//! The worker's methods of the admin interface, for `souk publish` and `souk node`.

use crate::{
	control::{Control, ListingRef},
	inspect::Inspection,
	status::{Condition, JobStatus},
};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	server::ServerHandle,
	types::ErrorObjectOwned,
};
use souk_config::Admin as Config;
use souk_daemon::{admin::Identity, DaemonError, Role};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// JSON-RPC's code for parameters that do not work.
const INVALID_PARAMS: i32 = -32602;

/// The methods.
#[rpc(server)]
pub trait Admin {
	/// How the worker is doing; the same as `/health`.
	#[method(name = "worker_status")]
	async fn worker_status(&self) -> RpcResult<Condition>;

	/// The jobs, each with its newest run.
	#[method(name = "worker_jobs")]
	async fn worker_jobs(&self) -> RpcResult<Vec<JobStatus>>;

	/// Adds a job, or gives it another manifest. The listing is a number or an address.
	#[method(name = "worker_addJob")]
	async fn worker_add_job(&self, listing: ListingRef, manifest_path: PathBuf) -> RpcResult<JobStatus>;

	/// The columns of the table that a manifest yields after its SQL and its privacy actions; no job is made.
	#[method(name = "worker_inspect")]
	async fn worker_inspect(&self, manifest_path: PathBuf) -> RpcResult<Inspection>;

	/// Removes a job with its runs and snapshots.
	#[method(name = "worker_removeJob")]
	async fn worker_remove_job(&self, listing: u32) -> RpcResult<bool>;

	/// Takes a job out of quarantine.
	#[method(name = "worker_retryJob")]
	async fn worker_retry_job(&self, listing: u32) -> RpcResult<JobStatus>;

	/// Runs a job now and returns the period.
	#[method(name = "worker_runNow")]
	async fn worker_run_now(&self, listing: u32, period: Option<u32>) -> RpcResult<u32>;
}

struct AdminMethods(Arc<Control>);

fn refused(sentence: String) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INVALID_PARAMS, sentence, None::<()>)
}

#[async_trait]
impl AdminServer for AdminMethods {
	async fn worker_status(&self) -> RpcResult<Condition> {
		Ok(self.0.condition().await)
	}

	async fn worker_jobs(&self) -> RpcResult<Vec<JobStatus>> {
		self.0.job_list().await.map_err(refused)
	}

	async fn worker_add_job(&self, listing: ListingRef, manifest_path: PathBuf) -> RpcResult<JobStatus> {
		self.0.add_job(&listing.normal(), &manifest_path).await.map_err(refused)
	}

	async fn worker_inspect(&self, manifest_path: PathBuf) -> RpcResult<Inspection> {
		self.0.inspect(&manifest_path).await.map_err(refused)
	}

	async fn worker_remove_job(&self, listing: u32) -> RpcResult<bool> {
		self.0.remove_job(listing).await.map(|()| true).map_err(refused)
	}

	async fn worker_retry_job(&self, listing: u32) -> RpcResult<JobStatus> {
		self.0.retry_job(listing).await.map_err(refused)
	}

	async fn worker_run_now(&self, listing: u32, period: Option<u32>) -> RpcResult<u32> {
		self.0.run_now(listing, period).await.map_err(refused)
	}
}

/// Serves the methods, and those of every daemon, as [`souk_daemon::admin::serve`].
///
/// # Errors
/// As there.
pub async fn serve(
	config: &Config,
	control: Arc<Control>,
) -> Result<(SocketAddr, ServerHandle), DaemonError> {
	let worker = control.worker();
	let identity = Identity {
		account: worker.account,
		encryption_key: worker.secret.public(),
		role: Role::Worker,
		genesis: worker.chain.genesis(),
		network: control.network().clone(),
	};
	souk_daemon::admin::serve(config, identity, AdminMethods(control).into_rpc()).await
}
