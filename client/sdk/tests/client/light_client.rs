//! What keeps a light client from connecting. What it does once it is connected is in `tests/scenarios`.

use souk_sdk::{Chain, SdkError};
use std::{path::PathBuf, process::Command, time::Duration};
use tokio::net::TcpSocket;

fn program() -> PathBuf {
	let here = std::env::current_exe().unwrap();
	let found = here.ancestors().skip(1).take(2).map(|dir| dir.join("souk-node")).find(|path| path.is_file());
	found.expect("souk-node is not built: run `cargo build --workspace --bins` first")
}

/// The raw spec of the development chain.
fn exported() -> serde_json::Value {
	let exported =
		Command::new(program()).args(["export-chain-spec", "--chain", "dev", "--raw"]).output().unwrap();
	assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
	serde_json::from_slice(&exported.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_light_client_from_connecting_is_named() {
	let reason = |error: SdkError| error.to_string();
	assert!(reason(Chain::connect("{").await.err().unwrap()).contains("not JSON"));
	assert!(reason(Chain::connect("{}").await.err().unwrap()).contains("no raw genesis"));
	let mut spec = exported();
	spec["bootNodes"] = serde_json::json!([]);
	assert!(reason(Chain::connect(&spec.to_string()).await.err().unwrap()).contains("boot nodes"));
	// Bound, and never listened on: nobody is there, and nobody else can be.
	let bound = TcpSocket::new_v4().unwrap();
	bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
	let port = bound.local_addr().unwrap().port();
	let gone = format!("/ip4/127.0.0.1/tcp/{port}/ws/p2p/{}", souk_network::PeerId::random());
	spec["bootNodes"] = serde_json::json!([gone]);
	let nobody = Chain::connect_within(&spec.to_string(), Duration::from_secs(5)).await;
	let error = nobody.err().unwrap();
	assert!(matches!(error, SdkError::NoFinality { .. }), "{error}");
	assert!(error.to_string().contains(&gone), "{error}");
	// Also if there was no time to start.
	let error = Chain::connect_within(&spec.to_string(), Duration::ZERO).await.err().unwrap();
	assert!(matches!(error, SdkError::NoFinality { .. }) && error.to_string().contains(&gone), "{error}");
}
