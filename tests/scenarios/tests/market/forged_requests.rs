//! Requests as an attacker would send them: replayed, expired, made for another chain, listing or node, with a signature or
//! holder of somebody else. A real node refuses each, and signs that it did.

use crate::world::{World, PATIENCE};
use anyhow::{bail, ensure, Context, Result};
use serde_json::json;
use souk_network::{Multiaddr, Network, NetworkError, PeerId, Protocol};
use souk_protocol::{
	request::RequestLimits, AnswerKind, AnswerOpener, AnswerPart, EncryptionSecret, Outcome, QueryRequest,
	SignedRequest, Snapshot, Verify as _,
};
use souk_scenarios::{http, Daemon};
use souk_sdk::{calls, Account, PlanKind};
use std::{
	sync::atomic::{AtomicU64, Ordering},
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::{sleep, timeout};

const SQL: &str = "SELECT count(*) FROM t";
/// What a node says that has not seen the newest blocks yet, or has not been given the snapshot.
const NOT_YET: [&str; 5] =
	["not_entitled", "not_assigned", "unknown_listing", "no_snapshot", "not_stored_yet"];
/// Between two requests that are asked again: a node takes so many in a minute.
const PAUSE: Duration = Duration::from_secs(1);

/// Each wrong request, and a good one between them.
pub fn refused_and_attested(world: &World) -> Result<()> {
	let (sales, client) = (world.sales()?.id, world.client());
	let buyer = Account::from_uri("//forged//buyer")?;
	client.runtime.block_on(async {
		let listing = client.chain.latest().await?.listing(sales).await?.context("no listing")?;
		let PlanKind::Subscription { period } = listing.plans[0].kind else { bail!("{listing:?}") };
		let call = calls::subscribe(sales, 0, false, period, listing.plans[0].price);
		client.chain.submit(&buyer, call).await?;
		let genesis = client.chain.genesis();
		let network = souk_sdk::subscriber::client_network(&genesis, Vec::new())?;
		let [first, second] =
			[Target::of(&world.nodes[0], &network)?, Target::of(&world.nodes[1], &network)?];
		let attacker = Attacker { genesis, listing: sales, account: buyer };
		attacker.tries(&first, &second).await
	})?;
	// What could not be opened has nobody to be answered to, but is counted.
	let page = world.nodes[0].metrics()?;
	let envelope = http::metric(&page, "souk_query_refusals_total{check=\"envelope\"}");
	ensure!(envelope.is_some_and(|count| count >= 1.0), "no unreadable request was counted: {envelope:?}");
	Ok(())
}

/// A node under attack.
struct Target<'a> {
	network: &'a Network,
	peer: PeerId,
	addresses: Vec<Multiaddr>,
	account: Account,
}

impl<'a> Target<'a> {
	fn of(node: &Daemon, network: &'a Network) -> Result<Self> {
		let info = node.admin("node_info", json!([]))?;
		let peer = info["peer_id"].as_str().context("no peer id")?.parse()?;
		let listen = info["listen"].as_array().context("no addresses")?;
		let addresses = listen
			.iter()
			.map(|one| Ok(one.as_str().context("no address")?.parse()?))
			.collect::<Result<_>>()?;
		Ok(Self { network, peer, addresses, account: Account::from_uri(node.uri())? })
	}

	/// Sends a signed request, sealed to this node, and returns how the answer ends.
	async fn ask(&self, signed: &SignedRequest, reply: &EncryptionSecret) -> Result<Outcome> {
		let sealed = signed.seal(&self.account.encryption_secret().public())?;
		let answering = async {
			loop {
				let answer = self.answer(&sealed, signed, reply).await?;
				match answer.context("the stream was closed without an answer")? {
					// It has seen no new block for a minute. What was refused for that may come again.
					Outcome::Failed { code, .. } if code == "busy" => {}
					other => return anyhow::Ok(other),
				}
				sleep(PAUSE).await;
			}
		};
		timeout(PATIENCE, answering).await?
	}

	/// Waits until the node answers: its light client may be behind ours, and the listing's other node may have had the snapshot first.
	async fn answers_subscribers(&self, attacker: &Attacker, reply: &EncryptionSecret) -> Result<()> {
		let seeing = async {
			loop {
				let fresh = attacker.request(self, reply, |_| {})?;
				match self.ask(&fresh, reply).await? {
					Outcome::Complete { .. } => return anyhow::Ok(()),
					Outcome::Failed { code, .. } if NOT_YET.contains(&code.as_str()) => {}
					other => bail!("a good request: {other:?}"),
				}
				sleep(PAUSE).await;
			}
		};
		timeout(PATIENCE, seeing).await.context("good requests are refused")?
	}

