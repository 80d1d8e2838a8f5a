//! What both sides do about an order.

use super::{list::find, record::OrderRecord, Command};
use crate::{
	commands::dispute,
	context::{native, Context},
	failure::{at_path, Failure},
	output::{self, Out},
	receipt::{self, Known},
	records::hex,
};
use souk_custody::{format_account, AccountId};
use souk_protocol::{hash::StreamHasher, Digest};
use souk_sdk::{
	calls,
	purchase::Record,
	receipt::Side,
	types::{CaseId, OrderState, OrderView},
	Call, View,
};
use std::{fs::File, io::Read as _, path::Path};

/// Runs one of the commands that change an order.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let id = number(&command);
	let view = ctx.view().await?;
	let order = find(id, &view).await?;
	let me = ctx.account_id()?;
	let prepared = match &command {
		Command::Dispute { .. } => running(&order).map(|()| None)?,
		_ => Some(change(&command, &order, me)?),
	};
	if let Command::Fund { max_price, .. } = &command {
		let price = ctx.amount(order.price.asset, order.price.amount).await?;
		if let Some(limit) = max_price {
			crate::commands::subscribe::within(&price, &ctx.priced(limit).await?)?;
		}
		ctx.require_funds(me, &price, &format!("order {id}")).await?;
	}
	let account = ctx.account()?;
	let (call, doing) = match (prepared, &command) {
		(Some(prepared), _) => prepared,
		(None, Command::Dispute { evidence, .. }) => {
			(calls::dispute(id, dispute::sealed(id, evidence, &account, ctx).await?), "disputing")
		}
		(None, _) => unreachable!("only a dispute is prepared here"),
	};
	if matches!(command, Command::Forget { .. }) {
		// What the chain forgets is remembered here.
		keep_receipt(&view, &order, me, ctx).await?;
	}
	let step = ctx.progress.step(format!("{doing}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let said = said(&command, id);
	let disputed = matches!(command, Command::Dispute { .. });
	let stands = stands(id, disputed, done.block, me, ctx).await;
	let (after, record, case) = stands.map_err(|failure| failure.after(&said, &done))?;
	let sent = match case {
		Some(case) => Some((case, dispute::deliver_after(case, &account, ctx).await)),
		None => None,
	};
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"order": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(after.head().number, out)?,
		None => writeln!(out, "The deposit of {} is free again.", native(order.deposit))?,
	}
	if let Some((case, sent)) = sent {
		sent.describe(case, out)?;
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// How an order stands after a transaction, and the case about it, where it was disputed. Its receipt is kept.
async fn stands(
	id: u64,
	disputed: bool,
	block: u32,
	me: AccountId,
	ctx: &Context,
) -> Result<(View, Option<OrderRecord>, Option<CaseId>), Failure> {
	let after = ctx.view_from(block).await?;
	let record = match after.order(id).await? {
		Some(order) => {
			// The transaction is final whatever becomes of that.
			if let Err(failure) = keep_receipt(&after, &order, me, ctx).await {
				eprintln!("no receipt of order {id} was kept: {failure}");
			}
			let listing = after.listing(order.listing).await?;
			Some(OrderRecord::new(&order, listing.as_ref(), ctx).await?)
		}
		None => None,
	};
	let case = if disputed { after.case_about(id).await? } else { None };
	Ok((after, record, case.map(|case| case.id)))
}

/// Keeps a receipt of an order that one has a part in and that was paid into escrow: what was read of it while its blocks are
/// young is exact.
async fn keep_receipt(view: &View, order: &OrderView, me: AccountId, ctx: &Context) -> Result<(), Failure> {
	let Some(side) = receipt::side_of(order, me).filter(|_| order.funded_at.is_some()) else {
		return Ok(());
	};
	let Some(listing) = view.listing(order.listing).await? else { return Ok(()) };
	let records = souk_sdk::purchase::records(&ctx.home.purchases(), ctx.chain().await?.genesis(), me)?;
	let of_it = |record: &&Record| record.order.is_some_and(|ordered| ordered.id == order.id);
	let record = records.iter().find(of_it).filter(|_| side == Side::Buyer);
	let known = Known { record, ..Known::default() };
	receipt::keep(view, order, &listing, side, &known, ctx).await.map(drop)
}

fn number(command: &Command) -> u64 {
	match command {
		Command::Fund { order, .. }
		| Command::Deliver { order, .. }
		| Command::Confirm { order, .. }
		| Command::Cancel { order }
		| Command::Dispute { order, .. }
		| Command::Claim { order }
		| Command::Forget { order }
		| Command::Show { order }
		| Command::Proof { order, .. } => *order,
		Command::List { .. } | Command::Offer { .. } => unreachable!("these are run elsewhere"),
	}
}

fn said(command: &Command, id: u64) -> String {
	match command {
		Command::Fund { .. } => format!("Order {id} is paid into escrow"),
		Command::Deliver { .. } => format!("Order {id}: marked as delivered"),
		Command::Confirm { .. } => format!("Order {id}: confirmed"),
		Command::Cancel { .. } => format!("Order {id} is cancelled"),
		Command::Dispute { .. } => format!("Order {id} is disputed"),
		Command::Claim { .. } => format!("Order {id}: what was due is done"),
		Command::Forget { .. } => format!("The record of order {id} is removed"),
		Command::List { .. } | Command::Show { .. } | Command::Proof { .. } | Command::Offer { .. } => {
			format!("Order {id}")
		}
	}
}

/// The call of a command and what it does, or why it cannot be done. Money and rights are the chain's to check; what is said here
/// saves a fee.
fn change(command: &Command, order: &OrderView, me: AccountId) -> Result<(Call, &'static str), Failure> {
	let id = order.id;
	let only = |side: &str, account: &AccountId| match *account == me {
		true => Ok(()),
		false => Err(Failure::failed(format!(
			"only the {side} of order {id}, {}, can do that, and you are {}; --account acts as another",
			format_account(account),
			format_account(&me)
		))),
	};
	let running = || running(order);
	Ok(match command {
		Command::Fund { .. } => {
			only("buyer", &order.buyer)?;
			if order.state != OrderState::Created {
				return Err(Failure::failed(format!(
					"order {id} is no open offer; `souk order show {id}` shows it"
				)));
			}
			(calls::fund(id), "paying into escrow")
		}
		Command::Deliver { part, evidence, .. } => {
			only("seller", &order.seller)?;
			running()?;
			if order.data.is_some() {
				return Err(Failure::failed(format!(
					"order {id} is for a dataset: its persistence nodes deliver the key, with a proof"
				)));
			}
			let evidence = evidence.as_deref().map(|path| file_hash("souk/evidence/v1", path)).transpose()?;
			(calls::mark_delivered(id, part_of(*part, order)?, evidence), "marking as delivered")
		}
		Command::Confirm { part, .. } => {
			only("buyer", &order.buyer)?;
			running()?;
			(calls::confirm(id, part_of(*part, order)?), "confirming")
		}
		Command::Cancel { .. } => {
			running()?;
			if order.data.is_some() && order.buyer == me && order.state == OrderState::Funded {
				return Err(Failure::failed(format!(
					"the buyer of a snapshot cannot cancel: its key may be on its way for everybody to see. Without a key the money \
					 comes back by itself{}",
					order.deliver_until.map(|block| format!(" in block {block}")).unwrap_or_default()
				)));
			}
			(calls::cancel_order(id), "cancelling")
		}
		Command::Claim { .. } => (calls::claim_timeout(id), "having done what is due"),
		Command::Forget { .. } => {
			if order.ended_at.is_none() {
				return Err(Failure::failed(format!(
					"order {id} has not ended; `souk order show {id}` shows what it waits for"
				)));
			}
			(calls::forget(id), "removing the record")
		}
		Command::Dispute { .. }
		| Command::List { .. }
		| Command::Show { .. }
		| Command::Proof { .. }
		| Command::Offer { .. } => {
			unreachable!("these change no order, or are prepared elsewhere")
		}
	})
}

/// That something can still be changed about an order.
fn running(order: &OrderView) -> Result<(), Failure> {
	match order.state.is_decided() {
		true => Err(Failure::failed(format!(
			"order {} is decided ({}); nothing about it can be changed any more",
			order.id,
			receipt::state_name(order.state)
		))),
		false => Ok(()),
	}
}

/// The index of the part that is meant: the one that is named, from 1, or the first that is not paid.
fn part_of(named: Option<u32>, order: &OrderView) -> Result<u32, Failure> {
	let next = order.milestones.iter().position(|part| part.paid_at.is_none()).unwrap_or(0);
	let index = match named {
		Some(number) => usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1),
		None => next,
	};
	if index >= order.milestones.len().max(1) {
		return Err(Failure::usage(format!(
			"order {} has {} parts; `souk order show {}` lists them",
			order.id,
			order.milestones.len().max(1),
			order.id
		)));
	}
	if index != next {
		return Err(Failure::failed(format!(
			"the parts of an order are delivered and paid one after the other: part {} of order {} is next",
			next + 1,
			order.id
		)));
	}
	Ok(u32::try_from(index).unwrap_or(u32::MAX))
}

/// The hash of a file that stands for it on chain: tag, bytes, number of bytes.
pub fn file_hash(tag: &'static str, path: &Path) -> Result<Digest, Failure> {
	let unreadable = at_path("read", path);
	let mut file = File::open(path).map_err(&unreadable)?;
	let mut hasher = StreamHasher::new(tag);
	let mut buffer = vec![0; 64 * 1024];
	loop {
		match file.read(&mut buffer).map_err(&unreadable)? {
			0 => return Ok(hasher.finish()),
			read => hasher.update(&buffer[..read]),
		}
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use souk_sdk::types::{Asset, DataOrderView, MilestoneView, Price};

	const BUYER: AccountId = [1; 32];
	const SELLER: AccountId = [2; 32];

	fn part(paid_at: Option<u32>) -> MilestoneView {
		MilestoneView {
			amount: 5,
			deliver_within: 10,
			confirm_within: 10,
			delivered_at: None,
			evidence: None,
			paid_at,
		}
	}

	pub(in crate::commands::order) fn order(state: OrderState) -> OrderView {
		OrderView {
			id: 7,
			listing: 3,
			buyer: BUYER,
			seller: SELLER,
			price: Price { asset: Asset::Native, amount: 10 },
			state,
			created_at: 1,
			funded_at: None,
			deliver_until: Some(50),
			delivered_at: None,
			window_until: None,
			due: None,
			ended_at: None,
			paid: 0,
			refunded: 0,
			held: 10,
			covered: 0,
			from_bond: 0,
			deposit: 0,
			depositor: BUYER,
			terms: None,
			milestones: vec![part(Some(4)), part(None)],
			data: None,
			evidence: None,
		}
	}

	fn data(state: OrderState) -> OrderView {
		let data = DataOrderView {
			period: 1,
			buyer_key: [0; 64],
			key_commitment: [0; 32],
			content_root: [0; 32],
			cipher_root: [0; 32],
			bytes: 1,
			chunks: 1,
			delivery: None,
		};
		OrderView { data: Some(data), milestones: vec![], ..order(state) }
	}

	fn name(command: Command, order: &OrderView, me: AccountId) -> Result<&'static str, String> {
		change(&command, order, me).map(|(call, _)| call.name()).map_err(|failure| failure.message)
	}

	#[test]
	fn each_side_does_what_is_its_own() {
		use Command::*;
		let funded = order(OrderState::Funded);
		let deliver = || Deliver { order: 7, part: None, evidence: None };
		let confirm = || Confirm { order: 7, part: None };
		assert_eq!(name(deliver(), &funded, SELLER), Ok("mark_delivered"));
		assert!(name(deliver(), &funded, BUYER).unwrap_err().contains("only the seller of order 7"));
		assert_eq!(name(confirm(), &funded, BUYER), Ok("confirm"));
		assert!(name(confirm(), &funded, SELLER).unwrap_err().contains("only the buyer"));
		let fund = || Fund { order: 7, max_price: None };
		assert_eq!(name(fund(), &order(OrderState::Created), BUYER), Ok("fund"));
		assert!(name(fund(), &funded, BUYER).unwrap_err().contains("no open offer"));
		assert_eq!(name(Cancel { order: 7 }, &funded, BUYER), Ok("cancel"));
		assert_eq!(name(Claim { order: 7 }, &funded, [9; 32]), Ok("claim_timeout"));
	}

	#[test]
	fn what_has_ended_is_only_forgotten() {
		let ended = OrderView { ended_at: Some(9), ..order(OrderState::Released) };
		let cancelled = name(Command::Cancel { order: 7 }, &ended, BUYER).unwrap_err();
		assert!(cancelled.contains("is decided (released)"), "{cancelled}");
		assert_eq!(name(Command::Forget { order: 7 }, &ended, BUYER), Ok("forget"));
		assert!(name(Command::Forget { order: 7 }, &order(OrderState::Funded), BUYER).is_err());
	}

	#[test]
	fn a_snapshot_is_not_cancelled_by_its_buyer_nor_delivered_by_hand() {
		let funded = data(OrderState::Funded);
		let refused = name(Command::Cancel { order: 7 }, &funded, BUYER).unwrap_err();
		assert!(refused.contains("comes back by itself in block 50"), "{refused}");
		assert_eq!(name(Command::Cancel { order: 7 }, &funded, SELLER), Ok("cancel"));
		let deliver = Command::Deliver { order: 7, part: None, evidence: None };
		assert!(name(deliver, &funded, SELLER).unwrap_err().contains("persistence nodes"));
		assert_eq!(
			name(Command::Confirm { order: 7, part: None }, &data(OrderState::Delivered), BUYER),
			Ok("confirm")
		);
	}

	#[test]
	fn parts_come_one_after_the_other() {
		let order = order(OrderState::Funded);
		assert_eq!(part_of(None, &order), Ok(1));
		assert_eq!(part_of(Some(2), &order), Ok(1));
		assert!(part_of(Some(1), &order).unwrap_err().message.contains("part 2 of order 7 is next"));
		assert!(part_of(Some(3), &order).unwrap_err().message.contains("2 parts"));
		assert_eq!(part_of(None, &data(OrderState::Delivered)), Ok(0));
	}

	#[test]
	fn a_file_goes_on_chain_by_its_hash() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("letter.txt");
		std::fs::write(&path, vec![7; 200_000]).unwrap();
		let hash = file_hash("souk/evidence/v1", &path).unwrap();
		assert_ne!(hash, file_hash("souk/terms/v1", &path).unwrap());
		let mut hasher = StreamHasher::new("souk/evidence/v1");
		hasher.update(&vec![7; 200_000]);
		assert_eq!(hash, hasher.finish());
		assert_eq!(
			file_hash("souk/terms/v1", dir.path().join("none").as_path()).unwrap_err().kind,
			crate::failure::Kind::NotFound
		);
	}
}
