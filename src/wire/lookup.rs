//! Look-ups, as they are asked and told.

use ropa_proto::v1 as pb;

use super::decision::reason;
use super::shape::{Read, Say, SayOne};
use super::violation::{Violation, read};
use crate::domain::key::Key;
use crate::domain::shape::Words;
use crate::engine::lookup::{Description, Filter, Ground, Lapse, Place, Standing, Use};

/// Reads what narrows a look-up of recipients; what is left out does not.
pub fn read_filter(said: pb::LookupRecipientsRequest) -> Result<Filter, Vec<Violation>> {
    let pb::LookupRecipientsRequest {
        category,
        purpose,
        activity,
        country,
        recipient,
        evaluation_time: _,
        page_size: _,
        page_token: _,
    } = said;
    read(|reader| {
        Some(Filter {
            category: reader.field("category", |reader| Read::read(category, reader)),
            purpose: reader.field("purpose", |reader| Read::read(purpose, reader)),
            activity: reader.field("activity", |reader| Read::read(activity, reader)),
            country: reader.field("country", |reader| Read::read(country, reader)),
            recipient: reader.field("recipient", |reader| Read::read(recipient, reader)),
        })
    })
}

/// Says who gets data.
pub fn say_use(one: &Use) -> pb::RecipientUse {
    let Use {
        activity,
        purpose,
        recipient,
        engaged_by,
        system,
        standing,
        categories,
        disclosure_basis,
        agreement,
        places,
        reasons,
        valid_until,
    } = one;
    let (agreement, agreement_until) = match agreement {
        Some((key, until)) => (key.to_string(), until.say()),
        None => (String::new(), String::new()),
    };
    pb::RecipientUse {
        activity: activity.to_string(),
        purpose: purpose.to_string(),
        recipient: recipient.to_string(),
        engaged_by: say_key(engaged_by.as_ref()),
        system: say_key(system.as_ref()),
        standing: match standing {
            Standing::Unknown => pb::RecipientStanding::Unspecified,
            Standing::Internal => pb::RecipientStanding::Internal,
            Standing::Authority => pb::RecipientStanding::Authority,
            Standing::Processor => pb::RecipientStanding::Processor,
            Standing::JointController => pb::RecipientStanding::JointController,
            Standing::Controller => pb::RecipientStanding::Controller,
        }
        .into(),
        categories: categories.iter().map(ToString::to_string).collect(),
        disclosure_basis: say_key(disclosure_basis.as_ref()),
        agreement,
        agreement_until,
        places: places.iter().map(say_place).collect(),
        reasons: reasons.iter().map(reason).collect(),
        valid_until_time: valid_until.map(|until| until.say_one()),
    }
}

fn say_place(place: &Place) -> pb::TransferPlace {
    let Place {
        country,
        ground,
        record,
        required_measures,
        reasons,
    } = place;
    pb::TransferPlace {
        country: say_key(country.as_ref()),
        ground: match ground {
            Ground::Nothing => pb::TransferGround::Unspecified,
            Ground::Inside => pb::TransferGround::Inside,
            Ground::Special => pb::TransferGround::SpecialTerritory,
            Ground::Adequacy => pb::TransferGround::Adequacy,
            Ground::Tool => pb::TransferGround::Tool,
            Ground::Derogation => pb::TransferGround::Derogation,
        }
        .into(),
        record: record.as_ref().map(ToString::to_string).unwrap_or_default(),
        reasons: reasons.iter().map(reason).collect(),
        required_measures: required_measures.iter().map(ToString::to_string).collect(),
    }
}

fn say_key(key: Option<&Key>) -> String {
    key.map(ToString::to_string).unwrap_or_default()
}

fn word<W: Words>(word: Option<W>) -> i32 {
    word.as_ref().map_or(0, SayOne::say_one)
}

/// Says all about an activity.
pub fn say_description(
    description: &Description<'_>,
    snapshot: pb::SnapshotInfo,
) -> pb::DescribeActivityResponse {
    let Description {
        activity,
        in_force,
        purpose_statement,
        basis,
        categories,
        recipients,
        systems,
        notices,
        gaps,
        lapses,
    } = description;
    let body = activity.body;
    pb::DescribeActivityResponse {
        activity: activity.key().to_string(),
        display_name: activity.record.envelope.display_name.clone(),
        in_force: *in_force,
        controller: body.controller.say(),
        purpose: body.purpose.say(),
        purpose_statement: (*purpose_statement).to_owned(),
        legal_basis: basis.as_ref().map(|basis| pb::DescribedBasis {
            legal_basis: basis.key.to_string(),
            article_6: word(basis.letter),
            laws: basis.laws.clone(),
            interest: basis.interest.to_owned(),
        }),
        categories: categories
            .iter()
            .map(|category| pb::DescribedCategory {
                category: category.key.to_string(),
                marks: category
                    .marks
                    .iter()
                    .map(|mark| (*mark).to_owned())
                    .collect(),
                retention: category
                    .retention
                    .iter()
                    .map(|rule| pb::DescribedRetention {
                        rule: rule.key().to_string(),
                        kind: word(rule.body.kind),
                        start_events: rule.body.start_events.iter().map(SayOne::say_one).collect(),
                        period: rule.body.period.say(),
                        law: rule.body.law.say(),
                    })
                    .collect(),
                condition: say_key(category.condition),
            })
            .collect(),
        data_subject_categories: body.data_subject_categories.say(),
        recipients: recipients.iter().map(say_use).collect(),
        systems: systems
            .iter()
            .map(|system| pb::DescribedSystem {
                system: system.key().to_string(),
                storage_countries: system.body.storage_countries.say(),
                processor: system.body.processor.say(),
            })
            .collect(),
        measures: body.measures.say(),
        required_measures: body.required_measures.say(),
        notices: notices.iter().map(ToString::to_string).collect(),
        gaps: gaps
            .iter()
            .map(|(record, gap)| pb::DescribedGap {
                record: record.to_string(),
                field: gap.field.clone(),
                kind: word(gap.kind),
                note: gap.note.clone(),
            })
            .collect(),
        lapses: lapses.iter().map(say_lapse).collect(),
        snapshot: Some(snapshot),
    }
}

fn say_lapse(lapse: &Lapse) -> pb::Lapse {
    let Lapse {
        date,
        record,
        field,
    } = lapse;
    pb::Lapse {
        record: record.to_string(),
        field: (*field).to_owned(),
        date: date.to_string(),
    }
}
