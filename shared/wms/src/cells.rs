//! Fields of a row as values, and what is wrong with those that are none.

use std::borrow::Cow;

use contracts::canonical::{Amount, Day, Delta, LineNo, Moment, Pieces, Quantity, Words};
use domain::{Decimal, Timestamp, Unit};

use crate::dialect::Dialect;
use crate::formula::begins_formula;
use crate::reject::Bad;
use crate::rows::Header;

const AGAIN: &str = "correct it in the warehouse's system and send the row again in another file";

/// A row whose fields are as many as the header's.
pub(crate) struct Cells<'a> {
    pub(crate) header: &'a Header<'a>,
    pub(crate) fields: &'a [Cow<'a, str>],
}

impl Cells<'_> {
    fn dialect(&self) -> &Dialect {
        self.header.dialect
    }

    /// What stands in a column of ours; `None` where the file does not have it or nothing stands there.
    fn found(&self, column: &str) -> Option<&str> {
        let at = self.header.position(column)?;
        let text = self.fields.get(at)?.trim_matches(' ');
        Some(text).filter(|text| !text.is_empty())
    }

    pub(crate) fn bad(&self, column: &str, expected: impl AsRef<str>) -> Bad {
        let value = self.found(column).unwrap_or_default();
        let bad = Bad::new(self.header.name(column), value, "", AGAIN);
        Bad {
            reason: format!("it is `{}`, expected {}", bad.value, expected.as_ref()),
            ..bad
        }
    }

    fn needed(&self, column: &str) -> Result<&str, Bad> {
        self.found(column).ok_or_else(|| {
            let name = self.header.name(column);
            Bad::new(name, "", "nothing stands here", AGAIN)
        })
    }

    /// Text for machines: nothing in it may be taken for a formula.
    fn text(&self, column: &str) -> Result<Option<&str>, Bad> {
        match self.found(column) {
            Some(text) if begins_formula(text) => {
                let name = self.header.name(column);
                let reason = "a spreadsheet would calculate it: text begins with none of = + - @";
                Err(Bad::new(name, text, reason, AGAIN))
            }
            text => Ok(text),
        }
    }

    /// An id of any kind, where there is one.
    pub(crate) fn id_or_none<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>, Bad> {
        let Some(text) = self.text(column)? else {
            return Ok(None);
        };
        let expected = "an id of 1 to 64 characters without outer spaces";
        let id = text.parse().map_err(|_| self.bad(column, expected))?;
        Ok(Some(id))
    }

    /// An id of any kind.
    pub(crate) fn id<T: std::str::FromStr>(&self, column: &str) -> Result<T, Bad> {
        self.needed(column)?;
        self.id_or_none(column)?
            .ok_or_else(|| self.bad(column, "an id"))
    }

    pub(crate) fn words(&self, column: &str) -> Result<Words, Bad> {
        self.needed(column)?;
        let text = self.text(column)?.unwrap_or_default();
        let expected = "text of 1 to 200 characters";
        let words = Words::try_from(text.to_owned());
        words.map_err(|_| self.bad(column, expected))
    }

    fn decimal<T: TryFrom<Decimal>>(&self, column: &str, expected: &str) -> Result<T, Bad> {
        let text = self.needed(column)?;
        let sign = self.dialect().decimal();
        let plain = match sign {
            '.' => Some(Cow::Borrowed(text)),
            _ if text.contains('.') => None,
            sign => Some(Cow::Owned(text.replace(sign, "."))),
        };
        let number: Option<Decimal> = plain.and_then(|plain| plain.parse().ok());
        let value = number.and_then(|number| T::try_from(number).ok());
        value.ok_or_else(|| {
            let example = format!("such as 12{sign}5, with at most six places and no separators");
            self.bad(column, format!("{expected} {example}"))
        })
    }

    pub(crate) fn quantity(&self, column: &str) -> Result<Quantity, Bad> {
        self.decimal(column, "a number above 0")
    }

    pub(crate) fn amount(&self, column: &str) -> Result<Amount, Bad> {
        self.decimal(column, "a number of 0 or more")
    }

    pub(crate) fn delta(&self, column: &str) -> Result<Delta, Bad> {
        self.decimal(column, "a number other than 0")
    }

    fn whole<T: TryFrom<u32>>(&self, column: &str) -> Result<T, Bad> {
        let text = self.needed(column)?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        let value = number.and_then(|number: u32| T::try_from(number).ok());
        value.ok_or_else(|| self.bad(column, "a whole number from 1 to 1000000"))
    }

    pub(crate) fn line_no(&self, column: &str) -> Result<LineNo, Bad> {
        self.whole(column)
    }

    pub(crate) fn line_no_or_none(&self, column: &str) -> Result<Option<LineNo>, Bad> {
        match self.found(column) {
            Some(_) => self.whole(column).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn pieces(&self, column: &str) -> Result<Pieces, Bad> {
        self.whole(column)
    }

    pub(crate) fn unit(&self, column: &str) -> Result<Unit, Bad> {
        let unit = self.dialect().unit(self.needed(column)?);
        unit.ok_or_else(|| {
            let expected =
                "a unit: H87, EA, KGM, GRM, LTR, MLT or a name that the dialect's `units` has";
            self.bad(column, expected)
        })
    }

    pub(crate) fn day_or_none(&self, column: &str) -> Result<Option<Day>, Bad> {
        let Some(text) = self.found(column) else {
            return Ok(None);
        };
        let day = self.dialect().read_date(text);
        let day = day.and_then(|day| Day::try_from(day).ok());
        let expected = || {
            format!(
                "a date of this century such as {}",
                self.dialect().date_example()
            )
        };
        day.map(Some).ok_or_else(|| self.bad(column, expected()))
    }

    /// A moment that is not after another.
    pub(crate) fn moment(&self, column: &str, latest: Timestamp) -> Result<Moment, Bad> {
        let text = self.needed(column)?;
        let moment = Some(text).filter(|text| text.len() <= 40);
        let moment = moment.and_then(|text| self.dialect().read_moment(text));
        let moment = moment.and_then(|moment| Moment::try_from(moment).ok());
        let moment = moment.ok_or_else(|| {
            let example = self.dialect().moment_example();
            self.bad(column, format!("a time of this century such as {example}"))
        })?;
        if moment.get() > latest {
            return Err(self.bad(column, "a time that is not in the future"));
        }
        Ok(moment)
    }
}
