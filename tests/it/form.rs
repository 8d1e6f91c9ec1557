//! The form of the API: everything is explained, nothing stands for something by accident, and no question
//! can name a person.

use std::collections::BTreeSet;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use ropa::wire::descriptor;

use crate::support::described::{What, files, things};
use crate::support::file;

#[test]
fn everything_is_explained() {
    let things = things();
    for what in [
        What::Service,
        What::Method,
        What::Message,
        What::Field,
        What::Choice,
        What::Enum,
        What::Value,
    ] {
        assert!(things.iter().any(|thing| thing.what == what), "no {what:?}");
    }
    let silent: Vec<_> = things
        .iter()
        .filter(|thing| thing.comment.is_empty())
        .map(|thing| (thing.what, &thing.name))
        .collect();
    assert!(silent.is_empty(), "without a comment: {silent:?}");
}

/// Lists whose words are sent by name, in the reason of an `ErrorInfo`: there they stand alone.
const SENT_BY_NAME: &[&str] = &["ErrorReason"];

#[test]
fn zero_is_not_said_and_every_word_bears_the_name_of_its_list() {
    for words in files().iter().flat_map(|file| &file.enum_type) {
        let prefix = format!("{}_", snake(words.name()).to_uppercase());
        let first = &words.value[0];
        assert_eq!(
            (first.number(), first.name()),
            (0, format!("{prefix}UNSPECIFIED").as_str())
        );
        if SENT_BY_NAME.contains(&words.name()) {
            continue;
        }
        for value in &words.value {
            assert!(
                value.name().starts_with(&prefix),
                "{} of {} does not begin with {prefix}",
                value.name(),
                words.name()
            );
        }
    }
}

/// `Article6` as `ARTICLE6`, `DpiaCriterion` as `DPIA_CRITERION`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[test]
fn the_messages_of_a_method_bear_its_name() {
    for service in files().iter().flat_map(|file| &file.service) {
        assert!(service.name().ends_with("Service"), "{}", service.name());
        for method in &service.method {
            let own = |end: &str| format!(".ropa.v1.{}{end}", method.name());
            assert_eq!(method.input_type(), own("Request"));
            assert_eq!(method.output_type(), own("Response"));
        }
    }
}

/// What stands up to the next quotation mark.
fn quoted(text: &str) -> Option<String> {
    Some(text.split_once('"')?.0.to_owned())
}

/// The reasons that stand in the code, at the calls that make a status.
fn sent() -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for (_, text) in file::sources("src") {
        let text: String = text.split_whitespace().collect();
        for call in [
            "refused(\"",
            "Refusal::new(\"",
            "invalid(\"",
            "unavailable(\"",
            "precondition(\"",
        ] {
            let calls = text.match_indices(call);
            sent.extend(calls.filter_map(|(at, found)| quoted(&text[at + found.len()..])));
        }
        for (at, _) in text.match_indices("Code::") {
            let rest = &text[at..];
            let after = rest.trim_start_matches(|c: char| c.is_alphabetic() || c == ':');
            sent.extend(after.strip_prefix(",\"").and_then(quoted));
        }
    }
    sent.retain(|text| {
        text.chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_')
    });
    sent
}

#[test]
fn every_reason_that_is_sent_is_of_the_list_and_on_the_page() {
    let files = files();
    let reasons = files
        .iter()
        .flat_map(|file| &file.enum_type)
        .find(|words| words.name() == "ErrorReason")
        .expect("the reasons");
    let known: BTreeSet<String> = reasons
        .value
        .iter()
        .map(|it| it.name().to_owned())
        .collect();
    let page = std::fs::read_to_string(file::path("docs/ERRORS.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let documented: BTreeSet<String> = rows
        .filter_map(|row| row.split(" | ").nth(1))
        .flat_map(|reasons| reasons.split(", "))
        .filter(|reason| *reason != "reasons")
        .map(ToOwned::to_owned)
        .collect();
    let sent = sent();
    assert!(sent.contains("RECORD_NOT_FOUND") && sent.contains("FILTER_INVALID"));
    assert_eq!(sent, documented);
    assert!(sent.is_subset(&known), "{:?}", sent.difference(&known));
}

/// Words in the names of fields that hold who somebody is.
const NAMING: &[&str] = &[
    "account",
    "address",
    "alias",
    "birth",
    "birthday",
    "born",
    "card",
    "comment",
    "cookie",
    "device",
    "email",
    "fingerprint",
    "firstname",
    "forename",
    "gender",
    "iban",
    "id",
    "ident",
    "identifier",
    "identity",
    "imei",
    "imsi",
    "ip",
    "lastname",
    "latitude",
    "login",
    "longitude",
    "mac",
    "mail",
    "mobile",
    "msisdn",
    "name",
    "nickname",
    "note",
    "passport",
    "person",
    "phone",
    "photo",
    "pseudonym",
    "signature",
    "ssn",
    "street",
    "surname",
    "telephone",
    "token",
    "user",
    "username",
    "uuid",
];

/// Fields whose names hold such a word and mean something else.
const HARMLESS: &[&str] = &[
    // Whether the person's user deleted them: yes or no.
    "DataItem.deleted_by_user",
];

#[test]
fn no_field_of_a_question_can_hold_who_somebody_is() {
    let mut fields = Vec::new();
    let mut seen = BTreeSet::new();
    for question in ["Processing", "TrackerUse"] {
        let message = descriptor::message(question).expect("a question");
        gather(&message, &mut seen, &mut fields);
    }
    assert!(seen.contains("ropa.v1.Subject") && seen.contains("ropa.v1.Consent"));
    for field in fields {
        let name = format!("{}.{}", field.parent_message().name(), field.name());
        assert!(
            !matches!(field.kind(), Kind::Bytes | Kind::Double | Kind::Float) && !field.is_map(),
            "{name} can hold anything"
        );
        let naming = field.name().split('_').any(|word| NAMING.contains(&word));
        assert!(
            !naming || HARMLESS.contains(&name.as_str()),
            "{name} can hold who somebody is"
        );
        if HARMLESS.contains(&name.as_str()) {
            assert_eq!(field.kind(), Kind::Bool, "{name} is no yes or no any more");
        }
    }
}

/// The fields of a message and of all within it.
fn gather(
    message: &MessageDescriptor,
    seen: &mut BTreeSet<String>,
    fields: &mut Vec<FieldDescriptor>,
) {
    if message.package_name() != "ropa.v1" || !seen.insert(message.full_name().to_owned()) {
        return;
    }
    for field in message.fields() {
        if let Kind::Message(inner) = field.kind() {
            gather(&inner, seen, fields);
        }
        fields.push(field);
    }
}
