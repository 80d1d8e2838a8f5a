//! `souk node`: a worker or persistence node of one's own. Its daemon is asked over its admin interface, its entry in
//! the registry is written with its own account.

use crate::{
	admin::{Daemon, DaemonInfo, HeldSnapshot, Job},
	commands::downtime,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::{availability_in_words, hex, NodeRecord},
	text::{bytes, printable, utc_minutes},
};
use jsonrpsee::rpc_params;
use serde_json::Value;
use souk_custody::{format_account, parse_account, AccountId};
use souk_network::{is_public, libp2p::multiaddr::Protocol, Multiaddr, PeerId};
use souk_sdk::{
	calls,
	reach::encode_address,
	types::{AvailabilityView, NodeInfo, NodeView},
};

/// Most addresses that the registry takes.
const MOST_ADDRESSES: usize = 8;

/// `souk node …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Enter the daemon into the registry, or bring its entry up to date. The account must be the daemon's own; the chain
	/// holds its bond
	Register {
		#[command(flatten)]
		at: Admin,
		/// Address under which others reach it; may be repeated [default: those that the daemon listens on, on a
		/// live chain the public ones of them]
		#[arg(long, value_name = "MULTIADDR")]
		address: Vec<Multiaddr>,
		/// Take no new assignments
		#[arg(long)]
		not_accepting: bool,
		#[command(flatten)]
		asked: Asked,
	},
	/// How the daemon is doing, and what the chain says of it
	Status {
		#[command(flatten)]
		at: Admin,
	},
	/// The jobs of a worker, or the snapshots of a persistence node
	Jobs {
		#[command(flatten)]
		at: Admin,
	},
	/// Take a job out of quarantine and run it again
	Retry {
		/// The job's listing
		listing: u32,
		#[command(flatten)]
		at: Admin,
	},
	/// Say in time that the node will be away: it is not challenged then. The account must be the node's own
	Downtime(downtime::Args),
}

/// Where validators ask whether the node is there.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Asked {
	/// Where validators ask whether the node is there: http://<IP address>[:<port>]/<path>, answered with 200. Whom most of them do not
	/// reach is fined; curators see who is reached [default: what the chain knows]
	#[arg(long, value_name = "URL")]
	health: Option<String>,
	/// Be asked no more
	#[arg(long, conflicts_with = "health")]
	no_health: bool,
}

/// Which daemon.
#[derive(Clone, Debug, clap::Args)]
pub struct Admin {
	/// The daemon's admin address
	#[arg(long = "admin", value_name = "URL")]
	url: String,
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::Register { at, address, not_accepting, asked } => {
			register(&Daemon::at(&at.url)?, &address, !not_accepting, &asked, ctx, out).await
		}
		Command::Status { at } => status(&Daemon::at(&at.url)?, ctx, out).await,
		Command::Jobs { at } => jobs(&Daemon::at(&at.url)?, ctx, out).await,
		Command::Retry { at, listing } => retry(&Daemon::at(&at.url)?, listing, ctx, out).await,
		Command::Downtime(args) => downtime::run(args, ctx, out).await,
	}
}

