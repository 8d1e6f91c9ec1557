//! Messages made up from their descriptors: any fields, any values that their readers take. What form a
//! text must have is found out by asking the reader, so that a new field is made up too.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind as FieldKind, MapKey};
use prost_reflect::{MessageDescriptor, Value};
use ropa::domain::key::Kind;
use ropa::domain::record::Record;
use ropa::wire::descriptor;
use ropa::wire::shape::ReadOne;
use ropa::wire::violation::read;
use ropa_proto::v1 as pb;

/// How much is made up.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    /// Every key is this one; any, if `None`.
    pub(crate) key: Option<&'static str>,
}

/// Any record of a kind that its reader takes.
pub(crate) fn record(kind: Kind, key: &str, scope: Scope) -> BoxedStrategy<pb::Record> {
    let message = descriptor::message("Record").expect("records are described");
    let body = message
        .get_field_by_name(kind.word())
        .expect("a kind has its body");
    let mut base = DynamicMessage::new(message.clone());
    base.set_field_by_name("key", Value::String(key.to_owned()));
    base.set_field_by_name("state", Value::EnumNumber(1));
    base.get_field_mut(&body);
    let takes = |said: &DynamicMessage| {
        let said = pb::Record::decode(said.encode_to_vec().as_slice()).expect("a record");
        read(|reader| Record::read_one(said, reader)).is_ok()
    };
    let maker = Maker { base, takes, scope };
    let envelope: Vec<BoxedStrategy<Option<(FieldDescriptor, Value)>>> = message
        .fields()
        .filter(|field| {
            let by_hand = ["key", "state", "gaps", "revision", "etag"];
            field.containing_oneof().is_none() && !by_hand.contains(&field.name())
        })
        .map(|field| maker.maybe(&field, &[]))
        .collect();
    let FieldKind::Message(inner) = body.kind() else {
        panic!("a body is a message")
    };
    let gaps = vec(gap(&inner), 0..3);
    let base = maker.base.clone();
    (
        envelope,
        maker.message(&inner, std::slice::from_ref(&body)),
        1..=4,
        gaps,
    )
        .prop_map(move |(envelope, inner, state, gaps)| {
            let mut made = base.clone();
            for (field, value) in envelope.into_iter().flatten() {
                made.set_field(&field, value);
            }
            made.set_field(&body, Value::Message(inner));
            let mut made = pb::Record::decode(made.encode_to_vec().as_slice()).expect("a record");
            made.state = state;
            made.gaps = gaps;
            if made.valid_until < made.valid_from && !made.valid_until.is_empty() {
                std::mem::swap(&mut made.valid_from, &mut made.valid_until);
            }
            made
        })
        .boxed()
}

/// Any message that is read by itself, and nothing of which must be said.
pub(crate) fn message<M: Message + std::fmt::Debug + Default + 'static>(
    name: &str,
    takes: fn(&DynamicMessage) -> bool,
) -> BoxedStrategy<M> {
    let descriptor = descriptor::message(name).expect("it is described");
    let maker = Maker {
        base: DynamicMessage::new(descriptor.clone()),
        takes,
        scope: Scope { key: None },
    };
    maker
        .message(&descriptor, &[])
        .prop_map(|made| M::decode(made.encode_to_vec().as_slice()).expect("it is one"))
        .boxed()
}

/// What a policy and a limit are about must be known.
fn is_known(body: &MessageDescriptor, field: &str) -> bool {
    match body.name() {
        "Policy" => ["rule", "*"].contains(&field),
        "Limit" => ["code", "*"].contains(&field),
        _ => false,
    }
}

/// A gap names a field of its record, or all of it.
fn gap(body: &MessageDescriptor) -> impl Strategy<Value = pb::Gap> + use<> {
    // One of several fields goes by the name of the choice.
    let names = body.fields().map(|field| match choice_of(&field) {
        Some(choice) => choice.name().to_owned(),
        None => field.name().to_owned(),
    });
    let names = names.chain(["*".to_owned()]);
    let names: Vec<String> = names.filter(|name| !is_known(body, name)).collect();
    (select(names), 1..=7, text()).prop_map(|(field, kind, note)| pb::Gap { field, kind, note })
}

/// Makes up the fields of a message that is read whole.
struct Maker {
    /// What the reader takes, before anything is made up.
    base: DynamicMessage,
    takes: fn(&DynamicMessage) -> bool,
    scope: Scope,
}

impl Maker {
    /// Any message of this type, standing at a path in the whole.
    fn message(
        &self,
        of: &MessageDescriptor,
        path: &[FieldDescriptor],
    ) -> BoxedStrategy<DynamicMessage> {
        assert!(path.len() < 8, "messages within messages without end");
        if of.full_name() == "google.protobuf.Timestamp" {
            return timestamp(of.clone());
        }
        let alone = of.fields().filter(|field| choice_of(field).is_none());
        let mut fields: Vec<_> = alone.map(|field| self.maybe(&field, path)).collect();
        for choice in of.oneofs().filter(|choice| !choice.is_synthetic()) {
            let one_of = choice.fields().map(|field| {
                let said = |made: &(FieldDescriptor, Value)| is_said(&made.1);
                self.field(&field, path)
                    .prop_filter("a choice is said", said)
                    .boxed()
            });
            let one_of = proptest::strategy::Union::new(one_of.collect::<Vec<_>>());
            fields.push(option::of(one_of).boxed());
        }
        let of = of.clone();
        fields
            .prop_map(move |fields| {
                let mut made = DynamicMessage::new(of.clone());
                for (field, value) in fields.into_iter().flatten() {
                    made.set_field(&field, value);
                }
                made
            })
            .boxed()
    }

