//! Which tab pays a query, and what is said of it.

use crate::{
	amount::Amount,
	commands::provable,
	context::Context,
	failure::{Failure, Kind},
	text::{grouped, printable},
};
use serde::Serialize;
use souk_config::Price;
use souk_custody::{format_account, Account};
use souk_protocol::Snapshot;
use souk_sdk::{
	purse::Spent,
	types::{Holder, ListingView, TabView},
	Purse, Subscriber, View,
};

/// Options of queries that are paid one by one.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PayArgs {
	/// Pay from this tab [default: one's own of the listing with the most on it, where there is no subscription]
	#[arg(long, value_name = "N")]
	pub tab: Option<u64>,
	/// Refuse to pay more for the query, e.g. "0.1 wUSD"; with --prove, agree to a proof that costs more than a query, up to this
	#[arg(long, value_name = "PRICE", value_parser = super::parse_price)]
	pub max_price: Option<Price>,
	/// Pay also for answers that got lost on the way, to a node that says that they are due: one more at each run
	#[arg(long)]
	pub pay_lost: bool,
}

/// What a query was paid with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaymentRecord {
	/// The tab.
	pub tab: u64,
	/// What the query cost.
	pub paid: Amount,
	/// Whether it was one of the free ones.
	pub free: bool,
	/// Counter of the highest voucher for this node.
	pub voucher: u64,
	/// What that promises.
	pub promised: Amount,
	/// The node.
	pub node: String,
}

/// A tab that pays a query, and what that costs.
struct Payer {
	purse: Purse,
	cost: Amount,
	/// The snapshot that the cost is of, where it depends on one.
	snapshot: Option<Snapshot>,
}

impl Payer {
	/// The tab that pays queries of a listing: none, where a subscription does, or where there is no tab. `proof` is the snapshot over which a
	/// proof is wanted, where one is. Nothing was signed or noted where it fails.
	async fn find(
		args: &PayArgs,
		proof: Option<Snapshot>,
		view: &View,
		listing: &ListingView,
		account: &Account,
		ctx: &Context,
	) -> Result<Option<Self>, Failure> {
		let chosen = match args.tab {
			Some(id) => Some(named(id, view, listing, account).await?),
			None => {
				let held = view.entitlement(listing.id, Holder::Account(account.id())).await?;
				if held.is_some_and(|held| held.live) {
					return Ok(None);
				}
				best(view.all_tabs_by(account.id()).await?, listing.id, account)
			}
		};
		let Some(tab) = chosen else { return Ok(None) };
		let price = ctx.amount(tab.price.asset, tab.price.amount).await?;
		let most = match &args.max_price {
			Some(most) => Some(ctx.priced(most).await?),
			None => None,
		};
		if let Some(most) = most.as_ref().filter(|most| !is_within(&price, most)) {
			return Err(Failure::failed(format!(
				"a query costs {price} from tab {}, which is not within --max-price {most}; nothing was asked",
				tab.id
			)));
		}
		let priced = match proof {
			Some(wanted) => priced(wanted, &tab, view, listing, ctx).await?,
			None => None,
		};
		let (snapshot, cost) = match priced {
			Some((snapshot, cost)) => {
				agreed(&cost, &price, most.as_ref(), tab.id)?;
				(Some(snapshot), cost)
			}
			None => (None, price),
		};
		let quota = view.free_quota(listing.id).await?;
		let genesis = ctx.chain().await?.genesis();
		let mut purse = Purse::open(&ctx.home.tabs(), genesis, account.clone(), &tab, quota).await?;
		if args.pay_lost {
			purse.pay_lost();
		}
		if proof.is_some() {
			purse.set_proof_cost(cost.units);
		}
		Ok(Some(Self { purse, cost, snapshot }))
	}
}

/// Who asks, and what pays.
pub struct Paying {
	/// Who asks; pays from a tab where there is one.
	pub subscriber: Subscriber,
	/// What it costs then.
	pub cost: Option<Amount>,
	/// The snapshot that has to be asked for, where the cost is of that one only.
	pub snapshot: Option<Snapshot>,
}

/// A subscriber who pays from a tab where there is one. `proof` is the snapshot over which a proof is wanted, where one is.
pub async fn paying(
	args: &PayArgs,
	proof: Option<Snapshot>,
	view: &View,
	listing: &ListingView,
	account: Account,
	ctx: &Context,
) -> Result<Paying, Failure> {
	let payer = Payer::find(args, proof, view, listing, &account, ctx).await?;
	let subscriber = Subscriber::new(ctx.chain().await?.clone(), ctx.network().await?.clone(), account);
	Ok(match payer {
		None => Paying { subscriber, cost: None, snapshot: None },
		Some(Payer { purse, cost, snapshot }) => {
			Paying { subscriber: subscriber.paying(purse), cost: Some(cost), snapshot }
		}
	})
}

