//! Waiting for the key, block by block.

use super::{
	market::Market,
	record::{Delivered, Moment},
	Step, Watch,
};
use crate::{
	calls,
	error::SdkError,
	types::{OrderId, OrderState, OrderView},
};
use souk_custody::Account;
use std::time::Duration;

/// How long a finalised head may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(240);
/// Blocks after the seller's time is up until the buyer's client asks for the money itself: the chain gives it back unasked, unless
/// its queue is full.
const QUEUE: u32 = 5;

/// Waits until the order's key is final on the chain, or the money is back.
///
/// Errors: [`SdkError::OrderNotFound`]; [`SdkError::OrderRefunded`]; [`SdkError::Timeout`] where the chain stands still.
pub(crate) async fn delivery(
	market: &dyn Market,
	account: &Account,
	id: OrderId,
	watch: &mut Watch<'_>,
) -> Result<(OrderView, Delivered), SdkError> {
	let (mut block, mut claimed) = (0, false);
	loop {
		let reads = market.market_from(block, HEAD_PATIENCE).await?;
		let head = reads.head().number;
		let order = reads.order(id).await?.ok_or(SdkError::OrderNotFound { order: id })?;
		if let Some(delivered) = delivered(market, &order).await? {
			return Ok((order, delivered));
		}
		if order.state == OrderState::Refunded {
			return Err(refunded(&order, head));
		}
		let late = order.deliver_until.is_some_and(|until| head >= until.saturating_add(QUEUE));
		if late && !claimed && order.state == OrderState::Funded {
			claimed = true;
			match market.submit_until(account, calls::claim_timeout(id), u32::MAX).await {
				// The queue may have been faster.
				Ok(_) | Err(SdkError::Dispatch { .. }) => {}
				Err(error) => return Err(error),
			}
			continue;
		}
		watch(Step::Awaiting { order: id, head, until: order.deliver_until });
		block = head + 1;
	}
}

/// The delivery of an order, if there is one.
pub(crate) async fn delivered(market: &dyn Market, order: &OrderView) -> Result<Option<Delivered>, SdkError> {
	let Some(delivery) = order.data.and_then(|data| data.delivery) else { return Ok(None) };
	let block = order.delivered_at.unwrap_or(order.created_at);
	let at = Moment { block, time: market.time_of(block).await? };
	Ok(Some(Delivered::new(&delivery, at)))
}

pub(crate) fn refunded(order: &OrderView, head: u32) -> SdkError {
	let block = order.ended_at.unwrap_or(head);
	let reason = match order.deliver_until {
		Some(until) if block >= until => {
			format!("nobody delivered the key before block {until}; ask the curator, or buy again later")
		}
		_ => "the seller cancelled it; ask the curator why".into(),
	};
	// What cannot be moved at present is the buyer's all the same.
	let refunded = order.refunded.saturating_add(order.held);
	SdkError::OrderRefunded { order: order.id, block, refunded, reason }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{alice, funded, snapshot, PlayedMarket};

	async fn wait(market: &PlayedMarket) -> (Result<(OrderView, Delivered), SdkError>, Vec<Step>) {
		let mut steps = Vec::new();
		let mut watch = |step: Step| steps.push(step);
		let result = delivery(market, &alice(), 0, &mut watch).await;
		(result, steps)
	}

	#[tokio::test]
	async fn the_key_is_awaited_with_its_deadline() {
		let (market, head) = funded(snapshot(10));
		market.at(head + 3, |market| market.deliver(0));
		let (result, steps) = wait(&market).await;
		let (order, delivered) = result.unwrap();
		assert_eq!(order.data.unwrap().delivery, Some(delivered.view()));
		assert_eq!(delivered.at, Moment { block: head + 3, time: Some(market.time(head + 3)) });
		let until = order.deliver_until;
		let awaiting = |head| Step::Awaiting { order: 0, head, until };
		assert_eq!(steps, [awaiting(head), awaiting(head + 1), awaiting(head + 2)]);
		assert!(until.is_some());
	}

	#[tokio::test]
	async fn a_key_that_was_delivered_before_is_not_waited_for() {
		let (market, _) = funded(snapshot(10));
		market.deliver(0);
		let (result, steps) = wait(&market).await;
		assert!(result.is_ok() && steps.is_empty());
	}

	#[tokio::test]
	async fn money_that_comes_back_is_told_with_the_reason() {
		for (after, reason) in [(2, "the seller cancelled it"), (1_000, "nobody delivered the key before")] {
			let (market, head) = funded(snapshot(10));
			market.at(head + after, |market| market.refund(0));
			// The chain does it by itself before anybody asks.
			market.change(0, |order| order.deliver_until = Some(head + 1_000));
			let (result, _) = wait(&market).await;
			let error = result.unwrap_err();
			assert!(matches!(&error, SdkError::OrderRefunded { refunded: 5_000_000, .. }), "{error}");
			assert!(error.to_string().contains(reason), "{error}");
		}
	}

	#[tokio::test]
	async fn a_timeout_that_the_chain_is_late_with_is_claimed() {
		let (market, head) = funded(snapshot(10));
		market.change(0, |order| order.deliver_until = Some(head + 10));
		let (result, _) = wait(&market).await;
		assert!(matches!(result, Err(SdkError::OrderRefunded { .. })));
		assert_eq!(market.claims(), 1);
		assert!(market.head() >= head + 10 + QUEUE);
	}

	#[tokio::test]
	async fn an_order_that_is_gone_is_said_to_be() {
		let market = PlayedMarket::new(snapshot(10));
		assert!(matches!(wait(&market).await.0, Err(SdkError::OrderNotFound { order: 0 })));
	}
}
