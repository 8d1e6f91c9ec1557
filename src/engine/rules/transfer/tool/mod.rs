//! Tools of Art. 46: standard clauses, corporate rules, codes, certifications and the rest, each under its
//! own conditions, all with an assessment of the law of the country.

mod assessed;
mod conditions;
mod rules;

use super::Found;
use super::import::{Import, covers_activity, covers_categories};
use crate::domain::key::{CountryKey, RecipientKey, TypedKey};
use crate::domain::recipient::Recipient;
use crate::domain::transfer::{
    Exporter, SafeguardGround, ToolKind, TransferRole, TransferSafeguard, TransferTool,
};
use crate::engine::case::Case;
use crate::engine::rule::Obligation;
use crate::engine::snapshot::Node;
use crate::engine::view::{gap, place};

pub(super) use rules::RULES;

/// What a tool does for an import.
pub(super) enum Tool {
    /// It carries it, with what comes with it.
    Holds(More),
    /// It does not; what is the matter.
    Lacks(Vec<Found>),
}

/// What comes with a tool that holds.
#[derive(Default)]
pub(super) struct More {
    pub warnings: Vec<Found>,
    pub obligations: Vec<Obligation>,
}

/// A tool under which one import is looked at.
struct Look<'c, 'a> {
    case: &'c Case<'a>,
    import: &'c Import<'a>,
    country: &'c CountryKey,
    safeguard: Node<'a, TransferSafeguard>,
    tool: Node<'a, TransferTool>,
}

impl Look<'_, '_> {
    fn found(&self, number: u32, field: &str, why: &str) -> Found {
        found(self.import, self.safeguard, number, field, why)
    }

    fn begun(&self, day: Option<crate::domain::date::Date>) -> bool {
        day.is_some_and(|day| self.case.view.clock.begun(day))
    }
}

/// What is the matter with a safeguard.
fn found(
    import: &Import<'_>,
    safeguard: Node<'_, TransferSafeguard>,
    number: u32,
    field: &str,
    why: &str,
) -> Found {
    let message = format!(
        "safeguard `{}` for {}: {why}",
        safeguard.key(),
        import.name()
    );
    let fired = import.fired(message);
    Found::new(number, fired.at(place(safeguard.record, field)))
}

/// Whether a safeguard is one of corporate rules.
fn is_of_group(case: &Case<'_>, safeguard: Node<'_, TransferSafeguard>) -> bool {
    let Some(SafeguardGround::Tool(key)) = &safeguard.body.ground else {
        return false;
    };
    let tool = case.view.snapshot.transfer_tool(key);
    tool.is_some_and(|tool| tool.body.kind == Some(ToolKind::Bcr))
}

/// Looks at a safeguard that names a tool, or no ground at all.
pub(super) fn judge<'a>(
    case: &Case<'a>,
    import: &Import<'a>,
    country: &CountryKey,
    safeguard: Node<'a, TransferSafeguard>,
) -> Tool {
    case.view.touch(safeguard);
    // Corporate rules say by their members whom they bind.
    if !is_of_group(case, safeguard) && !import.is_between(case, safeguard.body) {
        let why = "it is between others";
        return Tool::Lacks(vec![found(import, safeguard, 93, "importer", why)]);
    }
    let tool = match specified(case, import, safeguard) {
        Ok(tool) => tool,
        Err(lacking) => return Tool::Lacks(vec![*lacking]),
    };
    let look = Look {
        case,
        import,
        country,
        safeguard,
        tool,
    };
    // What is for another country, and nobody names, is not relied on: what else it lacks does not matter.
    let said = import.said.and_then(|said| said.safeguard.as_ref());
    let is_named = said.is_some_and(|said| said.key() == safeguard.key());
    if tool.body.kind != Some(ToolKind::Bcr) && !is_named && !look.is_for_place() {
        return Tool::Lacks(look.reach());
    }
    let mut lacking = look.conditions();
    lacking.extend(look.reach());
    let (assessed, more) = look.assessed();
    lacking.extend(assessed);
    if lacking.is_empty() {
        Tool::Holds(more)
    } else {
        Tool::Lacks(lacking)
    }
}

