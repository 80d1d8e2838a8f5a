//! Nodes, curator bonds, assignments and snapshots by quorum.
#![cfg_attr(not(feature = "std"), no_std)]
