//! Data: what is ordered, the delivery of its key, and chunks that are not what was promised.

use crate::{
	bad_chunk::{self, Misplaced},
	settlement::Early,
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use ark_bls12_381::Fr;
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
	ensure,
	pallet_prelude::DispatchResult,
	traits::Get,
	weights::Weight,
};
use souk_primitives::{
	reach::{Curation as _, Offences as _, ProofRefusal, Proofs as _, Side},
	Basis, ListingId, Offence, OffenceKind, Period,
};
use souk_proof_primitives::{
	chunk::{CHUNK_BYTES, MAX_CHUNKS},
	context::ProofContext,
	point::PublicPoint,
	proof_id::proof_id,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use sp_runtime::{traits::Zero, DispatchError};

/// A delivery that only its proof can still stop.
struct Deliverable<T: Config> {
	order: OrderId,
	record: OrderRecordOf<T>,
	delivery: KeyDelivery,
	public: KeyDeliveryPublic,
}

impl<T: Config> Pallet<T> {
	/// What an order of a snapshot is about, if its key can be delivered to this buyer.
	pub(crate) fn snapshot_to(
		listing: ListingId,
		period: Period,
		buyer_key: [u8; 64],
	) -> Result<Subject<T::AccountId>, DispatchError> {
		let snapshot = T::Curation::snapshot(listing, period).ok_or(Error::<T>::UnknownSnapshot)?;
		let promised = snapshot.commitments;
		// One that is no scalar can be opened by nobody.
		let key_commitment =
			promised.key_commitment.filter(|commitment| scalar::decode(commitment).is_some());
		let key_commitment = key_commitment.ok_or(Error::<T>::NoKeyCommitment)?;
		let chunks = u32::try_from(promised.bytes.div_ceil(CHUNK_BYTES as u64)).ok();
		let chunks = chunks.filter(|chunks| *chunks <= MAX_CHUNKS).ok_or(Error::<T>::SnapshotTooLarge)?;
		point(&buyer_key).map_err(Error::<T>::from)?;
		Ok(Subject::Data(DataRecord {
			period,
			buyer_key,
			key_commitment,
			content_root: promised.content_root,
			cipher_root: promised.cipher_root,
			bytes: promised.bytes,
			chunks,
			delivery: None,
		}))
	}

	pub(crate) fn do_deliver(
		by: T::AccountId,
		order: OrderId,
		delivery: KeyDelivery,
	) -> DispatchResultWithPostInfo {
		let ready = Self::deliverable(order, delivery).map_err(Error::<T>::from)?;
		let (era, inputs) = (Era(ready.delivery.era), ready.public.to_scalars());
		T::Proofs::verify(StatementId::KeyDelivery, era, &inputs, &ready.delivery.proof)
			.map_err(Error::<T>::from_proof)?;
		Self::take_key(by, ready, u32::MAX);
		Ok(Pays::No.into())
	}

	pub(crate) fn do_deliver_batch(by: T::AccountId, deliveries: Deliveries) -> DispatchResultWithPostInfo {
		let (count, eras) = (deliveries.len(), eras_of(&deliveries));
		ensure!(eras <= MAX_ERAS, Error::<T>::TooManyEras);
		let mut refused = Vec::new();
		let mut ready = BTreeMap::<u32, Vec<Deliverable<T>>>::new();
		let mut seen = BTreeSet::new();
		for (order, delivery) in deliveries {
			let era = delivery.era;
			let checked = if seen.insert(order) {
				Self::deliverable(order, delivery)
			} else {
				Err(DeliveryRefusal::Repeated)
			};
			match checked {
				Ok(deliverable) => ready.entry(era).or_default().push(deliverable),
				Err(reason) => refused.push((order, reason)),
			}
		}
		let (mut taken, mut room) = (false, recipients(count));
		for (era, batch) in ready {
			let bad = Self::refused_proofs(Era(era), &batch);
			for (at, deliverable) in (0u32..).zip(batch) {
				match bad.get(&at) {
					Some(refusal) => refused.push((deliverable.order, DeliveryRefusal::Proof(*refusal))),
					None => {
						let used = Self::take_key(by.clone(), deliverable, room);
						room = room.saturating_sub(used);
						taken = true;
					}
				}
			}
		}
		ensure!(taken, Error::<T>::NothingDelivered);
		if refused.is_empty() {
			let weight = T::WeightInfo::deliver_batch_taken(u32::try_from(count).unwrap_or(MAX_BATCH), eras);
			return Ok(PostDispatchInfo { actual_weight: Some(weight), pays_fee: Pays::No });
		}
		for (order, reason) in refused {
			Self::deposit_event(Event::DeliveryRefused { order, reason });
		}
		Ok(().into())
	}

	/// The weight of a batch before anybody knows how it ends.
	pub(crate) fn batch_weight(deliveries: &Deliveries) -> Weight {
		// One of more eras is refused at once.
		let eras = eras_of(deliveries).min(MAX_ERAS);
		T::WeightInfo::deliver_batch(u32::try_from(deliveries.len()).unwrap_or(MAX_BATCH), eras)
	}

	/// Checks everything of a delivery but its proof.
	fn deliverable(order: OrderId, delivery: KeyDelivery) -> Result<Deliverable<T>, DeliveryRefusal> {
		let record = Orders::<T>::get(order).ok_or(DeliveryRefusal::NotFound)?;
		let data = record.data().ok_or(DeliveryRefusal::NotData)?;
		ensure!(data.delivery.is_none(), DeliveryRefusal::AlreadyDelivered);
		ensure!(record.state == OrderState::Funded, DeliveryRefusal::Ended);
		let in_time = record.deliver_until.is_some_and(|until| Self::now() < until);
		ensure!(in_time, DeliveryRefusal::Expired);
		// Nobody pays for what they could not object to.
		ensure!(T::Proofs::current_era(StatementId::ChunkKey).is_some(), DeliveryRefusal::NoRecourse);
		let number = |bytes: &[u8; 32]| scalar::decode(bytes).ok_or(DeliveryRefusal::NotCanonical);
		let public = KeyDeliveryPublic {
			key_commitment: number(&data.key_commitment)?,
			buyer: point(&data.buyer_key)?,
			ephemeral: point(&delivery.ephemeral)?,
			ciphertext: number(&delivery.ciphertext)?,
			context: Self::context(StatementId::KeyDelivery, Era(delivery.era), record.listing, order),
		};
		Ok(Deliverable { order, record, delivery, public })
	}

	/// Checks the proofs of deliveries of one era together. Returns those that are refused, by their place.
	fn refused_proofs(era: Era, batch: &[Deliverable<T>]) -> BTreeMap<u32, ProofRefusal> {
		let proofs: Vec<(Vec<Fr>, &[u8])> = batch
			.iter()
			.map(|deliverable| (deliverable.public.to_scalars(), &deliverable.delivery.proof[..]))
			.collect();
		match T::Proofs::verify_batch(StatementId::KeyDelivery, era, &proofs) {
			Ok(()) => BTreeMap::new(),
			Err(refused) => refused.into_iter().collect(),
		}
	}

	/// Takes a key that was proved, and pays for it where the bond covers the sale and there is room for its recipients. Returns
	/// how many were paid.
	fn take_key(by: T::AccountId, deliverable: Deliverable<T>, room: u32) -> u32 {
		let Deliverable { order, mut record, delivery, public } = deliverable;
		let KeyDelivery { era, ephemeral, ciphertext, .. } = delivery;
		let proof_id = proof_id(StatementId::KeyDelivery, Era(era), &public.encode());
		if let Subject::Data(data) = &mut record.subject {
			data.delivery = Some(DeliveryRecord { by: by.clone(), era, ephemeral, ciphertext, proof_id });
		}
		let now = Self::now();
		record.state = OrderState::Delivered;
		record.delivered_at = Some(now);
		let window_until = Self::queue(order, &mut record, now.saturating_add(T::ChallengeWindow::get()));
		record.window_until = Some(window_until);
		Self::deposit_event(Event::KeyDelivered { order, by, proof_id, window_until });
		let paid = match Self::pay_early(order, &mut record, room) {
			Early::Paid(recipients) => recipients,
			Early::Later => 0,
			Early::NoRoom => {
				// It is paid in the next block.
				Self::queue(order, &mut record, now);
				0
			}
		};
		Self::store(order, record);
		paid
	}

	pub(crate) fn do_prove_bad_chunk(
		buyer: T::AccountId,
		order: OrderId,
		evidence: BadChunk,
	) -> DispatchResult {
		let mut record = Self::found(order)?;
		ensure!(record.buyer == buyer, Error::<T>::NotAuthorized);
		let data = record.data().ok_or(Error::<T>::NotData)?;
		Self::ensure_undecided(&record)?;
		let delivered = matches!(record.state, OrderState::Delivered | OrderState::Disputed);
		ensure!(delivered, Error::<T>::NotDelivered);
		let in_time = record.window_until.is_some_and(|until| Self::now() < until);
		ensure!(in_time, Error::<T>::WindowClosed);
		Self::ensure_bad(order, record.listing, data, &evidence)?;
		// Whoever buys the snapshot sees it, and could buy it again.
		let delivered_at = record.delivered_at.unwrap_or_else(Self::now);
		let sold = T::Curation::snapshot(record.listing, data.period);
		let began = sold.map_or(delivered_at, |snapshot| snapshot.final_at.min(delivered_at));

		// First the fine, of all of the bond and out of what covers no sale: what goes to the buyer is hers too, if she bought from herself.
		let fine = T::Offences::commit(Offence {
			kind: OffenceKind::BadChunk,
			listing: record.listing,
			node: None,
			curator_answers: true,
			reporter: Some(buyer.clone()),
			began,
			harmed_for: Self::now().saturating_sub(began),
			basis: Basis::Proof { order },
			evidence: bad_chunk::offence(record.listing, data.period),
		});
		// What was paid early comes out of the bond: first of what was set aside for this order.
		let (paid, price) = (record.paid, record.price.amount);
		let owed = Self::covered_part(Self::uncover(&mut record), paid, price);
		let from_bond = if owed > 0 { T::Curation::slash(record.listing, owed, &buyer) } else { 0 };
		record.from_bond = from_bond;
		Self::deposit_event(Event::BadChunkProven { order, index: evidence.index, from_bond, fine });
		Self::give_in(order, &record, Side::Seller);
		let held = record.held;
		Self::decide(order, record, 0, held, Outcome::Refunded);
		Ok(())
	}

	/// Checks that a chunk is one of the snapshot's and not what was promised: the questions of [`crate::bad_chunk`].
	fn ensure_bad(
		order: OrderId,
		listing: ListingId,
		data: &DataRecord<T::AccountId>,
		evidence: &BadChunk,
	) -> DispatchResult {
		evidence.belongs_to(data).map_err(|misplaced| match misplaced {
			Misplaced::NoSuchChunk => Error::<T>::NoSuchChunk,
			Misplaced::WrongCipherPath => Error::<T>::WrongCipherPath,
			Misplaced::WrongContentPath => Error::<T>::WrongContentPath,
		})?;
		let number = |bytes: &[u8; 32]| scalar::decode(bytes).ok_or(Error::<T>::NotCanonical);
		let (era, chunk_key) = (Era(evidence.era), number(&evidence.chunk_key)?);
		let public = ChunkKeyPublic {
			key_commitment: number(&data.key_commitment)?,
			index: evidence.index,
			chunk_key,
			context: Self::context(StatementId::ChunkKey, era, listing, order),
		};
		T::Proofs::verify(StatementId::ChunkKey, era, &public.to_scalars(), &evidence.proof)
			.map_err(Error::<T>::from_proof)?;
		ensure!(!evidence.is_good(&chunk_key), Error::<T>::ChunkIsGood);
		Ok(())
	}

	/// What a proof for an order of this chain is for.
	pub(crate) fn context(statement: StatementId, era: Era, listing: ListingId, order: OrderId) -> Fr {
		let mut genesis = [0; 32];
		let hash =
			frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero());
		for (to, from) in genesis.iter_mut().zip(hash.as_ref()) {
			*to = *from;
		}
		ProofContext { genesis, statement, era, listing, order }.scalar()
	}
}

/// How many eras the proofs of a batch are of.
fn eras_of(deliveries: &Deliveries) -> u32 {
	let eras: BTreeSet<u32> = deliveries.iter().map(|(_, delivery)| delivery.era).collect();
	u32::try_from(eras.len()).unwrap_or(u32::MAX)
}

/// How many recipients a batch of `count` deliveries pays in its own call.
fn recipients(count: usize) -> u32 {
	u32::try_from(count).unwrap_or(MAX_BATCH).saturating_mul(RECIPIENTS_PER_DELIVERY)
}

/// The point of two coordinates from outside.
fn point(bytes: &[u8; 64]) -> Result<PublicPoint, DeliveryRefusal> {
	let (x, y) = bytes.split_at(scalar::SCALAR_BYTES);
	let coordinate = |half: &[u8]| half.try_into().ok().and_then(|half| scalar::decode(&half));
	let (x, y) = coordinate(x).zip(coordinate(y)).ok_or(DeliveryRefusal::NotCanonical)?;
	PublicPoint::new(x, y).map_err(|error| DeliveryRefusal::Point(error.into()))
}
