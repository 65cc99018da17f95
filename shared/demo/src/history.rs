//! What was sold: kits of recipes, and boxes.

use dataset::tables::{BoxHistory, DemandHistory};
use domain::Portions;

use crate::Company;
use crate::make::{after, made, money, poisson, stream};
use crate::size::BOX_WEEKS;
use crate::truth::{DAYS, MEAN_RECIPES, RECIPES_PER_BOX, Seen};

/// How sure an area's day profile is; a day with a tenth of the boxes varies by 7 %.
pub(crate) const DAY_CERTAINTY: f64 = 2_000.0;
/// The portion sizes sold.
pub(crate) const SOLD: [u8; 2] = [2, 4];

/// The kits sold in a week.
#[derive(Debug)]
pub(crate) struct SoldWeek {
    /// By area and place on the menu: kits for two and for four, and what the area saw.
    areas: Vec<Vec<([u32; 2], Seen)>>,
    /// By place on the menu: whether it sold out.
    sold_out: Vec<bool>,
}

impl SoldWeek {
    /// What is sold in a week, by the truth and the limits of the menu.
    pub(crate) fn new(company: &Company, index: usize) -> Self {
        let week = &company.weeks[index];
        let wants = company.truth.wants(index, &week.menu, &company.recipes);
        let mut areas: Vec<Vec<_>> = (0..company.size.areas)
            .map(|area| sold_in(company, index, area, &wants))
            .collect();
        let mut sold_out = vec![false; week.menu.len()];
        for (at, slot) in week.menu.iter().enumerate() {
            let total: u32 = areas
                .iter()
                .map(|kits| kits[at].0.iter().sum::<u32>())
                .sum();
            let Some(limit) = slot.limit.filter(|limit| *limit < total) else {
                continue;
            };
            sold_out[at] = true;
            let part = f64::from(limit) / f64::from(total);
            for kits in areas.iter_mut().flat_map(|kits| &mut kits[at].0) {
                *kits = (f64::from(*kits) * part).floor() as u32;
            }
        }
        Self { areas, sold_out }
    }

    /// Kits sold in an area at one of [`SOLD`].
    fn kits(&self, area: usize, size: usize) -> u32 {
        self.areas[area].iter().map(|(kits, _)| kits[size]).sum()
    }
}

fn sold_in(company: &Company, index: usize, area: usize, wants: &[f64]) -> Vec<([u32; 2], Seen)> {
    let (truth, menu) = (&company.truth, &company.weeks[index].menu);
    let seen = truth.seen(index, area, menu);
    let shares = truth.area_shares(index, area, wants, &seen);
    let kits = truth.area_boxes(index, area) * MEAN_RECIPES;
    let mut draw = stream(company.seed, "sold", &[index, area]);
    menu.iter()
        .zip(shares)
        .zip(seen)
        .map(|((slot, share), seen)| {
            let four = truth.family_kits(area, &company.recipes[slot.recipe]);
            let two = poisson(&mut draw, kits * share * (1.0 - four));
            ([two, poisson(&mut draw, kits * share * four)], seen)
        })
        .collect()
}

/// The rows of `demand_history`.
pub(crate) fn demand_rows(company: &Company) -> impl Iterator<Item = DemandHistory> {
    company
        .weeks
        .iter()
        .zip(&company.sold)
        .flat_map(move |(week, sold)| {
            sold.areas
                .iter()
                .zip(&company.areas)
                .flat_map(move |(kits, area)| {
                    kits.iter().enumerate().flat_map(move |(at, (kits, seen))| {
                        let slot = &week.menu[at];
                        SOLD.iter()
                            .zip(kits)
                            .map(move |(portions, quantity)| DemandHistory {
                                week_id: week.id,
                                area_id: area.clone(),
                                recipe_id: company.recipes[slot.recipe].id.clone(),
                                portion_size: made(Portions::try_from(*portions)),
                                quantity: *quantity,
                                price: Some(money(slot.price / 100.0)),
                                promo: Some(seen.promo),
                                homepage: Some(seen.homepage),
                                sold_out: Some(sold.sold_out[at]),
                            })
                    })
                })
        })
}

/// The rows of `box_history`: boxes of the last weeks that hold just the kits sold.
pub(crate) fn box_rows(company: &Company) -> impl Iterator<Item = BoxHistory> {
    let first = company.size.history - BOX_WEEKS;
    (first..company.size.history).flat_map(move |index| {
        (0..company.size.areas).flat_map(move |area| {
            SOLD.iter().enumerate().flat_map(move |(size, portions)| {
                let days = days(company, index, area, size);
                let boxes = boxes(company.sold[index].kits(area, size), &days);
                let start = company.weeks[index].start;
                (0..28)
                    .filter(move |cell| boxes[*cell] > 0)
                    .map(move |cell| BoxHistory {
                        delivery_date: after(start, cell / 4),
                        area_id: company.areas[area].clone(),
                        portion_size: Some(made(Portions::try_from(*portions))),
                        recipes_per_box: 2 + (cell % 4) as u8,
                        boxes: boxes[cell],
                    })
            })
        })
    })
}

/// An area's own day profile in a week.
fn days(company: &Company, index: usize, area: usize, size: usize) -> [f64; 7] {
    let mut draw = stream(company.seed, "days", &[index, area, size]);
    let days = DAYS.map(|day| draw.gamma(DAY_CERTAINTY * day));
    let total: f64 = days.iter().sum();
    days.map(|day| day / total)
}

/// Boxes by day and recipes in them (2, 3, 4, 5; day after day) that together hold exactly `kits` kits, as long as
/// there are two or more.
fn boxes(kits: u32, days: &[f64; 7]) -> [u32; 28] {
    let mut boxes = [0; 28];
    let mut left = kits;
    let mut owed = 0.0;
    for (cell, count) in boxes.iter_mut().enumerate() {
        let recipes = 2 + (cell % 4) as u32;
        owed += f64::from(kits) / MEAN_RECIPES * days[cell / 4] * RECIPES_PER_BOX[cell % 4];
        let whole = (owed.floor().max(0.0) as u32).min(left / recipes);
        *count = whole;
        owed -= f64::from(whole);
        left -= whole * recipes;
    }
    while left > 1 {
        // Never leave a single kit over.
        let recipes = if left == 2 || left == 4 { 2 } else { 3 };
        boxes[24 + recipes as usize - 2] += 1;
        left -= recipes;
    }
    if left == 1 {
        // One more recipe in one box of two.
        if let Some(cell) = (0..28).step_by(4).find(|cell| boxes[*cell] > 0) {
            boxes[cell] -= 1;
            boxes[cell + 1] += 1;
        }
    }
    boxes
}
