//! WHAT IS SAID. Messages of the API become values, values become messages; what is wrong with a
//! message is told by the path of its field, all at once.

pub mod descriptor;
pub mod shape;
pub mod violation;

mod activity;
mod basis;
mod category;
mod controller;
mod notice;
mod policy;
mod purpose;
mod recipient;
mod retention;
mod security;
mod system;
mod tracker;
mod transfer;

pub mod change;
pub mod decision;
pub mod document;
pub mod edit;
pub mod filter;
pub mod inventory;
pub mod keeping;
pub mod limits;
pub mod lookup;
pub mod mask;
pub mod page;
pub mod processing;
pub mod record;
pub mod reference;
pub mod right;
