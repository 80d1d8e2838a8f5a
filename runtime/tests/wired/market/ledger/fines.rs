//! What bad chunks cost a curator, and whose that is.

use super::*;

/// Offences that are remembered, at most.
const REMEMBERED: u32 = 16;

/// Money that was taken of a bond and is not paid to anybody yet.
pub struct Fine {
	listing: ListingId,
	owner: Who,
	/// Since when the harm could be seen.
	began: u32,
	/// The block in which it was proved.
	at: u32,
	amount: Balance,
}

impl Ledger {
	/// A bad chunk of the snapshot of a period, that could be seen since block `began`: a tenth of the bond, what is on its way out included, and as
	/// much again for each earlier snapshot. Whoever else proves one of the same snapshot costs nobody anything more.
	pub(super) fn fine(&mut self, listing: ListingId, period: u32, began: u32) {
		let at = self.now;
		let one = &mut self.listings[listing as usize];
		if one.bad_snapshots.contains(&period) {
			return;
		}
		let times = Balance::from(1 + (one.bad_snapshots.len() as u32).min(REMEMBERED));
		let (owner, active) = (one.owner, one.bond);
		one.bad_snapshots.push(period);
		let mine = self.unlocking.iter().filter(|entry| entry.1 == Some(listing));
		let all = active + mine.map(|entry| entry.2).sum::<Balance>();
		let amount = self.take(listing, all * (100_000 * times).min(1_000_000) / 1_000_000);
		// Of what is proved in the block in which it could be seen first, nobody has a part.
		if began < at && self.subscriptions.keys().any(|key| key.listing == listing) {
			self.fines.push(Fine { listing, owner, began, at, amount });
		} else {
			self.transfer(false, owner, TREASURY, amount);
		}
	}

	/// What of a curator's bonds is taken and not paid.
	pub(super) fn unpaid_fines(&self, who: Who) -> Balance {
		self.fines.iter().filter(|fine| fine.owner == who).map(|fine| fine.amount).sum()
	}

	/// At a block's end, half of each fine goes to those who paid for the listing before the harm could be seen, in proportion to what they had paid for
	/// the blocks since then, and the rest to the treasury.
	pub(super) fn pay_fines(&mut self) {
		for Fine { listing, owner, began, at, amount } in std::mem::take(&mut self.fines) {
			let harmed = self.subscriptions.iter().filter(|(key, _)| key.listing == listing);
			let claims: Vec<(Who, Balance)> = harmed
				.filter(|(_, one)| one.counted && one.since < began)
				.map(|(key, one)| {
					let (blocks, length) = ((at - began).min(one.length), one.length);
					let paid = one.held * Balance::from(blocks) / Balance::from(length);
					(key.who, paid * if one.wusd { SOUK / ONE_WUSD } else { 1 })
				})
				.collect();
			let sum: Balance = claims.iter().map(|(_, claim)| claim).sum();
			let mut left = amount;
			for (who, claim) in claims {
				let share = (amount / 2 * claim).checked_div(sum).unwrap_or(0).min(claim);
				self.transfer(false, owner, who, share);
				left -= share;
			}
			self.transfer(false, owner, TREASURY, left);
		}
	}
}
