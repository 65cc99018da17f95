//! One menu week as the later steps see it: typed, checked, and no larger than the week needs.
//!
//! Things refer to one another by their place in these lists, which stand in order of id. A *bin* is a site on a
//! packing day: the place that a box can go.

use domain::{
    AreaId, Date, Decimal, MenuWeek, OrderId, Override, Portions, ProductId, RecipeId, SiteId,
    Timestamp, Unit,
};
use serde::{Deserialize, Serialize};

/// One menu week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekSnapshot {
    /// The week.
    pub week: MenuWeek,
    /// First delivery date.
    pub start_date: Date,
    /// Last delivery date.
    pub end_date: Date,
    /// The moment planned from.
    pub as_of: Timestamp,
    /// Weeks from the last one with history to this one: 1 for the very next.
    pub lead_weeks: u32,
    /// The sites that are active in the week.
    pub sites: Vec<SiteFacts>,
    /// The days on which boxes of this week may be packed, in order.
    pub packing_days: Vec<Date>,
    /// What each site may pack on each day *for this week*, by site, then packing day.
    pub caps: Vec<Vec<Cap>>,
    /// The areas.
    pub areas: Vec<AreaFacts>,
    /// The menu, in order of recipe.
    pub menu: Vec<MenuItem>,
    /// The products that the menu's bills of materials and the packaging need.
    pub products: Vec<ProductFacts>,
    /// The bills of materials of the menu.
    pub bom: Vec<BomRow>,
    /// The packaging rules.
    pub packaging: Vec<PackagingRow>,
    /// The planners' latest forecast of boxes, where they issued one.
    pub volume: Vec<VolumeIssue>,
    /// The planners' latest forecast of recipe shares, where they issued one.
    pub shares: Vec<ShareIssue>,
    /// The planners' overrides of volume and shares in force, in the order in which they are applied.
    pub overrides: Vec<Override>,
    /// The orders that are known, without cancelled ones.
    pub known: Vec<KnownBox>,
    /// By delivery date, whether its cut-off has passed: the orders known are then all there will be.
    pub closed: Vec<bool>,
    /// Of the data set's orders past their cut-off: how many were withdrawn, and how many there were.
    pub withdrawn: (u64, u64),
    /// Recipes per box that the data set states, with the share of boxes.
    pub recipes_per_box: Option<Vec<(u8, Decimal)>>,
    /// The files of the data set that rows are named in.
    pub files: Vec<String>,
}

/// The row of the data set that a fact stands in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct RowRef {
    /// Place of the file.
    pub file: u32,
    /// CSV: the line, the header being 1. Parquet: the row, the first being 1.
    pub line: u32,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFacts {
    /// The site.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Whether it takes what no kitchen can.
    pub catch_all: bool,
}

/// What a site may pack on a day for the week, in boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cap {
    /// At least so many, where possible.
    pub min: u64,
    /// At most so many; `None`: no limit, 0: closed.
    pub max: Option<u64>,
}

/// A delivery area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaFacts {
    /// The area.
    pub id: AreaId,
    /// The sites that can serve it, and when.
    pub routes: Vec<RouteFacts>,
}

/// A way to serve an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteFacts {
    /// Place of the site.
    pub site: usize,
    /// The delivery weekday (1 = Monday); `None`: every day.
    pub weekday: Option<u8>,
    /// 1 = first choice.
    pub preference: u32,
    /// Days from packing to delivery.
    pub transit_days: u32,
}

/// A recipe on the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuItem {
    /// The recipe.
    pub recipe: RecipeId,
    /// Its name.
    pub name: String,
    /// What it is, for recipes that nobody has sold yet.
    pub traits: Traits,
    /// Its price and promotion, in areas of which nothing else is said.
    pub offer: Offer,
    /// Price and promotion of areas with a row of their own, in order of area.
    pub area_offers: Vec<(usize, Offer)>,
    /// Whether it is added beside a box's k recipes.
    pub add_on: bool,
    /// The most kits that can be sold in the week.
    pub max_boxes: Option<u32>,
    /// Places of the areas that offer it; `None`: all.
    pub offered: Option<Vec<usize>>,
    /// Places of the sites that can make it; `None`: all.
    pub made_at: Option<Vec<usize>>,
}

/// What a recipe is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Such as `Rice Bowl`.
    pub category: Option<String>,
    /// Such as `Thai`.
    pub cuisine: Option<String>,
    /// Such as `Chicken`.
    pub protein: Option<String>,
}

/// How a recipe is offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its price, as the company counts it.
    pub price: Option<Decimal>,
    /// Share of customers or areas that it is promoted to, 0 to 1.
    pub promo: Option<Decimal>,
    /// Share of customers or areas that see it on the home page, 0 to 1.
    pub homepage: Option<Decimal>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFacts {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// The unit it is stocked in.
    pub unit: Unit,
    /// Cost of a unit.
    pub unit_cost: Option<Decimal>,
}

/// What one kit needs of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BomRow {
    /// Place on the menu.
    pub item: usize,
    /// The portion size.
    pub portions: Portions,
    /// Place of the product.
    pub product: usize,
    /// Quantity in a kit.
    pub quantity: Decimal,
    /// Its unit.
    pub unit: Unit,
    /// Usable share of what is bought.
    pub yield_factor: Option<Decimal>,
    /// First packing day it holds for.
    pub from: Option<Date>,
    /// Last packing day it holds for.
    pub to: Option<Date>,
    /// Its row.
    pub origin: RowRef,
}

