//! One file per call, one for views and traits, and a random walk against a plain model of the money.

mod assign;
mod bond;
mod clear_listing;
mod departures;
mod deregister_node;
mod model;
mod register_node;
mod resign;
mod set_schedule;
mod submit_snapshot;
mod unassign;
mod unbond;
mod update_node;
mod views;
mod withdraw_node_bond;
mod withdraw_unbonded;

use crate::{mock::*, Error, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{ListingState, NodeRole};
use sp_runtime::DispatchError;
