//! A node as a mailbox for the evidence of a dispute, over the real network.

use crate::support::{
	client::now_ms,
	genesis,
	mail::{account, case, envelope, reading_key, reply, reviewer, shown, Correspondent, Shown, CASE},
	World, MAILBOX_BYTES,
};
use codec::Encode as _;
use souk_persistence::{chain::CaseFacts, checks::rate::Rate, mailbox::MailEnd, tasks::prune::Pruner};
use souk_protocol::evidence::{
	Ask, Contents, EvidenceReply, HeldEnvelope, MAX_FILE_BYTES, MAX_OBJECT_BYTES, MAX_REQUEST_BYTES,
};
use std::time::Duration;

/// A case with a piece of evidence on chain that the node has not got yet.
async fn scene() -> (World, Shown) {
	let world = World::new().await;
	let letter = shown(&account("Alice"), 200_000);
	put(&world, case(&[&letter]));
	(world, letter)
}

fn put(world: &World, case: CaseFacts) {
	world.chain.change(|facts| {
		facts.cases.insert(CASE, case);
	});
}

#[track_caller]
fn assert_refused(reply: &EvidenceReply, with: &str) {
	match reply {
		EvidenceReply::Refused { reason } if reason.contains(with) => {}
		other => panic!("{other:?} does not refuse with {with:?}"),
	}
}

