//! Why a ceremony is not what it should be. One variant, one rule.

use crate::beacon::{MAX_ROUNDS, VALUE_BYTES};
use souk_proof_primitives::{
	groth16::KeyError,
	statements::{Era, StatementId},
};

/// A rule of the ceremony that is broken. Contributions count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
	/// A name is a line that can be printed.
	#[error(
		"a contributor's name has 1 to 64 bytes, none of them a control character, and no space at its ends"
	)]
	Name,
	/// A value that nobody could guess.
	#[error("a beacon's value has {} to {} bytes; this one has {found}", VALUE_BYTES.start(), VALUE_BYTES.end())]
	BeaconValue {
		/// Bytes of this one.
		found: usize,
	},
	/// It must be possible to check it.
	#[error("a beacon is hashed at most 2^{MAX_ROUNDS} times; this one 2^{found}")]
	BeaconRounds {
		/// Of this one.
		found: u8,
	},
	/// Ceremonies that nobody needs are not held.
	#[error("there are powers of 2^{least} to 2^{most}; not 2^{found}")]
	Power {
		/// The smallest.
		least: u32,
		/// The largest.
		most: u32,
		/// What was asked for.
		found: u32,
	},

	/// Each contribution names the hash of the one before it.
	#[error("contribution {contribution} does not come after the one before it here: it names another predecessor")]
	NotFromTheLast {
		/// Which one.
		contribution: usize,
	},
	/// Nobody takes part without showing that they knew what they multiplied by.
	#[error("contribution {contribution} does not prove that its {factor} was known")]
	WrongProofOfKnowledge {
		/// Which one.
		contribution: usize,
		/// Which of its factors.
		factor: &'static str,
	},
	/// The value after a contribution is the one before, times the factor that was shown to be known.
	#[error("contribution {contribution} proves that a {factor} was known, and it is not the one that was multiplied by")]
	WrongFactor {
		/// Which one.
		contribution: usize,
		/// Which of its factors.
		factor: &'static str,
	},
	/// A factor of one adds nothing to anybody's safety.
	#[error("contribution {contribution} leaves {factor} as it was")]
	ChangesNothing {
		/// Which one.
		contribution: usize,
		/// Which of its factors.
		factor: &'static str,
	},
	/// A beacon's contribution is what follows from its value.
	#[error("contribution {contribution} is not what its beacon's value gives")]
	WrongBeacon {
		/// Which one.
		contribution: usize,
	},
	/// The beacon comes last.
	#[error("contribution {contribution} comes after the beacon, which ends the ceremony")]
	AfterTheBeacon {
		/// Which one.
		contribution: usize,
	},
	/// There is no contribution after the beacon.
	#[error("the ceremony has ended with its beacon: nothing more is contributed")]
	Ended,
	/// A beacon alone keeps nothing secret.
	#[error("nobody has contributed: everybody could know the secrets. Let people contribute first")]
	NobodyContributed,
	/// Without the beacon the last contributor had a choice.
	#[error("the ceremony has not ended: its beacon is missing")]
	NotEnded,
	/// The points in the file are those that the last contribution made.
	#[error("the points are not those that the last contribution is about")]
	OtherPoints,

	/// The lists are powers of one secret, in both groups.
	#[error("{list} is not a list of consecutive powers of the one secret")]
	NotPowers {
		/// Which list.
		list: &'static str,
	},
	/// What the points are multiples of is what the contributions say.
	#[error("the points' {factor} is not the one that the contributions lead to")]
	OtherFactor {
		/// Which factor.
		factor: &'static str,
	},

	/// A circuit needs as many powers as it has constraints and public inputs.
	#[error("{statement} needs 2^{needed} powers, the file has 2^{found}")]
	TooFewPowers {
		/// Which statement.
		statement: StatementId,
		/// The logarithm of how many it needs.
		needed: u32,
		/// The logarithm of how many there are.
		found: u32,
	},
	/// Era 0 has its keys already.
	#[error("era {} is that of the development keys: name a later one", .0.0)]
	DevelopmentEra(Era),
	/// A key comes from the powers that it names.
	#[error("the key was started from other powers than these")]
	OtherPowers,
	/// A key is for the circuit of this release.
	#[error("the key was started for another circuit of {0} than this release has")]
	OtherCircuit(StatementId),
	/// Phase 2 multiplies δ, and leaves everything else as it was computed.
	#[error("{part} is not what follows from powers and circuit")]
	OtherPart {
		/// Which part of the key.
		part: &'static str,
	},
	/// Both δ are one.
	#[error("delta in G1 and delta in G2 are multiples by different numbers")]
	TwoDeltas,
	/// γ and δ keep public inputs and private wires apart; where they are equal, anything can be proved.
	#[error("gamma and delta are equal, up to the sign: with such a key anything can be proved")]
	GammaIsDelta,
	/// The chain would not register the key.
	#[error("this is no verifying key: {0}")]
	NotAKey(KeyError),
	/// L and H are the first ones divided by δ.
	#[error("{query} is not the first one divided by delta")]
	NotDivided {
		/// Which query.
		query: &'static str,
	},

	/// A transcript is what this release writes.
	#[error("{what} of the transcript is not what it should be")]
	Transcript {
		/// Which entry.
		what: &'static str,
	},
	/// A transcript's hashes are those of what it says.
	#[error("{what} is not the hash of what the transcript says")]
	WrongHash {
		/// Which hash.
		what: &'static str,
	},
}
