//! `souk credential issue`.

use crate::{
	context::{native, Context},
	failure::Failure,
	home,
	output::{self, Out},
	receipt::side_of,
	records::{hex, kind_name as listing_kind},
	text,
};
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	calls,
	credential::{kind_name, type_name, Facts, PriceRange, Statement},
	receipt::Side,
	types::{CredentialId, CredentialKind, CredentialView, OrderState, OrderView},
	View,
};
use std::{io::Write as _, path::PathBuf};

/// Runs it.
pub async fn run(
	order: u64,
	dispute_lost: bool,
	file: Option<PathBuf>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let order = crate::commands::order::find(order, &view).await?;
	let me = ctx.account_id()?;
	let id = named(&order, me, dispute_lost)?;
	let window = view.reputation_settings().await?.window;
	in_time(&order, window, view.head().number)?;
	let genesis = ctx.chain().await?.genesis();
	if view.credential(id).await?.is_some() {
		let kept = ctx.home.credential(&genesis, id)?;
		let kept = kept.map(|(_, path)| format!("; it is kept in {}", path.display())).unwrap_or_default();
		return Err(Failure::failed(format!(
			"the {} about order {} is issued already{kept}",
			type_name(id.kind),
			id.order
		)));
	}
	let account = ctx.account()?;
	let statement = statement(&view, &order, id, me, ctx).await?;
	let credential = match ctx.home.credential(&genesis, id)? {
		// Made before, and perhaps on its way: the chain takes one document of each kind.
		Some((kept, _)) if same(&kept.statement, &statement) => kept,
		_ => statement.sign(&account),
	};
	// Before its hash is on the chain: nobody can make it again after.
	let path = ctx.home.keep_credential(&credential)?;
	if let Some(file) = &file {
		home::replace(file, 0o644, |file| file.write_all(&credential.canonical()))?;
	}
	let step = ctx.progress.step("registering its hash, waiting until it is final");
	let call = calls::issue_credential(id.order, id.kind, credential.hash());
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let said = format!("{} about order {} issued", type_name(id.kind), id.order);
	let read = async { Ok::<_, Failure>(ctx.view_from(done.block).await?.credential(id).await?) };
	let record = read.await.map_err(|failure| failure.after(&said, &done))?;
	let shown = file.as_ref().unwrap_or(&path).display().to_string();
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"order": id.order, "kind": kind_name(id.kind), "type": type_name(id.kind), "file": shown,
				"hash": hex(credential.hash()), "credential": record, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	let mut facts = vec![
		("about", format_account(&credential.statement.subject)),
		("file", shown.clone()),
		("hash", hex(credential.hash())),
	];
	if let Some(CredentialView { record, .. }) = record {
		facts.push(("expires", format!("in block {}", record.until)));
		facts.push(("deposit", native(record.deposit).to_string()));
	}
	facts.push(("fee", native(done.fee).to_string()));
	output::pairs(out, &facts)?;
	writeln!(
		out,
		"Send the file to its subject, who shows it to whom they like: souk credential verify {shown}"
	)?;
	Ok(())
}

/// What somebody says with a credential about an order.
fn named(order: &OrderView, me: AccountId, dispute_lost: bool) -> Result<CredentialId, Failure> {
	let id = order.id;
	let side = side_of(order, me).ok_or_else(|| {
		Failure::failed(format!(
			"only the two sides of order {id} issue credentials about it, and you are {}; --account acts as another",
			format_account(&me)
		))
	})?;
	let kind = match (dispute_lost, side) {
		(true, _) => CredentialKind::DisputeLost,
		(false, Side::Buyer) => CredentialKind::TrustedSeller,
		(false, Side::Seller) => CredentialKind::ReliablePayer,
	};
	if !dispute_lost && (order.state != OrderState::Released || order.ended_at.is_none()) {
		return Err(Failure::failed(format!(
			"order {id} did not end with the seller paid (it is {}): there is nothing to vouch for",
			crate::receipt::state_name(order.state)
		)));
	}
	Ok(CredentialId { order: id, kind })
}

fn in_time(order: &OrderView, window: u32, block: u32) -> Result<(), Failure> {
	let until = order.ended_at.map(|ended| ended.saturating_add(window));
	match until {
		None => Err(Failure::failed(format!("order {} has not ended", order.id))),
		Some(until) if until <= block => Err(Failure::failed(format!(
			"order {} ended too long ago: credentials about it could be issued until block {until}",
			order.id
		))),
		Some(_) => Ok(()),
	}
}

