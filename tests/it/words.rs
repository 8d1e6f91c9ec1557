//! A list of words has the same words and numbers in the domain and in the API, and stands in the same
//! fields. Numbers cross between the two unseen, so that a list in the place of another would not be noticed.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{EnumDescriptor, Kind};
use ropa::domain::shape::Words;
use ropa::domain::{
    activity, basis, category, change, controller, notice, policy, purpose, recipient, record,
    retention, security, tracker, transfer,
};
use ropa::engine::query;
use ropa::wire::descriptor;

use crate::support::file;

/// A list: its name in the code, its name in the API, its words with their numbers, and what numbers and
/// words are read as.
struct List {
    name: &'static str,
    api: &'static str,
    words: Vec<(i32, String)>,
    read: Vec<(i32, String)>,
}

fn list<T: Words>(name: &'static str, api: &'static str) -> List {
    let word = |word: &T| (word.number(), word.text());
    let read = |number| Some((number, T::parse(&T::from_number(number)?.text())?.text()));
    List {
        name,
        api,
        words: T::ALL.iter().map(word).collect(),
        read: (-1..=1_000).filter_map(read).collect(),
    }
}

macro_rules! lists {
    ($($within:ident::$name:ident $(as $api:ident)?;)+) => {
        /// Every list of the domain and of questions; a test finds what is missing here.
        fn lists() -> Vec<List> {
            vec![$({
                let name = stringify!($name);
                let renamed: &[&str] = &[$(stringify!($api))?];
                list::<$within::$name>(name, renamed.first().unwrap_or(&name))
            },)+]
        }
    };
}

lists! {
    activity::ControllerRole;
    activity::RecipientRole;
    activity::DpiaCriterion;
    activity::AutomatedDecisionGround;
    activity::SourceLawfulness;
    activity::Frequency;
    basis::Article6;
    basis::Article9;
    basis::Article10;
    basis::Jurisdiction;
    basis::InterestHolder;
    basis::AssessmentKind;
    basis::AssessmentOutcome;
    basis::ConsultationOutcome;
    category::SpecialCategory;
    category::CommunicationData;
    change::Action as ChangeAction;
    controller::DpoGround;
    notice::UndertakingKind;
    notice::SubjectRight;
    policy::Severity;
    purpose::CommunicationsUse;
    purpose::ResearchKind;
    recipient::RecipientKind;
    recipient::ListingStatus;
    recipient::AgreementKind;
    recipient::ProcessorClause;
    recipient::SubprocessorAuthorisation;
    record::State as RecordState;
    record::GapKind;
    retention::StartEvent;
    retention::RetentionKind;
    retention::RetentionFate;
    retention::HoldScope;
    security::MeasureKind;
    tracker::TrackerClass;
    tracker::ConsentModel;
    tracker::TrackerMedium;
    tracker::PixelUse;
    transfer::Derogation;
    transfer::TransferRole;
    transfer::BcrKind;
    transfer::ToolKind;
    transfer::CountryStatus;
    transfer::CallRegime;
    query::ConsentScope;
    query::ConsentState;
    query::ConsentGiver;
    query::ParentalVerification;
    query::DisclosureAccess;
    query::Operation;
    query::Origin;
    query::CorrespondentInformed;
    query::Medium;
    query::VitalStatus;
    query::PostMortemDirective;
    query::HeirAction;
    query::ContractState;
    query::Capacity;
    query::ObjectionState;
    query::MarketingObjectionState;
    query::RestrictionState;
    query::RestrictionException;
    query::ErasureState;
    query::ErasureException;
    query::Accuracy;
    query::Rectification;
    query::TrackerAccess;
}

/// Lists of the API that have no words: values of their own are said in them.
const SAID: &[&str] = &[
    "Effect",
    "Level",
    "RuleOutcome",
    "RecipientStanding",
    "TransferGround",
    "RetentionState",
    "RightOutcome",
    "RightStanding",
    "RightAction",
    "ImportMode",
    "ErrorReason",
];

/// The lists of the API, by their names.
fn of_api() -> BTreeMap<String, EnumDescriptor> {
    let all = descriptor::pool()
        .expect("the API is described")
        .all_enums();
    all.filter(|words| words.package_name() == "ropa.v1")
        .map(|words| (words.name().to_owned(), words))
        .collect()
}

