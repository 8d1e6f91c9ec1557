//! The chain of sub-processors below a processor, to any depth.

use rustc_hash::FxHashSet;

use super::agreement::binds_below;
use super::processor::bringing;
use super::receiver::{Receiver, Role, registered, role};
use crate::domain::key::RecipientKey;
use crate::domain::recipient::{Agreement, Recipient, Subprocessor};
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Place};
use crate::engine::snapshot::{Node, Number};
use crate::engine::view::{Mark, place};

/// One link of a chain: somebody who gets the data from a recipient.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Link<'a> {
    /// The path of the fact that the chain begins with.
    pub fact: String,
    /// Where the link is stated.
    pub at: Place,
    /// Its key.
    pub key: &'a RecipientKey,
    /// Its record, if it is registered and in force.
    pub recipient: Option<Node<'a, Recipient>>,
    /// Who it gets the data from.
    pub from: &'a RecipientKey,
    /// The contract above it, and what that says of it; `None` where only the question names it.
    pub above: Option<(Node<'a, Agreement>, &'a Subprocessor)>,
    /// Whether the contract above it surely binds.
    pub sure: bool,
    /// As what it gets them.
    pub role: Role,
    /// The place of the recipient that the chain begins with, among the receivers.
    pub receiver: usize,
    /// Its own contract, if that is in force.
    pub agreement: Option<Node<'a, Agreement>>,
    /// The same, if that is in force or may be: whom it engages is looked at.
    pub(super) followed: Option<Node<'a, Agreement>>,
}

impl Link<'_> {
    /// Something is the matter with it.
    pub(super) fn about(&self, message: impl Into<String>) -> Fired {
        Fired::about(self.fact.clone(), message).with_recipient(self.key)
    }
}

/// All links below the receivers of a case.
pub(in crate::engine) fn links<'a>(case: &Case<'a>) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    for (place_of, receiver) in case.receivers().iter().enumerate() {
        // Of who is not registered nothing more is asked.
        if receiver.recipient.is_none() {
            continue;
        }
        let before = links.len();
        let mut seen = FxHashSet::default();
        let contracts = match receiver.role {
            Role::Processor => bringing(case, receiver),
            _ => Vec::new(),
        };
        for (agreement, sure) in contracts {
            follow(
                case,
                agreement,
                receiver,
                receiver.key,
                place_of,
                &mut Found {
                    links: &mut links,
                    seen: &mut seen,
                    before,
                    sure,
                },
            );
        }
        let onward = receiver
            .said
            .map_or(&[][..], |said| said.onward_to.as_slice());
        for (index, key) in onward.iter().enumerate() {
            let known = links.iter().skip(before).any(|link| link.key == key);
            if !known {
                links.push(Link {
                    fact: receiver.fact(&format!("onward_to[{index}]")),
                    at: case.here("recipients"),
                    key,
                    recipient: registered(case, key),
                    from: receiver.key,
                    above: None,
                    sure: true,
                    role: if receiver.role == Role::Processor {
                        Role::Processor
                    } else {
                        registered(case, key).map_or(Role::Unknown, |next| role(case, next, None))
                    },
                    receiver: place_of,
                    agreement: None,
                    followed: None,
                });
            }
        }
    }
    links
}

/// What was found below a receiver.
struct Found<'l, 'a> {
    links: &'l mut Vec<Link<'a>>,
    /// The contracts that were followed: two ways may lead to one, and it is looked at once.
    seen: &'l mut FxHashSet<Number>,
    /// Where those of the receiver begin.
    before: usize,
    /// Whether the contract that they are found by surely binds.
    sure: bool,
}

/// The links of a contract, and those below them. A write that would close a circle is refused, so this
/// ends.
fn follow<'a>(
    case: &Case<'a>,
    agreement: Node<'a, Agreement>,
    receiver: &Receiver<'a>,
    from: &'a RecipientKey,
    place_of: usize,
    found: &mut Found<'_, 'a>,
) {
    if !found.seen.insert(agreement.number) {
        return;
    }
    for (index, entry) in agreement.body.subprocessors.iter().enumerate() {
        let Some(key) = &entry.recipient else {
            continue;
        };
        // Whom a contract that binds names too is authorised by that.
        let mut links = found.links.iter().skip(found.before);
        let known = links.any(|link| link.key == key && link.from == from && link.sure);
        if !found.sure && known {
            continue;
        }
        let own = entry
            .agreement
            .as_ref()
            .and_then(|key| case.view.snapshot.agreement(key));
        let binds = own.map_or(Mark::No, |own| binds_below(case, own, from, key));
        let followed = own.filter(|_| binds != Mark::No);
        found.links.push(Link {
            fact: receiver.fact("recipient"),
            at: place(agreement.record, &format!("subprocessors[{index}]")),
            key,
            recipient: registered(case, key),
            from,
            above: Some((agreement, entry)),
            sure: found.sure,
            role: Role::Processor,
            receiver: place_of,
            agreement: own.filter(|_| binds == Mark::Yes),
            followed,
        });
        if let Some(own) = followed {
            let below = &mut Found {
                links: found.links,
                seen: found.seen,
                sure: found.sure && binds == Mark::Yes,
                ..*found
            };
            follow(case, own, receiver, key, place_of, below);
        }
    }
}
