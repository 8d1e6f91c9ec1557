//! Tells what no case would notice: docs/decisions/0006-mutants-in-one-build.md.
//!
//! It copies the project, puts every mutation of some folders behind a switch in the copy, builds that once, and
//! has the copy walk the mutants through the cases.

mod alternative;
mod mutate;
mod shape;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use syn::visit_mut::VisitMut;

use mutate::{Mutant, Mutator};

/// What is changed where nobody says.
const FOLDERS: &[&str] = &["src/engine/rules"];

/// The switch, and the walk, as they stand in the copy.
const SWITCH: &str = include_str!("../copied/mutant.rs");
const WALK: [(&str, &str); 2] = [
    ("walk", include_str!("../copied/walk.rs")),
    ("apart", include_str!("../copied/apart.rs")),
];

/// What the walk needs of the tests; the others are left out of the copy's build.
const TESTS: &str = "//! The walk alone.\n\nmod apart;\nmod generate;\nmod support;\nmod walk;\n\
                     mod want;\nmod written;\n";

/// No lint is worth a word on what nobody reads.
const LINTS: [&str; 2] = [
    "[lints]\nworkspace = true",
    "[lints.rust]\nwarnings = \"allow\"",
];

fn main() -> ExitCode {
    let asked: Vec<String> = env::args().skip(1).collect();
    let folders = if asked.is_empty() {
        FOLDERS.iter().map(ToString::to_string).collect()
    } else {
        asked
    };
    match copy(&folders).and_then(|copy| walk(&copy)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the copy, and says where it is.
fn copy(folders: &[String]) -> io::Result<PathBuf> {
    let tree = Path::new("target/mutants/tree");
    let mut mutants = Vec::new();
    let mut kept = BTreeSet::new();
    for path in tracked()? {
        let Ok(bytes) = fs::read(&path) else {
            continue;
        };
        let bytes = match path.as_str() {
            "src/lib.rs" => with(bytes, "/// The switch.\npub mod mutant;\n")?,
            "tests/it/main.rs" => TESTS.into(),
            "Cargo.toml" => text(bytes)?.replace(LINTS[0], LINTS[1]).into(),
            _ if folders.iter().any(|folder| is_within(&path, folder)) => {
                mutated(&path, &text(bytes)?, &mut mutants)?.into()
            }
            _ => bytes,
        };
        write(&tree.join(&path), &bytes)?;
        kept.insert(tree.join(path));
    }
    let switch = tree.join("src/mutant.rs");
    write(&switch, format!("{SWITCH}{}", table(&mutants)).as_bytes())?;
    kept.insert(switch);
    for (name, text) in WALK {
        let path = tree.join(format!("tests/it/{name}.rs"));
        write(&path, text.as_bytes())?;
        kept.insert(path);
    }
    clear(tree, &kept)?;
    println!("{} mutants of {}", mutants.len(), folders.join(", "));
    Ok(tree.to_owned())
}

/// Builds the copy, and has it walk; whether it got to the end.
fn walk(tree: &Path) -> io::Result<bool> {
    let build = env::current_dir()?.join("target/mutants/build");
    let status = Command::new("cargo")
        .args(["test", "--locked", "--test", "it"])
        .args(["--", "--nocapture", "walk::"])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", build)
        .status()?;
    Ok(status.success())
}

/// What git knows of, and what it will when it is asked: a case that is being written counts.
fn tracked() -> io::Result<Vec<String>> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()?;
    Ok(text(listed.stdout)?
        .lines()
        .map(ToOwned::to_owned)
        .collect())
}

/// Whether a file of code is one, or stands in it.
fn is_within(path: &str, folder: &str) -> bool {
    let path = Path::new(path);
    path.starts_with(folder) && path.extension().is_some_and(|end| end == "rs")
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn with(bytes: Vec<u8>, more: &str) -> io::Result<Vec<u8>> {
    Ok(format!("{}\n{more}", text(bytes)?).into())
}

/// A file with all that can be changed in it.
fn mutated(path: &str, text: &str, mutants: &mut Vec<Mutant>) -> io::Result<String> {
    let refused = |error| io::Error::other(format!("{path}: {error}"));
    let mut file = syn::parse_file(text).map_err(refused)?;
    let mut mutator = Mutator {
        file: path.strip_prefix("src/engine/").unwrap_or(path),
        mutants,
    };
    mutator.visit_file_mut(&mut file);
    Ok(prettyplease::unparse(&file))
}

/// What the mutants are, for the walk.
fn table(mutants: &[Mutant]) -> String {
    let mut table = "/// The place of each mutant, and what it changes.\n".to_owned();
    let _ = writeln!(
        table,
        "pub static ALL: [(&str, &str); {}] = [",
        mutants.len()
    );
    for Mutant { place, told } in mutants {
        let _ = writeln!(table, "    ({place:?}, {told:?}),");
    }
    table.push_str("];\n");
    table
}

/// Writes a file that says otherwise, and leaves the others as old as they are: those are not built again.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// Removes what stands in the copy no more.
fn clear(folder: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            clear(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
