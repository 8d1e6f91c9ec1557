//! The rules about tools.

use super::super::{SCHREMS_II, ground, rule, since, told, warning};
use crate::engine::rule::{Level, Rule};

pub(in crate::engine::rules::transfer) const RULES: &[Rule] = &[
    Rule {
        level: Level::Guard,
        ..rule(
            100,
            "TRANSFER_SAFEGUARD_UNSPECIFIED",
            "The safeguard does not say which tool it is, between whom, or since when",
            "GDPR art. 46, 30(1)(e), 13(1)(f)",
            "record the tool, its module, the parties and the date",
            |case| told(case, 100),
        )
    },
    rule(
        101,
        "TRANSFER_SAFEGUARD_NOT_RECOGNISED",
        "What is relied on is no tool of Art. 46",
        "GDPR art. 46",
        "conclude a tool of Art. 46, such as the standard clauses of Decision (EU) 2021/914",
        |case| told(case, 101),
    ),
    rule(
        102,
        "TRANSFER_SCC_REPEALED",
        "The standard clauses were repealed",
        "Decision (EU) 2021/914 art. 4",
        "conclude the standard clauses of Decision (EU) 2021/914",
        |case| told(case, 102),
    ),
    rule(
        103,
        "TRANSFER_SCC_NOT_IN_FORCE",
        "The standard clauses are not signed, not complete, altered or ended",
        "GDPR art. 46(2)(c); Decision (EU) 2021/914 clause 2",
        "have all parties sign the unaltered clauses with their annexes, and record it",
        |case| told(case, 103),
    ),
    rule(
        104,
        "TRANSFER_SCC_MODULE_MISMATCH",
        "The module of the clauses does not fit the roles",
        "Decision (EU) 2021/914 annex",
        "conclude the module that fits: 1 C to C, 2 C to P, 3 P to P, 4 P to C",
        |case| told(case, 104),
    ),
    warning(rule(
        105,
        "TRANSFER_SCC_IMPORTER_UNDER_GDPR",
        "The importer is itself under the GDPR",
        "Decision (EU) 2021/914 recital 7",
        "have counsel look at the clauses",
        |case| told(case, 105),
    )),
    rule(
        106,
        "TRANSFER_BCR_NOT_APPROVED",
        "No approval of the binding corporate rules is recorded",
        "GDPR art. 47",
        "record the approval of the competent authority",
        |case| told(case, 106),
    ),
    rule(
        107,
        "TRANSFER_BCR_OUT_OF_SCOPE",
        "The binding corporate rules do not cover the importer, the data or the country",
        "GDPR art. 47(2); EDPB 1/2022",
        "extend the rules, or conclude another tool",
        |case| told(case, 107),
    ),
    rule(
        108,
        "TRANSFER_CODE_NOT_BINDING",
        "The code of conduct is not approved, or does not bind the importer",
        "GDPR art. 46(2)(e), 40(3)",
        "record the approval, and the binding commitment of the importer",
        |case| told(case, 108),
    ),
    rule(
        109,
        "TRANSFER_CERTIFICATION_NOT_BINDING",
        "The certification is not approved, or does not bind the importer",
        "GDPR art. 46(2)(f), 42(2)",
        "record the approval, and the binding commitment of the importer",
        |case| told(case, 109),
    ),
    rule(
        110,
        "TRANSFER_ADHOC_UNAUTHORISED",
        "No authority authorised the clauses or the arrangement",
        "GDPR art. 46(3)",
        "record the authorisation of the supervisory authority",
        |case| told(case, 110),
    ),
    since(
        SCHREMS_II,
        rule(
            111,
            "TRANSFER_TIA_MISSING",
            "The law and practice of the country were not assessed",
            "C-311/18; EDPB 01/2020; Decision (EU) 2021/914 clause 14",
            "assess the law of the country, and record the assessment in the safeguard",
            |case| told(case, 111),
        ),
    ),
    since(
        SCHREMS_II,
        rule(
            112,
            "TRANSFER_TIA_NEGATIVE",
            "The assessment found that no measure protects the data there",
            "C-311/18; EDPB 01/2020",
            "do not transfer; find a processor inside the European Economic Area",
            |case| told(case, 112),
        ),
    ),
    since(
        SCHREMS_II,
        rule(
            113,
            "TRANSFER_SUPPLEMENTARY_MEASURES_MISSING",
            "Measures that the assessment asks for are not in place",
            "C-311/18; EDPB 01/2020",
            "put the measures in place, record them in the safeguard, and name technical ones in `channel.measures`",
            |case| told(case, 113),
        ),
    ),
    since(
        SCHREMS_II,
        Rule {
            level: Level::Guidance,
            ..warning(rule(
                114,
                "TRANSFER_TIA_REVIEW_DUE",
                "The assessment is due for review",
                "EDPB 01/2020 step 6",
                "review the assessment",
                |case| told(case, 114),
            ))
        },
    ),
    ground(rule(
        115,
        "TRANSFER_SAFEGUARD_VALID",
        "A tool of Art. 46 covers the transfer",
        "GDPR art. 46, 13(1)(f), 30(1)(e)",
        "tell people of the transfer, record it, and keep a copy of the safeguard at hand",
        |case| told(case, 115),
    )),
];
