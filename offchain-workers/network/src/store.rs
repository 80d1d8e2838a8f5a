//! What this node holds of the DHT: its own records and entries, and bounded ones of others.
//!
//! Writers: the DHT behaviour for our own (`put`, `add_provider`), the driver for others after its checks (`hold`,
//! `hold_provider`). Everything of others has a number, a size, a quota per publisher and an end.

use std::{borrow::Cow, collections::HashMap, time::Instant};

use libp2p::{
	kad::{
		store::{Error, RecordStore, Result},
		ProviderRecord, Record, RecordKey,
	},
	PeerId,
};

use crate::{records::Envelope, NetworkLimits};

/// The bounded store.
pub(crate) struct Store {
	local: PeerId,
	limits: NetworkLimits,
	own_records: HashMap<RecordKey, Record>,
	own_provided: HashMap<RecordKey, ProviderRecord>,
	records: HashMap<RecordKey, Held>,
	record_bytes: usize,
	records_by_publisher: HashMap<PeerId, usize>,
	providers: HashMap<RecordKey, Vec<ProviderRecord>>,
	provider_count: usize,
	keys_by_provider: HashMap<PeerId, usize>,
}

/// A record of somebody else.
struct Held {
	record: Record,
	publisher: PeerId,
	sequence: u64,
}

/// Why something of another node is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
	/// A newer record of the same publisher is here.
	Outdated,
	/// The publisher's quota is used up.
	Quota,
	/// The store, or the key, is full.
	Full,
}

impl Store {
	pub(crate) fn new(local: PeerId, limits: NetworkLimits) -> Self {
		Store {
			local,
			limits,
			own_records: HashMap::new(),
			own_provided: HashMap::new(),
			records: HashMap::new(),
			record_bytes: 0,
			records_by_publisher: HashMap::new(),
			providers: HashMap::new(),
			provider_count: 0,
			keys_by_provider: HashMap::new(),
		}
	}

	/// Takes a verified record of another node. `record.expires` is set.
	pub(crate) fn hold(
		&mut self,
		record: Record,
		envelope: &Envelope,
		publisher: PeerId,
	) -> std::result::Result<(), Refused> {
		let size = record.value.len();
		let (replaced, newcomer) = match self.records.get(&record.key) {
			Some(held) if held.sequence > envelope.sequence => return Err(Refused::Outdated),
			Some(held) => (held.record.value.len(), false),
			None => (0, true),
		};
		if newcomer {
			let of_publisher = self.records_by_publisher.get(&publisher).copied().unwrap_or(0);
			if of_publisher >= self.limits.max_records_per_publisher {
				return Err(Refused::Quota);
			}
			if self.records.len() >= self.limits.max_records {
				return Err(Refused::Full);
			}
		}
		if self.record_bytes - replaced + size > self.limits.max_records_bytes {
			return Err(Refused::Full);
		}
		self.record_bytes = self.record_bytes - replaced + size;
		if newcomer {
			*self.records_by_publisher.entry(publisher).or_default() += 1;
		}
		let held = Held { publisher, sequence: envelope.sequence, record };
		self.records.insert(held.record.key.clone(), held);
		Ok(())
	}

	/// Takes another node's announcement that it provides a key.
	pub(crate) fn hold_provider(&mut self, entry: ProviderRecord) -> std::result::Result<(), Refused> {
		let of_key = self.providers.get(&entry.key);
		let known = of_key.and_then(|all| all.iter().position(|e| e.provider == entry.provider));
		if known.is_none() {
			if self.keys_by_provider.get(&entry.provider).copied().unwrap_or(0)
				>= self.limits.max_keys_per_provider
			{
				return Err(Refused::Quota);
			}
			// First come, first served: a flood of new identities does not displace those who were there before.
			if of_key.is_some_and(|all| all.len() >= self.limits.max_providers_per_key)
				|| self.provider_count >= self.limits.max_providers
			{
				return Err(Refused::Full);
			}
		}
		let provider = entry.provider;
		let of_key = self.providers.entry(entry.key.clone()).or_default();
		match known {
			Some(at) => of_key[at] = entry,
			None => {
				of_key.push(entry);
				self.provider_count += 1;
				*self.keys_by_provider.entry(provider).or_default() += 1;
			}
		}
		Ok(())
	}

	/// Drops what has expired.
	pub(crate) fn expire(&mut self, now: Instant) {
		let expired: Vec<_> = self
			.records
			.values()
			.filter(|held| held.record.is_expired(now))
			.map(|held| held.record.key.clone())
			.collect();
		for key in expired {
			self.forget(&key);
		}
		let expired: Vec<_> = self
			.providers
			.values()
			.flatten()
			.filter(|entry| entry.is_expired(now))
			.map(|entry| (entry.key.clone(), entry.provider))
			.collect();
		for (key, provider) in expired {
			self.forget_provider(&key, &provider);
		}
	}

