//! `ropa serve` and `ropa migrate`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure};
use crate::config::{Config, Flags};
use crate::{server, telemetry};

/// How the service is set up.
#[derive(Debug, Args)]
pub(super) struct Setup {
    /// A file in TOML, with the sections `server`, `database`, `reference`, `log`, `ops` and `otlp`; each
    /// setting is a variable too, like `ROPA_DATABASE__URL`.
    #[arg(long, env = "ROPA_CONFIG")]
    config: Option<PathBuf>,
    /// Where the inventory is kept: `sqlite://path` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Serves the inventory.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    setup: Setup,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Listen beyond this machine though the service does not know its callers yet.
    #[arg(long)]
    insecure_listen: bool,
}

/// Brings the schema up to date.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    setup: Setup,
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut at = error.source();
    while let Some(source) = at {
        text = format!("{text}: {source}");
        at = source.source();
    }
    text
}

fn load(setup: &Setup, flags: &Flags) -> Result<Config, Failure> {
    Config::load(setup.config.as_deref(), flags)
        .map_err(|error| Failure::invalid(error.to_string()))
}

impl Setup {
    /// The configuration of a command that does not serve.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let flags = Flags {
            database_url: self.database.clone(),
            ..Flags::default()
        };
        load(self, &flags)
    }
}

impl Serve {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let flags = Flags {
            listen: self.listen,
            insecure_listen: self.insecure_listen,
            database_url: self.setup.database.clone(),
        };
        let config = load(&self.setup, &flags)?;
        let telemetry = telemetry::start(&config.log, &config.otlp)
            .map_err(|error| Failure::failed(chain(&error)))?;
        let mut signals =
            Signals::listen().map_err(|error| Failure::failed(format!("no signals: {error}")))?;
        let listening = server::listen(&config)
            .await
            .map_err(|error| Failure::failed(chain(&error)))?;
        let registry = server::open(&config)
            .await
            .map_err(|error| Failure::failed(chain(&error)))?;
        if let Some(ops) = &listening.ops {
            eprintln!("ropa: ops on {}", ops.address);
        }
        eprintln!("ropa: serving on {}", listening.address);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let told = async {
            signals.next().await;
            drop(stop);
            signals.next().await;
        };
        let until = async {
            let _ = stopped.await;
        };
        tokio::select! {
            served = server::serve(listening, registry, &config, until) => {
                telemetry.stop().await;
                served.map_err(|error| Failure::failed(chain(&error)))?;
                Ok(Exit::Ok)
            }
            () = told => Err(Failure::failed("told to stop twice: running calls were cut")),
        }
    }
}

impl Migrate {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let config = self.setup.config()?;
        server::open(&config)
            .await
            .map_err(|error| Failure::failed(chain(&error)))?;
        eprintln!("ropa: the schema is up to date");
        Ok(Exit::Ok)
    }
}

/// What tells the process to stop.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on.
    fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next.
    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
