//! One file per command: its options, its `run`, and how its result reads.

pub mod arbitrate;
pub mod ask;
pub mod asks;
pub mod balance;
pub mod buy;
pub mod cancel;
pub mod curator;
pub mod dispute;
pub mod key;
pub mod listing;
pub mod node;
pub mod on_chain;
pub mod order;
pub mod proof;
pub mod prove;
pub mod publish;
pub mod query;
pub mod receipts;
pub mod search;
pub mod show;
pub mod status;
pub mod subscribe;
pub mod subscriptions;
pub mod tab;
pub mod transfer;
pub mod verify;
