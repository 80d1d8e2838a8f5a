//! Plays a sequence, and says where something did not hold.

use crate::{
	action::{self, Action},
	calls::{self, Deed, Memory},
	chain::{self, Applied},
	checks::{
		self,
		deeds::{self, Made},
		ledger::Ledger,
		promises::Promises,
		rules,
		storage::Survey,
	},
	wind_up, world,
};
use frame_support::traits::{CallMetadata, GetCallMetadata};
use souk_runtime::*;
use sp_runtime::{DispatchError, ModuleError};
use sp_state_machine::BasicExternalities;
use std::{
	collections::{hash_map::DefaultHasher, BTreeSet},
	hash::Hasher,
	panic::{catch_unwind, AssertUnwindSafe},
};

/// Most actions of a sequence, and most blocks that it asks for.
const MOST_ACTIONS: usize = 160;
const MOST_BLOCKS: u32 = 300;

/// What became of a sequence.
#[derive(Debug, Default)]
pub struct Outcome {
	/// What did not hold, and when.
	pub violation: Option<String>,
	/// What happened: which calls ended how, which events came, how many blocks things took; each a number.
	pub features: BTreeSet<u64>,
	/// The rules by which calls failed, or had to be done.
	pub rules: BTreeSet<&'static str>,
	/// Calls that did what they say before everything was wound up: pallet, and name.
	pub made: BTreeSet<(&'static str, &'static str)>,
	/// Calls that were made, and those of them that did what they say.
	pub calls: u32,
	/// Of them.
	pub done: u32,
	/// Blocks.
	pub blocks: u32,
}

/// Plays any bytes as a sequence of actions on the chain that [`world`] furnishes, winds everything up, and checks all the time.
pub fn run(bytes: &[u8]) -> Outcome {
	run_actions(&action::read(bytes, MOST_ACTIONS))
}

/// The same for actions.
pub fn run_actions(actions: &[Action]) -> Outcome {
	on_a_chain(|play| {
		for (at, action) in actions.iter().enumerate() {
			let block = chain::now();
			play.step(*action)
				.map_err(|broken| format!("{broken}\n  at {at}, {action:?}, in block {block}"))?;
		}
		play.flush()?;
		play.over = true;
		wind_up::all(play).map_err(|broken| format!("{broken}\n  when everything was wound up"))
	})
}

/// Does something on a chain where everything has ended that [`world`] furnishes.
pub fn after_the_end(with: impl FnOnce() -> Result<(), String>) -> Outcome {
	on_a_chain(|play| {
		wind_up::all(play)?;
		with()
	})
}

/// Plays on a new chain.
pub(crate) fn on_a_chain(playing: impl FnOnce(&mut Play) -> Result<(), String>) -> Outcome {
	let mut playing = Some(playing);
	in_parts(1, |play, _| playing.take().map_or(Ok(()), |playing| playing(play)))
}

/// Plays on a new chain, in so many parts. After each of them the keys that were removed are forgotten: an overlay keeps them, and each would slow down
/// all that comes later.
pub(crate) fn in_parts(parts: u32, mut playing: impl FnMut(&mut Play, u32) -> Result<(), String>) -> Outcome {
	let mut play = Play::default();
	let mut storage = world::storage();
	for part in 0..parts {
		let mut chain = BasicExternalities::new(storage);
		let played = catch_unwind(AssertUnwindSafe(|| {
			chain.execute_with(|| {
				if part == 0 {
					play.ledger.start();
				}
				playing(&mut play, part)
			})
		}));
		play.outcome.violation = match played {
			Ok(Ok(())) => None,
			Ok(Err(broken)) => Some(broken),
			Err(panic) => {
				let text = panic.downcast_ref::<String>().cloned();
				let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
				Some(format!("it panicked: {}", text.unwrap_or_default()))
			}
		};
		if play.outcome.violation.is_some() || part + 1 == parts {
			break;
		}
		storage = chain.into_storages();
	}
	play.outcome
}

/// Calls that become one.
struct Batch {
	all: bool,
	left: u8,
	deeds: Vec<Deed>,
}

/// A sequence that is being played.
#[derive(Default)]
pub(crate) struct Play {
	pub outcome: Outcome,
	pub ledger: Ledger,
	memory: Memory,
	batch: Option<Batch>,
	by_proxy: bool,
	/// Whether the sequence is over, and everything is wound up.
	over: bool,
	/// Whether something was frozen, so that money may not have moved.
	pub frozen: bool,
}

