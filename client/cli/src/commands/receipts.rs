//! `souk receipts`: what is kept of orders and tabs.
//!
//! A receipt is made from what the chain says of an order or a tab while its record is kept there, and stays in the home directory. What was
//! noted once, times and names, is not lost when it is made again because it went on.

mod tab;

use crate::{
	commands::buy,
	context::Context,
	failure::{at_path, Failure},
	home::replace,
	output::{self, Out},
	receipt::{self, issued, number, Known},
	records::hex,
	text::printable,
};
use serde::Serialize;
use souk_custody::AccountId;
use souk_sdk::receipt::{BlockEntry, Money, Party, Receipt, Side, TabReceipt};
use std::{
	io::Write as _,
	path::{Path, PathBuf},
};

/// `souk receipts …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// What to do with them [default: list]
	#[command(subcommand)]
	pub command: Option<Command>,
}

/// What can be done with receipts.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Those that are kept here; asks nobody
	List,
	/// The receipt of an order that one has a part in
	Show(Show),
	/// The receipt of one's own tab: what was paid from it, to whom, and what came back
	Tab(ShowTab),
	/// Check a receipt's document, e.g. the one attached to a PDF, and print its hash; asks nobody
	Verify {
		/// The document
		file: PathBuf,
	},
}

/// `souk receipts show …`
#[derive(Clone, Debug, clap::Args)]
pub struct Show {
	/// Number of the order
	pub order: u64,
	/// Write it as a page, PDF/A with the document attached
	#[arg(long, value_name = "FILE")]
	pub pdf: Option<PathBuf>,
	/// Write the document that is hashed
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// What to call the seller on it [default: the name of the key, if it is one of yours]
	#[arg(long, value_name = "NAME")]
	pub seller_name: Option<String>,
	/// What to call the buyer on it
	#[arg(long, value_name = "NAME")]
	pub buyer_name: Option<String>,
	/// Show what is kept here, without asking the chain
	#[arg(long, conflicts_with_all = ["seller_name", "buyer_name"])]
	pub offline: bool,
}

/// `souk receipts tab …`
#[derive(Clone, Debug, clap::Args)]
pub struct ShowTab {
	/// Number of the tab
	pub tab: u64,
	/// Write the document that is hashed
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// Show what is kept here, without asking the chain
	#[arg(long)]
	pub offline: bool,
}

/// A receipt of either kind: the one has an `order`, the other a `tab`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Either {
	Order(Box<Receipt>),
	Tab(Box<TabReceipt>),
}

#[derive(Debug, Serialize)]
struct Listed {
	hash: String,
	number: String,
	receipt: Either,
}

impl Listed {
	fn new(receipt: Receipt) -> Self {
		let (hash, number) = (hex(receipt.hash()), number(&receipt));
		Self { hash, number, receipt: Either::Order(Box::new(receipt)) }
	}

	fn of_tab(receipt: TabReceipt) -> Self {
		let (hash, number) = (hex(receipt.hash()), tab::number(&receipt));
		Self { hash, number, receipt: Either::Tab(Box::new(receipt)) }
	}

	/// Short enough for a table.
	fn short_hash(&self) -> String {
		self.hash.chars().take(14).collect()
	}
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match args.command.unwrap_or(Command::List) {
		Command::List => list(ctx, out),
		Command::Show(show) => {
			let receipt = match show.offline {
				true => kept(show.order, ctx)?,
				false => current(&show, ctx).await?,
			};
			present(&show, receipt, ctx, out)
		}
		Command::Tab(show) => tab::run(&show, ctx, out).await,
		Command::Verify { file } => verify(&file, ctx, out),
	}
}

fn list(ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let orders = ctx.home.all_receipts()?.into_iter().map(Listed::new);
	let listed: Vec<_> = orders.chain(ctx.home.all_tab_receipts()?.into_iter().map(Listed::of_tab)).collect();
	if ctx.json {
		return output::json(out, &listed);
	}
	if listed.is_empty() {
		writeln!(out, "No receipts are kept here. `souk buy` and `souk tab` keep them; `souk receipts show <order>` makes one of an order.")?;
		return Ok(());
	}
	let rows = listed.iter().map(|listed| {
		let (at, side, listing, money, state) = match &listed.receipt {
			Either::Order(receipt) => {
				let side = match receipt.owner {
					Side::Buyer => "bought",
					Side::Seller => "sold",
				};
				(issued(receipt), side, &receipt.listing, &receipt.price, &receipt.state)
			}
			Either::Tab(receipt) => {
				(tab::issued(receipt), "asked", &receipt.listing, &receipt.paid, &receipt.state)
			}
		};
		vec![
			listed.number.clone(),
			at.time.split('T').next().unwrap_or_default().to_owned(),
			side.into(),
			printable(listing.title.as_deref().unwrap_or(&listing.address)),
			in_words(money),
			printable(state),
			listed.short_hash(),
		]
	});
	let header = ["number", "date", "", "what", "price", "state", "hash"];
	output::table(out, ctx.screen.width, &header, rows.collect())
}

