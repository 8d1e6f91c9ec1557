//! A record, as it is said and as it is.

use prost::Message;
use ropa_proto::v1 as pb;
use sha2::{Digest, Sha256};

use super::limits::RECORD_BYTES;
use super::shape::{Read, ReadOne, Say, SayOne, message};
use super::violation::Reader;
use crate::domain::key::{Key, Kind, RecordName, Tag, key_form, with_kinds};
use crate::domain::record::{Body, Envelope, Gap, Provenance, Record, State};
use crate::domain::shape::{EVERY_FIELD, Text, Words};

/// The most labels of a record.
pub const LABELS: usize = 64;

message!(Provenance {
    document,
    section,
    statement,
    source_id
});
message!(Gap { field, kind, note });

macro_rules! bodies {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        impl ReadOne<pb::record::Body> for Body {
            fn read_one(said: pb::record::Body, reader: &mut Reader) -> Option<Self> {
                match said {
                    $(pb::record::Body::$kind(body) => reader
                        .field(stringify!($word), |reader| ReadOne::read_one(body, reader))
                        .map(Self::$kind),)*
                }
            }
        }

        impl SayOne<pb::record::Body> for Body {
            fn say_one(&self) -> pb::record::Body {
                match self { $(Self::$kind(body) => pb::record::Body::$kind(body.say_one()),)* }
            }
        }

        /// The kind of a body.
        pub const fn kind_of(body: &pb::record::Body) -> Kind {
            match body { $(pb::record::Body::$kind(_) => Kind::$kind,)* }
        }
    };
}
with_kinds!(bodies);

impl ReadOne<pb::Record> for Record {
    /// Reads a record; etag and revision are for those who know what they mean here.
    fn read_one(said: pb::Record, reader: &mut Reader) -> Option<Self> {
        if said.encoded_len() > RECORD_BYTES {
            reader.refuse(format!("is too large: at most {RECORD_BYTES} bytes"));
            return None;
        }
        let pb::Record {
            key,
            display_name,
            description,
            state,
            valid_from,
            valid_until,
            provenance,
            gaps,
            labels,
            reviewed_on,
            review_every,
            revision: _,
            etag: _,
            body,
        } = said;
        let kind = body.as_ref().map(kind_of);
        let body = if let Some(body) = body {
            Body::read_one(body, reader)
        } else {
            reader.refuse(
                "has no body: say the fields of its kind, `\"purpose\": {}` if there are none",
            );
            None
        };
        let key = reader.field("key", |reader| read_key(kind, &key, reader));
        let state = reader.field("state", |reader| {
            let refused = reader.refused();
            let state = State::read_one(state, reader);
            if state.is_none() && reader.refused() == refused {
                reader.refuse(format!("must be said: write {}", State::FORM));
            }
            state
        });
        let mut gaps: Vec<Gap> = reader.field("gaps", |reader| Read::read(gaps, reader));
        for (index, gap) in gaps.iter_mut().enumerate() {
            reader.element("gaps", index, |reader| check_gap(kind, gap, reader));
        }
        let envelope = Envelope {
            display_name: reader.field("display_name", |reader| Read::read(display_name, reader)),
            description: reader.field("description", |reader| Read::read(description, reader)),
            state: state.unwrap_or(State::Draft),
            valid_from: reader.field("valid_from", |reader| Read::read(valid_from, reader)),
            valid_until: reader.field("valid_until", |reader| Read::read(valid_until, reader)),
            provenance: reader.field("provenance", |reader| Read::read(provenance, reader)),
            gaps,
            labels: reader.field("labels", |reader| {
                if labels.len() > LABELS {
                    reader.refuse(format!("holds too many: at most {LABELS}"));
                }
                if labels.keys().any(|name| Tag::parse(name).is_none()) {
                    reader.refuse(format!("have a malformed name: write {}", Tag::FORM));
                }
                labels
                    .into_iter()
                    .map(|(name, value)| (name, Read::read(value, reader)))
                    .collect()
            }),
            reviewed_on: reader.field("reviewed_on", |reader| Read::read(reviewed_on, reader)),
            review_every: reader.field("review_every", |reader| Read::read(review_every, reader)),
        };
        if let (Some(from), Some(until)) = (envelope.valid_from, envelope.valid_until)
            && until < from
        {
            reader.refuse_field(
                "valid_until",
                "ends before `valid_from`: a record is in force from the first to the last day",
            );
        }
        let name = RecordName::new(kind?, key?);
        Some(Self {
            name,
            envelope,
            body: body?,
        })
    }
}

