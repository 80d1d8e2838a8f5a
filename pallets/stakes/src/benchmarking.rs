//! One benchmark for what others cause, and one per step of the hooks.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	benchmarking::PAID_IN,
	reach::{Bonds, Curation, Keeper, Listings, Offences, Promises, Subscribers},
	Balance, Basis, Bond, Commitments, ListingId, Offence, OffenceKind, Period, Plan, PlanKind, Price,
	SnapshotView,
};
use souk_proof_primitives::{
	attestation::{Attestation, Outcome, SignedAttestation},
	chunk::{cipher_leaf, CHUNK_BYTES, CHUNK_OVERHEAD},
	merkle::Merkle,
	piece::cut,
	submission::{SignedSubmission, Submission},
};
use sp_core::{crypto::KeyTypeId, sr25519};
use sp_io::crypto::{sr25519_generate, sr25519_sign};
use sp_runtime::traits::Convert;

/// Where the keys of benchmarks are kept.
const KEYS: KeyTypeId = KeyTypeId(*b"stak");

const KIND: OffenceKind = OffenceKind::ConflictingSnapshots;

/// As many bytes as there can be.
const BASIS: Basis = Basis::Votes { against: 1, of: 1 };

/// Enough for each share of it to make an account.
fn plenty<T: Config>() -> Balance {
	T::Currency::minimum_balance().saturating_mul(1_000)
}

fn rich<T: Config>(name: &'static str) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, 0, 0);
	assert_ok!(T::Currency::mint_into(&who, plenty::<T>().saturating_mul(1_000)));
	who
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// A listing and a node with a bond each.
fn at_stake<T: Config>() -> (ListingId, T::AccountId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let price = Price { asset: PAID_IN, amount: plenty::<T>() };
	let plan = Plan { kind: PlanKind::Subscription { period: 1_000 }, price };
	let listing = T::Listings::benchmark_listing(&rich::<T>("curator"), plan);
	let node = rich::<T>("node");
	for bond in [Bond::Listing(listing), Bond::Node(node.clone())] {
		T::Bonds::benchmark_bond(&bond, plenty::<T>());
	}
	(listing, node)
}

/// A fine out of both bonds, in block 10, for what could be seen since then.
fn fine<T: Config>(stage: Stage<T::AccountId>) -> FineRecordOf<T>
where
	T::Currency: Mutate<T::AccountId>,
{
	let (listing, node) = at_stake::<T>();
	let mut sources = BoundedVec::new();
	for bond in [Bond::Listing(listing), Bond::Node(node)] {
		let left = T::Bonds::forfeit(&bond, plenty::<T>() / 2);
		assert!(sources.try_push(Source { bond, left }).is_ok());
	}
	go_to::<T>(10);
	FineRecord {
		listing,
		at: 10,
		began: 10,
		harmed_for: u32::MAX,
		sources,
		subscribers: plenty::<T>() * 3 / 4,
		reporter: Some((rich::<T>("reporter"), plenty::<T>() / 4)),
		paid: Division::default(),
		stage,
		waiting: None,
	}
}

/// Fills what is remembered against a bond: with absences of which each counts, so that all are looked through for one that does not.
fn remember<T: Config>(bond: &Bond<T::AccountId>) {
	for number in 0..T::MaxRemembered::get() {
		go_to::<T>((number + 1) * T::CountedEvery::get());
		let record = OffenceRecord {
			kind: OffenceKind::Unreachable,
			listing: 0,
			node: Some(account("node", 0, 0)),
			reporter: Some(account("reporter", 0, 0)),
			basis: BASIS,
			evidence: [1; 32],
			at: Pallet::<T>::now(),
			until: Pallet::<T>::remembered_until(),
			taken: 1,
			fine: None,
			division: None,
		};
		Pallet::<T>::remember(bond, record);
	}
}

/// A listing, the key of a node with a bond that has left it, both with full histories, and who reports it. The curator answers: as many have left as
/// can be, and that node is found last.
fn accused<T: Config>() -> (ListingId, sr25519::Public, T::AccountId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (listing, _) = at_stake::<T>();
	let signer = sr25519_generate(KEYS, None);
	let node = T::AccountOf::convert(signer.0);
	assert_ok!(T::Currency::mint_into(&node, plenty::<T>().saturating_mul(10)));
	let bond = Bond::Node(node.clone());
	T::Bonds::benchmark_bond(&bond, plenty::<T>());
	for bond in [Bond::Listing(listing), bond] {
		remember::<T>(&bond);
	}
	T::Curation::benchmark_left(listing, &node, Pallet::<T>::now() + 1);
	let treasury = T::Treasury::get();
	assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
	(listing, signer, rich::<T>("reporter"))
}

/// The sealed chunks of a snapshot, and the snapshot.
fn kept() -> (Vec<Vec<u8>>, SnapshotView) {
	let chunks = alloc::vec![alloc::vec![7; CHUNK_BYTES + CHUNK_OVERHEAD]; 4];
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: tree(&chunks).root(),
		key_commitment: None,
		columns_root: None,
		schema_hash: [2; 32],
		source_digest: [3; 32],
		rows: 1,
		bytes: 4 * CHUNK_BYTES as u64,
	};
	(chunks, SnapshotView { period: 1, commitments, final_at: 0 })
}

