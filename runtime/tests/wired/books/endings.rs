//! What ends while everything is open, and what ends although nobody is there any more; each time the book agrees.

use super::*;
use pallet_disputes::{commitment, CaseId, Ending, Phase};
use pallet_escrow::{OrderDetails, OrderId};
use souk_primitives::{reach::Ruling, ListingId};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};

type Disputes_ = pallet_disputes::Call<Runtime>;
type Escrow_ = pallet_escrow::Call<Runtime>;
type Tabs_ = pallet_tabs::Call<Runtime>;

const PAYER: Who = 4;
const SALT: [u8; 32] = [5; 32];
/// Blocks in which a case comes to its next phase, at the latest.
const LONGEST: u32 = 100;

/// A market of which everything is told to a book.
struct Told {
	book: Book,
	seen: Events,
}

/// A market after its start.
fn market(test: impl FnOnce(Told)) {
	super::super::genesis("local_testnet").execute_with(|| {
		let mut told = Told { book: open(), seen: Events::default() };
		start().iter().for_each(|deed| told.does(deed.who, deed.call.clone()));
		test(told);
	});
}

impl Told {
	#[track_caller]
	fn does(&mut self, who: Who, call: impl Into<RuntimeCall>) {
		let deed = Deed::new(who, call);
		assert!(perform(&mut self.book, &mut self.seen, &deed), "{deed:?}");
	}

	fn settle(&mut self, node: Who, tab: u64, queries: u64) {
		let listing = pallet_tabs::Tabs::<Runtime>::get(tab).expect("it was opened").listing;
		let amount = price_of_query(listing).amount * Balance::from(queries);
		let voucher = Voucher { tab, node: account(node).into(), counter: queries, amount };
		let signature = PEOPLE[PAYER].sign(&voucher.digest(&System::block_hash(0).0)).0;
		let voucher = SignedVoucher { voucher, signature };
		let mut deed = Deed::new(node, Tabs_::settle_voucher { voucher });
		deed.note = acts::Note::Vouchers(vec![(voucher, true)]);
		assert!(perform(&mut self.book, &mut self.seen, &deed), "{deed:?}");
	}

	fn next_blocks(&mut self, blocks: u32) {
		advance(&mut self.book, &mut self.seen, blocks);
	}

	/// A block that has no room for the turns of cases.
	fn next_full_block(&mut self) {
		type NextDue = pallet_disputes::NextDue<Runtime>;
		System::reset_events();
		blocks::end();
		self.book.block();
		note(&mut self.seen);
		let next = NextDue::get();
		NextDue::put(u32::MAX);
		blocks::start();
		NextDue::set(next);
		self.book.block();
		note(&mut self.seen);
		self.book.compare();
		check();
	}

	fn order(&mut self, listing: ListingId) -> OrderId {
		let order = pallet_escrow::NextOrderId::<Runtime>::get();
		let (max_price, details) = (price_of(listing), OrderDetails::Goods { terms: None });
		self.does(PAYER, Escrow_::order { listing, plan: 1, max_price, details });
		order
	}

	fn delivered(&mut self, listing: ListingId) -> OrderId {
		let order = self.order(listing);
		self.does(CURATOR, Escrow_::mark_delivered { order, milestone: 0, evidence: None });
		order
	}

	/// An order whose buyer does not agree, and the case about it.
	fn disputed(&mut self, listing: ListingId) -> (OrderId, CaseId) {
		let order = self.delivered(listing);
		self.does(PAYER, Escrow_::dispute { order, evidence: [6; 32] });
		(order, Disputes::case_about(order).expect("there is a pool").id)
	}

	/// Runs until a case is in a phase.
	#[track_caller]
	fn until(&mut self, case: CaseId, phase: Phase) {
		for _ in 0..LONGEST {
			if Disputes::case_details(case).expect("it is kept").phase == phase {
				return;
			}
			self.next_blocks(1);
		}
		panic!("it never came to {phase:?}");
	}

	/// The present jury.
	fn jurors(&self, case: CaseId) -> Vec<Who> {
		let view = Disputes::case_details(case).expect("it is kept");
		let jury = view.juries.last().expect("a jury was drawn");
		jury.sitting().map(|juror| who(&juror.who)).collect()
	}

	/// The present jury commits to votes that are all alike.
	fn commit(&mut self, case: CaseId, vote: Ruling) {
		let round = Disputes::case_details(case).expect("it is kept").round;
		for juror in self.jurors(case) {
			let commitment = commitment(case, round, &account(juror), vote, &SALT);
			self.does(juror, Disputes_::commit_vote { case, commitment });
		}
	}

