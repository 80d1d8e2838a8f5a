//! One file per call and per function that moves a bond for others, one for views, one for what listings have promised, and
//! a random walk against a plain model of the money.

mod agreed;
mod assign;
mod bond;
mod clear_listing;
mod cover;
mod departures;
mod deregister_node;
mod forfeit;
mod keepers;
mod model;
mod promises;
mod register_node;
mod resign;
mod restore_node_bond;
mod set_schedule;
mod slash;
mod submit_snapshot;
mod unassign;
mod unbond;
mod uncover;
mod update_node;
mod views;
mod withdraw_node_bond;
mod withdraw_unbonded;

use crate::{mock::*, Error, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{ListingState, NodeRole};
use sp_runtime::DispatchError;
