//! Proofs that are really checked, with the code that the chain uses.
//!
//! Two eras of keys: the development keys, for proofs that are really made, once each for all tests; and keys whose secrets are
//! known, under which proofs cost nothing, for tests that need many.

use super::*;
use ark_bls12_381::{Bls12_381, Fr};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use souk_circuits::{
	prove, seal_key, setup::cache, setup::Keys, BuyerSecret, ChunkKey, ChunkKeyPrivate,
	KeyDelivery as DeliveryStatement, Statement,
};
use souk_primitives::reach::{self, ProofRefusal};
use souk_proof_primitives::{
	groth16::{self, trapdoor::Trapdoor, Curve, PointFault, ProofError, VerifyingKey},
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
	sync::{Mutex, OnceLock},
};

/// The development keys.
pub const ERA: u32 = 0;
/// Keys whose secrets are known.
pub const OPEN_ERA: u32 = 7;

/// What governance did to keys.
#[derive(Clone, Default)]
struct Switches {
	paused: BTreeSet<u8>,
	retired: BTreeSet<(u8, u32)>,
}

thread_local! {
	static SWITCHES: RefCell<Switches> = RefCell::new(Switches::default());
}

pub fn reset() {
	SWITCHES.with_borrow_mut(|switches| *switches = Switches::default());
}

pub fn pause(statement: StatementId) {
	SWITCHES.with_borrow_mut(|switches| switches.paused.insert(statement.code()));
}

pub fn resume(statement: StatementId) {
	SWITCHES.with_borrow_mut(|switches| switches.paused.remove(&statement.code()));
}

pub fn retire(statement: StatementId, era: u32) {
	SWITCHES.with_borrow_mut(|switches| switches.retired.insert((statement.code(), era)));
}

/// The development keys, made once per run.
fn keys() -> &'static (Keys<ChunkKey>, Keys<DeliveryStatement>) {
	static KEYS: OnceLock<(Keys<ChunkKey>, Keys<DeliveryStatement>)> = OnceLock::new();
	KEYS.get_or_init(|| {
		let directory = tempfile::tempdir().expect("there is room for a directory");
		let made = "the development keys are those that the code names";
		(cache::load(directory.path()).expect(made), cache::load(directory.path()).expect(made))
	})
}

fn trapdoor(statement: StatementId) -> &'static Trapdoor {
	static TRAPDOORS: OnceLock<[Trapdoor; 2]> = OnceLock::new();
	let all = TRAPDOORS.get_or_init(|| StatementId::ALL.map(|statement| Trapdoor::new(statement, 1)));
	&all[usize::from(statement == StatementId::KeyDelivery)]
}

fn verifying_key(statement: StatementId, era: Era) -> Result<&'static VerifyingKey<Curve>, ProofRefusal> {
	static KEYS: OnceLock<BTreeMap<(u8, u32), VerifyingKey<Curve>>> = OnceLock::new();
	let all = KEYS.get_or_init(|| {
		let read = |statement, bytes: Vec<u8>| {
			VerifyingKey::from_bytes(statement, &bytes).expect("the development keys are keys")
		};
		let open = |statement| trapdoor(statement).key().expect("a key whose secrets are known is a key");
		let (chunk, delivery) = (StatementId::ChunkKey, StatementId::KeyDelivery);
		BTreeMap::from([
			((chunk.code(), ERA), read(chunk, keys().0.verifying_bytes())),
			((delivery.code(), ERA), read(delivery, keys().1.verifying_bytes())),
			((chunk.code(), OPEN_ERA), open(chunk)),
			((delivery.code(), OPEN_ERA), open(delivery)),
		])
	});
	let id = (statement.code(), era.0);
	let key = all.get(&id).ok_or(ProofRefusal::NoKey)?;
	SWITCHES.with_borrow(|switches| {
		if switches.paused.contains(&statement.code()) {
			return Err(ProofRefusal::Paused);
		}
		if switches.retired.contains(&id) {
			return Err(ProofRefusal::Retired);
		}
		Ok(key)
	})
}

