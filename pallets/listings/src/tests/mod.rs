//! One file per call, and one for what clients read.

mod create;
mod retire;
mod set_payouts;
mod set_state;
mod take_down;
mod update;
mod views;

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, ListingKind, ListingState, Plan, PlanKind, Price};
