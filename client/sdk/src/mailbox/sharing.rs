//! Leaving objects at the mailboxes, and passing keys on to all who may read.

use super::{told, Courier, Gathered, Mailbox, Piece, Post, Visit};
use crate::types::CaseView;
use futures::future::join_all;
use souk_custody::AccountId;
use souk_protocol::{
	evidence::{
		Ask, Contents, Deposit, Envelope, EvidenceReply, ReadingKey, SignedReadingKey, MAX_ENVELOPES,
	},
	EncryptionKey, Sign as _,
};

/// Envelopes of jurors that a mailbox keeps for one reader: more are not made.
const JUROR_ENVELOPES: usize = 3;

/// What was left at the mailboxes, or was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
	/// How many mailboxes have each piece of evidence now.
	pub held: Vec<usize>,
	/// Envelopes that were left.
	pub envelopes: usize,
	/// What went wrong, by mailbox.
	pub problems: Vec<(AccountId, String)>,
}

/// What was left at one mailbox.
#[derive(Default)]
struct Left {
	objects: Vec<usize>,
	envelopes: usize,
	problem: Option<String>,
}

impl<P: Post> Courier<P> {
	/// Passes on all that was gathered: objects to the mailboxes that lack them (as a side, while the case is open), keys to all who may
	/// read at `block` and have none from here (as a side, or as a juror). Does nothing that was done before.
	pub async fn pass_on(&self, case: &CaseView, gathered: &Gathered, block: u32) -> Sent {
		let me = self.account.id();
		let side = case.side_of(&me).is_some();
		if !side && !case.sits(&me) {
			return Sent::default();
		}
		let left = join_all(gathered.visits.iter().map(|visit| async move {
			match &visit.contents {
				Ok(contents) => self.leave(case, gathered, visit, contents, side, block).await,
				Err(problem) => Left { problem: Some(problem.clone()), ..Left::default() },
			}
		}))
		.await;
		let held = gathered.pieces.iter().enumerate().map(|(number, piece)| {
			piece.held + left.iter().filter(|left| left.objects.contains(&number)).count()
		});
		let problems = gathered
			.visits
			.iter()
			.zip(&left)
			.filter_map(|(visit, left)| Some((visit.mailbox.account, left.problem.clone()?)));
		Sent {
			held: held.collect(),
			envelopes: left.iter().map(|left| left.envelopes).sum(),
			problems: problems.collect(),
		}
	}

	async fn leave(
		&self,
		case: &CaseView,
		gathered: &Gathered,
		visit: &Visit,
		contents: &Contents,
		side: bool,
		block: u32,
	) -> Left {
		let mut left = Left::default();
		let here = |piece: &Piece| piece.homes.contains(&visit.mailbox.account);
		for (number, piece) in gathered.pieces.iter().enumerate() {
			let lacks = !contents.objects.contains(&piece.shown.hash);
			let Some(object) = piece.object.as_ref().filter(|_| lacks && here(piece)) else { continue };
			if !side || case.ended.is_some() {
				continue;
			}
			let ask = Ask::Leave {
				evidence: piece.shown.hash,
				// Objects are far shorter.
				bytes: u32::try_from(object.len()).unwrap_or(u32::MAX),
			};
			match self.said(&visit.mailbox, case, ask, Some(object)).await {
				Ok(()) => left.objects.push(number),
				Err(problem) => left.problem = Some(problem),
			}
		}
		let mut deposit = Deposit { keys: self.keys_for(case, gathered, contents, side), envelopes: vec![] };
		let mut known = deposit.keys.clone();
		known.extend(&contents.keys);
		let pieces = gathered.pieces.iter().filter(|piece| here(piece));
		deposit.envelopes =
			pieces.flat_map(|piece| self.envelopes_for(case, piece, contents, &known, side, block)).collect();
		while !deposit.keys.is_empty() || !deposit.envelopes.is_empty() {
			let rest = deposit.envelopes.split_off(deposit.envelopes.len().min(MAX_ENVELOPES));
			let count = deposit.envelopes.len();
			match self.said(&visit.mailbox, case, Ask::Share(deposit), None).await {
				Ok(()) => left.envelopes += count,
				Err(problem) => {
					left.problem = Some(problem);
					break;
				}
			}
			deposit = Deposit { keys: Vec::new(), envelopes: rest };
		}
		left
	}

