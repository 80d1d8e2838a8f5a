//! A case with mailboxes of all kinds.

use super::*;
use crate::types::{
	CaseEnding, CasePhase, CaseTerms, EvidenceView, JurorView, JuryView, Party, PartyAmounts, ReviewView,
	Ruling,
};
use async_trait::async_trait;
use souk_network::PeerId;
use souk_protocol::evidence::{HeldEnvelope, SignedEvidenceRequest, ENVELOPE_BYTES};
use std::sync::{Arc, Mutex};

const GENESIS: Digest = [7; 32];
const CASE: CaseId = 5;
const ORDER: OrderId = 9;
const BLOCK: u32 = 100;

/// How a mailbox behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
	Honest,
	/// Says that it keeps everything, and has nothing.
	Withholds,
	/// Has something else under each hash.
	Changes,
	/// Has keys of its own making for everybody.
	Forges,
	Unreachable,
	/// Has not seen the block yet.
	Behind,
}

/// What a mailbox has.
#[derive(Default)]
struct Held {
	objects: Vec<Vec<u8>>,
	keys: Vec<SignedReadingKey>,
	envelopes: Vec<(AccountId, Envelope)>,
}

#[derive(Clone)]
struct Played {
	manners: Arc<Mutex<BTreeMap<AccountId, Manner>>>,
	held: Arc<Mutex<BTreeMap<AccountId, Held>>>,
}

#[async_trait]
impl Post for Played {
	async fn ask(
		&self,
		mailbox: &Mailbox,
		request: &SignedEvidenceRequest,
		object: Option<&[u8]>,
	) -> Result<Answer, String> {
		request.verify().map_err(|error| error.to_string())?;
		let request = &request.request;
		assert_eq!((request.node, request.case, request.genesis), (mailbox.account, CASE, GENESIS));
		let manner = self.manners.lock().unwrap()[&mailbox.account];
		let mut all = self.held.lock().unwrap();
		let held = all.entry(mailbox.account).or_default();
		let bare = |reply| Ok(Answer { reply, object: Vec::new() });
		match (manner, &request.ask) {
			(Manner::Unreachable, _) => Err("nobody there".into()),
			(Manner::Behind, _) => bare(EvidenceReply::Later { reason: "no such case".into() }),
			(Manner::Withholds, Ask::Look) => bare(EvidenceReply::Contents(Contents::default())),
			(_, Ask::Look) => {
				let mine = held.envelopes.iter().filter(|(_, one)| one.recipient == request.account);
				let mut mine: Vec<Envelope> = mine.map(|(_, one)| *one).collect();
				if manner == Manner::Forges {
					mine.iter_mut().for_each(|one| one.sealed = [1; ENVELOPE_BYTES]);
				}
				let listed = |(author, one): &(AccountId, Envelope)| HeldEnvelope {
					evidence: one.evidence,
					recipient: one.recipient,
					key: one.key,
					author: *author,
				};
				bare(EvidenceReply::Contents(Contents {
					objects: held.objects.iter().map(|object| Object::hash(object)).collect(),
					keys: held.keys.clone(),
					mine,
					envelopes: held.envelopes.iter().map(listed).collect(),
				}))
			}
			(_, Ask::Take { evidence }) => {
				let found = held.objects.iter().find(|object| Object::hash(object) == *evidence).cloned();
				let Some(mut object) = found else {
					return bare(EvidenceReply::Later { reason: "not here".into() });
				};
				if manner == Manner::Changes {
					*object.last_mut().expect("an object has a header") ^= 1;
				}
				Ok(Answer { reply: EvidenceReply::Sends { bytes: object.len() as u32 }, object })
			}
			(Manner::Withholds, _) => bare(EvidenceReply::Kept),
			(_, Ask::Leave { evidence, bytes }) => {
				let object = object.expect("something to leave");
				assert_eq!((Object::hash(object), object.len() as u32), (*evidence, *bytes));
				held.objects.push(object.to_vec());
				bare(EvidenceReply::Kept)
			}
			(_, Ask::Share(deposit)) => {
				held.keys.extend(&deposit.keys);
				held.envelopes.extend(deposit.envelopes.iter().map(|one| (request.account, *one)));
				bare(EvidenceReply::Kept)
			}
		}
	}
}

struct Scene {
	post: Played,
	places: Vec<Mailbox>,
	case: CaseView,
	homes: tempfile::TempDir,
}

fn account(name: &str) -> Account {
	Account::from_uri(&format!("//{name}")).unwrap()
}

fn file(name: &str) -> File {
	File { name: name.into(), bytes: format!("what {name} shows").into_bytes() }
}