/// The receipt that is kept of an order, whatever chain it is of.
fn kept(order: u64, ctx: &Context) -> Result<Receipt, Failure> {
	let mut found: Vec<_> =
		ctx.home.all_receipts()?.into_iter().filter(|receipt| receipt.order == order).collect();
	match (found.pop(), found.pop()) {
		(Some(only), None) => Ok(only),
		(None, _) => Err(Failure::not_found(format!("no receipt of order {order} is kept here; without --offline it is made"))),
		(Some(_), Some(_)) => Err(Failure::failed(format!(
			"several receipts of orders with number {order} are kept here, of several chains or sides; leave --offline away"
		))),
	}
}

/// The receipt of an order as it is now, kept.
async fn current(show: &Show, ctx: &Context) -> Result<Receipt, Failure> {
	let view = ctx.view().await?;
	let genesis = ctx.chain().await?.genesis();
	let me = ctx.account_id()?;
	let Some(order) = view.order(show.order).await? else {
		// The record is gone, and with it what a receipt could be made from.
		for side in [Side::Buyer, Side::Seller] {
			if let Some(receipt) = ctx.home.receipt(&genesis, show.order, side)? {
				return Ok(receipt);
			}
		}
		return Err(Failure::not_found(format!(
			"there is no order {} on the chain any more, and no receipt of it is kept here",
			show.order
		)));
	};
	let side = receipt::side_of(&order, me).ok_or_else(|| {
		Failure::failed(format!(
			"you are neither the buyer nor the seller of order {}; --account acts as another account",
			order.id
		))
	})?;
	let listing = view
		.listing(order.listing)
		.await?
		.ok_or_else(|| Failure::not_found(format!("listing {} is gone", order.listing)))?;
	let records = match side {
		Side::Buyer => records(me, ctx).await?,
		Side::Seller => Vec::new(),
	};
	let known = Known {
		title: buy::title(&view, &order, &listing, side, ctx).await?,
		record: records.iter().find(|record| record.order.is_some_and(|ordered| ordered.id == order.id)),
		seller_name: show.seller_name.clone(),
		buyer_name: show.buyer_name.clone(),
	};
	Ok(receipt::keep(&view, &order, &listing, side, &known, ctx).await?.0)
}

/// The buyer's records of purchases; nothing is signed, so that no password is asked for.
async fn records(me: AccountId, ctx: &Context) -> Result<Vec<souk_sdk::purchase::Record>, Failure> {
	let genesis = ctx.chain().await?.genesis();
	Ok(souk_sdk::purchase::records(&ctx.home.purchases(), genesis, me)?)
}

fn present(show: &Show, receipt: Receipt, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	if let Some(path) = &show.pdf {
		let page = receipt::render(&receipt)?;
		replace(path, 0o644, |file| file.write_all(&page))?;
	}
	if let Some(path) = &show.out {
		replace(path, 0o644, |file| file.write_all(&receipt.canonical()))?;
	}
	if ctx.json {
		return output::json(out, &Listed::new(receipt));
	}
	describe(&receipt, out)?;
	for path in [&show.pdf, &show.out].into_iter().flatten() {
		writeln!(out, "Written to {}.", path.display())?;
	}
	Ok(())
}

fn verify(file: &Path, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let bytes = std::fs::read(file).map_err(at_path("read", file))?;
	let none = |reason: String| {
		Failure::failed(format!("{} is no receipt in the form that is hashed: {reason}", file.display()))
	};
	if tab::is_meant(&bytes) {
		return tab::print(TabReceipt::parse(&bytes).map_err(none)?, ctx, out);
	}
	let receipt = Receipt::parse(&bytes).map_err(none)?;
	if ctx.json {
		return output::json(out, &Listed::new(receipt));
	}
	describe(&receipt, out)
}

fn in_words(money: &Money) -> String {
	printable(&format!("{} {}", money.amount, money.symbol))
}

fn party(party: &Party) -> String {
	match &party.name {
		Some(name) => printable(&format!("{name} ({})", party.account)),
		None => printable(&party.account),
	}
}

