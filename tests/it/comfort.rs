//! What makes the command easy to live with: words that explain themselves, a first inventory, what differs,
//! what can be undone, copies of the database, and what is wrong with a deployment.

mod backup;
mod diff;
mod doctor;
mod help;
mod init;
mod revert;

use std::process::{Command, Output};

/// The command with these words, in an environment that says nothing of colours or servers.
fn ropa(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "ROPA_SERVER"] {
        command.env_remove(name);
    }
    command.args(words).output().unwrap()
}

/// How it ended, and what it said on both.
fn told(output: Output) -> (Option<i32>, String) {
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}