impl Play {
	/// Does what an action says.
	pub fn step(&mut self, action: Action) -> Result<(), String> {
		match action {
			Action::Blocks { count } => {
				let blocks = if count < 160 { 1 + count % 4 } else { 1 + count % 32 };
				let blocks = if self.outcome.blocks < MOST_BLOCKS { u32::from(blocks) } else { 1 };
				self.flush()?;
				(0..blocks).try_for_each(|_| self.advance(1, 1))
			}
			Action::Epoch {} => {
				self.flush()?;
				self.advance(1, chain::EPOCH)
			}
			Action::Leap {} => {
				self.flush()?;
				self.leap()
			}
			Action::Batch { all, count } => {
				self.flush()?;
				self.batch = Some(Batch { all: all % 2 == 1, left: 2 + count % 3, deeds: Vec::new() });
				Ok(())
			}
			Action::Proxy { .. } => {
				self.by_proxy = true;
				Ok(())
			}
			_ => {
				self.frozen |= matches!(action, Action::Freeze { .. });
				for deed in calls::of(action, &mut self.memory) {
					self.take(action.code(), deed)?;
				}
				Ok(())
			}
		}
	}

	/// Goes to the next block in which somebody's business goes on, if it is not too far away; what is due in between happens in its block.
	pub fn leap(&mut self) -> Result<(), String> {
		// Hooks at the end of this block may make something due before all that is due now.
		self.advance(1, 1)?;
		let now = chain::now();
		let turn = checks::turns::next_turn().filter(|turn| *turn > now);
		let until = now + turn.map_or(0, |turn| turn - now).min(250);
		while chain::now() < until {
			let next = checks::turns::next_due().map_or(until, |due| due.min(until));
			let blocks = next - chain::now();
			self.advance(blocks, blocks)?;
		}
		Ok(())
	}

	/// A call for the batch that is being made up, or for the chain.
	fn take(&mut self, code: u8, deed: Deed) -> Result<(), String> {
		let Some(batch) = &mut self.batch else { return self.perform(code, deed) };
		batch.deeds.push(deed);
		batch.left = batch.left.saturating_sub(1);
		if batch.left == 0 {
			self.flush()?;
		}
		Ok(())
	}

	/// Makes the batch that was made up, if there is one. Who signs its first call makes all of them.
	pub fn flush(&mut self) -> Result<(), String> {
		let Some(Batch { all, deeds, .. }) = self.batch.take() else { return Ok(()) };
		let Some((who, _)) = deeds.first().cloned() else { return Ok(()) };
		let calls = deeds.into_iter().filter(|(by, _)| *by == who).map(|(_, call)| call).collect();
		let call = if all {
			pallet_utility::Call::<Runtime>::batch_all { calls }
		} else {
			pallet_utility::Call::<Runtime>::batch { calls }
		};
		self.perform(u8::MAX, (who, call.into()))
	}

	/// Makes a call, and checks what came of it. Says whether it did what it says.
	pub fn perform(&mut self, code: u8, deed: Deed) -> Result<(), String> {
		self.try_perform(code, deed).map(|_| ())
	}

	/// The same, and says how it ended.
	pub fn try_perform(&mut self, code: u8, (who, call): Deed) -> Result<Result<(), DispatchError>, String> {
		let (who, call) = match core::mem::take(&mut self.by_proxy) {
			true => as_proxy(who, call),
			false => (who, call),
		};
		let verdict = rules::verdict(&who, &call);
		let shown = call.clone();
		let (before, promised) = (Survey::take(), Promises::take());
		// Who votes on nodes says so for nothing.
		let authorized = chain::is_authorized(&call);
		let accounts = authorized.then(|| checks::storage::hash_of_item("System", "Account"));
		chain::forget_events();
		let applied = chain::apply(&who, call);
		let paid = accounts.is_some_and(|hash| hash != checks::storage::hash_of_item("System", "Account"));
		let full = matches!(applied, Applied::Refused(refused) if refused.exhausted_resources());
		let ended = match applied {
			Applied::Done => through_others(),
			Applied::Failed(error) => Err(error),
			Applied::Refused(_) => Err(DispatchError::Other("refused")),
		};
		self.outcome.calls += 1;
		self.outcome.done += u32::from(ended.is_ok());
		self.feature((1u8, code, number_of(&ended)));
		if ended.is_ok() && !self.over {
			let CallMetadata { pallet_name, function_name } = innermost(&shown).get_call_metadata();
			self.outcome.made.insert((pallet_name, function_name));
		}
		let after = Survey::take();
		let in_context =
			|broken: String| format!("{broken}\n  after {ended:?} of {who:?}: {}", text_of(&shown));
		let of_the_chain = ended.as_ref().is_err_and(is_of_the_chain);
		let made = Made {
			done: ended.is_ok(),
			verdict,
			excused: self.frozen || full || (of_the_chain && !authorized),
			changed: before.hash != after.hash,
			paid,
		};
		made.check().map_err(in_context)?;
		if !full {
			self.outcome.rules.extend(made.rule());
		}
		if ended.is_ok() {
			after.check_deposits().map_err(in_context)?;
			promised.check().map_err(in_context)?;
		}
		self.note_events().map_err(in_context)?;
		Ok(ended)
	}

