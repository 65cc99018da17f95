//! What cannot be forecast in the demo company: the WMAPE of one who knows likings, effects, menu, prices and
//! promotions exactly, and of volume what the planners' forecast says, on the last 12 weeks of history. With
//! `large` as argument, of the large company.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example that people read"
)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use dataset::tables::{DemandHistory, VolumeForecast};
use dataset::{Body, Files};
use demo::truth::MEAN_RECIPES;
use demo::{Options, Scale, TRUTH};
use domain::{AreaId, MenuWeek, RecipeId, Scope};

const LEADS: usize = 4;

type Cell = (MenuWeek, AreaId, RecipeId);

fn main() {
    let large = std::env::args().nth(1).as_deref() == Some("large");
    let scale = if large { Scale::Large } else { Scale::Small };
    let options = Options {
        scale,
        ..Options::default()
    };
    let mut files = Files::default();
    let mut shares = String::new();
    demo::write(&options, &mut |name, content| {
        if name == format!("{TRUTH}expected_share.csv") {
            shares = String::from_utf8(content).unwrap();
        } else {
            files.insert(name, Body::Bytes(content.into()));
        }
    })
    .unwrap();
    let mut sold: BTreeMap<Cell, f64> = BTreeMap::new();
    files.each::<DemandHistory>(&|_| Scope::DataSet, |_, _, _, row| {
        *sold
            .entry((row.week_id, row.area_id, row.recipe_id))
            .or_default() += f64::from(row.quantity);
    });
    // By week and area, the issues; the last one was one week ahead.
    let mut issues: BTreeMap<_, Vec<_>> = BTreeMap::new();
    files.each::<VolumeForecast>(&|_| Scope::DataSet, |_, _, _, row| {
        let key = (row.week_id, row.area_id.unwrap());
        issues
            .entry(key)
            .or_default()
            .push((row.issued_at, row.p50.to_f64()));
    });
    for issues in issues.values_mut() {
        issues.sort_by_key(|(issued_at, _)| Reverse(*issued_at));
    }
    println!("weeks ahead  area x recipe    recipe      week");
    for lead in 1..=LEADS {
        let mut cells: Vec<(Cell, f64, f64)> = Vec::new();
        for line in shares.lines().skip(1) {
            let [week, area, recipe, share] =
                line.split(',').collect::<Vec<_>>().try_into().unwrap();
            let (week, area): (MenuWeek, AreaId) = (week.parse().unwrap(), area.parse().unwrap());
            let boxes = issues[&(week, area.clone())][lead - 1].1;
            let expected = boxes * MEAN_RECIPES * share.parse::<f64>().unwrap();
            let cell = (week, area, recipe.parse().unwrap());
            if let Some(sold) = sold.get(&cell).filter(|kits| **kits > 0.0) {
                cells.push((cell, expected, *sold));
            }
        }
        let by_cell = wmape(&cells, Clone::clone);
        let by_recipe = wmape(&cells, |(week, _, recipe)| (*week, recipe.clone()));
        let by_week = wmape(&cells, |(week, _, _)| *week);
        println!("{lead:>11}{by_cell:>13.1} %{by_recipe:>8.1} %{by_week:>8.1} %");
    }
}

/// WMAPE in per cent of the sums over cells with the same key.
fn wmape<K: Ord>(cells: &[(Cell, f64, f64)], key: impl Fn(&Cell) -> K) -> f64 {
    let mut sums: BTreeMap<K, (f64, f64)> = BTreeMap::new();
    for (cell, expected, sold) in cells {
        let sum = sums.entry(key(cell)).or_default();
        sum.0 += expected;
        sum.1 += sold;
    }
    let errors: f64 = sums.values().map(|(a, b)| (a - b).abs()).sum();
    100.0 * errors / sums.values().map(|(_, sold)| sold).sum::<f64>()
}