    fn maybe(
        &self,
        field: &FieldDescriptor,
        path: &[FieldDescriptor],
    ) -> BoxedStrategy<Option<(FieldDescriptor, Value)>> {
        option::of(self.field(field, path)).boxed()
    }

    fn field(
        &self,
        field: &FieldDescriptor,
        path: &[FieldDescriptor],
    ) -> BoxedStrategy<(FieldDescriptor, Value)> {
        let known = field.clone();
        let value = if field.is_map() {
            btree_map(key(), text(), 0..4)
                .prop_map(|map| {
                    let entry = |(name, value)| (MapKey::String(name), Value::String(value));
                    Value::Map(map.into_iter().map(entry).collect())
                })
                .boxed()
        } else if field.is_list() {
            let items = self
                .one(field, path)
                .prop_filter("an item is said", is_said);
            vec(items, 0..4).prop_map(Value::List).boxed()
        } else {
            self.one(field, path)
        };
        value.prop_map(move |value| (known.clone(), value)).boxed()
    }

    fn one(&self, field: &FieldDescriptor, path: &[FieldDescriptor]) -> BoxedStrategy<Value> {
        match field.kind() {
            FieldKind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            FieldKind::Uint32 => (0..=2_147_483_647_u32).prop_map(Value::U32).boxed(),
            FieldKind::Enum(words) => {
                let numbers = words.values().map(|value| value.number());
                let said: Vec<i32> = numbers.filter(|number| *number != 0).collect();
                select(said).prop_map(Value::EnumNumber).boxed()
            }
            FieldKind::Message(inner) => self
                .message(&inner, &[path, std::slice::from_ref(field)].concat())
                .prop_map(Value::Message)
                .boxed(),
            FieldKind::String => self.form(field, path).prop_map(Value::String).boxed(),
            other => panic!("{}: nothing makes up a {other:?}", field.full_name()),
        }
    }

    /// The texts that the reader takes here: the first form of which it takes an example.
    fn form(&self, field: &FieldDescriptor, path: &[FieldDescriptor]) -> BoxedStrategy<String> {
        let keys = match self.scope.key {
            Some(key) => Just(key.to_owned()).boxed(),
            None => key().boxed(),
        };
        let countries = match self.scope.key {
            Some(_) => Just("FR".to_owned()).boxed(),
            None => "[A-Z]{2}".boxed(),
        };
        let forms = [
            ("Free text: ü", text().boxed()),
            ("one.two-3", keys),
            ("2026-02-03", date().boxed()),
            (
                "P1M",
                "P([1-9][0-9]?Y)?[1-9][0-9]?M([1-9]D)?|PT[1-9]H".boxed(),
            ),
            ("FR", countries),
            (
                "Europe/Paris",
                select(vec!["Europe/Paris", "UTC", "Indian/Reunion"])
                    .prop_map(ToOwned::to_owned)
                    .boxed(),
            ),
        ];
        for (example, form) in forms {
            if self.takes_there(field, path, example) {
                return form;
            }
        }
        panic!("{}: no known form of text is taken", field.full_name());
    }

    fn takes_there(&self, field: &FieldDescriptor, path: &[FieldDescriptor], text: &str) -> bool {
        let mut value = Value::String(text.to_owned());
        let mut at = field.clone();
        for outer in path.iter().rev() {
            let FieldKind::Message(message) = outer.kind() else {
                panic!("a path leads through messages")
            };
            let mut within = DynamicMessage::new(message);
            within.set_field(&at, listed(&at, value));
            value = Value::Message(within);
            at = outer.clone();
        }
        let mut whole = self.base.clone();
        whole.set_field(&at, listed(&at, value));
        (self.takes)(&whole)
    }
}

/// As the one item, where the field is a list.
fn listed(field: &FieldDescriptor, value: Value) -> Value {
    if field.is_list() {
        Value::List(vec![value])
    } else {
        value
    }
}

/// An empty text is not said.
fn is_said(value: &Value) -> bool {
    !matches!(value, Value::String(text) if text.is_empty())
}

fn choice_of(field: &FieldDescriptor) -> Option<prost_reflect::OneofDescriptor> {
    field
        .containing_oneof()
        .filter(|choice| !choice.is_synthetic())
}

/// Any text, and often one that a file could take for something else.
fn text() -> impl Strategy<Value = String> {
    let plain = |letter: &char| !letter.is_control() || ['\n', '\t'].contains(letter);
    let tricky = [
        "",
        "null",
        "~",
        "true",
        "no",
        "1",
        "0x10",
        "1e3",
        ".inf",
        "2026-01-01",
        "- a",
        "a: b",
        "# a",
        " a ",
        "'",
        "\"",
        "\\",
        "\\n",
        "{}",
        "[]",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "---",
        "...",
        "\u{feff}",
        "a\nb",
        "a\n",
        "\ta",
        "\u{2028}",
        "😀",
        "é",
        "e\u{301}",
    ];
    let any_text = vec(any::<char>().prop_filter("plain text", plain), 0..12)
        .prop_map(|letters| letters.into_iter().collect::<String>());
    prop_oneof![
        any_text,
        select(tricky.to_vec()).prop_map(ToOwned::to_owned)
    ]
}

fn key() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?){0,3}"
}

fn date() -> impl Strategy<Value = String> {
    (1_900..2_200, 1..=12, 1..=28)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

/// To the microsecond, which is what both databases keep.
fn timestamp(of: MessageDescriptor) -> BoxedStrategy<DynamicMessage> {
    (0..4_000_000_000_i64, 0..1_000_000_i32)
        .prop_map(move |(seconds, micros)| {
            let mut made = DynamicMessage::new(of.clone());
            made.set_field_by_name("seconds", Value::I64(seconds));
            made.set_field_by_name("nanos", Value::I32(micros * 1_000));
            made
        })
        .boxed()
}
