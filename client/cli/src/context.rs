//! What commands share: options, keys, and the chain and network, connected to when first needed.

use crate::{
	address::ListingAddress,
	amount::Amount,
	cli::Global,
	failure::{at_path, Failure, Kind},
	format::Screen,
	home::Home,
	password::{self, Passwords},
	progress::Progress,
	terminal,
	text::printable,
};
use futures::future::join_all;
use serde::Deserialize;
use souk_config::Price;
use souk_custody::{format_account, parse_account, Account, AccountId, Keystore};
use souk_network::{libp2p::multiaddr::Protocol, Multiaddr, Network, NetworkConfig, PeerId};
use souk_sdk::{
	assets::named,
	types::{Asset, ListingView},
	AssetInfo, Chain, Digest, View,
};
use std::{
	path::{Path, PathBuf},
	sync::OnceLock,
	time::Duration,
};
use tokio::sync::OnceCell;

/// Rows of a table where nobody knows how high the screen is.
const SCREENFUL: usize = 40;
/// Lines of the screen that are not for rows: borders, header, and what is said below.
const AROUND: u16 = 8;
/// Rows that a small screen shows all the same.
const FEWEST: u16 = 10;
/// How long a block that is final elsewhere may take to be final here.
const CATCH_UP: Duration = Duration::from_secs(60);
/// Characters of a table's cell.
const CELL: usize = 60;

/// What the process was started with, besides its command line.
#[derive(Clone, Default)]
pub struct Environment {
	/// `SOUK_CHAIN_SPEC`.
	pub chain_spec: Option<PathBuf>,
	/// `SOUK_HOME`.
	pub home: Option<PathBuf>,
	/// `HOME`.
	pub user_home: Option<PathBuf>,
	/// `SOUK_ACCOUNT`.
	pub account: Option<String>,
	/// `SOUK_PASSWORD`.
	pub password: Option<String>,
	/// Columns and rows of the terminal behind stdout, if it is one.
	pub terminal: Option<(u16, u16)>,
	/// Where progress goes.
	pub progress: Option<Progress>,
}

impl Environment {
	/// That of this process.
	pub fn of_process() -> Self {
		let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
		let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
		Self {
			chain_spec: path("SOUK_CHAIN_SPEC"),
			home: path("SOUK_HOME"),
			user_home: path("HOME"),
			account: text("SOUK_ACCOUNT"),
			password: text(password::VARIABLE),
			terminal: terminal::size(),
			progress: Some(Progress::to_stderr()),
		}
	}
}

/// What commands share.
pub struct Context {
	/// The home directory.
	pub home: Home,
	/// Keys at rest.
	pub keystore: Keystore,
	/// Where passwords come from.
	pub passwords: Passwords,
	/// Whether stdout gets one JSON document.
	pub json: bool,
	/// Where progress goes.
	pub progress: Progress,
	/// How much of a table is shown.
	pub screen: Screen,
	chain_spec: PathBuf,
	account: Option<String>,
	bootnodes: Vec<Multiaddr>,
	spec: OnceLock<Spec>,
	chain: OnceCell<Chain>,
	network: OnceCell<Network>,
	assets: OnceCell<Vec<AssetInfo>>,
}

