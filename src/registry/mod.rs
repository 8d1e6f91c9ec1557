//! WHERE THEY MEET. The one owner of "now": what is served is what is stored, and what is stored
//! compiles.

pub mod apply;
mod chain;
pub mod edit;
pub mod error;
pub mod history;
pub mod live;
pub mod revision;
pub mod verify;
