//! Whole lives leave no key behind.

use souk_fuzz::lifecycle::live;

/// What a life has, at least once in ten.
const ALL: [&str; 53] = [
	"create",
	"bond",
	"schedule",
	"assign",
	"activate",
	"submit",
	"quota",
	"subscribe",
	"subscribe hidden",
	"try",
	"order",
	"open tab",
	"ask",
	"deliver",
	"prove bad chunk",
	"mark delivered",
	"confirm",
	"dispute",
	"answer case",
	"settle voucher",
	"close tab",
	"cancel",
	"announce",
	"report",
	"restore bond",
	"commit",
	"reveal",
	"retire",
	"settle",
	"forget order",
	"forget ask",
	"clear trial",
	"clear",
	"unbond",
	"register",
	"deregister",
	"leave pool",
	"withdraw node bond",
	"withdraw",
	"leave with bond",
	"join pool",
	"open backing",
	"back",
	"unback",
	"withdraw backing",
	"claim income",
	"rate",
	"issue credential",
	"revoke credential",
	"remove credential",
	"set health",
	"vote",
	"clear health",
];

#[test]
fn whole_lives_leave_no_key_behind() {
	let lives = std::env::var("SOUK_LIVES").map_or(20, |lives| lives.parse().expect("a number of lives"));
	let counts = live(lives).unwrap_or_else(|broken| panic!("{broken}"));
	for name in ALL {
		assert!(counts.contains_key(name), "no life has {name}");
	}
	println!("{lives} lives: {counts:?}");
}
