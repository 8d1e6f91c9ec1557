//! `ropa rules`: the rule book that this program decides by.

use clap::{Args, ValueEnum};

use super::{Exit, Failure, print};
use crate::domain::shape::Words;
use crate::engine::catalogue;
use crate::engine::query::Operation;
use crate::engine::rule::{Gate, Judge, Level, Rule, RuleEffect};

/// Tells the rules, without a server.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// Only this one, by its code or its number.
    code: Option<String>,
    /// As a page, or for people.
    #[arg(long, value_enum, default_value_t = As::List)]
    format: As,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum As {
    /// A line a rule; all of it, for one.
    List,
    /// The page docs/RULES.md.
    Markdown,
}

impl Rules {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match (&self.code, self.format) {
            (Some(code), _) => {
                let number = code.parse::<u32>().ok().filter(|number| *number > 0);
                let mut numbered = catalogue::rules();
                let numbered =
                    number.and_then(|number| numbered.find(|rule| rule.number == number));
                let Some(rule) = catalogue::rule(&code.to_uppercase()).or(numbered) else {
                    let alike = alike(&code.to_uppercase());
                    let instead = match alike.as_slice() {
                        [] => "`ropa rules` lists all".to_owned(),
                        alike => format!("there is {}", alike.join(", ")),
                    };
                    let message = format!("there is no rule `{code}`: {instead}");
                    return Err(Failure::invalid(message));
                };
                print::line(&whole(rule))?;
            }
            (None, As::List) => {
                let mut chapter = "";
                for rule in catalogue::rules() {
                    if rule.chapter != chapter {
                        chapter = rule.chapter;
                        print::line(chapter)?;
                    }
                    print::line(&format!("  {:<44} {}", rule.code, rule.title))?;
                }
            }
            (None, As::Markdown) => print::line(&page())?,
        }
        Ok(Exit::Ok)
    }
}

/// The codes that a code that is none may have been meant for: those it is a part of, else those that are written most
/// alike.
fn alike(code: &str) -> Vec<&'static str> {
    if code.is_empty() {
        return Vec::new();
    }
    let codes = || catalogue::rules().map(|rule| rule.code);
    let within: Vec<_> = codes().filter(|known| known.contains(code)).collect();
    if !within.is_empty() {
        return within;
    }
    let mut alike: Vec<_> = codes()
        .map(|known| (strsim::normalized_levenshtein(code, known), known))
        .filter(|(likeness, _)| *likeness > 0.6)
        .collect();
    alike.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    alike.into_iter().map(|(_, known)| known).take(3).collect()
}

const fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Level::Law => "law",
        Level::Guidance => "guidance",
        Level::Policy => "policy",
        Level::Guard => "guard",
    }
}

const fn effect(rule: &Rule) -> &'static str {
    match rule.effect {
        RuleEffect::Deny => "denies",
        RuleEffect::Warn => "warns",
        RuleEffect::Permit => "carries a permit",
        RuleEffect::Note => "is told",
    }
}

fn operations(rule: &Rule) -> String {
    if !matches!(rule.judge, Judge::Processing(_)) {
        return String::new();
    }
    let all = Operation::ALL.iter();
    let judged = all.filter(|operation| rule.gate.meets(Gate::of(&[**operation])));
    judged
        .map(|operation| operation.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn facts(rule: &Rule) -> String {
    rule.facts()
        .map(|fact| fact.path)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What is to be known of a rule beside its code and title: names and values.
fn known(rule: &Rule) -> Vec<(&'static str, String)> {
    let settable = if rule.is_settable() {
        ", a policy record may change it"
    } else {
        ""
    };
    let severity = format!("{}, {}{settable}", effect(rule), level(rule));
    let all = [
        ("source", rule.citation.to_owned()),
        ("severity", severity),
        ("in force", format!("from {}", rule.in_force_from)),
        ("raised by", rule.raised_by().join(", ")),
        ("operations", operations(rule)),
        ("facts", facts(rule)),
        ("next step", rule.next_step.to_owned()),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// All about one rule.
fn whole(rule: &Rule) -> String {
    let mut lines = vec![format!("{}  {}", rule.code, rule.title)];
    let all = known(rule).into_iter();
    lines.extend(all.map(|(name, value)| format!("  {name:<11} {value}")));
    lines.join("\n")
}

/// The page of all rules.
pub fn page() -> String {
    let mut lines = vec![
        "# Rules".to_owned(),
        String::new(),
        "The rules that `ropa` decides by, as `ropa rules --format markdown` prints them. Numbers are those of the \
         rule book; what it means that a fact is not said stands in `GetServerInfo`."
            .to_owned(),
    ];
    let mut chapter = "";
    for rule in catalogue::rules() {
        if rule.chapter != chapter {
            chapter = rule.chapter;
            lines.extend([String::new(), format!("## {chapter}")]);
        }
        let heading = match rule.number {
            0 => format!("### {}", rule.code),
            number => format!("### {number} {}", rule.code),
        };
        let title = format!("{}.", rule.title);
        lines.extend([String::new(), heading, String::new(), title, String::new()]);
        let all = known(rule).into_iter();
        lines.extend(all.map(|(name, value)| format!("- {name}: {value}")));
    }
    lines.join("\n")
}
