//! All about one activity at an instant.

use jiff::tz::TimeZone;

use super::recipients::{Use, of_activity};
use crate::domain::activity::Activity;
use crate::domain::basis::{Article6, BasisArticle, LegalBasis};
use crate::domain::category::DataCategory;
use crate::domain::controller::Controller;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{Key, RecordName, TypedKey};
use crate::domain::record::{Body, Gap, Record};
use crate::domain::retention::RetentionRule;
use crate::domain::system::System;
use crate::engine::clock::Clock;
use crate::engine::snapshot::{Node, Snapshot};

/// One activity, resolved at an instant.
#[derive(Debug)]
pub struct Description<'a> {
    /// The activity.
    pub activity: Node<'a, Activity>,
    /// Whether it counts.
    pub in_force: bool,
    /// The purpose in words.
    pub purpose_statement: &'a str,
    /// The operative basis, if one is in force.
    pub basis: Option<Basis<'a>>,
    /// The data.
    pub categories: Vec<Category<'a>>,
    /// Who gets the data.
    pub recipients: Vec<Use>,
    /// Where they are processed.
    pub systems: Vec<Node<'a, System>>,
    /// The notices in force that tell of it.
    pub notices: Vec<Key>,
    /// Where the sources of its records are silent.
    pub gaps: Vec<(RecordName, &'a Gap)>,
    /// What ends or falls due for it, soonest first.
    pub lapses: Vec<Lapse>,
}

/// A basis, and its source.
#[derive(Debug)]
pub struct Basis<'a> {
    /// Its key.
    pub key: &'a Key,
    /// The letter of Art. 6(1).
    pub letter: Option<Article6>,
    /// The texts of law in force that it cites.
    pub laws: Vec<String>,
    /// The legitimate interest.
    pub interest: &'a str,
}

/// A category of data in an activity.
#[derive(Debug)]
pub struct Category<'a> {
    /// Its key.
    pub key: &'a Key,
    /// Its marks, and those of what stands above it.
    pub marks: Vec<&'static str>,
    /// The retention rules that apply to it in the activity.
    pub retention: Vec<Node<'a, RetentionRule>>,
    /// The ground of Art. 9(2) or 10.
    pub condition: Option<&'a Key>,
}

/// Something that ends or falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lapse {
    /// The day.
    pub date: Date,
    /// The record.
    pub record: RecordName,
    /// The field that says so.
    pub field: &'static str,
}

/// Describes an activity.
pub fn describe<'a>(
    snapshot: &'a Snapshot,
    activity: Node<'a, Activity>,
    at: Instant,
) -> Description<'a> {
    let body = activity.body;
    let controller = body
        .controller
        .as_ref()
        .and_then(|key| snapshot.controller(key));
    let zone = controller.and_then(|controller: Node<'_, Controller>| snapshot.zone(controller));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let purpose = body.purpose.as_ref().and_then(|key| snapshot.purpose(key));
    let mut recipients = Vec::new();
    of_activity(snapshot, activity, at, &mut recipients);
    let listed = body.data.iter();
    let categories: Vec<Category<'a>> = listed
        .filter_map(|entry| {
            let category = snapshot.data_category(entry.category.as_ref()?)?;
            Some(Category {
                key: category.key(),
                marks: marks(snapshot, category),
                retention: retention(snapshot, &clock, activity, category),
                condition: entry.condition.as_ref().map(TypedKey::key),
            })
        })
        .collect();
    let notices = snapshot
        .notices_on(Some(activity.number))
        .filter(|notice| clock.in_force(&notice.record.envelope));
    let records = related(snapshot, activity, &recipients);
    let mut lapses: Vec<Lapse> = records
        .iter()
        .flat_map(|record| dates(record))
        .filter(|lapse| lapse.date >= clock.today())
        .collect();
    lapses.sort();
    lapses.dedup();
    let gaps = records
        .iter()
        .flat_map(|record| {
            record
                .envelope
                .gaps
                .iter()
                .map(|gap| (record.name.clone(), gap))
        })
        .collect();
    Description {
        activity,
        in_force: clock.in_force(&activity.record.envelope),
        purpose_statement: purpose.map_or("", |purpose| &purpose.body.statement),
        basis: basis(snapshot, &clock, body),
        categories,
        systems: body
            .systems
            .iter()
            .filter_map(|key| snapshot.system(key))
            .collect(),
        notices: notices.map(|notice| notice.key().clone()).collect(),
        recipients,
        gaps,
        lapses,
    }
}

fn basis<'a>(snapshot: &'a Snapshot, clock: &Clock, activity: &'a Activity) -> Option<Basis<'a>> {
    let found: Node<'a, LegalBasis> = snapshot.legal_basis(activity.legal_basis.as_ref()?)?;
    if !clock.in_force(&found.record.envelope) {
        return None;
    }
    let laws = found.body.laws.iter();
    let laws = laws.filter(|law| clock.within(law.valid_from, law.valid_until));
    let laws = laws.map(|law| {
        if law.article.is_empty() {
            law.citation.clone()
        } else {
            format!("{}, {}", law.citation, law.article)
        }
    });
    Some(Basis {
        key: found.key(),
        letter: match found.body.article {
            Some(BasisArticle::Article6(letter)) => Some(letter),
            _ => None,
        },
        laws: laws.collect(),
        interest: &found.body.interest,
    })
}

