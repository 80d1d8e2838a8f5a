//! Disputes: arbitrators join the pool, a case is opened, answered and argued, and ends when the seller gives in, which costs nobody
//! anything but the fees of transactions. At the same time a jury rules on another one, whom the chain's randomness has drawn, and who
//! reads what both sides have shown ([`evidence`](crate::evidence)), though the seller's own node keeps nothing of it.

use crate::evidence::{self, Followers, Wanted};
use crate::world::{
	dollars as dollars_of, fails, start_all, together, units, until_block, World, PATIENCE, SOUK,
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{Arbitrators, Daemon, Persistence, Souk, Withholder};
use souk_sdk::types::CasePhase;
use std::{path::Path, time::Duration};

/// Time for evidence, for the randomness of an epoch that begins after it, and for an appeal: blocks on the `local` chain, on a busy
/// machine.
const RULING: Duration = Duration::from_secs(1_500);

/// All arbitrators that there are, and how they vote whenever they are drawn.
const ARBITRATORS: [(&str, &str); 3] =
	[("//case//first", "buyer"), ("//case//second", "seller"), ("//case//third", "buyer")];
/// The place of one of them, who is stopped and comes back.
const LATE: usize = 2;

/// What a field of a case says.
fn says<'a>(case: &'a Value, field: &str) -> &'a str {
	case[field].as_str().unwrap_or_default()
}

/// A file with something in it.
fn file(dir: &Path, name: &str) -> Result<String> {
	let path = dir.join(name);
	std::fs::write(&path, format!("what {name} shows"))?;
	Ok(path.display().to_string())
}

/// Work is offered, paid for and said to be done. Returns the order's number.
fn delivered(seller: &Souk, buyer: &Souk, address: &str, dir: &Path) -> Result<String> {
	let (to, terms) = (buyer.address()?, file(dir, "terms")?);
	let part = "40 wUSD,1000 blocks,1000 blocks";
	let offered =
		seller.json(&["order", "offer", address, "--to", &to, "--terms", &terms, "--part", part])?;
	let order = offered["order"]["order"].as_u64().context("no order")?.to_string();
	buyer.json(&["order", "fund", &order])?;
	seller.json(&["order", "deliver", &order])?;
	Ok(order)
}

/// Both at the same time.
pub fn settled_and_ruled_on(world: &World) -> Result<()> {
	let first = world.user(ARBITRATORS[0].0);
	fails(&first, &["arbitrate", "--once"], 2, "--bond joins it, with 100 SOUK at least")?;
	let who = ARBITRATORS.map(|(account, vote)| (world.user(account), vote));
	let dir = world.folder("case")?;
	let mut pool = Arbitrators::join(&who, "120 SOUK", &dir.join("arbitrators"), PATIENCE)?;
	std::thread::scope(|scope| {
		let arguing = scope.spawn(|| argued_and_settled(world));
		let mut node =
			Persistence::prepare("the seller's node", &dir.join("node"), &world.spec, "//case//node")?;
		start_all(&mut [&mut node])?;
		let withholder = Withholder::in_place_of(&mut node, world.client().chain.genesis())?;
		let ruled = ruled_on(world, &who, &mut pool, (&node, &withholder));
		arguing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
		ruled
	})?;
	drop(pool);
	let left = first.json(&["arbitrate", "--leave"])?;
	ensure!(left["arbitrator"]["leaves_at"].is_u64(), "{left}");
	fails(&first, &["arbitrate", "--withdraw"], 1, "Disputes.TooEarly").map(|_| ())
}

/// The seller offers work. Returns the listing's address.
fn listed(seller: &Souk) -> Result<String> {
	let created = seller.json(&[
		"listing",
		"create",
		"roofing",
		"--kind",
		"service",
		"--title",
		"roofing",
		"--price",
		"40 wUSD",
		"--category",
		"test",
	])?;
	Ok(created["address"].as_str().context("no address")?.into())
}

