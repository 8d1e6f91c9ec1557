//! Who receives the data: registered, listed by the activity, and in a known role.

use super::CHAPTER;
use crate::domain::activity::{ActivityRecipient, RecipientRole};
use crate::domain::key::{RecipientKey, TypedKey};
use crate::domain::recipient::{Recipient, RecipientKind};
use crate::domain::system::System;
use crate::engine::case::{Case, Item};
use crate::engine::query::Disclosure;
use crate::engine::rule::{Fired, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::transparency::{covering, undated};
use crate::engine::snapshot::Node;
use crate::engine::view::{gap, of_entries, place};

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        75,
        "RECIPIENT_UNREGISTERED",
        "The recipient is not registered",
        "GDPR art. 30(1)(d), 13(1)(e)",
        "name a registered recipient, or register this one with its role, countries and contract",
        unregistered,
    ),
    Rule::law(
        CHAPTER,
        76,
        "RECIPIENT_NOT_AUTHORISED_FOR_ACTIVITY",
        "The activity does not list the recipient, or not for this category",
        "GDPR art. 5(1)(b), 5(1)(c), 29",
        "leave the recipient out, or list it in the activity if the purpose needs it",
        not_listed,
    ),
    Rule {
        level: Level::Guard,
        ..Rule::law(
            CHAPTER,
            77,
            "RECIPIENT_ROLE_UNKNOWN",
            "It is not stated what the recipient is: processor, joint controller or controller",
            "GDPR art. 4(7) to 4(10)",
            "state the `role` of the recipient",
            role_unknown,
        )
    },
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            89,
            "RECIPIENT_NOT_IN_NOTICE",
            "People were not told of the recipient",
            "GDPR art. 13(1)(e), 14(1)(e); C-154/21",
            "name the recipient in the notice",
            not_told,
        )
    },
];

/// What a recipient is in this activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Role {
    /// Own staff.
    Internal,
    /// A public authority.
    Authority,
    /// Acts on behalf of the controller.
    Processor,
    /// Decides together with it.
    JointController,
    /// Decides for itself.
    Controller,
    /// Nobody says.
    Unknown,
}

/// Somebody who receives the data: named by the question, or the processor of a system.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Receiver<'a> {
    /// The path of the fact that names it.
    pub fact: String,
    /// What the question says, if it names it.
    pub said: Option<&'a Disclosure>,
    /// The system that it runs, if that is how it comes in.
    pub system: Option<Node<'a, System>>,
    /// Its key.
    pub key: &'a RecipientKey,
    /// Its record, if it is registered and in force.
    pub recipient: Option<Node<'a, Recipient>>,
    /// What the activity says of it, and at which place of its list.
    pub(in crate::engine) entry: Option<(usize, &'a ActivityRecipient)>,
    /// What it is in this activity.
    pub(in crate::engine) role: Role,
}

impl<'a> Receiver<'a> {
    /// Everybody who receives the data of a case.
    pub(in crate::engine) fn all(case: &Case<'a>) -> Vec<Self> {
        let mut receivers: Vec<Self> = Vec::new();
        for (index, said) in case.query.recipients.iter().enumerate() {
            if let Some(key) = &said.recipient {
                let fact = format!("processing.recipients[{index}]");
                receivers.push(Self::of(case, key, fact, Some(said), None));
            }
        }
        for system in case.systems() {
            if let Some(key) = &system.body.processor {
                let fact = "processing.system".to_owned();
                receivers.push(Self::of(case, key, fact, None, Some(system)));
            }
        }
        // Who gets nothing but anonymous data gets no personal data.
        let all_known = !case.items.is_empty() && case.items.len() == case.query.data.len();
        receivers.retain(|receiver| !all_known || !receiver.items(case).is_empty());
        receivers
    }

