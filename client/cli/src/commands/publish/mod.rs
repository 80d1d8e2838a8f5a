//! `souk publish`: from a manifest to a listing that is for sale.
//!
//! ```text
//! manifest ─check─> offer ─┐
//! nodes ─check─> columns ──┼─> create ──final──> secret kept ──> bond, schedule, assign, activate ──final──┐
//! funds ──────────check────┘   (1st transaction)                 (2nd transaction, all or nothing)         │
//!                                                                                                          v
//!               done <── a persistence node has it <── first snapshot final <── workers told, metadata in the DHT
//! ```
//!
//! Nothing is sent before everything that can be known beforehand was checked. Whatever is interrupted is completed by
//! running it again with `--update`: what is in place already is left alone.

mod columns;
mod nodes;
mod offer;
mod wait;

use crate::{
	amount::Amount,
	context::{native, native_price, Context},
	failure::{at_path, Failure},
	output::{self, Out},
	records::{hex, state_name, SnapshotRecord},
	text::{printable, seconds},
};
use jsonrpsee::rpc_params;
use nodes::Candidate;
use offer::Offer;
use serde::Serialize;
use souk_config::{Manifest, Period, Price};
use souk_custody::{format_account, Account};
use souk_protocol::{metadata::Field, ListingSecret};
use souk_sdk::{
	calls, metadata,
	types::{Asset, AssignmentView, ListingKind, ListingState, ListingView, NodeRole, Schedule},
	Call, Included, View,
};
use std::{
	path::PathBuf,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

/// `souk publish …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The manifest, TOML
	pub manifest: PathBuf,
	/// Admin address of a worker, e.g. http://127.0.0.1:9970; may be repeated. Workers read the manifest and its source
	/// from the same paths
	#[arg(long, value_name = "URL", required = true)]
	pub worker: Vec<String>,
	/// Admin address or account of a persistence node; may be repeated
	#[arg(long, value_name = "URL|ACCOUNT", required = true)]
	pub persistence: Vec<String>,
	/// Bond that answers for the listing, e.g. "100 SOUK" [default: the least that the chain takes]
	#[arg(long, value_name = "AMOUNT")]
	pub bond: Option<Price>,
	/// Leave it a draft; `souk listing resume` puts it on sale
	#[arg(long)]
	pub no_activate: bool,
	/// Change a listing of that name that exists, or complete one that was interrupted
	#[arg(long)]
	pub update: bool,
	/// Do not wait for the first snapshot
	#[arg(long)]
	pub no_wait: bool,
	/// How long to wait for the first snapshot
	#[arg(long, value_name = "TIME", default_value = "10m")]
	pub wait: Period,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
	listing: u32,
	address: String,
	state: &'static str,
	created: bool,
	bond: Amount,
	deposits: Amount,
	fees: Amount,
	transactions: Vec<TransactionRecord>,
	workers: Vec<String>,
	persistence: Vec<String>,
	columns: Vec<Field>,
	metadata: String,
	metadata_published: bool,
	snapshot: Option<SnapshotRecord>,
	held_by: Vec<String>,
	elapsed_ms: u64,
}

/// One transaction.
#[derive(Debug, Serialize)]
struct TransactionRecord {
	what: &'static str,
	block: u32,
	extrinsic: String,
	fee: Amount,
}

/// Everything that was checked before the first transaction.
struct Plan {
	account: Account,
	offer: Offer,
	existing: Option<ListingView>,
	/// That of the existing listing.
	schedule: Option<Schedule>,
	/// Those of the existing listing.
	assignments: Vec<AssignmentView>,
	candidates: Vec<Candidate>,
	/// What the bond has to grow by, in planck.
	bond: u128,
	/// What is held of the account before, in planck.
	held: u128,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let started = std::time::Instant::now();
	let (manifest, base) =
		Manifest::load(&args.manifest).map_err(|error| Failure::usage(error.to_string()))?;
	offer::check_source(&manifest, &base)?;
	let manifest_path = std::path::absolute(&args.manifest).map_err(at_path("find", &args.manifest))?;
	let manifest_path = manifest_path.to_str().ok_or_else(|| {
		let path = manifest_path.display();
		Failure::usage(format!("{path} is not UTF-8; move the manifest to a path that is"))
	})?;
	let plan = prepare(&args, &manifest, manifest_path, ctx).await?;
	let mut transactions = Vec::new();
	let mut last: Option<Included> = None;

