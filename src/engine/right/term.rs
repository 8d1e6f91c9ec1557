//! When a request is due (Art. 12(3); Regulation 1182/71): the day of receipt is not counted, a month ends on the day
//! of the same number, and what ends on a day off ends on the next working day.

use crate::domain::controller::Controller;
use crate::domain::date::{Date, Period};
use crate::domain::shape::Text;
use crate::domain::transfer::{Country, Holiday};
use crate::engine::snapshot::Node;
use crate::engine::view::View;

/// The days on which a request is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day to answer.
    pub on: Date,
    /// The last day, where the term was extended in time: by the months that were told, else by the most.
    pub extended_on: Date,
    /// Whether more months were told than there may be.
    pub too_long: bool,
}

/// The days of a request received on a day, and extended by some months; `None` where the limits are not registered.
pub(super) fn due(
    view: &View<'_>,
    controller: Node<'_, Controller>,
    received: Date,
    months: Option<u32>,
) -> Option<Due> {
    let here = controller.body.country.as_ref();
    let period = |code: &str| view.limit(code, here);
    let (answer, longest) = (period("RIGHT_ANSWER")?, period("RIGHT_EXTENSION")?);
    let stated = months.and_then(|months| <Period as Text>::parse(&format!("P{months}M")));
    // What is no period is longer than any.
    let too_long = match (&stated, months) {
        (Some(stated), _) => stated.exceeds(longest),
        (None, said) => said.is_some(),
    };
    let extension = stated.as_ref().filter(|_| !too_long).unwrap_or(longest);
    let country = here.and_then(|key| view.snapshot.country(key));
    let working = |day: Date| working(country, day);
    Some(Due {
        on: working(received.plus(answer)),
        // Both periods count from receipt together.
        extended_on: working(received.plus(&answer.and(extension))),
        too_long,
    })
}

/// The day itself, or the next one that is no day off.
fn working(country: Option<Node<'_, Country>>, day: Date) -> Date {
    let mut day = day;
    // No run of days off is longer than this.
    for _ in 0..30 {
        let off = is_weekend(day) || country.is_some_and(|country| is_holiday(country, day));
        match day.tomorrow() {
            Some(next) if off => day = next,
            _ => return day,
        }
    }
    day
}

fn is_weekend(day: Date) -> bool {
    use jiff::civil::Weekday::{Saturday, Sunday};
    matches!(day.civil().weekday(), Saturday | Sunday)
}

fn is_holiday(country: Node<'_, Country>, day: Date) -> bool {
    let counts = |holiday: &&Holiday| day.is_within(holiday.from, holiday.until);
    let listed = country.body.holidays.iter().filter(counts);
    listed
        .filter_map(|holiday| on(&holiday.rule, day.civil().year()))
        .any(|off| off == day)
}

/// The day of a holiday in a year: `05-01`, or so many days after Easter Sunday, `easter+1`.
fn on(rule: &str, year: i16) -> Option<Date> {
    let day = if let Some(after) = rule.strip_prefix("easter") {
        let after = jiff::Span::new().try_days(after.parse::<i64>().ok()?);
        easter(year)?.checked_add(after.ok()?).ok()?
    } else {
        let (month, day) = rule.split_once('-')?;
        jiff::civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?
    };
    Some(Date::from(day))
}

/// Easter Sunday in the Gregorian calendar: the Sunday after the full moon of the church's table on or after 21 March.
fn easter(year: i16) -> Option<jiff::civil::Date> {
    let year = i32::from(year);
    let golden = year % 19;
    let century = year / 100;
    // The age of the moon on 1 January, with the corrections for leap years left out and for the moon's own drift.
    let epact = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    // Two full moons would else fall on one day within nineteen years.
    let moon =
        epact - (epact / 28) * (1 - (epact / 28) * (29 / (epact + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    let after = moon - weekday;
    let month = 3 + (after + 40) / 44;
    let day = after + 28 - 31 * (month / 4);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    jiff::civil::Date::new(i16::try_from(year).ok()?, month, day).ok()
}
