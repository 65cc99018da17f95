//! That the data set has what an input names: what nobody knows would change nothing, and nobody would be told.

use std::collections::BTreeSet;

use contracts::{ExecutionInput, Fault};
use dataset::PackingDays;
use dataset::tables::MenuWeekRow;
use domain::{MenuWeek, RecipeId};
use sources::DataCut;

/// Refuses caps of sites and days, and limits of recipes, that are not there.
pub(crate) fn check(
    input: &ExecutionInput,
    cut: &DataCut,
    known: &[MenuWeekRow],
    weeks: &[MenuWeek],
) -> Result<(), Fault> {
    if !input.caps.is_empty() {
        caps(input, cut, known, weeks)?;
    }
    let named = recipes(input);
    if !named.is_empty() {
        let recipes = cut.recipes();
        let there_are: BTreeSet<&RecipeId> = recipes.iter().map(|row| &row.recipe_id).collect();
        for (place, recipe) in named {
            if !there_are.contains(recipe) {
                return Err(Fault::not_among(&place, recipe, "in recipe", there_are));
            }
        }
    }
    Ok(())
}

fn caps(
    input: &ExecutionInput,
    cut: &DataCut,
    known: &[MenuWeekRow],
    weeks: &[MenuWeek],
) -> Result<(), Fault> {
    let (sites, routes) = (cut.sites(), cut.routes());
    let packing = PackingDays::new(known, &routes);
    for (at, cap) in input.caps.iter().enumerate() {
        if !sites.iter().any(|site| site.site_id == cap.site) {
            let there_are = sites.iter().map(|site| &site.site_id);
            let place = format!("caps[{at}].site");
            return Err(Fault::not_among(&place, &cap.site, "in site", there_are));
        }
        if !packing
            .weeks_packing_on(cap.date)
            .any(|week| weeks.contains(&week))
        {
            let days = weeks.iter().filter_map(|week| packing.of(*week));
            return Err(Fault::not_among(
                &format!("caps[{at}].date"),
                cap.date,
                "a day on which a planned week packs",
                days.map(|(first, last)| format!("{first} to {last}")),
            ));
        }
    }
    Ok(())
}

/// Every recipe that is named, and where.
fn recipes(input: &ExecutionInput) -> Vec<(String, &RecipeId)> {
    let run = (
        String::new(),
        Some(&input.max_boxes),
        Some(&input.incompatible),
    );
    let shadows = input.shadow.iter().enumerate().map(|(at, shadow)| {
        let settings = &shadow.settings;
        let place = format!("shadow[{at}].settings.");
        (
            place,
            settings.max_boxes.as_ref(),
            settings.incompatible.as_ref(),
        )
    });
    let mut named = Vec::new();
    for (place, limits, pairs) in std::iter::once(run).chain(shadows) {
        let limited = limits.into_iter().flatten();
        named.extend(limited.map(|(recipe, _)| (format!("{place}max_boxes"), recipe)));
        for (at, (one, other)) in pairs.into_iter().flatten().enumerate() {
            let place = format!("{place}incompatible[{at}]");
            named.extend([(place.clone(), one), (place, other)]);
        }
    }
    named
}
