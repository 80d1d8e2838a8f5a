//! What is sent to the chain, through the sdk's light client.

use crate::chain::{
	AnswerError, AskId, ChainWrites, ConflictReported, Delivered, KeyDelivery, NotSettled, OrderId,
	SendError, Settled, StakeError, StakeWrites,
};
use async_trait::async_trait;
use souk_custody::Account;
use souk_proof_primitives::{merkle::Path, piece::Piece};
use souk_protocol::{submission::encode_submission, SignedSubmission, SignedVoucher};
use souk_sdk::{calls, evidence::Contradiction, Chain, EventRecord, SdkError};

/// A light client with the node's account, which pays the fees.
pub struct LightWriter {
	chain: Chain,
	account: Account,
}

impl LightWriter {
	/// Submits through `chain` as `account`.
	pub fn new(chain: Chain, account: Account) -> Self {
		Self { chain, account }
	}
}

#[async_trait]
impl ChainWrites for LightWriter {
	async fn deliver(&self, deliveries: &[(OrderId, KeyDelivery)]) -> Result<Delivered, SendError> {
		let call = match deliveries {
			[(order, delivery)] => calls::deliver(*order, delivery),
			several => calls::deliver_batch(several),
		};
		match self.chain.submit(&self.account, call).await {
			Ok(included) => Ok(Delivered {
				block: included.block,
				refused: included.events.iter().filter_map(refused).collect(),
			}),
			Err(SdkError::Dispatch { pallet, error, sentence, .. }) => {
				Err(SendError::Refused { code: format!("{pallet}.{error}"), reason: sentence })
			}
			// Out of funds, out of peers, out of luck: the key is awaited all the same.
			Err(other) => Err(SendError::Unavailable(other.to_string())),
		}
	}

	async fn answer(&self, ask: AskId, bundle: Vec<u8>, last: u32) -> Result<u32, AnswerError> {
		let call = calls::asks_answer(ask, bundle);
		match self.chain.submit_until(&self.account, call, last).await {
			Ok(included) => Ok(included.block),
			Err(SdkError::Dispatch { pallet, error, sentence, .. }) => {
				Err(AnswerError::Refused { code: format!("{pallet}.{error}"), reason: sentence })
			}
			Err(
				error @ (SdkError::CannotPay { .. }
				| SdkError::Invalid { .. }
				| SdkError::Expired { .. }
				| SdkError::Incompatible { .. }),
			) => Err(AnswerError::NotSent(error.to_string())),
			// It may have been sent before this went wrong.
			Err(other) => Err(AnswerError::InDoubt(other.to_string())),
		}
	}

	async fn answer_fee(&self, bytes: usize) -> Result<u128, AnswerError> {
		let call = calls::asks_answer(0, vec![0; bytes]);
		let fee = self.chain.estimate_fee(&self.account, call).await;
		fee.map_err(|error| AnswerError::NotSent(error.to_string()))
	}

	async fn settle(&self, vouchers: &[SignedVoucher]) -> Result<Settled, NotSettled> {
		let included = self.chain.submit(&self.account, calls::tabs_settle(vouchers)).await;
		let included = included.map_err(|error| NotSettled(error.to_string()))?;
		Ok(Settled {
			block: included.block,
			refused: included.events.iter().filter_map(not_settled).collect(),
		})
	}
}

#[async_trait]
impl StakeWrites for LightWriter {
	async fn show(&self, listing: u32, piece: &Piece, path: &Path) -> Result<u32, StakeError> {
		let call = calls::stakes_answer_challenge(listing, piece, path);
		let included = self.chain.submit(&self.account, call).await.map_err(StakeError::from)?;
		Ok(included.block)
	}

	async fn report_conflict(
		&self,
		first: &SignedSubmission,
		second: &SignedSubmission,
	) -> Result<ConflictReported, StakeError> {
		let (first, second) = (encode_submission(first), encode_submission(second));
		let reported = self.chain.report(&self.account, Contradiction::Submissions, &first, &second).await?;
		let taken = reported.of_curator.saturating_add(reported.of_node);
		Ok(ConflictReported { block: reported.report.block, taken })
	}
}

impl From<SdkError> for StakeError {
	fn from(error: SdkError) -> Self {
		match error {
			SdkError::Dispatch { pallet, error, sentence, .. } => {
				Self::Refused { code: format!("{pallet}.{error}"), reason: sentence }
			}
			other => Self::NotSent(other.to_string()),
		}
	}
}

/// The tab whose voucher an event says was not settled, and why.
fn not_settled(event: &EventRecord) -> Option<(u64, String)> {
	if (event.pallet.as_str(), event.name.as_str()) != ("Tabs", "VoucherRefused") {
		return None;
	}
	Some((event.fields.get("tab")?.as_u64()?, reason_of(event)))
}

/// The order that an event says was not delivered, and why.
fn refused(event: &EventRecord) -> Option<(OrderId, String)> {
	if (event.pallet.as_str(), event.name.as_str()) != ("Escrow", "DeliveryRefused") {
		return None;
	}
	let order = event.fields.get("order")?.as_u64()?;
	Some((order, reason_of(event)))
}

fn reason_of(event: &EventRecord) -> String {
	match event.fields.get("reason") {
		Some(serde_json::Value::String(reason)) => reason.clone(),
		Some(reason) => reason.to_string(),
		None => "it does not say why".into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn a_refused_delivery_is_read_from_its_event() {
		let event = |name: &str, fields| EventRecord { pallet: "Escrow".into(), name: name.into(), fields };
		let found = refused(&event("DeliveryRefused", json!({ "order": 7, "reason": "NotAwaiting" })));
		assert_eq!(found, Some((7, "NotAwaiting".into())));
		let nested = json!({ "order": 7, "reason": { "Proof": "NotValid" } });
		assert_eq!(refused(&event("DeliveryRefused", nested)), Some((7, r#"{"Proof":"NotValid"}"#.into())));
		assert_eq!(refused(&event("Delivered", json!({ "order": 7 }))), None);
	}

	#[test]
	fn a_refused_voucher_is_read_from_its_event() {
		let event = |pallet: &str| EventRecord {
			pallet: pallet.into(),
			name: "VoucherRefused".into(),
			fields: json!({ "tab": 7, "counter": 3, "reason": "Stale" }),
		};
		assert_eq!(not_settled(&event("Tabs")), Some((7, "Stale".into())));
		assert_eq!(not_settled(&event("Escrow")), None);
	}
}
