//! Which of the planners' overrides hold for a plan, and why the others do not.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Decimal, Measure, Override, OverrideId, OverrideKeys, OverrideOp, Timestamp};

use crate::PlanningData;
use crate::files::Row;
use crate::tables;

/// What becomes of an override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is applied.
    Holds,
    /// It was made after the plan's moment.
    NotYet,
    /// It had expired by then.
    Expired,
    /// Keys that its measure does not have, or one that it lacks.
    WrongKeys(String),
    /// A value that the measure cannot take.
    WrongValue(&'static str),
    /// The first key whose record the data set does not have, or that is not on the week's menu.
    Unknown {
        key: &'static str,
        why: &'static str,
    },
    /// A later one sets the same thing.
    Replaced(OverrideId),
}

impl PlanningData {
    /// The overrides that hold for a plan made at a moment, in the order in which they are applied.
    ///
    /// Those that do not are findings of [`validate`](crate::validate::validate).
    pub fn overrides_in_force(&self, as_of: Timestamp) -> Vec<Override> {
        let judged = self.judge_overrides(as_of).into_iter();
        let mut in_force: Vec<Override> = judged
            .filter(|(_, _, verdict)| *verdict == Verdict::Holds)
            .map(|(_, made, _)| made)
            .collect();
        in_force.sort_by(|a, b| a.order().cmp(&b.order()));
        in_force
    }

    /// Every override with its row and what becomes of it.
    pub(crate) fn judge_overrides(
        &self,
        as_of: Timestamp,
    ) -> Vec<(&Row<tables::Override>, Override, Verdict)> {
        let known = Known::of(self);
        let mut judged: Vec<_> = self
            .overrides
            .iter()
            .map(|row| {
                let made = typed(&row.value);
                let verdict = judge(&made, &known, as_of);
                (row, made, verdict)
            })
            .collect();
        let mut last: BTreeMap<(Measure, OverrideKeys), (Timestamp, OverrideId)> = BTreeMap::new();
        let sets = |(_, made, verdict): &&(_, Override, Verdict)| {
            made.op == OverrideOp::Set && *verdict == Verdict::Holds
        };
        for (_, made, _) in judged.iter().filter(sets) {
            let newest = (made.created_at, made.id.clone());
            let held = last
                .entry((made.measure, made.keys.clone()))
                .or_insert_with(|| newest.clone());
            *held = newest.max(held.clone());
        }
        for (_, made, verdict) in &mut judged {
            if made.op != OverrideOp::Set || *verdict != Verdict::Holds {
                continue;
            }
            match last.get(&(made.measure, made.keys.clone())) {
                Some((_, winner)) if *winner != made.id => {
                    *verdict = Verdict::Replaced(winner.clone());
                }
                _ => {}
            }
        }
        judged
    }
}