	let created = plan.existing.is_none();
	let listing = match &plan.existing {
		Some(listing) => listing.id,
		None => {
			let (id, done) = create(&plan, ctx).await?;
			transactions.push(TransactionRecord::new("create", &done));
			last = Some(done);
			id
		}
	};
	// Kept before any node gets it: whoever has it can serve, and only this copy lets other nodes be assigned later.
	let secret = secret(&plan, listing, ctx).await?;
	let calls = setup(&args, &plan, listing, &secret)?;
	if !calls.is_empty() {
		let step =
			ctx.progress.step("bonding, assigning the nodes and activating, waiting until it is final");
		let call = calls::batch_all(calls);
		let done = ctx.chain().await?.submit(&plan.account, call).await.map_err(|error| {
			Failure::from(error).while_doing(format!(
				"listing {listing} exists, but is not set up (run this again with --update)"
			))
		})?;
		step.done(format!("set up in block {}", done.block));
		transactions.push(TransactionRecord::new("set up", &done));
		last = Some(done);
	}

	tell_workers(&plan.candidates, listing, manifest_path, ctx).await?;
	let read = async {
		let (view, now) = current(listing, last.as_ref().map_or(0, |done| done.block), ctx).await?;
		let bond = view.curator_bond(listing).await?.active;
		let held = view.balance(plan.account.id(), Asset::Native).await?.held;
		Ok::<_, Failure>((now, bond, held))
	};
	let (now, bond, held) = read.await.map_err(|failure| match &last {
		Some(done) => failure.after(format!("Published as listing {listing}"), done),
		None => failure,
	})?;
	let metadata_published = publish_metadata(&plan, &now, ctx).await;
	let finish = if args.no_wait {
		wait::Seen::default()
	} else {
		wait::for_first_snapshot(listing, &plan.candidates, patience(args.wait), ctx).await?
	};

	let names = |role: NodeRole| -> Vec<String> {
		plan.candidates.iter().filter(|c| c.role == role).map(|c| format_account(&c.node.account)).collect()
	};
	let report = Report {
		listing,
		address: now.address(),
		state: state_name(now.state),
		created,
		deposits: native(held.saturating_sub(plan.held).saturating_sub(plan.bond)),
		bond: native(bond),
		fees: total_fees(&transactions),
		transactions,
		workers: names(NodeRole::Worker),
		persistence: names(NodeRole::Persistence),
		columns: plan.offer.columns.clone(),
		metadata: hex(now.metadata_hash),
		metadata_published,
		snapshot: finish.snapshot.as_ref().map(SnapshotRecord::from),
		held_by: finish.held_by.iter().map(format_account).collect(),
		elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
	};
	if ctx.json {
		return output::json(out, &report);
	}
	describe(&report, out)
}

/// Checks everything that can be known beforehand.
async fn prepare(args: &Args, manifest: &Manifest, path: &str, ctx: &Context) -> Result<Plan, Failure> {
	let account = ctx.account()?;
	let view = ctx.view().await?;
	let name = &manifest.dataset.name;
	let existing = view.listing_by_address(account.id(), name).await?;
	ensure_free(existing.as_ref(), name, args.update)?;
	let mut candidates = Vec::new();
	let wanted = [(&args.worker, NodeRole::Worker), (&args.persistence, NodeRole::Persistence)];
	for (texts, role) in wanted {
		for text in texts {
			let candidate = nodes::find(text, role, &view, ctx).await?;
			let same = |c: &Candidate| c.node.account == candidate.node.account && c.role == role;
			if candidates.iter().any(same) {
				return Err(Failure::usage(format!(
					"node {} is named twice ({text}); a quorum needs different accounts",
					format_account(&candidate.node.account)
				)));
			}
			candidates.push(candidate);
		}
	}
	let columns = columns::ask(&candidates, path, ctx).await?;
	let offer = Offer::new(manifest, columns, now(), ctx).await?;
	// A listing that does not exist has the minimum bond all the same.
	let (id, schedule, assignments) = match &existing {
		Some(ListingView { id, .. }) => (*id, view.schedule(*id).await?, view.assignments(*id).await?),
		None => (u32::MAX, None, Vec::new()),
	};
	let bond = missing_bond(args, &view, id).await?;
	ctx.require_funds(account.id(), &native(bond), "the listing's bond").await?;
	let held = view.balance(account.id(), Asset::Native).await?.held;
	Ok(Plan { account, offer, existing, schedule, assignments, candidates, bond, held })
}

