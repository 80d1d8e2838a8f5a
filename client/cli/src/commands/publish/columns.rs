//! The columns of the table, as the workers will make it: asked before anything is paid for.

use super::nodes::Candidate;
use crate::{context::Context, failure::Failure, text::printable};
use futures::future::try_join_all;
use souk_protocol::metadata::Field;
use souk_sdk::types::NodeRole;

/// Asks every worker that was named by its admin address what the manifest at `path` yields; the path is as they see it.
///
/// Errors: a worker that cannot make the table, in its own words; workers that would make different ones, which could not
/// agree on a snapshot. Without such a worker nothing is known, which is no error.
pub async fn ask(candidates: &[Candidate], path: &str, ctx: &Context) -> Result<Vec<Field>, Failure> {
	let step = ctx.progress.step("asking the workers which columns the table will have");
	let workers = candidates.iter().filter(|candidate| candidate.role == NodeRole::Worker);
	let answers = workers.filter_map(|worker| worker.daemon.as_ref()).map(|daemon| async move {
		let columns =
			daemon.columns(path).await.map_err(|failure| failure.while_doing("nothing was sent"))?;
		Ok::<_, Failure>((daemon.url().to_owned(), columns))
	});
	let columns = agreed(try_join_all(answers).await?)?;
	step.done(match columns.len() {
		0 => "no worker to ask: the columns are left out of the metadata".to_owned(),
		count => format!("the table has {count} columns"),
	});
	Ok(columns)
}

/// The one answer that all give.
fn agreed(answers: Vec<(String, Vec<Field>)>) -> Result<Vec<Field>, Failure> {
	let mut answers = answers.into_iter();
	let Some((first, columns)) = answers.next() else { return Ok(Vec::new()) };
	match answers.find(|(_, others)| *others != columns) {
		None => Ok(columns),
		Some((second, others)) => Err(Failure::failed(format!(
			"nothing was sent: the workers would make different tables, and so never agree on a snapshot; {first} has {}, \
			 {second} has {}; give them the same manifest and source",
			in_words(&columns),
			in_words(&others)
		))),
	}
}

/// Names and types, on one line.
pub fn in_words(columns: &[Field]) -> String {
	let column = |field: &Field| format!("{} ({})", printable(&field.name), printable(&field.data_type));
	columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
	use super::*;

	fn field(name: &str, data_type: &str) -> Field {
		Field { name: name.into(), data_type: data_type.into(), nullable: true }
	}

	#[test]
	fn workers_have_to_see_the_same_table() {
		let table = vec![field("temp", "Float64"), field("origin", "Utf8")];
		let all = |second: Vec<Field>| agreed(vec![("a".into(), table.clone()), ("b".into(), second)]);
		assert_eq!(all(table.clone()).unwrap(), table);
		let refused = all(vec![field("temp", "Utf8"), field("origin", "Utf8")]).unwrap_err();
		for part in ["a has temp (Float64)", "b has temp (Utf8)"] {
			assert!(refused.message.contains(part), "{refused}");
		}
		assert_eq!(agreed(Vec::new()).unwrap(), Vec::new());
	}
}
