//! WHAT IS TRUE. Plain values of the inventory, one theme a file: no input, no output, no clock.

pub mod date;
pub mod key;
pub mod shape;

pub mod activity;
pub mod basis;
pub mod category;
pub mod controller;
pub mod notice;
pub mod policy;
pub mod purpose;
pub mod recipient;
pub mod retention;
pub mod security;
pub mod system;
pub mod tracker;
pub mod transfer;

pub mod change;
pub mod inventory;
pub mod record;