/// What the bond has to grow by: to the amount that was asked for, or to the least that the chain takes.
async fn missing_bond(args: &Args, view: &View, listing: u32) -> Result<u128, Failure> {
	let bond = view.curator_bond(listing).await?;
	let wanted = match &args.bond {
		Some(price) => {
			let amount = native_price(price)?;
			if amount.units < bond.minimum && !args.no_activate {
				return Err(Failure::usage(format!(
					"--bond {amount} is less than the {} that a listing on sale needs",
					native(bond.minimum)
				)));
			}
			amount.units
		}
		None => bond.minimum,
	};
	Ok(wanted.saturating_sub(bond.active))
}

/// Refuses a name that is taken, before anything is sent.
fn ensure_free(existing: Option<&ListingView>, name: &str, update: bool) -> Result<(), Failure> {
	match existing {
		None if update => Err(Failure::not_found(format!(
			"you have no listing {name} to update; leave --update away to publish it"
		))),
		None => Ok(()),
		Some(listing) if matches!(listing.state, ListingState::Retired | ListingState::TakenDown) => {
			Err(Failure::failed(format!(
				"{name} has ended, and an address is never used again; choose another dataset.name"
			)))
		},
		Some(_) if update => Ok(()),
		Some(listing) => Err(Failure::failed(format!(
			"you have published {name} already: it is listing {} and {}; --update changes it to this manifest, or completes \
			 it where publishing was interrupted",
			listing.id,
			state_name(listing.state)
		))),
	}
}

/// Creates the draft. The number that it gets is needed for everything else, hence a transaction of its own.
async fn create(plan: &Plan, ctx: &Context) -> Result<(u32, Included), Failure> {
	let offer = &plan.offer;
	let step = ctx.progress.step(format!("creating the listing {}, waiting until it is final", offer.name));
	let call = calls::listings_create(
		&offer.name,
		ListingKind::DataProduct,
		&offer.details,
		&offer.plans,
		offer.payouts,
	);
	let done = ctx.chain().await?.submit(&plan.account, call).await?;
	let read = async {
		let view = ctx.view_from(done.block).await?;
		let created = view.listing_by_address(plan.account.id(), &offer.name).await?;
		created.ok_or_else(|| Failure::failed("the listing is not there; look at the block's events"))
	};
	let said = format!("Created the listing {} (run this again with --update)", offer.name);
	let listing = read.await.map_err(|failure| failure.after(said, &done))?;
	step.done(format!("listing {} created in block {}", listing.id, done.block));
	Ok((listing.id, done))
}

/// The listing's secret: the one from this home, or a new one where no node has another yet.
async fn secret(plan: &Plan, listing: u32, ctx: &Context) -> Result<ListingSecret, Failure> {
	let genesis = ctx.chain().await?.genesis();
	if let Some(secret) = ctx.home.secret(&genesis, listing, &plan.account)? {
		return Ok(secret);
	}
	let named =
		|assignment: &AssignmentView| plan.candidates.iter().any(|candidate| candidate.has(assignment));
	if let Some(assignment) = plan.assignments.iter().find(|assignment| !named(assignment)) {
		return Err(Failure::failed(format!(
			"the secret of listing {listing} is not in this home, and node {} keeps it; name all assigned nodes to start a \
			 new secret, or use the home from which it was published",
			format_account(&assignment.node)
		)));
	}
	let secret = ListingSecret::generate();
	ctx.home.keep_secret(&genesis, listing, &plan.account, &secret)?;
	Ok(secret)
}