/// The part of a chain specification that matters here, and the whole for the light client.
#[derive(Debug)]
pub struct Spec {
	/// Name for people.
	pub name: String,
	/// Whether development accounts may be used.
	pub development: bool,
	json: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecHead {
	name: String,
	chain_type: serde_json::Value,
}

impl Spec {
	fn parse(json: String) -> Result<Self, serde_json::Error> {
		let head: SpecHead = serde_json::from_str(&json)?;
		let development = matches!(head.chain_type.as_str(), Some("Development" | "Local"));
		Ok(Self { name: head.name, development, json })
	}
}

impl Context {
	/// Reads options and environment; opens and connects to nothing.
	pub fn new(global: Global, environment: Environment) -> Result<Self, Failure> {
		let home = global
			.home
			.or(environment.home)
			.or_else(|| environment.user_home.map(|home| home.join(".souk")))
			.map(Home::at)
			.ok_or_else(|| Failure::usage("there is no home directory; use --home or set SOUK_HOME"))?;
		let bootnodes = global
			.bootnode
			.iter()
			.map(|text| {
				text.parse()
					.map_err(|error| Failure::usage(format!("--bootnode {text} is no multiaddress: {error}")))
			})
			.collect::<Result<_, _>>()?;
		Ok(Self {
			keystore: Keystore::open(home.keys()),
			passwords: Passwords { file: global.password_file, variable: environment.password },
			json: global.json,
			progress: environment.progress.unwrap_or(Progress::Lines),
			screen: screen(environment.terminal),
			chain_spec: global.chain_spec.or(environment.chain_spec).unwrap_or_else(|| home.chain_spec()),
			account: global.account.or(environment.account),
			bootnodes,
			home,
			spec: OnceLock::new(),
			chain: OnceCell::new(),
			network: OnceCell::new(),
			assets: OnceCell::new(),
		})
	}

	/// The chain specification.
	pub fn spec(&self) -> Result<&Spec, Failure> {
		if let Some(spec) = self.spec.get() {
			return Ok(spec);
		}
		let path: &Path = &self.chain_spec;
		let json = std::fs::read_to_string(path)
			.map_err(at_path("read the chain specification", path))
			.map_err(|failure| Failure {
				message: format!("{failure}; name it with --chain-spec or SOUK_CHAIN_SPEC"),
				passes: false,
				..failure
			})?;
		let spec = Spec::parse(json).map_err(|error| {
			Failure::usage(format!("{} is no chain specification: {error}", path.display()))
		})?;
		Ok(self.spec.get_or_init(|| spec))
	}

	/// The chain, through the light client.
	pub async fn chain(&self) -> Result<&Chain, Failure> {
		self.chain
			.get_or_try_init(|| async {
				let spec = self.spec()?;
				let step = self.progress.step(format!("connecting to {}", spec.name));
				let chain = Chain::connect(&spec.json).await?;
				drop(step);
				Ok(chain)
			})
			.await
	}

	/// The chain's genesis hash, where it is connected to already.
	pub fn known_genesis(&self) -> Option<Digest> {
		self.chain.get().map(Chain::genesis)
	}

	/// The off-chain network, as a client without an identity of its own.
	pub async fn network(&self) -> Result<&Network, Failure> {
		let genesis = self.chain().await?.genesis();
		self.network
			.get_or_try_init(|| async {
				let keypair = NetworkConfig::keypair_from_seed(Account::fresh_network_seed());
				let config = NetworkConfig {
					bootnodes: self.bootnodes.clone(),
					..NetworkConfig::new(keypair, souk_sdk::reach::network_id(&genesis))
				};
				let (network, driver) = souk_network::build(config).map_err(|error| {
					// What it needs of the system may be free again.
					Failure::failed(format!("cannot start the off-chain network: {error}")).that_passes()
				})?;
				tokio::spawn(driver.run());
				Ok(network)
			})
			.await
	}

	/// Everything at the newest finalised block.
	pub async fn view(&self) -> Result<View, Failure> {
		Ok(self.chain().await?.latest().await?)
	}

	/// Everything at a finalised block that is at least `block`.
	pub async fn view_from(&self, block: u32) -> Result<View, Failure> {
		let chain = self.chain().await?;
		Ok(chain.at(chain.reached(block, CATCH_UP).await?))
	}

	/// A listing, and the view that it was read from.
	pub async fn listing(&self, address: &ListingAddress) -> Result<(View, ListingView), Failure> {
		let view = self.view().await?;
		let found = match address {
			ListingAddress::Id(id) => view.listing(*id).await?,
			ListingAddress::Named { owner, name } => {
				let owner = match owner {
					Some(owner) => self.resolve_account(owner)?,
					None => self.account_id()?,
				};
				view.listing_by_address(owner, name).await?
			}
		};
		match found {
			Some(listing) => Ok((view, listing)),
			None => Err(Failure::not_found(match address {
				ListingAddress::Named { owner: None, name } => format!(
					"your account has no listing {name}; somebody else's is written <account>/{name}, and `souk search` \
					 finds those"
				),
				address => format!("there is no {address} on this chain; `souk search` finds listings"),
			})),
		}
	}

