//! Fetching the sealed file, from whoever of the listing's persistence nodes has it.
//!
//! ```text
//! nodes in random order ──> the next chunk on, until it ends ──> complete? ──> roots = the chain's ──> done
//!        ^   ^                                  │ no                │ no: thrown away
//!        │   └── the next node <────────────────┘                   └── all of it again from this node, then the next
//!        └────── another round, while chunks come or somebody says "later"
//! ```
//!
//! Only both roots together say whether the chunks are right. Where the file came from several nodes, none of them is to
//! blame for it before it has sent all of it alone.

use super::{
	market::Market,
	sealed::{PieceError, Sealed, Wanted},
	suppliers::{Suppliers, Supply},
	Step, Watch,
};
use crate::{error::SdkError, subscriber::providers, types::AssignmentView, AccountId};
use souk_protocol::{
	decode_exact,
	download::{DownloadReply, DownloadRequest},
};
use std::time::Duration;
use tokio::time::timeout;

/// Time for a node to take a request, and for each frame of its answer.
const FRAME_PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 200 } else { 30_000 });
/// How long a finalised head may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(240);
/// Rounds without a single new chunk until it is given up.
const IDLE_ROUNDS: usize = 3;

/// How asking one node ended.
enum Ended {
	/// The file is there, and is the chain's.
	Complete,
	/// It stopped, and said or showed why.
	Fault(String),
	/// It may have it later.
	Later(String),
}

/// Fetches what is missing of `download`, and compares all of it with the chain.
///
/// Errors: [`SdkError::NoProviders`]; [`SdkError::AllFailed`] with what went wrong with each; [`SdkError::File`].
pub(crate) async fn fetch(
	market: &dyn Market,
	suppliers: &dyn Suppliers,
	download: &mut Sealed,
	wanted: &Wanted,
	watch: &mut Watch<'_>,
) -> Result<(), SdkError> {
	if download.is_complete() && settle(download)?.is_ok() {
		return Ok(());
	}
	let (mut idle, mut block) = (0, 0);
	loop {
		let reads = market.market_from(block, HEAD_PATIENCE).await?;
		let before = download.next();
		let (mut tried, mut passes): (Vec<(AccountId, String)>, bool) = (Vec::new(), false);
		for provider in providers(&*reads, wanted.listing).await? {
			let alone = download.next() == 0;
			let mut ended = ask(market, suppliers, &provider, download, wanted, watch).await?;
			if matches!(ended, Ended::Fault(_)) && download.next() == 0 && !alone {
				// Thrown away, and others had a part in it.
				ended = ask(market, suppliers, &provider, download, wanted, watch).await?;
			}
			match ended {
				Ended::Complete => return Ok(()),
				Ended::Fault(reason) => tried.push((provider.node, reason)),
				Ended::Later(reason) => {
					passes = true;
					tried.push((provider.node, reason));
				}
			}
		}
		let progress = download.next() > before;
		idle = if progress { 0 } else { idle + 1 };
		if !(progress || passes) || idle >= IDLE_ROUNDS {
			return Err(SdkError::AllFailed { listing: wanted.listing, tried, void: Vec::new() });
		}
		// What passes, passes with new blocks. After progress the nodes are asked again at once.
		block = if progress { 0 } else { reads.head().number + 1 };
	}
}

