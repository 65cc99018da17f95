use std::fmt;
use std::str::FromStr;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{AreaId, Decimal, MenuWeek, OverrideId, ProductId, RecipeId, SiteId, VendorId};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {$($(#[$vdoc])* $variant,)*}

        impl $name {
            /// Its word in a data set.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }
        }

        impl FromStr for $name {
            type Err = ParseOverrideError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(ParseOverrideError(concat!("one of" $(, " `", $word, "`")*))),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

/// The text is no part of an override; says what should have stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseOverrideError(pub &'static str);

words! {
    /// What a planner's override changes.
    Measure {
        /// Boxes expected.
        Volume = "volume",
        /// A recipe's share of the kits of meals.
        Share = "share",
        /// What a site needs of a product.
        Need = "need",
        /// The quantity of a proposed purchase order line.
        Quantity = "quantity",
    }
    /// What an override does to its measure.
    OverrideOp {
        /// Replaces it.
        Set = "set",
        /// Adds to it.
        Add = "add",
        /// Multiplies it.
        Multiply = "multiply",
    }
}

impl Measure {
    /// The keys that can say where an override of this measure holds.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Volume => &["week", "area", "date"],
            Self::Share => &["week", "area", "recipe"],
            Self::Need => &["week", "site", "product", "category", "date"],
            Self::Quantity => &["week", "site", "product", "category", "vendor", "date"],
        }
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $expected:literal,)*) => {
        /// Where an override holds; a key that is not given means all.
        ///
        /// Written as `week=2026-W48;site=S1`. The same keys say where a thing stands that an override may hold for.
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct OverrideKeys {$($(#[$doc])* pub $name: Option<$type>,)*}

        impl OverrideKeys {
            /// The names of the keys given.
            pub fn given(&self) -> impl Iterator<Item = &'static str> {
                [$(self.$name.is_some().then_some(stringify!($name)),)*].into_iter().flatten()
            }

            /// Whether all that is said here is so of `place`.
            pub fn cover(&self, place: &Self) -> bool {
                $((self.$name.is_none() || self.$name == place.$name))&&*
            }
        }

        impl FromStr for OverrideKeys {
            type Err = ParseOverrideError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut keys = Self::default();
                for part in text.split(';') {
                    let (key, value) = part.split_once('=').ok_or(ParseOverrideError(SHAPE))?;
                    let value = value.trim();
                    let again = match key.trim() {
                        $(stringify!($name) => {
                            let parsed = value.parse().map_err(|_| ParseOverrideError($expected))?;
                            keys.$name.replace(parsed).is_some()
                        })*
                        _ => return Err(ParseOverrideError(SHAPE)),
                    };
                    if again {
                        return Err(ParseOverrideError("each key once"));
                    }
                }
                Ok(keys)
            }
        }

        impl fmt::Display for OverrideKeys {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let given = [$(self.$name.as_ref().map(|id| format!("{}={id}", stringify!($name))),)*];
                f.pad(&given.into_iter().flatten().collect::<Vec<_>>().join(";"))
            }
        }
    };
}

const SHAPE: &str = "keys such as week=2026-W48;site=S1, of week, area, recipe, site, product, category, vendor \
                     and date";

keys! {
    /// The menu week.
    week: MenuWeek = "a week such as week=2026-W48",
    /// The delivery area.
    area: AreaId = "an area's id, such as area=A1",
    /// The recipe.
    recipe: RecipeId = "a recipe's id, such as recipe=R1",
    /// The site.
    site: SiteId = "a site's id, such as site=S1",
    /// The product.
    product: ProductId = "a product's id, such as product=P1",
    /// The products' category.
    category: Category = "a category, such as category=fresh",
    /// The vendor.
    vendor: VendorId = "a vendor's id, such as vendor=V1",
    /// The day: of delivery to customers for a volume, else of packing or arrival at the site.
    date: Date = "a date such as date=2026-11-26",
}

impl TryFrom<String> for OverrideKeys {
    type Error = ParseOverrideError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        text.parse()
    }
}

impl From<OverrideKeys> for String {
    fn from(keys: OverrideKeys) -> Self {
        keys.to_string()
    }
}

