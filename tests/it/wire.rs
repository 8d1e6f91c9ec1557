//! What is said is what is meant: records and questions of any content survive every way there and back.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use prost::Message;
use prost_reflect::DynamicMessage;
use ropa::domain::inventory::Inventory;
use ropa::domain::key::Kind;
use ropa::domain::record::Record;
use ropa::engine::compile::compile;
use ropa::engine::query::{Processing, TrackerUse};
use ropa::wire::document;
use ropa::wire::record::content;
use ropa::wire::shape::{ReadOne, SayOne};
use ropa::wire::violation::{Violation, read};
use ropa_proto::v1 as pb;
use serde_json::Value;

use crate::support::generated::{Scope, message, record};
use crate::support::given::inventory;
use crate::support::{Database, On, Service, run};

/// Tries a fact on so many values; the smallest that fails it is told.
fn always<T: std::fmt::Debug>(
    cases: u32,
    values: &impl Strategy<Value = T>,
    fact: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    if let Err(failed) = runner.run(values, fact) {
        panic!("{failed}");
    }
}

fn read_record(said: &pb::Record) -> Result<Record, Vec<Violation>> {
    read(|reader| Record::read_one(said.clone(), reader))
}

fn example_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Country => "FR",
        _ => "one",
    }
}

fn any_record(kind: Kind) -> BoxedStrategy<pb::Record> {
    record(kind, example_key(kind), Scope { key: None })
}

#[test]
fn a_record_of_any_kind_comes_back_as_it_was_said() {
    for kind in Kind::ALL {
        always(100, &any_record(*kind), |said| {
            let record = read_record(&said);
            prop_assert!(record.is_ok(), "{record:?}");
            prop_assert_eq!(content(&record.unwrap()), said);
            Ok(())
        });
    }
}

#[test]
fn a_record_of_any_kind_comes_back_from_a_file() {
    for kind in Kind::ALL {
        always(50, &any_record(*kind), |said| {
            let said = pb::Inventory {
                records: vec![said],
            };
            let json = document::json("Inventory", &said).expect("it can be shown");
            for text in [json.to_string(), format!("{json:#}"), yaml(&json, 0)] {
                let read = document::read::<pb::Inventory>("Inventory", &text);
                prop_assert!(read.is_ok(), "{:?}: {}", read.unwrap_err(), text);
                prop_assert_eq!(&read.unwrap().message, &said);
            }
            Ok(())
        });
    }
}

/// As people write it: in lines, without braces, a short text in single quotes.
fn yaml(json: &Value, indent: usize) -> String {
    let lead = "  ".repeat(indent);
    match json {
        Value::Object(fields) if !fields.is_empty() => {
            let line = |(name, value): (&String, &Value)| {
                let name = Value::String(name.clone());
                format!("\n{lead}{name}: {}", yaml(value, indent + 1))
            };
            fields.iter().map(line).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            let line = |item: &Value| format!("\n{lead}- {}", yaml(item, indent + 1));
            items.iter().map(line).collect()
        }
        Value::String(text) if !text.contains(['\n', '\t']) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        other => other.to_string(),
    }
}

#[test]
fn a_question_of_any_content_comes_back_as_it_was_said() {
    fn check<M, V>(name: &str, takes: fn(&DynamicMessage) -> bool)
    where
        M: Message + std::fmt::Debug + Default + Clone + PartialEq + 'static,
        V: ReadOne<M> + SayOne<M> + std::fmt::Debug,
    {
        always(200, &message::<M>(name, takes), |said| {
            let meant = read(|reader| V::read_one(said.clone(), reader));
            prop_assert!(meant.is_ok(), "{meant:?}");
            prop_assert_eq!(meant.unwrap().say_one(), said);
            Ok(())
        });
    }
    fn takes<M: Message + Default, V: ReadOne<M>>(said: &DynamicMessage) -> bool {
        let said = M::decode(said.encode_to_vec().as_slice()).expect("a question");
        read(|reader| V::read_one(said, reader)).is_ok()
    }
    check::<pb::Processing, Processing>("Processing", takes::<pb::Processing, Processing>);
    check::<pb::TrackerUse, TrackerUse>("TrackerUse", takes::<pb::TrackerUse, TrackerUse>);
}

/// An inventory that means something: a record of each kind, made up as far as the compiler takes it.
fn any_inventory() -> impl Strategy<Value = Vec<pb::Record>> {
    let given = inventory("tests/every-kind.yaml");
    let made: Vec<_> = given
        .iter()
        .map(|known| {
            let kind = read_record(known).expect("the file is valid").name.kind;
            let made = record(kind, &known.key, Scope { key: Some("one") });
            // What the others refer to stays as it is, so that no circle is closed by two of them.
            if known.key == "one" {
                made.boxed()
            } else {
                Just(known.clone()).boxed()
            }
        })
        .collect();
    made.prop_map(move |made| meaningful(made, &given))
}

/// Takes what cannot be meant from `given` instead.
fn meaningful(mut made: Vec<pb::Record>, given: &[pb::Record]) -> Vec<pb::Record> {
    let mut kept = made.len();
    loop {
        let mut whole = Inventory::default();
        let mut places = BTreeMap::new();
        for (place, said) in made.iter().enumerate() {
            let record = read_record(said).expect("it is taken");
            places.insert(record.name.clone(), place);
            whole.put(record.into(), 1);
        }
        let Err(issues) = compile(whole) else { break };
        for issue in issues {
            let place = places[&issue.name];
            made[place] = given[place].clone();
            kept -= 1;
        }
    }
    assert!(kept > made.len() / 3, "hardly anything is made up");
    made
}

/// What is kept is what was applied, over a restart: the same records, revisions, etags and digest.
fn kept(on: On, cases: u32) {
    let values = (any_inventory(), any_inventory(), any::<u64>());
    always(cases, &values, |(first, second, some)| {
        run(async {
            let database = Database::new(on).await;
            let service = Service::on(&database).await;
            service.import(first.clone()).await.unwrap();
            let second: Vec<_> = (0..)
                .zip(second)
                .filter(|(bit, _)| some >> bit & 1 == 1)
                .map(|it| it.1)
                .collect();
            let mut wanted: BTreeMap<_, _> = first.into_iter().map(named).collect();
            wanted.extend(second.clone().into_iter().map(named));
            service.import(second).await.unwrap();
            let (before, told) = service.export().await;
            service.stop().await;

            let service = Service::on(&database).await;
            let (after, told_after) = service.export().await;
            service.stop().await;
            assert_eq!(after, before);
            assert_eq!(told_after, told);
            let stored: BTreeMap<_, _> = after.into_iter().map(plain).map(named).collect();
            assert_eq!(stored, wanted);
        });
        Ok(())
    });
}

/// A record under its kind and key.
fn named(said: pb::Record) -> ((Kind, String), pb::Record) {
    let kind = ropa::wire::record::kind_of(said.body.as_ref().expect("a body"));
    ((kind, said.key.clone()), said)
}

/// Without what only says how it is kept.
fn plain(mut said: pb::Record) -> pb::Record {
    said.etag.clear();
    said.revision.clear();
    said
}

mod what_was_applied_is_loaded_again {
    use super::{On, kept};

    #[test]
    fn on_sqlite() {
        kept(On::Sqlite, 12);
    }

    #[test]
    fn on_postgres() {
        kept(On::Postgres, 6);
    }
}
