//! The words of the command.

use std::process::Command;

use super::{ropa, told};
use crate::support::given::operator;
use crate::support::{Service, run};

/// The example of a command, as its words.
fn words(example: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    for letter in example.chars() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (end, Some(begin)) if end == begin => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    // What comes after is the shell's.
    words.into_iter().take_while(|word| word != ">").collect()
}

#[test]
fn each_command_has_an_example_that_it_understands() {
    let command = ropa::cli::command();
    assert!(command.get_subcommands().count() > 10);
    for one in command.get_subcommands() {
        let name = one.get_name();
        let (exit, help) = told(ropa(&[name, "--help"]));
        assert_eq!(exit, Some(0));
        let (_, examples) = help
            .split_once("Example:\n")
            .unwrap_or_else(|| panic!("{name} has no example:\n{help}"));
        for example in examples.lines().map(str::trim) {
            assert!(example.starts_with(&format!("ropa {name}")), "{example}");
            let read = ropa::cli::command().try_get_matches_from(words(example));
            assert!(read.is_ok(), "{example}: {}", read.unwrap_err());
        }
    }
}

#[test]
fn each_shell_has_completions_for_every_command() {
    let command = ropa::cli::command();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (exit, script) = told(ropa(&["completions", shell]));
        assert_eq!(exit, Some(0), "{script}");
        for one in command.get_subcommands() {
            assert!(
                script.contains(one.get_name()),
                "{shell}: {}",
                one.get_name()
            );
        }
    }
    let (exit, script) = told(ropa(&["completions", "bash"]));
    assert_eq!(exit, Some(0));
    let mut bash = Command::new("bash");
    let read = bash.args(["-n", "-c", &script]).status();
    assert!(read.is_ok_and(|read| read.success()), "bash reads it");
}

/// Nothing here is a terminal, so that colours come only where they are asked for.
#[test]
fn colours_are_off_where_they_should_be() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let check = |words: &[&str], variables: &[(&str, &str)]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
            for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
                command.env_remove(name);
            }
            let asked = [
                "check",
                "--activity",
                "billing",
                "-o",
                "use",
                "-s",
                "customers",
            ];
            command.args(asked).args(["-d", "contact.email"]);
            command.args(["--server", &service.address]).args(words);
            let output = command.envs(variables.iter().copied()).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(said.contains("DENY"), "{said}");
            said.contains('\u{1b}')
        };
        let force = ("CLICOLOR_FORCE", "1");
        assert!(!check(&[], &[]), "no terminal");
        assert!(check(&["--color", "always"], &[]));
        assert!(check(&[], &[force]));
        assert!(!check(&[], &[force, ("NO_COLOR", "1")]));
        assert!(!check(&["--color", "never"], &[force]));
        assert!(!check(&[], &[("CLICOLOR", "0")]));
        for format in [["--format", "json"], ["--format=json", "--color=always"]] {
            assert!(!check(&format, &[force]), "JSON is for programs");
        }
        service.stop().await;
    });
}

#[test]
fn help_and_faults_heed_the_colours_too() {
    let coloured = |words: &[&str]| told(ropa(words)).1.contains('\u{1b}');
    assert!(coloured(&["--color", "always", "check", "--help"]));
    assert!(coloured(&["chekc", "--color=always"]));
    assert!(!coloured(&["check", "--help"]));
    assert!(!coloured(&["--color=never", "chekc"]));
}

#[test]
fn a_rule_that_is_none_is_told_with_those_it_may_be() {
    let (exit, said) = told(ropa(&["rules", "consent_missng"]));
    assert_ne!(exit, Some(0));
    assert!(said.contains("there is CONSENT_MISSING"), "{said}");
    let (_, said) = told(ropa(&["rules", "parental"]));
    assert!(
        said.contains("CHILD_PARENTAL_CONSENT_REQUIRED, PARENTAL_CONSENT_UNVERIFIED"),
        "{said}"
    );
    let (_, said) = told(ropa(&["rules", "qwerty"]));
    assert!(said.contains("`ropa rules` lists all"), "{said}");
}
