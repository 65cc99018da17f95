use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The text cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id of 1 to 64 characters without control characters or outer spaces")]
pub struct ParseIdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let fits = (1..=64).contains(&text.chars().count());
                if !fits || text.trim() != text || text.chars().any(char::is_control) {
                    return Err(ParseIdError);
                }
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        crate::json_schemas! {
            $name: {"type": "string", "minLength": 1, "maxLength": 64};
        }
    )*};
}

ids! {
    /// A delivery area: the smallest place that demand is known for.
    AreaId,
    /// A lot of stock: one delivery of a product with one expiry date.
    LotId,
    /// A customer's order or a purchase order.
    OrderId,
    /// A planner's override.
    OverrideId,
    /// A product (SKU): ingredient, packaging, ice pack.
    ProductId,
    /// A recipe on a menu.
    RecipeId,
    /// A packaging rule.
    RuleId,
    /// A site (factory): a place that packs boxes.
    SiteId,
    /// A vendor (supplier).
    VendorId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_to_64_visible_characters() {
        assert_eq!("S 01".parse::<SiteId>().unwrap().as_str(), "S 01");
        for bad in ["", " S01", "S01 ", "S\t01", &"x".repeat(65)] {
            assert_eq!(bad.parse::<SiteId>(), Err(ParseIdError), "{bad:?}");
        }
    }
}