/// Everything that is not in place yet, for one transaction.
fn setup(args: &Args, plan: &Plan, listing: u32, secret: &ListingSecret) -> Result<Vec<Call>, Failure> {
	let (offer, existing) = (&plan.offer, plan.existing.as_ref());
	let mut calls = Vec::new();
	if existing.is_some_and(|listing| !offer.is_said_by(listing)) {
		calls.push(calls::listings_update(listing, &offer.details, &offer.plans));
	}
	if existing.is_some_and(|listing| listing.payouts != offer.payouts) {
		calls.push(calls::listings_set_payouts(listing, offer.payouts));
	}
	if plan.bond > 0 {
		calls.push(calls::bond(listing, plan.bond));
	}
	if plan.schedule != Some(offer.schedule) {
		calls.push(calls::set_schedule(listing, offer.schedule));
	}
	for candidate in &plan.candidates {
		// Also for nodes that are assigned already: to which of its keys the secret was wrapped cannot be seen.
		let node = &candidate.node;
		let wrapped = secret.wrap(&node.encryption_key, listing).map_err(|error| {
			Failure::failed(format!(
				"the key of node {} cannot be encrypted to ({error}); its operator has to register another",
				format_account(&node.account)
			))
		})?;
		calls.push(calls::assign(listing, node.account, candidate.role, &wrapped));
	}
	let draft = existing.is_none_or(|listing| listing.state == ListingState::Draft);
	if draft && !args.no_activate {
		calls.push(calls::listings_set_state(listing, ListingState::Active));
	}
	Ok(calls)
}

/// The listing as it is from a block on.
async fn current(listing: u32, block: u32, ctx: &Context) -> Result<(View, ListingView), Failure> {
	let view = ctx.view_from(block).await?;
	let found = view.listing(listing).await?;
	Ok((view, found.ok_or_else(|| Failure::not_found(format!("there is no listing {listing} any more")))?))
}

/// Gives the job to the workers. A worker that does not take it is a failure: without it there is no snapshot.
async fn tell_workers(
	candidates: &[Candidate],
	listing: u32,
	path: &str,
	ctx: &Context,
) -> Result<(), Failure> {
	let step = ctx.progress.step("telling the workers");
	for candidate in candidates.iter().filter(|candidate| candidate.role == NodeRole::Worker) {
		let Some(daemon) = &candidate.daemon else { continue };
		daemon.ask::<serde_json::Value>("worker_addJob", rpc_params![listing, path]).await.map_err(|failure| {
			failure.while_doing(format!("listing {listing} is set up, but not all workers have their job (run this again with --update)"))
		})?;
	}
	step.done("the workers have their job");
	Ok(())
}

/// Puts the metadata into the DHT. Not a reason to fail: the listing works without, and it can be repeated.
async fn publish_metadata(plan: &Plan, listing: &ListingView, ctx: &Context) -> bool {
	let step = ctx.progress.step("publishing the metadata");
	let published = async {
		let network = ctx.network().await?;
		ctx.reach(plan.candidates.iter().filter_map(|candidate| candidate.node.peer())).await?;
		metadata::publish_metadata(network, ctx.chain().await?, listing, &plan.offer.document).await?;
		Ok::<_, Failure>(())
	};
	match published.await {
		Ok(()) => {
			step.done("metadata published");
			true
		}
		Err(failure) => {
			step.done(format!(
				"the metadata could not be published ({failure}); run this again with --update later"
			));
			false
		}
	}
}

impl TransactionRecord {
	fn new(what: &'static str, done: &Included) -> Self {
		Self { what, block: done.block, extrinsic: hex(done.extrinsic_hash), fee: native(done.fee) }
	}
}

fn total_fees(transactions: &[TransactionRecord]) -> Amount {
	native(transactions.iter().map(|transaction| transaction.fee.units).sum())
}

fn patience(wait: Period) -> Duration {
	super::query::span(wait)
}

