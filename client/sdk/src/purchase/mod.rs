//! Buying a snapshot: the whole file, once and for all.
//!
//! ```text
//! persistence node ── sealed chunks, leaves ──> download ── both roots are the chain's ──┐
//!                                                                                       v
//!       buyer's key, out of the account's secret ────────> order, paid into escrow ──> key delivered ── = key commitment
//!                                                                                       │
//!     file, written whole <── every chunk is as listed <──────────── chunks opened <────┘
//!                              └── one is not ──> proof, paths ──> prove_bad_chunk ──> money back
//! ```
//!
//! Withheld bytes cost nobody anything, a withheld key is refunded at its deadline, a bad chunk by its proof. What could prove one is
//! made ready before anything is paid.
//!
//! Each step is on disk before the next begins, and the order is noted before it is sent: whoever is interrupted at any point goes on by
//! buying again. Nothing secret is stored. Where the disk is lost as well, the order is found on the chain by its buyer's key.

mod claim;
mod fetch;
pub(crate) mod folder;
mod key;
mod market;
mod open;
mod order;
mod passing;
#[cfg(test)]
pub(crate) mod played;
mod proving;
mod record;
mod sealed;
mod suppliers;
mod wait;

pub use claim::Refund;
pub use market::{Market, MarketReads};
pub use order::Seen;
pub use proving::Prover;
pub use record::{Delivered, End, Moment, Ordered, Record};
pub use sealed::Wanted;
pub use suppliers::{Suppliers, Supply};

use crate::{
	chain::Chain,
	error::SdkError,
	types::{ListingId, OrderId, OrderState, OrderView, Period, Price},
	Digest,
};
use folder::{Folder, Shelf};
use key::{buyer_key, open_delivery, KeyOf};
use open::{open_file, Opened};
use passing::patiently;
use sealed::Sealed;
use souk_custody::{Account, AccountId};
use souk_network::Network;
use souk_proof_primitives::{poseidon::Scalar, statements::StatementId};
use souk_protocol::SnapshotKey;
use std::{
	path::{Path, PathBuf},
	time::Duration,
};

/// How long a finalised head may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(240);
/// How often a download that the disk has damaged is fetched again.
const FETCHES: usize = 3;

/// What a purchase is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
	/// So many chunks are there.
	Fetching {
		/// How many.
		chunks: u32,
		/// Of how many.
		of: u32,
	},
	/// The order is sent now.
	Ordering {
		/// What is paid into escrow.
		price: Price,
	},
	/// An earlier attempt was interrupted while it ordered; whether the order is included shows with block `until`.
	Undecided {
		/// The newest final block.
		head: u32,
		/// The last block that can include it.
		until: u32,
	},
	/// The key is not there yet.
	Awaiting {
		/// The order.
		order: OrderId,
		/// The newest final block.
		head: u32,
		/// The block in which the money goes back.
		until: Option<u32>,
	},
	/// The file is opened and compared with what was listed.
	Opening {
		/// The order.
		order: OrderId,
	},
	/// A chunk is bad, and this is proved to the chain.
	Proving {
		/// The chunk.
		index: u32,
		/// First block in which it is too late.
		until: u32,
	},
}

/// Who is told what a purchase is at.
pub type Watch<'a> = dyn FnMut(Step) + Send + 'a;

/// The records of an account's purchases on a chain, from where [`Buyer::new`] keeps them.
///
/// Errors: [`SdkError::File`], [`SdkError::BadRecord`].
pub fn records(purchases: &Path, genesis: Digest, buyer: AccountId) -> Result<Vec<Record>, SdkError> {
	Shelf::new(purchases, genesis, buyer).records()
}

/// How a purchase ended.
// There is one at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum Outcome {
	/// The file is there.
	Bought(Bought),
	/// A chunk was bad, and the chain has seen the proof.
	Refunded(Box<Refund>),
}

/// A file that was bought.
#[derive(Clone, Debug)]
pub struct Bought {
	/// What is known of the purchase.
	pub record: Record,
	/// The file.
	pub path: PathBuf,
}

/// The buyer's side of the marketplace: an account that buys.
#[derive(Clone)]
pub struct Buyer<M = Chain, S = Network> {
	market: M,
	suppliers: S,
	account: Account,
	shelf: Shelf,
	proving_keys: PathBuf,
}

/// One purchase, begun or gone on with. No other process is at it while this lives.
pub struct Purchase<'a, M = Chain, S = Network> {
	buyer: &'a Buyer<M, S>,
	folder: Folder,
	record: Record,
}

impl<M: Market, S: Suppliers> Buyer<M, S> {
	/// Buys as `account`. `purchases` is where downloads and records are kept, `proving_keys` where the keys of proofs are.
	pub fn new(market: M, suppliers: S, account: Account, purchases: &Path, proving_keys: &Path) -> Self {
		let shelf = Shelf::new(purchases, market.genesis(), account.id());
		Self { market, suppliers, account, shelf, proving_keys: proving_keys.into() }
	}

