//! A receipt as a page: PDF/A-3, with the document that is hashed attached to it.
//!
//! Nothing on the page is of another source than the document. The same document always makes the same page.

use super::{
	font::{Measure, DATA},
	qr::Modules,
};
use crate::{failure::Failure, records::hex, text};
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use krilla::{
	color::luma,
	configure::{Archival, ConfigurationBuilder},
	embed::{AssociationKind, EmbeddedFile, MimeType},
	geom::{PathBuilder, Point, Rect},
	metadata::{DateTime, Metadata},
	page::PageSettings,
	paint::{Fill, FillRule, Stroke},
	surface::Surface,
	text::{Font, TextDirection},
	Document, SerializeSettings,
};
use souk_sdk::receipt::{BlockEntry, ListingEntry, Money, Party, Receipt};

/// A4, in points.
const PAGE: (f32, f32) = (595.276, 841.89);
const LEFT: f32 = 56.0;
const RIGHT: f32 = PAGE.0 - 56.0;
/// Where values begin.
const VALUES: f32 = 172.0;
const TEXT: f32 = 9.5;
const SMALL: f32 = 8.0;
const TITLE: f32 = 24.0;
const AMOUNT: f32 = 14.0;
/// Height of a line, in its size.
const LEADING: f32 = 1.4;
/// Between two rows.
const GAP: f32 = 3.0;
/// Lines of one value.
const MOST_LINES: usize = 2;
/// Parts of an order that are listed.
const MOST_PARTS: usize = 3;
/// Side of the QR code.
const CODE: f32 = 84.0;

const INK: u8 = 0;
const GREY: u8 = 95;
const RULE: u8 = 190;

/// The page of a receipt.
pub fn render(receipt: &Receipt) -> Result<Vec<u8>, Failure> {
	// What can be wrong here is wrong in this program.
	let failed = |what: String| Failure::failed(format!("the receipt cannot be set as a PDF: {what}"));
	let configuration = ConfigurationBuilder::new()
		.with_archival_validator(Archival::A3_B)
		.finish()
		.map_err(|error| failed(format!("{error:?}")))?;
	let mut document =
		Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
	let date = date_of(&issued(receipt).time);
	let title = format!("{} {}", heading(receipt), number(receipt));
	document.set_metadata(
		Metadata::new()
			.title(title)
			.language("en".into())
			.creator(concat!("souk ", env!("CARGO_PKG_VERSION")).into())
			.creation_date(date),
	);
	document.embed_file(EmbeddedFile {
		path: "receipt.json".into(),
		mime_type: MimeType::new("application/json"),
		description: Some("The receipt as the document that its hash is of".into()),
		association_kind: AssociationKind::Source,
		data: receipt.canonical().into(),
		modification_date: Some(date),
		compress: Some(false),
		location: None,
	});
	let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("no page".into()))?;
	let mut page = document.start_page_with(settings);
	let font = Font::new(DATA.into(), 0).ok_or_else(|| failed("no font".into()))?;
	{
		let mut sheet = Sheet { surface: page.surface(), font, measure: Measure::new(), y: 74.0 };
		sheet.fill(receipt);
		// What was drawn goes onto the page when the surface is dropped.
	}
	page.finish();
	document.finish().map_err(|error| failed(format!("{error:?}")))
}

/// Unique among all receipts: the order, and the beginning of the chain's genesis hash.
pub fn number(receipt: &Receipt) -> String {
	format!("{}-{}", hex::encode(&receipt.genesis[..4]), receipt.order)
}

/// When it became due what the receipt is for.
pub fn issued(receipt: &Receipt) -> &BlockEntry {
	let settled = receipt.delivered.as_ref().filter(|_| !is_refund(receipt)).or(receipt.ended.as_ref());
	settled.unwrap_or(&receipt.ordered)
}

fn is_refund(receipt: &Receipt) -> bool {
	receipt.state == "refunded"
}

fn heading(receipt: &Receipt) -> &'static str {
	match (is_refund(receipt), receipt.paid.units.as_str()) {
		(true, _) => "Refund receipt",
		(false, "0") => "Order confirmation",
		(false, _) => "Receipt",
	}
}

/// `2026-11-28T23:10:00Z` as a date; what is no such text is the first day of 1970.
fn date_of(time: &str) -> DateTime {
	let at = NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%SZ").unwrap_or_default();
	let small = |number: u32| u8::try_from(number).unwrap_or_default();
	DateTime::new(u16::try_from(at.year()).unwrap_or(1970))
		.month(small(at.month()))
		.day(small(at.day()))
		.hour(small(at.hour()))
		.minute(small(at.minute()))
		.second(small(at.second()))
		.utc_offset_hour(0)
		.utc_offset_minute(0)
}

