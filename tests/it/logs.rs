//! The log, the spans and the metrics tell of things and never of what was said: nothing that a client sent,
//! no secret and no content of a record stands in them, at their most talkative, whatever is asked and however
//! it is refused.

mod asked;
mod broken;
mod refused;

use std::process::Command;

use self::asked::Clients;
use self::broken::break_down;
use self::refused::Refused;
use crate::support::collector::Collector;
use crate::support::given::reason;
use crate::support::http;
use crate::support::process::Process;
use crate::support::{Database, On, run};

/// In texts, references, tokens and credentials: never logged, and never repeated in a refusal.
const SECRET: &str = "zqsecret";
/// In keys of records: never logged; a refusal may name a record.
const KEY: &str = "zqkey";

/// A text that nobody must find again.
fn secret(place: &str) -> String {
    format!("{SECRET}-{place}")
}

/// What stands where it must not, with some of what stands around it.
fn leaks(text: &str, words: &[&str]) -> Vec<String> {
    let plain = text.to_lowercase();
    let found = words.iter().flat_map(|word| plain.match_indices(word));
    let around = |(at, word): (usize, &str)| {
        let start = plain.floor_char_boundary(at.saturating_sub(300));
        let end = plain.ceil_char_boundary(at + word.len() + 60);
        plain[start..end].to_owned()
    };
    found.take(5).map(around).collect()
}

fn nothing_said_is_logged(on: On, format: &str) {
    run(async {
        let database = Database::new(on).await;
        let url = database
            .url
            .replace("postgres@", "postgres:zqsecret-password@");
        // A parameter that the driver does not know, so that it speaks while it has the URL before it.
        let url = match on {
            On::Sqlite => url,
            On::Postgres => format!("{url}&unheard=zqsecret-parameter"),
        };
        let collector = Collector::start().await;
        let process = Process::start(
            &url,
            &[
                ("ROPA_LOG__LEVEL", "trace"),
                ("ROPA_LOG__FORMAT", format),
                ("ROPA_OPS__LISTEN", "127.0.0.1:0"),
                ("ROPA_OTLP__ENDPOINT", &collector.endpoint),
                ("ROPA_OTLP__SAMPLE_RATIO", "1"),
            ],
        );
        let channel = process.channel().await;
        let mut clients = Clients::new(&channel);
        clients.ask().await;
        let mut refused = Refused::default();
        refused.provoke(&mut clients).await;
        break_down(&mut clients, &database, &mut refused).await;
        drop((clients, channel));
        let ops = process.ops.clone().expect("an ops port");
        let (status, metrics) = http::get(&ops, "/metrics").await;
        assert_eq!(status, 200);
        let log = process.stop();
        let exported = collector.everything();

        for (wanted, status) in &refused.0 {
            assert_eq!(reason(status), *wanted, "{status:?}");
            let details = String::from_utf8_lossy(status.details()).into_owned();
            let told = format!("{} {details}", status.message());
            let hidden: &[&str] = match *wanted {
                "INTERNAL" | "STORE_UNAVAILABLE" => &[SECRET, KEY, "constraint", "database.url"],
                _ => &[SECRET],
            };
            assert_eq!(
                leaks(&told, hidden),
                Vec::<String>::new(),
                "{wanted} repeats what was sent"
            );
            if *wanted == "INTERNAL" {
                let id = status
                    .message()
                    .strip_prefix("internal error ")
                    .expect("an id");
                assert!(log.contains(id), "the log has nothing about {id}");
            }
        }
        assert!(log.contains("TRACE"), "it is at its most talkative");
        for wanted in [
            "rpc.InventoryService.ImportRecords",
            "registry.apply",
            "store.load",
        ] {
            assert!(exported.contains(wanted), "no span {wanted} is exported");
        }
        let writes = "ropa_writes_total";
        assert!(metrics.contains(writes) && exported.contains(writes));
        let never = [SECRET, KEY, "jane.roe", "+33 6 12"];
        for (text, place) in [(log, "log"), (exported, "export"), (metrics, "metrics")] {
            let none = Vec::<String>::new();
            assert_eq!(
                leaks(&text, &never),
                none,
                "what was said is in the {place}"
            );
        }
    });
}

mod nothing_that_was_said_is_logged {
    use super::{On, nothing_said_is_logged};

    #[test]
    fn on_sqlite() {
        nothing_said_is_logged(On::Sqlite, "text");
    }

    #[test]
    fn on_postgres() {
        nothing_said_is_logged(On::Postgres, "json");
    }
}

/// A service that cannot start says why, and not with which password.
#[test]
fn a_password_is_not_told_when_the_database_cannot_be_had() {
    for url in [
        "postgres://ropa:zqsecret@127.0.0.1:1/ropa",
        "postgres://ropa:zqsecret@[::1/ropa",
        "postgres://ropa:zqsecret@127.0.0.1:port/ropa",
        "postgres://ropa:zqsecret#1@127.0.0.1/ropa",
        "postgres://ropa:zqsecret/1@127.0.0.1/ropa",
        "postgres://ropa:?zqsecret@127.0.0.1/ropa",
        "postgres://ropa:1?zqsecret@127.0.0.1/ropa?zqsecret=zqsecret",
        "postgres://ropa:zqsecret@127.0.0.1:1/ropa?sslmode=zq&password=zqsecret",
        "mysql://ropa:zqsecret@127.0.0.1:1/ropa",
        "sqlite://zqsecret.db?mode=unheard",
    ] {
        for by_variable in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
            command.args(["serve", "--listen", "127.0.0.1:0"]);
            command.current_dir(&folder).env("ROPA_LOG__LEVEL", "trace");
            if by_variable {
                command.env("ROPA_DATABASE__URL", url);
            } else {
                command.args(["--database", url]);
            }
            let output = command.output().unwrap();
            assert!(!output.status.success(), "it starts with {url}");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert_eq!(leaks(&said, &[SECRET]), Vec::<String>::new(), "{url}");
        }
    }
}