	/// The records of all purchases of this account from here.
	///
	/// Errors: [`SdkError::File`], [`SdkError::BadRecord`].
	pub fn records(&self) -> Result<Vec<Record>, SdkError> {
		self.shelf.records()
	}

	/// Begins the purchase of a listing's snapshot, or goes on with one. Without a period: whatever of the listing was paid for and
	/// is not there yet, else the newest snapshot. Pays nothing.
	///
	/// Errors: [`SdkError::SnapshotNotFound`], [`SdkError::PurchaseBusy`], [`SdkError::BadRecord`], [`SdkError::Read`].
	pub async fn begin(
		&self,
		listing: ListingId,
		period: Option<Period>,
	) -> Result<Purchase<'_, M, S>, SdkError> {
		let reads = self.market.market_from(0, HEAD_PATIENCE).await?;
		let period = match period {
			Some(period) => period,
			None => self.choose(&*reads, listing).await?,
		};
		let (folder, kept) = self.shelf.open(listing, period)?;
		if let Some(record) = kept {
			if self.goes_on(&record).await? {
				return Ok(Purchase { buyer: self, folder, record });
			}
		}
		let genesis = self.market.genesis();
		let standing = order::standing(&*reads, genesis, &self.account, listing, period).await?;
		let wanted = match standing.order.as_ref().and_then(|order| Some((order, order.data?))) {
			Some((order, data)) => Wanted::of_order(order, &data),
			None => {
				let snapshots = reads.snapshots(listing).await?;
				let found = snapshots.iter().find(|snapshot| snapshot.period == period);
				let gone = || SdkError::SnapshotNotFound {
					listing,
					period: Some(period),
					reason: "it is not final, or not kept any more; the listing shows which are".into(),
				};
				Wanted::of_snapshot(listing, found.ok_or_else(gone)?)?
			}
		};
		let mut record = Record::new(genesis, self.account.id(), wanted, standing.number);
		match &standing.order {
			Some(order) => order::note(&self.market, &folder, &mut record, order, None).await.map(drop)?,
			None => folder.keep(&record)?,
		}
		Ok(Purchase { buyer: self, folder, record })
	}

	/// Whether a record is of use: its order, if there is one, was not refunded and can still be opened.
	async fn goes_on(&self, record: &Record) -> Result<bool, SdkError> {
		let Some(ordered) = &record.order else { return Ok(record.order_until.is_some()) };
		let reads = self.market.market_from(ordered.at.block, HEAD_PATIENCE).await?;
		Ok(match reads.order(ordered.id).await? {
			Some(order) => order.state != OrderState::Refunded,
			None => record.delivery.is_some() && record.end != Some(End::Refunded),
		})
	}

	/// The period to buy where none is named.
	async fn choose(&self, reads: &dyn MarketReads, listing: ListingId) -> Result<Period, SdkError> {
		let records = self.records()?;
		let of_it = records.iter().filter(|record| record.wanted.listing == listing);
		if let Some(record) = of_it.clone().find(|record| record.is_under_way()) {
			return Ok(record.wanted.period);
		}
		let open = |order: &&OrderView| {
			let open =
				matches!(order.state, OrderState::Funded | OrderState::Delivered | OrderState::Disputed);
			open && order.listing == listing
		};
		for order in reads.orders_of(self.account.id()).await?.iter().filter(open) {
			let Some(data) = order.data else { continue };
			let is_done =
				of_it.clone().any(|record| record.wanted.period == data.period && record.end.is_some());
			let genesis = self.market.genesis();
			let standing = order::standing(reads, genesis, &self.account, listing, data.period).await?;
			if !is_done && standing.order.is_some() {
				return Ok(data.period);
			}
		}
		let newest = reads.snapshots(listing).await?.first().map(|snapshot| snapshot.period);
		newest.ok_or_else(|| SdkError::SnapshotNotFound {
			listing,
			period: None,
			reason: "none was final yet; try again later, or ask its curator".into(),
		})
	}

	/// What bad chunks are proved with at present.
	///
	/// Errors: [`SdkError::NoProvingKey`], [`SdkError::Read`].
	pub async fn prover(&self) -> Result<Prover, SdkError> {
		let reads = self.market.market_from(0, HEAD_PATIENCE).await?;
		let statement = StatementId::ChunkKey;
		let registered = reads.current_proof_key(statement).await?;
		let registered = registered.filter(|key| !key.paused).ok_or_else(|| SdkError::NoProvingKey {
			statement: statement.name(),
			era: 0,
			reason: "the chain takes no proofs of this statement at present, so that a bad delivery could not be proved; \
			         try again later"
				.into(),
		})?;
		Prover::load(&self.proving_keys, &registered).await
	}
}