fn read_key(kind: Option<Kind>, key: &str, reader: &mut Reader) -> Option<Key> {
    let kind = kind?;
    let read = Key::parse(kind, key);
    if read.is_none() {
        reader.refuse(format!("is malformed: write {}", key_form(kind)));
    }
    read
}

/// A gap names its kind, and a field that its record can have.
fn check_gap(kind: Option<Kind>, gap: &mut Gap, reader: &mut Reader) {
    if gap.kind.is_none() {
        reader.refuse_field(
            "kind",
            format!(
                "must be said: write {}",
                crate::domain::record::GapKind::FORM
            ),
        );
    }
    let Some(kind) = kind else { return };
    let own = match kind {
        Kind::Policy => Some("rule"),
        Kind::Limit => Some("code"),
        _ => None,
    };
    if let Some(own) = own.filter(|own| [own, EVERY_FIELD].contains(&gap.field.as_str())) {
        let message = format!(
            "takes from a `{}` its `{own}`, without which it says nothing: leave the record in draft until it is known",
            kind.word()
        );
        return reader.refuse_field("field", message);
    }
    if gap.field == EVERY_FIELD {
        return;
    }
    // Rules look for the one spelling.
    if let Some(path) = super::descriptor::field_path(kind, &gap.field) {
        gap.field = path;
    } else {
        let message = format!(
            "is no field of `{}`: write the path of one, or `*`",
            kind.word()
        );
        reader.refuse_field("field", message);
    }
}

/// Says a record with its etag, and without a revision.
pub fn say(record: &Record) -> pb::Record {
    let mut said = content(record);
    said.etag = etag_of(&said.encode_to_vec());
    said
}

/// Says what a record holds: without etag and revision, which only say how it is kept.
pub fn content(record: &Record) -> pb::Record {
    let Envelope {
        display_name,
        description,
        state,
        valid_from,
        valid_until,
        provenance,
        gaps,
        labels,
        reviewed_on,
        review_every,
    } = &record.envelope;
    pb::Record {
        key: record.name.key.to_string(),
        display_name: display_name.clone(),
        description: description.clone(),
        state: state.number(),
        valid_from: valid_from.say(),
        valid_until: valid_until.say(),
        provenance: provenance.say(),
        gaps: gaps.say(),
        labels: labels.clone(),
        reviewed_on: reviewed_on.say(),
        review_every: review_every.say(),
        revision: String::new(),
        etag: String::new(),
        body: Some(record.body.say_one()),
    }
}

/// The content of a record as bytes: the same content is the same bytes, always.
pub fn bytes(record: &Record) -> Vec<u8> {
    content(record).encode_to_vec()
}

/// A hash of the content of a record.
pub fn etag(record: &Record) -> String {
    etag_of(&bytes(record))
}

fn etag_of(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    data_encoding::BASE32_NOPAD
        .encode(hash.get(..10).unwrap_or_default())
        .to_lowercase()
}

/// The digest of an inventory: SHA-256 over its records in the order of their names, each preceded
/// by its length as protobuf writes it.
pub fn digest<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut hash = Sha256::new();
    for record in records {
        hash.update(content(record).encode_length_delimited_to_vec());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

/// A record from the bytes of its content; `None` if they are none.
pub fn from_bytes(bytes: &[u8]) -> Option<Record> {
    let said = pb::Record::decode(bytes).ok()?;
    super::violation::read(|reader| Record::read_one(said, reader)).ok()
}
