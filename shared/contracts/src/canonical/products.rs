//! What can be stocked, cooked and sold.

use domain::{MenuWeek, Portions, ProductId, RecipeId, SiteId, Unit};
use serde::{Deserialize, Serialize};

use super::data::{Data, Wrong, key, unique};
use super::values::{Amount, Day, Lines, Part, Quantity, Share, Words};

/// A product as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Product {
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: Words,
    /// The unit it is stocked in.
    pub uom: Unit,
    /// Such as `fresh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Words>,
    /// Such as `chilled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_zone: Option<Words>,
    /// Days from receipt to expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf_life_days: Option<u32>,
    /// Days that must be left at packing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_life_at_pack_days: Option<u32>,
    /// Cost of a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Amount>,
    /// Cost of throwing a unit away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waste_cost: Option<Amount>,
    /// Cost of a unit short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortage_cost: Option<Amount>,
}

impl Data for Product {
    fn entity(&self) -> String {
        key("product", [self.product.as_str()])
    }
}

/// What a recipe is to a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RecipeKind {
    /// One of the recipes that a box is chosen for.
    Meal,
    /// Something added to a box.
    AddOn,
}

/// A recipe with its whole bill of materials as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Recipe {
    /// The recipe.
    pub recipe: RecipeId,
    /// Its name.
    pub name: Words,
    /// Meal, where nothing else is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RecipeKind>,
    /// Such as `Rice Bowl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Words>,
    /// Such as `Thai`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cuisine: Option<Words>,
    /// Such as `Chicken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protein: Option<Words>,
    /// Minutes to cook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cook_minutes: Option<u32>,
    /// Words separated by `;`, such as `vegan;gluten_free`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dietary_flags: Option<Words>,
    /// What its kits are made of.
    pub materials: Lines<Material>,
}

/// How much of a product one kit needs at one portion size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Material {
    /// The portion size.
    pub portion_size: Portions,
    /// The product.
    pub product: ProductId,
    /// Quantity in a kit.
    pub quantity: Quantity,
    /// Its unit.
    pub uom: Unit,
    /// Usable share of what is bought; all of it where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yield_factor: Option<Share>,
    /// First packing day it holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Last packing day it holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
}

impl Data for Recipe {
    fn entity(&self) -> String {
        key("recipe", [self.recipe.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        for (at, line) in self.materials.iter().enumerate() {
            let (from, to) = (line.valid_from, line.valid_to);
            if let (Some(from), Some(to)) = (from, to)
                && to < from
            {
                let field = format!("materials[{at}].valid_to");
                let to = String::from(to);
                return Err(Wrong::new(field, to, "a day on or after valid_from"));
            }
        }
        let places = self.materials.iter();
        unique(
            "materials",
            "a portion size, product and first day that no other entry has",
            places.map(|line| (line.portion_size, &line.product, line.valid_from)),
            |(plates, product, _)| format!("{product} for {plates}"),
        )
    }
}

/// A week's menu with all its recipes as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Menu {
    /// The menu week.
    pub week: MenuWeek,
    /// First delivery date.
    pub start_date: Day,
    /// Last delivery date.
    pub end_date: Day,
    /// Hours before delivery after which an order cannot change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff_hours: Option<u32>,
    /// The recipes on it.
    pub recipes: Lines<MenuItem>,
}

/// A recipe on a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct MenuItem {
    /// The recipe.
    pub recipe: RecipeId,
    /// Price of a kit or a plate, as the company counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
    /// Share of areas that promote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_share: Option<Part>,
    /// Share of areas that show it on the home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage_share: Option<Part>,
    /// Place on the menu, 1 = first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu_position: Option<u32>,
    /// The most kits that can be sold in the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_boxes: Option<u32>,
}

impl Data for Menu {
    fn entity(&self) -> String {
        key("menu", [self.week.to_string().as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        if self.end_date < self.start_date {
            let end = String::from(self.end_date);
            return Err(Wrong::new("end_date", end, "a day on or after start_date"));
        }
        unique(
            "recipes",
            "a recipe that no other entry has",
            self.recipes.iter().map(|item| &item.recipe),
            ToString::to_string,
        )
    }
}

/// How many boxes a site must and may pack on a day from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct SiteCap {
    /// The site.
    pub site: SiteId,
    /// The packing day.
    pub date: Day,
    /// At least so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes_min: Option<u32>,
    /// At most so many; without it no limit, 0 is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes_max: Option<u32>,
}

impl Data for SiteCap {
    fn entity(&self) -> String {
        let date = String::from(self.date);
        key("site-cap", [self.site.as_str(), date.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        match (self.boxes_min, self.boxes_max) {
            (Some(least), Some(most)) if most < least => Err(Wrong::new(
                "boxes_max",
                most.to_string(),
                "a number of boxes_min or more",
            )),
            _ => Ok(()),
        }
    }
}
