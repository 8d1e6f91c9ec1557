//! Plain questions to the register, at an instant: which activity, which data, who gets them, all about one.

mod candidates;
mod describe;
mod filter;
mod recipients;

pub use candidates::{activities, categories};
pub use describe::{Description, Lapse, describe};
pub use filter::{Filter, activities_of, unregistered};
pub use recipients::{Ground, Place, Standing, Use, recipients};
