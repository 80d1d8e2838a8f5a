//! A chain of one block: its state, and the node's executor that builds and imports the block.

use anyhow::{anyhow, bail, ensure, Result};
use codec::{Decode, Encode};
use frame_support::weights::Weight;
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use souk_runtime::{
	AccountId, Block, Hash, Header, Runtime, RuntimeCall, System, TxExtension, UncheckedExtrinsic,
	SLOT_MILLIS,
};
use souk_runtime_executor::{Executor, HostFunctions};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_core::{
	sr25519::Pair,
	storage::Storage,
	traits::{CallContext, CodeExecutor, Externalities, RuntimeCode, WrappedRuntimeCode},
	Pair as _,
};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Era, SignedPayload},
	traits::Header as _,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	ApplyExtrinsicResult, Digest, DigestItem,
};
use std::time::{Duration, Instant};

/// The block that is built, and its slot: some day in the year 2025.
const NUMBER: u32 = 20_000;
const SLOT: u64 = 580_000_000;

/// A call and who signs it.
pub struct Signed {
	pub by: Pair,
	pub call: RuntimeCall,
}

/// The development chain at its genesis, and the executor of all that follows.
pub struct Genesis {
	executor: Executor,
	code: &'static [u8],
	storage: Storage,
}

/// The state before the block.
pub struct Chain {
	executor: Executor,
	code: &'static [u8],
	state: TestExternalities,
}

/// A block, and what is in it.
pub struct Built {
	/// Its encoding.
	pub bytes: Vec<u8>,
	/// What it weighs, with its hooks.
	pub weight: Weight,
}

/// A block that is being built.
pub struct Builder<'a> {
	chain: &'a mut Chain,
	transactions: Vec<UncheckedExtrinsic>,
	nonces: std::collections::BTreeMap<AccountId, u32>,
}

impl Genesis {
	/// What a runtime makes of its development preset.
	pub fn new(code: &'static [u8]) -> Result<Self> {
		let genesis = GenesisConfigBuilderRuntimeCaller::<HostFunctions>::new(code);
		let preset = "development".to_string();
		let storage =
			genesis.get_storage_for_named_preset(Some(&preset)).map_err(|error| anyhow!("{error}"))?;
		Ok(Self { executor: Executor::default(), code, storage })
	}

	/// A chain with this genesis.
	pub fn chain(&self) -> Chain {
		let state = TestExternalities::new(self.storage.clone());
		Chain { executor: self.executor.clone(), code: self.code, state }
	}
}

impl Chain {
	/// Writes into the state, natively, as if it had come so up to the block before.
	pub fn prepare<R>(&mut self, write: impl FnOnce() -> R) -> Result<R> {
		let done = self.state.execute_with(|| {
			System::set_block_number(NUMBER - 1);
			let done = write();
			System::reset_events();
			System::set_block_number(NUMBER - 1);
			done
		});
		self.state.commit_all().map_err(|error| anyhow!("{error}"))?;
		Ok(done)
	}

	/// Begins the block.
	pub fn build(&mut self) -> Result<Builder<'_>> {
		self.state.ext().storage_start_transaction();
		let claim = SecondaryPlainPreDigest { authority_index: 0, slot: SLOT.into() };
		let digest = Digest {
			logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, PreDigest::SecondaryPlain(claim).encode())],
		};
		let header = Header::new(NUMBER, Hash::default(), Hash::default(), Hash::repeat_byte(1), digest);
		self.call("Core_initialize_block", &header)?;
		let mut builder = Builder { chain: self, transactions: vec![], nonces: Default::default() };
		let now = SLOT * SLOT_MILLIS;
		let time = UncheckedExtrinsic::new_bare(pallet_timestamp::Call::<Runtime>::set { now }.into());
		ensure!(builder.apply(time)?, "there is no room for the time");
		Ok(builder)
	}

	/// Executes the block on the state before it, and forgets what came of it. Returns how long that took.
	pub fn import(&mut self, block: &Built) -> Result<Duration> {
		self.state.ext().storage_start_transaction();
		let started = Instant::now();
		let done = self.run("Core_execute_block", &block.bytes);
		let took = started.elapsed();
		self.forget()?;
		done.map(|_| took)
	}

	fn forget(&mut self) -> Result<()> {
		self.state.ext().storage_rollback_transaction().map_err(|()| anyhow!("no transaction is open"))
	}

	fn call(&mut self, method: &str, argument: &impl Encode) -> Result<Vec<u8>> {
		self.run(method, &argument.encode())
	}

	fn run(&mut self, method: &str, data: &[u8]) -> Result<Vec<u8>> {
		let code = WrappedRuntimeCode(self.code.into());
		let code = RuntimeCode { code_fetcher: &code, heap_pages: None, hash: vec![1] };
		let context = CallContext::Onchain { import: true };
		let (result, _) = self.executor.call(&mut self.state.ext(), &code, method, data, context);
		result.map_err(|error| anyhow!("{method}: {error}"))
	}
}

impl Builder<'_> {
	/// Adds a transaction. Returns whether there was room for it.
	pub fn push(&mut self, signed: &Signed) -> Result<bool> {
		let Signed { by, call } = signed;
		let who = AccountId::from(by.public());
		let nonce = self.nonces.get(&who).copied().unwrap_or(0);
		let transaction = self.chain.state.execute_with(|| sign(by, call.clone(), nonce))?;
		let taken = self.apply(transaction)?;
		if taken {
			self.nonces.insert(who, nonce + 1);
		}
		Ok(taken)
	}

	/// What was not taken leaves nothing behind, as in a node that builds a block.
	fn apply(&mut self, transaction: UncheckedExtrinsic) -> Result<bool> {
		self.chain.state.ext().storage_start_transaction();
		let result = self.chain.call("BlockBuilder_apply_extrinsic", &transaction)?;
		match ApplyExtrinsicResult::decode(&mut &result[..])? {
			Ok(Ok(())) => {}
			Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => {
				self.chain.forget()?;
				return Ok(false);
			}
			Ok(Err(error)) => bail!("a call fails: {error:?}"),
			Err(error) => bail!("a transaction is invalid: {error:?}"),
		}
		let kept = self.chain.state.ext().storage_commit_transaction();
		kept.map_err(|()| anyhow!("no transaction is open"))?;
		self.transactions.push(transaction);
		Ok(true)
	}

	/// Ends the block, and takes the state back to what it was before.
	pub fn finish(self) -> Result<Built> {
		let header = self.chain.call("BlockBuilder_finalize_block", &())?;
		let weight = self.chain.state.execute_with(|| System::block_weight().total());
		self.chain.forget()?;
		let header = Header::decode(&mut &header[..])?;
		Ok(Built { bytes: Block { header, extrinsics: self.transactions }.encode(), weight })
	}
}

fn sign(by: &Pair, call: RuntimeCall, nonce: u32) -> Result<UncheckedExtrinsic> {
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_system::WeightReclaim::new(),
	);
	let payload = SignedPayload::new(call, extension).map_err(|error| anyhow!("{error:?}"))?;
	let signature = payload.using_encoded(|bytes| by.sign(bytes));
	let (call, extension, _) = payload.deconstruct();
	let who = AccountId::from(by.public());
	Ok(UncheckedExtrinsic::new_signed(call, who.into(), signature.into(), extension))
}
