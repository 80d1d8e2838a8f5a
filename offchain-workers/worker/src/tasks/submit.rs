//! Sealed → submitted: the commitments go on chain, once.

use crate::{
	chain::{ChainError, ChainPort},
	error::StepError,
	work::{known, Outcome, Outputs},
};
use souk_protocol::AccountId;

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
	/// It is on chain, or is not needed because the quorum agreed without it.
	Done,
	/// There is nothing to be submitted any more.
	Over(Outcome, String),
}

/// Submits, unless the chain shows that this was done before: by an earlier life of this worker that ended between
/// sending and recording, or by others whose quorum did not need this worker.
///
/// # Errors
/// [`StepError::Transient`] while the chain cannot be reached, [`StepError::Poison`] where it refuses for good.
pub async fn run(
	chain: &dyn ChainPort,
	worker: AccountId,
	listing: u32,
	period: u32,
	outputs: &mut Outputs,
	now: u64,
) -> Result<Submitted, StepError> {
	let commitments = known(outputs.commitments, "what was sealed")?;
	let head = *chain.heads().borrow();
	let block = match standing(chain, worker, listing, period).await? {
		Standing::Mine | Standing::Final => head,
		Standing::Newer(newest) => return Ok(over(newest)),
		Standing::Open => match chain.submit(listing, period, &commitments).await {
			Ok(block) => block,
			Err(refused @ ChainError::Refused { .. }) => {
				// The quorum may have been reached, or a transaction of an earlier life included, meanwhile.
				match standing(chain, worker, listing, period).await? {
					Standing::Mine | Standing::Final => *chain.heads().borrow(),
					Standing::Newer(newest) => return Ok(over(newest)),
					Standing::Open => return Err(refused.into()),
				}
			}
			Err(unavailable) => return Err(unavailable.into()),
		},
	};
	outputs.submitted_at = Some(block);
	outputs.submitted_time = Some(now);
	Ok(Submitted::Done)
}

fn over(newest: u32) -> Submitted {
	Submitted::Over(Outcome::Superseded, format!("period {newest} is final already"))
}

/// Where a period stands.
enum Standing {
	/// This worker has submitted for it.
	Mine,
	/// It is final.
	Final,
	/// A later one is final.
	Newer(u32),
	/// None of this.
	Open,
}

async fn standing(
	chain: &dyn ChainPort,
	worker: AccountId,
	listing: u32,
	period: u32,
) -> Result<Standing, StepError> {
	let finals = chain.finals(listing).await?;
	if finals.iter().any(|snapshot| snapshot.period == period) {
		return Ok(Standing::Final);
	}
	if let Some(newest) = finals.last().filter(|snapshot| snapshot.period > period) {
		return Ok(Standing::Newer(newest.period));
	}
	let submissions = chain.submissions(listing, period).await?;
	Ok(match submissions.iter().any(|(account, _)| *account == worker) {
		true => Standing::Mine,
		false => Standing::Open,
	})
}