fn kind_in_words(listing: &ListingEntry) -> &str {
	match listing.kind.as_str() {
		"data" => "Dataset, one snapshot",
		"service" => "Service",
		"physical" => "Goods, shipped",
		"digital" => "Digital goods",
		other => other,
	}
}

fn time_in_words(entry: &BlockEntry) -> String {
	let time = entry.time.replace('T', " ").replace('Z', " UTC");
	let number = text::grouped(entry.block.into());
	if entry.exact {
		format!("block {number}, {time}")
	} else {
		format!("block {number}, about {time}, reckoned from a later block")
	}
}

/// The page as it is filled from the top.
struct Sheet<'a> {
	surface: Surface<'a>,
	font: Font,
	measure: Measure,
	y: f32,
}

impl Sheet<'_> {
	fn fill(&mut self, receipt: &Receipt) {
		self.text(LEFT, TITLE, INK, heading(receipt));
		self.text_to(RIGHT, TEXT, INK, &format!("No. {}", number(receipt)));
		self.y += 15.0;
		let date = issued(receipt).time.split('T').next().unwrap_or_default();
		self.text_to(RIGHT, TEXT, INK, &format!("Date {date}"));
		self.y += 18.0;
		self.rule();

		self.party("Seller", &receipt.seller);
		self.party("Buyer", &receipt.buyer);
		self.rule();

		let listing = &receipt.listing;
		let name = listing.address.rsplit('/').next().unwrap_or_default();
		self.row("Sold", &[listing.title.as_deref().unwrap_or(name), kind_in_words(listing)]);
		self.row("Listing", &[&format!("No. {}", listing.id), &listing.address]);
		self.row("Licence", &[&receipt.licence]);
		if let Some(snapshot) = &receipt.snapshot {
			let due = snapshot.due.replace('T', " ").replace('Z', " UTC");
			let bytes = text::grouped(snapshot.bytes.into());
			let what = format!("due {due} (period {}), {bytes} bytes", snapshot.period);
			self.row("Snapshot", &[&what, &format!("content root {}", hex(snapshot.content_root))]);
		}
		if let Some(terms) = &receipt.terms {
			self.row("Terms, hash", &[terms]);
		}
		self.row("Quantity", &[&receipt.quantity.to_string()]);
		for (place, part) in receipt.parts.iter().take(MOST_PARTS).enumerate() {
			let when = match (part.paid_at, part.delivered_at) {
				(Some(block), _) => format!("paid in block {}", text::grouped(block.into())),
				(None, Some(block)) => format!("delivered in block {}", text::grouped(block.into())),
				(None, None) => "open".into(),
			};
			let price = format!("{} {}", part.price.amount, part.price.symbol);
			self.row(&format!("Part {}", place + 1), &[&format!("{price}, {when}")]);
		}
		if let Some(more) = receipt.parts.len().checked_sub(MOST_PARTS).filter(|more| *more > 0) {
			self.row("", &[&format!("and {more} parts more, see the attached document")]);
		}
		self.rule();
		self.money(receipt);
		self.rule();

		self.row("Order", &[&format!("No. {}, {}", receipt.order, receipt.state)]);
		self.row("Ordered", &[&time_in_words(&receipt.ordered)]);
		for (label, entry) in [("Delivered", &receipt.delivered), ("Ended", &receipt.ended)] {
			if let Some(entry) = entry {
				self.row(label, &[&time_in_words(entry)]);
			}
		}
		if let Some(proof) = &receipt.proof {
			let what = format!("{}, era {}, delivered by {}", proof.statement, proof.era, proof.by);
			self.row("Proof", &[&hex(proof.id), &what]);
		}
		self.row("Genesis", &[&hex(receipt.genesis)]);
		self.rule();
		self.seal(receipt);
	}

	/// Amounts, under each other at the right.
	fn money(&mut self, receipt: &Receipt) {
		let written = |money: &Money| format!("{} {}", money.amount, money.symbol);
		let price = &receipt.price;
		let asset = match price.asset.as_str() {
			"native" => "in the chain's own token".into(),
			number => format!("in asset {number} of the chain"),
		};
		self.amount("Price", &format!("{asset}, {} decimals", price.decimals), &written(price));
		if receipt.refunded.units != "0" {
			self.amount("Refunded", "out of what was held for the order", &written(&receipt.refunded));
		}
		if let Some(money) = &receipt.from_bond {
			self.amount("Refunded", "out of the seller's bond", &written(money));
		}
		self.y += 10.0;
		let paid = self.measure.settable(&format!("Paid to the seller  {}", written(&receipt.paid)));
		self.text_to(RIGHT, AMOUNT, INK, &paid);
		self.y += AMOUNT + GAP;
		if let Some(fee) = &receipt.fee {
			self.amount("Transaction fee", "to the chain, not to the seller", &written(fee));
		}
	}

	fn amount(&mut self, label: &str, what: &str, amount: &str) {
		let amount = self.measure.settable(amount);
		self.text_to(RIGHT, TEXT, INK, &amount);
		self.row(label, &[what]);
	}

	/// The hash, as text and as a code.
	fn seal(&mut self, receipt: &Receipt) {
		let hash = hex(receipt.hash());
		let top = self.y + 2.0;
		self.code(LEFT, top, &Modules::of(&hash));
		let beside = LEFT + CODE + 18.0;
		self.y = top + 14.0;
		let mut say = |size: f32, tone: u8, text: &str| {
			for line in self.measure.lines(text, size, RIGHT - beside, usize::MAX) {
				self.text(beside, size, tone, &line);
				self.y += size * LEADING;
			}
		};
		say(TEXT, INK, "Hash of this receipt");
		say(SMALL, INK, &hash);
		say(
			SMALL,
			GREY,
			"The hash, which the code repeats, is souk/receipt/v1 of the attached document receipt.json: whoever has the document can \
			 compute it. Order, amounts and proof can be compared with the chain while the order's record is kept there.",
		);
	}

	fn code(&mut self, left: f32, top: f32, modules: &Modules) {
		let side = CODE / modules.width() as f32;
		let mut path = PathBuilder::new();
		for (column, row, length) in modules.runs() {
			let (x, y) = (left + column as f32 * side, top + row as f32 * side);
			if let Some(rect) = Rect::from_xywh(x, y, length as f32 * side, side) {
				path.push_rect(rect);
			}
		}
		if let Some(path) = path.finish() {
			self.surface.set_fill(Some(ink(INK)));
			self.surface.draw_path(&path);
		}
	}

	fn party(&mut self, label: &str, party: &Party) {
		match &party.name {
			Some(name) => self.row(label, &[name, &party.account]),
			None => self.row(label, &[&party.account]),
		}
	}

	/// A label and its values, the first in the size of text and the others smaller.
	fn row(&mut self, label: &str, values: &[&str]) {
		self.text(LEFT, TEXT, GREY, label);
		for (place, value) in values.iter().enumerate() {
			let (size, tone) = if place == 0 { (TEXT, INK) } else { (SMALL, GREY) };
			let value = self.measure.settable(value);
			for line in self.measure.lines(&value, size, RIGHT - VALUES, MOST_LINES) {
				self.text(VALUES, size, tone, &line);
				self.y += size * LEADING;
			}
		}
		self.y += GAP;
	}

	fn rule(&mut self) {
		self.y -= GAP;
		let mut path = PathBuilder::new();
		path.move_to(LEFT, self.y);
		path.line_to(RIGHT, self.y);
		if let Some(path) = path.finish() {
			self.surface.set_fill(None);
			self.surface.set_stroke(Some(Stroke {
				paint: luma::Color::new(RULE).into(),
				width: 0.6,
				..Stroke::default()
			}));
			self.surface.draw_path(&path);
			self.surface.set_stroke(None);
		}
		self.y += 17.0;
	}

	fn text(&mut self, x: f32, size: f32, tone: u8, text: &str) {
		if text.is_empty() {
			return;
		}
		self.surface.set_fill(Some(ink(tone)));
		let at = Point::from_xy(x, self.y);
		self.surface.draw_text(at, self.font.clone(), size, text, false, TextDirection::LeftToRight);
	}

	/// A line that ends at `x`.
	fn text_to(&mut self, x: f32, size: f32, tone: u8, text: &str) {
		self.text(x - self.measure.width(text, size), size, tone, text);
	}
}

fn ink(tone: u8) -> Fill {
	Fill { paint: luma::Color::new(tone).into(), rule: FillRule::NonZero, ..Fill::default() }
}

#[cfg(test)]
mod tests;
