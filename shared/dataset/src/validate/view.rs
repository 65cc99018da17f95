//! What the rules look things up in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ::supply::{Calendar, Terms};
use domain::{AreaId, Date, Decimal, MenuWeek, Portions, ProductId, RecipeId, SiteId, VendorId};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::Context;
use crate::Row;
use crate::facts::Known;
use crate::history::History;
use crate::snapshot::{PackingDays, PlanningData};
use crate::tables::{AreaSite, MenuRecipe, MenuWeekRow, Product, RecipeBom, Site};

/// So many of the last weeks with sales say what sells now.
const RECENT_WEEKS: usize = 8;
/// No more days of a week are looked at: one that is longer has wrong dates, which is a finding of its own.
const MOST_DAYS: usize = 45;
/// Nobody plans further ahead than this many days.
const MOST_AHEAD: usize = 400;

/// A data set with the indexes that rules need.
pub(crate) struct View<'a> {
    pub(crate) data: &'a PlanningData,
    pub(crate) history: &'a History,
    pub(crate) context: &'a Context,
    /// The weeks to plan that the data set knows, in order.
    pub(crate) planned: Vec<&'a Row<MenuWeekRow>>,
    /// The menus of the weeks to plan.
    pub(crate) menus: BTreeMap<MenuWeek, BTreeMap<&'a RecipeId, &'a Row<MenuRecipe>>>,
    pub(crate) bom: BTreeMap<&'a RecipeId, Vec<&'a Row<RecipeBom>>>,
    pub(crate) recipes: HashSet<&'a RecipeId>,
    pub(crate) areas: HashSet<&'a AreaId>,
    pub(crate) products: HashMap<&'a ProductId, &'a Product>,
    pub(crate) sites: HashMap<&'a SiteId, &'a Site>,
    pub(crate) vendors: HashSet<&'a VendorId>,
    pub(crate) weeks: HashSet<MenuWeek>,
    pub(crate) recent: Recent<'a>,
    /// The terms that something can be ordered on.
    pub(crate) terms: Terms,
    packing: PackingDays,
    serving: HashMap<&'a AreaId, Vec<&'a AreaSite>>,
    zones: BTreeMap<&'a str, Option<TimeZone>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(data: &'a PlanningData, history: &'a History, context: &'a Context) -> Self {
        let mut planned: Vec<_> = data
            .menu_week
            .iter()
            .filter(|row| context.weeks.contains(&row.value.week_id))
            .collect();
        planned.sort_by_key(|row| row.value.week_id);
        let mut menus: BTreeMap<_, BTreeMap<_, _>> = planned
            .iter()
            .map(|row| (row.value.week_id, BTreeMap::new()))
            .collect();
        for row in &data.menu_recipe {
            if let Some(menu) = menus.get_mut(&row.value.week_id) {
                menu.insert(&row.value.recipe_id, row);
            }
        }
        let mut bom: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in &data.recipe_bom {
            bom.entry(&row.value.recipe_id).or_default().push(row);
        }
        let mut serving: HashMap<_, Vec<_>> = HashMap::new();
        for row in &data.area_site {
            serving
                .entry(&row.value.area_id)
                .or_default()
                .push(&row.value);
        }
        // The database that ships with the program: the machine's own may differ.
        let known = TimeZoneDatabase::bundled();
        let own = data.data_set.iter().map(|row| row.value.time_zone.as_str());
        let names = own.chain(
            data.site
                .iter()
                .filter_map(|row| row.value.time_zone.as_deref()),
        );
        let zones = names.map(|name| (name, known.get(name).ok()));
        Self {
            zones: zones.collect(),
            serving,
            data,
            history,
            context,
            planned,
            menus,
            bom,
            recipes: data.recipe.iter().map(|row| &row.value.recipe_id).collect(),
            areas: data
                .delivery_area
                .iter()
                .map(|row| &row.value.area_id)
                .collect(),
            products: data
                .product
                .iter()
                .map(|r| (&r.value.product_id, &r.value))
                .collect(),
            sites: data
                .site
                .iter()
                .map(|r| (&r.value.site_id, &r.value))
                .collect(),
            vendors: data.vendor.iter().map(|row| &row.value.vendor_id).collect(),
            weeks: data.menu_week.iter().map(|row| row.value.week_id).collect(),
            recent: Recent::new(history),
            terms: data.terms(&Known::new(data)),
            packing: data.packing_days(),
        }
    }

    /// The weeks to plan with the recipe on the menu.
    pub(crate) fn weeks_with(&self, recipe: &RecipeId) -> impl Iterator<Item = MenuWeek> {
        self.menus
            .iter()
            .filter(|(_, menu)| menu.contains_key(recipe))
            .map(|(week, _)| *week)
    }

    /// The week to plan that delivers on a date.
    pub(crate) fn week_delivering_on(&self, date: Date) -> Option<MenuWeek> {
        let hit =
            |row: &&&Row<MenuWeekRow>| (row.value.start_date..=row.value.end_date).contains(&date);
        self.planned.iter().find(hit).map(|row| row.value.week_id)
    }

    /// The weeks to plan that may pack on a date.
    pub(crate) fn weeks_packing_on(&self, date: Date) -> impl Iterator<Item = MenuWeek> {
        self.packing
            .weeks_packing_on(date)
            .filter(|week| self.menus.contains_key(week))
    }

    /// How sites serve an area.
    pub(crate) fn serving(&self, area: &AreaId) -> impl Iterator<Item = &'a AreaSite> {
        self.serving.get(area).into_iter().flatten().copied()
    }

    /// The days on which a week may be packed, the delivery dates included.
    pub(crate) fn packing_days(&self, week: MenuWeek) -> Vec<Date> {
        self.packing
            .of(week)
            .map_or_else(Vec::new, |(first, last)| days(first, last).collect())
    }

    /// Portion sizes that a recipe needs a bill of materials for: those it sold at of late, else those that
    /// anything sold at; nothing when nothing was sold.
    pub(crate) fn sizes_of(&self, recipe: &RecipeId) -> &BTreeSet<Portions> {
        self.recent
            .sizes_of
            .get(recipe)
            .unwrap_or(&self.recent.sizes)
    }

    /// The products that some of the weeks to plan need for kits or boxes, with the kits a week that need them.
    pub(crate) fn needs(&self, menus: &[MenuWeek]) -> BTreeMap<&'a ProductId, u64> {
        let recipes: BTreeSet<&RecipeId> = menus
            .iter()
            .filter_map(|week| self.menus.get(week))
            .flat_map(BTreeMap::keys)
            .copied()
            .collect();
        let mut needs: BTreeMap<&ProductId, u64> = BTreeMap::new();
        for recipe in &recipes {
            let sizes = self.sizes_of(recipe);
            let rows = self.bom.get(*recipe).into_iter().flatten();
            let products: BTreeSet<_> = rows
                .filter(|row| sizes.contains(&row.value.portion_size))
                .map(|row| &row.value.product_id)
                .filter(|product| self.products.contains_key(product))
                .collect();
            for product in products {
                *needs.entry(product).or_default() += self.recent.kits_a_week(recipe);
            }
        }
        if !recipes.is_empty() {
            // No kit leaves without its packaging.
            let kits = self.recent.kits_of(recipes);
            for product in self.packaging() {
                needs.insert(product, kits);
            }
        }
        needs
    }

    /// The products that boxes are packed with.
    pub(crate) fn packaging(&self) -> impl Iterator<Item = &'a ProductId> {
        let rules = self.data.box_rule.iter().map(|row| &row.value);
        rules
            .filter(|rule| rule.qty_expr > Decimal::ZERO)
            .map(|rule| &rule.product_id)
            .filter(|product| self.products.contains_key(product))
    }

    /// A time zone by its name in a table of this data set, `None` where nobody knows it.
    pub(crate) fn zone_named(&self, name: &str) -> Option<TimeZone> {
        self.zones.get(name)?.clone()
    }

    /// The time zone of a site's clock, `None` where its name is unknown.
    pub(crate) fn zone_of(&self, site: &SiteId) -> Option<TimeZone> {
        match self
            .sites
            .get(site)
            .and_then(|site| site.time_zone.as_deref())
        {
            Some(own) => self.zone_named(own),
            None => Some(self.zone()),
        }
    }

    /// The data set's own time zone; UTC where it names none that is known.
    pub(crate) fn zone(&self) -> TimeZone {
        let own = self
            .data
            .settings()
            .and_then(|settings| self.zone_named(&settings.time_zone));
        own.unwrap_or(TimeZone::UTC)
    }

    /// When a vendor takes orders from a site and delivers to it.
    pub(crate) fn calendar(&self, vendor: &VendorId, site: &SiteId) -> Calendar {
        let days = self.terms.days_of(vendor, site).iter();
        let zone = self.zone_of(site).unwrap_or(TimeZone::UTC);
        Calendar::new(
            zone,
            days.map(|day| (day.weekday, day.cutoff, day.delivers)),
        )
    }

    /// The day on which the plan is made.
    pub(crate) fn today(&self) -> Date {
        self.zone().to_datetime(self.context.as_of).date()
    }

    /// The last delivery date of the weeks to plan.
    pub(crate) fn last_day(&self) -> Option<Date> {
        self.planned.iter().map(|row| row.value.end_date).max()
    }
}