/// Which snapshot a proof from a tab is over, and what it costs: `None` where the listing's curator has named no price for proofs in the tab's
/// asset. The snapshot is one and the same for node and payer then: another one has other rows.
async fn priced(
	wanted: Snapshot,
	tab: &TabView,
	view: &View,
	listing: &ListingView,
	ctx: &Context,
) -> Result<Option<(Snapshot, Amount)>, Failure> {
	let assignments = view.assignments(listing.id).await?;
	let metadata = provable::metadata(listing, &assignments, ctx).await.ok_or_else(|| {
		Failure::unavailable(
			"nobody has the listing's metadata, which says what a proof costs; try again later; nothing was asked",
		)
	})?;
	let Some(price) = metadata.proof_price.filter(|price| price.asset == tab.price.asset.number()) else {
		return Ok(None);
	};
	let snapshot = provable::snapshot(wanted, listing, view).await?;
	let cost = tab.proof_cost(Some(&price), snapshot.commitments.rows);
	Ok(Some((Snapshot::Period(snapshot.period), ctx.amount(tab.price.asset, cost).await?)))
}

fn is_within(cost: &Amount, most: &Amount) -> bool {
	cost.asset == most.asset && cost.units <= most.units
}

/// Whether somebody has agreed to what a proof costs: where that is more than a query, only `most` says so.
fn agreed(cost: &Amount, price: &Amount, most: Option<&Amount>, tab: u64) -> Result<(), Failure> {
	let refused = |message| Err(Failure::failed(message).with_code("max_price"));
	match most {
		Some(most) if !is_within(cost, most) => refused(format!(
			"a proof over this snapshot costs {cost} from tab {tab}, which is not within --max-price {most}; nothing was asked"
		)),
		None if cost.units > price.units => refused(format!(
			"a proof over this snapshot costs {cost} from tab {tab}, and a query {price}: --max-price \"{cost}\" agrees to that; \
			 nothing was asked"
		)),
		_ => Ok(()),
	}
}

async fn named(id: u64, view: &View, listing: &ListingView, account: &Account) -> Result<TabView, Failure> {
	let tab = super::find(id, view).await?;
	if !pays(&tab, listing.id, account) {
		return Err(Failure::new(
			Kind::Failed,
			format!(
				"tab {id} does not pay queries of {} by you: it is of listing {}, asked by {}, and {}",
				printable(&listing.address()),
				tab.listing,
				format_account(&tab.key),
				if tab.open { "open" } else { "not open" }
			),
		));
	}
	Ok(tab)
}

fn pays(tab: &TabView, listing: u32, account: &Account) -> bool {
	tab.open && tab.listing == listing && tab.key == account.id()
}

/// The one with the most on it.
fn best(tabs: Vec<TabView>, listing: u32, account: &Account) -> Option<TabView> {
	tabs.into_iter().filter(|tab| pays(tab, listing, account)).max_by_key(|tab| tab.free)
}

impl PaymentRecord {
	/// What the query cost, where it was paid from a tab: an amount of the asset of `like`.
	fn new(spent: Option<Spent>, like: Option<&Amount>) -> Option<Self> {
		let (spent, like) = (spent?, like?);
		let amount = |units| Amount { units, asset: like.asset.clone() };
		Some(Self {
			tab: spent.tab,
			paid: amount(spent.cost),
			free: spent.free,
			voucher: spent.counter,
			promised: amount(spent.amount),
			node: format_account(&spent.node),
		})
	}

	/// For a person, where rows came and then no more.
	fn of_lost_in_words(&self) -> String {
		match self.free {
			true => format!("a free query of tab {} is used up by rows that broke off", self.tab),
			false => format!("paid {} from tab {} for rows that came and broke off", self.paid, self.tab),
		}
	}

	/// For a person.
	fn in_words(&self) -> String {
		if self.free {
			return format!("free: nothing was paid from tab {}", self.tab);
		}
		format!(
			"paid {} from tab {}: voucher {} promises this node {} in all",
			self.paid,
			self.tab,
			grouped(self.voucher.into()),
			self.promised
		)
	}
}

/// All that a query was paid with, at all nodes that were asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Paid {
	/// Where it was answered, and paid from a tab.
	pub payment: Option<PaymentRecord>,
	/// Besides, for queries that broke off.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub broken_off: Vec<PaymentRecord>,
}

impl Paid {
	/// By whoever has just asked: amounts of the asset of `like`.
	pub async fn by(subscriber: &Subscriber, like: Option<&Amount>) -> Self {
		let broken_off = subscriber.broken_off().await.into_iter();
		Self {
			payment: PaymentRecord::new(subscriber.spent().await, like),
			broken_off: broken_off.filter_map(|spent| PaymentRecord::new(Some(spent), like)).collect(),
		}
	}

	/// For a person.
	pub fn in_words(&self) -> Vec<String> {
		let payment = self.payment.iter().map(PaymentRecord::in_words);
		payment.chain(self.broken_off.iter().map(PaymentRecord::of_lost_in_words)).collect()
	}