	/// The keys that this node itself provides.
	pub(crate) fn own_provided(&self) -> impl Iterator<Item = &RecordKey> {
		self.own_provided.keys()
	}

	/// Whether this node itself provides `key`.
	pub(crate) fn provides(&self, key: &RecordKey) -> bool {
		self.own_provided.contains_key(key)
	}

	/// This node's own record in `slot`.
	pub(crate) fn own_record(&self, slot: &RecordKey) -> Option<&Record> {
		self.own_records.get(slot)
	}

	/// The records that this node itself has published.
	pub(crate) fn own_records(&self) -> impl Iterator<Item = &Record> {
		self.own_records.values()
	}

	fn forget(&mut self, key: &RecordKey) {
		if let Some(held) = self.records.remove(key) {
			self.record_bytes -= held.record.value.len();
			decrease(&mut self.records_by_publisher, &held.publisher);
		}
	}

	fn forget_provider(&mut self, key: &RecordKey, provider: &PeerId) {
		let Some(of_key) = self.providers.get_mut(key) else { return };
		let before = of_key.len();
		of_key.retain(|entry| entry.provider != *provider);
		if of_key.len() < before {
			self.provider_count -= 1;
			decrease(&mut self.keys_by_provider, provider);
		}
		if of_key.is_empty() {
			self.providers.remove(key);
		}
	}
}

fn decrease(counts: &mut HashMap<PeerId, usize>, peer: &PeerId) {
	if let Some(count) = counts.get_mut(peer) {
		*count -= 1;
		if *count == 0 {
			counts.remove(peer);
		}
	}
}

type Iter<'a, T> = Box<dyn Iterator<Item = Cow<'a, T>> + 'a>;

impl RecordStore for Store {
	type RecordsIter<'a> = Iter<'a, Record>;
	type ProvidedIter<'a> = Iter<'a, ProviderRecord>;

	fn get(&self, key: &RecordKey) -> Option<Cow<'_, Record>> {
		let own = self.own_records.get(key);
		own.or_else(|| self.records.get(key).map(|held| &held.record)).map(Cow::Borrowed)
	}

	/// Only our own come this way: the behaviour leaves those of others to its filter.
	fn put(&mut self, record: Record) -> Result<()> {
		if record.publisher != Some(self.local) {
			return Err(Error::MaxRecords);
		}
		if !self.own_records.contains_key(&record.key) && self.own_records.len() >= self.limits.max_records {
			return Err(Error::MaxRecords);
		}
		self.own_records.insert(record.key.clone(), record);
		Ok(())
	}

	fn remove(&mut self, key: &RecordKey) {
		self.own_records.remove(key);
		self.forget(key);
	}

	fn records(&self) -> Self::RecordsIter<'_> {
		let others = self.records.values().map(|held| &held.record);
		Box::new(self.own_records.values().chain(others).map(Cow::Borrowed))
	}

	/// Only our own come this way, as with `put`.
	fn add_provider(&mut self, entry: ProviderRecord) -> Result<()> {
		if entry.provider != self.local {
			return Err(Error::MaxProvidedKeys);
		}
		if !self.own_provided.contains_key(&entry.key) && self.own_provided.len() >= self.limits.max_providers
		{
			return Err(Error::MaxProvidedKeys);
		}
		self.own_provided.insert(entry.key.clone(), entry);
		Ok(())
	}

	fn providers(&self, key: &RecordKey) -> Vec<ProviderRecord> {
		let others = self.providers.get(key).into_iter().flatten();
		self.own_provided.get(key).into_iter().chain(others).cloned().collect()
	}

	fn provided(&self) -> Self::ProvidedIter<'_> {
		Box::new(self.own_provided.values().map(Cow::Borrowed))
	}

	fn remove_provider(&mut self, key: &RecordKey, provider: &PeerId) {
		if *provider == self.local {
			self.own_provided.remove(key);
		} else {
			self.forget_provider(key, provider);
		}
	}
}

#[cfg(test)]
mod tests {
	use std::time::Duration;

	use super::*;
	use crate::{Key, NetworkConfig};

	fn store(limits: NetworkLimits) -> Store {
		Store::new(PeerId::random(), limits)
	}

	fn envelope(sequence: u64) -> Envelope {
		let keypair = NetworkConfig::keypair_from_seed([1; 32]);
		Envelope::sign(&keypair, "c0ffee", Key([0; 32]), sequence, Vec::new())
	}

