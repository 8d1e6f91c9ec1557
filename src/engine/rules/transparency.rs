//! Principles (Art. 5): what people are told, who may act, where data come from.

use super::purpose::CHAPTER;
use crate::domain::activity::{DataSource, SourceLawfulness};
use crate::domain::basis::Article6;
use crate::domain::category::DataSubjectCategory;
use crate::domain::key::TypedKey;
use crate::domain::notice::{Notice, Undertaking, UndertakingKind};
use crate::domain::recipient::RecipientKind;
use crate::engine::case::Case;
use crate::engine::query::{DataItem, Origin};
use crate::engine::rule::{
    Fired, GDPR, Gate, Judge, Level, Obligation, Outcome, Place, Rule, RuleEffect,
};
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, of_entries, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "NOTICE_MISSING",
        number: 15,
        chapter: CHAPTER,
        title: "No notice in force tells these people about the activity",
        citation: "GDPR art. 5(1)(a), 12 to 14",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::COLLECTING,
        in_force_from: GDPR,
        next_step: "publish a notice for the activity and the group of people, and register it",
        judge: Judge::Processing(notice_missing),
    },
    Rule {
        code: "NOTICE_INCOMPLETE",
        number: 16,
        chapter: CHAPTER,
        title: "The notice lacks a mandatory item",
        citation: "GDPR art. 13(1), 13(2), 14(1), 14(2)",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::COLLECTING,
        in_force_from: GDPR,
        next_step: "add the missing items to the notice",
        judge: Judge::Processing(notice_incomplete),
    },
    Rule {
        code: "ACCESS_NOT_AUTHORISED",
        number: 18,
        chapter: CHAPTER,
        title: "The role of the requester is not authorised for the activity",
        citation: "GDPR art. 29, 32(4), 5(1)(f)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "have an authorised role do it, and say `requester_role`",
        judge: Judge::Processing(not_authorised),
    },
    Rule {
        code: "DATA_SOURCE_UNLAWFUL",
        number: 19,
        chapter: CHAPTER,
        title: "The data come from a source that may not give them, or that is not known",
        citation: "GDPR art. 5(1)(a), 14(2)(f)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "do not use data of this source; establish where they come from",
        judge: Judge::Processing(source_unlawful),
    },
];

/// The notices in force that tell these people about the activity.
pub(super) fn covering<'a>(case: &Case<'a>) -> Vec<Node<'a, Notice>> {
    // A notice that does not say from when has not been given.
    let dated = |notice: &Node<'_, Notice>| notice.record.envelope.valid_from.is_some();
    about(case).into_iter().filter(dated).collect()
}

/// The notices that tell these people about the activity, and do not say from when.
pub(super) fn undated<'a>(case: &Case<'a>) -> Option<Node<'a, Notice>> {
    let undated = |notice: &Node<'_, Notice>| notice.record.envelope.valid_from.is_none();
    about(case).into_iter().find(undated)
}

/// The notices about the activity for these people.
fn about<'a>(case: &Case<'a>) -> Vec<Node<'a, Notice>> {
    let Some(subject) = case.subject else {
        return Vec::new();
    };
    case.view
        .snapshot
        .notices_on(Some(case.activity.number))
        // Who does not say whose notice it is has not told who is responsible (Art. 13(1)(a)).
        .filter(|notice| notice.body.controller.is_some() && may_be_of(case, *notice))
        .filter(|notice| {
            let mut listed = notice.body.data_subject_categories.iter();
            listed.any(|listed| case.view.covers(listed, subject.key()))
        })
        .filter(|notice| case.view.in_force(*notice))
        .collect()
}

/// What a notice undertakes, or may.
pub(super) struct Promise<'a> {
    /// The notice.
    pub notice: Node<'a, Notice>,
    /// What is said; nothing where its undertakings are not stated: then it may have made any.
    pub said: Option<&'a Undertaking>,
    /// Where it stands.
    pub at: Place,
}

impl Promise<'_> {
    /// `notice … promises`, for a message.
    pub(super) fn promises(&self) -> String {
        let verb = self.said.map_or("may promise", |_| "promises");
        format!("notice `{}` {verb}", self.notice.key())
    }
}

/// The undertakings of a kind that bind: those in notices of the controller to these people, dated or not. A promise
/// is made to people, and whatever is done with their data must keep it.
pub(super) fn promises<'a>(case: &Case<'a>, kind: UndertakingKind) -> Vec<Promise<'a>> {
    let mut promises = Vec::new();
    let notices = case.view.snapshot.promises();
    for notice in notices.filter(|notice| binds(case, *notice)) {
        let made = &notice.body.undertakings;
        if made.is_empty() {
            let at = place(notice.record, "undertakings");
            promises.push(Promise {
                notice,
                said: None,
                at,
            });
        }
        for (index, one) in made.iter().enumerate() {
            let at = place(notice.record, &format!("undertakings[{index}]"));
            if one.kind == Some(kind) {
                promises.push(Promise {
                    notice,
                    said: Some(one),
                    at,
                });
            } else if one.kind.is_none() && of_entries(notice.record, "undertakings.kind") {
                promises.push(Promise {
                    notice,
                    said: None,
                    at,
                });
            }
        }
    }
    promises
}

