//! The API tells how it is used: each RPC's comment begins with a line for the shell, and each line works.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::described::{What, files, things};
use crate::support::foreign::Foreigner;
use crate::support::given::operator;
use crate::support::line::Line;
use crate::support::{Service, file, run};

/// The lines of the comments, each with the method it stands above.
fn lines() -> Vec<(String, Line)> {
    let methods = things()
        .into_iter()
        .filter(|thing| thing.what == What::Method);
    let line = |comment: &str| Line::parse(comment.lines().next()?.trim());
    methods
        .map(|method| match line(&method.comment) {
            Some(line) => (method.name, line),
            None => panic!(
                "the comment of {} does not begin with a line for grpcurl",
                method.name
            ),
        })
        .collect()
}

async fn serving() -> (Service, Foreigner) {
    let service = Service::start().await;
    service.import(operator()).await.unwrap();
    let foreigner = Foreigner::new(service.channel.clone()).await;
    (service, foreigner)
}

#[test]
fn each_rpc_begins_with_a_line_that_calls_it() {
    for (method, line) in lines() {
        assert_eq!(line.method, method, "the line calls another method");
    }
}

/// Nothing is known of the API but what its reflection says.
#[test]
fn each_line_works_on_the_example() {
    run(async {
        let (service, foreigner) = serving().await;
        for (name, line) in lines() {
            let method = foreigner.method(&name);
            if !method.is_client_streaming() {
                assert_eq!(line.sent.len(), 1, "{name} takes one message");
            }
            let came = match foreigner.call(&name, &line.sent).await {
                Ok(came) => came,
                Err(status) => panic!("{name}: {status:?}"),
            };
            assert!(!came.is_empty(), "{name} answers nothing");
            if !method.is_server_streaming() {
                assert_eq!(came.len(), 1, "{name} answers once");
            }
            for answer in came {
                let fields = answer.as_object().expect("an answer is a message");
                assert!(!fields.is_empty(), "{name} answers with an empty message");
                assert_eq!(refusal(&answer), None, "{name} refuses a part");
            }
        }
        drop(foreigner);
        service.stop().await;
    });
}

/// The status that an item of a batch got instead of its answer.
fn refusal(answer: &Value) -> Option<&Value> {
    let mut results = answer["results"].as_array().into_iter().flatten();
    results.find_map(|result| result.get("error"))
}

#[test]
fn each_line_of_the_pages_works_on_the_example() {
    run(async {
        let (service, foreigner) = serving().await;
        for page in ["README.md", "docs/ASKING.md", "docs/REQUESTS.md"] {
            let text = std::fs::read_to_string(file::path(page)).unwrap();
            let lines = text.lines().filter(|line| line.starts_with("grpcurl "));
            let written: Vec<_> = lines.collect();
            assert!(!written.is_empty(), "{page} shows no check");
            for written in written {
                let line = Line::parse(written).expect("a line for grpcurl");
                foreigner.call(&line.method, &line.sent).await.unwrap();
            }
        }
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn reflection_lists_every_service() {
    run(async {
        let (service, foreigner) = serving().await;
        let ours: BTreeSet<String> = files()
            .iter()
            .flat_map(|file| &file.service)
            .map(|service| format!("ropa.v1.{}", service.name()))
            .collect();
        let listed: BTreeSet<String> = foreigner
            .services()
            .iter()
            .filter(|name| name.starts_with("ropa."))
            .cloned()
            .collect();
        assert_eq!(listed, ours);
        assert!(foreigner.services().contains("grpc.health.v1.Health"));
        drop(foreigner);
        service.stop().await;
    });
}