	/// The present jury votes as one.
	fn vote(&mut self, case: CaseId, vote: Ruling) {
		self.commit(case, vote);
		for juror in self.jurors(case) {
			self.does(juror, Disputes_::reveal_vote { case, vote, salt: SALT });
		}
	}

	/// Somebody gives away all that they can spend, and nothing is left but what an account needs.
	fn spends_everything(&mut self, from: Who) {
		for wusd in [true, false] {
			let amount = Book::can_spend(wusd, from) - if wusd { 1 } else { EXISTENTIAL_DEPOSIT };
			let deed = Deed::pays(from, 5, wusd, amount);
			assert!(perform(&mut self.book, &mut self.seen, &deed), "{deed:?}");
		}
	}

	fn subscribe(&mut self, listing: ListingId) {
		let (period, max_price) = (PERIOD, price_of(listing));
		let call = pallet_subscriptions::Call::<Runtime>::subscribe {
			listing,
			plan: 0,
			holder: None,
			auto_renew: true,
			period,
			max_price,
		};
		self.does(PAYER, call);
	}

	/// A tab for ten queries.
	fn open_tab(&mut self, listing: ListingId) -> u64 {
		let tab = pallet_tabs::NextTabId::<Runtime>::get();
		let max_price = price_of_query(listing);
		let limit = 10 * max_price.amount;
		self.does(PAYER, Tabs_::open_tab { listing, plan: 2, key: None, limit, max_price });
		tab
	}
}

fn state(order: OrderId) -> OrderState {
	Escrow::order_details(order).expect("it is kept").state
}

fn souk(who: Who) -> Balance {
	Balances::balance(&account(who)) + Balances::total_balance_on_hold(&account(who))
}

#[test]
fn a_listing_is_retired_with_subscriptions_tabs_orders_and_a_dispute_open() {
	market(|mut told| {
		let listing = 1;
		told.subscribe(listing);
		let (tab, unused) = (told.open_tab(listing), told.open_tab(listing));
		let (waiting, delivered) = (told.order(listing), told.delivered(listing));
		let (disputed, case) = told.disputed(listing);
		let (unanswered, _) = told.disputed(listing);
		told.does(CURATOR, Disputes_::answer { case });
		told.settle(0, tab, 3);
		told.next_blocks(4);
		told.does(CURATOR, pallet_listings::Call::<Runtime>::retire { id: listing });

		// What is open goes on as it would have; nothing new begins.
		let again = Escrow_::order {
			listing,
			plan: 1,
			max_price: price_of(listing),
			details: OrderDetails::Goods { terms: None },
		};
		assert!(!perform(&mut told.book, &mut told.seen, &Deed::new(PAYER, again)));
		told.next_blocks(1);
		told.settle(0, tab, 8);
		told.does(PAYER, Disputes_::submit_evidence { case, hash: [9; 32] });
		told.next_blocks(CHALLENGE);
		for tab in [tab, unused] {
			assert!(Tabs::tab_details(tab).is_none());
		}
		told.until(case, Phase::Commit);
		told.vote(case, Ruling::Buyer);
		told.until(case, Phase::Closed);
		assert_eq!(
			Disputes::case_details(case).and_then(|view| view.ended),
			Some((Ending::Ruled, Ruling::Buyer))
		);
		assert_eq!(
			[waiting, delivered, disputed, unanswered].map(state),
			[OrderState::Refunded, OrderState::Released, OrderState::Refunded, OrderState::Refunded]
		);
		assert!(
			told.seen.times("Stakes.LostDispute") == 2 && told.seen.times("Disputes.Closed.Default") == 1
		);
		wind_up(&mut told.book, &mut told.seen);
	});
}

#[test]
fn a_dispute_whose_sides_are_gone_is_ruled_on_and_executed() {
	market(|mut told| {
		let listing = 2;
		let (order, case) = told.disputed(listing);
		told.does(CURATOR, Disputes_::answer { case });
		let (left, of_nobody) = told.disputed(listing);
		told.spends_everything(PAYER);
		told.spends_everything(CURATOR);
		let before: Vec<Balance> = (0..ALL).map(souk).collect();
		told.until(case, Phase::Commit);
		told.vote(case, Ruling::Seller);
		told.until(case, Phase::Closed);
		assert_eq!(state(order), OrderState::Released);
		// Who has lost pays the jury of what was posted.
		assert_eq!(souk(PAYER), before[PAYER] - 3 * JUROR_FEE);
		let paid = (TREASURY + 1..ALL).map(|who| souk(who) - before[who]).sum::<Balance>();
		assert_eq!(paid, 3 * JUROR_FEE);
		// The other one was answered by nobody.
		assert_eq!(state(left), OrderState::Refunded);
		assert!(Disputes::case_details(of_nobody).is_none_or(|view| view.ended.is_some()));
		wind_up(&mut told.book, &mut told.seen);
	});
}