    fn of(
        case: &Case<'a>,
        key: &'a RecipientKey,
        fact: String,
        said: Option<&'a Disclosure>,
        system: Option<Node<'a, System>>,
    ) -> Self {
        let recipient = registered(case, key);
        let listed = case.activity.body.recipients.iter().enumerate();
        let entry = listed
            .into_iter()
            .find(|(_, entry)| entry.recipient.as_ref() == Some(key));
        Self {
            role: recipient.map_or(Role::Unknown, |recipient| {
                role(case, recipient, entry.map(|(_, entry)| entry))
            }),
            fact,
            said,
            system,
            key,
            recipient,
            entry,
        }
    }

    /// Something is the matter with it.
    pub(in crate::engine::rules) fn about(&self, field: &str, message: impl Into<String>) -> Fired {
        Fired::about(self.fact(field), message).with_recipient(self.key)
    }

    /// The path of a fact about it.
    pub(in crate::engine::rules) fn fact(&self, field: &str) -> String {
        if self.said.is_some() {
            format!("{}.{field}", self.fact)
        } else {
            self.fact.clone()
        }
    }

    /// A place in what the activity says of it.
    pub(in crate::engine::rules) fn entry_at(
        &self,
        case: &Case<'_>,
        field: &str,
    ) -> crate::engine::rule::Place {
        match self.entry {
            Some((index, _)) => case.here(&format!("recipients[{index}].{field}")),
            None => case.here("recipients"),
        }
    }

    /// The personal items that it gets: those that the question names for it, else all. A category that
    /// is none of them may be any.
    pub(in crate::engine::rules) fn items<'c>(&self, case: &'c Case<'a>) -> Vec<&'c Item<'a>> {
        let named = self.said.map_or(&[][..], |said| said.categories.as_slice());
        let is_item = |key: &crate::domain::key::DataCategoryKey| {
            case.items.iter().any(|item| item.key() == key.key())
        };
        if named.is_empty() || !named.iter().all(is_item) {
            return case.personal().collect();
        }
        case.personal()
            .filter(|item| named.iter().any(|key| key.key() == item.key()))
            .collect()
    }
}

/// A recipient that is registered, and in force.
pub(in crate::engine::rules) fn registered<'a>(
    case: &Case<'a>,
    key: &RecipientKey,
) -> Option<Node<'a, Recipient>> {
    case.view
        .snapshot
        .recipient(key)
        .filter(|recipient| case.view.in_force(*recipient))
}

/// What a recipient is in an activity: as its entry there says, else as its own record does.
pub(in crate::engine) fn role(
    case: &Case<'_>,
    recipient: Node<'_, Recipient>,
    entry: Option<&ActivityRecipient>,
) -> Role {
    // It may be an authority; or something else here than elsewhere.
    let here = "recipients.role";
    let silent = |entry: &ActivityRecipient| {
        let mut gaps = case.activity.record.envelope.gaps.iter();
        entry.role.is_none() && gaps.any(|gap| gap.field == here)
    };
    if gap(recipient.record, "kind").is_some() || entry.is_some_and(silent) {
        return Role::Unknown;
    }
    match recipient.body.kind {
        Some(RecipientKind::Internal) => return Role::Internal,
        Some(RecipientKind::Authority) => return Role::Authority,
        _ => {}
    }
    match entry.and_then(|entry| entry.role).or(recipient.body.role) {
        Some(RecipientRole::Processor) => Role::Processor,
        Some(RecipientRole::JointController) => Role::JointController,
        Some(RecipientRole::Controller) => Role::Controller,
        None => Role::Unknown,
    }
}

fn outcome(case: &Case<'_>, told: Vec<Fired>) -> Outcome {
    if case.receivers().is_empty() {
        Outcome::NotApplicable
    } else {
        Outcome::told(told)
    }
}