impl<M: Market, S: Suppliers> Purchase<'_, M, S> {
	/// What is known of it.
	pub fn record(&self) -> &Record {
		&self.record
	}

	/// Whether an order was made, or may be on its way.
	pub fn is_ordered(&self) -> bool {
		self.record.order.is_some() || self.record.order_until.is_some()
	}

	/// Fetches and checks the sealed file: what [`Purchase::complete`] begins with.
	///
	/// Errors: [`SdkError::NoProviders`], [`SdkError::AllFailed`], [`SdkError::File`].
	pub async fn fetch(&self, watch: &mut Watch<'_>) -> Result<(), SdkError> {
		self.fetched(watch).await.map(|_| ())
	}

	async fn fetched(&self, watch: &mut Watch<'_>) -> Result<Sealed, SdkError> {
		let Buyer { market, suppliers, .. } = self.buyer;
		let wanted = self.record.wanted;
		let mut download = Sealed::open(&self.folder, wanted)?;
		fetch::fetch(market, suppliers, &mut download, &wanted, watch).await?;
		Ok(download)
	}

	/// Does all that is left to do: fetches, pays what was `seen` if it was not paid before, awaits the key, and writes the file to
	/// `out`; or gets the money back for a bad chunk.
	///
	/// Once it is paid for, what keeps the chain from being read for a while is logged and ends nothing: the order's own deadlines do.
	///
	/// Errors: those of all steps. What was done stays done: begin it again to go on.
	pub async fn complete(
		mut self,
		seen: &Seen,
		out: &Path,
		watch: &mut Watch<'_>,
	) -> Result<Outcome, SdkError> {
		let mut download = self.fetched(watch).await?;
		for _ in 0..FETCHES {
			let (order, key) = self.key(seen, watch).await?;
			watch(Step::Opening { order });
			let (reader, wanted, path) = (download.reader()?, self.record.wanted, out.to_owned());
			let opening = tokio::task::spawn_blocking(move || {
				open_file(reader, &wanted, &SnapshotKey::from_scalar(key), &path)
			});
			let opened = opening.await.unwrap_or_else(|error| {
				let source = std::io::Error::other(error.to_string());
				Err(SdkError::File { action: "write", path: out.into(), source })
			})?;
			let index = match opened {
				Opened::Whole => {
					self.end(End::Written)?;
					return Ok(Outcome::Bought(Bought { record: self.record, path: out.into() }));
				}
				Opened::Bad(index) => index,
			};
			let buyer = self.buyer;
			let Buyer { market, account, .. } = buyer;
			let prover = patiently(market, || buyer.prover()).await?;
			let found = (order, key, index);
			if let Some(refund) =
				claim::claim(market, account, &self.record, &download, found, &prover, watch).await?
			{
				self.end(End::Refunded)?;
				return Ok(Outcome::Refunded(Box::new(refund)));
			}
			// The disk has changed what was right when it was paid for.
			download.restart()?;
			drop(download);
			download = self.fetched(watch).await?;
		}
		let source = std::io::Error::other("what is written to it is not what is read back");
		Err(SdkError::File { action: "keep", path: self.folder.sealed(), source })
	}

	/// The order, and the key that was delivered for it.
	async fn key(&mut self, seen: &Seen, watch: &mut Watch<'_>) -> Result<(OrderId, Scalar), SdkError> {
		let Buyer { market, account, .. } = self.buyer;
		if !self.is_ordered() {
			self.buyer.prover().await?;
		}
		let order = order::place(market, account, &self.folder, &mut self.record, seen, watch).await?;
		let delivered = match self.record.delivery {
			Some(delivered) => delivered,
			None => match wait::delivery(market, account, order, watch).await {
				Ok((_, delivered)) => {
					self.record.delivery = Some(delivered);
					self.folder.keep(&self.record)?;
					delivered
				}
				Err(error) => {
					if matches!(error, SdkError::OrderRefunded { .. }) {
						self.end(End::Refunded)?;
					}
					return Err(error);
				}
			},
		};
		let Wanted { listing, period, key_commitment, .. } = self.record.wanted;
		let genesis = self.record.genesis;
		let secret = buyer_key(account, &KeyOf { genesis, listing, period, number: self.record.number });
		let key = open_delivery(genesis, listing, order, &delivered.view(), &secret, &key_commitment)?;
		Ok((order, key))
	}

	/// Notes how it ended, and removes the download.
	fn end(&mut self, end: End) -> Result<(), SdkError> {
		self.record.end = Some(end);
		self.folder.keep(&self.record)?;
		self.folder.clear()
	}
}

#[cfg(test)]
mod tests;
