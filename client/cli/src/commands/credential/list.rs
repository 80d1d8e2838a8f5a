//! `souk credential list`: one's own in full; of somebody else only how many there are, and never with whom they dealt.

use crate::{
	context::Context,
	failure::Failure,
	output::{self, Out},
	records::{hex, RatingsRecord},
};
use serde::Serialize;
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	credential::{kind_name, type_name},
	types::{CredentialKind, CredentialView},
};

/// A credential as the chain knows it, and whether it is kept here.
#[derive(Debug, Serialize)]
struct Listed {
	order: u64,
	kind: &'static str,
	r#type: &'static str,
	listing: u32,
	issuer: String,
	subject: String,
	hash: String,
	issued_at: u32,
	until: u32,
	revoked_at: Option<u32>,
	file: Option<String>,
}

/// How many credentials of a kind an account has to do with.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Count {
	kind: &'static str,
	r#type: &'static str,
	/// About it, and not revoked.
	about: usize,
	/// About it, and revoked.
	about_revoked: usize,
	/// By it, and not revoked.
	issued: usize,
	/// By it, and revoked.
	issued_revoked: usize,
}

/// Runs it.
pub async fn run(of: Option<&str>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let who = match of {
		Some(name) => ctx.resolve_account(name)?,
		None => ctx.account_id()?,
	};
	let view = ctx.view().await?;
	let found = view.all_credentials_of(who).await?;
	let ratings = view.payer_ratings(who).await?.map(RatingsRecord::from);
	let block = view.head().number;
	if !is_own(&who, of, ctx) {
		return of_another(who, &counts(&found, who), ratings.as_ref(), block, ctx, out);
	}
	let genesis = ctx.chain().await?.genesis();
	let mut listed = Vec::new();
	for found in found {
		let kept = ctx.home.credential(&genesis, found.id)?;
		let kept = kept.filter(|(credential, _)| credential.hash() == found.record.hash);
		listed.push(record(&found, kept.map(|(_, path)| path.display().to_string())));
	}
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"account": format_account(&who), "block": block, "ratings_as_payer": ratings, "credentials": listed,
			}),
		);
	}
	writeln!(out, "Rated as a payer: {}", RatingsRecord::or_none(ratings.as_ref()))?;
	if listed.is_empty() {
		writeln!(
			out,
			"No credentials. `souk credential issue <order>` issues one about the other side of an order."
		)?;
		return Ok(());
	}
	let rows = listed.iter().map(|one| row(one, who)).collect();
	let header = ["order", "type", "issued by", "about", "until block", "state", "file"];
	output::table(out, ctx.screen.width, &header, rows)
}

/// Whether an account is that of whoever asks: the one that acts, or one whose key is here.
fn is_own(who: &AccountId, of: Option<&str>, ctx: &Context) -> bool {
	of.is_none() || ctx.name_of(who).is_some() || ctx.account_id().is_ok_and(|me| me == *who)
}

fn counts(found: &[CredentialView], who: AccountId) -> Vec<Count> {
	let kinds = [CredentialKind::TrustedSeller, CredentialKind::ReliablePayer, CredentialKind::DisputeLost];
	let count = |kind: CredentialKind| {
		let number = |is_issuer: bool, is_revoked: bool| {
			let is_meant = |found: &&CredentialView| {
				let record = &found.record;
				found.id.kind == kind
					&& (record.issuer == who) == is_issuer
					&& record.revoked_at.is_some() == is_revoked
			};
			found.iter().filter(is_meant).count()
		};
		Count {
			kind: kind_name(kind),
			r#type: type_name(kind),
			about: number(false, false),
			about_revoked: number(false, true),
			issued: number(true, false),
			issued_revoked: number(true, true),
		}
	};
	kinds.map(count).into()
}

fn of_another(
	who: AccountId,
	counts: &[Count],
	ratings: Option<&RatingsRecord>,
	block: u32,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"account": format_account(&who), "block": block, "ratings_as_payer": ratings, "counts": counts,
			}),
		);
	}
	writeln!(out, "Rated as a payer: {}", RatingsRecord::or_none(ratings))?;
	let number = |holding: usize, revoked: usize| match revoked {
		0 => holding.to_string(),
		_ => format!("{holding}, and {revoked} revoked"),
	};
	let row = |one: &Count| {
		vec![
			one.r#type.to_owned(),
			number(one.about, one.about_revoked),
			number(one.issued, one.issued_revoked),
		]
	};
	let rows = counts.iter().map(row).collect();
	output::table(out, ctx.screen.width, &["type", "about this account", "issued by it"], rows)?;
	writeln!(out, "Its holder can show you one: `souk credential verify` checks it.")?;
	Ok(())
}

