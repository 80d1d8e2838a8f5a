//! The text before it is parsed: its limits, and the way from a place in it to its words.

use sqlparser::{
	ast::Statement,
	dialect::GenericDialect,
	keywords::Keyword,
	parser::{Parser, ParserError},
	tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer},
};

use super::{
	error::{Part, Position, SqlError},
	MAX_NESTING, MAX_TEXT_BYTES, MAX_TOKENS,
};

/// Characters of a part that an error shows.
const SHOWN: usize = 80;
/// What the parser itself counts. Parentheses are bounded before it sees them; this bounds the rest: signs and `NOT`.
const RECURSION: usize = 24;

/// Words that make the parser try one reading after the other, twice as many for each level, and that no provable
/// query has.
const NEVER: &[Keyword] = &[
	Keyword::CASE,
	Keyword::CAST,
	Keyword::CONVERT,
	Keyword::INTERVAL,
	Keyword::SAFE_CAST,
	Keyword::TRY_CAST,
	Keyword::TRY_CONVERT,
];

/// A text within the limits.
pub(super) struct Source<'a> {
	text: &'a str,
	/// For the parser: all tokens, but one only of several of white space or comment in a row.
	all: Vec<TokenWithSpan>,
	/// For errors: without white space and comments.
	tokens: Vec<TokenWithSpan>,
}

impl<'a> Source<'a> {
	/// Time and memory are proportional to the text, and a text that is too long is not looked at.
	pub(super) fn new(text: &'a str) -> Result<Self, SqlError> {
		if text.len() > MAX_TEXT_BYTES {
			let found = text.len();
			return Err(SqlError::whole(format!("it has {found} bytes, the limit is {MAX_TEXT_BYTES}")));
		}
		let blank = |token: &TokenWithSpan| matches!(token.token, Token::Whitespace(_));
		let mut all = Tokenizer::new(&GenericDialect {}, text)
			.tokenize_with_location()
			.map_err(|error| unreadable(&error.message, position(error.location)))?;
		all.dedup_by(|second, first| blank(first) && blank(second));
		let tokens = all.iter().filter(|token| !blank(token)).cloned().collect();
		let source = Self { text, all, tokens };
		if let Some(token) = source.tokens.get(MAX_TOKENS) {
			let reason =
				format!("up to here it has {MAX_TOKENS} words and signs already, which is the limit");
			return Err(source.part(token.span).refuse(reason));
		}
		source.check_nesting()?;
		Ok(source)
	}

	fn check_nesting(&self) -> Result<(), SqlError> {
		let mut depth = 0_usize;
		for TokenWithSpan { token, span } in &self.tokens {
			match token {
				Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
				Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
				Token::Word(word) if NEVER.contains(&word.keyword) => {
					return Err(self.part(*span).refuse("it is not part of the provable subset"))
				}
				_ => {}
			}
			if depth > MAX_NESTING {
				let reason = format!("it is nested more than {MAX_NESTING} levels deep");
				return Err(self.part(Span::new(span.start, span.start)).refuse(reason));
			}
		}
		Ok(())
	}

