//! What can be proved and what cannot: honest statements, tables changed cell by cell, forgeries, and bundles from elsewhere; and how wide
//! the messages between tables are.

mod bundles;
mod buses;
mod cells;
mod forgeries;
mod hiding;
mod honest;
mod lean;
mod support;
