//! Asking before something is changed.

use std::io::{IsTerminal, Write};

use super::Failure;

/// Asks whether it shall be done.
pub(super) fn confirm(question: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "there is nobody to ask: say --yes to apply, or --dry-run to look",
        ));
    }
    eprint!("{question} [y/N] ");
    std::io::stderr()
        .flush()
        .map_err(|error| Failure::failed(error.to_string()))?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Failure::failed(error.to_string()))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