#[test]
fn each_list_has_the_words_and_numbers_of_the_api() {
    let of_api = of_api();
    for list in lists() {
        let known = of_api
            .get(list.api)
            .unwrap_or_else(|| panic!("the API has no `{}`", list.api));
        let zero = known.default_value();
        let prefix = zero.name().trim_end_matches("UNSPECIFIED");
        let words: Vec<(i32, String)> = known
            .values()
            .filter(|value| value.number() != 0)
            .map(|value| (value.number(), value.name().replacen(prefix, "", 1)))
            .collect();
        assert_eq!(list.words, words, "{}", list.api);
        assert_eq!(list.read, words, "{}", list.api);
    }
}

#[test]
fn no_list_is_forgotten() {
    let of_code: BTreeSet<String> = blocks("words!").map(|block| name_of(&block)).collect();
    let named: BTreeSet<String> = lists().iter().map(|list| list.name.to_owned()).collect();
    assert_eq!(named, of_code, "lists of the code");
    let of_api: BTreeSet<String> = of_api().into_keys().collect();
    let known: BTreeSet<String> = lists()
        .iter()
        .map(|list| list.api)
        .chain(SAID.iter().copied())
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(known, of_api, "lists of the API");
}

/// A field of a record or of a question holds the list that the API names there.
#[test]
fn each_field_holds_the_list_of_the_api() {
    let of_code: BTreeMap<&str, &str> = lists().iter().map(|list| (list.name, list.api)).collect();
    let mut checked = 0;
    for block in blocks("record!") {
        let message = name_of(&block);
        for (field, kind) in fields_of(&block) {
            let Some(api) = of_code.get(kind.as_str()) else {
                continue;
            };
            let described = descriptor::message(&message)
                .and_then(|message| message.get_field_by_name(&field))
                .unwrap_or_else(|| panic!("the API has no `{message}.{field}`"));
            let Kind::Enum(words) = described.kind() else {
                panic!("`{message}.{field}` is no list in the API");
            };
            assert_eq!(words.name(), *api, "{message}.{field}");
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked} fields");
}

/// So does one of several fields: `Article6(Article6) "article6",`.
#[test]
fn each_choice_holds_the_list_of_the_api() {
    let of_code: BTreeMap<&str, &str> = lists().iter().map(|list| (list.name, list.api)).collect();
    let pool = descriptor::pool().expect("the API is described");
    let mut checked = 0;
    for block in blocks("choice!") {
        for line in block.lines() {
            let inner = line
                .split_once('(')
                .and_then(|(_, rest)| rest.split_once(')'));
            let Some((kind, said)) = inner else { continue };
            let Some(api) = of_code.get(kind) else {
                continue;
            };
            let name = said.trim_matches([' ', ',', '"']);
            let fields = pool.all_messages().flat_map(|message| {
                let choices: Vec<_> = message
                    .oneofs()
                    .flat_map(|it| it.fields().collect::<Vec<_>>())
                    .collect();
                choices
            });
            for field in fields.filter(|field| field.name() == name) {
                let Kind::Enum(words) = field.kind() else {
                    panic!("`{name}` is no list in the API");
                };
                assert_eq!(words.name(), *api, "{name}");
                checked += 1;
            }
        }
    }
    assert!(checked > 3, "{checked} fields");
}

/// The blocks of a macro in the domain and in questions, from its name to the brace that ends it.
fn blocks(name: &str) -> impl Iterator<Item = String> {
    let start = format!("\n{name} {{");
    let sources = ["src/domain", "src/engine/query"]
        .into_iter()
        .flat_map(file::sources);
    sources.flat_map(move |(_, text)| {
        let parts = text.split(&start).skip(1);
        let whole = parts.filter_map(|part| Some(part.split_once("\n}")?.0.to_owned()));
        whole.collect::<Vec<_>>()
    })
}

/// The name of the type in a block.
fn name_of(block: &str) -> String {
    let mut words = block.lines().filter_map(|line| {
        let line = line.trim();
        let rest = line
            .strip_prefix("pub enum ")
            .or(line.strip_prefix("pub struct "))?;
        rest.split_whitespace().next()
    });
    words.next().expect("a type has a name").to_owned()
}

/// The fields in a block, each with its innermost type.
fn fields_of(block: &str) -> Vec<(String, String)> {
    let fields = block.lines().map(str::trim).filter_map(|line| {
        let (field, kind) = line.strip_suffix(',')?.split_once(": ")?;
        let inner = kind.rsplit('<').next()?.trim_end_matches('>');
        Some((field.to_owned(), inner.to_owned()))
    });
    fields.collect()
}