fn refusal(error: ProofError) -> ProofRefusal {
	match error {
		ProofError::WrongLength { .. } => ProofRefusal::Malformed,
		ProofError::Point { fault, .. } => match fault {
			PointFault::NotCanonical => ProofRefusal::Malformed,
			PointFault::NotOnCurve => ProofRefusal::NotOnCurve,
			PointFault::Identity => ProofRefusal::Identity,
			PointFault::NotInSubgroup => ProofRefusal::NotInSubgroup,
		},
		ProofError::WrongCount { .. } => ProofRefusal::WrongCount,
		ProofError::NotValid => ProofRefusal::NotValid,
	}
}

/// Checks proofs under the keys above.
pub struct Checked;

impl reach::Proofs for Checked {
	fn verify(statement: StatementId, era: Era, inputs: &[Fr], proof: &[u8]) -> Result<(), ProofRefusal> {
		let key = verifying_key(statement, era)?;
		let proof = groth16::Proof::from_bytes(proof).map_err(refusal)?;
		groth16::verify(key, inputs, &proof).map_err(refusal)
	}

	fn verify_batch(
		statement: StatementId,
		era: Era,
		proofs: &[(Vec<Fr>, &[u8])],
	) -> Result<(), Vec<(u32, ProofRefusal)>> {
		let all = |refusal| (0..proofs.len() as u32).map(|at| (at, refusal)).collect::<Vec<_>>();
		let key = verifying_key(statement, era).map_err(all)?;
		let (mut claims, mut places, mut refused) = (Vec::new(), Vec::new(), Vec::new());
		for (at, (inputs, proof)) in (0u32..).zip(proofs) {
			match groth16::Proof::from_bytes(proof) {
				Ok(proof) => {
					claims.push((key, inputs.clone(), proof));
					places.push(at);
				}
				Err(error) => refused.push((at, refusal(error))),
			}
		}
		if let Err(bad) = groth16::verify_batch(&claims) {
			refused.extend(bad.into_iter().map(|(claim, error)| (places[claim], refusal(error))));
		}
		if refused.is_empty() {
			Ok(())
		} else {
			Err(refused)
		}
	}

	fn current_era(statement: StatementId) -> Option<Era> {
		let usable = |era: &u32| verifying_key(statement, Era(*era)).is_ok();
		[OPEN_ERA, ERA].into_iter().find(usable).map(Era)
	}

	fn benchmark_key(_: StatementId) -> Era {
		Era(OPEN_ERA)
	}

	fn benchmark_proof(statement: StatementId, _: Era, inputs: &[Fr]) -> Vec<u8> {
		open_proof(statement, inputs)
	}
}

/// A proof of anything, under the key whose secrets are known.
fn open_proof(statement: StatementId, inputs: &[Fr]) -> Vec<u8> {
	let proof = trapdoor(statement).prove::<Curve>(inputs, 3).expect("these are as many inputs as it takes");
	proof.to_bytes().to_vec()
}

/// A proof that was really made. The same inputs are proved once per run.
fn real_proof<S: Statement>(keys: &Keys<S>, public: &S::Public, private: &S::Private) -> Vec<u8> {
	static MADE: Mutex<BTreeMap<Vec<u8>, Vec<u8>>> = Mutex::new(BTreeMap::new());
	let id = public.encode();
	let mut made = MADE.lock().expect("no test panics while it proves");
	let prove = || {
		let mut rng = ChaCha20Rng::from_seed([1; 32]);
		let proof: groth16::Proof<Bls12_381> =
			prove(keys, public, private, &mut rng).expect("what is proved is true");
		proof.to_bytes().to_vec()
	};
	made.entry(id).or_insert_with(prove).clone()
}

/// The secret behind all orders of the tests: one key may serve for several, since each delivery is sealed anew.
fn buyer_secret() -> BuyerSecret {
	BuyerSecret::generate(&mut ChaCha20Rng::from_seed([2; 32]))
}

/// The buyer's key of an order.
pub fn buyer_key() -> [u8; 64] {
	let public = buyer_secret().public();
	pair(scalar::encode(&public.x()), scalar::encode(&public.y()))
}

fn pair(x: [u8; 32], y: [u8; 32]) -> [u8; 64] {
	let mut both = [0; 64];
	both[..32].copy_from_slice(&x);
	both[32..].copy_from_slice(&y);
	both
}

/// What an order's proofs are for.
fn context(statement: StatementId, era: u32, order: OrderId) -> Fr {
	Escrow::context(statement, Era(era), view(order).listing, order)
}

