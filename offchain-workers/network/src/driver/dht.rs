//! Requests to the DHT, and what others write into our part of it.

use std::{
	collections::BTreeMap,
	time::{SystemTime, UNIX_EPOCH},
};

use codec::{Decode, Encode};
use libp2p::{
	core::Endpoint,
	kad::{
		self, store::RecordStore, GetProvidersOk, GetRecordOk, InboundRequest, ProviderRecord,
		PutRecordError, QueryId, QueryResult, QueryStats, Quorum, Record, RecordKey,
	},
	swarm::{ConnectionId, NetworkBehaviour},
	Multiaddr, PeerId,
};
use tokio::{sync::oneshot, time::Instant};

use super::NetworkDriver;
use crate::{
	addresses::{usable, MAX_ADDRESSES},
	network::Peers,
	records::{register_of, slot_of, Envelope},
	Key, NetworkError,
};

type Reply<T> = oneshot::Sender<Result<T, NetworkError>>;

/// Providers collected by one look-up.
const MAX_FOUND_PROVIDERS: usize = 128;
/// Distinct records collected by one look-up of a slot: a publisher's newest and what is left of older ones.
const MAX_FOUND_RECORDS: usize = 16;

const TOO_MANY: NetworkError = NetworkError::Busy("too many requests to the DHT are under way");
const STORE_FULL: NetworkError = NetworkError::Busy("this node publishes as much as its store holds");

/// A request to the DHT that somebody waits for.
pub(super) enum Lookup {
	Provide {
		reply: Reply<()>,
	},
	/// The first half of a publication: entering ourselves as a publisher. The record follows.
	Register {
		record: Record,
		reply: Reply<()>,
	},
	Put {
		reply: Reply<()>,
	},
	Providers {
		key: RecordKey,
		found: BTreeMap<PeerId, Vec<Multiaddr>>,
		finish_at: Option<Instant>,
		reply: Reply<Peers>,
	},
	Slot {
		slot: [u8; 32],
		found: Vec<Envelope>,
		finish_at: Option<Instant>,
		reply: Reply<Vec<Envelope>>,
	},
}

impl Lookup {
	/// When a look-up that has found something has searched long enough.
	pub(super) fn deadline(&self) -> Option<Instant> {
		match self {
			Lookup::Providers { finish_at, .. } | Lookup::Slot { finish_at, .. } => *finish_at,
			_ => None,
		}
	}
}

impl NetworkDriver {
	pub(super) fn provide(&mut self, key: Key, reply: Reply<()>) {
		let Some(reply) = self.admit_lookup(reply) else { return };
		match self.swarm.behaviour_mut().kad.start_providing(key.to_record_key()) {
			Ok(query) => {
				self.lookups.insert(query, Lookup::Provide { reply });
			}
			Err(_) => answer(reply, Err(STORE_FULL)),
		}
	}

	pub(super) fn find_providers(&mut self, key: Key, reply: Reply<Peers>) {
		let Some(reply) = self.admit_lookup(reply) else { return };
		let key = key.to_record_key();
		let query = self.swarm.behaviour_mut().kad.get_providers(key.clone());
		self.lookups.insert(query, Lookup::Providers { key, found: BTreeMap::new(), finish_at: None, reply });
	}

	pub(super) fn find_slot(&mut self, slot: [u8; 32], reply: Reply<Vec<Envelope>>) {
		let Some(reply) = self.admit_lookup(reply) else { return };
		let query = self.swarm.behaviour_mut().kad.get_record(RecordKey::new(&slot));
		self.lookups.insert(query, Lookup::Slot { slot, found: Vec::new(), finish_at: None, reply });
	}

	pub(super) fn put_record(&mut self, key: Key, value: Vec<u8>, reply: Reply<()>) {
		let (size, limit) = (value.len(), self.limits().max_record_size);
		if size > limit {
			return answer(reply, Err(NetworkError::RecordTooLarge { size, limit }));
		}
		let Some(reply) = self.admit_lookup(reply) else { return };
		let slot = RecordKey::new(&slot_of(key, self.swarm.local_peer_id()));
		let store = self.swarm.behaviour_mut().kad.store_mut();
		let before = store.own_record(&slot).and_then(|old| Envelope::decode(&mut &old.value[..]).ok());
		// Newer than the last one even when the clock was set back.
		let sequence = now_millis().max(before.map_or(0, |old| old.sequence.saturating_add(1)));
		let envelope = Envelope::sign(&self.keypair, &self.network_id, key, sequence, value);
		let mut record = Record::new(slot, envelope.encode());
		record.publisher = Some(*self.swarm.local_peer_id());

		let kad = &mut self.swarm.behaviour_mut().kad;
		// Into our own store at once: what follows may fail for want of peers, and is then renewed from there.
		if kad.store_mut().put(record.clone()).is_err() {
			return answer(reply, Err(STORE_FULL));
		}
		match kad.start_providing(register_of(key).to_record_key()) {
			Ok(query) => {
				self.lookups.insert(query, Lookup::Register { record, reply });
			}
			Err(_) => answer(reply, Err(STORE_FULL)),
		}
	}