	/// A listing of the account that acts.
	pub async fn own_listing(&self, address: &ListingAddress) -> Result<(View, ListingView), Failure> {
		let (view, listing) = self.listing(address).await?;
		let account = self.account_id()?;
		if listing.owner != account {
			return Err(Failure::failed(format!(
				"{address} belongs to {}, not to your account {}; only its curator can change it",
				format_account(&listing.owner),
				format_account(&account)
			)));
		}
		Ok((view, listing))
	}

	/// The assets that prices can be in, the native one first.
	pub async fn assets(&self) -> Result<&[AssetInfo], Failure> {
		let assets = self
			.assets
			.get_or_try_init(|| async {
				let mut assets = self.view().await?.assets().await?;
				for asset in &mut assets {
					asset.symbol = printable(&asset.symbol);
				}
				Ok::<_, Failure>(assets)
			})
			.await?;
		Ok(assets)
	}

	/// An amount of an asset.
	pub async fn amount(&self, asset: Asset, units: u128) -> Result<Amount, Failure> {
		if asset == Asset::Native {
			return Ok(native(units));
		}
		let known = self.assets().await?.iter().find(|known| known.id == asset);
		let asset = known.cloned().ok_or_else(|| {
			Failure::not_found(format!(
				"asset {asset:?} has no symbol on this chain, so its amounts cannot be shown"
			))
		})?;
		Ok(Amount { units, asset })
	}

	/// What was written as a price.
	pub async fn priced(&self, written: &Price) -> Result<Amount, Failure> {
		let Some(symbol) = &written.asset else { return Ok(native(0)) };
		if symbol.eq_ignore_ascii_case(&AssetInfo::native().symbol) {
			return Amount::of(written, AssetInfo::native());
		}
		let asset = named(self.assets().await?, symbol).map_err(|error| Failure::usage(error.to_string()))?;
		Amount::of(written, asset.clone())
	}

	/// An account that can pay: `what` names what it is for. Fees come on top and are the chain's to check.
	pub async fn require_funds(
		&self,
		account: AccountId,
		amount: &Amount,
		what: &str,
	) -> Result<(), Failure> {
		let free = self.chain().await?.balance(account, amount.asset.id).await?.free;
		let Some(missing) = amount.units.checked_sub(free).filter(|missing| *missing > 0) else {
			return Ok(());
		};
		let of = |units| Amount { units, asset: amount.asset.clone() };
		Err(Failure::new(
			Kind::InsufficientFunds,
			format!(
				"{what} needs {amount}, and {} has {}: {} are missing; nothing was sent",
				format_account(&account),
				of(free),
				of(missing)
			),
		))
	}

	/// Connects to nodes of the off-chain network, so that the DHT can be asked. How many are connected then.
	pub async fn reach(
		&self,
		peers: impl IntoIterator<Item = (PeerId, Vec<Multiaddr>)>,
	) -> Result<usize, Failure> {
		let network = self.network().await?;
		let attempts = peers.into_iter().map(|(peer, addresses)| async move {
			if let Err(error) = network.connect(peer, addresses).await {
				tracing::info!(%peer, %error, "not reached");
			}
		});
		join_all(attempts).await;
		Ok(network.connected_peers())
	}

	/// Connects to the boot nodes; how many nodes of the off-chain network are connected then.
	pub async fn reach_bootnodes(&self) -> Result<usize, Failure> {
		self.reach(self.bootnodes.iter().filter_map(|address| match address.iter().last() {
			Some(Protocol::P2p(peer)) => Some((peer, vec![address.clone()])),
			_ => None,
		}))
		.await
	}