fn record(found: &CredentialView, file: Option<String>) -> Listed {
	let CredentialView { id, record: found } = found;
	Listed {
		order: id.order,
		kind: kind_name(id.kind),
		r#type: type_name(id.kind),
		listing: found.listing,
		issuer: format_account(&found.issuer),
		subject: format_account(&found.subject),
		hash: hex(found.hash),
		issued_at: found.issued_at,
		until: found.until,
		revoked_at: found.revoked_at,
		file,
	}
}

fn row(one: &Listed, who: AccountId) -> Vec<String> {
	let who = format_account(&who);
	let name = |account: &str| if account == who { "this account".into() } else { account.to_owned() };
	let state = one.revoked_at.map_or_else(|| "holds".into(), |block| format!("revoked in block {block}"));
	vec![
		one.order.to_string(),
		one.r#type.into(),
		name(&one.issuer),
		name(&one.subject),
		one.until.to_string(),
		state,
		one.file.clone().unwrap_or_else(|| "not kept here".into()),
	]
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::context::tests::offline;
	use souk_sdk::types::{CredentialId, CredentialRecord};

	const SELLER: AccountId = [9; 32];

	fn found(order: u64, kind: CredentialKind, issuer: u8, subject: u8, revoked: bool) -> CredentialView {
		CredentialView {
			id: CredentialId { order, kind },
			record: CredentialRecord {
				listing: 3,
				issuer: [issuer; 32],
				subject: [subject; 32],
				hash: [7; 32],
				issued_at: 5,
				final_at: 20,
				until: 100,
				revoked_at: revoked.then_some(6),
				deposit: 1,
			},
		}
	}

	#[test]
	fn of_another_there_are_numbers_and_nobody_s_address() {
		let found = [
			found(1, CredentialKind::TrustedSeller, 1, 9, false),
			found(2, CredentialKind::TrustedSeller, 2, 9, false),
			found(3, CredentialKind::TrustedSeller, 2, 9, true),
			found(3, CredentialKind::ReliablePayer, 9, 2, false),
			found(4, CredentialKind::DisputeLost, 9, 1, true),
		];
		let counts = counts(&found, SELLER);
		let numbers = |one: &Count| [one.about, one.about_revoked, one.issued, one.issued_revoked];
		assert_eq!(
			counts.iter().map(numbers).collect::<Vec<_>>(),
			[[2, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
		);
		let dir = tempfile::tempdir().unwrap();
		let said = |ctx: Context| {
			let mut out = Vec::new();
			of_another(SELLER, &counts, None, 50, &ctx, &mut out).unwrap();
			String::from_utf8(out).unwrap()
		};
		let (text, json) = (said(offline(dir.path())), said(offline(dir.path()).with_json()));
		assert!(text.contains("2, and 1 revoked") && text.contains("TrustedSellerCredential"), "{text}");
		let value: serde_json::Value = serde_json::from_str(&json).unwrap();
		assert_eq!((&value["counts"][0]["about"], value.get("credentials")), (&2.into(), None));
		for other in [[1; 32], [2; 32]].map(|account| format_account(&account)) {
			assert!(!text.contains(&other) && !json.contains(&other), "{other}");
		}
		let hash = hex([7; 32]);
		assert!(!text.contains(&hash) && !json.contains(&hash));
	}

	#[test]
	fn one_s_own_are_those_of_every_key_that_is_here() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		assert!(is_own(&SELLER, None, &ctx));
		assert!(!is_own(&SELLER, Some("somebody"), &ctx));
		for (name, uri) in [("main", "//Alice"), ("other", "//Bob")] {
			ctx.keystore.import(name, "correct horse", uri).unwrap();
			let id = ctx.resolve_account(name).unwrap();
			assert!(is_own(&id, Some(name), &ctx), "{name}");
		}
		assert!(!is_own(&SELLER, Some("somebody"), &ctx));
	}
}
