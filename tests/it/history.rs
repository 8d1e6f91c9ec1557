//! The history is what was written, or nothing is served.

use std::process::{Command, Stdio};

use ropa::config::{Config, Flags};
use ropa::server;
use ropa_proto::v1 as pb;

use crate::support::given::purpose;
use crate::support::{Database, On, Service, on_both};

on_both! {
    an_altered_history_is_not_served
    a_head_that_is_not_the_last_change_set_is_not_served
    a_row_that_holds_something_else_is_named
    the_command_says_so_and_fails
}

/// A database with three change sets that no service runs on.
async fn kept(on: On) -> Database {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    for statement in ["first", "second", "third"] {
        let records = vec![purpose("a", statement), purpose("b", statement)];
        let header = pb::TransferHeader {
            reason: statement.to_owned(),
            ..Default::default()
        };
        service.import_as(header, records).await.unwrap();
    }
    service.stop().await;
    database
}

/// Why it is not served.
async fn refused(database: &Database) -> String {
    let flags = Flags {
        database_url: Some(database.url.clone()),
        ..Flags::default()
    };
    let config = Config::load(None, &flags).unwrap();
    match server::open(&config).await {
        Ok(_) => panic!("it is served"),
        Err(error) => error.to_string(),
    }
}

async fn an_altered_history_is_not_served(on: On) {
    let of_second = "number = 2";
    let first = "UPDATE change SET \"before\" = \"after\"";
    for (alteration, at) in [
        (
            "UPDATE change_set SET reason = 'another' WHERE number = 1",
            1,
        ),
        (
            "UPDATE change_set SET time_us = time_us + 1 WHERE number = 2",
            2,
        ),
        (
            "UPDATE change_set SET actor = 'another' WHERE number = 3",
            3,
        ),
        (&*format!("{first} WHERE {of_second} AND position = 1"), 2),
        (
            "UPDATE change SET \"key\" = 'c' WHERE number = 2 AND position = 0",
            2,
        ),
        ("DELETE FROM change WHERE number = 1 AND position = 1", 1),
        (
            "DELETE FROM change WHERE number = 2; DELETE FROM change_set WHERE number = 2",
            2,
        ),
    ] {
        let database = kept(on).await;
        database.execute(alteration).await;
        let told = refused(&database).await;
        assert!(
            told.contains(&format!("change set {at}:")),
            "{alteration}: {told}"
        );
    }
}

async fn a_head_that_is_not_the_last_change_set_is_not_served(on: On) {
    let second = "(SELECT hash FROM change_set WHERE number = 2)";
    for (alteration, column) in [
        (
            format!("UPDATE registry_head SET number = 2, hash = {second}"),
            "`number` of `registry_head`",
        ),
        (
            format!("UPDATE registry_head SET hash = {second}"),
            "`hash` of `registry_head`",
        ),
    ] {
        let database = kept(on).await;
        database.execute(&alteration).await;
        let told = refused(&database).await;
        assert!(told.contains(column), "{alteration}: {told}");
    }
}

async fn a_row_that_holds_something_else_is_named(on: On) {
    let short = match on {
        On::Sqlite => "x'00'",
        On::Postgres => "'\\x00'",
    };
    for (alteration, row) in [
        (
            format!("UPDATE change_set SET hash = {short} WHERE number = 2"),
            "`hash` of `change_set` does not hold what it should in row `2`",
        ),
        (
            "UPDATE change SET kind = 'nothing' WHERE number = 2 AND position = 1".to_owned(),
            "`kind` of `change` does not hold what it should in row `2/1`",
        ),
        (
            "UPDATE record SET revision = 9 WHERE \"key\" = 'a'".to_owned(),
            "`revision` of `record` does not hold what it should in row `purpose/a`",
        ),
    ] {
        let database = kept(on).await;
        database.execute(&alteration).await;
        let told = refused(&database).await;
        assert!(told.contains(row), "{alteration}: {told}");
    }
}

async fn the_command_says_so_and_fails(on: On) {
    let database = kept(on).await;
    database
        .execute("UPDATE change_set SET reason = 'another' WHERE number = 2")
        .await;
    let mut serving = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            &database.url,
        ])
        .env("ROPA_LOG__LEVEL", "error")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    for line in std::io::BufRead::lines(std::io::BufReader::new(serving.stderr.take().unwrap())) {
        told.push_str(&line.unwrap());
        if told.contains("serving on") {
            serving.kill().unwrap();
            panic!("it is served");
        }
    }
    assert_eq!(serving.wait().unwrap().code(), Some(1));
    assert!(
        told.contains("at change set 2: the database was altered or damaged"),
        "{told}"
    );
}
