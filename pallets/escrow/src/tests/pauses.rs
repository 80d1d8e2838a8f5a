//! Governance pauses a statement.

use super::*;
use souk_proof_primitives::statements::StatementId;

#[test]
fn no_key_is_taken_while_a_bad_chunk_could_not_be_proved() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		let key = delivery(&snapshot, order);
		pause(StatementId::ChunkKey);
		assert_noop!(deliver(order, key.clone()), Error::<Test>::NoRecourse);
		let other = order_data(BUYER, listing);
		let batch = vec![(order, key.clone()), (other, open_delivery(&snapshot, other))];
		assert_noop!(deliver_batch(batch), Error::<Test>::NothingDelivered);
		resume(StatementId::ChunkKey);
		assert_ok!(deliver(order, key));
		// Without any key there is no recourse either.
		retire(StatementId::ChunkKey, ERA);
		retire(StatementId::ChunkKey, OPEN_ERA);
		assert_noop!(deliver(other, delivery(&snapshot, other)), Error::<Test>::NoRecourse);
		advance_to(1 + DELIVERY);
		assert_eq!((state(other), spent(&WUSD)), (OrderState::Refunded, PRICE));
	});
}

#[test]
fn while_the_statement_is_paused_no_chunk_is_proved_bad() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		let order = order_data(BUYER, listing);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		let evidence = bad_chunk(&snapshot, order, 1);
		pause(StatementId::ChunkKey);
		assert_noop!(prove_bad_chunk(BUYER, order, evidence.clone()), Error::<Test>::ProofsPaused);
		resume(StatementId::ChunkKey);
		retire(StatementId::ChunkKey, ERA);
		assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::ProofKeyRetired);
		assert_ok!(prove_bad_chunk(BUYER, order, open_bad_chunk(&snapshot, order, 1)));
	});
}
