//! What is recorded: whether the law in it is that of this program, what is to be looked at again, and where
//! its sources are silent.

use ropa_proto::v1 as pb;

use super::super::compare;
use super::super::kept::Records;
use super::finding::{Finding, Place};
use crate::clock::SystemClock;
use crate::domain::date::{Date, Period};
use crate::domain::shape::Text;
use crate::reference_pack;
use crate::wire::record::content;

/// How many names are told.
const TOLD: usize = 3;
/// How long a pack may be trusted to be the newest.
const FRESH: &str = "P1Y";

/// Looks at what is recorded.
pub(super) fn look(records: &Records, found: &mut Vec<Finding>) {
    let today = SystemClock.now().day(&jiff::tz::TimeZone::UTC);
    reference(records, found);
    edition(today, found);
    review(records, today, found);
    gaps(records, found);
}

/// The records of the pack against those of the registry.
fn reference(records: &Records, found: &mut Vec<Finding>) {
    let (mut missing, mut other) = (Vec::new(), Vec::new());
    for record in reference_pack::records() {
        match records.get(&record.name) {
            None => missing.push(record.name.to_string()),
            Some(kept) if compare::fields(kept, &content(&record)).is_empty() => {}
            Some(_) => other.push(record.name.to_string()),
        }
    }
    let (place, edition) = (Place::ReferencePack, reference_pack::EDITION);
    if missing.is_empty() && other.is_empty() {
        found.push(Finding::ok(
            place,
            format!("is of {edition}, as in this program"),
        ));
        return;
    }
    let mut told = Vec::new();
    for (what, names) in [("missing", missing), ("different", other)] {
        if !names.is_empty() {
            told.push(format!("{what} {} ({})", names.len(), some(&names)));
        }
    }
    found.push(Finding::warn(
        place,
        format!(
            "is not that of this program, which is of {edition}: {}",
            told.join(", ")
        ),
        "`ropa init --reference pack.yaml`, `ropa diff pack.yaml`, and `ropa import pack.yaml` unless the differences are your own",
    ));
}

/// Law moves on, and a program that is not renewed does not.
fn edition(today: Date, found: &mut Vec<Finding>) {
    let of = Date::parse(reference_pack::EDITION);
    let until = of
        .zip(Period::parse(FRESH))
        .map(|(of, fresh)| of.plus(&fresh));
    if until.is_some_and(|until| until < today) {
        found.push(Finding::warn(
            Place::ReferencePack,
            format!(
                "of this program is of {}, long ago",
                reference_pack::EDITION
            ),
            "look for a newer release of ropa",
        ));
    }
}

/// What was to be looked at again by now.
fn review(records: &Records, today: Date, found: &mut Vec<Finding>) {
    let due = records.iter().filter(|(_, record)| is_due(record, today));
    let due: Vec<String> = due.map(|(name, _)| name.to_string()).collect();
    found.push(if due.is_empty() {
        Finding::ok(Place::Inventory, "no record is past its review")
    } else {
        Finding::warn(
            Place::Inventory,
            format!("past review, or never reviewed: {} ({})", due.len(), some(&due)),
            "look at them, and write the day into `reviewedOn`; into `reviewOn` of an assessment, the next",
        )
    });
}

/// Whether a record that counts is past the day of its review.
fn is_due(record: &pb::Record, today: Date) -> bool {
    use pb::record::Body;
    if !matches!(
        record.state(),
        pb::RecordState::Active | pb::RecordState::Suspended
    ) {
        return false;
    }
    let every = Period::parse(&record.review_every);
    let own = every.is_some_and(|every| {
        Date::parse(&record.reviewed_on).is_none_or(|on| on.plus(&every) < today)
    });
    let day = match &record.body {
        Some(Body::Assessment(body)) => Some(&body.review_on),
        Some(Body::Recipient(body)) => body.due_diligence.as_ref().map(|done| &done.review_on),
        _ => None,
    };
    own || day
        .and_then(|day| Date::parse(day))
        .is_some_and(|day| day < today)
}

/// Where the sources are silent.
fn gaps(records: &Records, found: &mut Vec<Finding>) {
    let with: Vec<_> = records
        .iter()
        .filter(|(_, record)| !record.gaps.is_empty())
        .collect();
    let count: usize = with.iter().map(|(_, record)| record.gaps.len()).sum();
    let names: Vec<String> = with.iter().map(|(name, _)| name.to_string()).collect();
    found.push(if count == 0 {
        Finding::ok(Place::Inventory, "no record has a gap")
    } else {
        Finding::warn(
            Place::Inventory,
            format!(
                "gaps: {count}, in records: {} ({})",
                names.len(),
                some(&names)
            ),
            "find out what is so: a gap never permits; `ropa get` shows those of a record",
        )
    });
}

/// The first of some names.
fn some(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(TOLD).map(String::as_str).collect();
    let more = if names.len() > TOLD { ", …" } else { "" };
    first.join(", ") + more
}
