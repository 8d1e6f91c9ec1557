//! Where a country lies.

use super::snapshot::Node;
use super::view::{View, gap};
use crate::domain::date::Date;
use crate::domain::key::CountryKey;
use crate::domain::transfer::{Country, CountryStatus, EeaPeriod};

impl<'a> View<'a> {
    /// Whether a country is inside the EEA at the decision. An outermost region is where its state is.
    pub(super) fn is_inside(&self, country: &CountryKey) -> bool {
        self.state_of(country).is_some_and(|state| {
            let member = |period: &&EeaPeriod| {
                period.from.is_some() && self.clock.within(period.from, period.until)
            };
            state.body.eea.iter().filter(member).count() > 0
        })
    }

    /// The state whose law holds in a country: its own, for an outermost region that of its state.
    pub(super) fn state_of(&self, country: &CountryKey) -> Option<Node<'a, Country>> {
        let found = self.country(country)?;
        match (found.body.status, &found.body.linked_to) {
            (Some(CountryStatus::Outermost), state) => self.country(state.as_ref()?),
            _ => Some(found),
        }
    }

    /// The same, where it is a state of the EEA at the decision, or was on the day that is told.
    pub(super) fn member_state(
        &self,
        country: &CountryKey,
        on: Option<Date>,
    ) -> Option<Node<'a, Country>> {
        let Some(day) = on else {
            return self.state_of(country).filter(|_| self.is_inside(country));
        };
        self.state_of(country).filter(|state| {
            let mut periods = state.body.eea.iter();
            periods.any(|period| period.from.is_some() && day.is_within(period.from, period.until))
        })
    }

    /// Whether it is known whose law holds in a country.
    pub(super) fn is_settled(&self, country: &CountryKey) -> bool {
        self.country(country).is_some_and(|country| {
            let open = |field| gap(country.record, field).is_some();
            !open("status") && !open("linked_to")
        })
    }

    /// Whether a country is an overseas territory linked to a state of the EEA, or a special case like one.
    pub(super) fn is_special(&self, country: &CountryKey) -> bool {
        self.country(country).is_some_and(|country| {
            matches!(
                country.body.status,
                Some(CountryStatus::OverseasFrench | CountryStatus::Special)
            )
        })
    }

    pub(super) fn country(&self, key: &CountryKey) -> Option<Node<'a, Country>> {
        let found = self.snapshot.country(key)?;
        self.in_force(found).then_some(found)
    }
}
