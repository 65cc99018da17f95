//! Times purchase planning at any size, and says what it took.
//!
//! `cargo run --release -p ordering --example proposals -- SITES PRODUCTS WEEKS DRAWS`
//!
//! Each product is in 2 or 3 of 200 recipes a week; every site packs every day; half the products keep, the others
//! last eight days; vendors deliver three or six days a week. Prints lines, seconds for the proposals, seconds for
//! attributing the change of one cap's worth of kits, and the peak of resident memory.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::cast_possible_wrap,
    reason = "a program that measures"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use domain::{Date, Decimal, Portions, Unit};
use ordering::{Changed, Inputs, Ordering, Settings, Way, Week, Worlds, attribute};
use random::Stream;
use rayon::prelude::*;
use simulation::{DamagedDraws, SiteDraws};
use snapshot::{BomRow, MenuItem, ProductFacts, RowRef, SiteFacts, WeekSnapshot};
use supply::{
    CalendarDay, LeadTime, Lot, Method, Offer, Origin, Policies, Policy, Product, SiteClock, Stock,
    Supply, Terms, Vendor,
};

const RECIPES: usize = 200;
const VENDORS: usize = 15;

/// A week's kits, drawn anew whenever a site is read.
#[derive(Debug)]
struct Drawn {
    seed: u64,
    week: u64,
    replicates: usize,
    sizes: Vec<Portions>,
    /// Share of the kits that one day gets, in percent.
    first_day: u32,
}

impl Worlds for Drawn {
    fn replicates(&self) -> usize {
        self.replicates
    }

    fn portions(&self) -> &[Portions] {
        &self.sizes
    }

    fn site(&self, place: usize) -> Result<SiteDraws, DamagedDraws> {
        let mut stream = Stream::new(self.seed, &[self.week, place as u64]);
        let mut kits = Vec::with_capacity(7 * RECIPES * 2 * self.replicates);
        for day in 0..7 {
            for _ in 0..RECIPES * 2 {
                let mean = if day == 0 {
                    60 * self.first_day / 100
                } else {
                    60
                };
                kits.extend((0..self.replicates).map(|_| mean / 2 + stream.below(mean)));
            }
        }
        Ok(SiteDraws::new(
            self.replicates,
            vec![4_000; 7 * self.replicates],
            kits,
        ))
    }
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        file: "vendor_product.csv".to_owned(),
        line: 2,
    }
}

fn whole(number: i64) -> Decimal {
    Decimal::from_millionths(number * 1_000_000)
}

fn day(ahead: usize) -> Date {
    let monday: Date = id("2026-11-16");
    monday.saturating_add(jiff::Span::new().days(ahead as u32))
}

fn snapshots(sites: usize, products: usize, weeks: usize) -> Vec<WeekSnapshot> {
    let week = |week: usize| {
        let label = id(&format!("2027-W{:02}", week + 1));
        let (first, last) = (day(week * 7), day(week * 7 + 6));
        let mut snapshot = WeekSnapshot::new(label, first, last, id("2026-11-15T12:00:00Z"));
        snapshot.packing_days = snapshot.delivery_dates();
        snapshot.files = vec!["recipe_bom.csv".to_owned()];
        for site in 0..sites {
            snapshot.sites.push(SiteFacts {
                id: id(&format!("S{site:02}")),
                name: String::new(),
                catch_all: false,
            });
        }
        for recipe in 0..RECIPES {
            snapshot
                .menu
                .push(MenuItem::new(id(&format!("R{recipe:03}"))));
        }
        for product in 0..products {
            snapshot.products.push(ProductFacts {
                id: id(&format!("P{product:04}")),
                name: String::new(),
                unit: Unit::Gram,
                unit_cost: None,
            });
        }
        for product in 0..products {
            for recipe in [product % RECIPES, (product * 7 + week) % RECIPES] {
                for size in [2, 4] {
                    snapshot.bom.push(BomRow {
                        item: recipe,
                        portions: Portions::try_from(size).unwrap(),
                        product,
                        quantity: whole(i64::from(size) * 30),
                        unit: Unit::Gram,
                        yield_factor: (product % 3 == 0).then(|| id("0.93")),
                        from: None,
                        to: None,
                        origin: RowRef::default(),
                    });
                }
            }
        }
        snapshot
            .bom
            .sort_by_key(|row| (row.item, row.portions, row.product, row.from));
        snapshot
    };
    (0..weeks).map(week).collect()
}