fn now() -> u64 {
	// A clock before 1970 only makes the promised interval that of another week.
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn describe(report: &Report, out: Out<'_>) -> Result<(), Failure> {
	let verb = if report.created { "Published" } else { "Updated" };
	writeln!(out, "{verb} {} as listing {}.", printable(&report.address), report.listing)?;
	let mut pairs = vec![
		("state", report.state.to_owned()),
		("bond", report.bond.to_string()),
		("deposits", report.deposits.to_string()),
		("fees", report.fees.to_string()),
	];
	for transaction in &report.transactions {
		pairs.push((transaction.what, format!("block {}", transaction.block)));
	}
	if !report.columns.is_empty() {
		pairs.push(("columns", columns::in_words(&report.columns)));
	}
	pairs.push(("workers", report.workers.join(", ")));
	pairs.push(("persistence", report.persistence.join(", ")));
	if let Some(snapshot) = &report.snapshot {
		pairs.push(("snapshot", snapshot.in_words()));
		pairs.push(("content root", snapshot.content_root.clone()));
		pairs.push(("held by", report.held_by.join(", ")));
	}
	pairs.push(("took", seconds(Duration::from_millis(report.elapsed_ms))));
	output::pairs(out, &pairs)?;
	if report.snapshot.is_none() {
		writeln!(out, "The first snapshot is on its way; `souk show {}` tells.", report.listing)?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::search::tests::listing;
	use clap::Parser as _;
	use souk_protocol::EncryptionSecret;
	use souk_sdk::types::{Details, NodeView};

	#[derive(clap::Parser)]
	struct Line {
		#[command(flatten)]
		args: Args,
	}

	fn args(more: &[&str]) -> Args {
		let words = ["publish", "m.toml", "--worker", "http://127.0.0.1:1", "--persistence", "p"];
		Line::try_parse_from(words.iter().chain(more)).unwrap().args
	}

	fn candidate(role: NodeRole) -> Candidate {
		let node = NodeView {
			account: [role as u8 + 1; 32],
			peer_id: vec![],
			addresses: vec![],
			encryption_key: EncryptionSecret::generate().public(),
			worker: true,
			persistence: true,
			accepting: true,
			bond: 0,
			deposit: 0,
			registered_at: 1,
		};
		Candidate { node, role, daemon: None }
	}

	fn plan(existing: Option<ListingView>) -> Plan {
		let said = listing();
		let schedule = Schedule { every: 20, tolerance: 20, retention: 2 };
		Plan {
			account: Account::from_uri("//Alice").unwrap(),
			offer: Offer {
				name: said.name.to_string(),
				details: Details {
					metadata_hash: said.metadata_hash,
					license: said.license,
					category: said.category,
					tags: said.tags,
					policy: said.policy,
					visibility: said.visibility,
				},
				plans: said.plans,
				payouts: said.payouts,
				schedule,
				columns: vec![],
				document: vec![],
			},
			schedule: existing.as_ref().map(|_| schedule),
			bond: if existing.is_none() { 5 } else { 0 },
			existing,
			assignments: vec![],
			candidates: vec![candidate(NodeRole::Worker), candidate(NodeRole::Persistence)],
			held: 0,
		}
	}

	fn names(args: &Args, plan: &Plan) -> Vec<&'static str> {
		setup(args, plan, 7, &ListingSecret::generate()).unwrap().iter().map(Call::name).collect()
	}

	#[test]
	fn a_name_that_is_taken_is_refused_before_anything_is_sent() {
		let taken = ensure_free(Some(&listing()), "nyc-weather", false).unwrap_err();
		assert!(
			taken.message.contains("listing 1 and active") && taken.message.contains("--update"),
			"{taken}"
		);
		let ended = ListingView { state: ListingState::Retired, ..listing() };
		for update in [false, true] {
			assert!(ensure_free(Some(&ended), "nyc-weather", update)
				.unwrap_err()
				.message
				.contains("never used again"));
		}
		assert!(ensure_free(Some(&listing()), "nyc-weather", true).is_ok());
		assert!(ensure_free(None, "nyc-weather", false).is_ok());
		assert!(ensure_free(None, "nyc-weather", true).is_err());
	}

	#[test]
	fn a_new_listing_is_set_up_in_one_transaction() {
		let all = ["bond", "set_schedule", "assign", "assign", "set_state"];
		assert_eq!(names(&args(&[]), &plan(None)), all);
		assert_eq!(names(&args(&["--no-activate"]), &plan(None)), all[..4]);
	}

	#[test]
	fn an_update_sends_what_differs() {
		let same = plan(Some(listing()));
		assert_eq!(names(&args(&["--update"]), &same), ["assign", "assign"]);
		let mut changed = plan(Some(ListingView { state: ListingState::Draft, ..listing() }));
		changed.offer.details.license = "MIT".into();
		changed.offer.payouts.workers = 1;
		changed.schedule = None;
		changed.bond = 1;
		assert_eq!(
			names(&args(&["--update"]), &changed),
			["update", "set_payouts", "bond", "set_schedule", "assign", "assign", "set_state"]
		);
	}
}
