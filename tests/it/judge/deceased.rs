//! Rules 9, 130 and 131: data of the deceased.

use ropa::engine::query::PostMortemDirective;

use super::matter::Matter;

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
            if said.is_none_or(|said| said.heir_action.is_none()) {
                matter.deny("POST_MORTEM_HEIRS");
            }
        }
    }
}
