//! What `substrate-wasm-builder` asks of the crate `wasm-opt`, without Binaryen.
//!
//! wasm-builder lets Binaryen do two things, without optimising: strip DWARF, and lower sign extension to the MVP's
//! instructions. Our target `wasm32v1-none` never emits anything beyond the MVP, so the second is a check here instead of a
//! transformation, and Binaryen's ten CPU-minutes of C++ are not built (docs/decisions/0007-no-binaryen.md). The names
//! are those of the original, so that wasm-builder compiles against either.

use std::{fmt, fs, io, ops::Range, path::Path};
use wasmparser::{BinaryReaderError, Parser, Payload, Validator, WasmFeatures};

/// WebAssembly 1.0, with the exported mutable globals that every linker emits.
const MVP: WasmFeatures = WasmFeatures::WASM1;
/// `\0asm` and the version.
const HEADER: Range<usize> = 0..8;

/// What to do with a module. Its debug sections always go; its names always stay.
#[derive(Debug, Default)]
pub struct OptimizationOptions(());

/// Passes that wasm-builder asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
	/// Leave the `.debug_*` sections out.
	StripDwarf,
	/// Sign extension must not occur.
	SignextLowering,
}

/// Why a module was refused.
#[derive(Debug)]
pub enum OptimizationError {
	/// A file could not be read or written.
	File(io::Error),
	/// The module is malformed, or uses what the MVP does not have.
	Module(BinaryReaderError),
}

impl fmt::Display for OptimizationError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::File(error) => error.fmt(f),
			Self::Module(error) => write!(f, "not a WebAssembly MVP module: {error}"),
		}
	}
}

impl std::error::Error for OptimizationError {}

impl From<io::Error> for OptimizationError {
	fn from(error: io::Error) -> Self {
		Self::File(error)
	}
}

impl From<BinaryReaderError> for OptimizationError {
	fn from(error: BinaryReaderError) -> Self {
		Self::Module(error)
	}
}

impl OptimizationOptions {
	/// No optimisation: the compiler has done that.
	pub fn new_opt_level_0() -> Self {
		Self::default()
	}

	/// Modules are always checked to be MVP.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Names always stay.
	pub fn debug_info(&mut self, _: bool) -> &mut Self {
		self
	}

	/// Both passes always run.
	pub fn add_pass(&mut self, _: Pass) -> &mut Self {
		self
	}

	/// Reads a module, checks it, and writes it without its debug sections.
	///
	/// # Errors
	/// A file that cannot be read or written; a module that is malformed or not MVP.
	pub fn run(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), OptimizationError> {
		let module = fs::read(from)?;
		Validator::new_with_features(MVP).validate_all(&module)?;
		fs::write(to, without_debug_sections(&module)?)?;
		Ok(())
	}
}

fn without_debug_sections(module: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
	let mut kept = module[HEADER].to_vec();
	for payload in Parser::new(0).parse_all(module) {
		let payload = payload?;
		if matches!(&payload, Payload::CustomSection(section) if section.name().starts_with(".debug_")) {
			continue;
		}
		if let Some((id, range)) = payload.as_section() {
			kept.push(id);
			push_length(&mut kept, range.len());
			kept.extend_from_slice(&module[range]);
		}
	}
	Ok(kept)
}

/// Unsigned LEB128.
fn push_length(to: &mut Vec<u8>, mut length: usize) {
	while length > 0x7f {
		to.push((length & 0x7f) as u8 | 0x80);
		length >>= 7;
	}
	to.push(length as u8);
}

#[cfg(test)]
mod tests {
	use super::*;

	const TYPE_OF_I32_TO_I32: &[u8] = &[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f];
	const ONE_FUNCTION: &[u8] = &[3, 2, 1, 0];
	const NAMES: &[u8] = &[0, 7, 4, b'n', b'a', b'm', b'e', 0, 0];

	/// A module with one function from i32 to i32 whose body is `local.get 0`, `operation`.
	fn module(operation: &[u8]) -> Vec<u8> {
		let mut module = b"\0asm\x01\0\0\0".to_vec();
		module.extend_from_slice(TYPE_OF_I32_TO_I32);
		module.extend_from_slice(ONE_FUNCTION);
		let body = [&[0, 0x20, 0], operation, &[0x0b]].concat();
		module.extend_from_slice(&[10, body.len() as u8 + 2, 1, body.len() as u8]);
		module.extend_from_slice(&body);
		module
	}

	fn run(module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		let dir = tempfile::tempdir()?;
		let (from, to) = (dir.path().join("from"), dir.path().join("to"));
		fs::write(&from, module)?;
		OptimizationOptions::new_opt_level_0().add_pass(Pass::StripDwarf).run(&from, &to)?;
		Ok(fs::read(to)?)
	}

	#[test]
	fn debug_sections_go_and_all_else_stays() {
		let plain = [module(&[]), NAMES.to_vec()].concat();
		// A section longer than one byte of LEB128 can say.
		let debug = [&[0, 0xb7, 1, 11], b".debug_info".as_slice(), &[7; 171]].concat();
		let with_debug = [plain[..8].to_vec(), debug, plain[8..].to_vec()].concat();
		assert_eq!(run(&with_debug).unwrap(), plain);
		assert_eq!(run(&plain).unwrap(), plain);
	}

	#[test]
	fn long_sections_keep_their_lengths() {
		let note = [&[0, 0xac, 2, 4], b"note".as_slice(), &[9; 295]].concat();
		let module = [module(&[]), note].concat();
		assert_eq!(run(&module).unwrap(), module);
	}

	#[test]
	fn sign_extension_is_refused() {
		let i32_extend8_s = 0xc0;
		let refused = run(&module(&[i32_extend8_s])).unwrap_err();
		assert!(refused.to_string().contains("sign extension"), "{refused}");
	}

	#[test]
	fn what_is_no_module_is_refused() {
		for bytes in [b"".as_slice(), b"\0asm", b"something else", &module(&[])[..20]] {
			assert!(matches!(run(bytes), Err(OptimizationError::Module(_))), "{bytes:?}");
		}
		assert!(matches!(
			OptimizationOptions::new_opt_level_0().run("/nowhere/from", "/nowhere/to"),
			Err(OptimizationError::File(_))
		));
	}
}