/// Answered and argued, and given up by the seller.
fn argued_and_settled(world: &World) -> Result<()> {
	let (seller, buyer, dir) =
		(world.user("//argued//seller"), world.user("//argued//buyer"), world.folder("argued")?);
	let first = world.user(ARBITRATORS[0].0);
	let order = delivered(&seller, &buyer, &listed(&seller)?, &dir)?;

	let opened = buyer.json(&["dispute", "open", &order, "--evidence", &file(&dir, "letter")?])?;
	let case = &opened["case"];
	ensure!(says(case, "phase") == "opened" && says(case, "opened_by") == "buyer", "{opened}");
	ensure!(units(&case["posted_by_buyer"])? == 6 * SOUK, "{opened}");
	let number = case["case"].as_u64().context("no case")?.to_string();
	fails(&buyer, &["dispute", "answer", &number], 1, "only ")?;
	fails(&first, &["dispute", "vote", &number, "--for", "buyer"], 1, "not time to vote")?;
	let answered = seller.json(&["dispute", "answer", &number])?;
	ensure!(says(&answered["case"], "phase") == "evidence", "{answered}");
	seller.json(&["dispute", "evidence", &number, &file(&dir, "photo")?])?;
	let again = file(&dir, "photo")?;
	fails(&seller, &["dispute", "evidence", &number, &again], 1, "Disputes.AlreadyShown")?;
	fails(&first, &["dispute", "evidence", &number, &again], 1, "only the sides")?;
	let shown = first.json(&["dispute", "show", &order, "--order"])?;
	let evidence = shown["case"]["evidence"].as_array().context("no evidence")?;
	let by: Vec<_> = evidence.iter().map(|shown| says(shown, "by")).collect();
	ensure!(by == ["buyer", "seller"], "{shown}");

	let cancelled = seller.json(&["order", "cancel", &order])?;
	ensure!(says(&cancelled["order"], "state") == "refunded", "{cancelled}");
	let over = buyer.json(&["dispute", "show", &number])?;
	let case = &over["case"];
	ensure!(says(case, "ended") == "settled" && says(case, "final_ruling") == "buyer", "{over}");
	for posted in ["posted_by_buyer", "posted_by_seller"] {
		ensure!(case[posted]["units"] == "0", "{over}");
	}
	let listed = buyer.json(&["dispute", "list"])?;
	ensure!(listed["cases"].as_array().is_some_and(|cases| cases.len() == 1), "{listed}");
	Ok(())
}

/// What is free and what is held of somebody's SOUK, in planck.
fn has(user: &Souk) -> Result<u64> {
	let document = user.json(&["balance"])?;
	let all = document["balances"].as_array().context("no balances")?;
	let souk = all.iter().find(|one| one["free"]["symbol"] == "SOUK").context("no balance in SOUK")?;
	Ok(units(&souk["free"])? + units(&souk["held"])?)
}

/// Waits until a case is in this phase. Seen from here: a `souk` takes a while on a busy machine, and the phase does not wait for it.
fn comes_to(world: &World, number: &str, phase: CasePhase, pool: &mut Arbitrators) -> Result<()> {
	let case: u64 = number.parse()?;
	until_block(&format!("{phase:?} of case {case}"), RULING, &world.client().chain, || {
		pool.check_alive()?;
		Ok((evidence::phase(world, case)? == phase).then_some(()))
	})
}

/// The case, once there is a ruling that only the seller may appeal.
fn appealable(world: &World, buyer: &Souk, number: &str, pool: &mut Arbitrators) -> Result<Value> {
	comes_to(world, number, CasePhase::Appeal, pool)?;
	fails(buyer, &["dispute", "appeal", number], 1, "you have not lost")?;
	pool.bring(buyer, number, "appeal", PATIENCE)
}