/// Whether what a notice says binds the controller towards this person.
pub(super) fn binds<'a>(case: &Case<'a>, notice: Node<'a, Notice>) -> bool {
    let listed = &notice.body.data_subject_categories;
    let open = listed.is_empty() || gap(notice.record, "data_subject_categories").is_some();
    let covers = |subject: Node<'_, DataSubjectCategory>| {
        listed
            .iter()
            .any(|listed| case.view.covers(listed, subject.key()))
    };
    let addressed = open || case.subject.is_none_or(covers);
    may_be_of(case, notice) && addressed && case.view.in_force(notice)
}

/// Whether a notice is one of the controller, or does not say whose it is.
fn may_be_of(case: &Case<'_>, notice: Node<'_, Notice>) -> bool {
    let controller = notice.body.controller.as_ref();
    controller.is_none_or(|key| key.key() == case.controller.key())
}

pub(super) fn notice_key(case: &Case<'_>) -> String {
    covering(case)
        .first()
        .map(|notice| notice.key().to_string())
        .unwrap_or_default()
}

/// Whether the data come from others: then people are told within a month, and not at once. The
/// record says so; the caller can only say that they come from the person all the same.
fn is_indirect(case: &Case<'_>, item: &DataItem) -> bool {
    let recorded = !case.activity.body.sources.is_empty()
        || case
            .subject_mark("indirect_source", |subject| subject.indirect_source)
            .is_some_and(|(mark, _)| mark == Mark::Yes);
    recorded
        && !matches!(
            item.origin,
            Some(Origin::FromSubject | Origin::Observed | Origin::Derived)
        )
}

/// Whether all that is asked for comes from others; a notice is about data of no registered category too.
fn all_indirect(case: &Case<'_>) -> bool {
    let data = &case.query.data;
    !data.is_empty() && data.iter().all(|item| is_indirect(case, item))
}

/// What excuses data from the person (Art. 13(4)).
const FROM_PERSON: &[&str] = &["13(4)"];
/// What excuses data from others (Art. 14(5)).
const FROM_OTHERS: &[&str] = &["14(5)(a)", "14(5)(b)", "14(5)(c)", "14(5)(d)"];

/// Whether an excuse is stated that is one of these, with its reason.
fn is_excused(case: &Case<'_>, by: &[&str]) -> bool {
    let stated = case.activity.body.notice_exemption.as_ref();
    stated.is_some_and(|stated| by.contains(&stated.article.as_str()) && !stated.reason.is_empty())
}

fn notice_missing(case: &Case<'_>) -> Outcome {
    if case.subject.is_none() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let mut items = case.query.data.iter();
    let later = items.any(|item| is_indirect(case, item)) && !is_excused(case, FROM_OTHERS);
    let now = !all_indirect(case) && !is_excused(case, FROM_PERSON);
    if !later && !now || !covering(case).is_empty() {
        return Outcome::Satisfied;
    }
    let fired = if let Some(notice) = undated(case) {
        let message = format!(
            "notice `{}` does not say from when it applies",
            notice.key()
        );
        Fired::about("processing.activity", message)
            .at(place(notice.record, "valid_from"))
            .but(format!("state `valid_from` of `{}`", notice.record.name))
    } else {
        let message = format!(
            "no notice in force covers activity `{}` for these people",
            case.activity.key()
        );
        Fired::about("processing.activity", message).at(case.here("notice_exemption"))
    };
    if now {
        return Outcome::told(vec![fired]);
    }
    let month = <crate::domain::date::Period as crate::domain::shape::Text>::parse("P1M");
    let date = month
        .map(|month| case.view.clock.today().plus(&month).to_string())
        .unwrap_or_default();
    // The permit form of the rule: its obligation, and not its code.
    Outcome::Obliges(vec![Obligation::new("INFORM_SUBJECT").with("date", date)])
}