impl Scene {
	/// A case of Alice's against Bob, with a mailbox for each manner.
	fn new(manners: &[Manner]) -> Self {
		let names = 1..=u8::try_from(manners.len()).unwrap();
		let places =
			names.map(|name| Mailbox { account: [name; 32], peer: PeerId::random(), addresses: Vec::new() });
		let places: Vec<_> = places.collect();
		let manners = places.iter().zip(manners).map(|(mailbox, manner)| (mailbox.account, *manner));
		let post = Played { manners: Arc::new(Mutex::new(manners.collect())), held: Arc::default() };
		let none = PartyAmounts { buyer: 0, seller: 0 };
		let case = CaseView {
			id: CASE,
			order: ORDER,
			listing: 3,
			buyer: account("Alice").id(),
			seller: account("Bob").id(),
			opener: Party::Buyer,
			terms: CaseTerms {
				juror_fee: 1,
				juror_stake: 1,
				incoherent_fine: 1,
				response_time: 1,
				evidence_time: 1,
				draw_timeout: 1,
				commit_time: 1,
				reveal_time: 1,
				appeal_time: 1,
			},
			opened_at: 10,
			phase: CasePhase::Evidence,
			until: 200,
			round: 0,
			fees: none,
			deposits: none,
			verdict: None,
			ended: None,
			juries: vec![],
			keys: vec![],
			evidence: vec![],
			reviews: vec![],
		};
		Self { post, places, case, homes: tempfile::tempdir().unwrap() }
	}

	fn courier(&self, name: &str) -> Courier<Played> {
		let shelf = Shelf::new(&self.homes.path().join(name), &GENESIS);
		Courier::new(self.post.clone(), account(name), GENESIS, shelf)
	}

	/// Somebody shows a file.
	async fn show(&mut self, name: &str, file: &File) -> Sent {
		let author = account(name);
		let (hash, object) = seal(&author, &GENESIS, ORDER, file).unwrap();
		let courier = self.courier(name);
		courier.shelf.keep(ORDER, &object).unwrap();
		let by = self.case.side_of(&author.id()).unwrap_or(Party::Buyer);
		self.case.evidence.push(EvidenceView { by, hash, at: 11 });
		self.pass_on(name).await
	}

	async fn pass_on(&self, name: &str) -> Sent {
		let courier = self.courier(name);
		let gathered = courier.gather(&self.case, self.places.clone()).await.unwrap();
		courier.pass_on(&self.case, &gathered, BLOCK).await
	}

	/// What somebody reads now.
	async fn reads(&self, name: &str) -> Vec<Result<File, Unread>> {
		let gathered = self.courier(name).gather(&self.case, self.places.clone()).await.unwrap();
		gathered.pieces.iter().map(|piece| piece.open(&GENESIS, &self.case)).collect()
	}

	/// A jury is drawn.
	fn draw(&mut self, names: &[&str]) {
		let juror = |name: &&str| JurorView {
			who: account(name).id(),
			commitment: None,
			vote: None,
			replaced: false,
		};
		self.case.juries.push(JuryView {
			seats: 3,
			jurors: names.iter().map(juror).collect(),
			verdict: None,
		});
		let key = |name: &&str| (account(name).id(), account(name).encryption_secret().public());
		self.case.keys.extend(names.iter().map(key));
	}

	fn forget_homes(&mut self) {
		self.homes = tempfile::tempdir().unwrap();
	}
}

#[tokio::test]
async fn both_sides_and_the_jury_read_what_was_shown_and_nobody_else_does() {
	let mut scene = Scene::new(&[Manner::Honest; 6]);
	let sent = scene.show("Alice", &file("letter")).await;
	assert_eq!(sent, Sent { held: vec![WRITE_AT], ..Sent::default() }, "nobody is there to read it yet");
	scene.show("Bob", &file("photo")).await;
	scene.draw(&["Charlie", "Dave", "Eve"]);
	assert_eq!(scene.reads("Charlie").await, [Err(Unread::NoKey), Err(Unread::NoKey)]);
	// The seller has said where he reads.
	let sent = scene.pass_on("Alice").await;
	// Of her own to three jurors and the seller, of his to the jurors: at each mailbox.
	assert_eq!(sent.envelopes, WRITE_AT * (4 + 3));
	assert_eq!(scene.pass_on("Alice").await.envelopes, 0, "nothing is done twice");
	scene.pass_on("Bob").await;
	scene.pass_on("Alice").await;
	let both = [Ok(file("letter")), Ok(file("photo"))];
	for reader in ["Alice", "Bob", "Charlie", "Dave", "Eve"] {
		assert_eq!(scene.reads(reader).await, both, "{reader}");
	}
	assert_eq!(scene.reads("Ferdie").await, [Err(Unread::NoKey), Err(Unread::NoKey)]);
}

