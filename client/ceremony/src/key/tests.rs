use super::*;
use crate::ratio::multiple_g1;
use ark_bls12_381::{G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{One, UniformRand};
use ark_groth16::Groth16;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use souk_circuits::{statements::Circuit as Synthesizer, ChunkKey, KeyDelivery, Statement};
use std::sync::OnceLock;

const STATEMENT: StatementId = StatementId::ChunkKey;

fn name(text: &str) -> Name {
	Name::new(text).unwrap()
}

fn beacon() -> Beacon {
	Beacon::new(vec![7; 32], 5).unwrap()
}

/// Powers that are just large enough, made by two and ended.
fn powers() -> &'static Powers {
	static POWERS: OnceLock<Powers> = OnceLock::new();
	POWERS.get_or_init(|| {
		let mut powers = Powers::new(10).unwrap();
		powers.contribute(name("Ada"), b"").unwrap();
		powers.contribute(name("Ben"), b"").unwrap();
		powers.end(beacon()).unwrap();
		powers
	})
}

fn started() -> KeyCeremony {
	static STARTED: OnceLock<KeyCeremony> = OnceLock::new();
	STARTED.get_or_init(|| KeyCeremony::new(STATEMENT, Era(1), powers()).unwrap()).clone()
}

/// A key that three have contributed to.
fn contributed() -> KeyCeremony {
	static CONTRIBUTED: OnceLock<KeyCeremony> = OnceLock::new();
	CONTRIBUTED
		.get_or_init(|| {
			let mut key = started();
			for who in ["Alice", "Bob", "Carol"] {
				key.contribute(name(who), who.as_bytes()).unwrap();
			}
			key
		})
		.clone()
}

/// What [`KeyCeremony::verify`] does with a key that comes from these powers; the initial key is made once.
fn verify(key: &KeyCeremony) -> Result<(), Refusal> {
	key.is_for(powers(), &Circuit::of(STATEMENT).unwrap())?;
	key.is_made_of(&started().key)
}

#[track_caller]
fn refused(key: &KeyCeremony) -> Refusal {
	verify(key).unwrap_err()
}

/// Arkworks' own generator draws τ itself, and is given everything else.
fn equals_arkworks<S: Statement>(statement: StatementId) {
	let mut rng = ChaCha20Rng::from_seed([5; 32]);
	let tau = Fr::rand(&mut rng.clone());
	let [alpha, beta, delta] = [2, 3, 4].map(|seed| Fr::rand(&mut ChaCha20Rng::from_seed([seed; 32])));
	let circuit = Circuit::of(statement).unwrap();
	let mut powers = Powers::new(circuit.power()).unwrap();
	powers.multiply(&tau, &alpha, &beta);
	let mut ours = started();
	ours.key = initial::key(&circuit, &powers).unwrap();
	ours.multiply(&delta);
	let theirs = Groth16::<Bls12_381>::generate_parameters_with_qap(
		Synthesizer::<S>::blank(),
		alpha,
		beta,
		Fr::one(),
		delta,
		G1Projective::generator(),
		G2Projective::generator(),
		&mut rng,
	)
	.unwrap();
	// Not assert_eq: nobody wants to read it.
	assert!(ours.key == theirs, "the key of {statement} is not arkworks'");
}

#[test]
fn with_known_secrets_the_keys_are_those_of_arkworks() {
	equals_arkworks::<ChunkKey>(StatementId::ChunkKey);
	equals_arkworks::<KeyDelivery>(StatementId::KeyDelivery);
}

#[test]
fn each_contribution_is_verified_before_and_after_it_was_a_file() {
	let mut key = started();
	assert_eq!(verify(&key), Ok(()));
	for who in ["Alice", "Bob", "Carol"] {
		let hash = key.contribute(name(who), b"").unwrap();
		assert_eq!(hash, key.chain().last());
		key = KeyCeremony::from_bytes(&key.to_bytes()).unwrap();
		assert_eq!(verify(&key), Ok(()));
	}
	key.end(beacon()).unwrap();
	assert_eq!(verify(&key), Ok(()));
	assert_eq!(key.contribute(name("Late"), b""), Err(Refusal::Ended));
	assert_eq!(key.end(beacon()), Err(Refusal::Ended));
	// Everything once more, the initial key as well.
	let finished = key.finish(powers()).unwrap();
	assert_eq!(finished.transcript.check().unwrap(), hash_of(&finished));
}

fn hash_of(finished: &Finished) -> Digest {
	hex::decode(&finished.transcript.transcript_hash).unwrap().try_into().unwrap()
}

