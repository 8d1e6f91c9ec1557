//! `ropa completions`: what a shell needs to complete the words of the command.

use std::io;

use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::{Exit, Failure, command};

/// A shell.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum For {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
    /// PowerShell.
    Powershell,
}

/// Writes the completions of a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: For,
}

impl Completions {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let shell = match self.shell {
            For::Bash => Shell::Bash,
            For::Zsh => Shell::Zsh,
            For::Fish => Shell::Fish,
            For::Powershell => Shell::PowerShell,
        };
        // Made whole first: the writer of completions panics where a reader has gone.
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), "ropa", &mut script);
        match io::Write::write_all(&mut io::stdout(), &script) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::failed(format!("cannot write: {error}")))
            }
            _ => Ok(Exit::Ok),
        }
    }
}
