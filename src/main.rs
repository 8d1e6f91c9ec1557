//! The `ropa` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ropa::cli::run()
}