/// The days from the first to the last, [`MOST_DAYS`] at most.
pub(crate) fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first
        .series(jiff::Span::new().days(1))
        .take_while(move |day| *day <= last)
        .take(MOST_DAYS)
}

/// The days from the plan's to the last one planned, [`MOST_AHEAD`] at most.
pub(crate) fn horizon(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first
        .series(jiff::Span::new().days(1))
        .take_while(move |day| *day <= last)
        .take(MOST_AHEAD)
}

/// Whether a site packs on a day at all.
pub(crate) fn is_active(site: &Site, day: Date) -> bool {
    site.active_from.is_none_or(|from| from <= day) && site.active_to.is_none_or(|to| day <= to)
}

/// What the last [`RECENT_WEEKS`] weeks with sales sold.
pub(crate) struct Recent<'a> {
    /// Every portion size sold.
    pub(crate) sizes: BTreeSet<Portions>,
    weeks: u64,
    sizes_of: HashMap<&'a RecipeId, BTreeSet<Portions>>,
    kits_of_recipe: HashMap<&'a RecipeId, u64>,
    kits_of_area: HashMap<&'a AreaId, u64>,
}

impl<'a> Recent<'a> {
    fn new(history: &'a History) -> Self {
        let mut recent = Self {
            sizes: BTreeSet::new(),
            weeks: 0,
            sizes_of: HashMap::new(),
            kits_of_recipe: HashMap::new(),
            kits_of_area: HashMap::new(),
        };
        for week in history.weeks_sold().iter().rev().take(RECENT_WEEKS) {
            recent.weeks += 1;
            for sale in history
                .of_week(*week)
                .iter()
                .filter(|sale| sale.quantity() > 0)
            {
                let recipe = history.recipes().get(sale.recipe());
                let area = history.areas().get(sale.area());
                let (Some(recipe), Some(area)) = (recipe, area) else {
                    continue;
                };
                recent.sizes.insert(sale.portions());
                recent
                    .sizes_of
                    .entry(recipe)
                    .or_default()
                    .insert(sale.portions());
                *recent.kits_of_recipe.entry(recipe).or_default() += u64::from(sale.quantity());
                *recent.kits_of_area.entry(area).or_default() += u64::from(sale.quantity());
            }
        }
        recent
    }

    /// Mean kits a week of a recipe.
    pub(crate) fn kits_a_week(&self, recipe: &RecipeId) -> u64 {
        self.a_week(self.kits_of_recipe.get(recipe))
    }

    /// Mean kits a week of several recipes.
    pub(crate) fn kits_of<'b>(&self, recipes: impl IntoIterator<Item = &'b RecipeId>) -> u64 {
        recipes
            .into_iter()
            .map(|recipe| self.kits_a_week(recipe))
            .sum()
    }

    /// Mean kits a week of an area.
    pub(crate) fn kits_a_week_in(&self, area: &AreaId) -> u64 {
        self.a_week(self.kits_of_area.get(area))
    }

    fn a_week(&self, kits: Option<&u64>) -> u64 {
        let weeks = self.weeks.max(1);
        (kits.copied().unwrap_or(0) + weeks / 2) / weeks
    }
}
