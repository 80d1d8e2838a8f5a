//! Queues by block: what happens by itself when its block has come, as far as blocks have room for it.

use frame_support::{
	weights::{Weight, WeightMeter},
	StorageValue,
};
use sp_runtime::Perbill;

/// What working off the queues comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WorkedOff {
	/// The first block whose queue is not worked off.
	next: u32,
	/// Whether that is another one than before.
	moved: bool,
}

/// One of so many equal parts of a block, rounded down: the room that a hook has.
pub fn part_of_block(block: Weight, parts: u32) -> Weight {
	let part = Perbill::from_rational(1, parts);
	Weight::from_parts(part.mul_floor(block.ref_time()), part.mul_floor(block.proof_size()))
}

/// Works off the queues from the block that `NextDue` remembers (`now` where it never did) up to block `now`, oldest first, as far as
/// the meter allows. What is left stays in its queue. Says whether there was room for `reading`, which is what reading `NextDue` costs.
///
/// `queue` are the entries of a block in their order, `turn` does what is due for one and takes it out of its queue. Turns
/// queue for later blocks only, so that nothing is added to a queue while it is worked off. `each_queue` and `each_turn` are what a
/// queue without its turns, and a turn, cost at most.
pub fn work_off<NextDue, Entry, Queue: Iterator<Item = Entry>>(
	now: u32,
	meter: &mut WeightMeter,
	reading: Weight,
	each_queue: Weight,
	each_turn: Weight,
	queue: impl Fn(u32) -> Queue,
	turn: impl Fn(Entry),
) -> bool
where
	NextDue: StorageValue<u32, Query = Option<u32>>,
{
	if meter.try_consume(reading).is_err() {
		return false;
	}
	let worked = work_off_from(NextDue::get(), now, meter, each_queue, each_turn, queue, turn);
	if worked.moved {
		NextDue::put(worked.next);
	}
	true
}

fn work_off_from<Entry, Queue: Iterator<Item = Entry>>(
	first: Option<u32>,
	now: u32,
	meter: &mut WeightMeter,
	each_queue: Weight,
	each_turn: Weight,
	queue: impl Fn(u32) -> Queue,
	turn: impl Fn(Entry),
) -> WorkedOff {
	let mut block = first.unwrap_or(now);
	while block <= now && meter.try_consume(each_queue).is_ok() {
		let mut entries = queue(block).peekable();
		while entries.peek().is_some() && meter.try_consume(each_turn).is_ok() {
			if let Some(entry) = entries.next() {
				turn(entry);
			}
		}
		if entries.peek().is_some() {
			break;
		}
		block = block.saturating_add(1);
	}
	WorkedOff { next: block, moved: first != Some(block) }
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{cell::RefCell, collections::BTreeMap};

	const ONE: Weight = Weight::from_parts(1, 0);

	/// Works off `queues` with room for so many queues and turns together. Returns what had its turn, and the next block.
	fn done(first: Option<u32>, now: u32, room: u64, queues: &[(u32, &[u8])]) -> (Vec<u8>, WorkedOff) {
		let queues: BTreeMap<u32, &[u8]> = queues.iter().copied().collect();
		let turns = RefCell::new(Vec::new());
		let mut meter = WeightMeter::with_limit(Weight::from_parts(room, 0));
		let entries = |block| queues.get(&block).copied().unwrap_or_default().iter().copied();
		let worked =
			work_off_from(first, now, &mut meter, ONE, ONE, entries, |entry| turns.borrow_mut().push(entry));
		(turns.into_inner(), worked)
	}

	#[test]
	fn all_queues_up_to_now_are_worked_off_oldest_first() {
		let (turns, worked) = done(Some(3), 5, 100, &[(3, &[1, 2]), (5, &[3]), (6, &[4])]);
		assert_eq!((turns, worked), (vec![1, 2, 3], WorkedOff { next: 6, moved: true }));
	}

	#[test]
	fn what_there_is_no_room_for_is_left_in_its_queue() {
		let queues: [(u32, &[u8]); 2] = [(3, &[1, 2]), (4, &[3])];
		for (room, expected, next) in
			[(0, 0, 3), (1, 0, 3), (2, 1, 3), (3, 2, 4), (4, 2, 4), (5, 3, 5), (6, 3, 6)]
		{
			let (turns, worked) = done(Some(3), 5, room, &queues);
			assert_eq!((turns.len(), worked.next), (expected, next), "{room}");
			assert_eq!(worked.moved, next != 3);
		}
	}

	#[test]
	fn the_first_time_begins_with_this_block() {
		let (turns, worked) = done(None, 7, 100, &[(6, &[1]), (7, &[2])]);
		assert_eq!((turns, worked), (vec![2], WorkedOff { next: 8, moved: true }));
	}
}