	fn record(slot: u8, size: usize) -> Record {
		let mut record = Record::new(vec![slot; 32], vec![slot; size]);
		record.expires = Some(Instant::now() + Duration::from_secs(60));
		record
	}

	fn entry(key: u8, provider: PeerId) -> ProviderRecord {
		let mut entry = ProviderRecord::new(vec![key; 32], provider, Vec::new());
		entry.expires = Some(Instant::now() + Duration::from_secs(60));
		entry
	}

	/// The counts say what the maps hold.
	fn check(store: &Store) {
		assert_eq!(store.record_bytes, store.records.values().map(|h| h.record.value.len()).sum::<usize>());
		assert_eq!(store.records_by_publisher.values().sum::<usize>(), store.records.len());
		assert_eq!(store.provider_count, store.providers.values().map(Vec::len).sum::<usize>());
		assert_eq!(store.keys_by_provider.values().sum::<usize>(), store.provider_count);
		assert!(store.providers.values().all(|of_key| !of_key.is_empty()));
	}

	#[test]
	fn an_older_record_does_not_replace_a_newer_one() {
		let mut store = store(NetworkLimits::default());
		let publisher = PeerId::random();
		assert_eq!(store.hold(record(1, 10), &envelope(5), publisher), Ok(()));
		assert_eq!(store.hold(record(1, 20), &envelope(4), publisher), Err(Refused::Outdated));
		assert_eq!(store.hold(record(1, 30), &envelope(5), publisher), Ok(()));
		assert_eq!(store.hold(record(1, 5), &envelope(6), publisher), Ok(()));
		assert_eq!(store.record_bytes, 5);
		check(&store);
	}

	#[test]
	fn records_of_others_are_bounded_in_number_bytes_and_per_publisher() {
		let limits = NetworkLimits {
			max_records: 3,
			max_records_bytes: 100,
			max_records_per_publisher: 2,
			..NetworkLimits::default()
		};
		let mut store = store(limits);
		let publisher = PeerId::random();
		assert_eq!(store.hold(record(1, 10), &envelope(1), publisher), Ok(()));
		assert_eq!(store.hold(record(2, 91), &envelope(1), publisher), Err(Refused::Full));
		assert_eq!(store.hold(record(2, 10), &envelope(1), publisher), Ok(()));
		assert_eq!(store.hold(record(3, 10), &envelope(1), publisher), Err(Refused::Quota));
		assert_eq!(store.hold(record(3, 10), &envelope(1), PeerId::random()), Ok(()));
		assert_eq!(store.hold(record(4, 10), &envelope(1), PeerId::random()), Err(Refused::Full));
		check(&store);
		store.expire(Instant::now() + Duration::from_secs(61));
		assert!(store.records.is_empty());
		check(&store);
	}

	#[test]
	fn provider_entries_are_bounded_and_the_first_ones_stay() {
		let limits = NetworkLimits {
			max_providers: 4,
			max_providers_per_key: 2,
			max_keys_per_provider: 2,
			..NetworkLimits::default()
		};
		let mut store = store(limits);
		let (first, second) = (PeerId::random(), PeerId::random());
		assert_eq!(store.hold_provider(entry(1, first)), Ok(()));
		assert_eq!(store.hold_provider(entry(1, second)), Ok(()));
		assert_eq!(store.hold_provider(entry(1, PeerId::random())), Err(Refused::Full));
		assert_eq!(store.hold_provider(entry(1, first)), Ok(()), "a renewal is always taken");
		assert_eq!(store.hold_provider(entry(2, first)), Ok(()));
		assert_eq!(store.hold_provider(entry(3, first)), Err(Refused::Quota));
		assert_eq!(store.hold_provider(entry(3, second)), Ok(()));
		assert_eq!(store.hold_provider(entry(4, PeerId::random())), Err(Refused::Full));
		check(&store);
		store.remove_provider(&RecordKey::new(&[1; 32]), &first);
		check(&store);
		store.expire(Instant::now() + Duration::from_secs(61));
		assert!(store.providers.is_empty());
		check(&store);
	}

	#[test]
	fn only_our_own_are_put_without_the_filter() {
		let mut store = store(NetworkLimits::default());
		assert!(store.put(record(1, 1)).is_err());
		let mut own = record(1, 1);
		own.publisher = Some(store.local);
		assert!(store.put(own).is_ok());
		assert!(store.add_provider(entry(1, PeerId::random())).is_err());
		let local = store.local;
		assert!(store.add_provider(entry(1, local)).is_ok());
		assert_eq!(store.providers(&RecordKey::new(&[1; 32])).len(), 1);
	}
}
