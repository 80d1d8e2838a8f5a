//! As much HTTP as reading a metrics page or calling one JSON-RPC method on loopback needs.

use anyhow::{Context, Result};
use std::{
	io::{Read, Write},
	net::TcpStream,
	time::Duration,
};

/// How long an answer may take: a program that has much else to do on a busy machine is there all the same.
const PATIENCE: Duration = Duration::from_secs(120);

/// The body of `GET http://127.0.0.1:<port><path>`.
pub fn get(port: u16, path: &str) -> Result<String> {
	ok(port, answer(port, path)?)
}

/// Status and body of `GET http://127.0.0.1:<port><path>`, whatever the status.
pub fn answer(port: u16, path: &str) -> Result<(u16, String)> {
	exchange(port, &format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"))
}

fn ok(port: u16, (status, body): (u16, String)) -> Result<String> {
	anyhow::ensure!(status == 200, "HTTP status {status} on port {port}: {body}");
	Ok(body)
}

/// The `result` of a JSON-RPC call by HTTP POST.
pub fn rpc(port: u16, method: &str, params: serde_json::Value) -> Result<serde_json::Value> {
	let body =
		serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
	let request = format!(
		"POST / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
		body.len()
	);
	let mut answer: serde_json::Value = serde_json::from_str(&ok(port, exchange(port, &request)?)?)?;
	anyhow::ensure!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
	Ok(answer["result"].take())
}

fn exchange(port: u16, request: &str) -> Result<(u16, String)> {
	let mut stream = TcpStream::connect(("127.0.0.1", port))?;
	stream.set_read_timeout(Some(PATIENCE))?;
	stream.write_all(request.as_bytes())?;
	let mut answer = Vec::new();
	stream.read_to_end(&mut answer)?;
	let answer = String::from_utf8_lossy(&answer);
	let (head, body) = answer.split_once("\r\n\r\n").context("an HTTP answer without a body")?;
	let status =
		head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).context("no HTTP status")?;
	Ok((status, body.to_string()))
}

/// The value of one Prometheus sample whose line starts with `name`.
pub fn metric(page: &str, name: &str) -> Option<f64> {
	page.lines().filter(|line| line.starts_with(name)).find_map(|line| line.rsplit(' ').next()?.parse().ok())
}
