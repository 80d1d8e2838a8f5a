//! Waiting for the first snapshot, and for a persistence node that has it.

use super::nodes::Candidate;
use crate::{
	admin::{Daemon, Job},
	context::Context,
	failure::Failure,
	records::hex,
	text::{printable, seconds},
};
use souk_custody::AccountId;
use souk_network::Key;
use souk_protocol::metadata::dht_key;
use souk_sdk::types::{NodeRole, SnapshotView};
use std::time::Duration;
use tokio::time::{interval, timeout, MissedTickBehavior};

/// How often the daemons are asked.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// What has been seen.
#[derive(Debug, Default)]
pub struct Seen {
	/// The first final snapshot.
	pub snapshot: Option<SnapshotView>,
	/// Persistence nodes that have it.
	pub held_by: Vec<AccountId>,
}

/// Waits until a snapshot is final and a persistence node has it.
pub async fn for_first_snapshot(
	listing: u32,
	candidates: &[Candidate],
	patience: Duration,
	ctx: &Context,
) -> Result<Seen, Failure> {
	let mut step = ctx.progress.step("waiting for the first snapshot");
	let waiting = async {
		let snapshot = final_snapshot(listing, candidates, ctx).await?;
		step.say(format!("snapshot {} is final; waiting for a persistence node to have it", snapshot.period));
		let held_by = holders(listing, &snapshot, candidates, ctx).await?;
		Ok::<_, Failure>(Seen { snapshot: Some(snapshot), held_by })
	};
	let seen = timeout(patience, waiting).await.map_err(|_| {
		Failure::unavailable(format!(
			"listing {listing} is set up, but no persistence node has a final snapshot after {}; \
			 `souk node jobs --admin <worker>` and `souk show {listing}` tell how far it is",
			seconds(patience)
		))
	})??;
	step.done("the first snapshot can be queried");
	Ok(seen)
}

/// The newest final snapshot, as soon as there is one. Ends early where too few workers are left for a quorum.
async fn final_snapshot(
	listing: u32,
	candidates: &[Candidate],
	ctx: &Context,
) -> Result<SnapshotView, Failure> {
	let chain = ctx.chain().await?;
	let mut heads = chain.heads();
	loop {
		let head = *heads.borrow_and_update();
		match chain.at(head).newest_snapshot(listing).await {
			Ok(Some(snapshot)) => return Ok(snapshot),
			Ok(None) => {}
			// A peer that went away; the next block is read from another.
			Err(error) if error.passes() => {
				tracing::info!(%error, "reading goes on with the next block");
			}
			Err(error) => return Err(error.into()),
		}
		ensure_quorum_possible(listing, candidates).await?;
		heads
			.changed()
			.await
			.map_err(|_| Failure::unavailable("the light client has stopped; run this again"))?;
	}
}

/// The persistence nodes that have the snapshot, as soon as there is one. Those with an admin interface are asked there,
/// the others announce it in the DHT.
async fn holders(
	listing: u32,
	snapshot: &SnapshotView,
	candidates: &[Candidate],
	ctx: &Context,
) -> Result<Vec<AccountId>, Failure> {
	let network = ctx.network().await?;
	let key = Key(dht_key(&ctx.chain().await?.genesis(), listing));
	let mut pause = interval(ASK_EVERY);
	pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
	loop {
		pause.tick().await;
		let persistence = candidates.iter().filter(|candidate| candidate.role == NodeRole::Persistence);
		let (by_admin, by_dht): (Vec<_>, Vec<_>) =
			persistence.partition(|candidate| candidate.daemon.is_some());
		let mut found = Vec::new();
		for candidate in by_admin {
			let Some(daemon) = &candidate.daemon else { continue };
			match has(daemon, listing, snapshot).await {
				Ok(true) => found.push(candidate.node.account),
				Ok(false) => {}
				// It may be starting again.
				Err(failure) => tracing::info!(%failure, "a persistence node does not tell what it has"),
			}
		}
		if !by_dht.is_empty() && found.is_empty() {
			// Nobody answers until somebody provides it.
			let providers = network.providers(key).await.unwrap_or_default();
			let provides = |candidate: &&&Candidate| {
				candidate
					.node
					.peer()
					.is_some_and(|(peer, _)| providers.iter().any(|(provider, _)| *provider == peer))
			};
			found.extend(by_dht.iter().filter(provides).map(|candidate| candidate.node.account));
		}
		if !found.is_empty() {
			return Ok(found);
		}
	}
}

async fn has(daemon: &Daemon, listing: u32, snapshot: &SnapshotView) -> Result<bool, Failure> {
	let held = daemon.snapshots().await?;
	let root = hex(snapshot.commitments.content_root);
	Ok(held.iter().any(|h| {
		h.listing == listing
			&& h.period >= snapshot.period
			&& (h.period > snapshot.period || h.content_root == root)
	}))
}

/// Fails where so many workers have put the job into quarantine, from where it does not run again by itself, that the
/// others are no quorum.
async fn ensure_quorum_possible(listing: u32, candidates: &[Candidate]) -> Result<(), Failure> {
	let workers: Vec<_> = candidates.iter().filter(|candidate| candidate.role == NodeRole::Worker).collect();
	let mut given_up = Vec::new();
	for daemon in workers.iter().filter_map(|worker| worker.daemon.as_ref()) {
		match daemon.jobs().await {
			Ok(jobs) => given_up.extend(reason_given_up(&jobs, listing).map(|reason| (daemon.url(), reason))),
			// It may be starting again.
			Err(failure) => tracing::info!(%failure, "a worker does not tell how its jobs are"),
		}
	}
	match given_up.first() {
		Some((url, reason)) if !is_quorum(workers.len() - given_up.len(), workers.len()) => {
			Err(Failure::failed(format!(
				"the worker at {url} has given the job of listing {listing} up: {}; correct the manifest or the source, \
				 run this again with --update, then `souk node retry {listing} --admin {url}`",
				printable(reason),
			)))
		}
		_ => Ok(()),
	}
}

/// More than half.
fn is_quorum(workers: usize, of: usize) -> bool {
	workers > of / 2
}

fn reason_given_up(jobs: &[Job], listing: u32) -> Option<String> {
	let job = jobs.iter().find(|job| job.listing == listing && job.is_given_up())?;
	Some(job.error.clone().unwrap_or_else(|| "no reason was given".into()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_job_in_quarantine_ends_the_wait() {
		let job = |listing, state: &str, error: Option<&str>| Job {
			listing,
			address: None,
			state: state.into(),
			error: error.map(str::to_owned),
			schedule: None,
			next_due: None,
			run: None,
		};
		let jobs = [
			job(1, "active", Some("tried again soon")),
			job(2, "quarantined", Some("line 7")),
			job(4, "quarantined", None),
		];
		assert_eq!(reason_given_up(&jobs, 1), None);
		assert_eq!(reason_given_up(&jobs, 2).as_deref(), Some("line 7"));
		assert_eq!(reason_given_up(&jobs, 3), None);
		assert_eq!(reason_given_up(&jobs, 4).as_deref(), Some("no reason was given"));
	}

	#[test]
	fn a_quorum_is_more_than_half() {
		assert!(is_quorum(1, 1) && is_quorum(2, 2) && is_quorum(2, 3) && is_quorum(3, 4));
		assert!(!is_quorum(0, 1) && !is_quorum(1, 2) && !is_quorum(1, 3) && !is_quorum(2, 4));
	}
}
