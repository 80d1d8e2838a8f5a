//! A QR code as squares.

use qrcode::{Color, EcLevel, QrCode};

/// The modules of a QR code: rows from the top, dark ones true.
pub struct Modules {
	width: usize,
	dark: Vec<bool>,
}

impl Modules {
	/// The code of a short text, with a quarter of it in reserve for damage.
	pub fn of(text: &str) -> Self {
		let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::Q);
		let code = code.expect("a hash is far shorter than what the largest code takes");
		let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
		Self { width: code.width(), dark }
	}

	/// Modules in a row.
	pub fn width(&self) -> usize {
		self.width
	}

	/// Runs of dark modules: column, row, how many.
	pub fn runs(&self) -> Vec<(usize, usize, usize)> {
		let mut runs = Vec::new();
		for (row, modules) in self.dark.chunks(self.width.max(1)).enumerate() {
			let mut start = None;
			for (column, dark) in modules.iter().copied().chain([false]).enumerate() {
				match (start, dark) {
					(None, true) => start = Some(column),
					(Some(from), false) => {
						runs.push((from, row, column - from));
						start = None;
					}
					_ => {}
				}
			}
		}
		runs
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_runs_are_the_dark_modules() {
		let modules = Modules::of("0x0102");
		let mut dark = vec![false; modules.width() * modules.width()];
		for (column, row, length) in modules.runs() {
			for at in column..column + length {
				assert!(!std::mem::replace(&mut dark[row * modules.width() + at], true), "no module twice");
			}
		}
		assert_eq!(dark, modules.dark);
		// The corners of every code.
		assert!(dark[0] && dark[modules.width() - 1] && dark[modules.width() * (modules.width() - 1)]);
	}
}
