//! Transfers (Chapter V): in which country data are, and what lets them be there. Each recipient, and each
//! link of its chain, is looked at in each of its countries: adequacy first, then each safeguard, then the
//! derogations.

mod adequacy;
mod derogation;
mod ground;
mod import;
mod storage;
mod tool;
mod weigh;

use crate::domain::date::Date;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Level, Outcome, Rule, RuleEffect};

pub(super) use tool::is_contract;
pub(super) use weigh::rests_on_derogation;
pub(in crate::engine) use weigh::{Ground, Transfer, transfers};

const CHAPTER: &str = "2.9 Transfers";

/// The day of the judgment in C-311/18: since then, tools need an assessment of the law of the country.
const SCHREMS_II: Date = Date::of(2020, 7, 16);
/// The day on which Decision (EU) 2023/1795 took effect: since then, importers in the United States must
/// be on its list.
const FRAMEWORK: Date = Date::of(2023, 7, 10);

/// One thing found about a transfer, under the number of the rule that says so.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Found {
    /// The number of the rule.
    pub(in crate::engine) number: u32,
    /// What it is about.
    pub(in crate::engine) fired: Fired,
    /// What the rule would read is not stated.
    missing: bool,
}

impl Found {
    const fn new(number: u32, fired: Fired) -> Self {
        Self {
            number,
            fired,
            missing: false,
        }
    }

    const fn unstated(mut self) -> Self {
        self.missing = true;
        self
    }
}

const fn ground(rule: Rule) -> Rule {
    Rule {
        effect: RuleEffect::Permit,
        ..rule
    }
}

const fn warning(rule: Rule) -> Rule {
    Rule {
        effect: RuleEffect::Warn,
        ..rule
    }
}

const fn since(day: Date, rule: Rule) -> Rule {
    Rule {
        in_force_from: day,
        ..rule
    }
}

/// The firings found under a number; and those for which something is not stated.
fn found(case: &Case<'_>, number: u32) -> (Vec<Fired>, Vec<Fired>) {
    let all = case.transfers().iter().flat_map(|transfer| &transfer.found);
    let (missing, fired): (Vec<_>, Vec<_>) = all
        .filter(|found| found.number == number)
        .partition(|found| found.missing);
    let told = |found: Vec<&Found>| found.into_iter().map(|found| found.fired.clone()).collect();
    (told(fired), told(missing))
}

/// What was found under a number.
fn told(case: &Case<'_>, number: u32) -> Outcome {
    let (fired, missing) = found(case, number);
    if !fired.is_empty() {
        Outcome::Fired(fired)
    } else if !missing.is_empty() {
        Outcome::FactMissing(missing)
    } else {
        Outcome::NotApplicable
    }
}

pub(super) const RULES: &[&[Rule]] = &[
    &[ground(Rule::law(
        CHAPTER,
        90,
        "TRANSFER_NOT_APPLICABLE",
        "Everybody who gets the data is inside the European Economic Area, or is no importer of its own",
        "GDPR art. 44; EDPB 05/2021",
        "nothing is to be done",
        weigh::all_inside,
    ))],
    storage::RULES,
    &[
        Rule::law(
            CHAPTER,
            93,
            "TRANSFER_NO_LEGAL_GROUND",
            "Nothing lets the data go to the third country",
            "GDPR art. 44",
            "record a safeguard that holds, or keep the data inside the European Economic Area",
            |case| told(case, 93),
        ),
        ground(Rule::law(
            CHAPTER,
            94,
            "TRANSFER_ADEQUATE",
            "An adequacy decision in force covers the importer",
            "GDPR art. 45, 13(1)(f), 30(1)(e)",
            "tell people of the transfer, and record it",
            |case| told(case, 94),
        )),
        Rule::law(
            CHAPTER,
            95,
            "TRANSFER_ADEQUACY_OUT_OF_SCOPE",
            "An adequacy decision exists, and does not cover the importer or the data",
            "GDPR art. 45(3)",
            "record in `adequacy_scope` that the importer is within its scope, or a safeguard of Art. 46",
            |case| told(case, 95),
        ),
        Rule::law(
            CHAPTER,
            96,
            "TRANSFER_ADEQUACY_NOT_IN_FORCE",
            "The adequacy decision is not in force at the time",
            "GDPR art. 45(3), 45(5)",
            "record a safeguard of Art. 46",
            |case| told(case, 96),
        ),
        Rule::law(
            CHAPTER,
            97,
            "TRANSFER_ADEQUACY_INVALIDATED",
            "The adequacy decision relied on was invalidated",
            "C-362/14; C-311/18",
            "record a safeguard of Art. 46, or a listing under the decision in force",
            |case| told(case, 97),
        ),
        since(
            FRAMEWORK,
            Rule::law(
                CHAPTER,
                98,
                "TRANSFER_DPF_NOT_CERTIFIED",
                "The importer is not active on the list of the adequacy decision",
                "Decision (EU) 2023/1795",
                "look the importer up on the list, and record its listing, or a safeguard of Art. 46",
                |case| told(case, 98),
            ),
        ),
        since(
            FRAMEWORK,
            Rule::law(
                CHAPTER,
                99,
                "TRANSFER_DPF_HR_NOT_COVERED",
                "The listing of the importer does not cover data of staff",
                "Decision (EU) 2023/1795",
                "record a listing that covers data of staff, or a safeguard of Art. 46",
                |case| told(case, 99),
            ),
        ),
    ],
    tool::RULES,
    &[
        Rule::law(
            CHAPTER,
            116,
            "TRANSFER_DEROGATION_CONDITIONS_UNMET",
            "The conditions of the derogation relied on are not met",
            "GDPR art. 49; EDPB 2/2018",
            "state what makes the derogation apply, or record a safeguard of Art. 46",
            |case| told(case, 116),
        ),
        ground(Rule::law(
            CHAPTER,
            117,
            "TRANSFER_DEROGATION_USED",
            "A derogation allows the transfer",
            "GDPR art. 49(1), 49(6), 30(1)(e)",
            "record the transfer, and tell people of it",
            |case| told(case, 117),
        )),
        Rule::law(
            CHAPTER,
            118,
            "TRANSFER_ONWARD_NOT_COVERED",
            "The safeguard of the importer does not allow the onward transfer",
            "GDPR art. 44; Decision (EU) 2021/914 clauses 8.7 and 8.8",
            "have the safeguard cover the onward transfer, and record it in `onward`",
            |case| told(case, 118),
        ),
        Rule {
            level: Level::Guidance,
            ..warning(Rule::law(
                CHAPTER,
                119,
                "TRANSFER_SPECIAL_TERRITORY",
                "The data go to an overseas territory linked to a state of the European Economic Area",
                "GDPR art. 44; LIL art. 125 and following",
                "have counsel look at the transfer",
                |case| told(case, 119),
            ))
        },
    ],
];
