//! Writes `docs/economics.md` and its plot. Run in the root of the repository.

fn main() -> std::io::Result<()> {
	let page = souk_economics::page::write();
	std::fs::write("docs/economics.md", page.text)?;
	std::fs::write("docs/economics.svg", page.plot)
}
