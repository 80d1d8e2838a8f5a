//! `souk listing`: offer what is no dataset; pause, resume or end a listing of one's own.

mod create;

use crate::{
	address::ListingAddress,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::{hex, state_name},
	text::printable,
};
use souk_sdk::{
	calls,
	types::{ListingKind, ListingState, ListingView},
	Call,
};
use std::io::IsTerminal as _;

/// `souk listing …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Put a service or goods on sale; datasets are put on sale by `souk publish`
	Create(create::Args),
	/// No new sales; whoever has paid is served on, and renewals stop. A snapshot that is due waits for six hours at most
	Pause {
		/// The listing: <name> or number
		listing: ListingAddress,
	},
	/// Sell it again
	Resume {
		/// The listing: <name> or number
		listing: ListingAddress,
	},
	/// End it for good: subscribers get back what they have not used, and the address is never used again
	Retire {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// Do not ask
		#[arg(long)]
		yes: bool,
	},
}

/// What is done to a listing in a state, or why it cannot be done.
fn change(command: &Command, listing: &ListingView) -> Result<Call, Failure> {
	let wrong = |wanted: &str| {
		Err(Failure::failed(format!(
			"{} is {}; {wanted}",
			printable(&listing.name),
			state_name(listing.state).replace('_', " ")
		)))
	};
	match (command, listing.state) {
		(Command::Create(_), _) => unreachable!("it is run elsewhere"),
		(Command::Pause { .. }, ListingState::Active) => {
			Ok(calls::listings_set_state(listing.id, ListingState::Paused))
		}
		(Command::Pause { .. }, _) => wrong("only an active listing can be paused"),
		(Command::Resume { .. }, ListingState::Paused | ListingState::Draft) => {
			Ok(calls::listings_set_state(listing.id, ListingState::Active))
		}
		(Command::Resume { .. }, _) => wrong("only a paused listing or a draft can be put on sale"),
		(Command::Retire { .. }, ListingState::Retired | ListingState::TakenDown) => {
			wrong("it has ended already")
		}
		(Command::Retire { .. }, _) => Ok(calls::listings_retire(listing.id)),
	}
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let listing = match &command {
		Command::Create(args) => return create::run(args.clone(), ctx, out).await,
		Command::Pause { listing } | Command::Resume { listing } | Command::Retire { listing, .. } => listing,
	};
	let (_, view) = ctx.own_listing(listing).await?;
	let call = change(&command, &view)?;
	if let Command::Retire { yes: false, .. } = command {
		confirm(&view)?;
	}
	let account = ctx.account()?;
	let step = ctx.progress.step("waiting until the change is final");
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let read = async {
		let after = ctx.view_from(done.block).await?.listing(view.id).await?;
		after.ok_or_else(|| Failure::not_found(format!("listing {} is gone", view.id)))
	};
	let said = format!("Changed the state of {}", printable(&view.address()));
	let view = read.await.map_err(|failure| failure.after(said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": view.id,
				"address": view.address(),
				"state": state_name(view.state),
				"fee": native(done.fee),
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	let state = state_name(view.state).replace('_', " ");
	writeln!(out, "{} is {state} since block {}.", printable(&view.address()), done.block)?;
	if view.state == ListingState::Retired && view.kind == ListingKind::DataProduct {
		writeln!(
			out,
			"Its bond is still held; `souk curator unbond {} <amount>` starts its way out.",
			view.id
		)?;
	}
	Ok(())
}

fn confirm(listing: &ListingView) -> Result<(), Failure> {
	if !std::io::stdin().is_terminal() {
		return Err(Failure::usage("retiring cannot be undone and nobody can be asked; use --yes"));
	}
	let question = format!("Retire {} for good?", printable(&listing.address()));
	match inquire::Confirm::new(&question).with_default(false).prompt() {
		Ok(true) => Ok(()),
		Ok(false) => Err(Failure::failed("nothing was changed")),
		Err(error) => Err(Failure::failed(format!("nothing was changed: {error}"))),
	}
}
