//! What a notice promises about selling data.

use super::receiver::Role;
use crate::domain::key::TypedKey;
use crate::domain::notice::UndertakingKind;
use crate::engine::case::Case;
use crate::engine::rule::{GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::transparency::promises;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "SALE_PROHIBITED",
    number: 17,
    chapter: "2.2 Principles",
    title: "Data would be given for consideration, and a notice promises that they are not sold",
    citation: "GDPR art. 5(1)(a)",
    level: Level::Law,
    effect: RuleEffect::Deny,
    gate: Gate::PROCESSING,
    in_force_from: GDPR,
    next_step: "where nothing is paid for the data, state `not_for_consideration` in the activity; else do not give them",
    judge: Judge::Processing(sold),
}];

fn sold(case: &Case<'_>) -> Outcome {
    let promises = promises(case, UndertakingKind::NoSale);
    let Some(promise) = promises.first() else {
        return Outcome::NotApplicable;
    };
    let mut told = Vec::new();
    for receiver in case.receivers() {
        // Who runs a system is paid, and does not pay; who is not listed is denied by that.
        let (Some((_, entry)), Some(said)) = (receiver.entry, receiver.said) else {
            continue;
        };
        if receiver.role == Role::Internal || receiver.recipient.is_none() {
            continue;
        }
        let message = match (said.for_consideration, entry.not_for_consideration) {
            (Some(true), _) => "something is paid for the data",
            (_, Some(true)) => continue,
            _ => "it is not stated that nothing is paid for the data",
        };
        let message = format!(
            "{message} of recipient `{}`, and {} no sale",
            receiver.key.key(),
            promise.promises()
        );
        told.push(
            receiver
                .about("for_consideration", message)
                .at(receiver.entry_at(case, "not_for_consideration"))
                .at(promise.at.clone()),
        );
    }
    Outcome::told(told)
}
