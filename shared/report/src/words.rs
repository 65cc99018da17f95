//! Numbers, dates and units as people write them.

use contracts::RunSummary;
use domain::{Date, Decimal, Timestamp, Unit};
use jiff::civil::DateTime;

/// Digits in groups of three: `120,300`.
pub fn count(number: u64) -> String {
    grouped(u128::from(number))
}

/// A count with its noun: `1 finding`, `2,300 findings`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A quantity of a product with its unit: `3,240 kg`.
pub fn quantity(value: Decimal, unit: Unit) -> String {
    Measure::of(value, unit).text(value)
}

/// An exact quantity from thousandths, with its unit: `1,234.5 kg`.
pub fn thousandths(quantity: i64, unit: Unit) -> String {
    let (whole, places) = (
        quantity.unsigned_abs() / 1000,
        quantity.unsigned_abs() % 1000,
    );
    let sign = if quantity < 0 { "−" } else { "" };
    let places = format!("{places:03}");
    let places = match places.trim_end_matches('0') {
        "" => String::new(),
        places => format!(".{places}"),
    };
    format!("{sign}{}{places} {}", grouped(whole.into()), unit.symbol())
}

/// The same with a sign: `+1,234.5 kg`.
pub fn signed_thousandths(quantity: i64, unit: Unit) -> String {
    let sign = if quantity > 0 { "+" } else { "" };
    format!("{sign}{}", thousandths(quantity, unit))
}

/// A part of a whole in percent, `None` of nothing: `87 %`. Near the whole, where every tenth counts, with one
/// place that is cut, so that what is not full never reads `100 %`.
pub fn percent(part: u64, whole: u64) -> Option<String> {
    let per_mille = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    if (965..1000).contains(&per_mille) && per_mille % 10 != 0 {
        return Some(format!("{}.{} %", per_mille / 10, per_mille % 10));
    }
    Some(format!("{} %", (per_mille + 5) / 10))
}

/// A share of a count in tenths of a percent, `–` of nothing: how many proposals became orders is often under one in a
/// hundred.
pub fn share(part: u64, whole: u64) -> String {
    let millionths = (u128::from(part) * 1_000_000).checked_div(u128::from(whole));
    let share = millionths.and_then(|share| i64::try_from(share).ok());
    share.map_or_else(
        || "–".to_owned(),
        |share| tenths(Decimal::from_millionths(share)),
    )
}

/// A share as percent with one place: `30.1 %`.
pub fn tenths(share: Decimal) -> String {
    let rounded = (share.millionths().unsigned_abs() + 500) / 1000;
    let sign = if share.millionths() < 0 && rounded > 0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}.{} %", rounded / 10, rounded % 10)
}

/// The same with a sign: `+2.7 %`.
pub fn signed_tenths(share: Decimal) -> String {
    let sign = if share.millionths() >= 500 { "+" } else { "" };
    format!("{sign}{}", tenths(share))
}

/// A share of draws as a chance: `31 %`, or `under 1 %`.
pub fn chance(per_mille: u32) -> String {
    match per_mille {
        0 => "0 %".to_owned(),
        1..10 => "under 1 %".to_owned(),
        991..1000 => "over 99 %".to_owned(),
        _ => format!("{} %", (per_mille + 5) / 10),
    }
}