/// The marks of a category, and of what stands above it.
fn marks(snapshot: &Snapshot, category: Node<'_, DataCategory>) -> Vec<&'static str> {
    type Marked = fn(&DataCategory) -> bool;
    let known: [(&'static str, Marked); 7] = [
        ("special_category", |category| {
            category.special_category.is_some()
        }),
        ("criminal", |category| category.criminal == Some(true)),
        ("national_number", |category| {
            category.national_number == Some(true)
        }),
        ("communication", |category| category.communication.is_some()),
        ("highly_personal", |category| {
            category.highly_personal == Some(true)
        }),
        ("employment", |category| category.employment == Some(true)),
        ("contact_detail", |category| {
            category.contact_detail == Some(true)
        }),
    ];
    known
        .into_iter()
        .filter(|(_, marked)| {
            let above = snapshot.upwards(category.number);
            above
                .filter_map(|number| snapshot.node(number))
                .any(|at| marked(at.body))
        })
        .map(|(name, _)| name)
        .collect()
}

/// The rules in force on a category that are bound to the activity, or to none.
fn retention<'a>(
    snapshot: &'a Snapshot,
    clock: &Clock,
    activity: Node<'a, Activity>,
    category: Node<'a, DataCategory>,
) -> Vec<Node<'a, RetentionRule>> {
    let above = snapshot.upwards(category.number);
    let mut rules: Vec<Node<'a, RetentionRule>> = above
        .flat_map(|number| snapshot.retention_on(Some(number)))
        .filter(|rule| {
            let bound = &rule.body.activities;
            let listed = &activity.body.retention_rules;
            bound.is_empty()
                || bound.iter().any(|key| key.key() == activity.key())
                || listed.iter().any(|key| key.key() == rule.key())
        })
        .filter(|rule| clock.in_force(&rule.record.envelope))
        .collect();
    rules.sort_by_key(|rule| rule.number);
    rules.dedup_by_key(|rule| rule.number);
    rules
}

/// The records that an activity rests on: those it refers to, and what its recipients rest on.
fn related<'a>(
    snapshot: &'a Snapshot,
    activity: Node<'a, Activity>,
    recipients: &[Use],
) -> Vec<&'a Record> {
    use crate::domain::shape::{Place, Refer};
    let mut names: Vec<RecordName> = vec![activity.record.name.clone()];
    let refer = |record: &Record, names: &mut Vec<RecordName>| {
        record.body.refer(Place::Record, &mut |_, kind, key| {
            names.push(RecordName::new(kind, key.clone()));
        });
    };
    let find = |name: &RecordName| snapshot.record(snapshot.number(name.kind, &name.key)?);
    refer(activity.record, &mut names);
    // What a basis or a safeguard rests on, an assessment say, is one step further.
    let basis = activity.body.legal_basis.as_ref();
    if let Some(basis) = basis.and_then(|key| snapshot.legal_basis(key)) {
        refer(basis.record, &mut names);
    }
    for one in recipients {
        let recipient = RecordName::new(crate::domain::key::Kind::Recipient, one.recipient.clone());
        names.push(recipient);
        if let Some((agreement, _)) = &one.agreement {
            let kind = crate::domain::key::Kind::Agreement;
            names.push(RecordName::new(kind, agreement.clone()));
        }
        for ground in one.places.iter().filter_map(|place| place.record.as_ref()) {
            names.push(ground.clone());
            if let Some(record) = find(ground) {
                refer(record, &mut names);
            }
        }
    }
    names.sort();
    names.dedup();
    names.iter().filter_map(find).collect()
}

/// The days on which a record ends, or something in it falls due.
fn dates(record: &Record) -> Vec<Lapse> {
    let mut lapses = Vec::new();
    let mut lapse = |field: &'static str, date: Option<Date>| {
        lapses.extend(date.map(|date| Lapse {
            date,
            record: record.name.clone(),
            field,
        }));
    };
    lapse("valid_until", record.envelope.valid_until);
    match &record.body {
        Body::Assessment(body) => lapse("review_on", body.review_on),
        Body::Recipient(body) => {
            let diligence = body.due_diligence.as_ref();
            lapse(
                "due_diligence.review_on",
                diligence.and_then(|one| one.review_on),
            );
            for listing in &body.listings {
                lapse("listings.until", listing.until);
            }
        }
        Body::AdequacyDecision(body) => {
            // Only the last period ends the decision.
            let last = body.periods.iter().map(|period| period.until).max();
            lapse("periods.until", last.flatten());
        }
        Body::TransferSafeguard(body) => lapse("terminated_on", body.terminated_on),
        Body::TransferTool(body) => {
            lapse("new_until", body.new_until);
            lapse("existing_until", body.existing_until);
        }
        Body::Agreement(body) => {
            for one in &body.subprocessors {
                lapse("subprocessors.objection_until", one.objection_until);
            }
        }
        Body::LegalBasis(body) => {
            for law in &body.laws {
                lapse("laws.valid_until", law.valid_until);
            }
        }
        _ => {}
    }
    lapses
}