impl BomRow {
    /// Whether the row holds for boxes packed on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// What a packaging rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Boxes.
    Box,
    /// Recipe kits.
    Recipe,
    /// Portions.
    Portion,
}

impl Counted {
    /// Its word in a data set.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Recipe => "recipe",
            Self::Portion => "portion",
        }
    }
}

/// Packaging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagingRow {
    /// Place of the product.
    pub product: usize,
    /// What is counted.
    pub counted: Counted,
    /// Quantity for each.
    pub quantity: Decimal,
    /// Its row.
    pub origin: RowRef,
}

/// A planners' forecast of boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeIssue {
    /// Place of the area; `None`: all together.
    pub area: Option<usize>,
    /// Median.
    pub p50: Decimal,
    /// One chance in ten of fewer.
    pub p10: Option<Decimal>,
    /// One chance in ten of more.
    pub p90: Option<Decimal>,
}

/// A planners' forecast of a recipe's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareIssue {
    /// Place of the area; `None`: all.
    pub area: Option<usize>,
    /// Place on the menu.
    pub item: usize,
    /// Share of kits.
    pub share: Decimal,
}

/// A box that has been ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBox {
    /// The order.
    pub order: OrderId,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it is delivered.
    pub delivery_date: Date,
    /// Place of the area.
    pub area: usize,
    /// The portion size.
    pub portions: Portions,
    /// Places on the menu, once for each kit.
    pub items: Vec<usize>,
    /// The row of its first line.
    pub origin: RowRef,
}

impl MenuItem {
    /// A meal of which nothing more is said: every area offers it and every site can make it.
    pub fn new(recipe: RecipeId) -> Self {
        Self {
            recipe,
            name: String::new(),
            traits: Traits::default(),
            offer: Offer::default(),
            area_offers: Vec::new(),
            add_on: false,
            max_boxes: None,
            offered: None,
            made_at: None,
        }
    }
}

impl WeekSnapshot {
    /// Whether a delivery date's cut-off has passed.
    pub fn is_closed(&self, date: Date) -> bool {
        let at = usize::try_from((date - self.start_date).get_days()).ok();
        at.and_then(|at| self.closed.get(at))
            .is_some_and(|closed| *closed)
    }

    /// A week one menu week ahead, of which nothing more is known: no sites, areas, menu or orders.
    pub fn new(week: MenuWeek, start_date: Date, end_date: Date, as_of: Timestamp) -> Self {
        Self {
            week,
            start_date,
            end_date,
            as_of,
            lead_weeks: 1,
            sites: Vec::new(),
            packing_days: Vec::new(),
            caps: Vec::new(),
            areas: Vec::new(),
            menu: Vec::new(),
            products: Vec::new(),
            bom: Vec::new(),
            packaging: Vec::new(),
            volume: Vec::new(),
            shares: Vec::new(),
            overrides: Vec::new(),
            known: Vec::new(),
            closed: Vec::new(),
            withdrawn: (0, 0),
            recipes_per_box: None,
            files: Vec::new(),
        }
    }

    /// The delivery dates, in order.
    pub fn delivery_dates(&self) -> Vec<Date> {
        self.start_date
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= self.end_date)
            .collect()
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.sites.len() * self.packing_days.len()
    }

    /// The bin of a site on a packing day.
    pub fn bin(&self, site: usize, day: usize) -> usize {
        site * self.packing_days.len() + day
    }

    /// The site and packing day of a bin.
    pub fn site_and_day(&self, bin: usize) -> (usize, usize) {
        let days = self.packing_days.len().max(1);
        (bin / days, bin % days)
    }

    /// The cap of a bin.
    pub fn cap(&self, bin: usize) -> Cap {
        let (site, day) = self.site_and_day(bin);
        self.caps
            .get(site)
            .and_then(|days| days.get(day))
            .copied()
            .unwrap_or_default()
    }

    /// The bins that boxes for an area and delivery date can be packed in, with their preference; the better one
    /// where two routes lead to a bin. Closed bins are left out.
    pub fn routes(&self, area: usize, date: Date) -> Vec<(usize, u32)> {
        let weekday = date.weekday().to_monday_one_offset() as u8;
        let mut bins: Vec<(usize, u32)> = Vec::new();
        let Some(area) = self.areas.get(area) else {
            return bins;
        };
        for route in &area.routes {
            if route.weekday.is_some_and(|day| day != weekday) {
                continue;
            }
            let packed = jiff::Span::new()
                .try_days(-i64::from(route.transit_days))
                .and_then(|span| date.checked_add(span));
            let Ok(packed) = packed else { continue };
            let Ok(day) = self.packing_days.binary_search(&packed) else {
                continue;
            };
            let bin = self.bin(route.site, day);
            if self.cap(bin).max == Some(0) {
                continue;
            }
            match bins.iter_mut().find(|(other, _)| *other == bin) {
                Some((_, preference)) => *preference = (*preference).min(route.preference),
                None => bins.push((bin, route.preference)),
            }
        }
        bins.sort_unstable();
        bins
    }
}
