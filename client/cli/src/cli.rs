//! What can be typed. Each command's own options stand in its file under `commands/`.

use crate::commands::{
	arbitrate, ask, asks, back, balance, buy, cancel, credential, curator, dispute, key, listing, node,
	order, proof, publish, query, rate, receipts, report, search, show, status, subscribe, subscriptions,
	tab, transfer, verify,
};
use clap::{ArgAction, Args, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the command line, a manifest or an amount cannot be understood
  3  a provider refused the query, and signed that it did
  4  the listing, account, key, node or snapshot does not exist
  5  the account has less money than is needed
  6  nobody answered, or not in time, or the chain could not be read
  7  the money came back: nothing was delivered or proved, or not what was listed
  8  a bundle of proved figures, or a credential, does not hold

Environment:
  SOUK_CHAIN_SPEC, SOUK_HOME, SOUK_ACCOUNT  defaults of the options of the same name
  SOUK_PASSWORD                             password of the account's key";

/// Buy, sell and query data on a Souk chain. Follows the chain as a light client: no server needs to be trusted.
#[derive(Debug, Parser)]
#[command(name = "souk", version, after_help = EXIT_CODES, max_term_width = 110)]
pub struct Cli {
	/// Options of every command.
	#[command(flatten)]
	pub global: Global,
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
	/// Chain specification that the light client starts from [default: chain-spec.json in the home directory]
	#[arg(long, global = true, value_name = "FILE")]
	pub chain_spec: Option<PathBuf>,
	/// Directory of keys and listing secrets [default: ~/.souk]
	#[arg(long, global = true, value_name = "DIR")]
	pub home: Option<PathBuf>,
	/// Name of a key, or a development URI like //Alice (development and local chains only) [default: the only key
	/// there is]
	#[arg(long, global = true, value_name = "KEY")]
	pub account: Option<String>,
	/// File whose first line is the key's password
	#[arg(long, global = true, value_name = "FILE")]
	pub password_file: Option<PathBuf>,
	/// Address of a node of the off-chain network, with its /p2p/<peer id>; may be repeated. Providers' addresses on
	/// chain are enough for most
	#[arg(long, global = true, value_name = "MULTIADDR")]
	pub bootnode: Vec<String>,
	/// Print one JSON document instead of text
	#[arg(long, global = true)]
	pub json: bool,
	/// Log to stderr; twice for more
	#[arg(short, long, global = true, action = ArgAction::Count)]
	pub verbose: u8,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make, import and list keys
	#[command(subcommand)]
	Key(key::Command),
	/// The chain, the account and the network at a glance
	Status(status::Args),
	/// What an account has
	Balance(balance::Args),
	/// Send money
	Transfer(transfer::Args),
	/// Put a dataset on sale, from its manifest
	Publish(publish::Args),
	/// Offer a service or goods; pause, resume or end a listing of one's own
	#[command(subcommand)]
	Listing(listing::Command),
	/// Find listings
	Search(search::Args),
	/// Everything about a listing
	Show(show::Args),
	/// Buy access to a listing
	Subscribe(subscribe::Args),
	/// What the account is subscribed to
	Subscriptions(subscriptions::Args),
	/// End a subscription and get back what was not used
	Cancel(cancel::Args),
	/// Money for queries that are paid one by one
	#[command(subcommand)]
	Tab(tab::Command),
	/// Run SQL over a listing's newest snapshot
	Query(query::Args),
	/// Check a bundle of proved figures off line, against the chain's record of the snapshot
	Verify(verify::Args),
	/// Ask for proved figures without a subscription, with a bounty for whoever proves them
	Ask(ask::Args),
	/// Queries with a bounty: what was asked, and what came of it
	#[command(subcommand)]
	Asks(asks::Command),
	/// Buy once and for all: a dataset's snapshot as a file, a service, goods
	Buy(buy::Args),
	/// Orders: what was bought or sold once and for all
	#[command(subcommand)]
	Order(order::Command),
	/// Disputes: orders that one side does not agree with, and the juries that rule on them
	#[command(subcommand)]
	Dispute(dispute::Command),
	/// Sit on juries: joins the pool of arbitrators, watches for cases, votes and reveals on time
	Arbitrate(arbitrate::Args),
	/// Report statements that contradict each other: who signed them pays, and whoever reports them has a share
	#[command(subcommand)]
	Report(report::Command),
	/// Proofs of deliveries: what the chain says of one
	#[command(subcommand)]
	Proof(proof::Command),
	/// Say how satisfied one is: with what one bought, or with who bought
	Rate(rate::Args),
	/// Credentials: what the sides of an order say of each other, signed, for whoever is shown it
	#[command(subcommand)]
	Credential(credential::Command),
	/// What is kept of orders, as JSON or PDF
	Receipts(receipts::Args),
	/// The curator's bond of a listing
	#[command(subcommand)]
	Curator(curator::Command),
	/// Put money behind a curator's bond, for a share of what she earns
	Back(back::Args),
	/// Register a worker or persistence node on chain, and talk to its daemon
	#[command(subcommand)]
	Node(node::Command),
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::{error::ErrorKind, CommandFactory as _};

	/// A tilde stands for a space within an argument.
	fn parse(line: &str) -> Result<Cli, clap::Error> {
		Cli::try_parse_from(line.split(' ').map(|word| word.replace('~', " ")))
	}

	#[test]
	fn the_command_line_is_well_formed() {
		Cli::command().debug_assert();
	}

	#[test]
	fn global_options_stand_before_or_after_the_command() {
		for line in ["souk --json --account //Alice status", "souk status --account //Alice --json"] {
			let cli = parse(line).unwrap();
			assert!(cli.global.json, "{line}");
			assert_eq!(cli.global.account.as_deref(), Some("//Alice"), "{line}");
		}
	}

	#[test]
	fn every_command_is_understood() {
		for line in [
			"souk key new main",
			"souk key import main --file seed.txt",
			"souk key list",
			"souk key show main",
			"souk status",
			"souk balance",
			"souk transfer 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY 5~SOUK",
			"souk publish m.toml --worker http://127.0.0.1:1 --worker http://127.0.0.1:2 --persistence http://127.0.0.1:3",
			"souk publish m.toml --worker http://127.0.0.1:1 --persistence x --bond 100~SOUK --no-activate --update --no-wait",
			"souk listing pause nyc",
			"souk listing resume 3",
			"souk listing retire nyc --yes",
			"souk search hourly weather --category climate --tag airports --max-price 5~wUSD --kind data",
			"souk show 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc",
			"souk show nyc --history --chain-only",
			"souk subscribe nyc --plan 1 --auto-renew --max-price 5~wUSD",
			"souk subscriptions",
			"souk cancel nyc",
			"souk tab open nyc --limit 20wUSD",
			"souk tab open 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc --limit 20~wUSD --plan 1 --max-price 0.1~wUSD",
			"souk tab list",
			"souk tab show 7",
			"souk tab top-up 7 5~wUSD",
			"souk tab close 7",
			"souk tab claim 7",
			"souk tab free nyc 10",
			"souk query nyc SELECT --tab 7 --max-price 0.1wUSD --pay-lost",
			"souk query nyc SELECT --format csv --out f.csv --snapshot latest --max-rows 10 --timeout 5s",
			"souk query nyc --file q.sql --snapshot 29920500 --attestation a.json --format parquet --out f",
			"souk query nyc --prove SELECT --bundle b.json --format csv --out f.csv",
			"souk query nyc --prove --file q.sql --timeout 5m",
			"souk query nyc --prove SELECT --tab 7 --max-price 0.5~wUSD",
			"souk verify b.json",
			"souk verify b.json --on-chain",
			"souk ask nyc --bounty 2~wUSD SELECT",
			"souk ask 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc --bounty 2~wUSD SELECT --within 100 --wait --bundle b.json",
			"souk ask nyc --bounty 2~wUSD --file q.sql --within 10m --snapshot 29920500 --columns b.json",
			"souk asks list",
			"souk asks list --of nyc",
			"souk asks show 7",
			"souk asks show 7 SELECT --bundle b.json",
			"souk asks withdraw 7",
			"souk asks claim 7",
			"souk asks forget 7",
			"souk buy nyc",
			"souk buy 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc --plan 1 --period 29920500 --out f.parquet --max-price 5~wUSD",
			"souk buy plumbing --terms agreed.txt",
			"souk order list",
			"souk order list --sales",
			"souk order show 7",
			"souk order offer plumbing --to bob --part 5~wUSD,3d,7d --part 10~wUSD,100~blocks,1d --terms agreed.txt",
			"souk order fund 7 --max-price 15~wUSD",
			"souk order deliver 7 --part 2 --evidence photo.jpg",
			"souk order confirm 7 --part 2",
			"souk order cancel 7",
			"souk order dispute 7 --evidence letter.txt",
			"souk order claim 7",
			"souk order forget 7",
			"souk dispute open 7 --evidence letter.txt",
			"souk dispute answer 5",
			"souk dispute evidence 5 photo.jpg",
			"souk dispute list --all",
			"souk dispute show 5",
			"souk dispute show 7 --order",
			"souk dispute vote 5 --for refuse",
			"souk dispute reveal 5",
			"souk dispute appeal 5",
			"souk dispute review 5",
			"souk dispute approve 5 bob",
			"souk dispute claim 5",
			"souk dispute read 5 --out case",
			"souk dispute share 5",
			"souk dispute follow 5 --once",
			"souk dispute show 5 --readers",
			"souk arbitrate --bond 200~SOUK --vote buyer --evidence cases --once",
			"souk arbitrate --leave",
			"souk arbitrate --withdraw",
			"souk report conflict first.json second.json",
			"souk report attestations first.json second.json",
			"souk order proof 7",
			"souk order proof 7 --out p.json --block-hash 0xabababababababababababababababababababababababababababababababab",
			"souk proof verify p.json",
			"souk rate 7 --score 5",
			"souk rate 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc --score 4",
			"souk rate nyc --score 1 --payer bob",
			"souk credential issue 7 --out c.json",
			"souk credential issue 7 --dispute-lost",
			"souk credential verify c.json",
			"souk credential verify c.json --offline",
			"souk credential list",
			"souk credential list --of bob",
			"souk credential revoke 7",
			"souk credential revoke 7 --kind reliable-payer",
			"souk credential remove 7 --kind dispute-lost",
			"souk receipts",
			"souk receipts list",
			"souk receipts show 7 --pdf r.pdf --out r.json --seller-name Weather~Ltd --buyer-name Me",
			"souk receipts show 7 --offline",
			"souk receipts tab 7",
			"souk receipts tab 7 --out r.json --offline",
			"souk receipts verify r.json",
			"souk listing create plumbing --kind service --title Plumbing --price 5~wUSD --price 50~wUSD --category home --tag pipes",
			"souk curator bond nyc 100~SOUK",
			"souk curator unbond nyc 100~SOUK",
			"souk curator withdraw nyc",
			"souk curator status nyc",
			"souk back nyc --amount 100~SOUK",
			"souk back 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/nyc --amount 100SOUK",
			"souk back open nyc --share 20% --most 500~SOUK",
			"souk back open nyc --share 12.5~%",
			"souk back close nyc",
			"souk back show nyc",
			"souk back list",
			"souk back leave 5 --amount 10~SOUK",
			"souk back leave 5 --all",
			"souk back withdraw 5",
			"souk back withdraw 5 --of bob",
			"souk back claim 5",
			"souk back claim 5 --asset wUSD --of bob",
			"souk node register --admin http://127.0.0.1:1 --address /ip4/192.0.2.1/tcp/1",
			"souk node register --admin http://127.0.0.1:1 --health http://192.0.2.1:9982/health",
			"souk node register --admin http://127.0.0.1:1 --no-health",
			"souk node status --admin http://127.0.0.1:1",
			"souk node jobs --admin http://127.0.0.1:1",
			"souk node retry 7 --admin http://127.0.0.1:1",
			"souk node downtime --from 1200 --for 2h",
			"souk node downtime --from 2026-12-24T18:00 --for 400",
		] {
			if let Err(error) = parse(line) {
				panic!("{line}: {error}");
			}
		}
	}

	#[test]
	fn what_cannot_be_meant_is_a_usage_error() {
		for (line, kind) in [
			("souk", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
			("souk frobnicate", ErrorKind::InvalidSubcommand),
			("souk query nyc", ErrorKind::MissingRequiredArgument),
			("souk query nyc SELECT --file q.sql", ErrorKind::ArgumentConflict),
			("souk query nyc SELECT --bundle b.json", ErrorKind::MissingRequiredArgument),
			("souk tab open nyc", ErrorKind::MissingRequiredArgument),
			("souk tab open nyc --limit 20", ErrorKind::ValueValidation),
			("souk tab close nyc", ErrorKind::ValueValidation),
			("souk verify", ErrorKind::MissingRequiredArgument),
			("souk ask nyc SELECT", ErrorKind::MissingRequiredArgument),
			("souk ask nyc --bounty 2~wUSD", ErrorKind::MissingRequiredArgument),
			("souk ask nyc --bounty 2 SELECT", ErrorKind::ValueValidation),
			("souk ask nyc --bounty 2~wUSD SELECT --within 0", ErrorKind::ValueValidation),
			("souk ask nyc --bounty 2~wUSD SELECT --bundle b.json", ErrorKind::MissingRequiredArgument),
			("souk asks", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
			("souk asks show nyc", ErrorKind::ValueValidation),
			("souk query nyc SELECT --format xml", ErrorKind::InvalidValue),
			("souk query nyc SELECT --snapshot yesterday", ErrorKind::ValueValidation),
			("souk query nyc --prove SELECT --max-price 5", ErrorKind::ValueValidation),
			("souk subscribe nyc --max-price 5", ErrorKind::ValueValidation),
			("souk subscribe nyc --plan -1", ErrorKind::UnknownArgument),
			("souk show a/", ErrorKind::ValueValidation),
			("souk order", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
			("souk order show nyc", ErrorKind::ValueValidation),
			("souk order offer plumbing --to bob", ErrorKind::MissingRequiredArgument),
			("souk order offer plumbing --to bob --part 5", ErrorKind::ValueValidation),
			("souk order proof 7 --block-hash 0xabab", ErrorKind::ValueValidation),
			("souk order deliver 7 --part 0", ErrorKind::ValueValidation),
			("souk order dispute 7", ErrorKind::MissingRequiredArgument),
			("souk dispute vote 5", ErrorKind::MissingRequiredArgument),
			("souk dispute vote 5 --for me", ErrorKind::InvalidValue),
			("souk arbitrate --leave --withdraw", ErrorKind::ArgumentConflict),
			(
				"souk node register --admin http://127.0.0.1:1 --health x --no-health",
				ErrorKind::ArgumentConflict,
			),
			("souk report conflict first.json", ErrorKind::MissingRequiredArgument),
			("souk node downtime --from 1200", ErrorKind::MissingRequiredArgument),
			("souk node downtime --from 2026-02-30 --for 2h", ErrorKind::ValueValidation),
			("souk listing create plumbing --kind service --title x", ErrorKind::MissingRequiredArgument),
			("souk listing create plumbing --kind data --title x --price 5~wUSD", ErrorKind::InvalidValue),
			("souk publish m.toml", ErrorKind::MissingRequiredArgument),
			("souk back", ErrorKind::MissingRequiredArgument),
			("souk back nyc", ErrorKind::MissingRequiredArgument),
			("souk back nyc --amount 5", ErrorKind::ValueValidation),
			("souk back open nyc", ErrorKind::MissingRequiredArgument),
			("souk back open nyc --share 0%", ErrorKind::ValueValidation),
			("souk back open nyc --share 101%", ErrorKind::ValueValidation),
			("souk back leave nyc", ErrorKind::MissingRequiredArgument),
			("souk back leave nyc --all --amount 5~SOUK", ErrorKind::ArgumentConflict),
		] {
			let error = parse(line).expect_err(line);
			assert_eq!(error.kind(), kind, "{line}");
			let help = ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
			assert!(kind == help || error.exit_code() == 2, "{line}");
		}
	}
}
