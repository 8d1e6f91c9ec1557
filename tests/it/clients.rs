//! The clients for other languages, made from the .proto files alone: the programs of `examples/clients`, each in
//! a process of its own. Where a language or its gRPC is not installed, its tests say so and do nothing.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ropa_proto::v1 as pb;
use tonic::Status;

use crate::support::fake::{Fake, Say, effect, permit, torn};
use crate::support::given::operator;
use crate::support::{Service, file, run};

/// A language with its program.
#[derive(Clone, Copy)]
enum Language {
    Python,
    Node,
}

impl Language {
    fn folder(self) -> PathBuf {
        file::path(match self {
            Self::Python => "examples/clients/python",
            Self::Node => "examples/clients/node",
        })
    }

    /// The interpreter, in the folder of the program.
    fn command(self) -> Command {
        let own = self.folder().join(".venv/bin/python3");
        let mut command = match self {
            Self::Python if own.exists() => Command::new(own),
            Self::Python => Command::new("python3"),
            Self::Node => Command::new("node"),
        };
        command.current_dir(self.folder());
        // No files beside the sources.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    fn program(self) -> &'static str {
        match self {
            Self::Python => "check_before_email.py",
            Self::Node => "check_before_email.js",
        }
    }

    fn runtime(self) -> &'static str {
        match self {
            Self::Python => "python3 with grpcio and grpcio-tools (`make clients`)",
            Self::Node => "node with @grpc/grpc-js and @grpc/proto-loader (`make clients`)",
        }
    }

    /// What it needs, as a program that fails without.
    fn needs(self) -> [&'static str; 2] {
        match self {
            Self::Python => ["-c", "import grpc, grpc_tools"],
            Self::Node => [
                "-e",
                "require('@grpc/grpc-js'); require('@grpc/proto-loader')",
            ],
        }
    }

    /// Whether a test of it can be run here; where not, that is told past the test harness, which would keep it
    /// for itself and say "ok".
    fn is_installed(self, test: &str) -> bool {
        let mut looked = self.command();
        looked.args(self.needs());
        looked.stdout(Stdio::null()).stderr(Stdio::null());
        let found = looked.status().is_ok_and(|ended| ended.success());
        if !found {
            let line = format!("skipped: {test}: {} is not here\n", self.runtime());
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        found
    }

    /// What the program says, and its exit code. It has time enough, unless a deadline is among the words.
    fn ask(self, address: &str, words: &[&str]) -> (String, Option<i32>) {
        let server = address.trim_start_matches("http://");
        let output = self
            .command()
            .args([self.program(), "--deadline", "60", "--server", server])
            .args(words)
            .output()
            .expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(errors.is_empty(), "{said}\n{errors}");
        (said, output.status.code())
    }

    /// The first line and the exit code of the program at a service that says this, and how often it asked.
    async fn hears<const N: usize>(self, say: [Say; N], words: &[&str]) -> (String, usize) {
        let fake = Fake::saying(say).await;
        let (said, code) = self.ask(&fake.address, words);
        let line = said.lines().next().unwrap_or_default();
        let code = code.map(|code| code.to_string()).unwrap_or_default();
        (format!("{line} -> {code}"), fake.asked())
    }
}

/// The first line of a permit of the fake service, which has no activity.
const PERMITTED: &str = "permitted:  by  -> 0";

fn answer(response: pb::CheckResponse) -> Say {
    Say::Answer(Box::new(response))
}

fn is_permitted_by_the_real_service(language: Language) {
    run(async {
        let service = Service::start().await;
        let records = operator();
        service.import(records).await.unwrap();
        let address = service.address.clone();

        let (said, code) = language.ask(&address, &["--contract", "in_force"]);
        let first = "permitted: service-messages by contract-service-messages\n";
        assert!(said.starts_with(first), "{said}");
        assert!(said.contains("  ERASE_BY "), "{said}");
        assert_eq!(code, Some(0));

        let (said, code) = language.ask(&address, &[]);
        assert!(said.starts_with("no: FACT_MISSING"), "{said}");
        assert!(said.contains("  FACT_MISSING: say the fact"), "{said}");
        assert_eq!(code, Some(2));

        service.stop().await;
        let (said, code) = language.ask(&address, &["--contract", "in_force"]);
        assert_eq!(said, "no: UNAVAILABLE\n");
        assert_eq!(code, Some(1));
    });
}