	pub(super) fn remove_record(&mut self, key: Key) {
		let slot = RecordKey::new(&slot_of(key, self.swarm.local_peer_id()));
		let kad = &mut self.swarm.behaviour_mut().kad;
		kad.remove_record(&slot);
		kad.stop_providing(&register_of(key).to_record_key());
	}

	/// Ends the look-ups that have found something and have had their grace.
	pub(super) fn finish_graced(&mut self, now: Instant) {
		for (query, lookup) in &mut self.lookups {
			let (Lookup::Providers { finish_at, .. } | Lookup::Slot { finish_at, .. }) = lookup else {
				continue;
			};
			if finish_at.is_some_and(|at| now >= at) {
				*finish_at = None;
				if let Some(mut query) = self.swarm.behaviour_mut().kad.query_mut(query) {
					query.finish();
				}
			}
		}
	}

	pub(super) fn on_kad_event(&mut self, event: kad::Event) {
		match event {
			kad::Event::OutboundQueryProgressed { id, result, stats, step } => {
				self.on_progress(id, &result);
				if step.last {
					self.on_finished(id, result, &stats);
				}
			}
			kad::Event::InboundRequest { request } => match request {
				InboundRequest::PutRecord { source, record: Some(record), .. } => {
					self.on_record(source, record);
				}
				InboundRequest::AddProvider { record: Some(entry) } => self.on_provider(entry),
				_ => {}
			},
			kad::Event::RoutingUpdated { is_new_peer: true, .. } => {
				self.announcer.peer_joined(Instant::now());
			}
			_ => {}
		}
	}