	/// What the user calls the account that acts: an option, or the only key there is.
	fn account_name(&self) -> Result<String, Failure> {
		if let Some(name) = &self.account {
			return Ok(name.clone());
		}
		let mut keys = self.keystore.list()?;
		match (keys.pop(), keys.pop()) {
			(Some(only), None) => Ok(only.name),
			(Some(_), Some(_)) => Err(Failure::usage("there are several keys; say which one with --account")),
			_ => Err(Failure::usage(
				"there is no key yet; make one with `souk key new <name>`, or use --account",
			)),
		}
	}

	/// The account that acts, able to sign. Asks for its password.
	pub fn account(&self) -> Result<Account, Failure> {
		let name = self.account_name()?;
		if is_development_uri(&name) {
			return self.development_account(&name);
		}
		// First: whoever mistypes a name is not asked for its password.
		self.keystore.show(&name)?;
		Ok(self.keystore.unlock(&name, &self.passwords.existing(&name)?)?)
	}

	/// The account that acts, public part only. Asks nothing.
	pub fn account_id(&self) -> Result<AccountId, Failure> {
		self.resolve_account(&self.account_name()?)
	}

	/// The account that acts, where one was named or there is just one key: for commands that need none.
	pub fn any_account_id(&self) -> Result<Option<AccountId>, Failure> {
		if self.account.is_some() {
			return self.account_id().map(Some);
		}
		let keys = self.keystore.list()?;
		Ok(match keys.as_slice() {
			[only] => Some(only.account),
			_ => None,
		})
	}

	/// An account by SS58 address, hexadecimal public key, key name or development URI.
	pub fn resolve_account(&self, text: &str) -> Result<AccountId, Failure> {
		if is_development_uri(text) {
			return Ok(self.development_account(text)?.id());
		}
		if let Ok(id) = parse_account(text) {
			return Ok(id);
		}
		match self.keystore.show(text) {
			Ok(key) => Ok(key.account),
			Err(_) => Err(Failure::not_found(format!(
				"{text} is neither an account's address nor one of your keys; `souk key list` shows those"
			))),
		}
	}

	/// What the user calls an account, where it is one of the keys.
	pub fn name_of(&self, account: &AccountId) -> Option<String> {
		let keys = self.keystore.list().ok()?;
		keys.into_iter().find(|key| key.account == *account).map(|key| key.name)
	}

