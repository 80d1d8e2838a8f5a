//! Waiting for the key, block by block.

use super::{
	market::Market,
	passing::Pauses,
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
/// Blocks after which a transaction that was sent shows at the newest final block, if it was included soon.
pub(crate) const SETTLES: u32 = 5;

/// Waits until the order's key is final on the chain, or the money is back, however often the chain cannot be read meanwhile.
///
/// Errors: [`SdkError::OrderNotFound`]; [`SdkError::OrderRefunded`]; others that do not pass.
pub(crate) async fn delivery(
	market: &dyn Market,
	account: &Account,
	id: OrderId,
	watch: &mut Watch<'_>,
) -> Result<(OrderView, Delivered), SdkError> {
	let (mut block, mut claimed, mut pauses) = (0, false, Pauses::default());
	loop {
		let (order, head, delivered) = match look(market, block, id).await {
			Ok(seen) => seen,
			Err(error) => {
				pauses.after(error, market).await?;
				continue;
			}
		};
		pauses = Pauses::default();
		if let Some(delivered) = delivered {
			return Ok((order, delivered));
		}
		if order.state == OrderState::Refunded {
			return Err(refunded(&order, head));
		}
		let late = order.deliver_until.is_some_and(|until| head >= until.saturating_add(QUEUE));
		if late && !claimed && order.state == OrderState::Funded {
			match market.submit_until(account, calls::claim_timeout(id), u32::MAX).await {
				// The queue may have been faster.
				Ok(_) | Err(SdkError::Dispatch { .. }) => claimed = true,
				Err(error) => {
					if error.is_in_doubt() {
						block = head.saturating_add(SETTLES);
					}
					pauses.after(error, market).await?;
				}
			}
			continue;
		}
		watch(Step::Awaiting { order: id, head, until: order.deliver_until });
		block = head + 1;
	}
}

/// An order at the newest final block, once that is at least `block`; and that block's number.
///
/// Errors: [`SdkError::OrderNotFound`]; those of reading; [`SdkError::Timeout`] where finality stands still.
pub(crate) async fn order_from(
	market: &dyn Market,
	block: u32,
	id: OrderId,
) -> Result<(OrderView, u32), SdkError> {
	let reads = market.market_from(block, HEAD_PATIENCE).await?;
	let order = reads.order(id).await?.ok_or(SdkError::OrderNotFound { order: id })?;
	Ok((order, reads.head().number))
}

/// [`order_from`], and the order's delivery.
async fn look(
	market: &dyn Market,
	block: u32,
	id: OrderId,
) -> Result<(OrderView, u32, Option<Delivered>), SdkError> {
	let (order, head) = order_from(market, block, id).await?;
	let delivered = delivered(market, &order).await?;
	Ok((order, head, delivered))
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
	use crate::purchase::played::{alice, funded, snapshot, unread, unsent, Asked, PlayedMarket};

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
	async fn troubles_that_pass_do_not_end_the_wait() {
		let (market, head) = funded(snapshot(10));
		market.at(head + 20, |market| market.deliver(0));
		let stands_still = SdkError::Timeout { what: "finality".into(), limit: HEAD_PATIENCE };
		market.fails(Asked::Head, stands_still);
		market.fails(Asked::Head, SdkError::Stopped);
		market.fails(Asked::Order, SdkError::HeadGone { number: head });
		market.fails(Asked::Order, unread());
		market.fails(Asked::Time, unread());
		let (_, delivered) = wait(&market).await.0.unwrap();
		assert_eq!(delivered.at, Moment { block: head + 20, time: Some(market.time(head + 20)) });
		// The last of them comes after something went well.
		assert_eq!(market.pauses(), [1, 2, 4, 8, 1]);
	}

	#[tokio::test]
	async fn an_error_that_does_not_pass_ends_the_wait() {
		let (market, head) = funded(snapshot(10));
		market.at(head + 3, |market| market.deliver(0));
		let other = SdkError::Incompatible { what: "the order".into(), reason: "it has no price".into() };
		market.fails(Asked::Order, other);
		let (result, steps) = wait(&market).await;
		assert!(matches!(result, Err(SdkError::Incompatible { .. })));
		assert!(steps.is_empty() && market.pauses().is_empty());
	}

	#[tokio::test]
	async fn the_orders_deadline_ends_the_wait_whatever_could_not_be_read() {
		let (market, head) = funded(snapshot(10));
		market.change(0, |order| order.deliver_until = Some(head + 10));
		(0..30).for_each(|_| market.fails(Asked::Order, unread()));
		let (result, _) = wait(&market).await;
		assert!(matches!(result, Err(SdkError::OrderRefunded { .. })));
		assert_eq!((market.claims(), market.pauses().len()), (1, 30));
	}

	#[tokio::test]
	async fn a_claim_that_was_not_sent_is_sent_again_and_one_whose_answer_was_lost_is_not() {
		for at in [Asked::Sending, Asked::Answer] {
			let (market, head) = funded(snapshot(10));
			market.change(0, |order| order.deliver_until = Some(head + 10));
			market.fails(at, SdkError::Stopped);
			let (result, _) = wait(&market).await;
			assert!(matches!(result, Err(SdkError::OrderRefunded { .. })));
			assert_eq!((market.claims(), market.pauses()), (1, vec![1]));
			assert!(market.head() >= head + 10 + QUEUE + SETTLES);
		}
	}

	#[tokio::test]
	async fn a_claim_that_was_never_sent_is_sent_again_while_finality_stands_still() {
		let (market, head) = funded(snapshot(10));
		let late = head + 10 + QUEUE;
		market.change(0, |order| order.deliver_until = Some(head + 10));
		market.at(late, |market| market.stands_still(2));
		market.fails(Asked::Sending, unsent());
		let (result, _) = wait(&market).await;
		assert!(matches!(result, Err(SdkError::OrderRefunded { .. })));
		assert_eq!((market.claims(), market.pauses(), market.head()), (1, vec![1], late));
	}

	#[tokio::test]
	async fn an_order_that_is_gone_is_said_to_be() {
		let market = PlayedMarket::new(snapshot(10));
		assert!(matches!(wait(&market).await.0, Err(SdkError::OrderNotFound { order: 0 })));
	}
}