/// Takes from one node what it gives.
async fn ask(
	market: &dyn Market,
	suppliers: &dyn Suppliers,
	provider: &AssignmentView,
	download: &mut Sealed,
	wanted: &Wanted,
	watch: &mut Watch<'_>,
) -> Result<Ended, SdkError> {
	let request = DownloadRequest {
		genesis: market.genesis(),
		listing: wanted.listing,
		period: wanted.period,
		from_chunk: download.next(),
	};
	let mut supply = match in_time(suppliers.ask(provider, request)).await {
		Ok(supply) => supply,
		Err(reason) => return Ok(Ended::Fault(reason)),
	};
	match reply(&mut *supply, wanted).await {
		Ok(None) => {}
		Ok(Some(later)) => return Ok(Ended::Later(later)),
		Err(reason) => return Ok(Ended::Fault(reason)),
	}
	while !download.is_complete() {
		let frame = match in_time(supply.frame()).await {
			Ok(Some(frame)) => frame,
			// It serves for a bounded time; the rest is asked for again.
			Ok(None) => return Ok(Ended::Later(format!("it stopped before chunk {}", download.next()))),
			Err(reason) => return Ok(Ended::Fault(reason)),
		};
		match download.push(&frame) {
			Ok(()) => watch(Step::Fetching { chunks: download.next(), of: wanted.chunks }),
			Err(PieceError::Here(error)) => return Err(error),
			Err(PieceError::NotWanted(reason)) => return Ok(Ended::Fault(reason.to_string())),
		}
	}
	Ok(match settle(download)? {
		Ok(()) => Ended::Complete,
		Err(reason) => Ended::Fault(reason),
	})
}

/// Compares a complete download with the chain; what is another file is thrown away.
fn settle(download: &mut Sealed) -> Result<Result<(), String>, SdkError> {
	Ok(match download.check()? {
		Ok(()) => Ok(()),
		Err(reason) => {
			download.restart()?;
			Err(reason.to_string())
		}
	})
}

/// What the node says before the pieces: nothing, or why not now. The error is why not at all.
async fn reply(supply: &mut dyn Supply, wanted: &Wanted) -> Result<Option<String>, String> {
	let frame = in_time(supply.frame()).await?.ok_or("it ended before it answered")?;
	match decode_exact(&frame, "reply to a download").map_err(|error| error.to_string())? {
		DownloadReply::Refused { reason } => Err(format!("it refuses: {reason}")),
		DownloadReply::Later { reason } => Ok(Some(format!("it says not now: {reason}"))),
		DownloadReply::Sends { chunks, bytes, cipher_root, content_root } => {
			let same = (chunks, bytes, cipher_root, content_root)
				== (wanted.chunks, wanted.bytes, wanted.cipher_root, wanted.content_root);
			same.then_some(None).ok_or_else(|| "it has another file than the chain".into())
		}
	}
}

