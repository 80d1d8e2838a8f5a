//! Which tab pays a query, and what is said of it.

use crate::{
	amount::Amount,
	context::Context,
	failure::{Failure, Kind},
	text::{grouped, printable},
};
use serde::Serialize;
use souk_config::Price;
use souk_custody::{format_account, Account};
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
	/// Refuse to pay more for the query, e.g. "0.1 wUSD"
	#[arg(long, value_name = "PRICE", value_parser = super::parse_price)]
	pub max_price: Option<Price>,
	/// Pay also for answers that got lost on the way, where a node says that they are due
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

/// A tab that pays a query, and what a query costs.
pub struct Payer {
	purse: Purse,
	price: Amount,
}

impl Payer {
	/// The tab that pays queries of a listing: none, where a subscription does, or where there is no tab.
	pub async fn find(
		args: &PayArgs,
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
		if let Some(most) = &args.max_price {
			let most = ctx.priced(most).await?;
			if price.asset != most.asset || price.units > most.units {
				return Err(Failure::failed(format!(
					"a query costs {price} from tab {}, which is not within --max-price {most}; nothing was asked",
					tab.id
				)));
			}
		}
		let quota = view.free_quota(listing.id).await?;
		let genesis = ctx.chain().await?.genesis();
		let mut purse = Purse::open(&ctx.home.tabs(), genesis, account.clone(), &tab, quota).await?;
		if args.pay_lost {
			purse.pay_lost()?;
		}
		Ok(Some(Self { purse, price }))
	}

	/// Has a subscriber pay with it. Returns what a query costs.
	pub fn pays(self, subscriber: Subscriber) -> (Subscriber, Amount) {
		(subscriber.paying(self.purse), self.price)
	}
}

/// A subscriber who pays from a tab where there is one, and what a query costs then.
pub async fn paying(
	args: &PayArgs,
	view: &View,
	listing: &ListingView,
	account: Account,
	ctx: &Context,
) -> Result<(Subscriber, Option<Amount>), Failure> {
	let payer = Payer::find(args, view, listing, &account, ctx).await?;
	let subscriber = Subscriber::new(ctx.chain().await?.clone(), ctx.network().await?.clone(), account);
	Ok(match payer {
		None => (subscriber, None),
		Some(payer) => {
			let (subscriber, price) = payer.pays(subscriber);
			(subscriber, Some(price))
		}
	})
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
	/// What the query cost, where it was paid from a tab.
	pub fn new(spent: Option<Spent>, price: Option<&Amount>) -> Option<Self> {
		let (spent, price) = (spent?, price?);
		let amount = |units| Amount { units, asset: price.asset.clone() };
		Some(Self {
			tab: spent.tab,
			paid: amount(if spent.free { 0 } else { price.units }),
			free: spent.free,
			voucher: spent.counter,
			promised: amount(spent.amount),
			node: format_account(&spent.node),
		})
	}

	/// For a person.
	pub fn in_words(&self) -> String {
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

#[cfg(test)]
mod tests {
	use super::{super::record::tests::tab, *};
	use crate::context::native;

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
	fn what_was_paid_is_said() {
		let spent = Spent { tab: 7, node: [2; 32], free: false, counter: 4, amount: 400_000_000_000 };
		let price = native(100_000_000_000);
		let record = PaymentRecord::new(Some(spent), Some(&price)).unwrap();
		assert_eq!(
			record.in_words(),
			"paid 0.1 SOUK from tab 7: voucher 4 promises this node 0.4 SOUK in all"
		);
		let free = PaymentRecord::new(Some(Spent { free: true, ..spent }), Some(&price)).unwrap();
		assert_eq!((free.paid.units, free.in_words().starts_with("free")), (0, true));
		assert_eq!(PaymentRecord::new(None, Some(&price)), None);
	}
}
