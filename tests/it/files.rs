//! What comes out goes in again: exports as one document and as lines, printed by the command or by
//! `grpcurl`.

use std::io::Write as _;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::foreign::Foreigner;
use crate::support::given::operator;
use crate::support::{Service, run};

/// The command, asking a service.
fn ropa(service: &Service, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
    command.args(words).args(["--server", &service.address]);
    command.output().unwrap()
}

/// Imports a text as a file; how it ended, and what was said.
fn import(service: &Service, text: &str) -> (Option<i32>, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let output = ropa(service, &["import", path]);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (output.status.code(), said.replace(path, "file"))
}

/// The parts of an export of the example, as JSON, and the digest it had.
async fn exported() -> (Vec<Value>, String) {
    let service = Service::start().await;
    let done = service.import(operator()).await.unwrap();
    let foreigner = Foreigner::new(service.channel.clone()).await;
    let method = "ropa.v1.InventoryService/ExportRecords";
    let parts = foreigner
        .call(method, &[serde_json::json!({})])
        .await
        .unwrap();
    drop(foreigner);
    service.stop().await;
    assert!(parts[0]["header"].is_object() && parts[parts.len() - 1]["trailer"].is_object());
    (parts, done.digest)
}

/// One part a line.
fn lines(parts: &[Value]) -> String {
    let lines: Vec<String> = parts.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

#[test]
fn an_export_of_the_command_is_imported_with_the_same_digest() {
    run(async {
        let service = Service::start().await;
        let done = service.import(operator()).await.unwrap();
        let exported = ropa(&service, &["export"]);
        assert!(exported.status.success());
        service.stop().await;
        let other = Service::start().await;
        let (exit, said) = import(&other, &String::from_utf8(exported.stdout).unwrap());
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains(&done.digest), "{said}");
        other.stop().await;
    });
}

#[test]
fn the_lines_of_an_export_are_imported_with_the_same_digest() {
    run(async {
        let (parts, digest) = exported().await;
        // `grpcurl` prints each message over several lines.
        let printed: Vec<String> = parts.iter().map(|part| format!("{part:#}")).collect();
        for text in [lines(&parts), printed.join("\n")] {
            let other = Service::start().await;
            let (exit, said) = import(&other, &text);
            assert_eq!(exit, Some(0), "{said}");
            assert!(said.contains(&digest), "{said}");
            other.stop().await;
        }
    });
}

/// The lines as they were printed are what `grpcurl -d @` sends, too.
#[test]
fn the_parts_of_an_export_are_a_stream_for_an_import() {
    run(async {
        let (parts, digest) = exported().await;
        let other = Service::start().await;
        let foreigner = Foreigner::new(other.channel.clone()).await;
        let method = "ropa.v1.InventoryService/ImportRecords";
        let done = foreigner.call(method, &parts).await.unwrap();
        assert_eq!(done[0]["digest"], digest);
        drop(foreigner);
        other.stop().await;
    });
}

#[test]
fn records_alone_are_lines_too() {
    run(async {
        let (parts, digest) = exported().await;
        let other = Service::start().await;
        let (exit, said) = import(&other, &lines(&parts[1..parts.len() - 1]));
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains(&digest), "{said}");
        other.stop().await;
    });
}

/// Each with what is said of it.
#[test]
fn lines_that_are_not_the_whole_export_are_refused() {
    run(async {
        let (parts, _) = exported().await;
        let last = parts.len() - 1;
        let cut = lines(&parts[..last]);
        let mut less = parts.clone();
        less.remove(3);
        let mut other = parts.clone();
        other[3]["record"]["description"] = Value::from("other words");
        let mut told = parts.clone();
        told[0]["header"]["mode"] = Value::from("IMPORT_MODE_REPLACE");
        let twice = lines(&parts).repeat(2);
        let mut wrong = parts.clone();
        wrong[4]["record"]["nothing"] = Value::from(1);
        wrong[6]["record"]["state"] = Value::from("perhaps");
        let service = Service::start().await;
        for (text, wanted) in [
            (cut, vec!["file:1:1: header: ", "cut short"]),
            (lines(&less), vec!["trailer.count"]),
            (lines(&other), vec!["trailer.digest"]),
            (lines(&told), vec!["file:1:1: header: ", "`revision`"]),
            (twice, vec![": header: stands after the trailer"]),
            (
                lines(&wrong),
                vec!["file:5:", "`nothing`", "file:7:", "records[5].state"],
            ),
            (
                "{\"record\": {}}\n{\"record\": \n".to_owned(),
                vec!["file:3:"],
            ),
        ] {
            let (exit, said) = import(&service, &text);
            assert_eq!(exit, Some(3), "{said}");
            for wanted in wanted {
                assert!(said.contains(wanted), "no {wanted} in {said}");
            }
        }
        assert!(service.export().await.0.is_empty());
        service.stop().await;
    });
}

/// Columns are those of the file, and records are counted over all of its documents.
#[test]
fn a_fault_is_told_where_it_stands() {
    run(async {
        let service = Service::start().await;
        let line = r#"{"record": {"key": "a", "state": "perhaps", "purpose": {}}}"#;
        let column = line.find("\"perhaps\"").unwrap() + 1;
        let (_, said) = import(&service, &format!("{line}\n{line}\n"));
        for line in 1..=2 {
            let place = format!("file:{line}:{column}: records[{}].state", line - 1);
            assert!(said.contains(&place), "no {place} in {said}");
        }
        let document = "records:\n- {key: A, state: draft, purpose: {}}\n---\nrecords:\n- {key: b, state: draft, purpose: {}}\n- {key: C, state: draft, purpose: {}}\n";
        let (_, said) = import(&service, document);
        assert!(said.contains("file:2:4: records[0].key"), "{said}");
        assert!(said.contains("file:6:4: records[2].key"), "{said}");
        service.stop().await;
    });
}
