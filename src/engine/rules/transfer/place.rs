//! Where a country lies.

use crate::domain::key::CountryKey;
use crate::domain::transfer::{Country, CountryStatus, EeaPeriod};
use crate::engine::snapshot::Node;
use crate::engine::view::View;

/// Whether a country is inside the EEA at the decision. An outermost region is where its state is.
pub(in crate::engine::rules) fn inside(view: &View<'_>, country: &CountryKey) -> bool {
    let Some(found) = in_force(view, country) else {
        return false;
    };
    let state = match (found.body.status, &found.body.linked_to) {
        (Some(CountryStatus::Outermost), Some(state)) => in_force(view, state),
        (Some(CountryStatus::Outermost), None) => None,
        _ => Some(found),
    };
    state.is_some_and(|state| {
        let member = |period: &&EeaPeriod| {
            period.from.is_some() && view.clock.within(period.from, period.until)
        };
        state.body.eea.iter().filter(member).count() > 0
    })
}

/// Whether a country is an overseas territory linked to a state of the EEA, or a special case like one.
pub(super) fn is_special(view: &View<'_>, country: &CountryKey) -> bool {
    in_force(view, country).is_some_and(|country| {
        matches!(
            country.body.status,
            Some(CountryStatus::OverseasFrench | CountryStatus::Special)
        )
    })
}

fn in_force<'a>(view: &View<'a>, country: &CountryKey) -> Option<Node<'a, Country>> {
    let found = view.snapshot.country(country)?;
    view.in_force(found).then_some(found)
}
