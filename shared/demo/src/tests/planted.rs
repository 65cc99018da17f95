//! The planted truth against what came of it.

use std::collections::BTreeMap;

use dataset::tables::DemandHistory;

use super::{all, bytes, options, rows};
use crate::{Scale, TRUTH, truth};

/// The rows of a file of the truth, without its header, cell by cell.
fn told(name: &str) -> Vec<Vec<String>> {
    let files = bytes(&options(Scale::Small, false));
    let text = String::from_utf8(files[&format!("{TRUTH}{name}.csv")].clone()).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = text.lines().map(cells).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{name}");
    rows[1..].to_vec()
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap()
}

#[test]
fn what_was_sold_scatters_around_the_planted_shares_as_planted() {
    let (_, files) = &all()[0];
    let mut sold: BTreeMap<_, f64> = BTreeMap::new();
    let mut total: BTreeMap<_, f64> = BTreeMap::new();
    for row in rows::<DemandHistory>(files) {
        if row.sold_out != Some(true) {
            let (week, area) = (row.week_id.to_string(), row.area_id.to_string());
            let key = (week.clone(), area.clone(), row.recipe_id.to_string());
            *sold.entry(key).or_default() += f64::from(row.quantity);
            *total.entry((week, area)).or_default() += f64::from(row.quantity);
        }
    }
    let shocks: BTreeMap<_, f64> = told("shock")
        .into_iter()
        .map(|row| ((row[0].clone(), row[1].clone()), number(&row[2])))
        .collect();
    let mut shares: BTreeMap<_, f64> = BTreeMap::new();
    let mut errors: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for row in told("expected_share") {
        let [week, area, recipe, share] = row.try_into().unwrap();
        *shares.entry((week.clone(), area.clone())).or_default() += number(&share);
        let Some(kits) = sold.get(&(week.clone(), area.clone(), recipe.clone())) else {
            continue;
        };
        let expected = total[&(week.clone(), area.clone())] * number(&share);
        let shock = shocks[&(week.clone(), recipe)];
        let error = libm::log(kits.max(0.5) / expected) - shock;
        errors
            .entry((week, area))
            .or_default()
            .push((error, kits.recip()));
    }
    assert!(shares.values().all(|share| (share - 1.0).abs() < 1e-5));
    // What is left within an area and week: its own scatter, and counting.
    let (mut squares, mut counting, mut free) = (0.0, 0.0, 0.0);
    for errors in errors.values() {
        let mean = errors.iter().map(|(error, _)| error).sum::<f64>() / errors.len() as f64;
        squares += errors
            .iter()
            .map(|(error, _)| (error - mean) * (error - mean))
            .sum::<f64>();
        let parts = errors.iter().map(|(_, part)| part).sum::<f64>();
        counting += parts * (1.0 - 1.0 / errors.len() as f64);
        free += errors.len() as f64 - 1.0;
    }
    let scatter = ((squares - counting) / free).sqrt();
    assert!(
        (scatter / truth::OVERDISPERSION - 1.0).abs() < 0.05,
        "{scatter}"
    );
    let squares: f64 = shocks.values().map(|shock| shock * shock).sum();
    let spread = (squares / shocks.len() as f64).sqrt();
    assert!((spread / truth::SHOCK - 1.0).abs() < 0.05, "{spread}");
}

#[test]
fn the_parameters_are_those_that_demand_is_made_with() {
    let told: BTreeMap<String, String> = told("parameter")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(told["promotion"], truth::PROMOTION.to_string());
    assert_eq!(told["price"], truth::PRICE.to_string());
    assert_eq!(told["recipe_shock"], truth::SHOCK.to_string());
    assert_eq!(told["area_scatter"], truth::OVERDISPERSION.to_string());
}
