//! Cells: how one value is read from text and written to CSV and Parquet.

use std::borrow::Cow;
use std::fmt;

use domain::{
    AreaId, Code, Date, Decimal, LotId, Measure, MenuWeek, OrderId, OverrideId, OverrideKeys,
    OverrideOp, Portions, ProductId, RecipeId, RuleId, SiteId, Timestamp, Unit, VendorId,
};
use jiff::civil::Time;

/// What a column holds; decides its Parquet type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// A whole number; Parquet INT64.
    Integer,
    /// A [`Decimal`]; Parquet DECIMAL(18, 6).
    Decimal,
    /// An ISO 8601 date; Parquet DATE.
    Date,
    /// An RFC 3339 time; Parquet TIMESTAMP (UTC, microseconds).
    Timestamp,
}

/// One value on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing there.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Decimal(Decimal),
    /// A date.
    Date(Date),
    /// A point in time.
    Timestamp(Timestamp),
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Timestamp(time) => write!(f, "{time}"),
        }
    }
}

/// Why a cell could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadCell {
    /// The catalogue entry this is.
    pub code: Code,
    /// What should have stood there, such as `a whole number`.
    pub expected: &'static str,
}

impl BadCell {
    /// A value of the wrong type or format.
    pub const fn format(expected: &'static str) -> Self {
        Self {
            code: Code::E102,
            expected,
        }
    }

    /// A number below zero where none may be, or NaN.
    pub const fn negative() -> Self {
        Self {
            code: Code::E301,
            expected: "a number of 0 or more",
        }
    }
}

/// A type that a column can have.
pub trait Field: Sized {
    /// Whether the column must exist and every cell be filled.
    const REQUIRED: bool = true;
    /// What the column holds.
    const KIND: Kind;

    /// Reads a cell; an empty one is offered only to optional fields.
    ///
    /// # Errors
    /// [`BadCell`] says what should have stood there.
    fn parse(text: &str) -> Result<Self, BadCell>;

    /// The value on its way out.
    fn cell(&self) -> Cell<'_>;
}

impl<T: Field> Field for Option<T> {
    const REQUIRED: bool = false;
    const KIND: Kind = T::KIND;

    fn parse(text: &str) -> Result<Self, BadCell> {
        if text.is_empty() {
            Ok(None)
        } else {
            T::parse(text).map(Some)
        }
    }

    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Empty, Field::cell)
    }
}

macro_rules! id_fields {
    ($($id:ty),*) => {$(
        impl Field for $id {
            const KIND: Kind = Kind::Text;

            fn parse(text: &str) -> Result<Self, BadCell> {
                text.parse().map_err(|_| {
                    BadCell::format("an id of 1 to 64 characters without outer spaces")
                })
            }

            fn cell(&self) -> Cell<'_> {
                Cell::Text(Cow::Borrowed(self.as_str()))
            }
        }
    )*};
}
id_fields!(
    AreaId, LotId, OrderId, OverrideId, ProductId, RecipeId, RuleId, SiteId, VendorId
);

macro_rules! override_fields {
    ($($part:ty),*) => {$(
        impl Field for $part {
            const KIND: Kind = Kind::Text;

            fn parse(text: &str) -> Result<Self, BadCell> {
                text.parse().map_err(|bad: domain::ParseOverrideError| BadCell::format(bad.0))
            }

            fn cell(&self) -> Cell<'_> {
                Cell::Text(Cow::Owned(self.to_string()))
            }
        }
    )*};
}
override_fields!(Measure, OverrideKeys, OverrideOp);

macro_rules! whole_number_fields {
    ($($number:ty, $expected:literal);*) => {$(
        impl Field for $number {
            const KIND: Kind = Kind::Integer;

            fn parse(text: &str) -> Result<Self, BadCell> {
                if text.starts_with('+') {
                    return Err(BadCell::format($expected));
                }
                match text.parse::<i128>() {
                    Ok(number) if number < 0 => Err(BadCell::negative()),
                    Ok(number) => Self::try_from(number).map_err(|_| BadCell::format($expected)),
                    Err(_) if text.eq_ignore_ascii_case("nan") => Err(BadCell::negative()),
                    Err(_) => Err(BadCell::format($expected)),
                }
            }

            fn cell(&self) -> Cell<'_> {
                Cell::Integer(i64::from(*self))
            }
        }
    )*};
}
whole_number_fields!(u8, "a whole number up to 255"; u32, "a whole number up to 4294967295");

