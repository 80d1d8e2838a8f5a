//! What buyers and sellers do with orders.

use super::{asset, listing, number, one, owner, Deed};
use crate::{
	action::Action,
	cast::{mostly, person},
	chain::as_sudo,
	snapshot::{self, buyer_secret, coordinates, honest},
};
use pallet_escrow::{BadChunk, KeyDelivery, MilestoneTerms, OrderDetails, OrderId, OrderRecordOf, Orders};
use souk_primitives::{ListingKind, Price};
use souk_runtime::*;
use sp_runtime::Permill;

type Call = pallet_escrow::Call<Runtime>;

/// Calls of `pallet-escrow`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Order { who, listing: which, plan, seen } => {
			let listing = listing(which);
			let record = pallet_listings::Listings::<Runtime>::get(listing);
			let plan = if plan < 240 { 2 } else { plan % 8 };
			let price = record
				.as_ref()
				.and_then(|record| record.plans.get(usize::from(plan)))
				.map_or(Price { asset: asset(true), amount: 1 }, |plan| plan.price.clone());
			let max_price = match seen {
				240.. => Price { amount: price.amount.saturating_sub(1), ..price },
				_ => price,
			};
			let data = record.is_some_and(|record| record.kind == ListingKind::DataProduct);
			let details = if data != (seen % 32 == 31) {
				let newest = Curation::newest_snapshot(listing).map_or(0, |snapshot| snapshot.period);
				let buyer_key = match seen % 32 {
					30 => [0xff; 64],
					29 => [0; 64],
					_ => coordinates(&buyer_secret().public()),
				};
				OrderDetails::Data { period: newest.wrapping_sub(u32::from(seen % 32 == 28)), buyer_key }
			} else {
				OrderDetails::Goods { terms: (seen % 2 == 1).then_some([seen; 32]) }
			};
			one(person(who), Call::order { listing, plan, max_price, details })
		}
		Offer { who, listing: which, to, parts, wusd } => {
			let listing = listing(which);
			// Some have a time for their confirmation that may be too long.
			let later = if wusd > 250 { 13 } else { 0 };
			let part = |part: u8| MilestoneTerms {
				amount: Balance::from(part) * 1_009 + Balance::from(parts),
				deliver_within: 1 + u32::from((parts / 4 + part) % 9),
				confirm_within: 1 + later + u32::from((parts / 8 + part) % 6),
			};
			let milestones: Vec<_> = (0..=parts % 4).map(part).collect();
			let call = Call::offer {
				listing,
				buyer: person(to),
				asset: asset(wusd % 2 == 1),
				milestones: milestones.try_into().expect("there are four at most"),
				terms: (wusd % 4 >= 2).then_some([3; 32]),
			};
			one(mostly(who, owner(listing)), call)
		}
		Fund { who, order } => {
			let (order, record) = chosen(order);
			one(mostly(who, record.map(|record| record.buyer)), Call::fund { order })
		}
		Deliver { who, order, how } => {
			let (order, record) = chosen(order);
			let delivery = delivery(order, record.as_ref(), how);
			one(person(who), Call::deliver { order, delivery })
		}
		DeliverAll { who, how } => {
			let waiting: Vec<_> =
				Orders::<Runtime>::iter().filter(|(_, record)| record.awaits_key()).take(6).collect();
			if waiting.is_empty() {
				return Some(Vec::new());
			}
			let spoiled = usize::from(how) / 32;
			let deliveries: Vec<_> = waiting
				.iter()
				.enumerate()
				.map(|(at, (order, record))| {
					(*order, delivery(*order, Some(record), if at + 1 == spoiled { how } else { 0 }))
				})
				.collect();
			one(
				person(who),
				Call::deliver_batch { deliveries: deliveries.try_into().expect("there are six") },
			)
		}
		MarkDelivered { who, order, milestone } => {
			let (order, record) = chosen(order);
			let evidence = (milestone % 2 == 1).then_some([milestone; 32]);
			let milestone = part(record.as_ref(), milestone);
			let seller = record.map(|record| record.seller);
			one(mostly(who, seller), Call::mark_delivered { order, milestone, evidence })
		}
		Confirm { who, order, milestone } => {
			let (order, record) = chosen(order);
			let milestone = part(record.as_ref(), milestone);
			one(mostly(who, record.map(|record| record.buyer)), Call::confirm { order, milestone })
		}
		CancelOrder { who, order } => {
			let (order, record) = chosen(order);
			let side = record.map(|record| if who % 2 == 0 { record.seller } else { record.buyer });
			one(mostly(who, side), Call::cancel { order })
		}
		ClaimOrder { who, order } => one(person(who), Call::claim_timeout { order: chosen(order).0 }),
		BadChunk { who, order, how } => {
			let (order, record) = chosen(order);
			let evidence = evidence(order, record.as_ref(), how);
			let buyer = record.map(|record| record.buyer);
			one(mostly(who, buyer), Call::prove_bad_chunk { order, evidence })
		}
		Dispute { who, order, evidence } => {
			let (order, record) = chosen(order);
			let side = record.map(|record| if who % 4 == 3 { record.seller } else { record.buyer });
			one(mostly(who, side), Call::dispute { order, evidence: [evidence; 32] })
		}
		Resolve { who, order, share } => {
			let buyer_share = Permill::from_percent(u32::from(share % 101));
			let call = Call::resolve { order: chosen(order).0, buyer_share };
			if who < 206 {
				Some(vec![as_sudo(call)])
			} else {
				one(person(who), call)
			}
		}
		ForgetOrder { who, order } => {
			let (order, record) = chosen(order);
			one(mostly(who, record.map(|record| record.buyer)), Call::forget { order })
		}
		_ => None,
	}
}

