use super::{
	chain::{check, Check, Known},
	*,
};
use crate::{
	types::{Asset, CredentialRecord, CredentialView, OrderState, OrderView, Price},
	Account, AssetInfo,
};

fn account(uri: &str) -> Account {
	Account::from_uri(uri).unwrap()
}

fn statement() -> Statement {
	Statement {
		genesis: [7; 32],
		id: CredentialId { order: 12, kind: CredentialKind::TrustedSeller },
		issuer: account("//Alice").id(),
		subject: account("//Bob").id(),
		valid_from: "2026-11-29T17:00:00Z".into(),
		facts: Facts {
			listing: 3,
			sold: "service".into(),
			released: true,
			price: PriceRange::of(40_000_000, 6, "wUSD"),
		},
	}
}

fn signed() -> Credential {
	statement().sign(&account("//Alice"))
}

fn record(credential: &Credential) -> CredentialView {
	CredentialView {
		id: credential.statement.id,
		record: CredentialRecord {
			listing: 3,
			issuer: credential.statement.issuer,
			subject: credential.statement.subject,
			hash: credential.hash(),
			issued_at: 5,
			final_at: 10,
			until: 100,
			revoked_at: None,
			deposit: 1,
		},
	}
}

fn order() -> OrderView {
	OrderView {
		id: 12,
		listing: 3,
		buyer: account("//Alice").id(),
		seller: account("//Bob").id(),
		price: Price { asset: Asset::WithId(1), amount: 40_000_000 },
		state: OrderState::Released,
		created_at: 1,
		funded_at: Some(1),
		deliver_until: None,
		delivered_at: Some(2),
		window_until: None,
		due: None,
		ended_at: Some(4),
		paid: 40_000_000,
		refunded: 0,
		held: 0,
		covered: 0,
		from_bond: 0,
		deposit: 0,
		depositor: [1; 32],
		terms: None,
		milestones: vec![],
		data: None,
		evidence: None,
	}
}

fn dollars() -> AssetInfo {
	AssetInfo { id: Asset::WithId(1), symbol: "wUSD".into(), decimals: 6 }
}

fn known(credential: &Credential) -> Known {
	Known { genesis: [7; 32], record: Some(record(credential)), order: Some((order(), dollars())) }
}

#[test]
fn a_credential_that_was_signed_is_read_again_and_holds() {
	let credential = signed();
	let bytes = credential.canonical();
	let read = Credential::parse(&bytes).unwrap();
	assert_eq!((&read, read.hash()), (&credential, credential.hash()));
	read.verify().unwrap();
	let all = [Check::Chain, Check::Registered, Check::Sides, Check::NotRevoked, Check::Order];
	assert_eq!(check(&read, &known(&credential)), Ok(all.to_vec()));
}

#[test]
fn the_form_is_that_of_the_data_model() {
	let value: serde_json::Value = serde_json::from_slice(&signed().canonical()).unwrap();
	assert_eq!(value["@context"][0], "https://www.w3.org/ns/credentials/v2");
	assert_eq!(value["type"], serde_json::json!(["VerifiableCredential", "TrustedSellerCredential"]));
	let alice =
		"did:pkh:polkadot:07070707070707070707070707070707:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	assert_eq!(value["issuer"], alice);
	assert_eq!(value["proof"]["type"], "DataIntegrityProof");
	assert_eq!(value["proof"]["verificationMethod"], format!("{alice}#blockchainAccountId"));
	assert_eq!(value["proof"]["proofPurpose"], "assertionMethod");
	let price = serde_json::json!({ "atLeast": "10", "below": "100", "asset": "wUSD" });
	assert_eq!(value["credentialSubject"]["order"]["price"], price);
}

/// Who has a credential keeps it for years; a later version of this program must come to the same.
#[test]
fn the_form_is_frozen() {
	let credential = Credential { statement: statement(), signature: [9; 64] };
	assert_eq!(String::from_utf8(credential.canonical()).unwrap(), include_str!("frozen.json").trim_end());
}

