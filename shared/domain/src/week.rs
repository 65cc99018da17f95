use std::fmt;
use std::str::FromStr;

use jiff::civil::ISOWeekDate;
use serde::{Deserialize, Serialize};

/// The label of a menu week, such as `2026-W48`.
///
/// A label only: it is shaped like an ISO 8601 week and ordered like one, but the days it covers are data
/// (`menu_week`), because many companies' menu weeks do not start on Monday.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MenuWeek {
    year: i16,
    week: i8,
}

/// So much of a text that is no week is shown.
const SHOWN: usize = 40;

/// The text is not the label of a week.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an ISO week such as 2026-W48")]
pub struct ParseWeekError;

impl MenuWeek {
    /// The label `weeks` after this one, in ISO's calendar.
    ///
    /// Labels need not be consecutive in a data set; this serves only to make new data.
    pub fn plus(self, weeks: i64) -> Option<Self> {
        let day = ISOWeekDate::new(self.year, self.week, jiff::civil::Weekday::Thursday).ok()?;
        let days = jiff::Span::new().try_days(weeks.checked_mul(7)?).ok()?;
        let iso = day.date().checked_add(days).ok()?.iso_week_date();
        Some(Self {
            year: iso.year(),
            week: iso.week(),
        })
    }
}

impl FromStr for MenuWeek {
    type Err = ParseWeekError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, week) = text.split_once("-W").ok_or(ParseWeekError)?;
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || week.len() != 2 || !digits(year) || !digits(week) {
            return Err(ParseWeekError);
        }
        let year = year.parse().map_err(|_| ParseWeekError)?;
        let week = week.parse().map_err(|_| ParseWeekError)?;
        ISOWeekDate::new(year, week, jiff::civil::Weekday::Thursday).map_err(|_| ParseWeekError)?;
        Ok(Self { year, week })
    }
}

impl TryFrom<String> for MenuWeek {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|expected: ParseWeekError| {
            let start: String = text.chars().take(SHOWN).collect();
            format!("`{start}` is no menu week, expected {expected}")
        })
    }
}

impl From<MenuWeek> for String {
    fn from(week: MenuWeek) -> Self {
        week.to_string()
    }
}

impl fmt::Display for MenuWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-W{:02}", self.year, self.week))
    }
}

impl fmt::Debug for MenuWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(text: &str) -> MenuWeek {
        text.parse().unwrap()
    }

    #[test]
    fn a_label_prints_as_it_parses() {
        assert_eq!(week("2026-W53").to_string(), "2026-W53");
    }

    #[test]
    fn weeks_that_no_calendar_has_are_refused() {
        for bad in [
            "2025-W53", "2026-W5", "2026-W00", "2026W48", "26-W48", "2026-W+8", "",
        ] {
            assert_eq!(bad.parse::<MenuWeek>(), Err(ParseWeekError), "{bad}");
        }
    }

    #[test]
    fn what_is_no_week_is_shown_in_part() {
        let told = MenuWeek::try_from("x".repeat(10_000)).unwrap_err();
        let shown = "x".repeat(40);
        assert_eq!(
            told,
            format!("`{shown}` is no menu week, expected an ISO week such as 2026-W48")
        );
    }

    #[test]
    fn weeks_order_across_the_new_year() {
        assert!(week("2026-W53") < week("2027-W01"));
        assert_eq!(week("2026-W53").plus(1), Some(week("2027-W01")));
        assert_eq!(week("2027-W01").plus(-1), Some(week("2026-W53")));
    }
}
