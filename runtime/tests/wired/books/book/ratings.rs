//! Ratings and credentials: who has the deposit of what.

use super::*;
use pallet_reputation::{CredentialId, Credentials, Deal, Event as Said, Rated, Rights, Tallies};

/// Deposits: by whom, and how much. What the bytes of a record cost is the chain's to say.
#[derive(Default)]
pub struct Ratings {
	/// And the block in which the right is over.
	rights: Vec<(Deal<AccountId>, Who, Balance, u32)>,
	tallies: Vec<(Rated<AccountId>, Who, Balance)>,
	credentials: BTreeMap<(OrderId, u8), (Who, Balance)>,
}

fn key(id: CredentialId) -> (OrderId, u8) {
	(id.order, id.kind as u8)
}

impl Book {
	/// A right that is over returns its deposit by itself.
	pub(super) fn rating_deposits(&mut self, who: Who) -> Balance {
		let now = self.now;
		self.ratings.rights.retain(|(.., until)| now < *until);
		let rights = self.ratings.rights.iter().filter(|right| right.1 == who).map(|right| right.2);
		let tallies = self.ratings.tallies.iter().filter(|tally| tally.1 == who).map(|tally| tally.2);
		let credentials = self.ratings.credentials.values().filter(|one| one.0 == who).map(|one| one.1);
		rights.chain(tallies).chain(credentials).sum()
	}

	pub(super) fn note_rating(&mut self, event: pallet_reputation::Event<Runtime>) {
		match event {
			// Who paid has the deposit.
			Said::MayRate { deal, until } => {
				let Deal::Period { payer, .. } = &deal else { panic!("that to an order is not told of") };
				let payer = who(payer);
				self.grant(deal, payer, until);
			}
			Said::Rated { deal } => {
				let by = self.actor.expect("somebody has rated");
				let right = Rights::<Runtime>::get(&deal).expect("it was used");
				// The right to an order is stored with the first word.
				let now = self.now;
				if !self.ratings.rights.iter().any(|(of, _, _, until)| *of == deal && now < *until) {
					self.grant(deal, by, right.until);
				}
				let rated = if by == who(&right.payer) {
					Rated::Listing(right.listing)
				} else {
					Rated::Payer(right.payer)
				};
				// The last who says something has the deposit.
				let deposit = Tallies::<Runtime>::get(&rated).expect("it was written").deposit;
				self.ratings.tallies.retain(|(of, ..)| *of != rated);
				self.ratings.tallies.push((rated, by, deposit));
			}
			Said::Forgotten { rated } => self.ratings.tallies.retain(|(of, ..)| *of != rated),
			Said::CredentialIssued { id, issuer, .. } => {
				let deposit = Credentials::<Runtime>::get(id).expect("it was written").deposit;
				self.ratings.credentials.insert(key(id), (who(&issuer), deposit));
			}
			Said::CredentialRemoved { id } => {
				self.ratings.credentials.remove(&key(id)).expect("it was issued");
			}
			Said::CredentialRevoked { .. } => {}
		}
	}

	fn grant(&mut self, deal: Deal<AccountId>, by: Who, until: u32) {
		// Where the same event's call has removed it again, there is none.
		let Some(right) = Rights::<Runtime>::get(&deal) else { return };
		self.ratings.rights.retain(|(of, ..)| *of != deal);
		self.ratings.rights.push((deal, by, right.deposit, until));
	}
}