	/// Ends the block, begins a later one, and checks everything.
	pub fn advance(&mut self, blocks: u32, slots: u32) -> Result<(), String> {
		let (used, room) = chain::end();
		deeds::fits_at_the_end(used, room)?;
		// What hooks did at its end.
		self.note_events()?;
		let weight = chain::start(blocks, slots);
		self.outcome.blocks += 1;
		deeds::fits_before(weight)?;
		self.note_events()?;
		checks::turns::nothing_is_overdue()?;
		checks::state::check()?;
		checks::storage::check_absences()?;
		self.ledger.check_money()
	}

	/// Notes what happened since the last call or block.
	fn note_events(&mut self) -> Result<(), String> {
		let events: Vec<RuntimeEvent> =
			System::read_events_no_consensus().map(|record| record.event).collect();
		chain::forget_events();
		for event in &events {
			use codec::Encode;
			// The pallet and the variant, without what it is about.
			let name = event.using_encoded(|bytes| (bytes.first().copied(), bytes.get(1).copied()));
			self.feature((2u8, name));
		}
		self.ledger.note(&events, self.frozen)
	}

	fn feature(&mut self, what: impl std::hash::Hash) {
		let mut hasher = DefaultHasher::new();
		what.hash(&mut hasher);
		self.outcome.features.insert(hasher.finish());
	}
}

/// The same call by one whom the curator has made a proxy; where it is not hers, as it was.
fn as_proxy(who: AccountId, call: RuntimeCall) -> Deed {
	use sp_keyring::Sr25519Keyring::{Dave, Eve};
	if who != crate::cast::CURATOR.to_account_id() {
		return (who, call);
	}
	// Each may do something that the other may not.
	let by = if matches!(call, RuntimeCall::Listings(..) | RuntimeCall::Curation(..)) { Eve } else { Dave };
	let call = pallet_proxy::Call::<Runtime>::proxy {
		real: who.into(),
		force_proxy_type: None,
		call: Box::new(call),
	};
	(by.to_account_id(), call.into())
}

/// The call that is made in the end, by somebody for another.
fn innermost(call: &RuntimeCall) -> &RuntimeCall {
	match call {
		RuntimeCall::Sudo(pallet_sudo::Call::sudo { call })
		| RuntimeCall::Proxy(pallet_proxy::Call::proxy { call, .. }) => innermost(call),
		_ => call,
	}
}

/// How a call that another one has made ended: through sudo, or by a proxy.
fn through_others() -> Result<(), DispatchError> {
	for record in System::read_events_no_consensus() {
		match record.event {
			RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => return sudo_result,
			RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => return result,
			_ => {}
		}
	}
	Ok(())
}

/// A call as text, as far as that is of use.
fn text_of(call: &RuntimeCall) -> String {
	let text = format!("{call:?}");
	text.chars().take(300).collect()
}

/// A number that names how a call ended.
fn number_of(ended: &Result<(), DispatchError>) -> u64 {
	match ended {
		Ok(()) => 0,
		Err(DispatchError::Module(ModuleError { index, error, .. })) => {
			1 + u64::from(*index) * 256 + u64::from(error[0])
		}
		Err(_) => u64::MAX,
	}
}

/// Whether an error says nothing about a pallet of the marketplace: there is no room, no money.
fn is_of_the_chain(error: &DispatchError) -> bool {
	!matches!(error, DispatchError::Module(ModuleError { index, .. }) if *index >= 50)
}
