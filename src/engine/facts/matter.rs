//! What is processed, for what, about whom, to whom and where.

use super::{Fact, fact};

pub(super) const FACTS: &[Fact] = &[
    fact(
        "processing.controller",
        &[2, 27, 37, 50, 61, 64, 141, 142],
        "the only active controller; where there are several, REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.activity",
        &[1, 3, 4],
        "activity or purpose: REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.purpose",
        &[1, 3, 4],
        "activity or purpose: REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.operations",
        &[1, 15, 49, 52, 66, 69, 72, 73, 74, 92, 120, 121, 122],
        "REQUEST_INCOMPLETE",
    ),
    fact("processing.data", &[1], "REQUEST_INCOMPLETE"),
    fact(
        "processing.data[].category",
        &[1, 5, 12, 13, 49, 50, 51, 58, 64, 65, 68, 99],
        "REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.data[].collected_on",
        &[45, 66, 67, 69, 70, 72, 74],
        "RETENTION_FACTS_MISSING where a retention rule starts with the data; FACT_MISSING where the basis changed since",
    ),
    fact(
        "processing.data[].events",
        &[66, 67, 69, 72, 73],
        "RETENTION_FACTS_MISSING where a retention rule starts with another event",
    ),
    fact(
        "processing.data[].collected_for",
        &[10, 11],
        "what the activity says, else the activity itself",
    ),
    fact(
        "processing.data[].origin",
        &[10, 15, 19, 46, 47, 62],
        "the activity's sources; none means from the person; does not help one's own customers",
    ),
    fact(
        "processing.data[].source",
        &[19],
        "nobody but those the activity names",
    ),
    fact(
        "processing.data[].anonymisation",
        &[
            8, 9, 11, 13, 14, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
            37, 38, 45, 50, 51, 57, 58, 67, 69, 75, 76, 77, 86, 89, 90, 91, 92, 93, 120, 121, 123,
            130, 132, 133, 134, 138, 160,
        ],
        "personal data",
    ),
    fact(
        "processing.data[].special_content",
        &[58, 59, 60, 61, 62, 140],
        "what the category says",
    ),
    fact(
        "processing.data[].published_by_subject",
        &[62],
        "SPECIAL_CATEGORY_NOT_MANIFESTLY_PUBLIC on Art. 9(2)(e)",
    ),
    fact(
        "processing.data[].deleted_by_user",
        &[66, 71],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.data[].legal_holds",
        &[74],
        "held, by a hold of scope ALL",
    ),
    fact(
        "processing.subject.category",
        &[1, 6, 7, 15, 29, 30, 57, 99],
        "REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.subject.country",
        &[22, 23, 24, 25, 26, 27, 28, 46, 48, 54, 55, 59],
        "FACT_MISSING for a service offered to children on consent, and for a marketing call",
    ),
    fact(
        "processing.subject.age_years",
        &[22, 23, 24, 25, 26, 27, 28, 46, 53, 54, 55, 56, 57, 59],
        "CHILD_AGE_UNKNOWN for a service offered to children; of a group of children, below every age",
    ),
    fact(
        "processing.subject.vital_status",
        &[
            9, 10, 12, 13, 15, 16, 18, 20, 21, 22, 24, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40,
            46, 57, 58, 66, 67, 68, 69, 70, 71, 73, 74, 120, 121, 122, 124, 130, 131,
        ],
        "lives",
    ),
    fact(
        "processing.subject.post_mortem.directive",
        &[130, 131],
        "FACT_MISSING for a deceased person",
    ),
    fact(
        "processing.subject.post_mortem.heir_action",
        &[131],
        "POST_MORTEM_HEIRS for a deceased person without a directive",
    ),
    fact(
        "processing.subject.contract.state",
        &[30, 31, 47, 48, 66, 67, 69, 72, 73, 86, 93, 116, 117, 138],
        "FACT_MISSING on a basis of contract",
    ),
    fact("processing.subject.contract.started_on", &[31], "has begun"),
    fact(
        "processing.subject.contract.ended_on",
        &[31, 48, 66, 67, 69, 72, 73],
        "FACT_MISSING with ENDED",
    ),
    fact("processing.subject.capacity", &[46, 47, 48], "CONSUMER"),
    fact(
        "processing.recipients",
        &[
            75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96,
            97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114,
            115, 116, 117, 118, 119,
        ],
        "nobody else; with DISCLOSE or TRANSFER, REQUEST_INCOMPLETE",
    ),
    fact(
        "processing.recipients[].categories",
        &[76, 107, 118],
        "all items of the question",
    ),
    fact(
        "processing.recipients[].country",
        &[90, 91, 93, 94, 95, 96, 97, 119],
        "all countries of the recipient; none recorded: TRANSFER_COUNTRY_UNKNOWN",
    ),
    fact(
        "processing.recipients[].safeguard",
        &[
            93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
            112, 113, 114, 115, 116, 117, 118,
        ],
        "any safeguard recorded for the recipient",
    ),
    fact("processing.recipients[].access", &[90], "SENT"),
    fact(
        "processing.recipients[].for_consideration",
        &[17],
        "what the activity says; SALE_PROHIBITED where it is silent and a notice promises no sale",
    ),
    fact(
        "processing.recipients[].own_purpose",
        &[84],
        "no purpose of its own",
    ),
    fact(
        "processing.recipients[].authority_request",
        &[87, 88],
        "AUTHORITY_REQUEST_UNSUBSTANTIATED or FOREIGN_AUTHORITY_REQUEST for an authority",
    ),
    fact(
        "processing.recipients[].derogation",
        &[116, 117],
        "none is relied on but what is recorded",
    ),
    fact(
        "processing.recipients[].onward_to",
        &[82, 83, 118],
        "the registered chain alone",
    ),
    fact(
        "processing.system",
        &[74, 90, 91, 92, 93, 113, 115, 132, 160],
        "the activity's systems, all of them",
    ),
    fact(
        "processing.storage_country",
        &[90, 91, 92, 93, 94, 95, 96, 97, 119],
        "the activity's systems; none: TRANSFER_COUNTRY_UNKNOWN to store",
    ),
    fact(
        "processing.channel.measures",
        &[93, 113, 115, 132],
        "none: SECURITY_MEASURE_MISSING or TRANSFER_SUPPLEMENTARY_MEASURES_MISSING where one is required",
    ),
    fact(
        "processing.channel.medium",
        &[46, 47, 48],
        "electronic, for direct marketing",
    ),
];
