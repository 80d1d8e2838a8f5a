//! How each pallet is configured, one file per theme.

mod availability;
mod consensus;
mod governance;
mod market;
mod money;
mod stakes;
mod system;

pub use availability::*;
pub use consensus::*;
pub use governance::*;
pub use money::*;
pub use stakes::*;
pub use system::*;
