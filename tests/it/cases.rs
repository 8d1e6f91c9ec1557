//! The cases of tests/cases, each asked thrice: of the engine, over gRPC, and by the command line.

use std::process::Command;

use ropa::engine::decide::{decide, explain, tracker};
use ropa::wire::decision::{Question, say};
use ropa::wire::document;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use crate::support::{Service, run};
use crate::want::{noted, told};
use crate::written::cases;

fn finish(asked: usize, wrong: &[String]) {
    assert!(asked > 400, "only {asked} questions were found");
    assert!(
        wrong.is_empty(),
        "{} of {asked} answers are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_engine_answers_every_case() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for group in cases() {
        let snapshot = group[0].snapshot();
        for case in group {
            asked += 1;
            let (read, at) = case.asked();
            let decision = match read {
                Question::Processing(said) => {
                    if case.want["noted"].is_array() {
                        let (_, traces) = explain(&snapshot, &said, at);
                        let told = noted(&traces, &case.want);
                        wrong.extend(told.map(|told| format!("{}: {told}", case.name)));
                    }
                    decide(&snapshot, &said, at)
                }
                Question::Tracker(said) => tracker::decide(&snapshot, &said, at),
            };
            if let Some(told) = told(&say(&decision), &case.want) {
                wrong.push(format!("{}: {told}", case.name));
            }
        }
    }
    finish(asked, &wrong);
}

#[test]
fn the_service_answers_every_case() {
    run(async {
        let (mut asked, mut wrong) = (0, Vec::new());
        for group in cases() {
            let service = Service::start().await;
            service
                .import(group[0].said())
                .await
                .unwrap_or_else(|status| panic!("{}: {status}", group[0].name));
            let mut client = DecisionServiceClient::new(service.channel.clone());
            for case in group {
                asked += 1;
                let answer = client
                    .check(case.request())
                    .await
                    .unwrap_or_else(|status| panic!("{}: {status}", case.name))
                    .into_inner();
                if let Some(told) = told(&answer.decision.unwrap(), &case.want) {
                    wrong.push(format!("{}: {told}", case.name));
                }
            }
            drop(client);
            service.stop().await;
        }
        finish(asked, &wrong);
    });
}

#[test]
fn the_command_line_answers_every_case() {
    run(async {
        let (mut asked, mut wrong) = (0, Vec::new());
        for group in cases() {
            let service = Service::start().await;
            service
                .import(group[0].said())
                .await
                .unwrap_or_else(|status| panic!("{}: {status}", group[0].name));
            for case in group {
                asked += 1;
                let mut file = tempfile::NamedTempFile::new().unwrap();
                std::io::Write::write_all(&mut file, case.ask.to_string().as_bytes()).unwrap();
                let (path, server) = (file.path().to_owned(), service.address.clone());
                let output = tokio::task::spawn_blocking(move || {
                    Command::new(env!("CARGO_BIN_EXE_ropa"))
                        .args(["check", "--format", "json", "--server", &server, "--file"])
                        .arg(path)
                        .output()
                        .unwrap()
                })
                .await
                .unwrap();
                let read = document::read::<pb::CheckResponse>(
                    "CheckResponse",
                    &String::from_utf8_lossy(&output.stdout),
                );
                let answer = read.unwrap_or_else(|faults| {
                    panic!(
                        "{}: {faults:?} {}",
                        case.name,
                        String::from_utf8_lossy(&output.stderr)
                    )
                });
                let exit = if case.want["effect"] == "permit" {
                    0
                } else {
                    2
                };
                if output.status.code() != Some(exit) {
                    wrong.push(format!("{}: exit {:?}", case.name, output.status.code()));
                }
                if let Some(told) = told(&answer.message.decision.unwrap(), &case.want) {
                    wrong.push(format!("{}: {told}", case.name));
                }
            }
            service.stop().await;
        }
        finish(asked, &wrong);
    });
}