/// The tool of a safeguard, if it is one and all is said that must be said of it; else what is the matter,
/// wherever the data go.
pub(super) fn specified<'a>(
    case: &Case<'a>,
    import: &Import<'a>,
    safeguard: Node<'a, TransferSafeguard>,
) -> Result<Node<'a, TransferTool>, Box<Found>> {
    let tool = match &safeguard.body.ground {
        Some(SafeguardGround::Tool(key)) => case.view.snapshot.transfer_tool(key),
        _ => None,
    };
    let found = |number: u32, field: &str, why: &str| {
        Err(Box::new(found(import, safeguard, number, field, why)))
    };
    let Some(tool) = tool else {
        return found(100, "ground", "it names no ground");
    };
    if tool.body.kind == Some(ToolKind::NotATool) {
        let why = format!("`{}` is no tool of Art. 46", tool.key());
        return found(101, "ground", &why);
    }
    match unspecified(safeguard, tool) {
        Some((field, why)) => found(100, field, why),
        None => Ok(tool),
    }
}

/// What a tool of its kind must say to be looked at further: module, parties, date.
fn unspecified(
    safeguard: Node<'_, TransferSafeguard>,
    tool: Node<'_, TransferTool>,
) -> Option<(&'static str, &'static str)> {
    let body = safeguard.body;
    let needs_module =
        tool.body.needs_module == Some(true) || gap(tool.record, "needs_module").is_some();
    if gap(safeguard.record, "ground").is_some() {
        return Some(("ground", "it is not clear which tool it is"));
    }
    if needs_module && body.module.is_none() {
        return Some(("module", "the module is not stated"));
    }
    let roles = body.exporter_role.is_some() && body.importer_role.is_some();
    if needs_module && !roles {
        return Some(("importer_role", "it is not stated as what the parties act"));
    }
    if body.exporter.is_none() {
        return Some(("exporter", "it is not stated who sends"));
    }
    // Members beside an importer that is not known do not say who it is.
    let unknown = gap(safeguard.record, "importer").is_some() || body.bound_members.is_empty();
    if body.importer.is_none() && unknown {
        return Some(("importer", "it is not stated who receives"));
    }
    if body.concluded_on.is_none() {
        return Some(("concluded_on", "the day it was concluded is not stated"));
    }
    None
}

/// Whether standard clauses stand in for the contract with a processor: those of Decision (EU) 2021/914 with the
/// controller, module 2 or 3, in force; for a processor that another engages, module 3 between the two.
pub(in crate::engine::rules) fn is_contract(
    case: &Case<'_>,
    recipient: Option<Node<'_, Recipient>>,
    from: Option<&RecipientKey>,
) -> bool {
    let Some(recipient) = recipient else {
        return false;
    };
    let counting = case
        .view
        .snapshot
        .safeguards_for(recipient.number)
        .filter(|safeguard| {
            let body = safeguard.body;
            let Some(SafeguardGround::Tool(key)) = &body.ground else {
                return false;
            };
            let modular = case.view.snapshot.transfer_tool(key).is_some_and(|tool| {
                tool.body.kind == Some(ToolKind::Scc) && tool.body.needs_module == Some(true)
            });
            let between = match (&body.exporter, from) {
                (Some(Exporter::ExportingController(key)), None) => {
                    key.key() == case.controller.key() && matches!(body.module, Some(2 | 3))
                }
                (Some(Exporter::ExportingRecipient(key)), Some(from)) => {
                    key == from && body.module == Some(3)
                }
                _ => false,
            };
            modular
                && between
                && body.importer_role == Some(TransferRole::Processor)
                && covers_activity(case, *safeguard)
                && conditions::are_concluded(case, *safeguard)
        });
    counting.count() > 0
}

impl Look<'_, '_> {
    /// Whether it is about this country and this activity.
    fn is_for_place(&self) -> bool {
        let countries = &self.safeguard.body.countries;
        countries.contains(self.country) && covers_activity(self.case, self.safeguard)
    }

    /// Whether it is about this country and these data.
    fn reach(&self) -> Vec<Found> {
        let body = self.safeguard.body;
        let number = if self.tool.body.kind == Some(ToolKind::Bcr) {
            107
        } else {
            93
        };
        let mut found = Vec::new();
        if !body.countries.contains(self.country) {
            let why = format!("it does not cover `{}`", self.country.key());
            found.push(self.found(number, "countries", &why));
        }
        if !covers_categories(self.case, self.import, self.safeguard) {
            found.push(self.found(
                number,
                "categories",
                "it does not cover all categories that go",
            ));
        }
        if !covers_activity(self.case, self.safeguard) {
            found.push(self.found(number, "activities", "it does not cover the activity"));
        }
        found
    }
}
