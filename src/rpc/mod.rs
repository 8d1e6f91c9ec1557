//! HOW IT IS ASKED. Thin services: read, ask, say.

mod actor;
mod import;
mod keeping;
mod lookup;
pub mod pages;
mod right;
pub mod status;
pub mod walk;

pub mod admin;
pub mod change;
pub mod decision;
pub mod inventory;