fn unregistered(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for receiver in case.receivers() {
        if receiver.recipient.is_some() {
            continue;
        }
        let key = receiver.key;
        let fired = if let Some(known) = case.view.snapshot.recipient(key) {
            let message = format!("recipient `{}` is not in force", key.key());
            let fired = receiver.about("recipient", message);
            fired.at(place(known.record, "state"))
        } else {
            let message = format!("recipient `{}` is not registered", key.key());
            let mut fired = receiver.about("recipient", message);
            fired.unknown = Some((RecipientKey::KIND, key.key().clone()));
            fired
        };
        told.push(fired);
    }
    for link in case.links().iter().filter(|link| link.recipient.is_none()) {
        let message = format!("sub-processor `{}` is not in force", link.key.key());
        told.push(link.about(message).at(link.at.clone()));
    }
    outcome(case, told)
}

fn not_listed(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for receiver in case.receivers() {
        let Some(recipient) = receiver.recipient else {
            continue;
        };
        let Some((_, entry)) = receiver.entry else {
            let message = format!(
                "activity `{}` does not list recipient `{}`",
                case.activity.key(),
                recipient.key()
            );
            let fired = receiver.about("recipient", message);
            told.push(fired.at(case.here("recipients")));
            continue;
        };
        for item in receiver.items(case) {
            // A list that is empty because its source is silent is no "all".
            let record = case.activity.record;
            let all = |listed: bool, field| !listed && !of_entries(record, field);
            let by_recipient = all(!entry.categories.is_empty(), "recipients.categories")
                || entry
                    .categories
                    .iter()
                    .any(|listed| case.view.covers(listed, item.key()));
            let by_category = item.entry.is_none_or(|data| {
                all(!data.recipients.is_empty(), "data.recipients")
                    || data.recipients.contains(receiver.key)
            });
            if !by_recipient || !by_category {
                let message = format!(
                    "activity `{}` does not give `{}` to recipient `{}`",
                    case.activity.key(),
                    item.key(),
                    recipient.key()
                );
                let at = receiver.entry_at(case, "categories");
                told.push(
                    receiver
                        .about("recipient", message)
                        .at(at)
                        .of(item.key().as_str()),
                );
            }
        }
    }
    outcome(case, told)
}

fn role_unknown(case: &Case<'_>) -> Outcome {
    let told = case
        .receivers()
        .iter()
        .filter(|receiver| receiver.role == Role::Unknown)
        .filter_map(|receiver| {
            let recipient = receiver.recipient?;
            let message = format!("recipient `{}` has no role", recipient.key());
            let fired = receiver.about("recipient", message);
            Some(fired.at(place(recipient.record, "role")))
        })
        .collect::<Vec<_>>();
    let unknown = systems_unclear(case);
    if told.is_empty() && !unknown.is_empty() {
        return Outcome::FactMissing(unknown);
    }
    outcome(case, told)
}

/// Systems of which it is not known whether a processor runs them.
fn systems_unclear(case: &Case<'_>) -> Vec<Fired> {
    case.systems()
        .iter()
        .filter(|system| system.body.processor.is_none())
        .filter(|system| gap(system.record, "processor").is_some())
        .map(|system| {
            let at = place(system.record, "processor");
            Fired::unstated("processing.system", at, "whether a processor gets the data")
        })
        .collect()
}

fn not_told(case: &Case<'_>) -> Outcome {
    let notices = covering(case);
    let mut told = Vec::new();
    for receiver in case.receivers() {
        let (Some(recipient), None) = (receiver.recipient, receiver.system) else {
            continue;
        };
        let exempt = matches!(receiver.role, Role::Internal | Role::Authority);
        let named = notices
            .iter()
            .any(|notice| notice.body.recipients.contains(receiver.key));
        if exempt || named {
            continue;
        }
        let message = format!(
            "no notice in force for these people names recipient `{}`",
            recipient.key()
        );
        let fired = receiver.about("recipient", message);
        told.push(match (notices.first(), undated(case)) {
            (Some(notice), _) => fired.at(place(notice.record, "recipients")),
            (None, Some(notice)) => fired
                .at(place(notice.record, "valid_from"))
                .but(format!("state `valid_from` of `{}`", notice.record.name)),
            (None, None) => fired,
        });
    }
    outcome(case, told)
}
