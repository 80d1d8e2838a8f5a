//! The benchmark itself: that it runs, and that both sides of a ratio give the same. How fast is not a test's to judge.

use std::process::Command;

#[test]
fn a_quick_look_compares_the_rows_and_prints_every_figure() {
	let output = Command::new(env!("CARGO_BIN_EXE_souk-bench"))
		.args(["--quick", "--markdown"])
		.output()
		.expect("the benchmark starts");
	let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
	assert!(output.status.success(), "{out}\n{err}");
	assert!(err.contains("both ways give the same rows"), "{err}");

	let markdown = &out[out.find("Machine: ").expect("a table in markdown")..];
	let figures = |name: &str| -> Vec<f64> {
		let row = markdown.lines().find(|line| line.starts_with(&format!("| {name}")));
		let row = row.unwrap_or_else(|| panic!("no row for {name}: {markdown}"));
		row.split('|').filter_map(|cell| cell.trim().replace(',', "").parse().ok()).collect()
	};
	for name in [
		"filter:",
		"group:",
		"self-join:",
		"window: 24",
		"window: the",
		"top",
		"perc",
		"dates",
		"CTEs",
		"extract",
	] {
		let row = figures(name);
		// rows, bytes, milliseconds bare and sandboxed, ratio
		assert_eq!(row.len(), 5, "{name}: {markdown}");
		assert!(row.iter().all(|figure| *figure > 0.0), "{name} found nothing: {markdown}");
	}
	assert_eq!(figures("count(*)")[0], 1.0);
	for name in ["result hashed, sealed, sent", "the same frames", "raw aws-lc-rs seal"] {
		assert!(figures(name).iter().all(|figure| *figure > 0.0), "{name}: {markdown}");
	}
	for name in [
		"a proof, from the secrets",
		"its multiplications",
		"the multiplications",
		"the transforms",
		"read, and hashed once",
		"read, cut into chunks",
		"the same, and written",
		"1,000",
		"2,000",
		"4,000",
		"natively, one thread",
		"what the chain charges for",
		"what is left of it after the refund",
		"1 column",
		"3 columns",
		"7 columns",
	] {
		assert!(figures(name).iter().all(|figure| *figure > 0.0), "{name}: {markdown}");
	}
	// The blob of wasm is left out of a build with SKIP_WASM_BUILD.
	if markdown.contains("our code in the runtime") {
		for name in
			["arkworks, natively", "our code, natively", "our code in pure wasm", "in a batch of 64, in"]
		{
			assert!(figures(name).iter().all(|figure| *figure > 0.0), "{name}: {markdown}");
		}
		for name in ["in the runtime's wasm", "its hashes alone", "the same by the host's Keccak-256"] {
			assert!(figures(name).iter().all(|figure| *figure > 0.0), "{name}: {markdown}");
		}
	}
	for target in [
		"median of ten",
		"worst of ten",
		"throughput",
		"its MSMs and FFTs alone",
		"read and hash it once",
		"rows proved in a second",
		"a million ÷ 10,000 rows",
		"memory of a proof",
		"bundle, KiB",
		"weight of a check",
		"hash their bytes with blake3",
	] {
		let named = markdown
			.lines()
			.any(|line| line.contains(target) && (line.contains("met") || line.contains("MISSED")));
		assert!(named, "no target {target}: {markdown}");
	}
}