/// What is known of these blocks.
fn times<'a, const N: usize>(
	blocks: [(&'static str, Option<&'a BlockEntry>); N],
) -> impl Iterator<Item = (&'static str, String)> + use<'a, N> {
	blocks.into_iter().filter_map(|(name, entry)| {
		let entry = entry?;
		let about = if entry.exact { "" } else { "about " };
		Some((name, format!("block {}, {about}{}", entry.block, printable(&entry.time))))
	})
}

fn describe(receipt: &Receipt, out: Out<'_>) -> Result<(), Failure> {
	let mut pairs = vec![
		("receipt", number(receipt)),
		("hash", hex(receipt.hash())),
		("seller", party(&receipt.seller)),
		("buyer", party(&receipt.buyer)),
		("listing", printable(&receipt.listing.address)),
	];
	if let Some(title) = &receipt.listing.title {
		pairs.push(("title", printable(title)));
	}
	pairs.push(("licence", printable(&receipt.licence)));
	if let Some(snapshot) = &receipt.snapshot {
		pairs.push(("snapshot", format!("due {} (period {})", printable(&snapshot.due), snapshot.period)));
		pairs.push(("content root", hex(snapshot.content_root)));
	}
	pairs.push(("price", in_words(&receipt.price)));
	pairs.push(("paid", in_words(&receipt.paid)));
	if receipt.refunded.units != "0" {
		pairs.push(("refunded", in_words(&receipt.refunded)));
	}
	if let Some(money) = &receipt.from_bond {
		pairs.push(("out of the bond", in_words(money)));
	}
	if let Some(fee) = &receipt.fee {
		pairs.push(("fee", in_words(fee)));
	}
	pairs.push(("state", printable(&receipt.state)));
	let blocks = [
		("ordered", Some(&receipt.ordered)),
		("delivered", receipt.delivered.as_ref()),
		("ended", receipt.ended.as_ref()),
	];
	pairs.extend(times(blocks));
	if let Some(proof) = &receipt.proof {
		pairs.push(("proof", hex(proof.id)));
	}
	if let Some(terms) = &receipt.terms {
		pairs.push(("terms", printable(terms)));
	}
	output::pairs(out, &pairs)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{context::tests::offline, receipt::tests::receipt};

	fn show(order: u64) -> Show {
		Show { order, pdf: None, out: None, seller_name: None, buyer_name: None, offline: true }
	}

	#[test]
	fn kept_receipts_are_listed_and_shown_without_a_chain() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let mut out = Vec::new();
		list(&ctx, &mut out).unwrap();
		assert!(String::from_utf8(out).unwrap().contains("No receipts"));
		ctx.home.keep_receipt(&receipt()).unwrap();
		ctx.home.keep_tab_receipt(&crate::receipt::tab::tests::receipt()).unwrap();
		let mut out = Vec::new();
		list(&ctx, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"07070707-12",
			"2026-11-28",
			"bought",
			"5 wUSD",
			"released",
			"07070707-tab-7",
			"asked",
			"0.6 SOUK",
			"open",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert_eq!(kept(12, &ctx).unwrap(), receipt());
		assert_eq!(kept(13, &ctx).unwrap_err().kind, crate::failure::Kind::NotFound);
		ctx.home.keep_receipt(&Receipt { owner: Side::Seller, ..receipt() }).unwrap();
		assert!(kept(12, &ctx).unwrap_err().message.contains("several"));
	}

	#[test]
	fn what_is_written_out_verifies_and_has_the_hash_that_is_shown() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path()).with_json();
		let (pdf, file) = (dir.path().join("r.pdf"), dir.path().join("r.json"));
		let show = Show { pdf: Some(pdf.clone()), out: Some(file.clone()), ..show(12) };
		let mut shown = Vec::new();
		present(&show, receipt(), &ctx, &mut shown).unwrap();
		let mut verified = Vec::new();
		verify(&file, &ctx, &mut verified).unwrap();
		assert_eq!(shown, verified);
		let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
		assert_eq!(shown["hash"], hex(receipt().hash()));
		assert_eq!(shown["receipt"]["order"], 12);
		assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
		let mut changed = std::fs::read(&file).unwrap();
		changed.push(b'\n');
		std::fs::write(&file, changed).unwrap();
		let refused = verify(&file, &ctx, &mut Vec::new()).unwrap_err();
		assert!(refused.message.contains("reformatted"), "{refused}");
	}

	#[test]
	fn a_receipt_reads_with_everything_that_is_known() {
		let mut out = Vec::new();
		describe(&receipt(), &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in ["main (", "CC0-1.0", "fee", "about 2026-11-28T23:10:00Z", "0x0606", "Wetter in Zürich"]
		{
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
	}

	#[test]
	fn only_the_sides_of_an_order_have_a_receipt() {
		let order = crate::commands::order::tests::order_view();
		assert_eq!(receipt::side_of(&order, order.buyer), Some(Side::Buyer));
		assert_eq!(receipt::side_of(&order, order.seller), Some(Side::Seller));
		assert_eq!(receipt::side_of(&order, [9; 32]), None);
	}
}