#[tokio::test]
async fn one_honest_mailbox_is_enough_whatever_the_others_do() {
	use Manner::*;
	for bad in [Withholds, Changes, Forges, Unreachable] {
		let mut scene = Scene::new(&[bad, bad, Honest, bad]);
		let sent = scene.show("Alice", &file("letter")).await;
		assert!(sent.held[0] >= 1, "{bad:?}: {sent:?}");
		scene.draw(&["Charlie"]);
		scene.pass_on("Alice").await;
		assert_eq!(scene.reads("Charlie").await, [Ok(file("letter"))], "{bad:?}");
	}
	let mut scene = Scene::new(&[Withholds, Unreachable, Changes]);
	scene.show("Alice", &file("letter")).await;
	scene.draw(&["Charlie"]);
	scene.pass_on("Alice").await;
	assert_eq!(scene.reads("Charlie").await, [Err(Unread::Missing)]);
	assert_eq!(scene.reads("Alice").await, [Ok(file("letter"))], "it is at home");
}

#[tokio::test]
async fn it_is_left_at_the_first_mailboxes_that_answer_and_at_no_other() {
	let mut scene = Scene::new(&[Manner::Honest; 12]);
	let (hash, _) = seal(&account("Alice"), &GENESIS, ORDER, &file("letter")).unwrap();
	let ranked: Vec<AccountId> = chosen(&scene.places, &GENESIS, CASE, &hash, READ_AT)
		.into_iter()
		.map(|mailbox| mailbox.account)
		.collect();
	for gone in [0, 2] {
		scene.post.manners.lock().unwrap().insert(ranked[gone], Manner::Unreachable);
	}
	let sent = scene.show("Alice", &file("letter")).await;
	assert_eq!(sent.held, [WRITE_AT], "{sent:?}");
	let mut expected = [1, 3, 4, 5].map(|at| ranked[at]);
	expected.sort_unstable();
	let holders = || -> Vec<AccountId> {
		let all = scene.post.held.lock().unwrap();
		all.iter().filter(|(_, held)| !held.objects.is_empty()).map(|(account, _)| *account).collect()
	};
	assert_eq!(holders(), expected);
	// Its keys go to the same ones.
	scene.draw(&["Charlie"]);
	assert_eq!(scene.pass_on("Alice").await.envelopes, WRITE_AT);
	let all = scene.post.held.lock().unwrap();
	assert!(all.iter().all(|(account, held)| held.envelopes.is_empty() != expected.contains(account)));
}

#[tokio::test]
async fn what_was_not_left_at_once_is_left_later_from_home() {
	let mut scene = Scene::new(&[Manner::Behind; 2]);
	let sent = scene.show("Alice", &file("letter")).await;
	assert_eq!(sent.held, [0]);
	assert!(sent.problems.iter().all(|(_, why)| why.contains("not now")), "{sent:?}");
	scene.post.manners.lock().unwrap().values_mut().for_each(|manner| *manner = Manner::Honest);
	assert_eq!(scene.pass_on("Alice").await.held, [2]);
	// The author has lost everything but the account's key.
	scene.forget_homes();
	scene.draw(&["Charlie"]);
	assert_eq!(scene.pass_on("Alice").await.envelopes, 2);
	assert_eq!(scene.reads("Charlie").await, [Ok(file("letter"))]);
}

#[tokio::test]
async fn a_juror_who_can_open_it_passes_it_on_to_the_next_jury() {
	let mut scene = Scene::new(&[Manner::Honest; 2]);
	scene.show("Alice", &file("letter")).await;
	scene.draw(&["Charlie"]);
	scene.pass_on("Alice").await;
	scene.draw(&["Dave", "Eve"]);
	assert_eq!(scene.pass_on("Dave").await.envelopes, 0, "who has no key passes none on");
	assert_eq!(scene.pass_on("Ferdie").await, Sent::default(), "who has no part passes nothing on");
	// Two jurors at two mailboxes; the author needs no key.
	assert_eq!(scene.pass_on("Charlie").await.envelopes, 4);
	assert_eq!(scene.reads("Dave").await, [Ok(file("letter"))]);
	// One who did not appear reads nothing that was not passed on before.
	scene.case.juries[1].jurors[1].replaced = true;
	assert!(
		!scene.case.may_read(&account("Eve").id(), BLOCK)
			&& scene.case.may_read(&account("Dave").id(), BLOCK)
	);
}

#[tokio::test]
async fn a_reviewer_gets_a_key_when_two_jurors_have_let_them_in_and_until_the_access_ends() {
	let mut scene = Scene::new(&[Manner::Honest]);
	scene.show("Alice", &file("letter")).await;
	let reviewer = account("Ferdie");
	let review = |until| ReviewView {
		reviewer: reviewer.id(),
		key: reviewer.encryption_secret().public(),
		approvals: vec![[1; 32]],
		until,
		open: until.is_some(),
	};
	for (until, keys) in [(None, 0), (Some(BLOCK), 0), (Some(BLOCK + 1), 1)] {
		scene.case.reviews = vec![review(until)];
		assert_eq!(scene.case.may_read(&reviewer.id(), BLOCK), keys == 1, "{until:?}");
		assert_eq!(scene.pass_on("Alice").await.envelopes, keys, "{until:?}");
	}
	assert_eq!(scene.reads("Ferdie").await, [Ok(file("letter"))]);
	assert_eq!(scene.pass_on("Ferdie").await, Sent::default(), "a reviewer passes nothing on");
}

