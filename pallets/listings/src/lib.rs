//! The registry of what is for sale.
#![cfg_attr(not(feature = "std"), no_std)]
