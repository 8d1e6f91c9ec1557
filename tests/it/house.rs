//! The order of the house: who may know whom, and what must stand beside what.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
        if path != file::path("src/rpc/status.rs") {
            // Every constructor of a status begins with a small letter; one of them only reads.
            let made = text.match_indices("Status::").find(|(at, name)| {
                let rest = &text[at + name.len()..];
                rest.starts_with(|letter: char| letter.is_lowercase())
                    && !rest.starts_with("from_header_map(")
                    && !rest.starts_with("decode(")
            });
            assert_eq!(made, None, "{} makes a status", path.display());
        }
    }
}

/// One of the service, and one of the client, which is no part of it.
#[test]
fn the_time_is_read_in_one_file() {
    let files = ["src/clock.rs", "proto/src/client/moment.rs"].map(file::path);
    for (path, text) in ["src", "proto/src"].into_iter().flat_map(sources) {
        if !files.contains(&path) {
            for reader in [
                "Timestamp::now",
                "Zoned::now",
                "SystemTime::now",
                "Instant::now",
            ] {
                assert!(!text.contains(reader), "{} reads the time", path.display());
            }
        }
    }
}

/// The modules from the bottom up, each with those below that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &[]),
    ("engine", &["domain"]),
    ("store", &["domain"]),
    ("wire", &["domain", "engine"]),
    ("telemetry", &["clock", "config", "engine", "store", "wire"]),
    (
        "registry",
        &["domain", "clock", "engine", "store", "wire", "telemetry"],
    ),
    (
        "rpc",
        &[
            "domain",
            "clock",
            "engine",
            "store",
            "wire",
            "telemetry",
            "registry",
        ],
    ),
    ("reference_pack", &["domain", "wire", "registry"]),
    (
        "server",
        &[
            "clock",
            "config",
            "store",
            "wire",
            "telemetry",
            "registry",
            "rpc",
            "reference_pack",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "clock",
            "config",
            "telemetry",
            "engine",
            "store",
            "wire",
            "registry",
            "reference_pack",
            "server",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
];

#[test]
fn no_module_knows_one_above_it() {
    for (place, (module, below)) in ARROWS.iter().enumerate() {
        let lower: Vec<_> = ARROWS[..place].iter().map(|(name, _)| name).collect();
        for name in *below {
            assert!(lower.contains(&name), "{name} is not below {module}");
        }
    }
    for (path, text) in sources("src") {
        let within = modules_of(&path);
        let top = within.first().map_or("lib", String::as_str);
        let (_, below) = ARROWS
            .iter()
            .find(|(module, _)| *module == top)
            .unwrap_or_else(|| panic!("{top} has no place among the modules"));
        for used in used_by(&text, within.len()) {
            let known = used == top || below.contains(&used.as_str());
            assert!(known, "{} may not use {used}", path.display());
        }
    }
}

/// The modules that lead to a file: `engine`, `rules`, `purpose`.
fn modules_of(path: &Path) -> Vec<String> {
    let path = path
        .strip_prefix(file::path("src"))
        .unwrap()
        .with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    names
        .filter(|name| name != "mod" && name != "lib")
        .collect()
}

/// The top modules that a file names, from the root or by climbing to it.
fn used_by(text: &str, depth: usize) -> Vec<String> {
    let climb = "super::".repeat(depth.max(1));
    let mut used = Vec::new();
    for line in text.lines().map(str::trim_start) {
        for root in ["crate::", "ropa::", &climb] {
            for (at, _) in line.match_indices(root) {
                let (before, after) = (&line[..at], &line[at + root.len()..]);
                let inside = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
                if before.ends_with(inside) || line.starts_with("//") {
                    continue;
                }
                let several = after
                    .strip_prefix('{')
                    .and_then(|rest| rest.split_once('}'));
                let names = several.map_or(after, |(names, _)| names).split(", ");
                let names = names.take(if several.is_some() { usize::MAX } else { 1 });
                for name in names.filter_map(|name| name.split(|c| !inside(c) || c == ':').next()) {
                    assert!(!name.is_empty(), "cannot be read: {line}");
                    used.push(name.to_owned());
                }
            }
        }
    }
    used
}

/// The themes are those of the list of kinds.
#[test]
fn each_theme_has_its_file_in_each_layer() {
    let list = std::fs::read_to_string(file::path("src/domain/key.rs")).unwrap();
    let (_, list) = list.split_once("macro_rules! with_kinds").unwrap();
    let (list, _) = list.split_once("\n}\n").unwrap();
    let rows = list.lines().filter(|line| line.ends_with("Key;"));
    let themes: BTreeSet<&str> = rows
        .filter_map(|row| row.split_whitespace().nth(2))
        .collect();
    assert!(themes.len() > 10, "{themes:?}");
    for theme in &themes {
        for file in [
            format!("proto/ropa/v1/{theme}.proto"),
            format!("src/domain/{theme}.rs"),
            format!("src/wire/{theme}.rs"),
            format!("src/store/entity/{theme}.rs"),
        ] {
            assert!(file::path(&file).exists(), "{file} is missing");
        }
    }
    for (path, _) in sources("src/store/entity") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let known = ["mod", "shape", "record", "history"].contains(&name) || themes.contains(name);
        assert!(known, "{} is of no theme", path.display());
    }
}

