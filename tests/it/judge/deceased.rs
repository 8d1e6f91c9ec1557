//! Rules 9, 130 and 131: data of the deceased.

use ropa::engine::query::{HeirAction, PostMortemDirective};

use super::matter::{ERASING, Matter};

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.deceased() {
        return;
    }
    matter.ground("SUBJECT_DECEASED");
    let subject = matter.asked.subject.as_ref();
    let said = subject.and_then(|subject| subject.post_mortem.as_ref());
    match said.and_then(|said| said.directive) {
        None => matter.deny("FACT_MISSING"),
        Some(PostMortemDirective::AllowsThis) => {}
        Some(PostMortemDirective::ForbidsThis) => matter.deny("POST_MORTEM_DIRECTIVE"),
        Some(PostMortemDirective::None) => {
            let action = said.and_then(|said| said.heir_action);
            // Whoever opposes what is done does not ask for it.
            let ends = |one| ERASING.contains(one);
            let opposed =
                action == Some(HeirAction::Oppose) && !matter.asked.operations.iter().all(ends);
            if action.is_none() || opposed {
                matter.deny("POST_MORTEM_HEIRS");
            }
        }
    }
}
