//! WHAT IS KEPT. The only place that knows the database.

pub mod entity;

pub mod connect;
pub mod error;
pub mod head;
pub mod history;
pub mod load;
pub mod save;