	/// What failed, and was paid all the same.
	pub fn although(&self, mut failure: Failure) -> Failure {
		if *self == Self::default() {
			return failure;
		}
		for words in self.in_words() {
			failure.message.push_str(&format!("; {words}"));
		}
		let mut details = failure.details.take().unwrap_or_else(|| serde_json::json!({}));
		details["payment"] = serde_json::json!(self.payment);
		details["broken_off"] = serde_json::json!(self.broken_off);
		Failure { details: Some(details), ..failure }
	}
}

#[cfg(test)]
mod tests {
	use super::{super::record::tests::tab, *};
	use crate::context::native;
	use souk_sdk::{Asset, AssetInfo};

	#[test]
	fn the_tab_with_the_most_on_it_pays() {
		let alice = Account::from_uri("//Alice").unwrap();
		let mine = |id, free| TabView { id, free, key: alice.id(), ..tab() };
		let tabs = || {
			vec![
				mine(1, 5),
				mine(2, 9),
				TabView { open: false, ..mine(3, 99) },
				TabView { listing: 4, ..mine(4, 99) },
				TabView { key: [9; 32], ..mine(5, 99) },
			]
		};
		assert_eq!(best(tabs(), 3, &alice).map(|tab| tab.id), Some(2));
		assert_eq!(best(tabs(), 8, &alice), None);
	}

	#[test]
	fn what_failed_and_was_paid_says_so() {
		let spent = |free, cost| Spent { tab: 7, node: [1; 32], free, cost, counter: 3, amount: 30 };
		let like = native(0);
		let record = |spent| PaymentRecord::new(Some(spent), Some(&like)).unwrap();
		let broken_off = vec![record(spent(false, 100_000_000_000)), record(spent(true, 0))];
		let refused = || Failure::failed("the node says timed_out");
		assert_eq!(Paid::default().although(refused()), refused());
		let failure = Paid { broken_off, ..Paid::default() }.although(refused());
		assert_eq!(
			failure.message,
			"the node says timed_out; paid 0.1 SOUK from tab 7 for rows that came and broke off; a free query of tab 7 is used up by rows that broke off"
		);
		let details = failure.details.expect("what was paid");
		assert_eq!(
			(&details["broken_off"][0]["tab"], details["broken_off"].as_array().map(Vec::len)),
			(&7.into(), Some(2))
		);
		// An answer that came, and could not be written down here.
		let payment = Some(record(spent(false, 100_000_000_000)));
		let full = Failure::failed("no space left").with_code("x");
		let failure = Paid { payment, ..Paid::default() }.although(full);
		assert!(failure.message.starts_with("no space left; paid 0.1 SOUK from tab 7"), "{failure}");
		assert_eq!(
			(failure.code.as_deref(), &failure.details.unwrap()["payment"]["tab"]),
			(Some("x"), &7.into())
		);
	}

	#[test]
	fn a_proof_that_costs_more_than_a_query_is_agreed_to_or_refused() {
		let price = native(100_000_000_000);
		let dear = native(500_000_000_000);
		agreed(&price, &price, None, 7).unwrap();
		agreed(&dear, &price, Some(&dear), 7).unwrap();
		let failure = agreed(&dear, &price, None, 7).unwrap_err();
		for part in
			["costs 0.5 SOUK from tab 7", "a query 0.1 SOUK", "--max-price \"0.5 SOUK\"", "nothing was asked"]
		{
			assert!(failure.message.contains(part), "{part:?} is not in {failure}");
		}
		let failure = agreed(&dear, &price, Some(&native(499_999_999_999)), 7).unwrap_err();
		assert!(failure.message.contains("not within --max-price 0.499999999999 SOUK"), "{failure}");
		assert_eq!(failure.code.as_deref(), Some("max_price"));
		let other =
			Amount { asset: AssetInfo { id: Asset::WithId(1), ..AssetInfo::native() }, ..dear.clone() };
		assert!(agreed(&dear, &price, Some(&other), 7).is_err(), "another asset agrees to nothing");
	}

	#[test]
	fn what_was_paid_is_said() {
		let (tab, node, cost) = (7, [2; 32], 100_000_000_000);
		let spent = Spent { tab, node, free: false, cost, counter: 4, amount: 400_000_000_000 };
		let price = native(9);
		let record = PaymentRecord::new(Some(spent), Some(&price)).unwrap();
		assert_eq!(
			record.in_words(),
			"paid 0.1 SOUK from tab 7: voucher 4 promises this node 0.4 SOUK in all"
		);
		let free = PaymentRecord::new(Some(Spent { free: true, cost: 0, ..spent }), Some(&price)).unwrap();
		assert_eq!((free.paid.units, free.in_words().starts_with("free")), (0, true));
		assert_eq!(PaymentRecord::new(None, Some(&price)), None);
	}
}
