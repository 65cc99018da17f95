//! What the fields of an event may hold: each type has one door in, and says what it expects.

use std::ops::Deref;

use domain::{Date, Decimal, Timestamp};
use serde::{Deserialize, Serialize};

/// What should have stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Expected(pub(crate) &'static str);

/// Above any quantity of a factory, and what the data set's files have room for.
const LARGEST: i64 = 1_000_000_000_000_000_000;

macro_rules! decimals {
    ($($(#[$doc:meta])* $name:ident: $fits:expr, $expected:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Decimal);

        impl $name {
            /// The number.
            pub const fn get(self) -> Decimal {
                self.0
            }
        }

        impl TryFrom<Decimal> for $name {
            type Error = Expected;

            fn try_from(number: Decimal) -> Result<Self, Expected> {
                let fits: fn(i64) -> bool = $fits;
                let millionths = number.millionths();
                if fits(millionths) && (1 - LARGEST..LARGEST).contains(&millionths) {
                    Ok(Self(number))
                } else {
                    Err(Expected($expected))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Expected;

            fn try_from(text: String) -> Result<Self, Expected> {
                let number: Decimal = text.parse().map_err(|_| Expected($expected))?;
                number.try_into()
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0.to_string()
            }
        }
    )*};
}

decimals! {
    /// How much of something there is to move or to order: more than nothing.
    Quantity: |n| n > 0, "a number above 0 in quotes, with at most six places, such as \"12.5\"";
    /// How much of something is there, or what it costs: nothing or more.
    Amount: |n| n >= 0, "a number of 0 or more in quotes, with at most six places, such as \"12.5\"";
    /// How much more or, below zero, less there is.
    Delta: |n| n != 0, "a number other than 0 in quotes, with at most six places, such as \"-3\"";
    /// A share of a whole: above nothing and at most one.
    Share: |n| n > 0 && n <= 1_000_000, "a number above 0 and up to 1 in quotes, such as \"0.9\"";
    /// A share that may be nothing.
    Part: |n| (0..=1_000_000).contains(&n), "a number from 0 to 1 in quotes, such as \"0.25\"";
}

/// Words: a name, a category, a reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words(String);

impl Words {
    /// The most characters.
    pub const MOST: usize = 200;

    /// The words as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Words {
    type Error = Expected;

    fn try_from(text: String) -> Result<Self, Expected> {
        let length = text.chars().count();
        let fits = (1..=Self::MOST).contains(&length) && !text.chars().any(char::is_control);
        if fits && text.trim() == text {
            Ok(Self(text))
        } else {
            Err(Expected(
                "text of 1 to 200 characters without line breaks and outer spaces",
            ))
        }
    }
}

impl From<Words> for String {
    fn from(words: Words) -> Self {
        words.0
    }
}

/// A currency: ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

impl Currency {
    /// Its code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Currency {
    type Error = Expected;

    fn try_from(text: String) -> Result<Self, Expected> {
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(Expected("a currency of three capital letters, such as GBP"))
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

/// A day of this century.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// The date.
    pub const fn get(self) -> Date {
        self.0
    }
}

impl TryFrom<Date> for Day {
    type Error = Expected;

    fn try_from(date: Date) -> Result<Self, Expected> {
        if (2000..2100).contains(&date.year()) {
            Ok(Self(date))
        } else {
            Err(Expected("a date such as 2026-11-26"))
        }
    }
}

impl TryFrom<String> for Day {
    type Error = Expected;

    fn try_from(text: String) -> Result<Self, Expected> {
        let bad = Expected("a date such as 2026-11-26");
        if text.len() != 10 {
            return Err(bad);
        }
        text.parse::<Date>().map_err(|_| bad)?.try_into()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

/// A moment of this century, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(Timestamp);

impl Moment {
    const EXPECTED: Expected = Expected("a time with its zone such as 2026-11-26T14:05:00Z");

    /// The time.
    pub const fn get(self) -> Timestamp {
        self.0
    }
}

impl TryFrom<Timestamp> for Moment {
    type Error = Expected;

    fn try_from(time: Timestamp) -> Result<Self, Expected> {
        // The data set's files hold microseconds.
        let time =
            Timestamp::from_microsecond(time.as_microsecond()).map_err(|_| Self::EXPECTED)?;
        if (946_684_800..4_102_444_800).contains(&time.as_second()) {
            Ok(Self(time))
        } else {
            Err(Self::EXPECTED)
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = Expected;

    fn try_from(text: String) -> Result<Self, Expected> {
        let fits = text.len() <= 40;
        let time: Option<Timestamp> = text.parse().ok().filter(|_| fits);
        time.ok_or(Self::EXPECTED)?.try_into()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.to_string()
    }
}

macro_rules! whole_numbers {
    ($($(#[$doc:meta])* $name:ident, $expected:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = Expected;

            fn try_from(number: u32) -> Result<Self, Expected> {
                if (1..=1_000_000).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(Expected($expected))
                }
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    )*};
}

whole_numbers! {
    /// The number of a line in its document.
    LineNo, "a line number from 1 to 1000000";
    /// How many recipe kits or boxes.
    Pieces, "a whole number from 1 to 1000000";
}

/// A document's lines: at least one, and at most so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>")]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Lines<T>(Vec<T>);

impl<T> Lines<T> {
    /// The most lines of a document.
    pub const MOST: usize = 2_000;
}

impl<T> TryFrom<Vec<T>> for Lines<T> {
    type Error = Expected;

    fn try_from(lines: Vec<T>) -> Result<Self, Expected> {
        if (1..=Self::MOST).contains(&lines.len()) {
            Ok(Self(lines))
        } else {
            Err(Expected("a list of 1 to 2000 entries"))
        }
    }
}

impl<T> Deref for Lines<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}
