//! The `ropa` command: one file a command.

mod ask;
mod backup;
mod change;
mod color;
mod compare;
mod completions;
mod confirm;
mod connect;
mod diff;
mod doctor;
mod exit;
mod health;
mod import;
mod init;
mod kept;
mod lookup;
mod print;
mod read;
mod retention;
mod revert;
mod right;
pub mod rules;
mod serve;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::wire::limits::IMPORT_BYTES;

pub use exit::{Exit, Failure};

/// Keeps an inventory of personal data, and answers, before processing, whether it is permitted.
#[derive(Debug, Parser)]
#[command(
    name = "ropa",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Whether answers for people are coloured. By itself only on a terminal, and never where `NO_COLOR` is
    /// set or `CLICOLOR` is 0.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = color::Color::Auto, global = true)]
    color: color::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the inventory.
    #[command(
        after_help = "Example:\n  ropa serve --database sqlite://ropa.db --listen 127.0.0.1:7421"
    )]
    Serve(serve::Serve),
    /// Bring the database schema up to date, and end.
    #[command(after_help = "Example:\n  ropa migrate --database postgres://ropa@db/ropa")]
    Migrate(serve::Migrate),
    /// Ask whether the service serves. Exit 0 if it does.
    #[command(after_help = "Example:\n  ropa health --server http://127.0.0.1:7421")]
    Health(health::Health),
    /// May I? Exit 0 for a permit, 2 for a denial.
    #[command(
        after_help = "Example:\n  ropa check --activity billing -o use -d contact.email -s customers --contract in_force"
    )]
    Check(ask::Ask),
    /// The same answer as `check`, with each rule looked at.
    #[command(
        after_help = "Example:\n  ropa explain --activity newsletter -o use -d contact.email -s prospects"
    )]
    Explain(ask::Ask),
    /// Ask the register: which activities, which data, who gets them.
    #[command(
        after_help = "Example:\n  ropa lookup recipients --category contact.email\n  ropa lookup activities -o use -d contact.email -s customers --contract in_force\n  ropa lookup categories --activity billing -o use -s customers --contract in_force"
    )]
    Lookup(lookup::Lookup),
    /// All about one activity: basis, data, recipients, gaps, and what lapses when.
    #[command(after_help = "Example:\n  ropa describe billing")]
    Describe(lookup::Describe),
    /// How long data may be kept, and must be: use, keep apart, erase, until when and by which law.
    #[command(
        after_help = "Example:\n  ropa retention -d identity.last-name -s customers --collected-on 2020-03-01 --contract-ended 2024-05-15"
    )]
    Retention(retention::Retention),
    /// What is done with a person's request, where, and by when.
    #[command(after_help = "Example:\n  ropa right request.yaml")]
    Right(right::Right),
    /// The rules that this program decides by.
    #[command(after_help = "Example:\n  ropa rules CONSENT_MISSING")]
    Rules(rules::Rules),
    /// Apply a file of records: shows what will change, and asks.
    #[command(after_help = "Example:\n  ropa apply my-change.yaml --reason \"new CRM\"")]
    Apply(change::Apply),
    /// Load a file of records as one change.
    #[command(after_help = "Example:\n  ropa import examples/telecom-operator.yaml --if-empty")]
    Import(import::Import),
    /// Write the whole inventory out.
    #[command(after_help = "Example:\n  ropa export > inventory.json")]
    Export(import::Export),
    /// Show a record.
    #[command(after_help = "Example:\n  ropa get activities/billing")]
    Get(read::Get),
    /// List records.
    #[command(after_help = "Example:\n  ropa list 'kind = activity AND state = active'")]
    List(read::List),
    /// Show what happened.
    #[command(after_help = "Example:\n  ropa history activities/billing --last 5")]
    History(read::History),
    /// Look for what is wrong in files, without a server.
    #[command(after_help = "Example:\n  ropa validate examples/telecom-operator.yaml")]
    Validate(validate::Validate),
    /// Write a commented skeleton of an organisation, valid as it stands.
    #[command(after_help = "Example:\n  ropa init inventory.yaml")]
    Init(init::Init),
    /// Compare files with the service: exit 0 if they say the same, 4 if not.
    #[command(after_help = "Example:\n  ropa diff inventory.yaml --whole")]
    Diff(diff::Diff),
    /// Undo one change set: shows what will change, and asks.
    #[command(after_help = "Example:\n  ropa revert 12")]
    Revert(revert::Revert),
    /// Copy the SQLite database into a file, while it is served.
    #[command(after_help = "Example:\n  ropa backup --database sqlite://ropa.db ropa-backup.db")]
    Backup(backup::Backup),
    /// Put a backup in the place of the SQLite database.
    #[command(
        after_help = "Example:\n  ropa restore ropa-backup.db --database sqlite://ropa.db --force"
    )]
    Restore(backup::Restore),
    /// Say what is wrong with this deployment, and what to do: exit 1 if anything is.
    #[command(
        after_help = "Example:\n  ropa doctor --database sqlite://ropa.db --server http://127.0.0.1:7421"
    )]
    Doctor(doctor::Doctor),
    /// Write what a shell needs to complete the words of this command.
    #[command(
        after_help = "Example:\n  ropa completions bash > ~/.local/share/bash-completion/completions/ropa"
    )]
    Completions(completions::Completions),
}

