use super::*;
use souk_primitives::Commitments;
use souk_proof_primitives::chunk::{CHUNK_BYTES, MAX_CHUNKS};

fn data(period: u32, buyer_key: [u8; 64]) -> OrderDetails {
	OrderDetails::Data { period, buyer_key }
}

fn goods() -> OrderDetails {
	OrderDetails::Goods { terms: None }
}

/// A snapshot whose commitments were changed, on sale.
fn listed_with(change: impl FnOnce(&mut Commitments)) -> ListingId {
	let mut commitments = Snapshot::good().commitments;
	change(&mut commitments);
	list_data(&WUSD, commitments, BOND)
}

#[test]
fn the_price_is_held_and_the_snapshot_copied() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let (snapshot, listing, order) = sold(&asset, BOND);
			assert_event(Event::Ordered { order, listing, buyer: BUYER });
			assert_event(Event::Funded { order, deliver_until: 1 + DELIVERY });
			let view = view(order);
			assert_eq!((view.state, view.buyer, view.seller), (OrderState::Funded, BUYER, CURATOR));
			assert_eq!((view.held, view.paid, view.refunded, view.covered), (PRICE, 0, 0, 0));
			assert_eq!((view.funded_at, view.deliver_until), (Some(1), Some(1 + DELIVERY)));
			assert_eq!((held(&asset, BUYER), deposit(BUYER)), (PRICE, view.deposit));
			assert_eq!(spent(&asset), 0);
			prune_snapshot(listing, PERIOD);
			let data = super::view(order).data.expect("it is for data");
			let promised = snapshot.commitments;
			assert_eq!((data.content_root, data.cipher_root), (promised.content_root, promised.cipher_root));
			assert_eq!(Some(data.key_commitment), promised.key_commitment);
			assert_eq!((data.bytes, data.chunks, data.delivery), (promised.bytes, 3, None));
		});
	}
}

#[test]
fn goods_are_ordered_in_one_part() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = order_goods(BUYER, listing);
		let view = view(order);
		assert_eq!((view.terms, view.data), (Some([7; 32]), None));
		let part = &view.milestones[..];
		assert_eq!(part.len(), 1);
		assert_eq!((part[0].amount, part[0].deliver_within, part[0].confirm_within), (PRICE, GOODS, CONFIRM));
		assert_eq!(view.deliver_until, Some(1 + GOODS));
	});
}

#[test]
fn only_an_active_listing_of_somebody_else_is_ordered() {
	TestExt.execute(|| {
		assert_noop!(order_as(BUYER, 0, goods()), Error::<Test>::UnknownListing);
		let listing = list_service(&WUSD);
		assert_noop!(order_as(CURATOR, listing, goods()), Error::<Test>::OwnListing);
		for state in
			[ListingState::Draft, ListingState::Paused, ListingState::Retired, ListingState::TakenDown]
		{
			set_state(listing, state);
			assert_noop!(order_as(BUYER, listing, goods()), Error::<Test>::NotForSale);
		}
	});
}

#[test]
fn nothing_more_is_sold_of_a_data_product_whose_bond_is_too_small_and_what_was_sold_goes_on() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		set_bond_too_small(listing, true);
		let again = || data(PERIOD, buyer_key());
		assert_noop!(order_as(BUYER, listing, again()), Error::<Test>::BondTooSmall);
		assert_ok!(deliver(order, open_delivery(&snapshot, order)));
		assert_eq!(state(order), OrderState::Delivered);
		set_bond_too_small(listing, false);
		assert_ok!(order_as(BUYER, listing, again()));

		// Nothing else needs a bond.
		let service = list_service(&WUSD);
		set_bond_too_small(service, true);
		assert_ok!(order_as(BUYER, service, goods()));
	});
}

