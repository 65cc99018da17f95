//! What the page's scripts read: columns of whole numbers, with names in dictionaries.
//!
//! Quantities, shares and money are in 1/1000. A column that is the same in every row is that one number.

mod lines;
mod reasons;
mod weeks;

use std::collections::BTreeMap;

use domain::Decimal;
use serde::Serialize;

use crate::Edition;

pub(crate) use lines::Held;

/// All of it.
#[derive(Debug, Serialize)]
struct Data<'a> {
    weeks: Vec<weeks::Week>,
    sites: Vec<weeks::Site>,
    recipes: weeks::Recipes<'a>,
    products: weeks::Products<'a>,
    changes: Vec<weeks::Changed<'a>>,
    lines: &'a lines::Lines<'a>,
    reasons: &'a reasons::Reasons<'a>,
}

/// The data as JSON that may stand in a script element, and how much of the lines it holds.
pub(crate) fn of(edition: &Edition) -> Result<(String, Held), serde_json::Error> {
    let summary = &edition.summary;
    let (lines, places) = lines::Lines::of(edition)?;
    let reasons = reasons::Reasons::of(&edition.reasons, &places)?;
    let data = Data {
        weeks: weeks::weeks(summary),
        sites: weeks::sites(summary),
        recipes: weeks::Recipes::of(summary),
        products: weeks::Products::of(summary),
        changes: weeks::changes(summary),
        lines: &lines,
        reasons: &reasons,
    };
    let held = Held::of(lines.count, edition.lines.len(), reasons.count());
    Ok((inert(&serde_json::to_string(&data)?), held))
}

/// JSON in which nothing can end the element it stands in, and that is a script's text too.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A column.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Column {
    /// The same in every row.
    Same(i64),
    /// One for each row.
    Each(Vec<i64>),
}

impl FromIterator<i64> for Column {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let values: Vec<i64> = values.into_iter().collect();
        match values.split_first() {
            Some((first, rest)) if rest.iter().all(|value| value == first) => Self::Same(*first),
            _ => Self::Each(values),
        }
    }
}

/// Entries in the order in which they first came, each known by its place.
#[derive(Debug)]
struct Dictionary<T> {
    entries: Vec<T>,
    places: BTreeMap<T, i64>,
}

impl<T: Ord + Clone> Dictionary<T> {
    const fn new() -> Self {
        Self {
            entries: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    fn place(&mut self, entry: T) -> i64 {
        if let Some(place) = self.places.get(&entry) {
            return *place;
        }
        let place = whole(self.entries.len());
        self.entries.push(entry.clone());
        self.places.insert(entry, place);
        place
    }
}

impl<T: Serialize> Serialize for Dictionary<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entries.serialize(serializer)
    }
}

/// A count; what no column holds is the most there is.
fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// In 1/1000, rounded half away from zero.
fn milli(value: Decimal) -> i64 {
    let millionths = value.millionths();
    (millionths + 500 * millionths.signum()) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element_it_stands_in() {
        let json = serde_json::to_string("</script><!--\u{2028}\u{2029}&").unwrap();
        let inert = inert(&json);
        assert_eq!(inert, r#""\u003c/script>\u003c!--\u2028\u2029&""#);
        let back: String = serde_json::from_str(&inert).unwrap();
        assert_eq!(back, "</script><!--\u{2028}\u{2029}&");
    }

    #[test]
    fn a_column_of_one_value_is_that_value() {
        let json = |values: &[i64]| {
            serde_json::to_string(&values.iter().copied().collect::<Column>()).unwrap()
        };
        assert_eq!(json(&[7, 7]), "7");
        assert_eq!(json(&[7, 8]), "[7,8]");
        assert_eq!(json(&[]), "[]");
    }
}
