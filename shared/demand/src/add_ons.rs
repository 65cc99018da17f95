//! Add-ons: kits bought beside a box's recipes, as a rate for each kit of a meal.

use crate::observations::{Observations, SaleRow};

/// Weight of the newest week in a rate, once there are enough weeks.
const NEWEST: f64 = 0.15;
/// Weeks' worth of all areas' rate that an area's own is shrunk by.
const SHRINKAGE: f64 = 4.0;

/// A mean that forgets.
#[derive(Debug, Clone, Copy, Default)]
struct Smoothed {
    value: f64,
    weeks: f64,
}

impl Smoothed {
    /// Early on a plain mean, then exponentially weighted.
    fn learn(&mut self, value: f64) {
        self.weeks += 1.0;
        self.value += NEWEST.max(1.0 / self.weeks) * (value - self.value);
    }
}

/// Add-on kits for each kit of a meal, by recipe, then area; empty for meals and for what was never sold.
pub(crate) fn rates(observations: &Observations) -> Vec<Vec<f64>> {
    let areas = observations.areas.len();
    let add_on: Vec<bool> = observations.recipes.iter().map(|r| r.add_on).collect();
    let mut all = vec![Smoothed::default(); add_on.len()];
    let mut own = vec![Smoothed::default(); add_on.len() * areas];
    let mut rows = observations.sales.rows().peekable();
    let mut week: Vec<SaleRow> = Vec::new();
    while let Some(row) = rows.next() {
        let ends = rows.peek().is_none_or(|next| next.week != row.week);
        if row.kits > 0.0 && row.recipe < add_on.len() && row.area < areas {
            week.push(row);
        }
        if !ends {
            continue;
        }
        let mut meals = vec![0.0; areas];
        for row in week.iter().filter(|row| !add_on[row.recipe]) {
            meals[row.area] += row.kits;
        }
        let mut sold = vec![(0.0, 0.0); add_on.len()];
        for row in week.iter().filter(|row| add_on[row.recipe]) {
            sold[row.recipe].0 += row.kits;
            sold[row.recipe].1 += meals[row.area];
            if meals[row.area] > 0.0 {
                own[row.recipe * areas + row.area].learn(row.kits / meals[row.area]);
            }
        }
        for (recipe, (kits, meals)) in sold.into_iter().enumerate() {
            if kits > 0.0 && meals > 0.0 {
                all[recipe].learn(kits / meals);
            }
        }
        week.clear();
    }
    let rates = |(recipe, all): (usize, &Smoothed)| -> Vec<f64> {
        if all.weeks == 0.0 {
            return Vec::new();
        }
        let shrunk = |area: usize| {
            let own = own[recipe * areas + area];
            (own.weeks * own.value + SHRINKAGE * all.value) / (own.weeks + SHRINKAGE)
        };
        (0..areas).map(shrunk).collect()
    };
    all.iter().enumerate().map(rates).collect()
}
