use crate::support::held;
use souk_ceremony::{
	transcript::{transcript_hash, OriginText},
	Refusal, Transcript,
};
use souk_proof_primitives::{groth16::KeyError, statements::Era};
use std::fs;

fn good() -> Transcript {
	Transcript::from_json(&fs::read_to_string(held().transcript()).unwrap()).unwrap()
}

#[test]
fn it_shows_everybody_and_the_hash_that_goes_on_the_chain() {
	let held = held();
	let line = format!("transcript {}", held.transcript().display());
	let out = held.room.does(&line);
	for (who, hash) in ["Ada", "Ben", "Alice", "Bob", "Carol"].iter().zip(&held.published) {
		assert!(out.contains(&format!("{hash}  {who}")), "{out}");
	}
	let transcript = good();
	assert_eq!(hex::encode(transcript.check().unwrap()), held.said("transcript hash:"));
	assert_eq!(transcript.verifying_key_id, held.said("verifying key id:"));
	assert_eq!(transcript.to_json(), fs::read_to_string(held.transcript()).unwrap());

	// The proving key on disk is the one that the last contribution was about, and that the chain's hash binds.
	let stem = format!("chunk-key-{}", transcript.verifying_key_id);
	let file = |ending: &str| fs::read(held.room.path("keys").join(format!("{stem}.{ending}"))).unwrap();
	let proving_key = blake3::hash(&file("proving-key"));
	assert_eq!(transcript.proving_key_hash, proving_key.to_hex().as_str());
	assert_eq!(hex::encode(file("verifying-key")), transcript.verifying_key);
	let last = transcript.key.contributions.last().unwrap();
	let last: [u8; 32] = hex::decode(&last.hash).unwrap().try_into().unwrap();
	assert_eq!(hex::encode(transcript_hash(&last, proving_key.as_bytes())), transcript.transcript_hash);
}

#[track_caller]
fn refused(change: impl Fn(&mut Transcript)) -> Refusal {
	let mut transcript = good();
	change(&mut transcript);
	transcript.check().unwrap_err()
}

fn flip(text: &mut String) {
	let last = if text.ends_with('0') { "1" } else { "0" };
	text.truncate(text.len() - 1);
	text.push_str(last);
}

#[test]
fn what_was_changed_in_it_is_named() {
	let wrong = |what| Refusal::Transcript { what };
	let hash = |what| Refusal::WrongHash { what };
	assert_eq!(refused(|t| t.format.push('2')), wrong("the format"));
	assert_eq!(refused(|t| t.statement = "another".into()), wrong("the statement"));
	assert_eq!(refused(|t| t.era = 0), Refusal::DevelopmentEra(Era(0)));
	assert_eq!(refused(|t| t.verifying_key.truncate(11)), wrong("the verifying key"));
	assert_eq!(
		refused(|t| t.verifying_key.truncate(10)),
		Refusal::NotAKey(KeyError::WrongLength { expected: 584, found: 5 })
	);
	assert_eq!(refused(|t| flip(&mut t.verifying_key_id)), hash("the verifying key's id"));
	assert_eq!(refused(|t| flip(&mut t.proving_key_hash)), Refusal::OtherPoints);
	assert_eq!(refused(|t| flip(&mut t.transcript_hash)), hash("the transcript's hash"));
	assert_eq!(refused(|t| flip(&mut t.key.contributions[0].hash)), hash("a contribution's hash"));
	assert_eq!(refused(|t| flip(&mut t.key.contributions[1].state)), hash("a contribution's hash"));
	let renamed = |t: &mut Transcript| {
		t.powers.contributions[0].by = OriginText::Contributor("Mallory".into());
	};
	assert_eq!(refused(renamed), hash("a contribution's hash"));
	let point = |t: &mut Transcript| t.key.contributions[0].steps[0].after = "00".into();
	assert_eq!(refused(point), wrong("a contribution's point"));
	let factor = |t: &mut Transcript| t.key.contributions[0].steps[0].factor = "gamma".into();
	assert_eq!(refused(factor), wrong("the list of a contribution's factors"));
}

/// A verifying key that is one, and that the contributions do not lead to.
#[test]
fn another_verifying_key_is_refused() {
	let other = |factor| Refusal::OtherFactor { factor };
	// α is first in the key, then β, γ and δ, each of which some other point of the key takes the place of.
	let copied = |from: usize, to: usize, bytes: usize| {
		move |t: &mut Transcript| {
			let point = t.verifying_key[2 * from..2 * (from + bytes)].to_owned();
			t.verifying_key.replace_range(2 * to..2 * (to + bytes), &point);
		}
	};
	assert_eq!(refused(copied(344, 0, 48)), other("alpha"));
	assert_eq!(refused(copied(240, 48, 96)), other("beta"));
	assert_eq!(refused(copied(48, 144, 96)), Refusal::OtherPart { part: "gamma" });
	assert_eq!(refused(copied(48, 240, 96)), other("delta"));
	assert_eq!(refused(copied(144, 240, 96)), Refusal::NotAKey(KeyError::GammaIsDelta));
	// The public inputs' points cannot be checked here; the key has another id then.
	assert_eq!(refused(copied(344, 392, 48)), Refusal::WrongHash { what: "the verifying key's id" });
}

#[test]
fn a_contribution_cannot_be_left_out_or_put_elsewhere() {
	let first = Refusal::NotFromTheLast { contribution: 1 };
	assert_eq!(refused(|t| _ = t.key.contributions.remove(1)), Refusal::NotFromTheLast { contribution: 2 });
	assert_eq!(refused(|t| _ = t.powers.contributions.remove(0)), first);
	assert_eq!(refused(|t| _ = t.key.contributions.pop()), Refusal::NotEnded);
	assert_eq!(refused(|t| t.powers.contributions.clear()), Refusal::NobodyContributed);
	// What the key was started from is what its first contribution names.
	for change in [
		(|t| t.era = 2) as fn(&mut Transcript),
		|t| t.statement = "key-delivery".into(),
		|t| flip(&mut t.key.circuit),
		|t| flip(&mut t.key.initial),
	] {
		assert_eq!(refused(change), first);
	}
	assert_eq!(refused(|t| t.powers.power = 11), first);
}

#[test]
fn an_entry_more_or_less_is_refused() {
	let form = Err(Refusal::Transcript { what: "the form" });
	let json = good().to_json();
	assert_eq!(Transcript::from_json(&json.replacen("\"era\"", "\"epoch\"", 1)), form);
	assert_eq!(Transcript::from_json(&json.replacen("\"era\"", "\"more\": 1, \"era\"", 1)), form);
	assert_eq!(Transcript::from_json(&json[..json.len() / 2]), form);
	let room = &held().room;
	fs::write(room.path("cut.json"), &json[..100]).unwrap();
	assert!(room.refused("transcript @cut.json").contains("cut.json"));
}
