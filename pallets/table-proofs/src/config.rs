//! The proof system's parameters: a STARK over KoalaBear with its extension of degree four, FRI, Keccak, zero knowledge.
//! `docs/decisions/0010-aggregate-proofs.md` has what was tried and why these; `docs/statements/aggregate.md` has the bits.

use crate::Felt;
use p3_challenger::{HashChallenger, SerializingChallenger32};
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::extension::BinomialExtensionField;
use p3_fri::{FriParameters, HidingFriPcs};
use p3_keccak::{Keccak256Hash, KeccakF, VECTOR_LEN};
use p3_merkle_tree::MerkleTreeHidingMmcs;
use p3_symmetric::{CompressionFunctionFromHasher, PaddingFreeSponge, SerializingHasher};
use p3_uni_stark::StarkConfig;
use rand10::rngs::StdRng;

/// The field of the challenges: 124 bits.
pub type Challenge = BinomialExtensionField<Felt, 4>;
/// The permutation Keccak-f as a hash: 17 words in, four words out.
type Sponge = PaddingFreeSponge<KeccakF, 25, 17, 4>;
/// The hash of a leaf: the rows of all matrices of one height, each with its salt.
pub type LeafHash = SerializingHasher<Sponge>;
/// The hash of two nodes.
pub type NodeHash = CompressionFunctionFromHasher<Sponge, 2, 4>;
/// Merkle trees with salted leaves.
pub type ValueMmcs =
	MerkleTreeHidingMmcs<[Felt; VECTOR_LEN], [u64; VECTOR_LEN], LeafHash, NodeHash, StdRng, 2, 4, SALT>;
/// The same over elements of the challenges' field.
pub type ChallengeMmcs = ExtensionMmcs<Felt, Challenge, ValueMmcs>;
/// Where the challenges come from.
pub type Challenger = SerializingChallenger32<Felt, HashChallenger<u8, Keccak256Hash, 32>>;
type Pcs = HidingFriPcs<Felt, Radix2DitParallel<Felt>, ValueMmcs, ChallengeMmcs, StdRng>;
/// The proof system.
pub type Config = StarkConfig<Pcs, Challenge, Challenger>;

/// Elements that salt a leaf: 124 bits.
pub const SALT: usize = 4;
/// Random codewords that hide the combination of all columns: as many as a challenge has elements.
pub const RANDOM_CODEWORDS: usize = 4;

/// What decides soundness, size and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
	/// The code has 2^this times as many elements as the message. At least two: the constraints have degree four.
	pub log_blowup: usize,
	/// Places at which the code is opened.
	pub queries: usize,
	/// FRI folds up to 2^this elements into one at once.
	pub log_arity: usize,
	/// FRI ends with a polynomial of 2^this coefficients.
	pub log_final_length: usize,
	/// Bits of work before the places are drawn.
	pub query_work: usize,
	/// Bits of work before each other challenge that a prover might want to draw again.
	pub challenge_work: usize,
	/// Levels of the Merkle trees whose nodes are all given, which shortens the paths.
	pub cap_height: usize,
}

/// The parameters of version 2.
pub const PARAMETERS: Parameters = Parameters {
	log_blowup: 2,
	queries: 50,
	log_arity: 3,
	log_final_length: 6,
	query_work: 16,
	challenge_work: 14,
	cap_height: 0,
};

/// The proof system with these parameters. The verifier draws nothing from the generator; the prover's must be seeded by the
/// operating system, for what it draws hides the table.
pub fn config(parameters: &Parameters, mut rng: StdRng) -> Config {
	let mut fork = || {
		use rand10::SeedableRng;
		StdRng::from_rng(&mut rng)
	};
	let values = trees(parameters, fork());
	let fri = fri(parameters, values.clone());
	let pcs = Pcs::new(Radix2DitParallel::default(), values, fri, RANDOM_CODEWORDS, fork());
	let challenger = Challenger::from_hasher(alloc::vec::Vec::new(), Keccak256Hash {});
	Config::new(pcs, challenger)
		.with_lookup_proof_of_work_bits(parameters.challenge_work)
		.with_ood_proof_of_work_bits(parameters.challenge_work)
}

/// The hashes of leaves and nodes.
pub fn hashes() -> (LeafHash, NodeHash) {
	let sponge = Sponge::new(KeccakF {});
	(LeafHash::new(sponge), NodeHash::new(sponge))
}

/// The Merkle trees, whose salts come from the generator.
pub fn trees(parameters: &Parameters, rng: StdRng) -> ValueMmcs {
	let (leaf, node) = hashes();
	ValueMmcs::new(leaf, node, parameters.cap_height, rng)
}

/// The test that what is committed to are polynomials of low degree, with these trees.
pub fn fri(parameters: &Parameters, trees: ValueMmcs) -> FriParameters<ChallengeMmcs> {
	FriParameters {
		log_blowup: parameters.log_blowup,
		log_final_poly_len: parameters.log_final_length,
		max_log_arity: parameters.log_arity,
		num_queries: parameters.queries,
		batch_proof_of_work_bits: parameters.challenge_work,
		commit_proof_of_work_bits: parameters.challenge_work,
		query_proof_of_work_bits: parameters.query_work,
		mmcs: ChallengeMmcs::new(trees),
	}
}