	fn development_account(&self, uri: &str) -> Result<Account, Failure> {
		let spec = self.spec()?;
		if !spec.development {
			return Err(Failure::usage(format!(
				"everybody knows the key of {uri}; {} is no development chain, use a key of your own",
				spec.name
			)));
		}
		Ok(Account::from_uri(uri)?)
	}
}

fn screen(terminal: Option<(u16, u16)>) -> Screen {
	Screen {
		rows: terminal.map_or(SCREENFUL, |(_, rows)| usize::from(rows.saturating_sub(AROUND).max(FEWEST))),
		cell: CELL,
		width: terminal.map(|(columns, _)| columns),
	}
}

/// An amount of SOUK, in planck.
pub fn native(units: u128) -> Amount {
	Amount { units, asset: AssetInfo::native() }
}

/// What was written as an amount of SOUK.
pub fn native_price(written: &Price) -> Result<Amount, Failure> {
	let native = AssetInfo::native();
	match &written.asset {
		None => Ok(self::native(0)),
		Some(symbol) if symbol.eq_ignore_ascii_case(&native.symbol) => Amount::of(written, native),
		Some(_) => Err(Failure::usage(format!("bonds are in {}, not in {written}", native.symbol))),
	}
}

fn is_development_uri(name: &str) -> bool {
	name.starts_with("//")
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	/// A context that knows a home and a password, and no chain.
	pub(crate) fn offline(home: &Path) -> Context {
		let environment = Environment {
			home: Some(home.into()),
			password: Some("correct horse".into()),
			progress: Some(Progress::Silent),
			..Environment::default()
		};
		Context::new(Global::default(), environment).expect("a home is given")
	}

	impl Context {
		pub(crate) fn with_json(mut self) -> Self {
			self.json = true;
			self
		}

		fn with_account(mut self, name: &str) -> Self {
			self.account = Some(name.into());
			self
		}

		fn with_spec(self, chain_type: &str) -> Self {
			let json = format!(r#"{{"name":"Test","chainType":{chain_type},"genesis":{{}}}}"#);
			std::fs::write(&self.chain_spec, json).expect("the home exists");
			self
		}
	}

	#[test]
	fn options_go_before_the_environment() {
		let global = Global { home: Some("/a".into()), chain_spec: Some("/b".into()), ..Global::default() };
		let environment =
			Environment { home: Some("/x".into()), chain_spec: Some("/y".into()), ..Environment::default() };
		let ctx = Context::new(global, environment.clone()).unwrap();
		assert_eq!((ctx.home.keys(), ctx.chain_spec), (PathBuf::from("/a/keys"), PathBuf::from("/b")));
		let ctx = Context::new(Global::default(), environment).unwrap();
		assert_eq!((ctx.home.keys(), ctx.chain_spec), (PathBuf::from("/x/keys"), PathBuf::from("/y")));
		let plain = Environment { user_home: Some("/u".into()), ..Environment::default() };
		let ctx = Context::new(Global::default(), plain).unwrap();
		assert_eq!(ctx.chain_spec, PathBuf::from("/u/.souk/chain-spec.json"));
		assert!(Context::new(Global::default(), Environment::default()).is_err());
	}

	#[test]
	fn development_accounts_work_on_development_chains_only() {
		let dir = tempfile::tempdir().unwrap();
		let local = offline(dir.path()).with_spec(r#""Local""#).with_account("//Alice");
		assert_eq!(local.account().unwrap().ss58(), ALICE);
		assert_eq!(local.account_id().unwrap(), parse_account(ALICE).unwrap());
		for other in [r#""Live""#, r#"{"Custom":"Local"}"#] {
			let live = offline(dir.path()).with_spec(other).with_account("//Alice");
			assert_eq!(live.account().unwrap_err().kind, Kind::Usage, "{other}");
			assert!(live.resolve_account("//Alice").is_err(), "{other}");
		}
	}

	#[test]
	fn the_only_key_is_the_account() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		assert!(ctx.account().unwrap_err().message.contains("souk key new"));
		assert_eq!(ctx.any_account_id(), Ok(None));
		ctx.keystore.import("main", "correct horse", "//Alice").unwrap();
		assert_eq!(ctx.account().unwrap().ss58(), ALICE);
		assert_eq!(ctx.resolve_account("main").unwrap(), ctx.account_id().unwrap());
		assert_eq!(ctx.any_account_id(), ctx.account_id().map(Some));
		ctx.keystore.import("other", "correct horse", "//Bob").unwrap();
		assert!(ctx.account().unwrap_err().message.contains("--account"));
		assert_eq!(ctx.any_account_id(), Ok(None));
		assert_eq!(ctx.with_account("nobody").any_account_id().unwrap_err().kind, Kind::NotFound);
	}

	#[test]
	fn a_table_fits_the_screen() {
		assert_eq!(screen(None), Screen { rows: SCREENFUL, cell: CELL, width: None });
		assert_eq!(screen(Some((80, 50))), Screen { rows: 42, cell: CELL, width: Some(80) });
		assert_eq!(screen(Some((80, 5))).rows, 10);
	}

	#[test]
	fn bonds_are_in_the_native_token() {
		assert_eq!(native_price(&"1.5 souk".parse().unwrap()).unwrap().units, 1_500_000_000_000);
		assert_eq!(native_price(&"0".parse().unwrap()).unwrap().units, 0);
		assert_eq!(native_price(&"5 wUSD".parse().unwrap()).unwrap_err().kind, Kind::Usage);
	}

	#[test]
	fn a_missing_specification_names_the_option() {
		let dir = tempfile::tempdir().unwrap();
		let failure = offline(dir.path()).spec().unwrap_err();
		assert_eq!((failure.kind, failure.passes), (Kind::NotFound, false));
		assert!(failure.message.contains("--chain-spec"));
	}
}