/// A day without its year: `Thu 19 Nov`.
pub fn day(date: Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

/// A day, or the first and the last of several, without their year: `Mon 16 Nov – Wed 18 Nov`.
pub fn day_or_days(first: Date, last: Date) -> String {
    if first == last {
        return day(first);
    }
    format!("{} – {}", day(first), day(last))
}

/// Two days and their year: `Mon 16 Nov – Sun 22 Nov 2026`.
pub fn days(first: Date, last: Date) -> String {
    let year = if first.year() == last.year() {
        ""
    } else {
        " %Y"
    };
    let from = first.strftime(&format!("%a %-d %b{year}")).to_string();
    format!("{from} – {}", last.strftime("%a %-d %b %Y"))
}

/// A moment, in Coordinated Universal Time: `Sunday 15 November 2026, 12:00 UTC`.
pub fn moment(time: Timestamp) -> String {
    time.strftime("%A %-d %B %Y, %H:%M UTC").to_string()
}

/// A moment without its year, in Coordinated Universal Time: `Mon 16 Nov 14:00 UTC`.
pub fn time_of(time: Timestamp) -> String {
    time.strftime("%a %-d %b %H:%M UTC").to_string()
}

/// A moment on somebody's own clock, without its year: `Mon 16 Nov 14:00`.
pub fn local_moment(time: DateTime) -> String {
    time.strftime("%a %-d %b %H:%M").to_string()
}

/// Money: `£3,400`, and with pence below a hundred; without a currency the number alone.
pub fn money(value: Decimal, currency: Option<&str>) -> String {
    let hundredths = (u128::from(value.millionths().unsigned_abs()) + 5_000) / 10_000;
    let sign = if value.millionths() < 0 && hundredths > 0 {
        "−"
    } else {
        ""
    };
    let amount = if hundredths >= 10_000 {
        grouped((hundredths + 50) / 100)
    } else {
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    match currency {
        None => format!("{sign}{amount}"),
        Some("GBP") => format!("{sign}£{amount}"),
        Some("EUR") => format!("{sign}€{amount}"),
        Some("USD") => format!("{sign}${amount}"),
        Some(other) => format!("{sign}{amount} {other}"),
    }
}

/// Names in a row, the first `limit` of them: `a, b and 3 more`.
pub(crate) fn listed(names: &[String], limit: usize) -> String {
    let shown = names
        .iter()
        .take(limit)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(limit) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// How a product's quantities are written: one unit and one number of places for all that stand in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    symbol: &'static str,
    millionths: i128,
    places: u32,
}

impl Measure {
    /// The measure for numbers up to `largest`: kilograms and litres from ten thousand of the small unit on, and as
    /// many places as a person would read.
    pub(crate) fn of(largest: Decimal, unit: Unit) -> Self {
        let (symbol, millionths) = match unit {
            Unit::Gram if largest.millionths() >= TEN_THOUSAND => ("kg", 1_000_000_000),
            Unit::Millilitre if largest.millionths() >= TEN_THOUSAND => ("l", 1_000_000_000),
            unit => (unit.symbol(), 1_000_000),
        };
        let places = match i128::from(largest.millionths()) / millionths {
            100.. => 0,
            10.. if unit == Unit::Piece => 0,
            10.. => 1,
            _ => 2,
        };
        Self {
            symbol,
            millionths,
            places,
        }
    }

    /// The number, rounded half away from zero, and the unit.
    pub(crate) fn text(self, value: Decimal) -> String {
        self.shown(self.rounded(value))
    }

    /// The number in units of its last place, rounded half away from zero.
    pub(crate) fn rounded(self, value: Decimal) -> i128 {
        let scale = 10_i128.pow(self.places);
        let scaled = i128::from(value.millionths().unsigned_abs()) * scale;
        let rounded = (scaled + self.millionths / 2) / self.millionths;
        if value.millionths() < 0 {
            -rounded
        } else {
            rounded
        }
    }

    /// A number in units of its last place, and the unit.
    pub(crate) fn shown(self, number: i128) -> String {
        let scale = 10_u128.pow(self.places);
        let sign = if number < 0 { "−" } else { "" };
        let whole = grouped(number.unsigned_abs() / scale);
        let symbol = self.symbol;
        match self.places {
            0 => format!("{sign}{whole} {symbol}"),
            places => format!(
                "{sign}{whole}.{:0width$} {symbol}",
                number.unsigned_abs() % scale,
                width = places as usize
            ),
        }
    }
}

/// Ten thousand in millionths.
const TEN_THOUSAND: i64 = 10_000_000_000;

fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A line on each shadow: its name, what differs or why it failed, and where the comparison is.
pub(crate) fn shadow_lines(summary: &RunSummary) -> impl Iterator<Item = String> {
    summary.shadows.iter().map(|shadow| {
        let see = shadow.page.as_ref();
        let see = see.map_or_else(String::new, |page| {
            format!("; see {page} in the run's folder")
        });
        format!("{} of {}: {}{see}", shadow.name, shadow.step, shadow.text)
    })
}

/// How old data of so many hours is: `5 hours old`.
pub fn age(hours: i64) -> String {
    match hours {
        ..0 => "ahead of the plan".to_owned(),
        0 => "under an hour old".to_owned(),
        hours => format!("{} old", span(hours)),
    }
}

/// Hours as people tell them: in days from two on.
pub fn span(hours: i64) -> String {
    let hours = hours.unsigned_abs();
    if hours < 48 {
        counted(hours, "hour", "hours")
    } else {
        counted(hours / 24, "day", "days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_hours_up_to_two_days() {
        for (hours, text) in [
            (-1, "ahead of the plan"),
            (0, "under an hour old"),
            (1, "1 hour old"),
            (47, "47 hours old"),
            (48, "2 days old"),
            (400, "16 days old"),
        ] {
            assert_eq!(age(hours), text);
        }
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (120_300, "120,300"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(counted(1, "finding", "findings"), "1 finding");
    }

    #[test]
    fn a_quantity_has_a_readable_unit_and_places() {
        for (value, unit, text) in [
            ("3240000", Unit::Gram, "3,240 kg"),
            ("9999", Unit::Gram, "9,999 g"),
            ("12345.5", Unit::Millilitre, "12.3 l"),
            ("1.005", Unit::Kilogram, "1.01 kg"),
            ("12.5", Unit::Piece, "13 pcs"),
            ("0.5", Unit::Piece, "0.50 pcs"),
        ] {
            assert_eq!(quantity(decimal(value), unit), text);
        }
    }

    #[test]
    fn thousandths_are_exact() {
        for (quantity, text) in [
            (1_234_500, "1,234.5 kg"),
            (-1, "−0.001 kg"),
            (7_000, "7 kg"),
        ] {
            assert_eq!(thousandths(quantity, Unit::Kilogram), text);
        }
    }

    #[test]
    fn money_has_pence_only_where_they_count() {
        for (value, currency, text) in [
            ("3400.49", Some("GBP"), "£3,400"),
            ("99.995", Some("EUR"), "€100"),
            ("12.5", Some("USD"), "$12.50"),
            ("12.5", Some("CHF"), "12.50 CHF"),
            ("-0.004", None, "0.00"),
            ("-1234.5", None, "−1,235"),
        ] {
            assert_eq!(money(decimal(value), currency), text);
        }
    }

    #[test]
    fn a_row_keeps_the_places_of_its_largest_number() {
        let measure = Measure::of(decimal("250"), Unit::Kilogram);
        assert_eq!(measure.text(decimal("3.4")), "3 kg");
        assert_eq!(measure.text(decimal("-0.2")), "0 kg");
    }

    #[test]
    fn what_is_not_quite_full_never_reads_full() {
        for (part, text) in [
            (0, "0 %"),
            (8_749, "87 %"),
            (9_740, "97.4 %"),
            (9_999, "99.9 %"),
        ] {
            assert_eq!(percent(part, 10_000).as_deref(), Some(text));
        }
        assert_eq!(percent(7, 7).as_deref(), Some("100 %"));
        assert_eq!(percent(1, 0), None);
    }

    #[test]
    fn days_name_the_year_once_where_it_is_one() {
        let date = |text: &str| text.parse().unwrap();
        assert_eq!(
            days(date("2026-11-16"), date("2026-11-22")),
            "Mon 16 Nov – Sun 22 Nov 2026"
        );
        assert_eq!(
            days(date("2026-12-28"), date("2027-01-03")),
            "Mon 28 Dec 2026 – Sun 3 Jan 2027"
        );
    }
}
