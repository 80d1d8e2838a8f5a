//! The marketplace from outside: a light client of the chain and the off-chain network behind one facade.
//!
//! - [`Chain`] follows the chain with nothing but its spec (smoldot inside subxt): no full node and no RPC server is
//!   trusted. [`View`] reads everything at one finalised block, [`Chain::submit`] sends a [`Call`] and waits until it is
//!   final.
//! - [`Subscriber`] sends queries to persistence nodes and checks what comes back against the chain before it hands a
//!   byte out.
//! - [`proved`] checks the bundles of proved queries, whoever hands them over.
//! - [`Purse`] keeps and signs the vouchers of queries that are paid one by one.
//! - [`Buyer`] buys a snapshot whole: fetched and checked before it is paid, opened and checked after.
//! - [`Chain::ask_answer`] fetches the proved answer to an ask, [`Chain::check_bundle`] has the chain check a bundle.
//! - [`evidence`] judges statements that contradict each other, and [`Chain::report`] reports them.
//! - [`disputes`] makes and finds the votes of jurors.
//! - [`mailbox`] carries the evidence of disputes, sealed, from the sides to those who may read it.
//! - [`credential`] makes and checks what the sides of an order say of each other.
//! - [`Chain::delivery_proof`] finds the proof of a delivery in the chain's blocks, [`Chain::show_proof`] has the chain check it.
//! - [`metadata`] publishes and finds what people read about a listing.
//!
//! ```no_run
//! # async fn example(spec: &str, network: souk_network::Network) -> Result<(), souk_sdk::SdkError> {
//! use souk_sdk::{calls, types::PlanKind, Account, Chain, Query, Subscriber};
//!
//! let alice = Account::from_uri("//Alice")?;
//! let chain = Chain::connect(spec).await?;
//! let weather = chain.latest().await?.listing(0).await?.expect("listing 0 exists");
//! let PlanKind::Subscription { period } = weather.plans[0].kind else { return Ok(()) };
//! chain.submit(&alice, calls::subscribe(weather.id, 0, true, period, weather.plans[0].price)).await?;
//! let answer = Subscriber::new(chain, network, alice).query(&weather, Query::new("SELECT count(*) FROM data")).await?;
//! println!("{} rows in {}", answer.rows(), answer.ipc.path().display());
//! # Ok(()) }
//! ```
//!
//! Nothing here prints. Errors say what happened, to what, and what to do.

pub mod asks;
pub mod assets;
pub mod calls;
pub mod canonical;
pub mod chain;
pub mod config;
pub mod credential;
mod decode;
pub mod disputes;
pub mod error;
mod events;
pub mod evidence;
mod light;
pub mod mailbox;
pub mod metadata;
mod moment;
mod plain;
mod promise;
pub mod proof;
pub mod proved;
pub mod purchase;
pub mod purse;
pub mod reach;
pub mod reads;
pub mod receipt;
pub mod spool;
mod submit;
pub mod subscriber;
mod text;
pub mod types;
pub mod verify;
pub mod view;

pub use assets::{AssetInfo, Balance};
pub use calls::Call;
pub use chain::{Chain, Head};
pub use credential::Credential;
pub use error::SdkError;
pub use proof::ProofDocument;
pub use purchase::Buyer;
pub use purse::Purse;
pub use reads::ChainReads;
pub use receipt::Receipt;
pub use souk_custody::{format_account, parse_account, Account, AccountId};
pub use souk_protocol::{Digest, SignedAttestation};
pub use souk_table_proofs::Bundle;
pub use spool::SpooledResult;
pub use submit::{EventRecord, Included, MORTALITY};
pub use subscriber::{Answer, ProvedAnswer, Query, Subscriber};
pub use types::*;
pub use view::View;

/// Daemons run all of this in tasks of their own.
#[cfg(test)]
mod tests {
	fn is_send<T: Send>(_: &T) {}

	#[allow(dead_code)]
	fn what_is_awaited_can_be_spawned(
		chain: crate::Chain,
		alice: crate::Account,
		network: souk_network::Network,
	) {
		is_send(&crate::Chain::connect(""));
		is_send(&chain.submit(&alice, crate::calls::cancel(0)));
		is_send(&chain.asset("wUSD"));
		is_send(&chain.delivery_proof(0, None));
		is_send(&chain.report(&alice, crate::evidence::Contradiction::Submissions, &[], &[]));
		is_send(&chain.check_bundle(&alice, 0, 0, Vec::new()));
		is_send(&async { chain.latest().await?.asks_waiting(&[0]).await });
		let subscriber = crate::Subscriber::new(chain.clone(), network.clone(), alice.clone());
		is_send(&subscriber.query_listing(0, crate::Query::new("SELECT 1")));
		is_send(&async {
			let listing = chain.latest().await?.listing(0).await?.expect("there is one");
			subscriber.query(&listing, crate::Query::new("SELECT 1")).await
		});
		is_send(&async {
			let policy = crate::QueryPolicy { max_rows: 1, aggregate_only: false, min_group_size: 0 };
			subscriber.prove_listing(0, policy, crate::Query::new("SELECT 1"), &mut |_| {}).await
		});
		let nowhere = std::path::Path::new("");
		let shelf = crate::mailbox::Shelf::new(nowhere, &chain.genesis());
		let courier = crate::mailbox::Courier::new(network.clone(), alice.clone(), chain.genesis(), shelf);
		is_send(&async {
			let view = chain.latest().await?;
			let case = view.case(0).await?.expect("there is one");
			let gathered = courier.gather(&case, crate::mailbox::registered(&view).await?).await?;
			courier.pass_on(&case, &gathered, 0).await;
			Ok::<_, crate::SdkError>(())
		});
		let buyer = crate::Buyer::new(chain.clone(), network.clone(), alice.clone(), nowhere, nowhere);
		let price = crate::Price { asset: crate::Asset::Native, amount: 1 };
		let seen = crate::purchase::Seen { plan: 0, price };
		is_send(&async {
			let purchase = buyer.begin(0, None).await?;
			purchase.complete(&seen, nowhere, &mut |_| {}).await
		});
	}
}