fn takes_everything_else_for_a_no(language: Language) {
    run(async {
        let empty = pb::CheckResponse::default();
        let for_information = permit("r1", &[("INFORM", false)]);
        for (response, expected) in [
            (for_information, PERMITTED),
            (effect(0), "no: EFFECT_UNKNOWN -> 1"),
            (effect(7), "no: EFFECT_UNKNOWN -> 1"),
            (empty, "no: DECISION_MISSING -> 1"),
            (torn("CONSENT_MISSING"), "no: CONSENT_MISSING -> 2"),
        ] {
            let (said, _) = language.hears([answer(response)], &[]).await;
            assert_eq!(said, expected);
        }
        let hasty = ["--deadline", "0.2"];
        let (said, _) = language.hears([Say::Nothing], &hasty).await;
        // The transport of the fake service has a timer of its own, and may be the first to call it CANCELLED.
        let timers = ["no: DEADLINE_EXCEEDED -> 1", "no: CANCELLED -> 1"];
        assert!(timers.contains(&said.as_str()), "{said}");
    });
}

fn needs_every_blocking_obligation_fulfilled(language: Language) {
    run(async {
        for (words, expected) in [
            ([].as_slice(), "no: A, B -> 2"),
            (&["--fulfil", "A"], "no: B -> 2"),
            // Codes are whole.
            (&["--fulfil", "A, B"], "no: A, B -> 2"),
            (&["--fulfil", "A", "--fulfil", "B"], PERMITTED),
        ] {
            let response = permit("r1", &[("A", true), ("B", true)]);
            let (said, _) = language.hears([answer(response)], words).await;
            assert_eq!(said, expected, "{words:?}");
        }
    });
}

fn tries_again_where_it_is_safe(language: Language) {
    run(async {
        let away = || Say::Fail(Status::unavailable("away"));
        let permits = answer(permit("r1", &[]));
        let (said, asked) = language.hears([away(), permits], &[]).await;
        assert_eq!((said.as_str(), asked), (PERMITTED, 2));
        let (said, asked) = language.hears([away()], &[]).await;
        assert_eq!((said.as_str(), asked), ("no: UNAVAILABLE -> 1", 2));
        let broken = Say::Fail(Status::internal("broken"));
        let (said, asked) = language.hears([broken], &[]).await;
        assert_eq!((said.as_str(), asked), ("no: INTERNAL -> 1", 1));
    });
}

fn does_not_ask_what_the_api_does_not_know(language: Language) {
    run(async {
        let words = ["--contract", "perhaps"];
        let permits = answer(permit("r1", &[]));
        let (said, asked) = language.hears([permits], &words).await;
        assert_eq!((said.as_str(), asked), ("no: QUESTION_UNREADABLE -> 1", 0));
    });
}

macro_rules! each {
    ($($fact:ident)*) => {
        mod python {
            $(#[test] fn $fact() {
                if super::Language::Python.is_installed(concat!("python::", stringify!($fact))) {
                    super::$fact(super::Language::Python);
                }
            })*
        }
        mod node {
            $(#[test] fn $fact() {
                if super::Language::Node.is_installed(concat!("node::", stringify!($fact))) {
                    super::$fact(super::Language::Node);
                }
            })*
        }
    };
}

each! {
    is_permitted_by_the_real_service
    takes_everything_else_for_a_no
    needs_every_blocking_obligation_fulfilled
    tries_again_where_it_is_safe
    does_not_ask_what_the_api_does_not_know
}