/// Where the service is, and how answers look.
#[derive(Clone, Debug, Args)]
struct Remote {
    /// The address of the service.
    #[arg(
        long,
        env = "ROPA_SERVER",
        default_value = "http://127.0.0.1:7421",
        global = true
    )]
    server: String,
    /// Who you are, for the history; nobody verifies it.
    #[arg(long = "as", env = "ROPA_ACTOR", value_name = "NAME")]
    actor: Option<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How answers look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// The API's own JSON.
    Json,
}

/// A file, or standard input.
#[derive(Clone, Debug)]
struct Source(Option<PathBuf>);

impl From<std::ffi::OsString> for Source {
    fn from(said: std::ffi::OsString) -> Self {
        Self((said != "-").then(|| said.into()))
    }
}

impl Source {
    /// Its name in messages.
    fn name(&self) -> String {
        self.0.as_ref().map_or_else(
            || "standard input".to_owned(),
            |path| path.display().to_string(),
        )
    }

    /// Its text.
    fn text(&self) -> Result<String, Failure> {
        use std::io::Read;
        // One byte more than there may be tells that there is too much.
        let most = IMPORT_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        let read = match &self.0 {
            Some(path) => {
                std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
            }
            None => std::io::stdin().take(most).read_to_end(&mut bytes),
        };
        read.map_err(|error| Failure::failed(format!("cannot read {}: {error}", self.name())))?;
        if bytes.len() > IMPORT_BYTES {
            let message = format!(
                "{}: is too large: at most {IMPORT_BYTES} bytes",
                self.name()
            );
            return Err(Failure::invalid(message));
        }
        String::from_utf8(bytes)
            .map_err(|_| Failure::invalid(format!("{}: is not UTF-8 text", self.name())))
    }
}

/// The command as it is described: its words, its help, its examples.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command that was given.
pub fn run() -> ExitCode {
    color::Color::said(std::env::args_os()).heed();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let told = error.print();
            let wrong = error.use_stderr();
            return if told.is_ok() && !wrong {
                Exit::Ok.into()
            } else {
                Exit::Usage.into()
            };
        }
    };
    cli.color.heed();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::failed(format!("cannot start: {error}")).tell(),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(command) => command.run().await,
            Command::Migrate(command) => command.run().await,
            Command::Health(command) => command.run().await,
            Command::Check(command) => command.check().await,
            Command::Explain(command) => command.explain().await,
            Command::Lookup(command) => command.run().await,
            Command::Describe(command) => command.run().await,
            Command::Retention(command) => command.run().await,
            Command::Right(command) => command.run().await,
            Command::Rules(command) => command.run(),
            Command::Apply(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Export(command) => command.run().await,
            Command::Get(command) => command.run().await,
            Command::List(command) => command.run().await,
            Command::History(command) => command.run().await,
            Command::Validate(command) => command.run(),
            Command::Init(command) => command.run(),
            Command::Diff(command) => command.run().await,
            Command::Revert(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Doctor(command) => command.run().await,
            Command::Completions(command) => command.run(),
        }
    });
    // Whatever still runs on a thread of its own, a compilation say, has nobody left to answer to.
    runtime.shutdown_background();
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => failure.tell(),
    }
}
