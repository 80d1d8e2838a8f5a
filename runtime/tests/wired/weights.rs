//! Every call and every step of a hook of our pallets has a measured weight, and the runtime uses it.

use crate::*;
use frame_support::traits::GetCallMetadata;
use std::{any::type_name, collections::BTreeSet, fs, path::Path};

/// Our pallets with calls: the name in the runtime, the file of what was measured, and what the runtime takes for its weights.
const MEASURED: [(&str, &str, fn() -> &'static str); 13] = [
	("Validators", "validators", type_name::<<Runtime as pallet_validators::Config>::WeightInfo>),
	("Listings", "listings", type_name::<<Runtime as pallet_listings::Config>::WeightInfo>),
	("Subscriptions", "subscriptions", type_name::<<Runtime as pallet_subscriptions::Config>::WeightInfo>),
	("Curation", "curation", type_name::<<Runtime as pallet_curation::Config>::WeightInfo>),
	("Proofs", "proofs", type_name::<<Runtime as pallet_proofs::Config>::WeightInfo>),
	("Escrow", "escrow", type_name::<<Runtime as pallet_escrow::Config>::WeightInfo>),
	("Asks", "asks", type_name::<<Runtime as pallet_asks::Config>::WeightInfo>),
	("Tabs", "tabs", type_name::<<Runtime as pallet_tabs::Config>::WeightInfo>),
	("Disputes", "disputes", type_name::<<Runtime as pallet_disputes::Config>::WeightInfo>),
	("Stakes", "stakes", type_name::<<Runtime as pallet_stakes::Config>::WeightInfo>),
	("Availability", "availability", type_name::<<Runtime as pallet_availability::Config>::WeightInfo>),
	("Reputation", "reputation", type_name::<<Runtime as pallet_reputation::Config>::WeightInfo>),
	("Backing", "backing", type_name::<<Runtime as pallet_backing::Config>::WeightInfo>),
];

/// Pallets of the SDK, which bring what upstream has measured.
const UPSTREAM: [&str; 22] = [
	"System",
	"Timestamp",
	"Babe",
	"Balances",
	"Assets",
	"Session",
	"Grandpa",
	"ImOnline",
	"Sudo",
	"Council",
	"CouncilMembership",
	"Treasury",
	"Preimage",
	"Scheduler",
	"Parameters",
	"TxPause",
	"Utility",
	"Multisig",
	"Proxy",
	"Whitelist",
	"AssetRate",
	"AssetsHolder",
];

/// Calls that are measured under another name: one voucher is a batch of one, and the check of a proof that of the statement with the
/// most inputs.
const RENAMED: [(&str, &str, &str); 2] =
	[("tabs", "settle_voucher", "settle_vouchers"), ("proofs", "verify", "verify_proof")];

/// The functions that a file of weights has.
fn functions(source: &str) -> BTreeSet<String> {
	let names = source.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
	names.filter_map(|rest| rest.split('(').next()).map(Into::into).collect()
}

fn read(path: &str) -> String {
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
	fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is wanted of a pallet's weights and not there.
fn missing<'a>(
	pallet: &str,
	calls: impl IntoIterator<Item = &'a str>,
	measured: &BTreeSet<String>,
) -> Vec<String> {
	let name_of = |call: &'a str| {
		let renamed = RENAMED.iter().find(|(of, from, _)| *of == pallet && *from == call);
		renamed.map_or(call, |(_, _, to)| to)
	};
	calls.into_iter().filter(|call| !measured.contains(name_of(call))).map(Into::into).collect()
}

#[test]
fn every_call_and_step_of_a_hook_has_a_measured_weight() {
	for (module, file, _) in MEASURED {
		let measured = functions(&read(&format!("src/weights/{file}.rs")));
		let calls = RuntimeCall::get_call_names(module).iter().copied();
		assert_eq!(missing(file, calls, &measured), [""; 0], "calls of {module} that were not measured");
		// The trait has the steps of the hooks as well. Below it stand the numbers of the mocks.
		let source = read(&format!("../pallets/{file}/src/weights.rs"));
		let declared = functions(source.split("\n}\n").next().expect("it starts with the trait"));
		assert!(!declared.is_empty(), "{file}: no trait");
		assert_eq!(measured, declared, "{file}: what is measured, and what the pallet asks for");
	}
}

#[test]
fn the_runtime_uses_what_was_measured() {
	for (module, file, used) in MEASURED {
		let expected = format!("souk_runtime::weights::{file}::WeightInfo<");
		assert!(used().starts_with(&expected), "{module}: {} instead of {expected}", used());
	}
}

#[test]
fn no_pallet_with_calls_is_forgotten() {
	let known: BTreeSet<&str> = MEASURED.iter().map(|(module, ..)| *module).chain(UPSTREAM).collect();
	for module in RuntimeCall::get_module_names() {
		assert!(known.contains(module), "{module}: neither measured nor upstream's");
	}
}

#[test]
fn a_call_that_was_not_measured_is_found() {
	let source =
		"trait WeightInfo {\n\tfn open_tab() -> Weight;\n\tfn settle_vouchers(count: u32) -> Weight;\n}";
	let measured = functions(source);
	let calls = ["open_tab", "settle_voucher", "settle_vouchers"];
	assert_eq!(missing("tabs", calls, &measured), [""; 0]);
	assert_eq!(missing("tabs", ["open_tab", "close_tab"], &measured), ["close_tab"]);
	assert_eq!(missing("escrow", ["settle_voucher"], &measured), ["settle_voucher"]);
}
