//! The facts of the other questions: a tracker, a request, a breach.

use super::{Fact, fact};

pub(super) const FACTS: &[Fact] = &[
    fact("tracker.tracker", &[1, 144], "REQUEST_INCOMPLETE"),
    fact("tracker.access", &[1, 151], "REQUEST_INCOMPLETE"),
    fact(
        "tracker.consent",
        &[54, 55, 56, 145, 146, 148, 149, 150, 152, 154],
        "TRACKER_CONSENT_REQUIRED unless the tracker is exempt",
    ),
    fact(
        "tracker.choice_time",
        &[152],
        "the time of the consent; without it a warning",
    ),
    fact(
        "tracker.objected",
        &[146, 148],
        "taken as no, and listed as assumed",
    ),
    fact(
        "tracker.requested_service",
        &[53, 54, 55, 56, 145, 146, 147, 152],
        "was not asked for",
    ),
    fact(
        "tracker.placed_on",
        &[146, 148, 150],
        "the declared lifetime decides",
    ),
    fact(
        "tracker.data_collected_on",
        &[151],
        "FACT_MISSING to read an exempt audience tracker",
    ),
    fact(
        "tracker.subject.country",
        &[54, 55, 145, 152],
        "FACT_MISSING for a service offered to children",
    ),
    fact(
        "tracker.subject.age_years",
        &[53, 54, 55, 56, 57],
        "CHILD_AGE_UNKNOWN for a service offered to children",
    ),
    fact("request.right", &[1, 125], "REQUEST_INCOMPLETE"),
    fact("request.received_on", &[1, 128, 129], "REQUEST_INCOMPLETE"),
    fact("request.answered_on", &[128], "not answered yet"),
    fact("request.identity", &[126], "nobody doubts who asks"),
    fact("request.manifestly_unfounded", &[127], "no"),
    fact("request.excessive", &[127], "no"),
    fact(
        "request.shown",
        &[127],
        "not shown: the request is honoured",
    ),
    fact("request.extension", &[129], "none"),
    fact("request.objection", &[125], "nobody objected"),
    fact(
        "request.provided_by_subject",
        &[125],
        "FACT_MISSING for portability, unless each item's origin is said",
    ),
    fact(
        "request.automated_means",
        &[125],
        "FACT_MISSING for portability",
    ),
    fact("breach.role", &[155, 156, 157, 158, 159], "CONTROLLER"),
    fact("breach.aware_time", &[155, 158], "the term cannot be told"),
    fact("breach.detected_time", &[156], "the time of awareness"),
    fact("breach.risk", &[155, 157], "RISK"),
    fact(
        "breach.communications_service",
        &[156],
        "as the controller is marked",
    ),
    fact("breach.exceptions", &[157], "none"),
    fact("breach.notified_times", &[155, 156], "nobody was told"),
];