async fn in_time<T>(work: impl std::future::Future<Output = Result<T, String>>) -> Result<T, String> {
	timeout(FRAME_PATIENCE, work)
		.await
		.unwrap_or_else(|_| Err(format!("it sent nothing within {FRAME_PATIENCE:?}")))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{node, snapshot, Made, Manner, PlayedMarket, PlayedSuppliers, Shelved};
	use souk_protocol::CHUNK_BYTES;

	struct World {
		shelved: Shelved,
		made: Made,
		market: PlayedMarket,
		suppliers: PlayedSuppliers,
	}

	impl World {
		/// Nodes that behave like this.
		fn of(manners: &[Manner]) -> Self {
			let made = snapshot(5 * CHUNK_BYTES + 5);
			let market = PlayedMarket::new(made.clone());
			let mut suppliers = PlayedSuppliers::new(made.clone());
			for (number, manner) in manners.iter().enumerate() {
				let node = node(u8::try_from(number).unwrap() + 1);
				market.assign(&node);
				suppliers.add(&node, manner.clone());
			}
			Self { shelved: Shelved::new(), made, market, suppliers }
		}

		async fn fetch(&self) -> Result<u32, SdkError> {
			let mut download = Sealed::open(&self.shelved.folder, self.made.wanted)?;
			let mut steps = 0;
			let mut watch = |_: Step| steps += 1;
			fetch(&self.market, &self.suppliers, &mut download, &self.made.wanted, &mut watch).await?;
			assert!(download.is_complete() && download.check()?.is_ok());
			Ok(steps)
		}

		fn is_fetched(&self) -> bool {
			let mut download = Sealed::open(&self.shelved.folder, self.made.wanted).unwrap();
			download.is_complete() && download.check().unwrap().is_ok()
		}
	}

	fn tried(result: Result<u32, SdkError>) -> String {
		match result {
			Err(error @ SdkError::AllFailed { .. }) => error.to_string(),
			other => panic!("{other:?}"),
		}
	}

	#[tokio::test]
	async fn an_honest_node_is_enough_whoever_else_there_is() {
		for bad in [
			Manner::Refuses,
			Manner::Unreachable,
			Manner::EndsAfter(2),
			Manner::CutsAfter(3),
			Manner::Changes { chunk: 4, byte: 100 },
			Manner::Changes { chunk: 0, byte: 3 },
			Manner::OtherFile,
			Manner::WrongSize,
			Manner::Garbage,
		] {
			let world = World::of(&[bad.clone(), Manner::Honest, bad.clone()]);
			world.fetch().await.unwrap_or_else(|error| panic!("{bad:?}: {error}"));
			assert!(world.is_fetched(), "{bad:?}");
		}
	}

	#[tokio::test]
	async fn what_is_there_is_not_asked_for_again() {
		let world = World::of(&[Manner::Honest]);
		assert_eq!(world.fetch().await.unwrap(), 6);
		assert_eq!(world.fetch().await.unwrap(), 0);
		assert_eq!(world.suppliers.asked(), [0]);
	}

	#[tokio::test]
	async fn a_stream_that_ends_early_is_gone_on_with() {
		let world = World::of(&[Manner::EndsAfter(2)]);
		assert_eq!(world.fetch().await.unwrap(), 6);
		assert_eq!(world.suppliers.asked(), [0, 2, 4]);
	}

	#[tokio::test]
	async fn a_node_that_says_later_is_asked_after_the_next_block() {
		let world = World::of(&[Manner::LaterUntil(2)]);
		let first = world.market.head();
		world.fetch().await.unwrap();
		assert_eq!(world.market.head(), first + 2);
		let failed = World::of(&[Manner::LaterUntil(100)]);
		assert!(tried(failed.fetch().await).contains("not now: busy"));
	}

	#[tokio::test]
	async fn nodes_without_the_file_are_named_with_their_reasons() {
		let world = World::of(&[Manner::Refuses, Manner::Unreachable, Manner::OtherFile]);
		let text = tried(world.fetch().await);
		for reason in ["it refuses: not sold", "nobody there", "another file than the chain"] {
			assert!(text.contains(reason), "{text}");
		}
		let nobody = World::of(&[]);
		assert!(matches!(nobody.fetch().await, Err(SdkError::NoProviders { listing: 3 })));
	}

	#[tokio::test]
	async fn a_node_that_changes_chunks_never_ends_the_fetching_with_its_file() {
		let world = World::of(&[Manner::Changes { chunk: 5, byte: 40 }]);
		assert!(tried(world.fetch().await).contains("the cipher root is another"));
		assert!(!world.is_fetched());
		let leaf = World::of(&[Manner::Changes { chunk: 5, byte: 3 }]);
		assert!(tried(leaf.fetch().await).contains("the content root is another"));
	}

	#[tokio::test]
	async fn a_file_that_was_damaged_on_disk_is_fetched_again() {
		let world = World::of(&[Manner::Honest]);
		world.fetch().await.unwrap();
		let mut sealed = std::fs::read(world.shelved.folder.sealed()).unwrap();
		sealed[10] ^= 1;
		std::fs::write(world.shelved.folder.sealed(), sealed).unwrap();
		assert!(!world.is_fetched());
		world.fetch().await.unwrap();
		assert!(world.is_fetched());
	}

	#[tokio::test]
	async fn a_silent_node_is_given_up() {
		let world = World::of(&[Manner::Silent]);
		assert!(tried(world.fetch().await).contains("nothing within 200ms"));
	}
}
