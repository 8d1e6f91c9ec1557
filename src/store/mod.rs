//! WHAT IS KEPT. The only place that knows the database.

pub mod entity;

pub mod backup;
pub mod connect;
pub mod error;
pub mod file;
pub mod head;
pub mod history;
pub mod load;
pub mod save;
pub mod schema;
