//! A company of one site, whose recipes take one product each, in any number of states of the world.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "not every test file uses every helper"
)]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;

use domain::{Date, Decimal, Portions, SiteId, Unit};
use ordering::{Inputs, Ordering, Settings, SiteProposals, Week, Worlds};
use simulation::{DamagedDraws, SiteDraws};
use snapshot::{BomRow, MenuItem, ProductFacts, SiteFacts, WeekSnapshot};
use supply::{
    CalendarDay, Correction, Inbound, LeadTime, Lot, Method, Offer, Origin, Policies, Policy,
    Product, SiteClock, Stock, Supply, Terms, Vendor,
};

/// Kits by product, packing day and draw: the first Monday is day 0.
#[derive(Debug, Clone)]
pub struct Kits(pub Vec<Vec<Vec<u32>>>);

impl Worlds for Kits {
    fn replicates(&self) -> usize {
        self.0[0][0].len()
    }

    fn portions(&self) -> &[Portions] {
        static ONE: std::sync::OnceLock<Vec<Portions>> = std::sync::OnceLock::new();
        ONE.get_or_init(|| vec![Portions::try_from(1).unwrap()])
    }

    fn site(&self, _: usize) -> Result<SiteDraws, DamagedDraws> {
        let days = self.0[0].len();
        let boxes = vec![0; days * self.replicates()];
        let kits =
            (0..days).flat_map(|day| self.0.iter().flat_map(move |p| p[day].iter().copied()));
        Ok(SiteDraws::new(self.replicates(), boxes, kits.collect()))
    }
}

pub fn at(row: u64) -> Origin {
    Origin {
        file: "test.csv".to_owned(),
        line: row,
    }
}

pub fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Monday 16 November 2026 and the days after it.
pub fn day(ahead: i64) -> Date {
    let monday: Date = "2026-11-16".parse().unwrap();
    monday.saturating_add(jiff::Span::new().days(ahead))
}

/// A company as one writes it down.
#[derive(Debug, Clone)]
pub struct Company {
    pub snapshot: WeekSnapshot,
    pub kits: Kits,
    pub supply: Supply,
    pub settings: Settings,
}

impl Company {
    /// Products P0, P1 … in kilograms, each needed as told; one vendor, V1, that delivers every day with a day's
    /// lead; steps of a thousandth, no stock.
    pub fn new(kits: Vec<Vec<Vec<u32>>>) -> Self {
        let days: Vec<Date> = (0i64..).map(day).take(kits[0].len()).collect();
        let as_of = "2026-11-15T12:00:00Z".parse().unwrap();
        let mut snapshot = WeekSnapshot::new(id("2026-W47"), days[0], *days.last().unwrap(), as_of);
        snapshot.sites = vec![SiteFacts {
            id: id("S1"),
            name: "Site".to_owned(),
            catch_all: true,
        }];
        snapshot.packing_days = days;
        let mut supply = Supply {
            stock: Stock {
                as_of,
                sites: vec![SiteClock {
                    site: id("S1"),
                    name: "Site".to_owned(),
                    time_zone: "UTC".to_owned(),
                    today: day(-1),
                }],
                lots: Vec::new(),
                inbound: Vec::new(),
                received: Vec::new(),
                orders: Vec::new(),
            },
            terms: Terms {
                vendors: vec![vendor("V1", None)],
                lead_times: vec![lead("V1", "1", "0")],
                ..Terms::default()
            },
            policies: Policies(vec![Policy {
                site: None,
                product: None,
                method: Method::Quantile,
                target: number("0.9"),
                origin: at(1),
            }]),
            corrections: Vec::new(),
        };
        for product in 0..kits.len() {
            let name = format!("P{product}");
            snapshot
                .menu
                .push(MenuItem::new(id(&format!("R{product}"))));
            snapshot.products.push(ProductFacts {
                id: id(&name),
                name: name.clone(),
                unit: Unit::Kilogram,
                unit_cost: None,
            });
            snapshot.bom.push(bom(product, "1"));
            supply.terms.products.push(Product {
                id: id(&name),
                name,
                unit: Unit::Kilogram,
                category: None,
                shelf_life_days: None,
                min_life_at_pack_days: 0,
                unit_cost: Some(number("2")),
                waste_cost: Some(number("2")),
                shortage_cost: Some(number("8")),
                origin: at(product as u64),
            });
            supply
                .terms
                .offers
                .push(offer(&format!("P{product}"), "V1", "2"));
        }
        Self {
            snapshot,
            kits: Kits(kits),
            supply,
            settings: Settings::default(),
        }
    }

    pub fn offer(&mut self, product: usize) -> &mut Offer {
        let wanted = id(&format!("P{product}"));
        let mut offers = self.supply.terms.offers.iter_mut();
        offers.find(|offer| offer.product == wanted).unwrap()
    }