	/// Sends bytes; `None` where the node closes the stream without a word.
	async fn answer(
		&self,
		sealed: &[u8],
		signed: &SignedRequest,
		reply: &EncryptionSecret,
	) -> Result<Option<Outcome>> {
		let mut stream = self.network.open(self.peer, &self.addresses, Protocol::Query).await?;
		stream.send(sealed).await?;
		let head = match stream.recv().await {
			Ok(Some(head)) => head,
			Ok(None) | Err(NetworkError::Cut(_) | NetworkError::Disconnected(_)) => return Ok(None),
			Err(error) => return Err(error.into()),
		};
		let digest = signed.request.digest();
		let mut opener = AnswerOpener::new(reply, digest, &head)?;
		loop {
			let frame = stream.recv().await?.context("it ended before its attestation")?;
			if let AnswerPart::End(attested) = opener.open(frame.into())? {
				attested.verify()?;
				let claim = attested.attestation;
				ensure!(claim.node == self.account.id(), "another node signed");
				ensure!(claim.request == digest, "it attests the answer to another request");
				return Ok(Some(claim.outcome));
			}
		}
	}

	async fn refuses(
		&self,
		what: &str,
		signed: &SignedRequest,
		reply: &EncryptionSecret,
		with: &str,
	) -> Result<()> {
		match self.ask(signed, reply).await.with_context(|| what.to_owned())? {
			Outcome::Failed { code, .. } if code == with => Ok(()),
			other => bail!("{what}: expected {with}, got {other:?}"),
		}
	}
}

struct Attacker {
	genesis: souk_sdk::Digest,
	listing: u32,
	account: Account,
}

fn now() -> Result<u64> {
	Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// A nonce that was not used before.
fn nonce() -> [u8; 16] {
	static NEXT: AtomicU64 = AtomicU64::new(0);
	u128::from(NEXT.fetch_add(1, Ordering::Relaxed)).to_le_bytes()
}

impl Attacker {
	/// A good request to a node, changed.
	fn request(
		&self,
		to: &Target<'_>,
		reply: &EncryptionSecret,
		change: impl FnOnce(&mut QueryRequest),
	) -> Result<SignedRequest> {
		let mut request = QueryRequest {
			genesis: self.genesis,
			listing: self.listing,
			node: to.account.id(),
			sql: SQL.into(),
			snapshot: Snapshot::Latest,
			holder: self.account.id(),
			reply_key: reply.public(),
			nonce: nonce(),
			// As far ahead as a node takes, less a minute: a busy machine may be slow from one step to the next.
			deadline: now()? + 540_000,
			limits: RequestLimits { rows: u64::MAX, bytes: 1 << 30 },
			voucher: None,
			answer: AnswerKind::Rows,
		};
		change(&mut request);
		Ok(request.sign(&self.account))
	}

	async fn tries(&self, first: &Target<'_>, second: &Target<'_>) -> Result<()> {
		let reply = EncryptionSecret::generate();
		first.answers_subscribers(self, &reply).await?;
		let good = self.request(first, &reply, |_| {})?;
		let outcome = first.ask(&good, &reply).await?;
		ensure!(matches!(outcome, Outcome::Complete { rows: 1, .. }), "a good request: {outcome:?}");

		first.refuses("the same once more", &good, &reply, "replayed").await?;
		let reworded = self.request(first, &reply, |request| {
			request.nonce = good.request.nonce;
			request.sql.push(' ');
		})?;
		first.refuses("the same nonce with other words", &reworded, &reply, "replayed").await?;
		second.refuses("the same at another node", &good, &reply, "wrong_node").await?;

		let past = now()? - 1;
		let wrong: [(&str, &str, &dyn Fn(&mut QueryRequest)); 7] = [
			("expired", "expired", &|request| request.deadline = past),
			("good for ever", "deadline_too_far", &|request| request.deadline = u64::MAX),
			("for another chain", "wrong_chain", &|request| request.genesis[0] ^= 1),
			("for another node", "wrong_node", &|request| request.node = second.account.id()),
			("for a listing that is not", "not_assigned", &|request| request.listing = u32::MAX),
			("of another holder", "bad_signature", &|request| request.holder = second.account.id()),
			("with a voucher that is none", "bad_voucher", &|request| request.voucher = Some(vec![1])),
		];
		for (what, code, change) in wrong {
			first.refuses(what, &self.request(first, &reply, change)?, &reply, code).await?;
		}
		let mut changed = self.request(first, &reply, |_| {})?;
		changed.request.sql = "SELECT * FROM t".into();
		first.refuses("changed after it was signed", &changed, &reply, "bad_signature").await?;
		let stranger = Account::from_seed(&[99; 32]);
		let unpaid =
			self.request(first, &reply, |request| request.holder = stranger.id())?.request.sign(&stranger);
		first.refuses("of a stranger", &unpaid, &reply, "not_entitled").await?;

		// Sealed to another node's key, it does not open, and there is nobody to be answered to.
		let fresh = self.request(first, &reply, |_| {})?;
		let elsewhere = fresh.seal(&second.account.encryption_secret().public())?;
		let answer = timeout(PATIENCE, first.answer(&elsewhere, &fresh, &reply)).await??;
		ensure!(answer.is_none(), "a request that it cannot read was answered: {answer:?}");

		let outcome = first.ask(&fresh, &reply).await?;
		ensure!(
			matches!(outcome, Outcome::Complete { rows: 1, .. }),
			"a good request at the end: {outcome:?}"
		);
		Ok(())
	}
}