fn typed(row: &tables::Override) -> Override {
    Override {
        id: row.override_id.clone(),
        measure: row.measure,
        keys: row.keys.clone(),
        op: row.op,
        value: row.value.0,
        reason: row.reason.clone(),
        author: row.author.clone(),
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

fn judge(made: &Override, known: &Known<'_>, as_of: Timestamp) -> Verdict {
    if made.created_at > as_of {
        return Verdict::NotYet;
    }
    if !made.in_force(as_of) {
        return Verdict::Expired;
    }
    let fits = made.measure.keys();
    if let Some(key) = made.keys.given().find(|key| !fits.contains(key)) {
        let fits = fits.join(", ");
        let measure = made.measure;
        return Verdict::WrongKeys(format!("a {measure} has no {key}, but {fits}"));
    }
    if made.measure == Measure::Share && made.keys.recipe.is_none() {
        return Verdict::WrongKeys("a share needs its recipe".to_owned());
    }
    if made.measure == Measure::Share
        && let Some(recipe) = made.keys.recipe.as_ref()
        && known.add_ons.contains(recipe)
    {
        return Verdict::WrongKeys(format!("shares are of meals, and {recipe} is an add-on"));
    }
    let share_above_one = made.measure == Measure::Share && made.value > Decimal::ONE;
    match made.op {
        OverrideOp::Set | OverrideOp::Multiply if made.value < Decimal::ZERO => {
            Verdict::WrongValue("a number of 0 or more")
        }
        OverrideOp::Set if share_above_one => Verdict::WrongValue("a share of 0 to 1"),
        _ => known
            .missing(&made.keys)
            .or_else(|| known.other_day(made))
            .unwrap_or(Verdict::Holds),
    }
}

/// The ids of a data set; a table that could not be read knows all.
struct Known<'a> {
    data: &'a PlanningData,
    weeks: BTreeSet<domain::MenuWeek>,
    areas: BTreeSet<&'a domain::AreaId>,
    recipes: BTreeSet<&'a domain::RecipeId>,
    add_ons: BTreeSet<&'a domain::RecipeId>,
    menus: BTreeSet<(domain::MenuWeek, &'a domain::RecipeId)>,
    sites: BTreeSet<&'a domain::SiteId>,
    products: BTreeSet<&'a domain::ProductId>,
    categories: BTreeSet<&'a str>,
    vendors: BTreeSet<&'a domain::VendorId>,
}

impl<'a> Known<'a> {
    fn of(data: &'a PlanningData) -> Self {
        let products = || data.product.iter().map(|row| &row.value);
        Self {
            data,
            weeks: data.menu_week.iter().map(|row| row.value.week_id).collect(),
            areas: data
                .delivery_area
                .iter()
                .map(|row| &row.value.area_id)
                .collect(),
            recipes: data.recipe.iter().map(|row| &row.value.recipe_id).collect(),
            add_ons: data
                .recipe
                .iter()
                .filter(|row| row.value.kind == Some(tables::RecipeKind::AddOn))
                .map(|row| &row.value.recipe_id)
                .collect(),
            menus: data
                .menu_recipe
                .iter()
                .map(|row| (row.value.week_id, &row.value.recipe_id))
                .collect(),
            sites: data.site.iter().map(|row| &row.value.site_id).collect(),
            products: products().map(|product| &product.product_id).collect(),
            categories: products()
                .filter_map(|product| product.category.as_deref())
                .collect(),
            vendors: data.vendor.iter().map(|row| &row.value.vendor_id).collect(),
        }
    }

    fn missing(&self, keys: &OverrideKeys) -> Option<Verdict> {
        let week = keys.week.as_ref();
        let area = keys.area.as_ref();
        let recipe = keys.recipe.as_ref();
        let category = keys.category.as_ref().map(domain::Category::as_str);
        let (site, product) = (keys.site.as_ref(), keys.product.as_ref());
        let vendor = keys.vendor.as_ref();
        let absent = [
            (
                "week",
                "menu_week",
                week.is_none_or(|id| self.weeks.contains(id)),
            ),
            (
                "area",
                "delivery_area",
                area.is_none_or(|id| self.areas.contains(id)),
            ),
            (
                "recipe",
                "recipe",
                recipe.is_none_or(|id| self.recipes.contains(id)),
            ),
            (
                "site",
                "site",
                site.is_none_or(|id| self.sites.contains(id)),
            ),
            (
                "product",
                "product",
                product.is_none_or(|id| self.products.contains(id)),
            ),
            (
                "category",
                "product",
                category.is_none_or(|id| self.categories.contains(id)),
            ),
            (
                "vendor",
                "vendor",
                vendor.is_none_or(|id| self.vendors.contains(id)),
            ),
        ]
        .into_iter()
        .find(|(_, table, known)| !known && self.data.has_table(table));
        if let Some((key, ..)) = absent {
            let why = "the data set has no such record";
            return Some(Verdict::Unknown { key, why });
        }
        let off_menu = week
            .zip(recipe)
            .is_some_and(|(week, recipe)| !self.menus.contains(&(*week, recipe)));
        (off_menu && self.data.has_table("menu_recipe")).then_some(Verdict::Unknown {
            key: "recipe",
            why: "it is not on that week's menu",
        })
    }

    /// A volume's date is one of its week's deliveries.
    fn other_day(&self, made: &Override) -> Option<Verdict> {
        let (week, date) = made.keys.week.zip(made.keys.date)?;
        let of_week = |row: &&tables::MenuWeekRow| row.week_id == week;
        let row = self
            .data
            .menu_week
            .iter()
            .map(|row| &row.value)
            .find(of_week)?;
        let outside = !(row.start_date..=row.end_date).contains(&date);
        (made.measure == Measure::Volume && outside).then_some(Verdict::Unknown {
            key: "date",
            why: "the week does not deliver on that day",
        })
    }
}