/// Three arbitrators see the case by themselves. Two find for the buyer, who gets the price back; the third loses half of the stake.
fn ruled_on(
	world: &World,
	who: &[(Souk, &str)],
	pool: &mut Arbitrators,
	(node, withholder): (&Daemon, &Withholder),
) -> Result<()> {
	let (seller, buyer, dir) =
		(world.user("//case//seller"), world.user("//case//buyer"), world.folder("ruling")?);
	let before: Vec<u64> = together(who.iter().map(|(user, _)| move || has(user)))?;
	let dollars = dollars_of(&buyer)?;

	let order = delivered(&seller, &buyer, &listed(&seller)?, &dir)?;
	// One node that withholds, and one that stays.
	let keepers = [node, &world.nodes[0]];
	let (buys, sells, stays) = ("//case//buyer", "//case//seller", &keepers[1..]);
	let next = evidence::next_case(world)?;
	// The one that is argued, and another scenario's, may be opened before.
	let wanted = Wanted { author: buys, order: &order, cases: next..next + 3, nodes: stays };
	let letter = evidence::file_for(world, &wanted, "letter", 100_000, &dir)?;
	let opened = buyer.json(&["dispute", "open", &order, "--evidence", &letter.display().to_string()])?;
	let number = opened["case"]["case"].as_u64().context("no case")?.to_string();
	ensure!(opened["mailboxes"]["held"][0].as_u64().is_some_and(|held| held > 0), "{opened}");
	let case: u64 = number.parse()?;
	let wanted = Wanted { author: sells, order: &order, cases: case..case + 1, nodes: stays };
	let photo = evidence::file_for(world, &wanted, "photo", 4, &dir)?;
	// One that the seller would rather have nobody read: his node is one of those that are to keep it.
	let wanted = Wanted { author: buys, order: &order, cases: case..case + 1, nodes: &keepers };
	let receipt = evidence::file_for(world, &wanted, "receipt", 1_000, &dir)?;
	// From here on the time for evidence passes.
	seller.json(&["dispute", "answer", &number])?;
	seller.json(&["dispute", "evidence", &number, &photo.display().to_string()])?;
	buyer.json(&["dispute", "evidence", &number, &receipt.display().to_string()])?;
	let mut sides = Followers::start(&[&seller, &buyer], &number, &dir)?;
	let shown = [
		("1-buyer-letter", letter.as_path()),
		("2-seller-photo", photo.as_path()),
		("3-buyer-receipt", receipt.as_path()),
	];
	let jury: Vec<&Souk> = who.iter().map(|(user, _)| user).collect();
	// A case waits for a juror who has not voted yet, and so for the approvals.
	pool.stop(LATE)?;
	let end = evidence::let_in(world, &jury, &number)?;
	pool.start(LATE)?;
	let case = std::thread::scope(|scope| {
		let reading = scope
			.spawn(|| evidence::read_by_those_who_may(world, &buyer, &jury, &number, &shown, withholder));
		let ruled = appealable(world, &buyer, &number, pool);
		reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
		ruled
	})?;
	ensure!(says(&case, "last_ruling") == "buyer" && case["decided"] == true, "{case}");
	let seats = case["juries"][0]["jurors"].as_array().context("no jury")?;
	ensure!(seats.len() == who.len(), "{case}");
	for (user, told) in who {
		let address = user.address()?;
		let seat = seats.iter().find(|seat| says(seat, "account") == address);
		let seat = seat.with_context(|| format!("{address} was not drawn: {case}"))?;
		ensure!(says(seat, "vote") == *told, "{case}");
	}
	comes_to(world, &number, CasePhase::Closed, pool)?;
	let case = pool.bring(&buyer, &number, "closed", PATIENCE)?;
	ensure!(says(&case, "ended") == "ruled" && says(&case, "final_ruling") == "buyer", "{case}");
	sides.have_ended()?;
	evidence::access_ends(world, &number, end)?;
	let shown = buyer.json(&["order", "show", &order])?;
	ensure!(says(&shown, "state") == "refunded", "{shown}");
	ensure!(dollars_of(&buyer)? == dollars, "the buyer had {dollars:?}: {shown}");

	// The seller pays what two right votes earn; the wrong one costs half a stake, which the right ones share. Fees of transactions are less
	// than a hundredth of that.
	let after: Vec<u64> = together(who.iter().map(|(user, _)| move || has(user)))?;
	for (((_, vote), before), after) in who.iter().zip(before).zip(after) {
		let expected = if *vote == "buyer" { before + (2 + 10 / 2) * SOUK } else { before - 10 * SOUK };
		ensure!(
			after <= expected && expected - after < SOUK / 10,
			"an arbitrator for the {vote} had {before}, was to have {expected}, has {after}: {case}"
		);
	}
	Ok(())
}
