use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An exact decimal number with six places, for quantities, prices, shares and factors.
///
/// Held as an integer of millionths, so that sums are exact and the same on every machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i64);

/// The text is not a number that [`Decimal`] can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a number with a decimal point and at most six places, such as 12.5")]
pub struct ParseDecimalError;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1_000_000);

    /// A number from its millionths.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// The number in millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The nearest floating-point number, for estimation; never for arithmetic on stock or money.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Sum of two, `None` when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let ends_in_dot = digits.ends_with('.');
        let places = places.trim_end_matches('0');
        if whole.is_empty() || ends_in_dot || places.len() > 6 {
            return Err(ParseDecimalError);
        }
        let mut value: i64 = 0;
        for byte in whole
            .bytes()
            .chain(places.bytes().chain(std::iter::repeat(b'0')).take(6))
        {
            if !byte.is_ascii_digit() {
                return Err(ParseDecimalError);
            }
            value = value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i64::from(byte - b'0')))
                .ok_or(ParseDecimalError)?;
        }
        Ok(Self(if negative { -value } else { value }))
    }
}

impl TryFrom<String> for Decimal {
    type Error = ParseDecimalError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(value: Decimal) -> Self {
        value.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, places) = (
            self.0.unsigned_abs() / 1_000_000,
            self.0.unsigned_abs() % 1_000_000,
        );
        if places == 0 {
            return f.pad(&format!("{sign}{whole}"));
        }
        let places = format!("{places:06}");
        f.pad(&format!("{sign}{whole}.{}", places.trim_end_matches('0')))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Plates that one kit serves: 1 to 12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Portions(u8);

impl Portions {
    /// The number of plates.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Portions {
    type Error = &'static str;

    fn try_from(plates: u8) -> Result<Self, Self::Error> {
        if (1..=12).contains(&plates) {
            Ok(Self(plates))
        } else {
            Err("a portion size of 1 to 12")
        }
    }
}

impl From<Portions> for u8 {
    fn from(portions: Portions) -> Self {
        portions.0
    }
}

impl fmt::Display for Portions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Portions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_print_without_idle_zeros() {
        for (text, shown) in [
            ("12.50", "12.5"),
            ("-0.000001", "-0.000001"),
            ("7", "7"),
            ("0.1000000", "0.1"),
        ] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn text_that_is_no_plain_decimal_is_refused() {
        for bad in [
            "",
            "-",
            ".5",
            "5.",
            "1,5",
            "1e3",
            "NaN",
            "+1",
            "0.1234567",
            "1 000",
            "99999999999999",
        ] {
            assert_eq!(bad.parse::<Decimal>(), Err(ParseDecimalError), "{bad}");
        }
    }
}