/// A category of products.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Category(String);

impl Category {
    /// The category as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Category {
    type Err = ParseOverrideError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = !text.is_empty() && !text.contains(';') && !text.chars().any(char::is_control);
        let bad = ParseOverrideError("a category, without `;`");
        fits.then(|| Self(text.to_owned())).ok_or(bad)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A planner's correction of a measure.
///
/// Of several for one place the wider is applied before the narrower: [`Override::order`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// What it changes.
    pub measure: Measure,
    /// Where it holds.
    pub keys: OverrideKeys,
    /// What it does.
    pub op: OverrideOp,
    /// By how much.
    pub value: Decimal,
    /// Why.
    pub reason: String,
    /// Whose.
    pub author: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

impl Override {
    /// Whether it holds for a plan made at a moment: it had been made, and had not expired.
    pub fn in_force(&self, as_of: Timestamp) -> bool {
        self.created_at <= as_of && self.expires_at.is_none_or(|end| as_of < end)
    }

    /// The order in which overrides are applied: fewer keys before more, then the earlier made before the later.
    pub fn order(&self) -> impl Ord + use<'_> {
        (self.keys.given().count(), self.created_at, &self.id)
    }

    /// A measure after the override; never below zero.
    pub fn applied(&self, to: f64) -> f64 {
        let value = self.value.to_f64();
        let changed = match self.op {
            OverrideOp::Set => value,
            OverrideOp::Add => to + value,
            OverrideOp::Multiply => to * value,
        };
        changed.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> OverrideKeys {
        text.parse().unwrap()
    }

    #[test]
    fn keys_print_in_one_order_as_they_parse() {
        let read = keys(" site = S1; week=2026-W48 ;category=fresh fish;date=2026-11-26");
        let text = "week=2026-W48;site=S1;category=fresh fish;date=2026-11-26";
        assert_eq!(read.to_string(), text);
        assert_eq!(keys(text), read);
        assert_eq!(
            read.given().collect::<Vec<_>>(),
            ["week", "site", "category", "date"]
        );
    }

    #[test]
    fn a_key_that_cannot_be_read_says_what_should_stand_there() {
        for (text, says) in [
            ("region=A1", "keys such as"),
            ("A1", "keys such as"),
            ("", "keys such as"),
            ("week=48", "a week such as"),
            ("area=", "an area's id"),
            ("category=", "a category"),
            ("area=A1;area=A2", "each key once"),
        ] {
            let error = text.parse::<OverrideKeys>().unwrap_err().to_string();
            assert!(error.starts_with(says), "{text}: {error}");
        }
    }

    #[test]
    fn keys_cover_what_stands_in_all_of_them() {
        let place = keys("week=2026-W48;site=S1;product=P1");
        assert!(OverrideKeys::default().cover(&place));
        assert!(keys("site=S1").cover(&place));
        assert!(!keys("site=S1;vendor=V1").cover(&place));
        assert!(!keys("site=S2").cover(&place));
    }

    #[test]
    fn an_override_holds_from_when_it_was_made_until_it_expires() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let made = Override {
            id: "O1".parse().unwrap(),
            measure: Measure::Volume,
            keys: keys("week=2026-W48"),
            op: OverrideOp::Add,
            value: "-20".parse().unwrap(),
            reason: "a fair".to_owned(),
            author: "planner".to_owned(),
            created_at: time("2026-11-10T00:00:00Z"),
            expires_at: Some(time("2026-11-20T00:00:00Z")),
        };
        for (at, holds) in [
            ("2026-11-09T23:59:59Z", false),
            ("2026-11-10T00:00:00Z", true),
            ("2026-11-19T23:59:59Z", true),
            ("2026-11-20T00:00:00Z", false),
        ] {
            assert_eq!(made.in_force(time(at)), holds, "{at}");
        }
        assert!((made.applied(100.0) - 80.0).abs() < 1e-9);
        assert!(made.applied(10.0) == 0.0);
        let narrower = Override {
            keys: keys("week=2026-W48;area=A1"),
            created_at: time("2026-11-01T00:00:00Z"),
            ..made.clone()
        };
        assert!(made.order() < narrower.order());
    }
}
