//! What a what-if changes of a data set, before anything is made of it.
//!
//! Everything downstream reads the changed data, so that its sums agree. A change of volume becomes an override, after
//! all that planners made: it is spread over areas as theirs are.

mod terms;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

use contracts::{CapChange, Fault, FaultName, PriceChange, Scenario, Swap, VolumeChange};
use dataset::tables::{MenuAreaRecipe, Override, Signed, SiteCap};
use dataset::{PlanningData, Row};
use domain::{Measure, MenuWeek, OverrideKeys, RecipeId, Timestamp};

/// Changes a data set for the weeks to plan.
///
/// # Errors
/// `Contract.Violation` when a change names what the data set does not have, or a week that is not planned.
pub(crate) fn apply(
    data: &mut PlanningData,
    scenario: &Scenario,
    weeks: &[MenuWeek],
    as_of: Timestamp,
) -> Result<(), Fault> {
    let change = Change {
        weeks,
        as_of,
        name: &scenario.name,
    };
    for (at, cap) in scenario.caps.iter().enumerate() {
        change.cap(data, cap, &format!("caps[{at}]"))?;
    }
    for (at, swap) in scenario.swap.iter().enumerate() {
        change.swap(data, swap, &format!("swap[{at}]"))?;
    }
    for (at, price) in scenario.prices.iter().enumerate() {
        change.price(data, price, &format!("prices[{at}]"))?;
    }
    for (at, volume) in scenario.volume.iter().enumerate() {
        change.volume(data, volume, at)?;
    }
    for (at, terms) in scenario.terms.iter().enumerate() {
        terms::apply(data, terms, &format!("terms[{at}]"))?;
    }
    Ok(())
}

struct Change<'a> {
    weeks: &'a [MenuWeek],
    as_of: Timestamp,
    name: &'a str,
}

