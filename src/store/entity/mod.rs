//! The tables, one theme a file.

pub mod shape;

pub mod history;
pub mod record;

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
