//! An executor on its own, for the integration tests of this crate.

fn main() -> std::process::ExitCode {
	souk_engine::executor_main()
}
