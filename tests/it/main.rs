//! What the service does, seen from outside.

mod cases;
mod support;