#[test]
fn a_file_that_is_cut_or_goes_on_is_refused() {
	let bytes = contributed().to_bytes();
	for length in [0, 20, 40, 300, bytes.len() / 2, bytes.len() - 1] {
		assert!(KeyCeremony::from_bytes(&bytes[..length]).is_err(), "the first {length} bytes");
	}
	let longer = KeyCeremony::from_bytes(&[&bytes[..], &[0]].concat()).unwrap_err();
	assert!(matches!(longer, Error::File(FileError::GoesOn { bytes: 1 })), "{longer}");
	assert!(Powers::from_bytes(&bytes).is_err(), "a key is no powers");
	let mut other = bytes.clone();
	other[1 + TAG.len() + 8] = 9;
	let unknown = KeyCeremony::from_bytes(&other).unwrap_err();
	assert!(matches!(unknown, Error::File(FileError::Value { what: "the statement" })), "{unknown}");
	// The key of another statement has lists of other lengths.
	other[1 + TAG.len() + 8] = StatementId::KeyDelivery.code();
	let lengths = KeyCeremony::from_bytes(&other).unwrap_err();
	assert!(matches!(lengths, Error::File(FileError::WrongLength { .. })), "{lengths}");
}

/// A contributor who changes the key and goes on as if it were right: digest, hashes and proofs fit.
fn dishonest(change: impl Fn(&mut ProvingKey<Bls12_381>)) -> KeyCeremony {
	let mut key = contributed();
	let toxic = key.chain.draw(b"").unwrap();
	key.multiply(&toxic.factors()[0]);
	change(&mut key.key);
	let state = key.hash();
	key.chain.add(Origin::Contributor(name("Mallory")), &toxic, state);
	key
}

#[test]
fn a_key_whose_fixed_parts_were_replaced_is_refused_by_their_names() {
	assert_eq!(verify(&dishonest(|_| ())), Ok(()));
	let g1 = multiple_g1(&Fr::from(5u64));
	let g2 = (G2Affine::generator() * Fr::from(5u64)).into_affine();
	let part = |change: &dyn Fn(&mut ProvingKey<Bls12_381>)| match refused(&dishonest(change)) {
		Refusal::OtherPart { part } => part,
		other => panic!("{other}"),
	};
	assert_eq!(part(&|key| key.vk.alpha_g1 = g1), "alpha");
	assert_eq!(part(&|key| key.beta_g1 = g1), "beta in G1");
	assert_eq!(part(&|key| key.vk.beta_g2 = g2), "beta in G2");
	assert_eq!(part(&|key| key.vk.gamma_g2 = g2), "gamma");
	assert_eq!(part(&|key| key.vk.gamma_g2 = key.vk.delta_g2), "gamma");
	let inputs = "the list of the public inputs' points";
	assert_eq!(part(&|key| key.vk.gamma_abc_g1.swap(1, 2)), inputs);
	assert_eq!(part(&|key| key.vk.gamma_abc_g1.truncate(4)), inputs);
	assert_eq!(part(&|key| key.a_query.swap(10, 11)), "A");
	assert_eq!(part(&|key| key.b_g1_query[20] = g1), "B in G1");
	assert_eq!(part(&|key| key.b_g2_query[20] = g2), "B in G2");
}

#[test]
fn queries_that_are_not_divided_by_delta_are_refused() {
	let query = |change: &dyn Fn(&mut ProvingKey<Bls12_381>)| match refused(&dishonest(change)) {
		Refusal::NotDivided { query } => query,
		other => panic!("{other}"),
	};
	// L and H exchanged, as far as they go and altogether.
	assert_eq!(
		query(&|key| key.l_query.iter_mut().zip(&mut key.h_query).for_each(|(l, h)| std::mem::swap(l, h))),
		"L"
	);
	assert_eq!(query(&|key| std::mem::swap(&mut key.l_query, &mut key.h_query)), "L");
	assert_eq!(query(&|key| key.l_query.swap(3, 4)), "L");
	assert_eq!(query(&|key| key.h_query.swap(3, 4)), "H");
	assert_eq!(query(&|key| key.h_query[1022] = key.h_query[0]), "H");
	// Divided by the square of the factor.
	assert_eq!(query(&|key| key.h_query = contributed().key.h_query), "H");
}

#[test]
fn a_delta_that_the_contributions_do_not_lead_to_is_refused() {
	let g1 = multiple_g1(&Fr::from(5u64));
	let g2 = (G2Affine::generator() * Fr::from(5u64)).into_affine();
	let other = Refusal::OtherFactor { factor: "delta" };
	assert_eq!(refused(&dishonest(|key| key.delta_g1 = g1)), other);
	assert_eq!(refused(&dishonest(|key| (key.delta_g1, key.vk.delta_g2) = (g1, g2))), other);
	assert_eq!(refused(&dishonest(|key| key.vk.delta_g2 = g2)), Refusal::TwoDeltas);
}

