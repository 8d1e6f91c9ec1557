//! Asked in several ways, the answer is the same: one by one and in a batch, by looking up and by checking each.

use std::collections::BTreeSet;

use ropa::domain::key::{ActivityKey, DataCategoryKey, Kind};
use ropa::domain::shape::Text;
use ropa::engine::decide::decide;
use ropa::engine::decision::Effect;
use ropa::engine::lookup;
use ropa::engine::query::{DataItem, Operation, Processing, Target, VitalStatus};
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use crate::generate::{About, Asked, Dice, Fault, Generated, Question, Sources, ask_at_random};
use crate::support::{Service, run};
use crate::written::check_request;

/// The keys of a kind in an inventory.
fn keys(generated: &Generated<'_>, kind: Kind) -> Vec<String> {
    let records = generated.records.iter();
    let of_kind = records.filter(|record| record.name.kind == kind);
    of_kind.map(|record| record.name.key.to_string()).collect()
}

/// Which of some questions are permitted, by their names.
fn permitted(
    generated: &Generated<'_>,
    question: &Question,
    asked: impl Iterator<Item = (String, Processing)>,
) -> BTreeSet<String> {
    let permits = |asked: &Processing| {
        decide(&generated.snapshot, asked, question.at).effect == Effect::Permit
    };
    let permitted = asked.filter(|(_, asked)| permits(asked));
    permitted.map(|(name, _)| name).collect()
}

fn differ(what: &str, found: &BTreeSet<String>, each: &BTreeSet<String>) -> Option<Fault> {
    (found != each).then(|| Fault {
        what: what.to_owned(),
        more: format!("found {found:?}, permitted {each:?}"),
    })
}

#[test]
fn the_activities_that_are_found_are_those_whose_check_is_permitted() {
    ask_at_random(About::Processing, 1_000, |generated, question, _| {
        let Asked::Processing(said) = &question.asked else {
            return None;
        };
        let named = |key: &str| {
            let key = ActivityKey::parse(key)?;
            Some(Processing {
                target: Some(Target::Activity(key)),
                ..(**said).clone()
            })
        };
        let open = Processing {
            target: None,
            ..(**said).clone()
        };
        let found = lookup::activities(&generated.snapshot, &open).into_iter();
        let found = found.filter_map(|asked| match &asked.target {
            Some(Target::Activity(key)) => Some((key.text(), asked)),
            _ => None,
        });
        let all = keys(generated, Kind::Activity).into_iter();
        let all = all.filter_map(|key| Some((key.clone(), named(&key)?)));
        differ(
            "activities",
            &permitted(generated, question, found),
            &permitted(generated, question, all),
        )
    });
}

#[test]
fn the_categories_that_are_found_are_those_whose_check_is_permitted() {
    ask_at_random(About::Processing, 1_000, |generated, question, _| {
        let Asked::Processing(said) = &question.asked else {
            return None;
        };
        let first = said.data.first()?;
        // What no list stands in the way of may be of any category: those of the activity are told.
        let erases = |one: &Operation| matches!(one, Operation::Erase | Operation::Anonymise);
        let subject = said.subject.as_ref();
        let deceased = subject.is_some_and(|one| one.vital_status == Some(VitalStatus::Deceased));
        if said.operations.iter().all(erases) || deceased || first.anonymisation.is_some() {
            return None;
        }
        let alone = |key: &str| {
            let item = DataItem {
                category: Some(DataCategoryKey::parse(key)?),
                ..first.clone()
            };
            Some(Processing {
                data: vec![item],
                ..(**said).clone()
            })
        };
        let found = lookup::categories(&generated.snapshot, said, question.at).into_iter();
        let found = found.map(|(key, asked)| (key.to_string(), asked));
        let all = keys(generated, Kind::DataCategory).into_iter();
        let all = all.filter_map(|key| Some((key.clone(), alone(&key)?)));
        differ(
            "categories",
            &permitted(generated, question, found),
            &permitted(generated, question, all),
        )
    });
}

/// One question, as an item of a batch.
fn item(asked: &pb::CheckRequest) -> pb::BatchCheckItem {
    use pb::batch_check_item::Question as Item;
    use pb::check_request::Question as Single;
    let question = asked.question.clone().map(|question| match question {
        Single::Processing(said) => Item::Processing(said),
        Single::Tracker(said) => Item::Tracker(said),
    });
    pb::BatchCheckItem {
        question,
        ..Default::default()
    }
}

#[test]
fn an_item_of_a_batch_is_answered_as_a_check_is() {
    for about in [About::Processing, About::Trackers] {
        let sources = Sources::new(about);
        for seed in 1..=3 {
            let mut dice = Dice::new(seed);
            let Some(generated) = Generated::new(&sources, seed, &mut dice, true) else {
                continue;
            };
            let asked: Vec<_> = (0..60)
                .filter_map(|_| generated.question(&mut dice))
                .filter_map(|question| check_request(&question.ask))
                .collect();
            run(async {
                let service = Service::start().await;
                service.import(generated.said().unwrap()).await.unwrap();
                let mut client = DecisionServiceClient::new(service.channel.clone());
                // A batch is of one instant.
                let at = asked[0].evaluation_time;
                let batch = pb::BatchCheckRequest {
                    checks: asked.iter().map(item).collect(),
                    evaluation_time: at,
                    ..Default::default()
                };
                let results = client
                    .batch_check(batch)
                    .await
                    .unwrap()
                    .into_inner()
                    .results;
                assert_eq!(results.len(), asked.len());
                for (asked, result) in asked.into_iter().zip(results) {
                    let alone = pb::CheckRequest {
                        evaluation_time: at,
                        ..asked
                    };
                    let alone = client.check(alone).await.unwrap().into_inner().decision;
                    let Some(pb::batch_check_result::Result::Decision(decided)) = result.result
                    else {
                        panic!("it is not decided: {result:?}");
                    };
                    assert_eq!(Some(decided), alone, "seed {seed}");
                }
                drop(client);
                service.stop().await;
            });
        }
    }
}
