//! HOW IT IS ASKED. Thin services: read, ask, say.

pub mod decision;