async fn statement(
	view: &View,
	order: &OrderView,
	id: CredentialId,
	me: AccountId,
	ctx: &Context,
) -> Result<Statement, Failure> {
	let listing = view.listing(order.listing).await?;
	let listing =
		listing.ok_or_else(|| Failure::not_found(format!("there is no listing {}", order.listing)))?;
	let asset = view.asset_info(order.price.asset).await?;
	Ok(Statement {
		genesis: ctx.chain().await?.genesis(),
		id,
		issuer: me,
		subject: if order.buyer == me { order.seller } else { order.buyer },
		valid_from: text::utc_time(view.time().await?),
		facts: Facts {
			listing: listing.id,
			sold: listing_kind(listing.kind).into(),
			released: order.state == OrderState::Released,
			price: PriceRange::of(order.price.amount, asset.decimals, &asset.symbol),
		},
	})
}

/// Whether one says what the other does, if at another time.
fn same(one: &Statement, other: &Statement) -> bool {
	Statement { valid_from: other.valid_from.clone(), ..one.clone() } == *other
}

/// The credential as a command has kept it, for tests of others.
#[cfg(test)]
pub(super) fn example() -> souk_sdk::credential::Credential {
	let alice = souk_custody::Account::from_uri("//Alice").expect("it is a development account");
	let facts = Facts {
		listing: 3,
		sold: "service".into(),
		released: true,
		price: PriceRange::of(40_000_000, 6, "wUSD"),
	};
	Statement {
		genesis: [7; 32],
		id: CredentialId { order: 12, kind: CredentialKind::TrustedSeller },
		issuer: alice.id(),
		subject: [2; 32],
		valid_from: "2026-11-29T17:00:00Z".into(),
		facts,
	}
	.sign(&alice)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::order::tests::order_view;

	fn ended(state: OrderState) -> OrderView {
		OrderView { state, ended_at: Some(10), ..order_view() }
	}

	#[test]
	fn each_side_says_what_is_its_own() {
		let order = ended(OrderState::Released);
		let kind = |me, lost| named(&order, me, lost).map(|id| id.kind);
		assert_eq!(kind(order.buyer, false), Ok(CredentialKind::TrustedSeller));
		assert_eq!(kind(order.seller, false), Ok(CredentialKind::ReliablePayer));
		assert_eq!(kind(order.buyer, true), Ok(CredentialKind::DisputeLost));
		assert!(kind([9; 32], false).unwrap_err().message.contains("only the two sides"));
	}

	#[test]
	fn nobody_vouches_for_what_was_not_paid_or_is_long_ago() {
		let refunded = ended(OrderState::Refunded);
		assert!(named(&refunded, refunded.buyer, false).unwrap_err().message.contains("did not end"));
		assert!(named(&refunded, refunded.buyer, true).is_ok());
		assert_eq!(in_time(&refunded, 5, 14), Ok(()));
		assert!(in_time(&refunded, 5, 15).unwrap_err().message.contains("until block 15"));
		assert!(in_time(&order_view(), 5, 15).unwrap_err().message.contains("has not ended"));
	}

	#[test]
	fn a_document_that_was_made_before_is_used_again() {
		let statement = example().statement;
		let later = Statement { valid_from: "2026-11-29T18:00:00Z".into(), ..statement.clone() };
		assert!(same(&statement, &later));
		assert!(!same(&statement, &Statement { subject: [3; 32], ..later }));
	}

	#[test]
	fn credentials_are_kept_in_the_form_that_is_hashed() {
		let dir = tempfile::tempdir().unwrap();
		let home = home::Home::at(dir.path());
		let credential = example();
		let (genesis, id) = (credential.statement.genesis, credential.statement.id);
		assert_eq!(home.credential(&genesis, id).unwrap(), None);
		let path = home.keep_credential(&credential).unwrap();
		assert!(path.ends_with("12-trusted-seller.json"), "{}", path.display());
		assert_eq!(std::fs::read(&path).unwrap(), credential.canonical());
		assert_eq!(home.credential(&genesis, id).unwrap(), Some((credential, path.clone())));
		std::fs::write(&path, "{}").unwrap();
		assert!(home.credential(&genesis, id).unwrap_err().message.contains("no credential any more"));
	}
}
