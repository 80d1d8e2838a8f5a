//! What belongs to no listing: the bonds of validators, and a proof that is shown for nothing.

use super::Lives;
use crate::{
	action::Action,
	calls::proofs,
	cast::{person, NODES},
	chain,
};
use frame_support::traits::Get;
use pallet_validators::Call;
use souk_runtime::{configs::params, *};

impl Lives<'_> {
	/// A bond grows and ends; a validator who sits stands down, or is told to, and up again.
	pub(super) fn validators(&mut self) -> Result<(), String> {
		let (eve, bob) = (person(4), NODES[0].to_account_id());
		let (amount, more) = (params::validators::MinBond::get(), 10 * SOUK);
		self.does("bond validator", eve.clone(), Call::<Runtime>::bond { amount })?;
		let add = Call::<Runtime>::bond_extra { amount: more };
		self.does("add to validator bond", eve.clone(), add)?;
		let unbond = Call::<Runtime>::unbond { amount: amount + more };
		self.does("unbond validator", eve.clone(), unbond)?;
		// Both in a block, so that no election comes between.
		self.blocks(1)?;
		self.does("chill", bob.clone(), Call::<Runtime>::chill {})?;
		self.does("validate", bob.clone(), Call::<Runtime>::validate {})?;
		self.governs("force chill", Call::<Runtime>::force_chill { validator: bob.clone() })?;
		self.does("validate", bob, Call::<Runtime>::validate {})?;
		// The session after the present one is planned already.
		let sessions = <<Runtime as pallet_validators::Config>::UnbondingSessions as Get<u32>>::get() + 2;
		for _ in 0..sessions {
			chain::end();
			chain::start(1, chain::EPOCH);
			chain::forget_events();
		}
		self.does("withdraw validator bond", eve, Call::<Runtime>::withdraw_unbonded {})
	}

	/// Anybody has a proof checked.
	pub(super) fn verify(&mut self) -> Result<(), String> {
		for (who, call) in proofs::deeds(Action::Verify { who: 4, right: 1 }).unwrap_or_default() {
			self.does("verify", who, call)?;
		}
		Ok(())
	}
}