    /// V1 delivers on these days of the week alone (1 = Monday), and takes orders every day until noon.
    pub fn delivering(mut self, vendor: &str, weekdays: &[u8]) -> Self {
        for weekday in 1..=7 {
            self.supply.terms.calendar.push(CalendarDay {
                vendor: id(vendor),
                site: id("S1"),
                weekday,
                cutoff: jiff::civil::time(12, 0, 0, 0),
                delivers: weekdays.contains(&weekday),
                origin: at(weekday.into()),
            });
        }
        self.supply
            .terms
            .calendar
            .sort_by(|a, b| (&a.vendor, a.weekday).cmp(&(&b.vendor, b.weekday)));
        self
    }

    pub fn lot(mut self, product: usize, quantity: &str, expiry: Option<Date>) -> Self {
        let count = self.supply.stock.lots.len();
        self.supply.stock.lots.push(Lot {
            site: id("S1"),
            product: id(&format!("P{product}")),
            lot: Some(id(&format!("L{count}"))),
            counted_at: self.supply.stock.as_of,
            on_hand: number(quantity),
            allocated: Decimal::ZERO,
            expiry,
            origin: at(count as u64),
        });
        self.supply
            .stock
            .lots
            .sort_by(|a, b| (&a.product, &a.lot).cmp(&(&b.product, &b.lot)));
        self
    }

    pub fn inbound(mut self, product: usize, quantity: &str, expected: Date) -> Self {
        let count = self.supply.stock.inbound.len();
        let noon = expected.at(8, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        self.supply.stock.inbound.push(Inbound {
            order: id(&format!("PO{count}")),
            line_no: 1,
            site: id("S1"),
            product: id(&format!("P{product}")),
            vendor: id("V1"),
            outstanding: number(quantity),
            expected_at: noon.unwrap().timestamp(),
            expected_on: expected,
            approved_here: false,
            origin: at(count as u64),
        });
        self.supply
            .stock
            .inbound
            .sort_by(|a, b| (&a.product, &a.order).cmp(&(&b.product, &b.order)));
        self
    }

    /// An override in force, such as `need`, `product=P0`, `multiply`, `1.1`.
    pub fn overridden(mut self, measure: &str, keys: &str, op: &str, value: &str) -> Self {
        let count = self.supply.corrections.len();
        self.supply.corrections.push(Correction {
            made: domain::Override {
                id: id(&format!("O{count}")),
                measure: measure.parse().unwrap(),
                keys: keys.parse().unwrap(),
                op: op.parse().unwrap(),
                value: number(value),
                reason: "a fair".to_owned(),
                author: "planner".to_owned(),
                created_at: self.supply.stock.as_of,
                expires_at: None,
            },
            origin: at(count as u64),
        });
        self
    }

    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            supply: &self.supply,
            weeks: vec![Week {
                snapshot: &self.snapshot,
                draws: &self.kits,
                known: BTreeMap::new(),
                stand_in: false,
                lift: None,
            }],
            settings: self.settings,
            seed: 1,
        }
    }

    pub fn proposals(&self) -> SiteProposals {
        let inputs = self.inputs();
        let site: SiteId = id("S1");
        Ordering::new(&inputs).unwrap().propose(&site).unwrap()
    }

    /// Quantities in order of delivery and product.
    pub fn quantities(&self) -> Vec<(Date, String, i64)> {
        let lines = self.proposals().lines.into_iter();
        lines
            .map(|line| {
                (
                    line.key.delivery,
                    line.key.product.to_string(),
                    line.quantity,
                )
            })
            .collect()
    }
}

pub fn bom(product: usize, quantity: &str) -> BomRow {
    BomRow {
        item: product,
        portions: Portions::try_from(1).unwrap(),
        product,
        quantity: number(quantity),
        unit: Unit::Kilogram,
        yield_factor: None,
        from: None,
        to: None,
        origin: snapshot::RowRef::default(),
    }
}

pub fn vendor(name: &str, least: Option<&str>) -> Vendor {
    Vendor {
        id: id(name),
        name: name.to_owned(),
        min_order_value: least.map(number),
        currency: None,
        origin: at(1),
    }
}

pub fn lead(vendor: &str, days: &str, std: &str) -> LeadTime {
    LeadTime {
        vendor: id(vendor),
        product: None,
        site: None,
        days: number(days),
        std_days: number(std),
        origin: at(1),
    }
}

pub fn offer(product: &str, vendor: &str, price: &str) -> Offer {
    Offer {
        product: id(product),
        vendor: id(vendor),
        site: None,
        price: number(price),
        order_unit: None,
        base_per_order_unit: None,
        min: None,
        multiple: None,
        max: None,
        cases_per_pallet: None,
        priority: 1,
        origin: at(1),
    }
}
