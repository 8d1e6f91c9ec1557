//! How records are named: a kind, and a key of that kind.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use super::shape::{Place, Refer, Silence, Text, Visit, plain};

/// A key as it is written, of any kind: `billing`, `contact.email`, `FR`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

/// The most bytes of a key.
pub const KEY_BYTES: usize = 100;
/// The most dotted segments of a key.
pub const KEY_SEGMENTS: usize = 8;

impl Key {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key up to its last dot: what a hierarchical key names as its parent.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('.')?;
        Some(Self(parent.into()))
    }

    /// Reads a key of `kind`: dotted lower-case segments, or two capitals for a country.
    pub fn parse(kind: Kind, text: &str) -> Option<Self> {
        let fits = match kind {
            Kind::Country => is_country(text),
            _ => is_dotted(text),
        };
        fits.then(|| Self(text.into()))
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `segment(.segment)*`, a segment `[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
fn is_dotted(text: &str) -> bool {
    text.len() <= KEY_BYTES
        && text.split('.').count() <= KEY_SEGMENTS
        && text.split('.').all(|segment| {
            !segment.is_empty()
                && !segment.starts_with('-')
                && !segment.ends_with('-')
                && segment
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
}

/// How a key of a kind is written, to end the sentence "write …".
pub const fn key_form(kind: Kind) -> &'static str {
    match kind {
        Kind::Country => "an ISO 3166-1 code in two capitals, like FR",
        _ => {
            "lower-case letters, digits and inner hyphens, in segments joined by dots, at most 100 bytes"
        }
    }
}

/// A word of key syntax that names no record, such as a role of staff.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Arc<str>);

impl Tag {
    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for Tag {
    const FORM: &'static str =
        "lower-case letters, digits and inner hyphens, in segments joined by dots";

    fn parse(text: &str) -> Option<Self> {
        is_dotted(text).then(|| Self(text.into()))
    }

    fn text(&self) -> String {
        self.0.as_ref().to_owned()
    }
}

plain!(Tag);

/// A key of a kind known beforehand.
pub trait TypedKey: Text {
    /// The kind of record it names.
    const KIND: Kind;

    /// The key without its kind.
    fn key(&self) -> &Key;
}

/// Gives `$row` one row a kind: the kind, its word in tables and fields, the file of its theme, its
/// collection in names, the type of its keys. This is the one list of kinds.
macro_rules! with_kinds {
    ($row:ident) => {
        $row! {
            Controller controller controller "controllers" ControllerKey;
            DataCategory data_category category "dataCategories" DataCategoryKey;
            DataSubjectCategory data_subject_category category "dataSubjectCategories" DataSubjectCategoryKey;
            Purpose purpose purpose "purposes" PurposeKey;
            LegalBasis legal_basis basis "legalBases" LegalBasisKey;
            Assessment assessment basis "assessments" AssessmentKey;
            Activity activity activity "activities" ActivityKey;
            Recipient recipient recipient "recipients" RecipientKey;
            Agreement agreement recipient "agreements" AgreementKey;
            TransferSafeguard transfer_safeguard transfer "transferSafeguards" TransferSafeguardKey;
            TransferTool transfer_tool transfer "transferTools" TransferToolKey;
            AdequacyDecision adequacy_decision transfer "adequacyDecisions" AdequacyDecisionKey;
            Country country transfer "countries" CountryKey;
            RetentionRule retention_rule retention "retentionRules" RetentionRuleKey;
            LegalHold legal_hold retention "legalHolds" LegalHoldKey;
            SecurityMeasure security_measure security "securityMeasures" SecurityMeasureKey;
            System system system "systems" SystemKey;
            Tracker tracker tracker "trackers" TrackerKey;
            Notice notice notice "notices" NoticeKey;
            Policy policy policy "policies" PolicyKey;
            Limit limit policy "limits" LimitKey;
        }
    };
}
pub(crate) use with_kinds;

macro_rules! kinds {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        /// The kinds of record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = concat!("`", $collection, "/…`")] $kind,)* }

        impl Kind {
            /// All of them, in the order they are explained in.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The first part of the names of its records.
            pub const fn collection(self) -> &'static str {
                match self { $(Self::$kind => $collection,)* }
            }

            /// Its word in fields, tables and filters.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$kind => stringify!($word),)* }
            }
        }

        $(
            #[doc = concat!("A key of `", $collection, "`.")]
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $key(Key);

            impl Text for $key {
                const FORM: &'static str = key_form(Kind::$kind);

                fn parse(text: &str) -> Option<Self> {
                    Key::parse(Kind::$kind, text).map(Self)
                }

                fn text(&self) -> String {
                    self.0.as_str().to_owned()
                }
            }

            impl TypedKey for $key {
                const KIND: Kind = Kind::$kind;

                fn key(&self) -> &Key {
                    &self.0
                }
            }

            impl Refer for $key {
                fn refer(&self, at: Place<'_>, visit: &mut Visit<'_>) {
                    visit(at, Kind::$kind, &self.0);
                }
            }

            impl Silence for $key {}
        )*
    };
}
with_kinds!(kinds);

impl Kind {
    /// The kind of a collection (`dataCategories`) or of a word (`data_category`).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.collection() == text || kind.word() == text)
    }

    /// Whether dots in its keys mean parents.
    pub const fn is_hierarchical(self) -> bool {
        matches!(
            self,
            Self::DataCategory | Self::DataSubjectCategory | Self::Purpose
        )
    }
}

/// The name of a record: `purposes/billing`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    /// Its kind.
    pub kind: Kind,
    /// Its key among those of its kind.
    pub key: Key,
}

impl RecordName {
    /// Names a record.
    pub const fn new(kind: Kind, key: Key) -> Self {
        Self { kind, key }
    }
}

impl Text for RecordName {
    const FORM: &'static str = "a collection, a slash and a key, like `purposes/billing`";

    fn parse(text: &str) -> Option<Self> {
        let (collection, key) = text.split_once('/')?;
        let kind = Kind::ALL
            .iter()
            .copied()
            .find(|kind| kind.collection() == collection)?;
        Some(Self::new(kind, Key::parse(kind, key)?))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.collection(), self.key)
    }
}
