//! The page is read back: its objects, its text by the font's own table of characters, its code square by square.

use super::*;
use crate::receipt::tests::{money, receipt};
use flate2::read::ZlibDecoder;
use qrcode::{Color, EcLevel, QrCode};
use souk_sdk::receipt::{PartEntry, Side};
use std::{collections::HashMap, io::Read as _};

/// A text that stands somewhere on the page.
#[derive(Debug)]
struct Shown {
	x: f32,
	y: f32,
	size: f32,
	text: String,
}

/// A page that was read.
struct Page {
	texts: Vec<Shown>,
	/// Squares and rows of them: left, top, right, bottom.
	squares: Vec<[f32; 4]>,
	attached: Vec<u8>,
}

/// The data of all streams, with what their dictionaries say.
fn streams(pdf: &[u8]) -> Vec<(String, Vec<u8>)> {
	let find = |from: usize, what: &[u8]| {
		pdf[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
	};
	let (mut found, mut from) = (Vec::new(), 0);
	while let Some(at) = find(from, b">>\nstream\n") {
		let start = at + b">>\nstream\n".len();
		let object = pdf[..at].windows(5).rposition(|window| window == b" obj\n").unwrap();
		let dictionary = String::from_utf8_lossy(&pdf[object..at]).into_owned();
		let length = dictionary.split("/Length ").nth(1).unwrap();
		let length: usize = length.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
		let mut data = pdf[start..start + length].to_vec();
		if dictionary.contains("/FlateDecode") {
			let mut inflated = Vec::new();
			ZlibDecoder::new(&data[..]).read_to_end(&mut inflated).unwrap();
			data = inflated;
		}
		found.push((dictionary, data));
		from = start + length;
	}
	found
}

/// The font's table of characters: glyph to text.
fn characters(streams: &[(String, Vec<u8>)]) -> HashMap<u16, String> {
	let (_, table) = streams.iter().find(|(dictionary, _)| dictionary.contains("/CMap")).unwrap();
	let table = String::from_utf8(table.clone()).unwrap();
	let mut characters = HashMap::new();
	for block in table.split("beginbfchar").skip(1) {
		for line in block.split("endbfchar").next().unwrap().lines().filter(|line| !line.is_empty()) {
			let digits: Vec<_> = line.split(['<', '>', ' ']).filter(|digits| !digits.is_empty()).collect();
			let units = hex::decode(digits[1]).unwrap();
			let units: Vec<_> = units.chunks(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
			characters
				.insert(u16::from_str_radix(digits[0], 16).unwrap(), String::from_utf16(&units).unwrap());
		}
	}
	characters
}

/// The bytes of the strings in `[(…)20<…>]`.
fn strings(array: &str) -> Vec<u8> {
	let byte = |c: char| u8::try_from(c).unwrap();
	let (mut bytes, mut rest, mut depth) = (Vec::new(), array.chars().peekable(), 0);
	while let Some(c) = rest.next() {
		match (depth, c) {
			(0, '(') => depth = 1,
			(0, '<') => {
				let digits: String = rest.by_ref().take_while(|digit| *digit != '>').collect();
				bytes.extend(hex::decode(digits).unwrap());
			}
			(0, _) | (1, ')') => depth = 0,
			(_, '\\') => match rest.next().unwrap() {
				'n' => bytes.push(b'\n'),
				'r' => bytes.push(b'\r'),
				't' => bytes.push(b'\t'),
				'b' => bytes.push(8),
				'f' => bytes.push(12),
				first @ '0'..='7' => {
					let digits = [first, rest.next().unwrap(), rest.next().unwrap()];
					bytes.push(u8::from_str_radix(&digits.iter().collect::<String>(), 8).unwrap());
				}
				other => bytes.push(byte(other)),
			},
			(_, other) => {
				// Parentheses that are balanced stand for themselves.
				depth += i32::from(other == '(') - i32::from(other == ')');
				bytes.push(byte(other));
			}
		}
	}
	bytes
}

fn read(pdf: &[u8]) -> Page {
	let streams = streams(pdf);
	let characters = characters(&streams);
	let content = |data: &[u8]| data.windows(3).any(|window| window == b"BT ");
	let (_, drawn) = streams.iter().find(|(_, data)| content(data)).unwrap();
	let number = |word: &str| word.parse::<f32>().unwrap();
	let (mut texts, mut squares) = (Vec::new(), Vec::new());
	// Bytes as they are: strings are binary, with their line ends escaped.
	let drawn: String = drawn.iter().map(|byte| char::from(*byte)).collect();
	for block in drawn.split("\nQ") {
		let words: Vec<_> = block.split([' ', '\n', '/']).filter(|word| !word.is_empty()).collect();
		let place = |what: &str| words.iter().position(|word| *word == what);
		if let Some(at) = words.iter().position(|word| word.starts_with("Tm")) {
			let size = number(words[place("Tf").unwrap() - 1]);
			// One glyph alone is shown by `Tj`, without an array.
			let (start, end) = (block.find("Tm").unwrap(), block.rfind("TJ").or(block.rfind("Tj")).unwrap());
			let glyphs = strings(&block[start + 2..end]);
			let text =
				glyphs.chunks(2).map(|glyph| characters[&u16::from_be_bytes([glyph[0], glyph[1]])].as_str());
			texts.push(Shown {
				x: number(words[at - 2]),
				y: number(words[at - 1]),
				size,
				text: text.collect(),
			});
		}
		let mut corners: Vec<(f32, f32)> = Vec::new();
		for (at, word) in words.iter().enumerate() {
			match *word {
				"m" => corners = vec![(number(words[at - 2]), number(words[at - 1]))],
				"l" => corners.push((number(words[at - 2]), number(words[at - 1]))),
				"h" => {
					let (xs, ys): (Vec<_>, Vec<_>) = corners.iter().copied().unzip();
					let least = |of: &[f32]| of.iter().copied().fold(f32::MAX, f32::min);
					let most = |of: &[f32]| of.iter().copied().fold(f32::MIN, f32::max);
					squares.push([least(&xs), least(&ys), most(&xs), most(&ys)]);
				}
				_ => {}
			}
		}
	}
	let attached = streams.iter().find(|(dictionary, _)| dictionary.contains("/EmbeddedFile")).unwrap();
	Page { texts, squares, attached: attached.1.clone() }
}

impl Page {
	/// All of it in the order of reading.
	fn text(&self) -> String {
		self.texts.iter().map(|shown| shown.text.as_str()).collect::<Vec<_>>().join("\n")
	}

	/// Where something stands that should not.
	fn out_of_place(&self) -> Option<&Shown> {
		let measure = Measure::new();
		self.texts.iter().find(|shown| {
			let right = shown.x + measure.width(&shown.text, shown.size);
			shown.x < LEFT - 0.1 || right > RIGHT + 0.5 || shown.y < 40.0 || shown.y > PAGE.1 - 40.0
		})
	}
}

#[test]
fn a_bookkeeper_finds_what_a_receipt_needs() {
	let page = read(&render(&receipt()).unwrap());
	let text = page.text();
	for part in [
		"Receipt",
		"No. 07070707-12",
		"Date 2026-11-28",
		"5C62Ck4UrFPiBtoCmeSrgF7x9yv9mn38446dhCpsi2mLHiFT",
		"main",
		"5C7LYpP2ZH3tpKbvVvwiVe54AapxErdPBbvkYhe6y9ZBkqWt",
		"Wetter in Zürich — Київ, [U+6771][U+4EAC]",
		"Dataset, one snapshot",
		"nyc-weather",
		"CC0-1.0",
		"due 2026-11-21 03:00:00 UTC (period 29920500), 1,234,567 bytes",
		&format!("content root {}", hex([5; 32])),
		"Quantity\n1",
		"in asset 1 of the chain, 6 decimals",
		"Paid to the seller  5 wUSD",
		"0.001 SOUK",
		"No. 12, released",
		"block 100, about 2026-11-28 23:10:00 UTC, reckoned from a later block",
		"block 104, 2026-11-28 23:10:00 UTC",
		&hex([6; 32]),
		"key-delivery, era 0, delivered by 5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL",
		&hex([7; 32]),
		&hex(receipt().hash()),
	] {
		assert!(text.contains(part), "{part:?} is not in\n{text}");
	}
	assert!(!text.contains("Refunded"), "{text}");
	assert!(page.out_of_place().is_none(), "{:?}", page.out_of_place());
}

#[test]
fn the_code_is_that_of_the_hash() {
	let page = read(&render(&receipt()).unwrap());
	let code = QrCode::with_error_correction_level(hex(receipt().hash()), EcLevel::Q).unwrap();
	let (width, expected) = (code.width(), code.to_colors());
	let side = CODE / width as f32;
	let top = page.squares.iter().map(|square| square[1]).fold(f32::MAX, f32::min);
	let place = |at: f32, from: f32| ((at - from) / side).round() as usize;
	let mut drawn = vec![Color::Light; width * width];
	for [left, up, right, down] in &page.squares {
		assert_eq!(place(*down, top) - place(*up, top), 1, "one row at a time");
		for column in place(*left, LEFT)..place(*right, LEFT) {
			drawn[place(*up, top) * width + column] = Color::Dark;
		}
	}
	assert_eq!(drawn, expected);
}

#[test]
fn the_document_that_is_hashed_is_attached_as_it_is() {
	let page = read(&render(&receipt()).unwrap());
	assert_eq!(page.attached, receipt().canonical());
	assert_eq!(Receipt::parse(&page.attached), Ok(receipt()));
}

#[test]
fn the_same_receipt_makes_the_same_page_for_the_archive() {
	let page = render(&receipt()).unwrap();
	assert_eq!(page, render(&receipt()).unwrap());
	let text = String::from_utf8_lossy(&page);
	assert!(text.contains("<pdfaid:part>3</pdfaid:part>"), "PDF/A-3");
	assert_eq!(text.matches("/Type/Page/").count() + text.matches("/Type/Page\n").count(), 1, "one page");
	assert!(text.contains("/FontFile2"), "the font is embedded");
	assert!(page.len() < 64 * 1024, "{} bytes", page.len());
}

#[test]
fn a_refund_says_so() {
	let refunded = Receipt {
		state: "refunded".into(),
		owner: Side::Seller,
		paid: money("0", "0"),
		refunded: money("3", "3000000"),
		from_bond: Some(money("2", "2000000")),
		..receipt()
	};
	let text = read(&render(&refunded).unwrap()).text();
	for part in [
		"Refund receipt",
		"3 wUSD\nRefunded",
		"2 wUSD\nRefunded",
		"out of the seller's bond",
		"Paid to the seller  0 wUSD",
	] {
		assert!(text.contains(part), "{part:?} is not in\n{text}");
	}
}

#[test]
fn money_that_is_still_held_is_not_called_paid() {
	let held =
		Receipt { state: "funded".into(), paid: money("0", "0"), delivered: None, ended: None, ..receipt() };
	let text = read(&render(&held).unwrap()).text();
	assert!(text.starts_with("Order confirmation") && text.contains("Paid to the seller  0 wUSD"), "{text}");
}

#[test]
fn whatever_strangers_write_stays_on_the_page() {
	let part = PartEntry { price: money("1", "1"), delivered_at: Some(u32::MAX), paid_at: Some(u32::MAX) };
	for hostile in
		["W".repeat(10_000), "🌦\u{202e}\u{0}\u{feff}\u{e000}שלום\u{1b}[2J".repeat(99), "a b ".repeat(999)]
	{
		let mut longest = Receipt {
			licence: hostile.clone(),
			state: hostile.clone(),
			refunded: money("3", "3000000"),
			from_bond: Some(money("2", "2000000")),
			parts: vec![part.clone(); 16],
			terms: Some(hex([1; 32])),
			..receipt()
		};
		longest.listing.title = Some(hostile.clone());
		longest.listing.address = hostile.clone();
		for party in [&mut longest.seller, &mut longest.buyer] {
			party.name = Some(hostile.clone());
		}
		let page = read(&render(&longest).unwrap());
		assert!(page.out_of_place().is_none(), "{:?}", page.out_of_place());
		let lowest = page.squares.iter().map(|square| square[3]).fold(0.0, f32::max);
		assert!(lowest < PAGE.1 - 30.0, "the code ends at {lowest}");
		assert!(page.text().contains("and 13 parts more"));
	}
}