impl Field for String {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t')
        {
            return Err(BadCell::format("text without control characters"));
        }
        Ok(text.to_owned())
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(self))
    }
}

impl Field for MenuWeek {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        text.parse()
            .map_err(|_| BadCell::format("an ISO week such as 2026-W48"))
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Owned(self.to_string()))
    }
}

impl Field for Date {
    const KIND: Kind = Kind::Date;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = BadCell::format("an ISO date such as 2026-11-26");
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(bad);
        }
        text.parse().map_err(|_| bad)
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Date(*self)
    }
}

impl Field for Timestamp {
    const KIND: Kind = Kind::Timestamp;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = BadCell::format("a time with its zone such as 2026-11-15T12:00:00Z");
        let time: Self = text.parse().map_err(|_| bad)?;
        // Parquet holds microseconds; both formats give the same time.
        Self::from_microsecond(time.as_microsecond()).map_err(|_| bad)
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Timestamp(*self)
    }
}

impl Field for Time {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = BadCell::format("a time of day such as 14:00");
        if text.len() != 5 || text.as_bytes().get(2) != Some(&b':') {
            return Err(bad);
        }
        text.parse().map_err(|_| bad)
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Owned(format!(
            "{:02}:{:02}",
            self.hour(),
            self.minute()
        )))
    }
}

impl Field for Decimal {
    const KIND: Kind = Kind::Decimal;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let number = signed(text)?;
        if number < Self::ZERO {
            Err(BadCell::negative())
        } else {
            Ok(number)
        }
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Decimal(*self)
    }
}

fn signed(text: &str) -> Result<Decimal, BadCell> {
    let number = text.parse::<Decimal>().ok();
    // Parquet's DECIMAL(18, 6) has room for no more.
    number
        .filter(|number| number.millionths().unsigned_abs() < 10u64.pow(18))
        .ok_or_else(|| {
            let bare = text.trim_start_matches(['-', '+']);
            if bare.eq_ignore_ascii_case("nan") || bare.eq_ignore_ascii_case("inf") {
                BadCell::negative()
            } else {
                BadCell::format(
                    "a number with a decimal point and at most six places, such as 12.5",
                )
            }
        })
}

/// A decimal number that may be below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed(pub Decimal);

impl Field for Signed {
    const KIND: Kind = Kind::Decimal;

    fn parse(text: &str) -> Result<Self, BadCell> {
        signed(text).map(Self)
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Decimal(self.0)
    }
}

impl Field for Portions {
    const KIND: Kind = Kind::Integer;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = BadCell::format("a portion size of 1 to 12");
        u8::parse(text)
            .ok()
            .and_then(|plates| plates.try_into().ok())
            .ok_or(bad)
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Integer(i64::from(self.get()))
    }
}

impl Field for Unit {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        text.parse().map_err(|_| BadCell {
            code: Code::E107,
            expected: "a unit: H87, EA, KGM, GRM, LTR or MLT",
        })
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(self.code()))
    }
}

impl Field for bool {
    const KIND: Kind = Kind::Integer;

    fn parse(text: &str) -> Result<Self, BadCell> {
        match text {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(BadCell::format("0 or 1")),
        }
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Integer(i64::from(*self))
    }
}

/// Declares an enumeration that is written as one of a few words.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {$($(#[$vdoc])* $variant,)*}

        impl $crate::Field for $name {
            const KIND: $crate::Kind = $crate::Kind::Text;

            fn parse(text: &str) -> Result<Self, $crate::BadCell> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::BadCell::format(concat!("one of" $(, " `", $word, "`")*))),
                }
            }

            fn cell(&self) -> $crate::Cell<'_> {
                $crate::Cell::Text(std::borrow::Cow::Borrowed(match self {
                    $(Self::$variant => $word,)*
                }))
            }
        }
    };
}