#[test]
fn no_byte_can_be_changed() {
	let bytes = signed().canonical();
	let (mut malformed, mut reformatted, mut unsigned) = (0, 0, 0);
	for at in 0..bytes.len() {
		let mut changed = bytes.clone();
		changed[at] ^= 1;
		match Credential::parse(&changed).and_then(|credential| credential.verify()) {
			Err(Refusal::Malformed(_)) => malformed += 1,
			Err(Refusal::NotCanonical) => reformatted += 1,
			Err(Refusal::BadSignature) => unsigned += 1,
			other => panic!("byte {at}: {other:?}"),
		}
	}
	assert!(malformed > 0 && reformatted > 0 && unsigned > 0, "{malformed}, {reformatted}, {unsigned}");
}

#[test]
fn the_same_in_other_bytes_is_refused() {
	let bytes = signed().canonical();
	let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
	let pretty = serde_json::to_vec_pretty(&value).unwrap();
	assert_eq!(Credential::parse(&pretty), Err(Refusal::NotCanonical));
	let text = String::from_utf8(bytes).unwrap();
	let context = text.replacen("credentials/v2", "credentials/v3", 1);
	assert_eq!(Credential::parse(context.as_bytes()), Err(Refusal::NotCanonical));
	let more = text.replacen('{', r#"{"more":1,"#, 1);
	let twice = text.replacen(r#""issuer":"#, r#""issuer":"","issuer":"#, 1);
	for changed in [more, twice] {
		assert!(matches!(Credential::parse(changed.as_bytes()), Err(Refusal::Malformed(_))), "{changed}");
	}
}

#[test]
fn only_its_issuer_can_have_signed_it() {
	let forged = Credential { signature: account("//Bob").sign_digest(&statement().digest()), ..signed() };
	assert_eq!(forged.verify(), Err(Refusal::BadSignature));
	let moved = Credential { statement: Statement { genesis: [8; 32], ..statement() }, ..signed() };
	assert_eq!(moved.verify(), Err(Refusal::BadSignature));
	// A signature over the same digest for anything else than a credential is none.
	let bytes = Document::new(&statement(), None).canonical();
	let other = account("//Alice").sign_digest(&tagged("souk/other/v1", &[&bytes]));
	assert_eq!(Credential { signature: other, ..signed() }.verify(), Err(Refusal::BadSignature));
}

#[test]
fn the_chain_has_the_last_word() {
	let credential = signed();
	type Change = fn(&mut Known);
	let changes: [(Refusal, Change); 10] = [
		(Refusal::OtherChain, |known| known.genesis = [8; 32]),
		(Refusal::NotRegistered, |known| known.record = None),
		(Refusal::OtherDocument, |known| known.record.as_mut().unwrap().record.hash[0] ^= 1),
		(Refusal::OtherSides, |known| known.record.as_mut().unwrap().record.subject = [9; 32]),
		(Refusal::OtherSides, |known| known.record.as_mut().unwrap().record.listing = 4),
		(Refusal::Revoked(8), |known| known.record.as_mut().unwrap().record.revoked_at = Some(8)),
		(Refusal::OtherOrder("its sides"), |known| known.order.as_mut().unwrap().0.buyer = [9; 32]),
		(Refusal::OtherOrder("its listing"), |known| known.order.as_mut().unwrap().0.listing = 4),
		(Refusal::OtherOrder("how it ended"), |known| {
			known.order.as_mut().unwrap().0.state = OrderState::Refunded
		}),
		(Refusal::OtherOrder("its price"), |known| known.order.as_mut().unwrap().0.price.amount *= 10),
	];
	for (refusal, change) in changes {
		let mut known = known(&credential);
		change(&mut known);
		assert_eq!(check(&credential, &known), Err(refusal));
	}
	let forgotten = Known { order: None, ..known(&credential) };
	assert_eq!(check(&credential, &forgotten).unwrap().last(), Some(&Check::OrderForgotten));
}

#[test]
fn prices_are_told_by_the_power_of_ten() {
	let range = |units, decimals| {
		let PriceRange { at_least, below, .. } = PriceRange::of(units, decimals, "X");
		(at_least, below)
	};
	let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
	assert_eq!(range(0, 6), pair("0", "1"));
	assert_eq!(range(999_999, 6), pair("0", "1"));
	assert_eq!(range(1_000_000, 6), pair("1", "10"));
	assert_eq!(range(99_999_999, 6), pair("10", "100"));
	assert_eq!(range(u128::MAX, 0).0.len(), 39);
	assert_eq!(range(u128::MAX, 255), pair("0", "1"));
}
