//! `souk credential`: what the sides of an order say of each other, in documents that their subjects keep and show.
//!
//! ```text
//! issue ──signed──> a file, kept here and sent to its subject ──shown to anybody──> verify: signature, then the chain
//!   └──────hash──> the chain <──────────────────────── revoke, remove ─────────────────────────────┘
//! ```

mod issue;
mod list;
mod verify;

use crate::{
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_sdk::{
	calls,
	credential::{kind_name, type_name},
	types::{CredentialId, CredentialKind, CredentialView, OrderId},
	Call, View,
};
use std::path::PathBuf;

/// What a credential says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
	/// The seller can be trusted
	TrustedSeller,
	/// The buyer pays
	ReliablePayer,
	/// The other side has lost a dispute
	DisputeLost,
}

impl From<Kind> for CredentialKind {
	fn from(kind: Kind) -> Self {
		match kind {
			Kind::TrustedSeller => Self::TrustedSeller,
			Kind::ReliablePayer => Self::ReliablePayer,
			Kind::DisputeLost => Self::DisputeLost,
		}
	}
}

/// `souk credential …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say, signed, that the other side of a completed order can be relied on, or has lost a dispute
	Issue {
		/// The order's number
		order: u64,
		/// That it has lost the dispute about the order
		#[arg(long)]
		dispute_lost: bool,
		/// Where to write the document, besides keeping it
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
	},
	/// Check a credential: its signature, and what the chain knows of it
	Verify {
		/// The document
		file: PathBuf,
		/// Check the signature only
		#[arg(long)]
		offline: bool,
	},
	/// Credentials that one has issued, or that are about oneself
	List {
		/// Of another, by address or key name: how many of each kind, and not with whom
		#[arg(long, value_name = "ACCOUNT")]
		of: Option<String>,
	},
	/// Say that a credential of one's own does not hold any more
	Revoke {
		/// The order's number
		order: u64,
		/// Which, where one has issued several about it
		#[arg(long)]
		kind: Option<Kind>,
	},
	/// Remove a revoked credential from the chain; its deposit comes back
	Remove {
		/// The order's number
		order: u64,
		/// Which, where one has issued several about it
		#[arg(long)]
		kind: Option<Kind>,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::Issue { order, dispute_lost, out: file } => {
			issue::run(order, dispute_lost, file, ctx, out).await
		}
		Command::Verify { file, offline } => verify::run(&file, offline, ctx, out).await,
		Command::List { of } => list::run(of.as_deref(), ctx, out).await,
		Command::Revoke { order, kind } => {
			let (view, found) = own(order, kind, ctx).await?;
			if let Some(block) = found.record.revoked_at {
				return Err(Failure::failed(format!("it is revoked already, since block {block}")));
			}
			change(found.id, calls::revoke_credential(found.id), "revoked", &view, ctx, out).await
		}
		Command::Remove { order, kind } => {
			let (view, found) = own(order, kind, ctx).await?;
			refuse_to_remove(&found, view.head().number)?;
			change(found.id, calls::remove_credential(found.id), "removed", &view, ctx, out).await
		}
	}
}

/// Why a credential cannot be removed yet.
fn refuse_to_remove(found: &CredentialView, block: u32) -> Result<(), Failure> {
	if found.record.revoked_at.is_none() {
		return Err(Failure::failed(format!(
			"only a revoked credential is removed by hand; this one expires in block {}",
			found.record.until
		)));
	}
	if block < found.record.final_at {
		return Err(Failure::failed(format!(
			"a revoked credential stays until block {}, as long as another one could take its place",
			found.record.final_at
		)));
	}
	Ok(())
}

/// A credential about an order that the account has issued.
async fn own(order: OrderId, kind: Option<Kind>, ctx: &Context) -> Result<(View, CredentialView), Failure> {
	let me = ctx.account_id()?;
	let view = ctx.view().await?;
	let issued = view.all_credentials_of(me).await?;
	let found = chosen(issued, me, order, kind)?;
	Ok((view, found))
}

fn chosen(
	all: Vec<CredentialView>,
	me: souk_custody::AccountId,
	order: OrderId,
	kind: Option<Kind>,
) -> Result<CredentialView, Failure> {
	let is_meant = |found: &CredentialView| {
		let named = kind.is_none_or(|kind| found.id.kind == kind.into());
		found.record.issuer == me && found.id.order == order && named
	};
	let mut found = all.into_iter().filter(is_meant);
	match (found.next(), found.next()) {
		(Some(only), None) => Ok(only),
		(None, _) => Err(Failure::not_found(format!(
			"you have issued no such credential about order {order}, or it has expired; `souk credential list` shows yours"
		))),
		(Some(_), Some(_)) => Err(Failure::usage(format!(
			"you have issued several credentials about order {order}: say with --kind which"
		))),
	}
}

async fn change(
	id: CredentialId,
	call: Call,
	done_what: &str,
	view: &View,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let deposit = view.credential(id).await?.map_or(0, |found| found.record.deposit);
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let said = format!("The {} about order {} is {done_what}", type_name(id.kind), id.order);
	let read = async { Ok::<_, Failure>(ctx.view_from(done.block).await?.credential(id).await?) };
	let after = read.await.map_err(|failure| failure.after(&said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"order": id.order, "kind": kind_name(id.kind), "credential": after,
				"fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	if after.is_none() {
		writeln!(out, "The deposit of {} is free again.", native(deposit))?;
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::types::CredentialRecord;

	fn view(order: u64, kind: CredentialKind, issuer: u8) -> CredentialView {
		CredentialView {
			id: CredentialId { order, kind },
			record: CredentialRecord {
				listing: 3,
				issuer: [issuer; 32],
				subject: [9; 32],
				hash: [0; 32],
				issued_at: 5,
				final_at: 20,
				until: 100,
				revoked_at: None,
				deposit: 1,
			},
		}
	}

	#[test]
	fn the_one_that_is_meant_is_found() {
		let all = || {
			vec![
				view(7, CredentialKind::TrustedSeller, 1),
				view(7, CredentialKind::DisputeLost, 1),
				view(8, CredentialKind::TrustedSeller, 1),
				view(8, CredentialKind::ReliablePayer, 2),
			]
		};
		let chosen = |order, kind| super::chosen(all(), [1; 32], order, kind).map(|found| found.id.kind);
		assert_eq!(chosen(8, None), Ok(CredentialKind::TrustedSeller));
		assert_eq!(chosen(7, Some(Kind::DisputeLost)), Ok(CredentialKind::DisputeLost));
		assert!(chosen(7, None).unwrap_err().message.contains("--kind"));
		for (order, kind) in [(9, None), (8, Some(Kind::ReliablePayer))] {
			assert_eq!(chosen(order, kind).unwrap_err().kind, crate::failure::Kind::NotFound);
		}
	}

	#[test]
	fn a_credential_is_removed_once_it_is_revoked_for_good() {
		let mut found = view(7, CredentialKind::TrustedSeller, 1);
		assert!(refuse_to_remove(&found, 50).unwrap_err().message.contains("expires in block 100"));
		found.record.revoked_at = Some(6);
		assert!(refuse_to_remove(&found, 19).unwrap_err().message.contains("until block 20"));
		assert_eq!(refuse_to_remove(&found, 20), Ok(()));
	}
}
