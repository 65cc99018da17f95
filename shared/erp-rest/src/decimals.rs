//! Filters for numbers and moments: quantities and money are exact decimals, and an ERP's floating-point quantity is
//! taken only where it is one.

use domain::{Decimal, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use minijinja::{Environment, Error, Value};

use crate::template::wrong;

pub(crate) fn filters(environment: &mut Environment<'_>) {
    environment.add_filter("number", number);
    environment.add_filter("exact", exact);
    environment.add_filter("total", total);
    environment.add_filter("less", less);
    environment.add_filter("price_per", price_per);
    environment.add_filter("parts", parts);
    environment.add_filter("micros", micros);
}

fn decimal(value: &Value) -> Result<Decimal, Error> {
    let text = value.to_string();
    text.parse()
        .map_err(|_| wrong(format!("`{text}` is not a number with at most six places")))
}

/// A decimal as the number that JSON carries, which is read back as the same.
fn number(value: &Value) -> Result<Value, Error> {
    let decimal = decimal(value)?;
    let float: f64 = decimal
        .to_string()
        .parse()
        .map_err(|_| wrong("no number"))?;
    if read_back(float) == Some(decimal) {
        return Ok(Value::from(float));
    }
    Err(wrong(format!(
        "`{decimal}` has more digits than a floating-point number carries"
    )))
}

/// A floating-point number of the ERP as a decimal, where it is one.
fn exact(value: &Value) -> Result<String, Error> {
    let float = f64::try_from(value.clone())?;
    read_back(float)
        .map(|decimal| decimal.to_string())
        .ok_or_else(|| wrong(format!("`{float}` is not a number with at most six places")))
}

/// The shortest text that is this number, as a decimal.
fn read_back(float: f64) -> Option<Decimal> {
    format!("{float}").parse().ok()
}

/// A sum of decimals.
fn total(values: &Value) -> Result<String, Error> {
    let mut sum = Decimal::ZERO;
    for value in values.try_iter()? {
        sum = sum
            .checked_add(decimal(&value)?)
            .ok_or_else(|| wrong("a sum is too large"))?;
    }
    Ok(sum.to_string())
}

/// One decimal less another.
fn less(value: &Value, other: &Value) -> Result<String, Error> {
    let other = Decimal::from_millionths(-decimal(other)?.millionths());
    decimal(value)?
        .checked_add(other)
        .map(|sum| sum.to_string())
        .ok_or_else(|| wrong("a difference is too large"))
}

/// The price of a unit where `ordered` units of another kind, of which the price is known, are `quantity` of it: to so
/// many places, if what is to be paid is the same to the hundredth.
fn price_per(
    price: &Value,
    ordered: &Value,
    quantity: &Value,
    places: u32,
) -> Result<String, Error> {
    let (price, ordered) = (decimal(price)?.millionths(), decimal(ordered)?.millionths());
    let quantity = decimal(quantity)?.millionths();
    let step = 10_i128.pow(6_u32.saturating_sub(places));
    let paid = i128::from(price) * i128::from(ordered);
    let (of, half) = (i128::from(quantity) * step, i128::from(quantity) * step / 2);
    if quantity <= 0 {
        return Err(wrong("nothing has no price"));
    }
    let each = (paid + half) / of * step;
    // Half a hundredth, both being in units of 10^-12.
    let apart = (each * i128::from(quantity) - paid).abs();
    if apart >= 5_000 * 1_000_000 {
        return Err(wrong(format!(
            "the price per order unit does not divide into {places} places per unit"
        )));
    }
    let each = i64::try_from(each).map_err(|_| wrong("a price is too large"))?;
    Ok(Decimal::from_millionths(each).to_string())
}

/// The parts of a date, of a moment in UTC, or of microseconds since 1970.
fn parts(value: &Value) -> Result<Value, Error> {
    let moment = if let Ok(micros) = i64::try_from(value.clone()) {
        let stamp = Timestamp::from_microsecond(micros);
        stamp
            .ok()
            .map(|stamp| stamp.to_zoned(TimeZone::UTC).datetime())
    } else {
        let text = value.to_string();
        let stamp = text.parse::<Timestamp>().ok();
        let stamp = stamp.map(|stamp| stamp.to_zoned(TimeZone::UTC).datetime());
        stamp.or_else(|| text.parse::<DateTime>().ok())
    };
    let moment = moment.ok_or_else(|| wrong(format!("`{value}` is no date and no time")))?;
    let micros = moment.subsec_nanosecond() / 1_000;
    Ok(Value::from_pairs([
        ("year", i64::from(moment.year())),
        ("month", i64::from(moment.month())),
        ("day", i64::from(moment.day())),
        ("hour", i64::from(moment.hour())),
        ("minute", i64::from(moment.minute())),
        ("second", i64::from(moment.second())),
        ("microsecond", i64::from(micros)),
    ]))
}

/// Microseconds since 1970 of a moment that is told in its parts, in UTC.
fn micros(value: &Value) -> Result<i64, Error> {
    let part = |name: &str| -> Result<i64, Error> {
        let part = value.get_attr(name)?;
        i64::try_from(part).map_err(|_| wrong(format!("a moment without its {name}")))
    };
    let moment = DateTime::new(
        part("year")? as i16,
        part("month")? as i8,
        part("day")? as i8,
        part("hour")? as i8,
        part("minute")? as i8,
        part("second")? as i8,
        (part("microsecond")? * 1_000) as i32,
    );
    let moment = moment.and_then(|moment| moment.to_zoned(TimeZone::UTC));
    let moment = moment.map_err(|_| wrong("there is no such moment"))?;
    Ok(moment.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_told_as_floating_point_only_where_they_come_back_the_same() {
        for text in ["120.5", "0.1", "0.000001", "123456789.123456", "7"] {
            let there = number(&Value::from(text)).unwrap();
            assert_eq!(exact(&there).unwrap(), text);
        }
        assert!(number(&Value::from("999999999999.999999")).is_err());
        assert!(exact(&Value::from(0.1 + 0.2)).is_err());
        assert!(exact(&Value::from(f64::NAN)).is_err());
    }

    #[test]
    fn a_price_is_told_per_another_unit_only_where_the_same_is_paid() {
        let price = |price: &str, ordered: &str, quantity: &str| {
            price_per(&price.into(), &ordered.into(), &quantity.into(), 4)
        };
        assert_eq!(price("12.35", "4", "40").unwrap(), "1.235");
        assert_eq!(price("10", "1", "3").unwrap(), "3.3333");
        assert!(price("10", "1000", "3000").is_err());
        assert!(price("10", "1", "0").is_err());
    }

    #[test]
    fn sums_and_differences_are_exact() {
        let values = Value::from_iter(["0.1", "0.2"].map(Value::from));
        assert_eq!(total(&values).unwrap(), "0.3");
        assert_eq!(less(&"0.3".into(), &"0.4".into()).unwrap(), "-0.1");
        assert!(total(&Value::from_iter([Value::from("1e3")])).is_err());
    }

    #[test]
    fn a_moment_comes_back_from_its_parts_to_the_microsecond() {
        for moment in [0, 1_795_368_462_467_936] {
            assert_eq!(
                micros(&parts(&Value::from(moment)).unwrap()).unwrap(),
                moment
            );
        }
        let date = parts(&Value::from("2026-11-30")).unwrap();
        assert_eq!(date.get_attr("day").unwrap(), Value::from(30));
    }
}