#[test]
fn only_a_one_time_plan_is_bought_at_what_the_buyer_agreed_to() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = |plan, asset: &Asset, amount| {
			let max_price = at_most(asset, amount);
			dispatch(BUYER, crate::Call::<Test>::order { listing, plan, max_price, details: goods() })
		};
		assert_noop!(order(2, &WUSD, PRICE), Error::<Test>::UnknownPlan);
		assert_noop!(order(MONTHLY, &WUSD, PRICE), Error::<Test>::NotSoldHere);
		assert_noop!(order(ONE_TIME, &SOUK, PRICE), Error::<Test>::OfferGone);
		assert_noop!(order(ONE_TIME, &WUSD, PRICE - 1), Error::<Test>::TooExpensive);
		set_price(listing, 400);
		assert_ok!(order(ONE_TIME, &WUSD, PRICE));
		assert_eq!(held(&WUSD, BUYER), 400);
	});
}

#[test]
fn data_is_ordered_by_snapshot_and_anything_else_by_terms() {
	TestExt.execute(|| {
		let data_product = listed_with(|_| {});
		assert_noop!(order_as(BUYER, data_product, goods()), Error::<Test>::WrongDetails);
		for kind in [ListingKind::Service, ListingKind::PhysicalGood, ListingKind::DigitalGood] {
			let listing = list(kind, &WUSD, PRICE);
			let by_snapshot = order_as(BUYER, listing, data(PERIOD, buyer_key()));
			assert_noop!(by_snapshot, Error::<Test>::WrongDetails);
			order_goods(BUYER, listing);
		}
	});
}

#[test]
fn a_snapshot_whose_key_cannot_be_delivered_is_not_sold() {
	TestExt.execute(|| {
		let order = |listing| order_as(BUYER, listing, data(PERIOD, buyer_key()));
		let listing = listed_with(|_| {});
		let other_period = order_as(BUYER, listing, data(PERIOD + 1, buyer_key()));
		assert_noop!(other_period, Error::<Test>::UnknownSnapshot);
		let listing = listed_with(|promised| promised.key_commitment = None);
		assert_noop!(order(listing), Error::<Test>::NoKeyCommitment);
		// No scalar, and so nobody's key.
		let listing = listed_with(|promised| promised.key_commitment = Some([0xff; 32]));
		assert_noop!(order(listing), Error::<Test>::NoKeyCommitment);
		let largest = u64::from(MAX_CHUNKS) * CHUNK_BYTES as u64;
		let listing = listed_with(|promised| promised.bytes = largest + 1);
		assert_noop!(order(listing), Error::<Test>::SnapshotTooLarge);
		let listing = listed_with(|promised| promised.bytes = u64::MAX);
		assert_noop!(order(listing), Error::<Test>::SnapshotTooLarge);
		let listing = listed_with(|promised| promised.bytes = largest);
		let id = next_order();
		assert_ok!(order(listing));
		assert_eq!(view(id).data.map(|data| data.chunks), Some(MAX_CHUNKS));
	});
}

#[test]
fn a_key_that_may_not_be_used_is_refused_by_name() {
	TestExt.execute(|| {
		let listing = listed_with(|_| {});
		let with = |key: [u8; 64]| order_as(BUYER, listing, data(PERIOD, key));
		let change = |how: &dyn Fn(&mut [u8; 64])| {
			let mut key = buyer_key();
			how(&mut key);
			key
		};
		let one = |key: &mut [u8; 64]| key[0] = 1;
		// Zero and one are the identity; zero and minus one have order two.
		let identity = change(&|key| {
			*key = [0; 64];
			key[32] = 1;
		});
		let order_two = change(&|key| {
			*key = [0; 64];
			key[32..]
				.copy_from_slice(&souk_proof_primitives::scalar::encode(&-ark_bls12_381::Fr::from(1u64)));
		});
		assert_noop!(with(change(&|key| key[..32].fill(0xff))), Error::<Test>::NotCanonical);
		assert_noop!(with(change(&|key| key[32..].fill(0xff))), Error::<Test>::NotCanonical);
		assert_noop!(with(change(&one)), Error::<Test>::PointNotOnCurve);
		assert_noop!(with(identity), Error::<Test>::PointIsIdentity);
		assert_noop!(with(order_two), Error::<Test>::PointNotInSubgroup);
		assert_ok!(with(buyer_key()));
	});
}