fn supply(sites: usize, products: usize) -> Supply {
    let site_ids: Vec<domain::SiteId> = (0..sites).map(|site| id(&format!("S{site:02}"))).collect();
    let mut supply = Supply {
        stock: Stock {
            as_of: id("2026-11-15T12:00:00Z"),
            sites: site_ids
                .iter()
                .map(|site| SiteClock {
                    site: site.clone(),
                    name: String::new(),
                    time_zone: "Europe/London".to_owned(),
                    today: id("2026-11-15"),
                })
                .collect(),
            lots: Vec::new(),
            inbound: Vec::new(),
            received: Vec::new(),
            orders: Vec::new(),
        },
        terms: Terms::default(),
        policies: Policies(vec![Policy {
            site: None,
            product: None,
            method: Method::Quantile,
            target: id("0.95"),
            origin: origin(),
        }]),
        corrections: Vec::new(),
    };
    for vendor in 0..VENDORS {
        let name: domain::VendorId = id(&format!("V{vendor:02}"));
        supply.terms.vendors.push(Vendor {
            id: name.clone(),
            name: String::new(),
            min_order_value: Some(whole(200)),
            currency: None,
            origin: origin(),
        });
        supply.terms.lead_times.push(LeadTime {
            vendor: name.clone(),
            product: None,
            site: None,
            days: whole(1 + vendor as i64 % 3),
            std_days: id("0.3"),
            origin: origin(),
        });
        for site in &site_ids {
            for weekday in 1..=7 {
                supply.terms.calendar.push(CalendarDay {
                    vendor: name.clone(),
                    site: site.clone(),
                    weekday,
                    cutoff: jiff::civil::time(15, 0, 0, 0),
                    delivers: if vendor % 2 == 0 {
                        weekday < 7
                    } else {
                        weekday % 2 == 0
                    },
                    origin: origin(),
                });
            }
        }
    }
    for product in 0..products {
        let name: domain::ProductId = id(&format!("P{product:04}"));
        supply.terms.products.push(Product {
            id: name.clone(),
            name: String::new(),
            unit: Unit::Gram,
            category: None,
            shelf_life_days: (product % 2 == 0).then_some(8),
            min_life_at_pack_days: if product % 2 == 0 { 2 } else { 0 },
            unit_cost: Some(id("0.005")),
            waste_cost: None,
            shortage_cost: None,
            origin: origin(),
        });
        supply.terms.offers.push(Offer {
            product: name.clone(),
            vendor: id(&format!("V{:02}", product % VENDORS)),
            site: None,
            price: id("5"),
            order_unit: Some(Unit::Kilogram),
            base_per_order_unit: Some(whole(1_000)),
            min: Some(whole(10)),
            multiple: Some(whole(5)),
            max: None,
            cases_per_pallet: Some(200),
            priority: 1,
            origin: origin(),
        });
        for site in &site_ids {
            for (lot, expiry) in [("A", 3), ("B", 6)] {
                supply.stock.lots.push(Lot {
                    site: site.clone(),
                    product: name.clone(),
                    lot: Some(id(lot)),
                    counted_at: supply.stock.as_of,
                    on_hand: whole(9_000),
                    allocated: Decimal::ZERO,
                    expiry: Some(day(expiry)),
                    origin: origin(),
                });
            }
        }
    }
    supply
        .stock
        .lots
        .sort_by(|a, b| (&a.site, &a.product, &a.lot).cmp(&(&b.site, &b.product, &b.lot)));
    supply
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

fn main() {
    let mut sizes = [20, 1000, 4, 200];
    for (size, word) in sizes.iter_mut().zip(std::env::args().skip(1)) {
        *size = word.parse().unwrap();
    }
    let [sites, products, weeks, replicates] = sizes;
    let (snapshots, supply) = (snapshots(sites, products, weeks), supply(sites, products));
    let drawn = |first_day: u32| -> Vec<Drawn> {
        let drawn = |week| Drawn {
            seed: 1,
            week: week as u64,
            replicates,
            sizes: [2, 4]
                .map(|size| Portions::try_from(size).unwrap())
                .to_vec(),
            first_day,
        };
        (0..weeks).map(drawn).collect()
    };
    let plan = |drawn: &[Drawn]| {
        let weeks = snapshots.iter().zip(drawn).map(|(snapshot, drawn)| Week {
            snapshot,
            draws: drawn,
            known: BTreeMap::new(),
            stand_in: false,
            lift: None,
        });
        let inputs = Inputs {
            supply: &supply,
            weeks: weeks.collect(),
            settings: Settings::default(),
            seed: 1,
        };
        let ordering = Ordering::new(&inputs).unwrap();
        let made: Vec<_> = ordering
            .sites()
            .par_iter()
            .map(|site| {
                let lines = ordering.propose(site).unwrap().lines;
                lines
                    .into_iter()
                    .map(|line| (line.key, line.quantity))
                    .collect::<Vec<_>>()
            })
            .collect();
        made.concat()
    };
    let (before, after) = (drawn(100), drawn(80));
    let start = Instant::now();
    let old = plan(&before);
    println!(
        "{sites} sites x {products} products x {weeks} weeks x {replicates} draws: {} lines in {:.2} s, peak {} MB",
        old.len(),
        start.elapsed().as_secs_f64(),
        peak_mb()
    );
    let new: BTreeMap<_, _> = plan(&after).into_iter().collect();
    let changed: Vec<Changed> = old
        .into_iter()
        .filter_map(|(key, before)| {
            let after = new.get(&key).copied().unwrap_or(0);
            (before != after).then_some(Changed { key, before, after })
        })
        .collect();
    let inputs = |drawn| Inputs {
        supply: &supply,
        weeks: snapshots
            .iter()
            .zip(drawn)
            .map(|(snapshot, drawn): (_, &Drawn)| Week {
                snapshot,
                draws: drawn,
                known: BTreeMap::new(),
                stand_in: false,
                lift: None,
            })
            .collect(),
        settings: Settings::default(),
        seed: 1,
    };
    let (old, new) = (inputs(before.iter()), inputs(after.iter()));
    for (way, most) in [(Way::Sequence, changed.len()), (Way::Shapley, 100)] {
        let lines = &changed[..most.min(changed.len())];
        let start = Instant::now();
        let attributed = attribute(&old, &new, lines, way).unwrap();
        println!(
            "{way:?}: {} changed lines attributed in {:.2} s, peak {} MB",
            attributed.len(),
            start.elapsed().as_secs_f64(),
            peak_mb()
        );
    }
}
