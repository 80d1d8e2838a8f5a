//! `souk receipts tab`: what a tab has cost.

use super::{in_words, party, times, Listed, ShowTab};
use crate::{
	context::Context,
	failure::Failure,
	home::replace,
	output::{self, Out},
	receipt::tab::{keep, keep_ended, Done},
	records,
	text::{grouped, printable},
};
use souk_custody::format_account;
use souk_sdk::receipt::{BlockEntry, TabReceipt};
use std::io::Write as _;

/// Runs it.
pub async fn run(show: &ShowTab, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let receipt = match show.offline {
		true => kept(show.tab, ctx)?,
		false => current(show.tab, ctx).await?,
	};
	if let Some(path) = &show.out {
		replace(path, 0o644, |file| file.write_all(&receipt.canonical()))?;
	}
	print(receipt, ctx, out)?;
	match &show.out {
		Some(path) if !ctx.json => Ok(writeln!(out, "Written to {}.", path.display())?),
		_ => Ok(()),
	}
}

/// The receipt that is kept of a tab, whatever chain it is of.
fn kept(tab: u64, ctx: &Context) -> Result<TabReceipt, Failure> {
	let mut found: Vec<_> =
		ctx.home.all_tab_receipts()?.into_iter().filter(|receipt| receipt.tab == tab).collect();
	match (found.pop(), found.pop()) {
		(Some(only), None) => Ok(only),
		(None, _) => Err(Failure::not_found(format!(
			"no receipt of tab {tab} is kept here; without --offline it is made"
		))),
		(Some(_), Some(_)) => Err(Failure::failed(format!(
			"receipts of tabs with number {tab} of several chains are kept here; leave --offline away"
		))),
	}
}

/// The receipt of a tab as it is now, kept.
async fn current(tab: u64, ctx: &Context) -> Result<TabReceipt, Failure> {
	let view = ctx.view().await?;
	let Some(found) = view.tab(tab).await? else {
		let ended = keep_ended(&view, tab, Done::default(), ctx).await?;
		return ended.ok_or_else(|| {
			Failure::not_found(format!(
				"there is no tab {tab} on the chain any more, and no receipt of it is kept here"
			))
		});
	};
	if found.payer != ctx.account_id()? {
		return Err(Failure::failed(format!(
			"tab {tab} is paid by {}, who has its receipt; --account acts as another account",
			format_account(&found.payer)
		)));
	}
	let listing = view
		.listing(found.listing)
		.await?
		.ok_or_else(|| Failure::not_found(format!("listing {} is gone", found.listing)))?;
	keep(&view, &found, &listing, Done::default(), ctx).await
}

/// Whether a document is meant to be a tab's receipt, and no order's.
pub fn is_meant(bytes: &[u8]) -> bool {
	serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|document| document.get("tab").is_some())
}

/// Unique among all receipts: the tab, and the beginning of the chain's genesis hash.
pub fn number(receipt: &TabReceipt) -> String {
	format!("{}-tab-{}", hex::encode(&receipt.genesis[..4]), receipt.tab)
}

/// The last that is known to have happened to it.
pub fn issued(receipt: &TabReceipt) -> &BlockEntry {
	receipt.ended.as_ref().or(receipt.closed.as_ref()).unwrap_or(&receipt.opened)
}

/// Prints a receipt.
pub fn print(receipt: TabReceipt, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match ctx.json {
		true => output::json(out, &Listed::of_tab(receipt)),
		false => describe(&receipt, out),
	}
}

fn describe(receipt: &TabReceipt, out: Out<'_>) -> Result<(), Failure> {
	let mut pairs = vec![
		("receipt", number(receipt)),
		("hash", records::hex(receipt.hash())),
		("payer", party(&receipt.payer)),
		("listing", printable(&receipt.listing.address)),
		("licence", printable(&receipt.licence)),
		("a query", in_words(&receipt.price)),
		("put on it", in_words(&receipt.limit)),
	];
	for node in &receipt.nodes {
		let free = match node.free {
			0 => String::new(),
			free => format!(" and {} free ones", grouped(free.into())),
		};
		let said = format!(
			"{}: {} for {} answers{free}, {} settled",
			printable(&node.node),
			in_words(&node.promised),
			grouped(node.answers.into()),
			in_words(&node.settled)
		);
		pairs.push(("node", said));
	}
	let most = if receipt.exact { "" } else { " at most" };
	pairs.push(("paid", format!("{}{most}", in_words(&receipt.paid))));
	if let Some(returned) = &receipt.returned {
		let least = if receipt.exact { "" } else { " at least" };
		pairs.push(("came back", format!("{}{least}", in_words(returned))));
	}
	pairs.push(("state", printable(&receipt.state)));
	pairs.extend(times([
		("opened", Some(&receipt.opened)),
		("closed", receipt.closed.as_ref()),
		("ended", receipt.ended.as_ref()),
	]));
	output::pairs(out, &pairs)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::receipts::verify, context::tests::offline, receipt::tab::tests::receipt};
	use souk_sdk::receipt::VoucherEntry;

	#[test]
	fn it_reads_with_everything_that_is_known() {
		let mut out = Vec::new();
		describe(&receipt(), &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"07070707-tab-7",
			"me (",
			"0.5 SOUK for 5 answers, 0.3 SOUK settled",
			"0.1 SOUK for 0 answers and 2 free ones",
			"0.6 SOUK at most",
			"block 10, about ",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert!(!text.contains("came back"), "{text}");
		let returned = Some(receipt().limit);
		let mut out = Vec::new();
		describe(&TabReceipt { returned, exact: true, ..receipt() }, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		assert!(text.contains("came back  2 SOUK\n") && text.contains("0.6 SOUK\n"), "{text}");
	}

	#[tokio::test]
	async fn what_is_kept_is_shown_and_verifies_and_a_changed_one_does_not() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path()).with_json();
		let file = dir.path().join("r.json");
		let show = ShowTab { tab: 7, out: Some(file.clone()), offline: true };
		let failure = run(&show, &ctx, &mut Vec::new()).await.unwrap_err();
		assert_eq!(failure.kind, crate::failure::Kind::NotFound);
		ctx.home.keep_tab_receipt(&receipt()).unwrap();
		let (mut shown, mut verified) = (Vec::new(), Vec::new());
		run(&show, &ctx, &mut shown).await.unwrap();
		verify(&file, &ctx, &mut verified).unwrap();
		assert_eq!(shown, verified);
		let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
		assert_eq!(shown["hash"], records::hex(receipt().hash()));
		assert_eq!(shown["receipt"]["tab"], 7);

		let mut changed = receipt();
		changed.nodes[0] = VoucherEntry { answers: 9, ..changed.nodes[0].clone() };
		std::fs::write(&file, changed.canonical()).unwrap();
		let mut verified = Vec::new();
		verify(&file, &ctx, &mut verified).unwrap();
		assert!(!String::from_utf8(verified).unwrap().contains(&records::hex(receipt().hash())));
		std::fs::write(&file, serde_json::to_vec_pretty(&receipt()).unwrap()).unwrap();
		assert!(verify(&file, &ctx, &mut Vec::new()).unwrap_err().message.contains("reformatted"));
		ctx.home.keep_tab_receipt(&TabReceipt { genesis: [8; 32], ..receipt() }).unwrap();
		assert!(kept(7, &ctx).unwrap_err().message.contains("several chains"));
	}
}