	/// Collects what a look-up has found so far.
	fn on_progress(&mut self, id: QueryId, result: &QueryResult) {
		let grace = Instant::now() + self.limits().lookup_grace;
		match (self.lookups.get_mut(&id), result) {
			(
				Some(Lookup::Providers { key, found, finish_at, .. }),
				QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. })),
			) => {
				let limits = &self.stop.0.limits;
				let kad = &mut self.swarm.behaviour_mut().kad;
				for provider in providers {
					if found.len() >= MAX_FOUND_PROVIDERS && !found.contains_key(provider) {
						continue;
					}
					// The event does not carry the addresses. The behaviour has them for as long as the query lasts,
					// and gives them to whoever is about to dial.
					let told = kad
						.handle_pending_outbound_connection(
							ConnectionId::new_unchecked(0),
							Some(*provider),
							&[],
							Endpoint::Dialer,
						)
						.unwrap_or_default();
					let stored = kad.store_mut().providers(key).into_iter();
					let stored = stored.filter(|entry| entry.provider == *provider).flat_map(|e| e.addresses);
					let told: Vec<_> = told.into_iter().chain(stored).collect();
					let known = found.entry(*provider).or_default();
					for address in usable(provider, &told, limits.allow_private_addresses) {
						if known.len() < MAX_ADDRESSES && !known.contains(&address) {
							known.push(address);
						}
					}
				}
				if !found.is_empty() {
					finish_at.get_or_insert(grace);
				}
			}
			(
				Some(Lookup::Slot { slot, found, finish_at, .. }),
				QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(kad::PeerRecord { peer, record }))),
			) => {
				let max = self.stop.0.limits.max_record_size;
				match Envelope::open(&record.value, &self.network_id, slot, max) {
					Ok((envelope, _)) => {
						if found.len() < MAX_FOUND_RECORDS && !found.contains(&envelope) {
							found.push(envelope);
						}
						finish_at.get_or_insert(grace);
					}
					Err(error) => {
						self.stop.0.counters.records_forged.increase();
						tracing::debug!(?peer, %error, "a record that was found is not genuine");
					}
				}
			}
			_ => {}
		}
	}

	fn on_finished(&mut self, id: QueryId, result: QueryResult, stats: &QueryStats) {
		if self.announcer.finished(&id) {
			return self.announce_more();
		}
		let Some(lookup) = self.lookups.remove(&id) else { return };
		// The first node of a network has nobody to tell or ask, and is the one that the others will ask.
		let alone = stats.num_successes() == 0 && !self.bootnodes.is_empty();
		let timed_out = || NetworkError::Timeout {
			what: "a request to the DHT",
			limit: self.stop.0.limits.lookup_timeout,
		};
		match lookup {
			Lookup::Provide { reply } => answer(
				reply,
				match result {
					QueryResult::StartProviding(Err(_)) => Err(timed_out()),
					_ if alone => Err(NetworkError::NoPeers),
					_ => Ok(()),
				},
			),
			Lookup::Register { record, reply } => match result {
				QueryResult::StartProviding(Err(_)) => answer(reply, Err(timed_out())),
				_ if alone => answer(reply, Err(NetworkError::NoPeers)),
				_ => match self.swarm.behaviour_mut().kad.put_record(record, Quorum::One) {
					Ok(query) => {
						self.lookups.insert(query, Lookup::Put { reply });
					}
					Err(_) => answer(reply, Err(STORE_FULL)),
				},
			},
			Lookup::Put { reply } => answer(
				reply,
				match result {
					QueryResult::PutRecord(Err(
						PutRecordError::QuorumFailed { success, .. }
						| PutRecordError::Timeout { success, .. },
					)) if success.is_empty() && !self.bootnodes.is_empty() => Err(NetworkError::NoPeers),
					_ => Ok(()),
				},
			),
			Lookup::Providers { found, reply, .. } => answer(
				reply,
				match result {
					_ if !found.is_empty() => Ok(found.into_iter().collect()),
					QueryResult::GetProviders(Err(_)) => Err(timed_out()),
					_ if alone => Err(NetworkError::NoPeers),
					_ => Ok(Vec::new()),
				},
			),
			Lookup::Slot { found, reply, .. } => answer(
				reply,
				match result {
					_ if !found.is_empty() => Ok(found),
					QueryResult::GetRecord(Err(kad::GetRecordError::Timeout { .. })) => Err(timed_out()),
					_ if alone => Err(NetworkError::NoPeers),
					_ => Ok(Vec::new()),
				},
			),
		}
	}

	/// A record that another node wants stored here.
	fn on_record(&mut self, source: PeerId, mut record: Record) {
		let taken = self.may_write(source) && {
			let max = self.limits().max_record_size;
			match Envelope::open(&record.value, &self.network_id, record.key.as_ref(), max) {
				// Our own comes back from somebody; what we hold of it is what counts.
				Ok((_, publisher)) if publisher == *self.swarm.local_peer_id() => return,
				Ok((envelope, publisher)) => {
					record.publisher = Some(publisher);
					let store = self.swarm.behaviour_mut().kad.store_mut();
					let held = store.hold(record, &envelope, publisher);
					if let Err(refused) = held {
						tracing::debug!(%source, %publisher, ?refused, "a record was not taken");
					}
					held.is_ok()
				}
				Err(error) => {
					tracing::debug!(%source, %error, "a record was refused");
					false
				}
			}
		};
		match taken {
			true => self.counters().records_stored.increase(),
			false => self.counters().records_refused.increase(),
		}
	}

	/// An entry that another node wants stored here; that it is the provider itself, the behaviour has checked.
	fn on_provider(&mut self, mut entry: ProviderRecord) {
		let allow_private = self.limits().allow_private_addresses;
		entry.addresses = usable(&entry.provider, &entry.addresses, allow_private);
		let well_formed = entry.key.as_ref().len() == 32;
		let taken = self.may_write(entry.provider)
			&& well_formed
			&& self.swarm.behaviour_mut().kad.store_mut().hold_provider(entry).is_ok();
		match taken {
			true => self.counters().providers_stored.increase(),
			false => self.counters().providers_refused.increase(),
		}
	}

	/// Whether `peer` has writes left in this minute.
	fn may_write(&mut self, peer: PeerId) -> bool {
		let limit = self.limits().max_writes_per_minute;
		let used = self.writes.entry(peer).or_default();
		*used = used.saturating_add(1);
		*used <= limit
	}

	/// The reply back, or the refusal sent.
	fn admit_lookup<T>(&self, reply: Reply<T>) -> Option<Reply<T>> {
		if self.lookups.len() < self.limits().max_lookups {
			return Some(reply);
		}
		answer(reply, Err(TOO_MANY));
		None
	}
}

/// Who has given up waiting needs no answer.
fn answer<T>(reply: Reply<T>, outcome: Result<T, NetworkError>) {
	let _ = reply.send(outcome);
}

fn now_millis() -> u64 {
	// A clock before 1970 gives 0; the publisher's last sequence then counts on.
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
