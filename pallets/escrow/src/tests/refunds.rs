//! A thousand deliveries that are bad, or do not come at all. All of them are refunded, and nobody has earned anything.

use super::*;

const ROUNDS: usize = 4;
const ORDERS: usize = 250;

/// What a dishonest node, or a seller's node that is off, posts instead of the key of `orders[at]`. Nothing, where it posts nothing.
fn bad(snapshot: &Snapshot, orders: &[OrderId], at: usize) -> Option<KeyDelivery> {
	let good = open_delivery(snapshot, orders[at]);
	let neighbour = || open_delivery(snapshot, orders[(at + 1) % orders.len()]);
	let mut changed = good.clone();
	Some(match at % 12 {
		0 => return None,
		// The neighbour's: all of it, or a part.
		1 => neighbour(),
		2 => KeyDelivery { proof: neighbour().proof, ..good },
		3 => KeyDelivery { ciphertext: neighbour().ciphertext, ..good },
		4 => KeyDelivery { ephemeral: neighbour().ephemeral, ..good },
		// Another era's key.
		5 => KeyDelivery { era: ERA, ..good },
		6 => KeyDelivery { era: 1, ..good },
		// A byte of the proof, of the key, of the point.
		7 => {
			changed.proof[at % 384] ^= 1 << (at % 8);
			changed
		}
		8 => {
			changed.ciphertext[at % 32] ^= 1 << (at % 8);
			changed
		}
		9 => {
			changed.ephemeral[at % 64] ^= 1 << (at % 8);
			changed
		}
		10 => KeyDelivery { proof: Default::default(), ..good },
		// The right one, one block too late.
		_ => return None,
	})
}

#[test]
fn a_thousand_bad_or_missing_deliveries_are_all_refunded() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		set_price(listing, 100);
		let mut refunded = 0;
		for _ in 0..ROUNDS {
			let orders: Vec<_> = (0..ORDERS).map(|_| order_data(BUYER, listing)).collect();
			for (at, order) in orders.iter().enumerate() {
				if let Some(delivery) = bad(&snapshot, &orders, at) {
					assert!(deliver(*order, delivery).is_err(), "{at}");
				}
			}
			let late: Vec<_> = (0..ORDERS).filter(|at| at % 12 == 11).collect();
			assert!(!late.is_empty());
			assert_eq!(held(&WUSD, BUYER), 100 * ORDERS as Balance);
			advance_to(now() + DELIVERY);
			for order in &orders {
				let view = view(*order);
				assert_eq!((view.state, view.refunded, view.held), (OrderState::Refunded, 100, 0));
				assert_eq!(view.data.and_then(|data| data.delivery), None);
				refunded += 1;
			}
			for at in late {
				let delivery = open_delivery(&snapshot, orders[at]);
				assert_noop!(deliver(orders[at], delivery), Error::<Test>::Ended);
			}
			for order in orders {
				assert_ok!(forget(BUYER, order));
			}
			assert_eq!((spent(&WUSD), spent(&SOUK), deposit(BUYER)), (0, 0, 0));
		}
		assert_eq!(refunded, 1_000);
		assert_earned(&WUSD, (0, 0, 0, 0));
		assert_eq!(bond(listing), Bond { active: BOND, covered: 0 });
	});
}

#[test]
fn a_thousand_sales_of_a_bad_snapshot_are_all_refunded() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		// Some are paid at once and come out of the bond, the others are held.
		let listing = list_data(&SOUK, snapshot.commitments.clone(), 20_000);
		set_price(listing, 100);
		for _ in 0..10 {
			let orders: Vec<_> = (0..100).map(|_| order_data(BUYER, listing)).collect();
			let deliveries = |orders: &[OrderId]| {
				orders.iter().map(|order| (*order, open_delivery(&snapshot, *order))).collect()
			};
			assert_ok!(deliver_batch(deliveries(&orders[..50])));
			assert_ok!(deliver_batch(deliveries(&orders[50..])));
			advance_to(now() + 1);
			for order in orders {
				assert_ok!(prove_bad_chunk(BUYER, order, open_bad_chunk(&snapshot, order, 1)));
				assert_ok!(forget(BUYER, order));
			}
			assert_eq!((spent(&SOUK), held(&SOUK, BUYER), deposit(BUYER)), (0, 0, 0));
		}
		assert!(bond(listing).active < 100);
	});
}