/// The delivery of a snapshot's key to an order, with its public inputs; without a proof.
fn sealed(
	key: Fr,
	order: OrderId,
	era: u32,
) -> (KeyDelivery, KeyDeliveryPublic, souk_circuits::KeyDeliveryPrivate) {
	let context = context(StatementId::KeyDelivery, era, order);
	// Another r for each order.
	let mut rng = ChaCha20Rng::from_seed([3; 32]);
	rng.set_stream(order);
	let (sealed, private) = seal_key(key, &buyer_secret().public(), context, &mut rng);
	let key_commitment = view(order).data.expect("the order is for data").key_commitment;
	let public = KeyDeliveryPublic {
		key_commitment: scalar::decode(&key_commitment).expect("it is a scalar"),
		buyer: buyer_secret().public(),
		ephemeral: sealed.ephemeral,
		ciphertext: sealed.ciphertext,
		context,
	};
	let delivery = KeyDelivery {
		era,
		ephemeral: pair(scalar::encode(&sealed.ephemeral.x()), scalar::encode(&sealed.ephemeral.y())),
		ciphertext: scalar::encode(&sealed.ciphertext),
		proof: Default::default(),
	};
	(delivery, public, private)
}

/// The key of a snapshot for an order, with a proof that was really made.
pub fn delivery(snapshot: &Snapshot, order: OrderId) -> KeyDelivery {
	let (mut delivery, public, private) = sealed(snapshot.key, order, ERA);
	delivery.proof = real_proof(&keys().1, &public, &private).try_into().expect("a proof is not too long");
	delivery
}

/// The same with a proof under the key whose secrets are known.
pub fn open_delivery(snapshot: &Snapshot, order: OrderId) -> KeyDelivery {
	let (mut delivery, public, _) = sealed(snapshot.key, order, OPEN_ERA);
	let proof = open_proof(StatementId::KeyDelivery, &public.to_scalars());
	delivery.proof = proof.try_into().expect("a proof is not too long");
	delivery
}

/// Opens the key that was delivered to an order.
pub fn opened(order: OrderId) -> Fr {
	let delivery = view(order).data.and_then(|data| data.delivery).expect("it was delivered");
	let decode = |bytes: &[u8]| scalar::decode(bytes.try_into().expect("32 bytes")).expect("a scalar");
	let (x, y) = (decode(&delivery.ephemeral[..32]), decode(&delivery.ephemeral[32..]));
	let sealed = souk_circuits::SealedKey {
		ephemeral: souk_proof_primitives::point::PublicPoint::new(x, y).expect("it was checked"),
		ciphertext: decode(&delivery.ciphertext),
	};
	souk_circuits::open_key(&sealed, &buyer_secret(), context(StatementId::KeyDelivery, delivery.era, order))
}

/// A chunk that its buyer calls bad, with a proof of its key for an order that was really made.
pub fn bad_chunk(snapshot: &Snapshot, order: OrderId, index: u32) -> BadChunk {
	let mut evidence = snapshot.evidence(index);
	let public = chunk_key_public(snapshot, &evidence, order, ERA);
	let proof = real_proof(&keys().0, &public, &ChunkKeyPrivate { key: snapshot.key });
	evidence.proof = proof.try_into().expect("a proof is not too long");
	evidence
}

/// The same with a proof under the key whose secrets are known.
pub fn open_bad_chunk(snapshot: &Snapshot, order: OrderId, index: u32) -> BadChunk {
	let mut evidence = BadChunk { era: OPEN_ERA, ..snapshot.evidence(index) };
	let public = chunk_key_public(snapshot, &evidence, order, OPEN_ERA);
	let proof = open_proof(StatementId::ChunkKey, &public.to_scalars());
	evidence.proof = proof.try_into().expect("a proof is not too long");
	evidence
}

fn chunk_key_public(snapshot: &Snapshot, evidence: &BadChunk, order: OrderId, era: u32) -> ChunkKeyPublic {
	let commitment = snapshot.commitments.key_commitment.expect("it is there");
	ChunkKeyPublic {
		key_commitment: scalar::decode(&commitment).expect("it is a scalar"),
		index: evidence.index,
		chunk_key: scalar::decode(&evidence.chunk_key).expect("it is a scalar"),
		context: context(StatementId::ChunkKey, era, order),
	}
}
