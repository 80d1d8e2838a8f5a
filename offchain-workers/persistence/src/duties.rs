//! The listings that this node is assigned to keep, with their opened secrets.

use crate::chain::Duty;
use souk_protocol::{EncryptionSecret, ListingSecret};
use std::collections::BTreeMap;

/// Assignments of this node at some finalised head.
#[derive(Clone, Debug, Default)]
pub struct Duties {
	listings: BTreeMap<u32, Assigned>,
}

#[derive(Clone, Debug)]
struct Assigned {
	wrapped: Option<Vec<u8>>,
	secret: Option<ListingSecret>,
}

impl Duties {
	/// Opens the secrets of `duties`; those that have not changed since `before` are taken from there.
	pub fn open(duties: Vec<Duty>, secret: &EncryptionSecret, before: &Duties) -> Self {
		let open = |duty: &Duty| {
			let wrapped = duty.wrapped_secret.as_ref()?;
			match ListingSecret::unwrap(wrapped, secret, duty.listing) {
				Ok(secret) => Some(secret),
				Err(error) => {
					tracing::error!(
						listing = duty.listing,
						%error,
						"the listing's secret was not wrapped to this node's key: the curator has to assign it again",
					);
					None
				}
			}
		};
		let listings = duties
			.into_iter()
			.map(|duty| {
				let assigned = match before.listings.get(&duty.listing) {
					Some(known) if known.wrapped == duty.wrapped_secret => known.clone(),
					_ => Assigned { secret: open(&duty), wrapped: duty.wrapped_secret },
				};
				(duty.listing, assigned)
			})
			.collect();
		Self { listings }
	}

	/// Whether both say the same.
	pub fn same_as(&self, other: &Duties) -> bool {
		self.listings.len() == other.listings.len()
			&& self.listings.iter().all(|(listing, assigned)| {
				other.listings.get(listing).is_some_and(|other| other.wrapped == assigned.wrapped)
			})
	}

	/// Whether this node is assigned to the listing.
	pub fn contains(&self, listing: u32) -> bool {
		self.listings.contains_key(&listing)
	}

	/// The listing's secret; `None` where it was not wrapped to this node, or not so that it opens.
	pub fn secret(&self, listing: u32) -> Option<&ListingSecret> {
		self.listings.get(&listing)?.secret.as_ref()
	}

	/// The listings, in order.
	pub fn listings(&self) -> impl Iterator<Item = u32> + '_ {
		self.listings.keys().copied()
	}

	/// Number of listings.
	pub fn len(&self) -> usize {
		self.listings.len()
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.listings.is_empty()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_secret_opens_once_and_a_new_one_replaces_it() {
		let (me, other) = (EncryptionSecret::generate(), EncryptionSecret::generate());
		let (first, second) = (ListingSecret::generate(), ListingSecret::generate());
		let duty = |wrapped: Option<Vec<u8>>| vec![Duty { listing: 7, wrapped_secret: wrapped }];
		let wrapped = first.wrap(&me.public(), 7).expect("wraps");

		let none = Duties::default();
		let one = Duties::open(duty(Some(wrapped.clone())), &me, &none);
		assert_eq!(one.secret(7), Some(&first));
		assert!(!one.same_as(&none));
		let again = Duties::open(duty(Some(wrapped)), &me, &one);
		assert!(again.same_as(&one));
		let renewed = Duties::open(duty(Some(second.wrap(&me.public(), 7).expect("wraps"))), &me, &again);
		assert_eq!(renewed.secret(7), Some(&second));
		assert!(!renewed.same_as(&again));

		let foreign = Duties::open(duty(Some(first.wrap(&other.public(), 7).expect("wraps"))), &me, &none);
		assert!(foreign.contains(7) && foreign.secret(7).is_none());
		let missing = Duties::open(duty(None), &me, &none);
		assert!(missing.contains(7) && missing.secret(7).is_none());
	}
}