#[tokio::test]
async fn the_same_file_is_the_same_object_and_another_one_has_another_key() {
	let alice = account("Alice");
	let (hash, object) = seal(&alice, &GENESIS, ORDER, &file("letter")).unwrap();
	assert_eq!(seal(&alice, &GENESIS, ORDER, &file("letter")).unwrap(), (hash, object));
	let others = [
		seal(&alice, &GENESIS, ORDER, &file("photo")).unwrap(),
		seal(&alice, &GENESIS, ORDER + 1, &file("letter")).unwrap(),
		seal(&alice, &[8; 32], ORDER, &file("letter")).unwrap(),
		seal(&account("Bob"), &GENESIS, ORDER, &file("letter")).unwrap(),
	];
	let commitment = |object: &[u8]| Object::parse(object).unwrap().header.key_commitment;
	let (_, object) = seal(&alice, &GENESIS, ORDER, &file("letter")).unwrap();
	for (other, bytes) in others {
		assert!(other != hash && commitment(&bytes) != commitment(&object));
	}
}

#[tokio::test]
async fn what_was_sealed_for_something_else_is_said_to_be_broken() {
	let mut scene = Scene::new(&[Manner::Honest]);
	let (alice, bob) = (account("Alice"), account("Bob"));
	let shelf = scene.courier("Alice").shelf;
	let made = [
		(Party::Buyer, seal(&alice, &GENESIS, ORDER + 1, &file("letter")).unwrap()),
		(Party::Buyer, seal(&alice, &[8; 32], ORDER, &file("letter")).unwrap()),
		(Party::Buyer, seal(&bob, &GENESIS, ORDER, &file("letter")).unwrap()),
		(Party::Buyer, (Object::hash(b"nonsense"), b"nonsense".to_vec())),
	];
	for (by, (hash, object)) in made {
		shelf.keep(ORDER, &object).unwrap();
		scene.case.evidence.push(EvidenceView { by, hash, at: 11 });
	}
	let read = scene.reads("Alice").await;
	assert_eq!(read.len(), 4);
	assert!(read.iter().all(|one| matches!(one, Err(Unread::Broken(_)))), "{read:?}");
	scene.draw(&["Charlie"]);
	assert_eq!(scene.pass_on("Alice").await.envelopes, 0, "no key of it is passed on");
}

#[tokio::test]
async fn a_reading_key_that_is_not_its_sides_is_not_written_to() {
	let mut scene = Scene::new(&[Manner::Honest]);
	scene.show("Alice", &file("letter")).await;
	let eve = account("Eve");
	let mut forged = ReadingKeyOf { case: CASE, of: "Bob" }.signed();
	forged.reading.key = eve.encryption_secret().public();
	let others = [
		ReadingKeyOf { case: CASE + 1, of: "Bob" }.signed(),
		ReadingKeyOf { case: CASE, of: "Eve" }.signed(),
	];
	for bad in [forged, others[0], others[1]] {
		scene.post.held.lock().unwrap().get_mut(&[1; 32]).unwrap().keys = vec![bad];
		assert_eq!(scene.pass_on("Alice").await.envelopes, 0);
	}
	scene.post.held.lock().unwrap().get_mut(&[1; 32]).unwrap().keys =
		vec![ReadingKeyOf { case: CASE, of: "Bob" }.signed()];
	assert_eq!(scene.pass_on("Alice").await.envelopes, 1);
}

#[tokio::test]
async fn nothing_more_is_left_when_the_case_is_over() {
	let mut scene = Scene::new(&[Manner::Behind]);
	scene.show("Alice", &file("letter")).await;
	scene.post.manners.lock().unwrap().values_mut().for_each(|manner| *manner = Manner::Honest);
	scene.case.ended = Some((CaseEnding::Settled, Ruling::Buyer));
	assert_eq!(scene.pass_on("Alice").await.held, [0]);
}

/// Where somebody reads.
struct ReadingKeyOf {
	case: CaseId,
	of: &'static str,
}

impl ReadingKeyOf {
	fn signed(&self) -> SignedReadingKey {
		let account = account(self.of);
		souk_protocol::evidence::ReadingKey {
			genesis: GENESIS,
			case: self.case,
			account: account.id(),
			key: account.encryption_secret().public(),
		}
		.sign(&account)
	}
}
