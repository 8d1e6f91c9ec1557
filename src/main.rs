//! The `ropa` command.

fn main() {}