/// What a notice must say about the activity (Art. 13 or, for data from others, Art. 14): the article of
/// each item.
fn mandatory(case: &Case<'_>, indirect: bool) -> Vec<&'static str> {
    let either = |direct, from_others| if indirect { from_others } else { direct };
    let mut articles = vec![
        either("13(1)(a)", "14(1)(a)"),
        either("13(1)(c)", "14(1)(c)"),
        either("13(2)(a)", "14(2)(a)"),
        either("13(2)(b)", "14(2)(c)"),
        either("13(2)(d)", "14(2)(e)"),
        // Direct: whether the data must be given. From others: which data they are.
        either("13(2)(e)", "14(1)(d)"),
    ];
    if indirect {
        articles.push("14(2)(f)");
    }
    if case.controller.body.dpo.is_some() {
        articles.push(either("13(1)(b)", "14(1)(b)"));
    }
    if case.activity.body.automated_decision.is_some() {
        articles.push(either("13(2)(f)", "14(2)(g)"));
    }
    if discloses(case) {
        articles.push(either("13(1)(e)", "14(1)(e)"));
    }
    match case.letter() {
        Some(Article6::A) => articles.push(either("13(2)(c)", "14(2)(d)")),
        Some(Article6::F) => articles.push(either("13(1)(d)", "14(2)(b)")),
        _ => {}
    }
    articles
}

/// Whether the activity has recipients that people are told of: others than staff and authorities.
fn discloses(case: &Case<'_>) -> bool {
    case.activity.body.recipients.iter().any(|entry| {
        let key = entry.recipient.as_ref();
        let known = key.and_then(|key| case.view.snapshot.recipient(key));
        let kind = known.and_then(|known| known.body.kind);
        !matches!(
            kind,
            Some(RecipientKind::Internal | RecipientKind::Authority)
        )
    })
}

fn notice_incomplete(case: &Case<'_>) -> Outcome {
    let covering = covering(case);
    let Some(notice) = covering.first() else {
        return Outcome::NotApplicable;
    };
    let says = |article: &str| {
        covering
            .iter()
            .flat_map(|notice| &notice.body.items)
            .any(|item| item.article == article && !item.statement.is_empty())
    };
    let indirect = case.query.data.iter().map(|item| is_indirect(case, item));
    let mut kinds: Vec<bool> = indirect.collect();
    if kinds.is_empty() {
        kinds.push(false);
    }
    let all = kinds.iter().flat_map(|indirect| mandatory(case, *indirect));
    let mut missing: Vec<_> = all.filter(|article| !says(article)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!("notice `{}` lacks {}", notice.key(), missing.join(", "));
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(place(notice.record, "items")),
    ])
}

fn not_authorised(case: &Case<'_>) -> Outcome {
    let roles = &case.activity.body.authorised_roles;
    let fact = "processing.requester_role";
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    if roles.is_empty() {
        let at = case.here("authorised_roles");
        if at.gap.is_none() {
            return Outcome::NotApplicable;
        }
        return Outcome::FactMissing(vec![Fired::unstated(fact, at, "who may do it")]);
    }
    let message = match &case.query.requester_role {
        Some(role) if roles.contains(role) => return Outcome::Satisfied,
        Some(role) => format!("role `{}` is not one of the activity's", role.as_str()),
        None => "the role of the requester is not said, and the activity lists roles".to_owned(),
    };
    Outcome::told(vec![
        Fired::about(fact, message).at(case.here("authorised_roles")),
    ])
}

/// Whether it is not known, or not stated, that a source may give the data.
const fn is_unknown(lawfulness: Option<SourceLawfulness>) -> bool {
    matches!(lawfulness, None | Some(SourceLawfulness::Unknown))
}

fn source_unlawful(case: &Case<'_>) -> Outcome {
    let sources = &case.activity.body.sources;
    if sources.is_empty() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    for item in case.personal() {
        // Where it is not said from which, each may be it.
        let may_be = |source: &&DataSource| {
            let said = item.said.source.as_ref();
            said.is_none_or(|said| source.recipient.as_ref() == Some(said))
        };
        let listed: Vec<_> = sources.iter().filter(may_be).collect();
        let unlawful = |source: &&DataSource| source.lawfulness == Some(SourceLawfulness::Unlawful);
        // What is not stated is not known.
        let unknown = |source: &&DataSource| is_unknown(source.lawfulness);
        let lawfulness = if listed.iter().any(unlawful) {
            SourceLawfulness::Unlawful
        } else if listed.is_empty() || listed.iter().any(unknown) {
            SourceLawfulness::Unknown
        } else {
            SourceLawfulness::Lawful
        };
        let fired = |message: &str| {
            Fired::about(item.fact("source"), message)
                .at(case.here("sources"))
                .of(item.key().as_str())
        };
        match lawfulness {
            SourceLawfulness::Unlawful => {
                told.push(fired("the source may not give the data"));
            }
            SourceLawfulness::Unknown => {
                told.push(
                    fired("it is not known whether the source may give the data")
                        .as_severe_as(RuleEffect::Warn),
                );
            }
            SourceLawfulness::Lawful => {}
        }
    }
    Outcome::told(told)
}