#[test]
fn who_cannot_pay_price_or_deposit_does_not_order() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		// The poor have SOUK for deposits, and no wUSD.
		assert_noop!(order_as(POOR, listing, goods()), Error::<Test>::InsufficientFunds);
		assert_noop!(order_as(STRANGER, listing, goods()), Error::<Test>::DepositUnpaid);
		let dear = list(ListingKind::Service, &SOUK, 2_400);
		assert_noop!(order_as(POOR, dear, goods()), Error::<Test>::InsufficientFunds);
		freeze(true);
		assert!(order_as(BUYER, listing, goods()).is_err());
		freeze(false);
		assert_ok!(order_as(BUYER, listing, goods()));
	});
}

#[test]
fn what_costs_nothing_is_ordered_and_delivered_too() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		set_price(listing, 0);
		let order = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_ok!(confirm(BUYER, order, 0));
		assert_eq!(state(order), OrderState::Released);
		let snapshot = Snapshot::good();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		set_price(listing, 0);
		let order = order_data(BUYER, listing);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_eq!((state(order), bond(listing).covered), (OrderState::Delivered, 0));
		advance_to(1 + WINDOW);
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, (0, 0, 0, 0));
	});
}

#[test]
fn orders_are_numbered_in_sequence_and_counted_while_they_are_open() {
	use souk_primitives::reach::Orders;
	TestExt.execute(|| {
		let (one, two) = (list_service(&WUSD), list_service(&WUSD));
		assert_eq!((order_goods(BUYER, one), order_goods(BUYER, two), order_goods(OTHER, one)), (0, 1, 2));
		assert_eq!((Escrow::open(one), Escrow::open(two)), (2, 1));
		assert_ok!(cancel(BUYER, 0));
		assert_ok!(confirm(BUYER, 1, 0));
		assert_eq!((Escrow::open(one), Escrow::open(two)), (1, 0));
	});
}

#[test]
fn a_deposit_covers_every_byte_that_an_order_ever_stores() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		let service = list_service(&WUSD);
		let empty = stored();
		let data = order_data(BUYER, listing);
		// The deposit is 20 and one for each byte.
		let covers = |order: OrderId| view(order).deposit - 20;
		assert!(stored() - empty <= covers(data));
		assert_ok!(deliver(data, delivery(&snapshot, data)));
		assert!(stored() - empty <= covers(data), "{} of {}", stored() - empty, covers(data));
		assert_ok!(confirm(BUYER, data, 0));
		let before = stored();
		let parts = vec![milestone(10, 5, 5); 16];
		let offered = offer(service, &parts);
		assert_ok!(fund(BUYER, offered));
		for part in 0..16 {
			assert_ok!(mark_delivered(CURATOR, offered, part));
			assert!(stored() - before <= covers(offered), "{} of {}", stored() - before, covers(offered));
			assert_ok!(confirm(BUYER, offered, part));
		}
		assert!(stored() - before <= covers(offered));
		assert_ok!(forget(BUYER, offered));
		assert_ok!(forget(BUYER, data));
		assert_eq!((deposit(BUYER), deposit(CURATOR), stored()), (0, 0, empty + 8 + 32));
	});
}

/// Bytes of the pallet's storage but for the two numbers that it has once: keys and values.
fn stored() -> Balance {
	let prefix = sp_io::hashing::twox_128(b"Escrow");
	let mut key = prefix.to_vec();
	let mut bytes = 0;
	while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(&prefix)) {
		let once = [NextDue::<Test>::hashed_key().to_vec(), pallet_version_key()];
		if !once.contains(&next) {
			bytes += next.len() + sp_io::storage::get(&next).map_or(0, |value| value.len());
		}
		key = next;
	}
	bytes as Balance
}

fn pallet_version_key() -> Vec<u8> {
	use frame_support::traits::StorageVersion;
	StorageVersion::storage_key::<Escrow>().to_vec()
}
