//! Who may query what until when, and the money held for it.
#![cfg_attr(not(feature = "std"), no_std)]
