//! Menus, history, forecasts and orders.

use std::collections::{BTreeMap, BTreeSet};

use dataset::tables::{
    BoxHistory, DataSet, DemandHistory, MenuRecipe, MenuWeekRow, OrderLine, OrderStatus,
    VolumeForecast,
};
use domain::{Date, MenuWeek, RecipeId};

use super::{Scale, all, distinct, history_ends, rows};

#[test]
fn every_week_has_about_the_boxes_that_the_scale_stands_for() {
    for (options, files) in distinct() {
        let usual = if options.scale == Scale::Small {
            30_000.0
        } else {
            200_000.0
        };
        let near = |boxes: f64| (boxes / usual - 1.0).abs() < 0.18;
        let mut kits: BTreeMap<MenuWeek, u32> = BTreeMap::new();
        for row in rows::<DemandHistory>(files) {
            *kits.entry(row.week_id).or_default() += row.quantity;
        }
        for (week, kits) in &kits {
            assert!(near(f64::from(*kits) / 3.2), "{week}: {kits} kits");
        }
        assert_eq!(kits.keys().next_back(), Some(&history_ends()));
        let last = rows::<VolumeForecast>(files)
            .iter()
            .map(|row| row.issued_at)
            .max();
        let mut boxes: BTreeMap<MenuWeek, f64> = BTreeMap::new();
        for row in rows::<VolumeForecast>(files) {
            assert_eq!(row.p10.is_some(), Some(row.issued_at) == last);
            if Some(row.issued_at) == last {
                *boxes.entry(row.week_id).or_default() += row.p50.to_f64();
            }
        }
        assert_eq!(boxes.len(), 12);
        assert!(boxes.values().all(|boxes| near(*boxes)), "{boxes:?}");
    }
}

#[test]
fn boxes_of_the_past_hold_exactly_the_kits_that_were_sold() {
    for (_, files) in all().iter().take(2) {
        let weeks = rows::<MenuWeekRow>(files);
        let week_of = |date: Date| {
            weeks
                .iter()
                .find(|week| (week.start_date..=week.end_date).contains(&date))
                .unwrap()
                .week_id
        };
        let mut held: BTreeMap<_, u32> = BTreeMap::new();
        for row in rows::<BoxHistory>(files) {
            let key = (
                week_of(row.delivery_date),
                row.area_id,
                row.portion_size.unwrap().get(),
            );
            *held.entry(key).or_default() += u32::from(row.recipes_per_box) * row.boxes;
        }
        let mut sold: BTreeMap<_, u32> = BTreeMap::new();
        for row in rows::<DemandHistory>(files) {
            *sold
                .entry((row.week_id, row.area_id, row.portion_size.get()))
                .or_default() += row.quantity;
        }
        assert!(held.len() >= 12 * 12 * 2);
        assert!(held.iter().all(|(key, kits)| sold[key] == *kits));
    }
}

#[test]
fn every_week_to_come_has_recipes_never_sold_before_and_recipes_long_absent() {
    for (_, files) in all() {
        let menus = rows::<MenuRecipe>(files);
        let mut last: BTreeMap<RecipeId, MenuWeek> = BTreeMap::new();
        for row in menus.iter().filter(|row| row.week_id <= history_ends()) {
            last.insert(row.recipe_id.clone(), row.week_id);
        }
        let half_a_year_ago: MenuWeek = "2026-W26".parse().unwrap();
        for ahead in 1..=6 {
            let week = history_ends().plus(ahead).unwrap();
            let menu: Vec<_> = menus.iter().filter(|row| row.week_id == week).collect();
            let new = menu
                .iter()
                .filter(|row| !last.contains_key(&row.recipe_id))
                .count();
            let absent = |row: &MenuRecipe| {
                last.get(&row.recipe_id)
                    .is_some_and(|w| *w < half_a_year_ago)
            };
            assert!(
                new >= 2 && new * 3 < menu.len(),
                "{week}: {new} of {} are new",
                menu.len()
            );
            assert!(menu.iter().any(|row| absent(row)), "{week}");
        }
    }
}

#[test]
fn a_recipe_is_limited_now_and_then_and_sells_out_within_its_limit() {
    for (_, files) in all().iter().take(2) {
        let limits: BTreeMap<_, _> = rows::<MenuRecipe>(files)
            .into_iter()
            .filter_map(|row| Some(((row.week_id, row.recipe_id), row.max_boxes?)))
            .collect();
        assert!(limits.keys().any(|(week, _)| *week > history_ends()));
        let mut sold: BTreeMap<_, u32> = BTreeMap::new();
        for row in rows::<DemandHistory>(files)
            .into_iter()
            .filter(|row| row.sold_out == Some(true))
        {
            *sold.entry((row.week_id, row.recipe_id)).or_default() += row.quantity;
        }
        assert!(!sold.is_empty());
        assert!(
            sold.iter()
                .all(|(key, kits)| *kits <= limits[key] && *kits * 10 > limits[key] * 9)
        );
    }
}

#[test]
fn every_order_is_a_box_of_distinct_recipes_of_its_week_placed_in_time() {
    for (_, files) in all() {
        let weeks = rows::<MenuWeekRow>(files);
        let menu: BTreeSet<_> = rows::<MenuRecipe>(files)
            .into_iter()
            .map(|row| (row.week_id, row.recipe_id))
            .collect();
        let as_of = rows::<DataSet>(files)[0].as_of.unwrap();
        let mut boxes: BTreeMap<_, Vec<OrderLine>> = BTreeMap::new();
        for row in rows::<OrderLine>(files) {
            boxes.entry(row.order_id.clone()).or_default().push(row);
        }
        let mut statuses = BTreeSet::new();
        for lines in boxes.values() {
            let first = &lines[0];
            let within =
                |w: &&MenuWeekRow| (w.start_date..=w.end_date).contains(&first.delivery_date);
            let week = weeks.iter().find(within).unwrap().week_id;
            let recipes: BTreeSet<_> = lines.iter().map(|line| line.recipe_id.clone()).collect();
            assert!((2..=5).contains(&lines.len()) && recipes.len() == lines.len());
            assert!(
                recipes
                    .into_iter()
                    .all(|recipe| menu.contains(&(week, recipe)))
            );
            assert!(
                lines
                    .iter()
                    .all(|line| line.portion_size == first.portion_size
                        && line.delivery_date == first.delivery_date
                        && line.status == first.status)
            );
            assert!(first.placed_at < as_of);
            statuses.insert(first.status);
        }
        assert_eq!(
            statuses,
            BTreeSet::from([
                OrderStatus::Placed,
                OrderStatus::Confirmed,
                OrderStatus::Cancelled
            ])
        );
    }
}
