//! `souk credential list`.

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
	types::CredentialView,
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

/// Runs it.
pub async fn run(of: Option<&str>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let who = match of {
		Some(name) => ctx.resolve_account(name)?,
		None => ctx.account_id()?,
	};
	let view = ctx.view().await?;
	let genesis = ctx.chain().await?.genesis();
	let mut listed = Vec::new();
	for found in view.all_credentials_of(who).await? {
		let kept = ctx.home.credential(&genesis, found.id)?;
		let kept = kept.filter(|(credential, _)| credential.hash() == found.record.hash);
		listed.push(record(&found, kept.map(|(_, path)| path.display().to_string())));
	}
	let ratings = view.payer_ratings(who).await?.map(RatingsRecord::from);
	let block = view.head().number;
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