/// A snapshot of a period is kept.
fn keep_snapshot<T: Config>(listing: ListingId, period: Period) {
	let snapshot = SnapshotView { period, ..kept().1 };
	T::Curation::benchmark_sale(listing, snapshot, T::Currency::minimum_balance());
}

fn tree(chunks: &[Vec<u8>]) -> Merkle {
	chunks.iter().enumerate().map(|(index, chunk)| cipher_leaf(index as u32, chunk)).collect()
}

fn sign(signer: &sr25519::Public, digest: &[u8; 32]) -> [u8; 64] {
	sr25519_sign(KEYS, signer, digest).expect("the key was made here").0
}

/// Announces a report, and goes on to the next block.
fn announced<T: Config>(reporter: &T::AccountId, first: &[u8], second: &[u8]) {
	let hash = announcement(reporter, first, second);
	assert_ok!(Pallet::<T>::do_announce_report(reporter.clone(), hash));
	go_to::<T>(Pallet::<T>::now() + 1);
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit() {
		let (listing, node) = at_stake::<T>();
		let treasury = T::Treasury::get();
		assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
		for bond in [Bond::Listing(listing), Bond::Node(node.clone())] {
			remember::<T>(&bond);
		}
		let offence = Offence {
			kind: KIND,
			listing,
			node: Some(node),
			curator_answers: true,
			reporter: Some(rich::<T>("reporter")),
			began: 1,
			harmed_for: u32::MAX,
			basis: BASIS,
			evidence: [2; 32],
		};
		#[block]
		{
			<Pallet<T> as Offences<T::AccountId>>::commit(offence);
		}
		let history = History::<T>::get(Bond::<T::AccountId>::Listing(listing));
		assert_eq!(history.last().map(|record| record.evidence), Some([2; 32]));
	}

	#[benchmark]
	fn work_off() {
		NextDue::<T>::put(5);
		#[block]
		{
			Pallet::<T>::work_off(5, T::DbWeight::get().reads(1).saturating_add(T::WeightInfo::work_off()));
		}
		assert_eq!(NextDue::<T>::get(), Some(6));
	}

	/// A challenge that was missed: an offence, which no other turn is.
	#[benchmark]
	fn turn() {
		let (listing, _) = at_stake::<T>();
		let treasury = T::Treasury::get();
		assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
		go_to::<T>(1);
		let (_, snapshot) = kept();
		let (period, cipher_root) = (snapshot.period, snapshot.commitments.cipher_root);
		let node = T::Promises::benchmark_promise(listing, snapshot).pop().expect("somebody keeps it");
		assert_ok!(T::Currency::mint_into(&node, plenty::<T>().saturating_mul(10)));
		let bonds = [Bond::Listing(listing), Bond::Node(node.clone())];
		T::Bonds::benchmark_bond(&bonds[1], plenty::<T>());
		for bond in &bonds {
			remember::<T>(bond);
		}
		let until = Pallet::<T>::now() + 10;
		let place = ChallengePlace { chunk: 1, sealed: 1_024, piece: 0 };
		let record = ChallengeRecord { period, cipher_root, place, at: 1, until, agreed: true };
		Challenges::<T>::insert(&node, listing, record);
		Due::<T>::insert(until, Turn::Challenge(node.clone(), listing), ());
		go_to::<T>(until);
		#[block]
		{
			Pallet::<T>::take_turn(until, Turn::Challenge(node, listing));
		}
		for bond in bonds {
			let newest = History::<T>::get(bond).last().map(|record| record.kind);
			assert_eq!(newest, Some(OffenceKind::MissedChallenge));
		}
	}

	#[benchmark]
	fn next_fine() {
		let mut record = fine::<T>(Stage::Rest);
		record.waiting = Some(Waiting { since: 1, until: 100 });
		Fines::<T>::insert(Pallet::<T>::key(0), record);
		let mut meter = WeightMeter::with_limit(T::WeightInfo::next_fine());
		#[block]
		{
			Pallet::<T>::divide(10, &mut meter);
		}
		assert!(Fines::<T>::contains_key(Pallet::<T>::key(0)));
	}

	#[benchmark]
	fn count() {
		let record = fine::<T>(Stage::Counting { after: None, claims: 0 });
		go_to::<T>(1);
		T::Subscribers::benchmark_subscriber(record.listing, &rich::<T>("subscriber"));
		let stage;
		#[block]
		{
			stage = Pallet::<T>::count(&record, None, 0);
		}
		assert!(matches!(stage, Stage::Counting { after: Some(_), claims } if claims > 0));
	}

	#[benchmark]
	fn pay_next() {
		// Out of both bonds.
		let mut record = fine::<T>(Stage::Rest);
		go_to::<T>(1);
		T::Subscribers::benchmark_subscriber(record.listing, &rich::<T>("subscriber"));
		let (part, left) = (record.subscribers, record.left());
		#[block]
		{
			Pallet::<T>::pay_next(&mut record, None, part, part);
		}
		assert!(record.left() < left);
	}

	#[benchmark]
	fn pay_rest() {
		let mut record = fine::<T>(Stage::Rest);
		let bonds: Vec<_> = record.sources.iter().map(|source| source.bond.clone()).collect();
		for bond in &bonds {
			remember::<T>(bond);
			History::<T>::mutate(bond, |history| history.last_mut().map(|newest| newest.fine = Some(0)));
		}
		let treasury = T::Treasury::get();
		assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
		#[block]
		{
			let progress = Pallet::<T>::pay_rest(&mut record);
			Pallet::<T>::keep(0, record, progress);
		}
		for bond in bonds {
			assert!(History::<T>::get(bond).last().is_some_and(|newest| newest.division.is_some()));
		}
	}

	#[benchmark]
	fn announce_report() {
		let reporter = rich::<T>("reporter");
		assert_ok!(Pallet::<T>::do_announce_report(reporter.clone(), [1; 32]));
		#[extrinsic_call]
		_(RawOrigin::Signed(reporter.clone()), [2; 32]);
		assert_eq!(Announcements::<T>::get(&reporter).map(|record| record.hash), Some([2; 32]));
	}

	#[benchmark]
	fn report_conflict() {
		let (listing, signer, reporter) = accused::<T>();
		keep_snapshot::<T>(listing, Pallet::<T>::minutes());
		let claim = |commitments| Submission {
			genesis: Pallet::<T>::genesis(),
			listing,
			period: Pallet::<T>::minutes(),
			worker: signer.0,
			commitments,
		};
		let [first, second] = [claim([1; 32]), claim([2; 32])].map(|submission| {
			let signature = sign(&signer, &submission.digest());
			SubmissionBytes::truncate_from(SignedSubmission { submission, signature }.encode())
		});
		announced::<T>(&reporter, &first, &second);
		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), first, second);
		assert_eq!(Cases::<T>::iter().count(), 1);
		let newest =
			History::<T>::get(Bond::<T::AccountId>::Listing(listing)).last().map(|record| record.kind);
		assert_eq!(newest, Some(OffenceKind::ConflictingSnapshots));
	}

	#[benchmark]
	fn report_attestations() {
		let (listing, signer, reporter) = accused::<T>();
		keep_snapshot::<T>(listing, 3);
		let claim = |result| Attestation {
			genesis: Pallet::<T>::genesis(),
			listing,
			node: signer.0,
			request: [1; 32],
			query: [2; 32],
			period: 3,
			content_root: [4; 32],
			outcome: Outcome::Complete { result, rows: 1, bytes: 2 },
			block: Pallet::<T>::now(),
			reproducible: Some(1),
		};
		let [first, second] = [claim([1; 32]), claim([2; 32])].map(|attestation| {
			let signature = sign(&signer, &attestation.digest());
			AttestationBytes::truncate_from(SignedAttestation { attestation, signature }.encode())
		});
		announced::<T>(&reporter, &first, &second);
		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), first, second);
		assert_eq!(Cases::<T>::iter().count(), 1);
		let newest =
			History::<T>::get(Bond::<T::AccountId>::Listing(listing)).last().map(|record| record.kind);
		assert_eq!(newest, Some(OffenceKind::ContradictingAttestations));
	}

	#[benchmark]
	fn round() {
		#[block]
		{
			Pallet::<T>::go_round(10, &mut WeightMeter::with_limit(T::WeightInfo::round()));
		}
	}

	#[benchmark]
	fn visit() {
		let (listing, _) = at_stake::<T>();
		go_to::<T>(1);
		// None of the snapshots that are kept is old enough, so that all of them are looked through.
		let (final_at, by) = (2, 1);
		let nodes = T::Promises::benchmark_promise(listing, SnapshotView { final_at, ..kept().1 });
		remember::<T>(&Bond::Listing(listing));
		let now = T::ChallengeWindow::get() + T::ChallengeEvery::get() + 100;
		go_to::<T>(now);
		let tour = RoundRecord { number: 1, seed: [1; 32], until: now + 1, after: None, done: false };
		// Everybody has announced a downtime, but for later.
		let workers = T::Promises::next(None, by, by).expect("there is one").workers;
		assert!(!workers.is_empty());
		let later = DowntimeRecord { from: u32::MAX - 1, until: u32::MAX, next: u32::MAX, deposit: 0 };
		for node in nodes.iter().chain(&workers) {
			Downtimes::<T>::insert(node, &later);
		}
		#[block]
		{
			let promise = T::Promises::next(None, by, by).expect("there is one");
			Pallet::<T>::visit(now, &tour, promise);
		}
		assert_eq!(Challenges::<T>::iter().count(), nodes.len());
		let newest =
			History::<T>::get(Bond::<T::AccountId>::Listing(listing)).last().map(|record| record.kind);
		assert_eq!(newest, Some(OffenceKind::MissedPeriod));
	}

	#[benchmark]
	fn answer_challenge() {
		let (listing, _) = at_stake::<T>();
		let (chunks, snapshot) = kept();
		// It is the last of as many as can be, and agrees by this.
		let node =
			T::Promises::benchmark_promise(listing, snapshot.clone()).pop().expect("somebody keeps it");
		let place = ChallengePlace { chunk: 1, sealed: chunks[1].len() as u32, piece: 3 };
		let (at, until) = (1, 10);
		let cipher_root = snapshot.commitments.cipher_root;
		Due::<T>::insert(until, Turn::Challenge(node.clone(), listing), ());
		let period = snapshot.period;
		let record = ChallengeRecord { period, cipher_root, place, at, until, agreed: false };
		Challenges::<T>::insert(&node, listing, record);
		go_to::<T>(at);
		let piece = cut(1, &chunks[1], 3).expect("there is one");
		let path = tree(&chunks).path(1).expect("there is one");
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), listing, piece, path);
		assert_eq!(Challenges::<T>::iter().count(), 0);
		let promise = T::Promises::next(None, at, at).expect("there is one");
		assert!(promise.keepers.contains(&Keeper { node, agreed: true }));
	}

	#[benchmark]
	fn announce_downtime() {
		let (_, node) = at_stake::<T>();
		// The first block begins between here and the call.
		let from = Pallet::<T>::now() + T::DowntimeNotice::get() + 1;
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), from, 1);
		assert!(Downtimes::<T>::contains_key(node));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