	/// Sends something that is to be kept.
	async fn said(
		&self,
		mailbox: &Mailbox,
		case: &CaseView,
		ask: Ask,
		object: Option<&[u8]>,
	) -> Result<(), String> {
		match self.ask(mailbox, case.id, ask, object).await?.reply {
			EvidenceReply::Kept => Ok(()),
			other => Err(told(&other)),
		}
	}

	/// Reading keys that a mailbox lacks: one's own, and those that other mailboxes have.
	fn keys_for(
		&self,
		case: &CaseView,
		gathered: &Gathered,
		contents: &Contents,
		side: bool,
	) -> Vec<SignedReadingKey> {
		let (account, key) = (self.account.id(), self.account.encryption_secret().public());
		let own = ReadingKey { genesis: self.genesis, case: case.id, account, key };
		let others = gathered.keys.iter().filter(|signed| signed.reading.account != account).copied();
		let mut keys: Vec<SignedReadingKey> = others.collect();
		if side {
			keys.push(own.sign(&self.account));
		}
		let has = |wanted: &SignedReadingKey| {
			let theirs = contents.keys.iter().find(|known| known.reading.account == wanted.reading.account);
			// The first that was found stands, but one's own is what one says now.
			theirs.is_some_and(|theirs| {
				theirs.reading == wanted.reading
					|| (wanted.reading.account != account && self.is_reading_key(case, theirs))
			})
		};
		keys.retain(|wanted| !has(wanted));
		keys
	}

	/// Envelopes with a piece's key for all who may read it and have none from here at this mailbox.
	fn envelopes_for(
		&self,
		case: &CaseView,
		piece: &Piece,
		contents: &Contents,
		known: &[SignedReadingKey],
		side: bool,
		block: u32,
	) -> Vec<Envelope> {
		// Known only of an object that the side has made that has shown it.
		let Some(key) = &piece.key else { return Vec::new() };
		let me = self.account.id();
		let evidence = piece.shown.hash;
		let mut readers = case.readers(block);
		let sides = known.iter().filter(|signed| self.is_reading_key(case, signed));
		readers.extend(sides.map(|signed| (signed.reading.account, signed.reading.key)));
		let mut envelopes: Vec<Envelope> = Vec::new();
		for (reader, to) in readers {
			let held = contents.envelopes.iter();
			let held = held.filter(|held| held.evidence == evidence && held.recipient == reader);
			let (mut by_me, mut by_jurors) = (false, 0);
			for one in held {
				by_me |= one.author == me && one.key == to;
				by_jurors += usize::from(one.author != me && case.side_of(&one.author).is_none());
			}
			let twice = envelopes.iter().any(|made| made.recipient == reader);
			if reader == me
				|| case.side_of(&reader) == Some(piece.shown.by)
				|| by_me || twice
				|| (!side && by_jurors >= JUROR_ENVELOPES)
			{
				continue;
			}
			match Envelope::seal(key, &self.genesis, case.id, evidence, reader, to) {
				Ok(envelope) => envelopes.push(envelope),
				// A key that is none: nobody can write to whom it belongs.
				Err(error) => tracing::warn!(%error, "a reader's key cannot be used"),
			}
		}
		envelopes
	}
}

impl CaseView {
	/// Whether an account sits on a jury of any round.
	pub fn sits(&self, account: &AccountId) -> bool {
		let mut jurors = self.juries.iter().flat_map(|jury| &jury.jurors);
		jurors.any(|juror| juror.who == *account && !juror.replaced)
	}

	/// Whether an account may read the evidence at a block: a side, a juror, or a reviewer whose access is open.
	pub fn may_read(&self, account: &AccountId, block: u32) -> bool {
		let reviews = || self.reviews.iter().any(|one| one.reviewer == *account && one.is_open(block));
		self.side_of(account).is_some() || self.sits(account) || reviews()
	}

	/// Who may read the evidence at a block, with the key that the chain has of them: jurors and reviewers.
	pub fn readers(&self, block: u32) -> Vec<(AccountId, EncryptionKey)> {
		let jurors = self.keys.iter().filter(|(juror, _)| self.sits(juror)).copied();
		let reviews = self.reviews.iter().filter(|review| review.is_open(block));
		jurors.chain(reviews.map(|review| (review.reviewer, review.key))).collect()
	}
}

impl crate::types::ReviewView {
	/// Whether the access is given in a block.
	pub fn is_open(&self, block: u32) -> bool {
		self.until.is_some_and(|until| block < until)
	}
}
