//! One benchmark per call.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use souk_primitives::reach::Proofs;
use souk_proof_primitives::{
	groth16::{
		trapdoor::{some_inputs, Trapdoor},
		Curve,
	},
	scalar,
	statements::{Era, StatementId},
};

/// The statement with the most inputs.
const STATEMENT: StatementId = StatementId::KeyDelivery;

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register_key() {
		// The longest list of eras that there is room in.
		let eras: alloc::vec::Vec<Era> = (1..MAX_LIVE_KEYS).map(|i| Era(u32::MAX - i)).rev().collect();
		LiveEras::<T>::insert(STATEMENT, Eras::truncate_from(eras));
		let era = 1_000;
		let key = Trapdoor::new(STATEMENT, 1).key::<Curve>().expect("it is a key").to_bytes();
		let key = KeyBytes::truncate_from(key);
		#[extrinsic_call]
		_(RawOrigin::Root, STATEMENT.code(), era, key, [1; 32]);
		assert!(Keys::<T>::contains_key(STATEMENT, Era(era)));
		LiveEras::<T>::insert(STATEMENT, Eras::truncate_from(alloc::vec![Era(era)]));
	}

	#[benchmark]
	fn retire_key() {
		let era = Pallet::<T>::benchmark_key(STATEMENT);
		#[extrinsic_call]
		_(RawOrigin::Root, STATEMENT.code(), era.0);
		assert!(!LiveEras::<T>::get(STATEMENT).contains(&era));
	}

	#[benchmark]
	fn pause() {
		#[extrinsic_call]
		_(RawOrigin::Root, STATEMENT.code());
		assert!(Switches::<T>::get(STATEMENT).is_some_and(|switch| switch.paused));
	}

	#[benchmark]
	fn resume() {
		let switch = Switch { paused: true, from: 0 };
		Switches::<T>::insert(STATEMENT, switch);
		#[extrinsic_call]
		_(RawOrigin::Root, STATEMENT.code());
		assert!(Switches::<T>::get(STATEMENT).is_some_and(|switch| !switch.paused));
	}

	#[benchmark]
	fn verify_proof() {
		let era = Pallet::<T>::benchmark_key(STATEMENT);
		let inputs = some_inputs(STATEMENT);
		let proof = ProofBytes::truncate_from(Pallet::<T>::benchmark_proof(STATEMENT, era, &inputs));
		let inputs = InputBytes::truncate_from(inputs.iter().flat_map(scalar::encode).collect());
		let who: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		verify(RawOrigin::Signed(who), STATEMENT.code(), era.0, inputs, proof);
		assert_ok!(Pallet::<T>::usable_key(STATEMENT, era).map(|_| ()).map_err(Error::<T>::from));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
