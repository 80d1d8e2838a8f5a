//! Long lists, shared among the machine's cores.

use std::thread;

/// Does `work` for every item, which is given its place in the list. The results are in the order of the items.
pub fn map<T: Sync, U: Send>(items: &[T], work: impl Fn(usize, &T) -> U + Sync) -> Vec<U> {
	let threads = thread::available_parallelism().map_or(1, usize::from);
	let size = items.len().div_ceil(threads).max(1);
	let work = &work;
	thread::scope(|scope| {
		let parts: Vec<_> = items
			.chunks(size)
			.enumerate()
			.map(|(part, items)| {
				scope.spawn(move || {
					let first = part * size;
					items.iter().enumerate().map(|(i, item)| work(first + i, item)).collect::<Vec<_>>()
				})
			})
			.collect();
		parts.into_iter().flat_map(|part| part.join().expect("nothing that is done here panics")).collect()
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn results_come_in_the_order_of_the_items() {
		for length in [0, 1, 2, 3, 7, 100] {
			let items: Vec<usize> = (0..length).collect();
			assert_eq!(
				map(&items, |at, item| (at, item * 2)),
				items.iter().map(|i| (*i, i * 2)).collect::<Vec<_>>()
			);
		}
	}
}
