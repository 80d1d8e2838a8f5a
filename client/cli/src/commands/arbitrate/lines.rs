//! Lines that somebody types while the command goes on with its work.

use std::{collections::VecDeque, future::pending, io::IsTerminal as _};
use tokio::sync::mpsc;

/// Where lines come from: nothing of it waits for anybody.
#[derive(Default)]
pub struct Lines {
	/// Whether somebody can be asked who has not been yet.
	askable: bool,
	from: Option<mpsc::UnboundedReceiver<String>>,
	heard: VecDeque<String>,
}

impl Lines {
	/// Those of whoever sits at the terminal, if there is one. They are read from the first question on.
	pub fn of_terminal() -> Self {
		Self { askable: std::io::stdin().is_terminal(), ..Self::default() }
	}

	/// Whether anybody can be asked.
	pub fn can_be_asked(&self) -> bool {
		self.askable || self.from.is_some()
	}

	/// Begins to read, unless it has.
	pub fn listen(&mut self) {
		if !std::mem::take(&mut self.askable) {
			return;
		}
		let (to, from) = mpsc::unbounded_channel();
		// A thread of its own: one of the runtime's would be waited for at the end.
		std::thread::spawn(move || {
			for line in std::io::stdin().lines().map_while(Result::ok) {
				if to.send(line).is_err() {
					return;
				}
			}
		});
		self.from = Some(from);
	}

	/// The next line that has come, without waiting for one.
	pub fn take(&mut self) -> Option<String> {
		if let Some(from) = &mut self.from {
			while let Ok(line) = from.try_recv() {
				self.heard.push_back(line);
			}
			if from.is_closed() && from.is_empty() {
				self.from = None;
			}
		}
		self.heard.pop_front()
	}

	/// Waits for a line, or until no more can come; for ever where nobody was asked.
	pub async fn come(&mut self) {
		let Some(from) = &mut self.from else { return pending().await };
		let line = from.recv().await;
		match line {
			Some(line) => self.heard.push_back(line),
			None => self.from = None,
		}
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;

	/// Lines that are sent.
	pub(crate) fn sent() -> (mpsc::UnboundedSender<String>, Lines) {
		let (to, from) = mpsc::unbounded_channel();
		(to, Lines { from: Some(from), ..Lines::default() })
	}

	#[tokio::test]
	async fn lines_come_in_order_until_there_are_no_more() {
		let (to, mut lines) = sent();
		assert_eq!(lines.take(), None);
		["a", "b"].iter().for_each(|line| to.send((*line).into()).unwrap());
		lines.come().await;
		assert_eq!([lines.take(), lines.take(), lines.take()], [Some("a".into()), Some("b".into()), None]);
		assert!(lines.can_be_asked());
		to.send("c".into()).unwrap();
		drop(to);
		lines.come().await;
		assert_eq!((lines.take(), lines.take()), (Some("c".into()), None));
		assert!(!lines.can_be_asked(), "whoever was asked has gone");
		let (to, mut lines) = sent();
		drop(to);
		lines.come().await;
		assert!(lines.take().is_none() && !lines.can_be_asked());
	}

	#[tokio::test]
	async fn where_nobody_is_asked_no_line_comes() {
		let mut lines = Lines::default();
		assert!(!lines.can_be_asked());
		lines.listen();
		assert!(lines.take().is_none() && !lines.can_be_asked());
		let come = std::pin::pin!(lines.come());
		assert!(futures::FutureExt::now_or_never(come).is_none());
	}
}
