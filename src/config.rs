//! How the service is set up: one structure out of defaults, a file, the environment and flags, in this
//! order, checked whole.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

/// The beginning of the names of environment variables; sections are joined by two underscores
/// (`ROPA_DATABASE__URL`).
const PREFIX: &str = "ROPA";

/// How the service is set up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it is asked.
    pub server: ServerConfig,
    /// Where the inventory is kept.
    pub database: DatabaseConfig,
    /// What ships with the program.
    pub reference: ReferenceConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Where those who run it look.
    pub ops: OpsConfig,
    /// Where traces and metrics go.
    pub otlp: OtlpConfig,
}

/// Where the service is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// The address it listens on. `ROPA_SERVER__LISTEN`.
    pub listen: String,
    /// Whether it may listen beyond this machine though it does not know its callers.
    /// `ROPA_SERVER__INSECURE_LISTEN`.
    pub insecure_listen: bool,
    /// The longest a call may take, in milliseconds. `ROPA_SERVER__DEADLINE_MS`.
    pub deadline_ms: u64,
    /// How long it may take to stop when it is told to, in milliseconds: running calls end by then.
    /// `ROPA_SERVER__SHUTDOWN_MS`.
    pub shutdown_ms: u64,
    /// How much of that it goes on serving while its health says that it does not, in milliseconds, so that
    /// clients can go elsewhere. `ROPA_SERVER__GRACE_MS`.
    pub grace_ms: u64,
}

/// Where the inventory is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://…`. `ROPA_DATABASE__URL`.
    pub url: String,
}

/// What ships with the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceConfig {
    /// Whether a new registry begins with the reference pack: countries, adequacy decisions, transfer
    /// tools, limits. `ROPA_REFERENCE__LOAD`.
    pub load: bool,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// A level, or levels by module (`info,ropa=debug`). `ROPA_LOG__LEVEL`.
    pub level: String,
    /// `json` or `text`. `ROPA_LOG__FORMAT`.
    pub format: LogFormat,
}

/// Where those who run it look: `/livez`, `/readyz`, `/metrics`, over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpsConfig {
    /// The address it listens on. None unless said: two services on one machine would want one port, and
    /// most who try it out need none. `ROPA_OPS__LISTEN`.
    pub listen: String,
    /// Whether it may listen beyond this machine: whoever reaches it learns how much is asked, and what is
    /// denied by which rule. `ROPA_OPS__INSECURE_LISTEN`.
    pub insecure_listen: bool,
}

/// Where traces and metrics go, by OTLP over gRPC.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtlpConfig {
    /// A collector, like `http://127.0.0.1:4317`. None unless said: then nothing is exported.
    /// `ROPA_OTLP__ENDPOINT`.
    pub endpoint: String,
    /// The part of traces that is exported, 0 to 1, of those that begin here; the others are the caller's to
    /// decide. Few by default: spans cost a fifth of a check's CPU. `ROPA_OTLP__SAMPLE_RATIO`.
    pub sample_ratio: f64,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// What is wrong with the configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(String),
    /// Values are wrong; all of them.
    #[error("the configuration is wrong:\n{}", .0.join("\n"))]
    Wrong(Vec<String>),
}

/// What is wrong, without the text it stands in: that may be a URL with a password.
impl From<config::ConfigError> for ConfigError {
    fn from(error: config::ConfigError) -> Self {
        let told = error.to_string();
        let after = |word: &str| {
            let (_, rest) = told.split_once(word)?;
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest.get(..end).filter(|number| !number.is_empty())
        };
        let named = |before: &str| {
            let (_, rest) = told.split_once(before)?;
            let (name, _) = rest.split_once('`')?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "._".contains(c);
            name.chars().all(plain).then_some(name)
        };
        Self::Unreadable(
            match (after("line "), named("unknown field `"), named("for key `")) {
                (Some(line), _, _) => format!("line {line} of the file is no TOML"),
                (_, Some(field), _) => format!("`{field}` is no setting"),
                (_, _, Some(key)) => format!("`{key}` has a value of another form than it needs"),
                _ => "a value has another form than its setting needs, or a file is not there"
                    .to_owned(),
            },
        )
    }
}

/// What flags say; they go before all else.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The address to listen on.
    pub listen: Option<String>,
    /// May listen beyond this machine.
    pub insecure_listen: bool,
    /// Where the inventory is kept.
    pub database_url: Option<String>,
}

