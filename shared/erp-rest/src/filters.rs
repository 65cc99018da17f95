//! Filters for codes and lists.

use minijinja::{Environment, Error, Value};

use crate::template::wrong;

pub(crate) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("of", of);
    environment.add_filter("key_of", key_of);
    environment.add_filter("joined", joined);
    environment.add_filter("iso_date", iso_date);
    environment.add_filter("fail", fail);
}

/// What a map has for a key: `uom | of(settings.units)`.
fn of(key: &Value, map: &Value) -> Result<Value, Error> {
    let value = map.get_item(key)?;
    if value.is_undefined() {
        return Err(wrong(format!("nothing is known for `{key}`")));
    }
    Ok(value)
}

/// The key under which a map has a value.
fn key_of(value: &Value, map: &Value) -> Result<Value, Error> {
    for key in map.try_iter()? {
        if map.get_item(&key)? == *value {
            return Ok(key);
        }
    }
    Err(wrong(format!("nothing is known for `{value}`")))
}

/// Some fields of a thing as one text.
fn joined(thing: &Value, fields: &Value, between: &str) -> Result<String, Error> {
    let mut texts = Vec::new();
    for field in fields.try_iter()? {
        texts.push(thing.get_item(&field)?.to_string());
    }
    Ok(texts.join(between))
}

/// The text of a date that is told in its parts.
fn iso_date(value: &Value) -> Result<String, Error> {
    let part = |name: &str| -> Result<i64, Error> {
        let part = value.get_attr(name)?;
        i64::try_from(part).map_err(|_| wrong("there is no date where one is needed"))
    };
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

/// Gives up in these words.
fn fail(words: String) -> Result<Value, Error> {
    Err(wrong(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_both_ways_or_named() {
        let units = Value::from_pairs([("KGM", "kg"), ("GRM", "g")]);
        assert_eq!(of(&"KGM".into(), &units).unwrap(), Value::from("kg"));
        assert_eq!(key_of(&"g".into(), &units).unwrap(), Value::from("GRM"));
        let error = of(&"MLT".into(), &units).unwrap_err();
        assert_eq!(error.detail(), Some("nothing is known for `MLT`"));
    }

    #[test]
    fn fields_become_one_code() {
        let line = Value::from_pairs([
            ("recipe", Value::from("R1")),
            ("portion_size", Value::from(2)),
        ]);
        let fields = Value::from_iter(["recipe", "portion_size"]);
        assert_eq!(joined(&line, &fields, "-").unwrap(), "R1-2");
    }
}