async fn register(
	daemon: &Daemon,
	addresses: &[Multiaddr],
	accepting: bool,
	asked: &Asked,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let info = daemon.info().await?;
	let chain = ctx.chain().await?;
	let expected = hex(chain.genesis());
	if info.genesis != expected {
		return Err(Failure::usage(format!(
			"the daemon at {} follows another chain (genesis {}, ours is {expected})",
			daemon.url(),
			printable(&info.genesis)
		)));
	}
	let account = account_of(&info, daemon.url())?;
	if account != ctx.account_id()? {
		return Err(Failure::usage(format!(
			"the daemon at {} runs as {}; register it with that account (--account)",
			daemon.url(),
			format_account(&account)
		)));
	}
	let entry = entry(&info, addresses, accepting, ctx.spec()?.development)?;
	if asked.health.is_some() && !entry.persistence {
		return Err(Failure::usage(
			"only persistence nodes are asked whether they are there; leave --health out",
		));
	}
	let view = ctx.view().await?;
	let (known, availability) = (view.node(account).await?, view.availability(account).await?);
	let what = if known.is_some() { "Updated" } else { "Registered" };
	let mut changes = match &known {
		Some(known) if says(known, &entry) => vec![],
		Some(_) => vec![calls::update_node(&entry)],
		None => vec![calls::register_node(&entry)],
	};
	changes.extend(asked.change(availability.as_ref()));
	let call = match (changes.pop(), &known) {
		(Some(only), _) if changes.is_empty() => only,
		(Some(last), _) => calls::batch_all(changes.into_iter().chain([last]).collect()),
		(None, None) => return Err(Failure::failed("there is nothing to register")),
		(None, Some(known)) => {
			let record = NodeRecord::from(known);
			if ctx.json {
				let document =
					serde_json::json!({ "changed": false, "node": record, "availability": availability });
				return output::json(out, &document);
			}
			writeln!(out, "The registry says so already; nothing was sent.")?;
			return describe(&record, availability.as_ref(), out);
		}
	};
	let signer = ctx.account()?;
	let step = ctx.progress.step("registering, waiting until it is final");
	let done = chain.submit(&signer, call).await?;
	drop(step);
	let read = async {
		let view = ctx.view_from(done.block).await?;
		let (node, availability) = (view.node(account).await?, view.availability(account).await?);
		let gone = || Failure::not_found(format!("{} is not registered any more", info.account));
		Ok::<_, Failure>((node.ok_or_else(gone)?, availability))
	};
	let (node, availability) = read.await.map_err(|failure| failure.after(what, &done))?;
	let record = NodeRecord::from(&node);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"changed": true, "node": record, "availability": availability, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{what}, final in block {}.", done.block)?;
	describe(&record, availability.as_ref(), out)?;
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

impl Asked {
	/// What is to be sent, where the chain knows something else.
	fn change(&self, known: Option<&AvailabilityView>) -> Option<calls::Call> {
		let stays = known.filter(|known| !known.leaving).map(AvailabilityView::url);
		match &self.health {
			Some(url) => (stays.as_ref() != Some(url)).then(|| calls::availability_set_health(url)),
			None => (self.no_health && stays.is_some()).then(calls::availability_clear_health),
		}
	}
}

fn account_of(info: &DaemonInfo, url: &str) -> Result<AccountId, Failure> {
	parse_account(&info.account)
		.map_err(|error| Failure::failed(format!("the daemon at {url} names itself oddly: {error}")))
}

/// What is to stand in the registry.
fn entry(
	info: &DaemonInfo,
	addresses: &[Multiaddr],
	accepting: bool,
	development: bool,
) -> Result<NodeInfo, Failure> {
	let odd = |what: &str, text: &str| {
		Failure::failed(format!(
			"the daemon says an unusable {what}: {}; is it of this version?",
			printable(text)
		))
	};
	let peer: PeerId = info.peer_id.parse().map_err(|_| odd("peer id", &info.peer_id))?;
	let mut encryption_key = [0; 32];
	hex::decode_to_slice(info.encryption_key.trim_start_matches("0x"), &mut encryption_key)
		.map_err(|_| odd("encryption key", &info.encryption_key))?;
	let listened = info
		.listen
		.iter()
		.map(|text| text.parse().map_err(|_| odd("address", text)))
		.collect::<Result<Vec<Multiaddr>, _>>()?;
	let mut chosen: Vec<Multiaddr> = match addresses {
		[] => listened.into_iter().filter(|address| development || is_public(address)).collect(),
		given => given.to_vec(),
	};
	for address in &mut chosen {
		// The peer id stands in the registry once.
		if let Some(Protocol::P2p(_)) = address.iter().last() {
			address.pop();
		}
	}
	chosen.dedup();
	if chosen.len() > MOST_ADDRESSES {
		if !addresses.is_empty() {
			return Err(Failure::usage(format!(
				"the registry takes {MOST_ADDRESSES} addresses; leave some out"
			)));
		}
		chosen.truncate(MOST_ADDRESSES);
	}
	// What stands in the registry is replaced: by nothing it is not.
	if chosen.is_empty() && addresses.is_empty() && !development && !info.listen.is_empty() {
		return Err(Failure::usage(
			"the daemon listens on no public address: say with --address where others reach it",
		));
	}
	let has = |role: &str| info.roles.iter().any(|offered| offered == role);
	Ok(NodeInfo {
		peer_id: peer.to_bytes(),
		addresses: chosen.iter().map(encode_address).collect(),
		encryption_key,
		worker: has("worker"),
		persistence: has("persistence"),
		accepting,
	})
}

/// Whether the registry says just that.
fn says(known: &NodeView, entry: &NodeInfo) -> bool {
	known.peer_id == entry.peer_id
		&& known.addresses == entry.addresses
		&& known.encryption_key == entry.encryption_key
		&& (known.worker, known.persistence, known.accepting)
			== (entry.worker, entry.persistence, entry.accepting)
}

fn describe(node: &NodeRecord, availability: Option<&AvailabilityView>, out: Out<'_>) -> Result<(), Failure> {
	let url = availability.map_or("none".into(), |known| {
		format!("{}{}", printable(&known.url()), if known.leaving { " (leaving)" } else { "" })
	});
	output::pairs(
		out,
		&[
			("node", node.account.clone()),
			("roles", node.roles.join(", ")),
			("addresses", node.addresses.join(" ")),
			("takes assignments", if node.accepting { "yes" } else { "no" }.into()),
			("bond", node.bond.to_string()),
			("deposit", node.deposit.to_string()),
			("registered in", format!("block {}", node.registered_at)),
			("health address", url),
			("validators", availability_in_words(availability)),
		],
	)
}

fn is_worker(info: &DaemonInfo) -> bool {
	info.roles.iter().any(|role| role == "worker")
}

async fn status(daemon: &Daemon, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let info = daemon.info().await?;
	let method = if is_worker(&info) { "worker_status" } else { "persistence_status" };
	let condition: Value = daemon.ask(method, rpc_params![]).await?;
	let (view, account) = (ctx.view().await?, account_of(&info, daemon.url())?);
	let (registered, availability) = (view.node(account).await?, view.availability(account).await?);
	let record = registered.as_ref().map(NodeRecord::from);
	if ctx.json {
		let document = serde_json::json!({
			"daemon": info, "condition": condition, "registered": record, "availability": availability,
		});
		return output::json(out, &document);
	}
	let address = info.listen.iter().map(|address| printable(address)).collect::<Vec<_>>().join(" ");
	output::pairs(
		out,
		&[
			("daemon", format!("{} {}", printable(&info.roles.join(", ")), printable(&info.version))),
			("account", printable(&info.account)),
			("listens on", address),
		],
	)?;
	write_object(&condition, out)?;
	match record {
		Some(record) => {
			writeln!(out, "\nOn chain")?;
			describe(&record, availability.as_ref(), out)
		}
		None => {
			writeln!(
				out,
				"\nNot registered on chain; `souk node register --admin {}` does that.",
				daemon.url()
			)?;
			Ok(())
		}
	}
}

async fn jobs(daemon: &Daemon, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	if is_worker(&daemon.info().await?) {
		let jobs = daemon.jobs().await?;
		return if ctx.json { output::json(out, &jobs) } else { write_jobs(&jobs, ctx.screen.width, out) };
	}
	let snapshots = daemon.snapshots().await?;
	if ctx.json {
		output::json(out, &snapshots)
	} else {
		write_snapshots(&snapshots, ctx.screen.width, out)
	}
}

fn write_jobs(jobs: &[Job], width: Option<u16>, out: Out<'_>) -> Result<(), Failure> {
	if jobs.is_empty() {
		writeln!(out, "No jobs; `souk publish` gives a worker its jobs.")?;
		return Ok(());
	}
	let period_of = |seconds: u64| u32::try_from(seconds / 60).map(utc_minutes).unwrap_or_default();
	let rows = jobs
		.iter()
		.map(|job| {
			let run = job.run.as_ref().map(|run| {
				let ended = run.outcome.as_deref().map(|outcome| format!(", {outcome}")).unwrap_or_default();
				format!("{}: {}{ended}", utc_minutes(run.period), run.step)
			});
			vec![
				job.address.as_deref().map_or_else(|| job.listing.to_string(), printable),
				printable(&job.state),
				printable(&run.unwrap_or_else(|| "none yet".into())),
				job.next_due.map(period_of).unwrap_or_default(),
				printable(job.error.as_deref().unwrap_or_default()),
			]
		})
		.collect();
	output::table(out, width, &["listing", "state", "newest run (UTC)", "due next (UTC)", "error"], rows)
}

fn write_snapshots(snapshots: &[HeldSnapshot], width: Option<u16>, out: Out<'_>) -> Result<(), Failure> {
	if snapshots.is_empty() {
		writeln!(out, "No snapshots yet.")?;
		return Ok(());
	}
	let rows = snapshots
		.iter()
		.map(|held| {
			vec![
				held.listing.to_string(),
				held.period.to_string(),
				utc_minutes(held.period),
				bytes(held.bytes),
				printable(&held.content_root),
			]
		})
		.collect();
	output::table(out, width, &["listing", "period", "due (UTC)", "size", "content root"], rows)
}

async fn retry(daemon: &Daemon, listing: u32, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let answer: Value = daemon.ask("worker_retryJob", rpc_params![listing]).await?;
	if ctx.json {
		return output::json(out, &serde_json::json!({ "listing": listing, "answer": answer }));
	}
	writeln!(
		out,
		"The job of listing {listing} runs again; `souk node jobs --admin {}` shows how.",
		daemon.url()
	)?;
	Ok(())
}

/// An object of a daemon as names and values: what it has to say changes with its version.
fn write_object(value: &Value, out: Out<'_>) -> Result<(), Failure> {
	let Value::Object(fields) = value else {
		writeln!(out, "{}", printable(&plain(value)))?;
		return Ok(());
	};
	let pairs: Vec<(String, String)> = fields
		.iter()
		.map(|(name, value)| (printable(&name.replace('_', " ")), printable(&plain(value))))
		.collect();
	let pairs: Vec<(&str, String)> =
		pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
	output::pairs(out, &pairs)
}

fn plain(value: &Value) -> String {
	match value {
		Value::Null => String::new(),
		Value::String(text) => text.clone(),
		Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
		other => other.to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn info() -> DaemonInfo {
		let peer = PeerId::random();
		DaemonInfo {
			account: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into(),
			peer_id: peer.to_string(),
			listen: vec![
				format!("/ip4/127.0.0.1/tcp/1/p2p/{peer}"),
				format!("/ip4/10.0.0.1/tcp/1/p2p/{peer}"),
				format!("/ip4/8.8.8.8/udp/1/quic-v1/p2p/{peer}"),
			],
			encryption_key: hex([9; 32]),
			roles: vec!["worker".into()],
			genesis: hex([1; 32]),
			version: "0.1.0".into(),
		}
	}

	fn texts(entry: &NodeInfo) -> Vec<&str> {
		entry.addresses.iter().map(|address| std::str::from_utf8(address).unwrap()).collect()
	}

	#[test]
	fn the_registry_gets_addresses_that_others_reach() {
		let info = info();
		let local = entry(&info, &[], true, true).unwrap();
		assert_eq!(
			texts(&local),
			["/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/ip4/8.8.8.8/udp/1/quic-v1"]
		);
		assert_eq!((local.worker, local.persistence, local.encryption_key), (true, false, [9; 32]));
		assert_eq!(local.peer_id, info.peer_id.parse::<PeerId>().unwrap().to_bytes());
		assert_eq!(texts(&entry(&info, &[], true, false).unwrap()), ["/ip4/8.8.8.8/udp/1/quic-v1"]);
		let given: Multiaddr = "/dns4/node.example/tcp/2".parse().unwrap();
		assert_eq!(
			texts(&entry(&info, std::slice::from_ref(&given), true, false).unwrap()),
			["/dns4/node.example/tcp/2"]
		);
		let hidden = DaemonInfo { listen: vec!["/ip4/10.0.0.1/tcp/1".into()], ..info };
		let none = entry(&hidden, &[], true, false).unwrap_err();
		assert!(none.message.contains("--address"), "what stands there is not replaced by nothing: {none}");
		assert!(entry(&hidden, &[given], true, false).is_ok());
	}

	#[test]
	fn an_odd_daemon_is_refused() {
		for odd in [
			DaemonInfo { peer_id: "nobody".into(), ..info() },
			DaemonInfo { encryption_key: "0x12".into(), ..info() },
			DaemonInfo { listen: vec!["here".into()], ..info() },
		] {
			assert!(entry(&odd, &[], true, true).is_err());
		}
		let one: Multiaddr = "/ip4/192.0.2.1/tcp/1".parse().unwrap();
		let many: Vec<Multiaddr> =
			(0..9).map(|port| format!("/ip4/192.0.2.1/tcp/{port}").parse().unwrap()).collect();
		assert!(entry(&info(), &many, true, true).is_err());
		assert!(entry(&info(), &[one], true, true).is_ok());
	}

	#[test]
	fn what_is_registered_already_is_recognised() {
		let entry = entry(&info(), &[], true, true).unwrap();
		let known = NodeView {
			account: [1; 32],
			peer_id: entry.peer_id.clone(),
			addresses: entry.addresses.clone(),
			encryption_key: entry.encryption_key,
			worker: entry.worker,
			persistence: entry.persistence,
			accepting: entry.accepting,
			bond: 1,
			deposit: 1,
			registered_at: 1,
		};
		assert!(says(&known, &entry));
		assert!(!says(&NodeView { accepting: false, ..known.clone() }, &entry));
		assert!(!says(&NodeView { addresses: vec![], ..known }, &entry));
	}

	#[test]
	fn only_what_changes_is_sent() {
		let known = AvailabilityView {
			url: b"http://8.8.8.8/health".into(),
			deposit: 1,
			leaving: false,
			listed: false,
			last: None,
		};
		let leaving = AvailabilityView { leaving: true, ..known.clone() };
		let same = Asked { health: Some("http://8.8.8.8/health".into()), no_health: false };
		let other = Asked { health: Some("http://9.9.9.9/health".into()), no_health: false };
		let none = Asked { health: None, no_health: true };
		let sent = |asked: &Asked, known| asked.change(known).map(|call| call.to_string());
		let set = Some("Availability.set_health".to_owned());
		assert_eq!(
			[sent(&same, None), sent(&same, Some(&known)), sent(&same, Some(&leaving))],
			[set.clone(), None, set.clone()]
		);
		assert_eq!(sent(&other, Some(&known)), set);
		assert_eq!(sent(&none, Some(&known)).as_deref(), Some("Availability.clear_health"));
		assert_eq!([sent(&none, None), sent(&none, Some(&leaving))], [None, None]);
		assert_eq!(sent(&Asked::default(), Some(&known)), None);
	}

	#[test]
	fn what_daemons_say_is_shown_as_it_comes() {
		let mut out = Vec::new();
		write_object(&serde_json::json!({ "healthy": true, "problems": ["a", "b\u{1b}"] }), &mut out)
			.unwrap();
		assert_eq!(String::from_utf8(out).unwrap(), "healthy   true\nproblems  a; b\\u{1b}\n");
	}

	#[test]
	fn jobs_and_snapshots_read_as_tables() {
		let jobs: Vec<Job> = serde_json::from_value(serde_json::json!([{
			"listing": 1, "address": "5F/nyc", "state": "quarantined", "error": "row 3 \u{1b}[2J", "schedule": "0 * * * *",
			"next_due": 1_795_230_000,
			"run": { "period": 29_920_500, "step": "validated", "outcome": null, "attempts": 3, "outputs": {} },
		}]))
		.unwrap();
		let mut out = Vec::new();
		write_jobs(&jobs, None, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in ["5F/nyc", "2026-11-21 03:00: validated", "2026-11-21 03:00 ", "row 3 \\u{1b}[2J"] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let held = HeldSnapshot { listing: 1, period: 29_920_500, bytes: 1536, content_root: "0x01".into() };
		let mut out = Vec::new();
		write_snapshots(&[held], None, &mut out).unwrap();
		assert!(String::from_utf8(out).unwrap().contains("1.5 KiB"));
		let mut out = Vec::new();
		write_snapshots(&[], None, &mut out).unwrap();
		assert_eq!(out, b"No snapshots yet.\n");
	}
}