impl Config {
    /// Reads and checks it.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, ConfigError> {
        let mut builder = config::Config::builder()
            .set_default("server.listen", "127.0.0.1:7421")?
            .set_default("server.insecure_listen", false)?
            .set_default("server.deadline_ms", 30_000)?
            .set_default("server.shutdown_ms", 15_000)?
            .set_default("server.grace_ms", 5_000)?
            .set_default("database.url", "sqlite://.data/ropa.db")?
            .set_default("reference.load", true)?
            .set_default("log.level", "info")?
            .set_default("log.format", "json")?
            .set_default("ops.listen", "")?
            .set_default("ops.insecure_listen", false)?
            .set_default("otlp.endpoint", "")?
            .set_default("otlp.sample_ratio", 0.01)?;
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        builder = builder.add_source(environment());
        builder = builder
            .set_override_option("server.listen", flags.listen.clone())?
            .set_override_option(
                "server.insecure_listen",
                flags.insecure_listen.then_some(true),
            )?
            .set_override_option("database.url", flags.database_url.clone())?;
        let config: Self = builder.build()?.try_deserialize()?;
        let stray = stray_variables();
        if !stray.is_empty() {
            return Err(ConfigError::Wrong(stray));
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let mut wrong = Vec::new();
        match self.server.address() {
            None => wrong.push("server.listen: must be an address and a port, like 127.0.0.1:7421".to_owned()),
            Some(address) if !address.ip().is_loopback() && !self.server.insecure_listen => wrong.push(
                "server.listen: is reachable from other machines, and the service does not know its callers yet: listen on 127.0.0.1, or say --insecure-listen"
                    .to_owned(),
            ),
            Some(_) => {}
        }
        if !(100..=600_000).contains(&self.server.deadline_ms) {
            wrong.push("server.deadline_ms: must be 100 to 600000".to_owned());
        }
        if self.server.shutdown_ms > 300_000 {
            wrong.push("server.shutdown_ms: must be at most 300000".to_owned());
        }
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| self.database.url.starts_with(scheme))
        {
            wrong.push("database.url: must begin with sqlite: or postgres:".to_owned());
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.level).is_err() {
            wrong.push(
                "log.level: must be error, warn, info, debug or trace, or levels by module"
                    .to_owned(),
            );
        }
        match self.ops.address() {
            _ if self.ops.listen.is_empty() => {}
            None => wrong.push("ops.listen: must be an address and a port, like 127.0.0.1:7422".to_owned()),
            Some(address) if !address.ip().is_loopback() && !self.ops.insecure_listen => wrong.push(
                "ops.listen: is reachable from other machines, and tells its numbers to anybody: listen on 127.0.0.1, or set ops.insecure_listen"
                    .to_owned(),
            ),
            Some(_) => {}
        }
        if !self.otlp.is_valid() {
            wrong.push("otlp.endpoint: must be like http://127.0.0.1:4317, without a user, a password or a path".to_owned());
        }
        if !(0.0..=1.0).contains(&self.otlp.sample_ratio) {
            wrong.push("otlp.sample_ratio: must be 0 to 1".to_owned());
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Wrong(wrong))
        }
    }
}

/// Variables of the command line and of the tools, which are no settings.
const OTHERS: &[&str] = &[
    "ROPA_ACTOR",
    "ROPA_CONFIG",
    "ROPA_DATA",
    "ROPA_LISTEN",
    "ROPA_SERVER",
    "ROPA_TEST_POSTGRES",
];

/// Variables that look like settings and are none: passed over, they would start a service on other
/// settings than were meant.
fn stray_variables() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut stray: Vec<String> = names
        .filter(|name| name.starts_with("ROPA_"))
        .filter(|name| !name.contains("__") && !OTHERS.contains(&name.as_str()))
        .map(|name| {
            format!("{name}: is no setting: a section and its field are joined by two underscores, like ROPA_DATABASE__URL")
        })
        .collect();
    stray.sort();
    stray
}

/// The variables that set a field of a section (`ROPA_DATABASE__URL`). Others that begin with the
/// prefix are the command line's own.
fn environment() -> config::Environment {
    let said = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings = said.filter(|(name, _)| name.contains("__")).collect();
    config::Environment::with_prefix(PREFIX)
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .source(Some(settings))
}

impl OpsConfig {
    /// The address it listens on.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }
}

impl OtlpConfig {
    /// Where to, if anywhere.
    pub fn endpoint(&self) -> Option<&str> {
        Some(self.endpoint.as_str()).filter(|endpoint| !endpoint.is_empty())
    }

    /// Nothing that would have to be kept secret stands in it.
    fn is_valid(&self) -> bool {
        let Some(endpoint) = self.endpoint() else {
            return true;
        };
        let parsed = endpoint.parse::<http::Uri>().ok();
        parsed.is_some_and(|uri| {
            uri.scheme_str() == Some("http")
                && uri.authority().is_some_and(|at| !at.as_str().contains('@'))
                && uri.path() == "/"
                && uri.query().is_none()
        })
    }
}

impl ServerConfig {
    /// The address it listens on.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }

    /// The longest a call may take.
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    /// How long it goes on serving when it is told to stop.
    pub fn grace(&self) -> Duration {
        Duration::from_millis(self.grace_ms.min(self.shutdown_ms))
    }

    /// How long it may take to stop.
    pub const fn shutdown(&self) -> Duration {
        Duration::from_millis(self.shutdown_ms)
    }
}
