//! JSON in the one form of RFC 8785 (JCS), for what is hashed and signed: no white space, the keys of an object sorted by their UTF-16
//! code units, strings escaped as little as can be. Numbers are whole and at most 2⁵³ − 1 in size: others do not mean the same to all readers.

use serde_json::Value;

/// The largest whole number that every reader of JSON takes for the same.
const LARGEST: u64 = (1 << 53) - 1;

/// The canonical bytes of a value; `None` where it has a number that is not whole, or too large.
pub fn canonical(value: &Value) -> Option<Vec<u8>> {
	let mut out = Vec::new();
	write(value, &mut out)?;
	Some(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Option<()> {
	match value {
		Value::Null => out.extend(b"null"),
		Value::Bool(true) => out.extend(b"true"),
		Value::Bool(false) => out.extend(b"false"),
		Value::Number(number) => {
			let fits = number.as_u64().is_some_and(|whole| whole <= LARGEST)
				|| number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= LARGEST);
			if !fits {
				return None;
			}
			out.extend(number.to_string().bytes());
		}
		Value::String(text) => string(text, out),
		Value::Array(items) => {
			out.push(b'[');
			for (place, item) in items.iter().enumerate() {
				if place > 0 {
					out.push(b',');
				}
				write(item, out)?;
			}
			out.push(b']');
		}
		Value::Object(fields) => {
			let mut fields: Vec<_> = fields.iter().collect();
			fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
			out.push(b'{');
			for (place, (name, field)) in fields.into_iter().enumerate() {
				if place > 0 {
					out.push(b',');
				}
				string(name, out);
				out.push(b':');
				write(field, out)?;
			}
			out.push(b'}');
		}
	}
	Some(())
}

fn string(text: &str, out: &mut Vec<u8>) {
	out.push(b'"');
	for c in text.chars() {
		match c {
			'"' => out.extend(b"\\\""),
			'\\' => out.extend(b"\\\\"),
			'\u{8}' => out.extend(b"\\b"),
			'\t' => out.extend(b"\\t"),
			'\n' => out.extend(b"\\n"),
			'\u{c}' => out.extend(b"\\f"),
			'\r' => out.extend(b"\\r"),
			c if c < ' ' => out.extend(format!("\\u{:04x}", u32::from(c)).bytes()),
			c => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
		}
	}
	out.push(b'"');
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn text(value: &Value) -> String {
		String::from_utf8(canonical(value).expect("it has a canonical form")).unwrap()
	}

	#[test]
	fn keys_are_sorted_by_their_utf_16_code_units() {
		// The example of RFC 8785, 3.2.3: by code points the last two would be the other way round.
		let value = json!({
			"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
			"\u{1f600}": "Emoji", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
		});
		let expected = concat!(
			r#"{"\r":"Carriage Return","1":"One","#,
			"\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",",
			"\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
		);
		assert_eq!(text(&value), expected);
	}

	#[test]
	fn strings_are_escaped_as_little_as_can_be() {
		let value = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}");
		assert_eq!(text(&value), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"");
	}

	#[test]
	fn there_is_no_white_space_and_order_of_items_is_kept() {
		let value = json!({ "b": [3, -1, true, false, null, {}], "a": { "d": [], "c": "" } });
		assert_eq!(text(&value), r#"{"a":{"c":"","d":[]},"b":[3,-1,true,false,null,{}]}"#);
	}

	#[test]
	fn numbers_are_whole_and_small() {
		let largest = json!([9_007_199_254_740_991u64, -9_007_199_254_740_991i64]);
		assert_eq!(text(&largest), "[9007199254740991,-9007199254740991]");
		for value in [json!(1.5), json!(9_007_199_254_740_992u64), json!(i64::MIN), json!(u64::MAX)] {
			assert_eq!(canonical(&json!({ "a": [value] })), None);
		}
	}
}