impl Change<'_> {
    fn cap(&self, data: &mut PlanningData, cap: &CapChange, place: &str) -> Result<(), Fault> {
        let sites = data.site.iter().map(|row| &row.value.site_id);
        known(&cap.site, sites, &format!("{place}.site"), "site")?;
        let packing = data.packing_days();
        let packed = |week: &MenuWeek| packing.weeks_packing_on(cap.date).any(|w| w == *week);
        if !self.weeks.iter().any(packed) {
            let days = self.weeks.iter().filter_map(|week| packing.of(*week));
            let days = days.map(|(first, last)| format!("{first} to {last}"));
            return Err(missing(
                &format!("{place}.date"),
                cap.date,
                "a day on which a planned week packs",
                days,
            ));
        }
        let same =
            |row: &&mut Row<SiteCap>| row.value.site_id == cap.site && row.value.date == cap.date;
        if let Some(row) = data.site_cap.iter_mut().find(same) {
            row.value.boxes_max = cap.boxes_max.or(row.value.boxes_max);
            row.value.boxes_min = cap.boxes_min.or(row.value.boxes_min);
            return Ok(());
        }
        data.site_cap.push(added(SiteCap {
            site_id: cap.site.clone(),
            date: cap.date,
            boxes_min: cap.boxes_min,
            boxes_max: cap.boxes_max,
        }));
        Ok(())
    }

    fn swap(&self, data: &mut PlanningData, swap: &Swap, place: &str) -> Result<(), Fault> {
        let Swap { week, recipe, by } = swap;
        self.on_menu(data, *week, recipe, place)?;
        let recipes = data.recipe.iter().map(|row| &row.value.recipe_id);
        known(by, recipes, &format!("{place}.by"), "recipe")?;
        if !data.recipe_bom.iter().any(|row| row.value.recipe_id == *by) {
            let why = "has no bill of materials; add its rows to recipe_bom";
            return Err(refused(&format!("{place}.by"), by, why));
        }
        if menu(data, *week).any(|other| other == by) {
            let why = format!("is on the menu of {week} already; choose another");
            return Err(refused(&format!("{place}.by"), by, &why));
        }
        macro_rules! replace {
            ($table:ident) => {
                for row in &mut data.$table {
                    if row.value.week_id == *week && row.value.recipe_id == *recipe {
                        row.value.recipe_id = by.clone();
                    }
                }
            };
        }
        replace!(menu_recipe);
        replace!(menu_area_recipe);
        let made: BTreeSet<_> = data
            .site_recipe
            .iter()
            .filter(|row| row.value.week_id == *week && row.value.recipe_id == *by)
            .map(|row| row.value.site_id.clone())
            .collect();
        data.site_recipe.retain(|row| {
            let row = &row.value;
            row.week_id != *week || row.recipe_id != *recipe || !made.contains(&row.site_id)
        });
        replace!(site_recipe);
        // What planners expected of the one recipe says nothing of the other.
        data.share_forecast
            .retain(|row| row.value.week_id != *week || row.value.recipe_id != *recipe);
        let dates = data.menu_week.iter().map(|row| &row.value);
        let dates = dates.filter(|row| row.week_id == *week);
        let dates: Vec<_> = dates.map(|row| row.start_date..=row.end_date).collect();
        for row in &mut data.order_line {
            let own = dates
                .iter()
                .any(|dates| dates.contains(&row.value.delivery_date));
            if own && row.value.recipe_id == *recipe {
                row.value.recipe_id = by.clone();
            }
        }
        Ok(())
    }

    fn price(
        &self,
        data: &mut PlanningData,
        price: &PriceChange,
        place: &str,
    ) -> Result<(), Fault> {
        let PriceChange {
            week,
            recipe,
            area,
            price,
        } = price;
        self.on_menu(data, *week, recipe, place)?;
        if let Some(area) = area {
            let areas = data.delivery_area.iter().map(|row| &row.value.area_id);
            known(area, areas, &format!("{place}.area"), "delivery_area")?;
            let own = |row: &Row<MenuAreaRecipe>| {
                row.value.week_id == *week && row.value.area_id == *area
            };
            // An area without rows of its own sees the whole menu; with one row it would see that recipe alone.
            if !data.menu_area_recipe.iter().any(own) {
                let rows: Vec<_> = menu(data, *week)
                    .map(|recipe| MenuAreaRecipe {
                        week_id: *week,
                        area_id: area.clone(),
                        recipe_id: recipe.clone(),
                        price: None,
                        promo: None,
                        homepage: None,
                    })
                    .collect();
                data.menu_area_recipe.extend(rows.into_iter().map(added));
            }
        } else {
            for row in &mut data.menu_recipe {
                if row.value.week_id == *week && row.value.recipe_id == *recipe {
                    row.value.price = Some(*price);
                }
            }
        }
        let mut changed = area.is_none();
        for row in &mut data.menu_area_recipe {
            let row = &mut row.value;
            let here = area.as_ref().is_none_or(|area| row.area_id == *area);
            if here && row.week_id == *week && row.recipe_id == *recipe {
                row.price = Some(*price);
                changed = true;
            }
        }
        if changed {
            return Ok(());
        }
        let area = area.as_ref().map_or_else(String::new, ToString::to_string);
        let why = format!("does not offer {recipe} in {week}; name an area that does");
        Err(refused(&format!("{place}.area"), &area, &why))
    }

    fn volume(
        &self,
        data: &mut PlanningData,
        volume: &VolumeChange,
        at: usize,
    ) -> Result<(), Fault> {
        let place = format!("volume[{at}]");
        self.planned(volume.week, &place)?;
        if let Some(area) = &volume.area {
            let areas = data.delivery_area.iter().map(|row| &row.value.area_id);
            known(area, areas, &format!("{place}.area"), "delivery_area")?;
        }
        if volume.op != domain::OverrideOp::Add && volume.value < domain::Decimal::ZERO {
            let why = "is below 0; give 0 or more";
            return Err(refused(&format!("{place}.value"), &volume.value, why));
        }
        let id = format!("what-if {:02}", at + 1);
        let id = id
            .parse()
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        data.overrides.push(added(Override {
            override_id: id,
            measure: Measure::Volume,
            keys: OverrideKeys {
                week: Some(volume.week),
                area: volume.area.clone(),
                ..OverrideKeys::default()
            },
            op: volume.op,
            value: Signed(volume.value),
            reason: "what-if".to_owned(),
            author: self.name.to_owned(),
            created_at: self.as_of,
            expires_at: None,
        }));
        Ok(())
    }

    fn planned(&self, week: MenuWeek, place: &str) -> Result<(), Fault> {
        if self.weeks.contains(&week) {
            return Ok(());
        }
        Err(missing(
            &format!("{place}.week"),
            week,
            "a week to plan",
            self.weeks,
        ))
    }

    fn on_menu(
        &self,
        data: &PlanningData,
        week: MenuWeek,
        recipe: &RecipeId,
        place: &str,
    ) -> Result<(), Fault> {
        self.planned(week, place)?;
        let what = format!("on the menu of {week}");
        if menu(data, week).any(|other| other == recipe) {
            return Ok(());
        }
        Err(missing(
            &format!("{place}.recipe"),
            recipe,
            &what,
            menu(data, week),
        ))
    }
}

fn menu(data: &PlanningData, week: MenuWeek) -> impl Iterator<Item = &RecipeId> {
    let of_week = data.menu_recipe.iter().map(|row| &row.value);
    of_week
        .filter(move |row| row.week_id == week)
        .map(|row| &row.recipe_id)
}

/// A row that stands in no file.
fn added<T>(value: T) -> Row<T> {
    Row {
        file: Arc::from("what-if"),
        line: 0,
        value,
    }
}

fn known<'a, K: PartialEq + Display + 'a>(
    id: &K,
    mut ids: impl Iterator<Item = &'a K> + Clone,
    place: &str,
    table: &str,
) -> Result<(), Fault> {
    let all = ids.clone();
    if ids.any(|other| other == id) {
        return Ok(());
    }
    Err(missing(place, id, &format!("in {table}"), all))
}

/// That a thing is not what it has to be, and what there is.
fn missing(
    place: &str,
    id: impl Display,
    what: &str,
    there_are: impl IntoIterator<Item = impl Display>,
) -> Fault {
    Fault::not_among(&format!("changes.{place}"), id, what, there_are)
}

fn refused(place: &str, id: &impl Display, why: &str) -> Fault {
    Fault::new(
        FaultName::ContractViolation,
        format!("changes.{place}: {id} {why}"),
    )
}