/// One of the orders that there are.
pub(crate) fn chosen(byte: u8) -> (OrderId, Option<OrderRecordOf<Runtime>>) {
	let mut known: Vec<OrderId> = Orders::<Runtime>::iter_keys().collect();
	known.sort_unstable();
	let order = number(byte, known);
	(order, Orders::<Runtime>::get(order))
}

/// The part that is next, mostly.
fn part(record: Option<&OrderRecordOf<Runtime>>, byte: u8) -> u32 {
	let next = record.and_then(|record| record.goods()).map_or(0, |goods| goods.current);
	next + u32::from(byte >= 240)
}

/// The snapshot of an order, by what it commits to.
fn snapshot_of(record: Option<&OrderRecordOf<Runtime>>) -> &'static snapshot::Snapshot {
	record
		.and_then(|record| record.data())
		.and_then(|data| snapshot::with_root(&data.cipher_root))
		.unwrap_or_else(honest)
}

/// Its key; by the byte the right one, one for another order, or one with an error.
fn delivery(order: OrderId, record: Option<&OrderRecordOf<Runtime>>, how: u8) -> KeyDelivery {
	let listing = record.map_or(0, |record| record.listing);
	let made = |order| snapshot_of(record).delivery(listing, order);
	match how % 16 {
		12 => made(order + 1),
		13 => KeyDelivery { ciphertext: [0xff; 32], ..made(order) },
		14 => KeyDelivery { era: 7, ..made(order) },
		15 => {
			let mut damaged = made(order);
			damaged.proof.as_mut()[60] ^= 1;
			damaged
		}
		_ => made(order),
	}
}

/// A chunk of an order's snapshot; mostly the wrong one, where one is.
fn evidence(order: OrderId, record: Option<&OrderRecordOf<Runtime>>, how: u8) -> BadChunk {
	let listing = record.map_or(0, |record| record.listing);
	let index = if how < 200 { snapshot::WRONG } else { u32::from(how % 3) };
	let mut evidence = snapshot_of(record).evidence(listing, order, index);
	match how % 16 {
		13 => evidence.index += 1,
		14 => evidence.content_leaf[0] ^= 1,
		15 => evidence.era = 0,
		_ => {}
	}
	evidence
}