#[test]
fn an_exception_has_its_reason_and_none_is_silent() {
    for (path, text) in everywhere() {
        let text: String = text.split_whitespace().collect();
        for begin in ["#[", "#!["] {
            let (allow, expect) = (format!("{begin}allow("), format!("{begin}expect("));
            assert!(!text.contains(&allow), "{} allows", path.display());
            for (at, _) in text.match_indices(&expect) {
                let whole = text[at..].split(")]").next().unwrap_or_default();
                let told = whole.contains("reason=");
                assert!(told, "{} expects without a reason", path.display());
            }
        }
    }
}

#[test]
fn a_file_knows_one_thing() {
    let mut sizes = Vec::new();
    for (path, text) in everywhere() {
        let lines = text.lines().count();
        assert!(lines <= 450, "{} has {lines} lines", path.display());
        if path.starts_with(file::path("src")) {
            sizes.push(lines);
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        let vague = [
            "util", "utils", "common", "helper", "helpers", "manager", "handler", "impl",
        ];
        assert!(
            !vague.contains(&name),
            "{} is named for nothing",
            path.display()
        );
        let todo = ["TODO", "FIXME", "XXX"].map(|word| format!("{word}:"));
        assert!(
            !todo.iter().any(|word| text.contains(word)),
            "{}",
            path.display()
        );
    }
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(
        median <= 150,
        "half of the files have more than {median} lines"
    );
}

/// A file of tests that nobody names is never built, and never red.
#[test]
fn each_file_of_tests_is_run() {
    let all = sources("tests/it");
    for (path, _) in &all {
        let name = path.file_stem().unwrap().to_string_lossy();
        if name == "main" || name == "mod" {
            continue;
        }
        let folder = path.parent().unwrap();
        let above = ["main.rs", "mod.rs"].map(|file| folder.join(file));
        let beside = folder.with_extension("rs");
        let named = all.iter().any(|(other, text)| {
            let is_above = above.contains(other) || *other == beside;
            is_above && text.contains(&format!("mod {name};"))
        });
        assert!(named, "{} is no module", path.display());
    }
}

/// A test that waits for a time instead of an event is right on one machine only.
#[test]
fn no_test_waits_for_a_time() {
    for (path, text) in sources("tests") {
        for wait in ["sleep", "interval", "delay"].map(|word| format!("{word}(")) {
            assert!(!text.contains(&wait), "{}: {wait}", path.display());
        }
    }
}

/// All that is written in Rust here.
fn everywhere() -> Vec<(PathBuf, String)> {
    let folders = [
        "src",
        "tests",
        "proto/src",
        "migrations/src",
        "tools/mutants",
    ];
    folders.into_iter().flat_map(sources).collect()
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
