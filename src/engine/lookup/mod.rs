//! Plain questions to the register, at an instant: which activity, which data, who gets them, all about one.

mod candidates;
mod describe;
mod recipients;

pub use candidates::{activities, categories};
pub use describe::{Description, Lapse, describe};
pub use recipients::{Filter, Ground, Place, Standing, Use, recipients};