#[track_caller]
fn assert_later(reply: &EvidenceReply, with: &str) {
	match reply {
		EvidenceReply::Later { reason } if reason.contains(with) => {}
		other => panic!("{other:?} does not say later with {with:?}"),
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_side_leaves_the_other_side_and_the_jury_read_byte_for_byte() {
	let (world, letter) = scene().await;
	let [alice, bob, charlie] = [
		Correspondent::of(&world, "Alice").await,
		Correspondent::of(&world, "Bob").await,
		Correspondent::of(&world, "Charlie").await,
	];
	assert_eq!(alice.look(&world).await, Contents::default());
	assert_later(&alice.take(&world, &letter).await.unwrap_err(), "has not got");
	assert_eq!(alice.leave(&world, &letter, None).await, EvidenceReply::Kept);
	assert_eq!(alice.leave(&world, &letter, None).await, EvidenceReply::Kept, "once more");
	let key = reading_key(&bob.account);
	assert_eq!(bob.share(&world, &[key], &[]).await, EvidenceReply::Kept);
	assert_eq!(alice.look(&world).await.keys, [key]);
	let envelopes = [envelope(&letter, &bob.account), envelope(&letter, &charlie.account)];
	assert_eq!(alice.share(&world, &[], &envelopes).await, EvidenceReply::Kept);
	for reader in [&bob, &charlie] {
		assert_eq!(reader.read(&world, &letter).await, letter.file);
	}
	// Everybody sees for whom there are keys, and gets those that are theirs.
	let dave = Correspondent::of(&world, "Dave").await;
	let seen = dave.look(&world).await;
	let held = |to: &Correspondent| HeldEnvelope {
		evidence: letter.hash,
		recipient: to.account.id(),
		key: to.account.encryption_secret().public(),
		author: alice.account.id(),
	};
	assert!(seen.mine.is_empty() && seen.objects == [letter.hash]);
	assert!([&bob, &charlie].iter().all(|to| seen.envelopes.contains(&held(to))), "{seen:?}");
	// A juror who can open it passes it on to a fellow.
	let passed = envelope(&letter, &dave.account);
	assert_eq!(charlie.share(&world, &[], &[passed]).await, EvidenceReply::Kept);
	assert_eq!(dave.read(&world, &letter).await, letter.file);
	world.wait(|node| node.metrics.mails(MailEnd::Kept) >= 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_it_survives_a_restart_and_goes_with_the_case() {
	let (world, letter) = scene().await;
	let (alice, charlie) =
		(Correspondent::of(&world, "Alice").await, Correspondent::of(&world, "Charlie").await);
	alice.leave(&world, &letter, None).await;
	let to = envelope(&letter, &charlie.account);
	assert_eq!(alice.share(&world, &[], &[to]).await, EvidenceReply::Kept);
	drop((alice, charlie));
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let charlie = Correspondent::of(&world, "Charlie").await;
	assert_eq!(charlie.read(&world, &letter).await, letter.file);

	let mut pruner = Pruner::new(Duration::ZERO);
	pruner.round(&world.node).await;
	assert_eq!(charlie.look(&world).await.objects, [letter.hash], "the chain has the case");
	world.chain.change(|facts| facts.cases.clear());
	Pruner::new(Duration::from_secs(600)).round(&world.node).await;
	put(&world, case(&[&letter]));
	assert_eq!(charlie.look(&world).await.objects, [letter.hash], "a moment without it is nothing");
	world.chain.change(|facts| facts.cases.clear());
	pruner.round(&world.node).await;
	put(&world, case(&[&letter]));
	assert_eq!(charlie.look(&world).await, Contents::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_side_has_on_chain_is_taken_and_only_as_it_is() {
	let (world, letter) = scene().await;
	let alice = Correspondent::of(&world, "Alice").await;
	let other = shown(&account("Alice"), 100);
	assert_later(&alice.leave(&world, &other, None).await, "no such evidence");
	let mut changed = letter.object.clone();
	changed[1000] ^= 1;
	assert_refused(&alice.leave(&world, &letter, Some(&changed)).await, "do not have the hash");
	let short = &letter.object[..letter.object.len() - 1];
	assert_refused(&alice.leave(&world, &letter, Some(short)).await, "do not have the hash");
	for name in ["Charlie", "Eve"] {
		let somebody = Correspondent::of(&world, name).await;
		let reply = somebody.leave(&world, &letter, None).await;
		assert_refused(&reply, if name == "Charlie" { "only the sides" } else { "is no side" });
	}
	for bytes in [0, MAX_OBJECT_BYTES as u32 + 1, u32::MAX] {
		let reply = alice.ask(&world, Ask::Leave { evidence: letter.hash, bytes }).await;
		assert_refused(&reply, "are taken");
	}
	put(&world, CaseFacts { open: false, ..case(&[&letter]) });
	assert_refused(&alice.leave(&world, &letter, None).await, "is over");
	assert_eq!(alice.look(&world).await.objects.len(), 0);
	put(&world, case(&[&letter]));
	assert_eq!(alice.leave(&world, &letter, None).await, EvidenceReply::Kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_file_is_taken_and_there_is_room_for_so_much() {
	let world = World::new().await;
	let alice = Correspondent::of(&world, "Alice").await;
	// Keys, and so objects, differ by their length.
	let all: Vec<Shown> = (0..4).map(|less| shown(&account("Alice"), MAX_FILE_BYTES - less)).collect();
	put(&world, case(&all.iter().collect::<Vec<_>>()));
	let fit = all.len() - 1;
	assert!(all[0].object.len() * 4 > MAILBOX_BYTES as usize);
	for letter in &all[..fit] {
		assert_eq!(alice.leave(&world, letter, None).await, EvidenceReply::Kept);
	}
	assert_later(&alice.leave(&world, &all[fit], None).await, "no room");
	assert_eq!(alice.take(&world, &all[0]).await.expect("sent"), all[0].object);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_reads_after_two_approvals_and_until_the_access_ends() {
	let (world, letter) = scene().await;
	let (alice, eve) = (Correspondent::of(&world, "Alice").await, Correspondent::of(&world, "Eve").await);
	alice.leave(&world, &letter, None).await;
	let for_eve = envelope(&letter, &eve.account);
	let access = |until| put(&world, CaseFacts { reviewers: vec![reviewer(until)], ..case(&[&letter]) });
	let head = world.chain.head().number;

	// She has asked; at most one juror has approved.
	access(None);
	assert_later(&alice.share(&world, &[], &[for_eve]).await, "two jurors");
	assert_refused(&eve.ask(&world, Ask::Look).await, "no access as a reviewer");
	assert_refused(&eve.take(&world, &letter).await.unwrap_err(), "no access as a reviewer");

	access(Some(head + 1));
	assert_eq!(alice.share(&world, &[], &[for_eve]).await, EvidenceReply::Kept);
	assert_eq!(eve.read(&world, &letter).await, letter.file);
	assert_refused(&eve.share(&world, &[], &[for_eve]).await, "passes nothing on");
	assert_refused(&eve.leave(&world, &letter, None).await, "only the sides");

	// The block in which it is over.
	world.chain.reach(head + 1);
	assert_refused(&eve.take(&world, &letter).await.unwrap_err(), "no access as a reviewer");
	assert_refused(&eve.ask(&world, Ask::Look).await, "no access as a reviewer");
	assert_later(&alice.share(&world, &[], &[for_eve]).await, "two jurors");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_learns_anything() {
	let (world, letter) = scene().await;
	let (alice, ferdie) =
		(Correspondent::of(&world, "Alice").await, Correspondent::of(&world, "Ferdie").await);
	alice.leave(&world, &letter, None).await;
	for ask in [Ask::Look, Ask::Take { evidence: letter.hash }] {
		assert_refused(&ferdie.ask(&world, ask).await, "sits on no jury");
	}
	// An arbitrator who was drawn and did not appear.
	let mut left = case(&[&letter]);
	left.jurors.remove(0);
	put(&world, left);
	let charlie = Correspondent::of(&world, "Charlie").await;
	assert_refused(&charlie.ask(&world, Ask::Look).await, "sits on no jury");
	let mut elsewhere = alice.request(&world, Ask::Look);
	elsewhere.case += 1;
	assert_later(&alice.reply(&world, &alice.sign(elsewhere).encode()).await.0, "no case 6");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_part_does_not_wait_for_strangers() {
	let mut world = World::with(|settings| settings.mailbox.looks_waiting = 0).await;
	// It is on the last of some pages.
	world.chain.change(|facts| facts.cases.extend((1..CASE).map(|id| (id, case(&[])))));
	let requested = |until| CaseFacts { reviewers: vec![reviewer(until)], ..case(&[]) };
	put(&world, requested(None));
	world.learn_of_disputes();
	let side = account("Alice").id();
	world.wait(|node| node.knows_party(CASE, &side)).await;

	// What a stranger asks has the only place, for as long as the chain says nothing.
	let (ferdie, eve) = (Correspondent::of(&world, "Ferdie").await, Correspondent::of(&world, "Eve").await);
	world.chain.keep_cases_waiting([CASE + 1]);
	let asked = world.chain.cases_asked();
	let mut elsewhere = ferdie.request(&world, Ask::Look);
	elsewhere.case = CASE + 1;
	let mut first = ferdie.send(&world, &ferdie.sign(elsewhere).encode()).await;
	world.wait(|_| world.chain.cases_asked() == asked + 1).await;
	for stranger in [&ferdie, &eve] {
		assert_later(&stranger.ask(&world, Ask::Look).await, "as many requests");
	}
	for name in ["Alice", "Bob", "Charlie", "Dave"] {
		let party = Correspondent::of(&world, name).await;
		assert_eq!(party.look(&world).await, Contents::default(), "{name}");
	}
	// A reviewer who was let in, as the node hears when it looks for somebody else.
	put(&world, requested(Some(1_000)));
	assert_later(&eve.ask(&world, Ask::Look).await, "as many requests");
	let alice = Correspondent::of(&world, "Alice").await;
	assert_eq!(alice.look(&world).await, Contents::default());
	assert_eq!(eve.look(&world).await, Contents::default());
	// To be known is no right: the chain says who has one.
	put(&world, requested(None));
	assert_refused(&eve.ask(&world, Ask::Look).await, "no access as a reviewer");

	world.chain.keep_cases_waiting([]);
	assert_later(&reply(&mut first).await, "no case 6");
}

#[tokio::test(flavor = "multi_thread")]
async fn disputes_that_come_later_and_juries_that_are_drawn_are_learned() {
	let mut world = World::new().await;
	world.learn_of_disputes();
	let known = |world: &World, name: &str| world.node.knows_party(CASE, &account(name).id());
	assert!(!known(&world, "Alice"));
	put(&world, CaseFacts { jurors: vec![], ..case(&[]) });
	world.chain.reach(world.chain.head().number + 10);
	world.wait(|_| known(&world, "Alice") && known(&world, "Bob")).await;
	assert!(!known(&world, "Charlie"));
	put(&world, case(&[]));
	world.chain.reach(world.chain.head().number + 100);
	world.wait(|_| known(&world, "Charlie")).await;
	assert!(!known(&world, "Ferdie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_kept_for_those_only_who_may_read_with_them() {
	let (world, letter) = scene().await;
	let (alice, charlie) =
		(Correspondent::of(&world, "Alice").await, Correspondent::of(&world, "Charlie").await);
	let good = envelope(&letter, &charlie.account);
	let refused = async |envelope, with| {
		// One that is good goes with it, and is not kept either.
		assert_refused(&alice.share(&world, &[], &[good, envelope]).await, with);
	};
	let for_ferdie = envelope(&letter, &account("Ferdie"));
	assert_later(&alice.share(&world, &[], &[good, for_ferdie]).await, "is no side, sits on no jury");
	let mut other = good;
	other.key = account("Ferdie").encryption_secret().public();
	refused(other, "not its reader's").await;
	let mut other = good;
	other.evidence = [1; 32];
	refused(other, "none of this case's").await;
	// Nobody knows where Bob reads.
	refused(envelope(&letter, &account("Bob")), "not its reader's").await;

	let bob = reading_key(&account("Bob"));
	let keys = async |key, with| assert_refused(&alice.share(&world, &[key], &[]).await, with);
	let mut forged = bob;
	forged.reading.key = alice.account.encryption_secret().public();
	keys(forged, "the signature").await;
	let mut elsewhere = bob;
	elsewhere.reading.case += 1;
	keys(elsewhere, "another chain or case").await;
	keys(reading_key(&charlie.account), "no side of the case").await;
	assert_eq!(alice.look(&world).await, Contents::default());

	// Alice has heard it from another mailbox.
	let both = [good, envelope(&letter, &account("Bob"))];
	assert_eq!(alice.share(&world, &[bob], &both).await, EvidenceReply::Kept);
	assert_eq!(alice.look(&world).await.envelopes.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_request_is_refused() {
	let (world, _) = scene().await;
	let alice = Correspondent::of(&world, "Alice").await;
	let changed = async |change: fn(&mut souk_protocol::evidence::EvidenceRequest), with| {
		let mut request = alice.request(&world, Ask::Look);
		change(&mut request);
		assert_refused(&alice.reply(&world, &alice.sign(request).encode()).await.0, with);
	};
	changed(|request| request.genesis[0] ^= 1, "another chain").await;
	changed(|request| request.node[0] ^= 1, "another node").await;
	changed(|request| request.deadline = now_ms() - 1, "not for now").await;
	changed(|request| request.deadline = now_ms() + 3_600_000, "not for now").await;
	changed(|request| request.account = account("Bob").id(), "the signature").await;

	let mut signed = alice.sign(alice.request(&world, Ask::Look));
	signed.request.case += 1;
	assert_refused(&alice.reply(&world, &signed.encode()).await.0, "the signature");
	assert_refused(&alice.reply(&world, b"nonsense").await.0, "malformed");
	// One that cannot be a request is not even read to its end.
	let too_long = vec![0; MAX_REQUEST_BYTES + 1];
	let opened = alice.network.open(world.peer(), &world.addresses, souk_network::Protocol::Evidence);
	assert!(opened.await.expect("a stream").send(&too_long).await.is_err());
	assert_eq!(genesis(), alice.request(&world, Ask::Look).genesis);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_once_also_after_a_restart() {
	let (world, _) = scene().await;
	let alice = Correspondent::of(&world, "Alice").await;
	let signed = alice.sign(alice.request(&world, Ask::Look)).encode();
	assert!(matches!(alice.reply(&world, &signed).await.0, EvidenceReply::Contents(_)));
	// Whoever has overheard it.
	let eve = Correspondent::of(&world, "Eve").await;
	assert_refused(&eve.reply(&world, &signed).await.0, "was sent before");
	drop((alice, eve));
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let eve = Correspondent::of(&world, "Eve").await;
	assert_refused(&eve.reply(&world, &signed).await.0, "was sent before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_asks_too_often_is_not_answered_and_others_are() {
	let world = World::with(|settings| {
		settings.mailbox.peer_rate = Rate { burst: 2, per_second: 0.0 };
	})
	.await;
	let letter = shown(&account("Alice"), 100);
	put(&world, case(&[&letter]));
	let alice = Correspondent::of(&world, "Alice").await;
	for _ in 0..2 {
		alice.look(&world).await;
	}
	let mut third = alice
		.network
		.open(world.peer(), &world.addresses, souk_network::Protocol::Evidence)
		.await
		.expect("a stream");
	// It may be closed before the request has got there.
	let _ = third.send(&alice.sign(alice.request(&world, Ask::Look)).encode()).await;
	assert!(third.recv().await.is_err(), "an answer");
	world.wait(|node| node.metrics.mails(MailEnd::Unanswerable) >= 1).await;
	Correspondent::of(&world, "Alice").await.look(&world).await;
}