	/// The one statement of the text.
	pub(super) fn parse(&self) -> Result<Statement, SqlError> {
		let statements = Parser::new(&GenericDialect {})
			.with_recursion_limit(RECURSION)
			.with_tokens_with_locations(self.all.clone())
			.parse_statements()
			.map_err(|error| match error {
				ParserError::RecursionLimitExceeded => {
					SqlError::whole("its expressions are nested too deeply")
				}
				ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
					let (message, position) = split_position(&message);
					unreadable(message, position)
				}
			})?;
		let [statement]: [Statement; 1] = statements.try_into().map_err(|all: Vec<_>| {
			SqlError::whole(format!("one SELECT statement is expected, found {} statements", all.len()))
		})?;
		Ok(statement)
	}

	/// The part of the text that a span covers, with the brackets that belong to it: the parser's spans of calls end before
	/// the last one, and those of subqueries begin after the first.
	pub(super) fn part(&self, span: Span) -> Part {
		let first = self.tokens.partition_point(|token| token.span.start < span.start);
		self.part_of(first, span)
	}

	/// The same with the word or sign before it, which the parser leaves out of spans.
	pub(super) fn part_after_sign(&self, span: Span) -> Part {
		let first = self.tokens.partition_point(|token| token.span.start < span.start);
		self.part_of(first.saturating_sub(1), span)
	}

	fn part_of(&self, first: usize, span: Span) -> Part {
		let (Some(_), Some(begin)) = (position(span.start), self.tokens.get(first)) else {
			return Part { position: None, words: String::new() };
		};
		let (mut start, mut end) = (begin.span.start, span.end);
		let mut open = 0_usize;
		for TokenWithSpan { token, span } in self.tokens.get(first..).unwrap_or_default() {
			let inside = span.start < end;
			let call = *token == Token::LParen && span.start == end;
			if !(inside || call || open > 0) {
				break;
			}
			match token {
				Token::LParen | Token::LBracket | Token::LBrace => open += 1,
				Token::RParen | Token::RBracket | Token::RBrace if open > 0 => open -= 1,
				Token::RParen => match first.checked_sub(1).and_then(|before| self.tokens.get(before)) {
					Some(before) if before.token == Token::LParen => start = before.span.start,
					_ => {}
				},
				_ => {}
			}
			end = end.max(span.end);
		}
		Part { position: position(start), words: self.words(start, end) }
	}

	/// The first of these words that is not quoted and not inside brackets.
	pub(super) fn keyword(&self, keywords: &[Keyword]) -> Part {
		let mut depth = 0_usize;
		for TokenWithSpan { token, span } in &self.tokens {
			match token {
				Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
				Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
				Token::Word(word) if depth == 0 && keywords.contains(&word.keyword) => {
					return self.part(*span)
				}
				_ => {}
			}
		}
		self.everything()
	}

	/// The whole statement.
	pub(super) fn everything(&self) -> Part {
		match (self.tokens.first(), self.tokens.last()) {
			(Some(first), Some(last)) => self.part(Span::new(first.span.start, last.span.end)),
			_ => Part { position: None, words: String::new() },
		}
	}

	/// What stands between two places: white space as single spaces, nothing that moves a terminal's cursor, and no
	/// more than an error has room for.
	fn words(&self, start: Location, end: Location) -> String {
		let (start, end) = (self.offset(start), self.offset(end));
		let words =
			self.text.get(start..end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
		let mut letters = words.chars().filter(|letter| !letter.is_control());
		let shown: String = letters.by_ref().take(SHOWN).collect();
		if letters.next().is_some() {
			shown + "…"
		} else {
			shown
		}
	}

	/// Byte offset of a place. The tokenizer begins a line at `\n` and counts characters.
	fn offset(&self, place: Location) -> usize {
		let mut start = 0;
		for _ in 1..place.line {
			match self.text.get(start..).and_then(|rest| rest.find('\n')) {
				Some(at) => start += at + 1,
				None => return self.text.len(),
			}
		}
		let column = usize::try_from(place.column.saturating_sub(1)).unwrap_or(usize::MAX);
		let line = self.text.get(start..).unwrap_or_default();
		start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
	}
}

fn unreadable(message: &str, position: Option<Position>) -> SqlError {
	let message: String = message.chars().filter(|letter| !letter.is_control()).take(4 * SHOWN).collect();
	SqlError { position, part: None, reason: format!("it cannot be read as SQL: {message}") }
}

/// Line 0 is how the parser says that it does not know.
fn position(location: Location) -> Option<Position> {
	(location.line > 0).then_some(Position { line: location.line, column: location.column })
}

/// The parser has places in the words of its errors only: `… at Line: 1, Column: 8`.
fn split_position(message: &str) -> (&str, Option<Position>) {
	let split = || {
		let (rest, place) = message.rsplit_once(" at Line: ")?;
		let (line, column) = place.split_once(", Column: ")?;
		Some((rest, Position { line: line.parse().ok()?, column: column.parse().ok()? }))
	};
	split().map_or((message, None), |(rest, position)| (rest, Some(position)))
}