/// Whoever knows that δ is γ can prove anything: two who lead δ back to one are found out.
#[test]
fn delta_never_becomes_gamma() {
	let mut key = started();
	let two = Fr::from(2u64);
	key.apply(Origin::Contributor(name("Mallory")), &Toxic::chosen(&[two]));
	assert_eq!(verify(&key), Ok(()));
	key.apply(Origin::Contributor(name("Mallory's friend")), &Toxic::chosen(&[two.inverse().unwrap()]));
	assert_eq!(refused(&key), Refusal::GammaIsDelta);
	assert_eq!(key.key.vk.delta_g2, key.key.vk.gamma_g2);
	key.apply(Origin::Contributor(name("Mallory")), &Toxic::chosen(&[-Fr::one()]));
	assert_eq!(refused(&key), Refusal::GammaIsDelta);
	assert_eq!(key.key.vk.delta_g2, -key.key.vk.gamma_g2);
}

#[test]
fn a_contribution_to_an_older_file_is_refused() {
	let (good, mut older) = (contributed(), started());
	older.chain.extend(good.chain.contributions()[..2].to_vec());
	older.contribute(name("Mallory"), b"").unwrap();
	let mut forged = older.clone();
	forged.chain = Chain::new(forged.origin.start(), FACTORS);
	let theirs = older.chain.contributions().last().unwrap().clone();
	forged.chain.extend(good.chain.contributions().iter().cloned().chain([theirs]));
	assert_eq!(refused(&forged), Refusal::NotFromTheLast { contribution: 4 });
}

#[test]
fn a_wrong_proof_of_knowledge_is_refused() {
	let mut forged = dishonest(|_| ());
	let mut contributions = forged.chain.contributions().to_vec();
	contributions[3].steps[0].knowledge = contributions[2].steps[0].knowledge.clone();
	forged.chain = Chain::new(forged.origin.start(), FACTORS);
	forged.chain.extend(contributions);
	assert_eq!(refused(&forged), Refusal::WrongProofOfKnowledge { contribution: 4, factor: "delta" });
}

#[test]
fn a_key_of_other_points_powers_or_of_another_circuit_is_refused() {
	let mut points = contributed();
	let toxic = points.chain.draw(b"").unwrap();
	points.multiply(&toxic.factors()[0]);
	points.chain.add(Origin::Contributor(name("Mallory")), &toxic, [0; 32]);
	assert_eq!(refused(&points), Refusal::OtherPoints);

	let other = |change: &dyn Fn(&mut Origins)| {
		let mut key = started();
		change(&mut key.origin);
		key.chain = Chain::new(key.origin.start(), FACTORS);
		refused(&key)
	};
	assert_eq!(other(&|origin| origin.powers[0] ^= 1), Refusal::OtherPowers);
	assert_eq!(other(&|origin| origin.circuit[0] ^= 1), Refusal::OtherCircuit(STATEMENT));
	assert_eq!(
		other(&|origin| origin.initial[0] ^= 1),
		Refusal::OtherPart { part: "the initial key's hash" }
	);
	// Where somebody has contributed, another origin is another start.
	let mut renamed = contributed();
	renamed.origin.era = Era(2);
	renamed = KeyCeremony::from_bytes(&renamed.to_bytes()).unwrap();
	assert_eq!(refused(&renamed), Refusal::NotFromTheLast { contribution: 1 });
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, Error>, refusal: Refusal) {
	match result {
		Err(Error::Refused(found)) => assert_eq!(found, refusal),
		other => panic!("{other:?}"),
	}
}

#[test]
fn a_key_starts_from_finished_powers_that_suffice_and_in_a_later_era() {
	refuses(KeyCeremony::new(STATEMENT, Era(0), powers()), Refusal::DevelopmentEra(Era(0)));
	let statement = StatementId::KeyDelivery;
	refuses(
		KeyCeremony::new(statement, Era(1), powers()),
		Refusal::TooFewPowers { statement, needed: 13, found: 10 },
	);
	let mut open = Powers::new(10).unwrap();
	refuses(KeyCeremony::new(STATEMENT, Era(1), &open), Refusal::NobodyContributed);
	open.contribute(name("Ada"), b"").unwrap();
	refuses(KeyCeremony::new(STATEMENT, Era(1), &open), Refusal::NotEnded);
}

#[test]
fn nothing_comes_out_of_a_ceremony_that_has_not_ended() {
	refuses(started().finish(powers()), Refusal::NobodyContributed);
	assert_eq!(started().end(beacon()), Err(Refusal::NobodyContributed));
	refuses(contributed().finish(powers()), Refusal::NotEnded);
}
