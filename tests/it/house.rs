//! The order of the house: who may know whom, and what must stand beside what.

use crate::support::file;
use crate::support::file::sources;

fn names_of(text: &str, crates: &[&str]) -> Vec<String> {
    let used = |line: &&str| {
        crates
            .iter()
            .any(|name| line.contains(&format!("{name}::")))
    };
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter(used)
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn what_is_true_and_what_follows_know_no_machinery() {
    for folder in ["src/domain", "src/engine"] {
        for (path, text) in sources(folder) {
            let found = names_of(
                &text,
                &[
                    "tonic",
                    "prost",
                    "sea_orm",
                    "serde",
                    "serde_json",
                    "tokio",
                    "tracing",
                    "ropa_proto",
                ],
            );
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn only_the_store_knows_the_database() {
    for (path, text) in sources("src") {
        if !path.starts_with(file::path("src/store")) {
            let found = names_of(&text, &["sea_orm", "sea_orm_migration", "migrations"]);
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn a_status_is_made_in_one_file() {
    for (path, text) in sources("src") {
        if path != file::path("src/wire/status.rs") {
            for maker in [
                "Status::new(",
                "Status::internal(",
                "Status::with_",
                "Status::invalid_argument(",
                "Status::not_found(",
            ] {
                assert!(!text.contains(maker), "{} makes a status", path.display());
            }
        }
    }
}

#[test]
fn each_theme_has_its_file_in_each_layer() {
    for theme in [
        "controller",
        "category",
        "purpose",
        "basis",
        "activity",
        "recipient",
        "transfer",
        "retention",
        "security",
        "system",
        "tracker",
        "notice",
        "policy",
    ] {
        for file in [
            format!("proto/ropa/v1/{theme}.proto"),
            format!("src/domain/{theme}.rs"),
            format!("src/wire/{theme}.rs"),
            format!("src/store/entity/{theme}.rs"),
        ] {
            assert!(file::path(&file).exists(), "{file} is missing");
        }
    }
}

#[test]
fn the_schema_stands_alone() {
    let manifest = std::fs::read_to_string(file::path("migrations/Cargo.toml")).unwrap();
    assert!(
        !manifest.contains("path ="),
        "migrations depend on nothing of ours"
    );
}

/// Every field of a question is a key, a word of a list, a day, a time, a number or a flag.
#[test]
fn no_field_of_a_question_can_name_a_person() {
    let text = std::fs::read_to_string(file::path("proto/ropa/v1/processing.proto")).unwrap();
    let mut comment = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(more) = line.strip_prefix("//") {
            comment.push_str(more);
            continue;
        }
        if line.contains("string ") {
            let bound = [
                "Key of",
                "Keys of",
                "YYYY-MM-DD",
                "ISO 3166-1",
                "key syntax",
                "basis record's",
                "Art. 49(1)",
            ];
            assert!(
                bound.iter().any(|bound| comment.contains(bound)),
                "free text in a question: {line}"
            );
        }
        comment.clear();
    }
}
