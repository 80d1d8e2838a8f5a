//! The statement without keys: proofs over tables.

use super::*;
use crate::{TablesView, TABLE_VERSIONS};
use frame_support::assert_noop;
use souk_primitives::reach::{BundleRefusal, TableProofs};
use souk_proof_primitives::statements::AGGREGATE;
use souk_table_proofs::{Context, Expected};

const VERSION: u32 = TABLE_VERSIONS[0];

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

/// What comes of a bundle that is none.
fn nonsense() -> BundleRefusal {
	let context = Context { genesis: [0; 32], listing: 0, period: 0 };
	let expected = Expected { context, columns_root: [0; 32], query: None, min_group_size: 0 };
	<Proofs as TableProofs>::verify(b"nonsense", &expected).expect_err("it is no bundle")
}

fn current() -> Option<u32> {
	<Proofs as TableProofs>::current_version()
}

#[test]
fn it_is_paused_and_resumed_like_the_others_and_without_them() {
	TestExt::default().open_keys().execute(|| {
		assert_eq!((nonsense(), current()), (BundleRefusal::Malformed, Some(VERSION)));
		assert_noop!(Proofs::resume(root(), AGGREGATE), Error::<Test>::NotPaused);
		assert_ok!(Proofs::pause(root(), AGGREGATE));
		assert_noop!(Proofs::pause(root(), AGGREGATE), Error::<Test>::AlreadyPaused);
		assert_eq!(events(), [Event::Paused { statement: AGGREGATE, from: 2 }]);
		// From the next block on; but nothing is begun that relies on it.
		assert_eq!((nonsense(), current()), (BundleRefusal::Malformed, None));
		next_block();
		assert_eq!((nonsense(), current()), (BundleRefusal::Paused, None));
		assert!(Proofs::tables().paused);
		assert_ok!(good_proof());
		assert_ok!(Proofs::resume(root(), AGGREGATE));
		assert_eq!(nonsense(), BundleRefusal::Paused);
		next_block();
		assert_eq!((nonsense(), current()), (BundleRefusal::Malformed, Some(VERSION)));
		// And the others without it.
		assert_ok!(Proofs::pause(root(), CHUNK_KEY));
		next_block();
		assert_eq!(current(), Some(VERSION));
	});
}

#[test]
fn a_version_is_retired_for_good() {
	TestExt::default().execute(|| {
		let versions =
			|from| TablesView { statement: AGGREGATE, versions: vec![(VERSION, from)], paused: false };
		assert_eq!(Proofs::tables(), versions(None));
		assert_noop!(Proofs::retire_key(root(), AGGREGATE, VERSION + 1), Error::<Test>::NotFound);
		assert_ok!(Proofs::retire_key(root(), AGGREGATE, VERSION));
		assert_eq!(events(), [Event::KeyRetired { statement: AGGREGATE, era: VERSION, from: 2 }]);
		assert_noop!(Proofs::retire_key(root(), AGGREGATE, VERSION), Error::<Test>::Retired);
		assert_eq!(Proofs::tables(), versions(Some(2)));
		assert_eq!((nonsense(), current()), (BundleRefusal::Malformed, None));
		next_block();
		assert_eq!((nonsense(), current()), (BundleRefusal::Retired, None));
	});
}

#[test]
fn it_has_no_keys() {
	TestExt::default().execute(|| {
		admin_is_refused(register(AGGREGATE, 1, open_key(CHUNK_KEY, 1)), Error::NoKeys);
		let call = verify(AGGREGATE, 1, &[], &[]);
		refused(call, Error::NoKeys);
		assert_eq!((Proofs::key(AGGREGATE, VERSION), Proofs::current(AGGREGATE)), (None, None));
	});
}

#[test]
fn only_the_admin_decides_about_it() {
	TestExt::default().execute(|| {
		is_for_the_admin_alone(Call::pause { statement: AGGREGATE });
		is_for_the_admin_alone(Call::resume { statement: AGGREGATE });
		is_for_the_admin_alone(Call::retire_key { statement: AGGREGATE, era: VERSION });
	});
}
