//! The font of receipts: which characters it has, how wide they are, and where lines break.

use crate::text::printable;
use ttf_parser::Face;

/// Noto Sans Regular, reduced to Latin, Greek and Cyrillic scripts. See `assets/README.md`.
pub const DATA: &[u8] = include_bytes!("../../assets/NotoSans-Regular.subset.ttf");

/// The font, to measure with.
pub struct Measure {
	face: Face<'static>,
}

impl Measure {
	/// The one font that there is.
	pub fn new() -> Self {
		Self { face: Face::parse(DATA, 0).expect("the font is part of the program, and a test reads it") }
	}

	/// The text with characters that can be set: what is invisible, and what the font does not have, is written as its code
	/// point.
	pub fn settable(&self, text: &str) -> String {
		let mut out = String::with_capacity(text.len());
		for c in printable(text).chars() {
			match self.face.glyph_index(c) {
				Some(_) => out.push(c),
				None => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
			}
		}
		out
	}

	/// Width of a text in a size, both in points. Kerning makes it a little less.
	pub fn width(&self, text: &str, size: f32) -> f32 {
		let advance = |c| {
			let glyph = self.face.glyph_index(c).unwrap_or_default();
			f32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default())
		};
		text.chars().map(advance).sum::<f32>() * size / f32::from(self.face.units_per_em())
	}

	/// Lines that are no wider than `width`: broken at spaces, and within a word where it does not fit into a line. At most `most`;
	/// the last one then ends in an ellipsis.
	pub fn lines(&self, text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
		let fits = |line: &str| self.width(line, size) <= width;
		let mut lines = vec![String::new()];
		for word in text.split(' ').filter(|word| !word.is_empty()) {
			let line = lines.last_mut().expect("there is one from the start");
			let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
			if fits(&longer) {
				*line = longer;
				continue;
			}
			if !line.is_empty() {
				lines.push(String::new());
			}
			for c in word.chars() {
				let line = lines.last_mut().expect("there is one from the start");
				line.push(c);
				if !fits(line) && line.chars().count() > 1 {
					line.pop();
					lines.push(c.to_string());
				}
			}
		}
		if lines.len() > most {
			lines.truncate(most.max(1));
			let last = lines.last_mut().expect("one line is left");
			while !last.is_empty() && !fits(&format!("{last}…")) {
				last.pop();
			}
			last.push('…');
		}
		lines
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_the_font_lacks_is_written_as_its_code_point() {
		let measure = Measure::new();
		let same = "Zürich, Łódź, Αθήνα, Київ: 5 € – “½”";
		assert_eq!(measure.settable(same), same);
		assert_eq!(measure.settable("東京 🌦"), "[U+6771][U+4EAC] [U+1F326]");
		assert_eq!(measure.settable("a\u{202e}b\n"), "a\\u{202e}b\\n");
	}

	#[test]
	fn lines_are_no_wider_than_they_may_be() {
		let measure = Measure::new();
		let text = "Hourly weather at the New York airports, 2013, with aVeryLongWordThatFitsIntoNoLineAtAll at its end";
		let lines = measure.lines(text, 10.0, 120.0, 99);
		assert!(lines.len() > 4);
		assert!(lines.iter().all(|line| measure.width(line, 10.0) <= 120.0), "{lines:?}");
		let joined: String = lines.concat().split(' ').collect();
		assert_eq!(joined, text.split(' ').collect::<String>());
		assert_eq!(measure.lines("short", 10.0, 120.0, 1), ["short"]);
		assert_eq!(measure.lines("", 10.0, 120.0, 1), [""]);
	}

	#[test]
	fn what_does_not_fit_ends_in_an_ellipsis() {
		let measure = Measure::new();
		let lines = measure.lines(&"word ".repeat(100), 10.0, 120.0, 2);
		assert_eq!(lines.len(), 2);
		assert!(lines[1].ends_with('…') && measure.width(&lines[1], 10.0) <= 120.0);
		assert!(measure.width("mmm", 10.0) > 2.0 * measure.width("iii", 10.0));
	}
}
