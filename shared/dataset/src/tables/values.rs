//! What columns hold that is more than a number, a date or an id.

use std::borrow::Cow;
use std::str::FromStr;

use domain::{Date, Decimal};

use crate::{BadCell, Cell, Field, Kind, words};

/// A day of the week: 1 is Monday, 7 is Sunday (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weekday(u8);

impl Weekday {
    /// The weekday of a date.
    pub fn of(date: Date) -> Self {
        Self(date.weekday().to_monday_one_offset() as u8)
    }

    /// 1 for Monday to 7 for Sunday.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Field for Weekday {
    const KIND: Kind = Kind::Integer;

    fn parse(text: &str) -> Result<Self, BadCell> {
        match u8::parse(text) {
            Ok(day @ 1..=7) => Ok(Self(day)),
            _ => Err(BadCell::format("a weekday: 1 for Monday to 7 for Sunday")),
        }
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Integer(i64::from(self.0))
    }
}

/// How many distinct recipes boxes hold, and how often: `1`, or `2:0.3;3:0.5;4:0.2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipesPerBox(Vec<(u8, Decimal)>);

impl RecipesPerBox {
    /// Recipes in a box with the share of boxes that hold so many; shares are above zero and sum to about 1.
    pub fn shares(&self) -> &[(u8, Decimal)] {
        &self.0
    }
}

impl Field for RecipesPerBox {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = BadCell::format("recipes per box such as `1` or `2:0.3;3:0.5;4:0.2`");
        let mut shares = Vec::new();
        for part in text.split(';') {
            let (count, share) = part.split_once(':').unwrap_or((part, "1"));
            let count = u8::parse(count.trim()).map_err(|_| bad)?;
            let share: Decimal = share.trim().parse().map_err(|_| bad)?;
            if !(1..=12).contains(&count)
                || share <= Decimal::ZERO
                || share > Decimal::ONE
                || shares.iter().any(|(other, _)| *other == count)
            {
                return Err(bad);
            }
            shares.push((count, share));
        }
        let total: i64 = shares.iter().map(|(_, share)| share.millionths()).sum();
        if (990_000..=1_010_000).contains(&total) {
            Ok(Self(shares))
        } else {
            Err(bad)
        }
    }

    fn cell(&self) -> Cell<'_> {
        if let [(count, Decimal::ONE)] = self.0.as_slice() {
            return Cell::Integer(i64::from(*count)).into_text();
        }
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(count, share)| format!("{count}:{share}"))
            .collect();
        Cell::Text(Cow::Owned(parts.join(";")))
    }
}

/// What names a row of `inv_change`: longer than other ids, as it is made of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(String);

impl ChangeId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChangeId {
    type Err = BadCell;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=300).contains(&text.chars().count());
        if !fits || text.trim() != text || text.chars().any(char::is_control) {
            return Err(BadCell::format(
                "an id of 1 to 300 characters without outer spaces",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Field for ChangeId {
    const KIND: Kind = Kind::Text;

    fn parse(text: &str) -> Result<Self, BadCell> {
        text.parse()
    }

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(&self.0))
    }
}

impl Cell<'_> {
    fn into_text(self) -> Self {
        Cell::Text(Cow::Owned(self.to_string()))
    }
}

words! {
    /// What a recipe is to a box.
    RecipeKind {
        /// One of the k distinct recipes that a box is chosen for.
        Meal = "meal",
        /// Something added to a box beside its k recipes.
        AddOn = "add_on",
    }
}
words! {
    /// What a site is for.
    Role {
        /// Packs boxes up to its cap.
        Kitchen = "kitchen",
        /// Takes the boxes that no kitchen can.
        CatchAll = "catch_all",
    }
}
words! {
    /// What a packaging rule counts.
    AppliesTo {
        /// Every box.
        Box = "box",
        /// Every recipe kit.
        Recipe = "recipe",
        /// Every portion.
        Portion = "portion",
    }
}
words! {
    /// Where a customer's order stands.
    OrderStatus {
        /// Placed and still changeable.
        Placed = "placed",
        /// Past its cut-off.
        Confirmed = "confirmed",
        /// Withdrawn; counts for nothing.
        Cancelled = "cancelled",
        /// Drawn by the simulator for demand still to come.
        Simulated = "simulated",
    }
}
words! {
    /// Where a purchase order line stands.
    InboundStatus {
        /// Something is still to come.
        Open = "open",
        /// Nothing more will come.
        Closed = "closed",
        /// Withdrawn; counts for nothing.
        Cancelled = "cancelled",
    }
}
words! {
    /// What a row of `inv_change` says.
    StockChange {
        /// So much came or went.
        Moved = "moved",
        /// So much is there.
        Counted = "counted",
    }
}
words! {
    /// How a purchase quantity is aimed.
    PolicyMethod {
        /// At a service quantile of the need.
        Quantile = "quantile",
        /// At the quantile that costs least.
        Newsvendor = "newsvendor",
        /// At so many days of need.
        Days = "days",
    }
}