#[test]
fn who_gives_in_after_a_ruling_has_lost_and_a_jury_that_was_not_counted_is_paid() {
	market(|mut told| {
		let listing = 1;
		// The seller, as soon as she has lost.
		let (order, case) = told.disputed(listing);
		told.does(CURATOR, Disputes_::answer { case });
		told.until(case, Phase::Commit);
		told.vote(case, Ruling::Buyer);
		told.does(CURATOR, Escrow_::cancel { order });
		assert_eq!((state(order), told.seen.times("Stakes.LostDispute")), (OrderState::Refunded, 1));

		// The buyer, when the jury of the appeal has nearly ruled for them; each of that has the fee.
		let (order, case) = told.disputed(listing);
		told.does(CURATOR, Disputes_::answer { case });
		told.until(case, Phase::Commit);
		told.vote(case, Ruling::Seller);
		told.does(PAYER, Disputes_::appeal { case });
		told.until(case, Phase::Commit);
		let jurors = told.jurors(case);
		let before: Vec<Balance> = jurors.iter().map(|juror| souk(*juror)).collect();
		told.commit(case, Ruling::Buyer);
		for juror in &jurors[1..] {
			told.does(*juror, Disputes_::reveal_vote { case, vote: Ruling::Buyer, salt: SALT });
		}
		told.does(PAYER, Escrow_::confirm { order, milestone: 0 });
		assert_eq!(jurors.len(), 7);
		for (juror, before) in jurors.iter().zip(before) {
			assert_eq!(souk(*juror), before + JUROR_FEE);
		}
		assert_eq!((state(order), told.seen.times("Disputes.Closed.Settled")), (OrderState::Released, 2));
		assert_eq!(told.seen.times("Stakes.LostDispute"), 1);
		wind_up(&mut told.book, &mut told.seen);
	});
}

#[test]
fn a_dispute_that_neither_sides_nor_jurors_care_for_is_divided() {
	market(|mut told| {
		let (order, case) = told.disputed(2);
		told.does(CURATOR, Disputes_::answer { case });
		told.spends_everything(PAYER);
		told.spends_everything(CURATOR);
		told.until(case, Phase::Closed);
		assert_eq!(
			Disputes::case_details(case).and_then(|view| view.ended),
			Some((Ending::Ruled, Ruling::Refused))
		);
		let view = Escrow::order_details(order).expect("it is kept");
		let price = price_of(2).amount;
		let back = price * BUYER_SHARE / 100;
		assert_eq!((view.refunded, view.paid, view.held), (back, price - back, 0));
		// Two juries of three did not appear.
		assert_eq!(told.seen.times("Disputes.Absent"), 3);
		assert_eq!(told.seen.times("Disputes.Fined"), 6);
		wind_up(&mut told.book, &mut told.seen);
	});
}

#[test]
fn a_payer_whose_balance_is_gone_owes_nothing_and_is_owed_nothing() {
	market(|mut told| {
		let listing = 1;
		told.subscribe(listing);
		let tab = told.open_tab(listing);
		let order = told.delivered(listing);
		told.spends_everything(PAYER);
		// What was promised was on hold.
		told.settle(0, tab, 10);
		told.next_blocks(PERIOD + 5);
		assert_eq!(state(order), OrderState::Released);
		assert_eq!(told.seen.times("Subscriptions.GraceStarted"), 1);
		assert_eq!(told.seen.times("Subscriptions.NotRenewed"), 1);
		assert_eq!(pallet_subscriptions::Subscriptions::<Runtime>::iter().count(), 0);
		wind_up(&mut told.book, &mut told.seen);
	});
}

#[test]
fn a_case_that_a_block_has_no_room_for_is_executed_by_anybody() {
	market(|mut told| {
		let (order, case) = told.disputed(2);
		let until = Disputes::case_details(case).expect("it is kept").until;
		told.next_blocks(until - 1 - System::block_number());
		told.next_full_block();
		assert_eq!(Disputes::case_details(case).map(|view| view.phase), Some(Phase::Opened));
		// The other side has not answered, and cannot any more.
		let late = Deed::new(CURATOR, Disputes_::answer { case });
		assert!(!perform(&mut told.book, &mut told.seen, &late));
		told.does(5, Disputes_::execute { case });
		assert_eq!(told.seen.times("Disputes.Closed.Default"), 1);
		assert_eq!(state(order), OrderState::Refunded);
		wind_up(&mut told.book, &mut told.seen);
	});
}
