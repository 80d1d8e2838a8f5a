//! A chain with the pallet, keys whose secrets are known, and the development keys with proofs by the real prover.

use crate::{self as pallet_proofs, Call, Error, InputBytes, ProofBytes};
use ark_bls12_381::Fr;
use ark_ff::UniformRand;
use frame_support::{
	assert_storage_noop, derive_impl,
	dispatch::{extract_actual_pays_fee, extract_actual_weight, GetDispatchInfo, Pays},
};
use frame_system::EnsureRoot;
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use souk_circuits::{
	poseidon, prove, seal_key,
	setup::{cache, Keys as Proving},
	BuyerSecret, ChunkKey, ChunkKeyPrivate, KeyDelivery, KeyDeliveryPrivate,
};
use souk_primitives::Digest;
use souk_proof_primitives::{
	context::ProofContext,
	groth16::{trapdoor::Trapdoor, Curve},
	keys::{chunk_key, key_commitment},
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use sp_runtime::{
	traits::{Dispatchable, IdentityLookup},
	BuildStorage, DispatchError,
};
use std::sync::OnceLock;

pub type AccountId = u64;

/// The statement of most tests, by number.
pub const CHUNK_KEY: u8 = 1;
/// The other one.
pub const KEY_DELIVERY: u8 = 2;
/// Somebody.
pub const ANYBODY: AccountId = 7;
/// Hash of a transcript.
pub const TRANSCRIPT: Digest = [9; 32];

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Proofs = pallet_proofs,
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

impl crate::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

/// The world of a test.
#[derive(Default)]
pub struct TestExt {
	keys: Vec<(u8, u32, Vec<u8>, Digest)>,
	development_keys: bool,
}

impl TestExt {
	/// Starts with this key as well.
	pub fn key(mut self, statement: u8, era: u32, key: Vec<u8>, transcript: Digest) -> Self {
		self.keys.push((statement, era, key, transcript));
		self
	}

	/// Starts with the keys of both statements for era 1 whose secrets are known.
	pub fn open_keys(self) -> Self {
		self.key(CHUNK_KEY, 1, open_key(CHUNK_KEY, 1), TRANSCRIPT).key(
			KEY_DELIVERY,
			1,
			open_key(KEY_DELIVERY, 1),
			TRANSCRIPT,
		)
	}

	/// Takes development keys.
	pub fn takes_development_keys(mut self) -> Self {
		self.development_keys = true;
		self
	}

	/// Starts with the development keys of both statements.
	pub fn development(self) -> Self {
		let none = [0; 32];
		self.takes_development_keys().key(CHUNK_KEY, 0, development_key(CHUNK_KEY), none).key(
			KEY_DELIVERY,
			0,
			development_key(KEY_DELIVERY),
			none,
		)
	}

	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			System::set_block_number(1);
			test();
			Proofs::do_try_state().expect("the invariants hold after the test");
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let storage = RuntimeGenesisConfig {
			proofs: crate::GenesisConfig {
				keys: self.keys,
				development_keys: self.development_keys,
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		storage.into()
	}
}

/// Goes to the next block.
pub fn next_block() {
	System::set_block_number(System::block_number() + 1);
}

souk_mock_support::functions! { pallet_proofs: events }

/// Dispatches a call as anybody would. It is refused with this error, changes nothing, and costs all that it was said to.
#[track_caller]
pub fn refused(call: Call<Test>, error: Error<Test>) {
	refused_as(RuntimeOrigin::signed(ANYBODY), call, error.into());
}

/// The same with another origin.
#[track_caller]
pub fn refused_as(origin: RuntimeOrigin, call: Call<Test>, error: DispatchError) {
	let call = RuntimeCall::Proofs(call);
	let info = call.get_dispatch_info();
	assert_storage_noop!({
		let result = call.dispatch(origin);
		assert_eq!(extract_actual_weight(&result, &info), info.call_weight);
		assert_eq!(extract_actual_pays_fee(&result, &info), Pays::Yes);
		assert_eq!(result.expect_err("the call is refused").error, error);
	});
}

/// A call that checks a proof.
pub fn verify(statement: u8, era: u32, inputs: &[u8], proof: &[u8]) -> Call<Test> {
	Call::verify {
		statement,
		era,
		inputs: InputBytes::try_from(inputs.to_vec()).expect("there is room"),
		proof: ProofBytes::try_from(proof.to_vec()).expect("there is room"),
	}
}

/// Dispatches a call that checks a proof.
pub fn checked(statement: u8, era: u32, inputs: &[u8], proof: &[u8]) -> Result<(), DispatchError> {
	let call = RuntimeCall::Proofs(verify(statement, era, inputs, proof));
	souk_mock_support::dispatch(RuntimeOrigin::signed(ANYBODY), call)
}

fn id(statement: u8) -> StatementId {
	StatementId::from_code(statement).expect("there is such a statement")
}

/// A key whose secrets are known, compressed. Another seed makes another key.
pub fn open_key(statement: u8, seed: u64) -> Vec<u8> {
	Trapdoor::new(id(statement), seed).key::<Curve>().expect("it is a key").to_bytes()
}

/// A proof of anything under that key.
pub fn open_proof(statement: u8, seed: u64, inputs: &[Fr]) -> Vec<u8> {
	let proof = Trapdoor::new(id(statement), seed).prove::<Curve>(inputs, 5).expect("it has a proof");
	proof.to_bytes().to_vec()
}

/// Public inputs of `ChunkKey` that are all different, as scalars.
pub fn scalars(seed: u64) -> Vec<Fr> {
	(1..=4).map(|i| Fr::from(1000 * seed + i)).collect()
}

/// Scalars as a call takes them.
pub fn bytes(scalars: &[Fr]) -> Vec<u8> {
	scalars.iter().flat_map(scalar::encode).collect()
}

/// Keys of the development era, made once for all tests: that takes seconds.
fn development_keys() -> &'static (Proving<ChunkKey>, Proving<KeyDelivery>) {
	static KEYS: OnceLock<(Proving<ChunkKey>, Proving<KeyDelivery>)> = OnceLock::new();
	KEYS.get_or_init(|| {
		let directory = tempfile::tempdir().expect("there is room for a directory");
		let made = "the development keys are those that the code names";
		(cache::load(directory.path()).expect(made), cache::load(directory.path()).expect(made))
	})
}

/// The development key of a statement, compressed.
pub fn development_key(statement: u8) -> Vec<u8> {
	let (of_chunk_key, of_key_delivery) = development_keys();
	if statement == CHUNK_KEY {
		of_chunk_key.verifying_bytes()
	} else {
		of_key_delivery.verifying_bytes()
	}
}

/// What a proof of the tests is for.
pub fn context(statement: u8) -> ProofContext {
	ProofContext { genesis: [3; 32], statement: id(statement), era: Era::DEVELOPMENT, listing: 4, order: 11 }
}

/// What the development keys' proofs are of, and the proofs.
pub struct Proven {
	pub chunk_key: ChunkKeyPublic,
	pub chunk_key_proof: Vec<u8>,
	pub key_delivery: KeyDeliveryPublic,
	pub key_delivery_proof: Vec<u8>,
}

impl Proven {
	/// Inputs and proof of a statement, as a call takes them.
	pub fn of(&self, statement: u8) -> (Vec<u8>, Vec<u8>) {
		if statement == CHUNK_KEY {
			(self.chunk_key.encode(), self.chunk_key_proof.clone())
		} else {
			(self.key_delivery.encode(), self.key_delivery_proof.clone())
		}
	}

	/// The same inputs for another context.
	pub fn inputs_for(&self, statement: u8, context: ProofContext) -> Vec<u8> {
		let context = context.scalar();
		if statement == CHUNK_KEY {
			ChunkKeyPublic { context, ..self.chunk_key }.encode()
		} else {
			KeyDeliveryPublic { context, ..self.key_delivery }.encode()
		}
	}
}

/// A delivery of a key and a chunk's key, really proved, once for all tests.
pub fn proven() -> &'static Proven {
	static PROVEN: OnceLock<Proven> = OnceLock::new();
	PROVEN.get_or_init(|| {
		let mut rng = ChaCha20Rng::from_seed([1; 32]);
		let (of_chunk_key, of_key_delivery) = development_keys();
		let key = Fr::rand(&mut rng);
		let chunk_key = ChunkKeyPublic {
			key_commitment: key_commitment(poseidon(), key),
			index: 5,
			chunk_key: chunk_key(poseidon(), key, 5),
			context: context(CHUNK_KEY).scalar(),
		};
		let buyer = BuyerSecret::generate(&mut rng).public();
		let context = context(KEY_DELIVERY).scalar();
		let (sealed, private): (_, KeyDeliveryPrivate) = seal_key(key, &buyer, context, &mut rng);
		let key_delivery = KeyDeliveryPublic {
			key_commitment: chunk_key.key_commitment,
			buyer,
			ephemeral: sealed.ephemeral,
			ciphertext: sealed.ciphertext,
			context,
		};
		let holds = "what is proved is true";
		let chunk_key_proof =
			prove(of_chunk_key, &chunk_key, &ChunkKeyPrivate { key }, &mut rng).expect(holds).to_bytes();
		let key_delivery_proof =
			prove(of_key_delivery, &key_delivery, &private, &mut rng).expect(holds).to_bytes();
		Proven {
			chunk_key,
			chunk_key_proof: chunk_key_proof.to_vec(),
			key_delivery,
			key_delivery_proof: key_delivery_proof.to_vec(),
		}
	})
}

/// A point of the first curve outside the subgroup, with both coordinates: (0, 2), which is of order three.
pub fn outside_g1() -> Vec<u8> {
	let mut bytes = vec![0; 96];
	bytes[95] = 2;
	bytes
}

/// A point of the second curve outside the subgroup, with both coordinates: the one whose first coordinate is 2.
pub fn outside_g2() -> Vec<u8> {
	const SECOND: [&str; 2] = [
		"172e93db764a8400a7d5071b6b6f5de0da2f0f4a063119abca014006b7c40a2cfe291a1924e65db0d6d0fcfbf3bf3d5c",
		"18c6b864ae17dc9da64203ffefb966306425a7bc6aeb7c75247438372716284a4173830420cd476ba1a365b95bfcec38",
	];
	let mut bytes = vec![0; 96];
	bytes[95] = 2;
	for half in SECOND {
		let digits = |at: usize| u8::from_str_radix(&half[2 * at..2 * at + 2], 16).expect("these are digits");
		bytes.extend((0..48).map(digits));
	}
	bytes
}
