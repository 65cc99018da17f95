//! What arrives at a site, when, and how much room it takes: for warehouse and workforce.

use std::collections::BTreeMap;

use domain::{Date, Decimal, ProductId, SiteId, Timestamp, VendorId};
use jiff::tz::TimeZone;
use supply::{Inbound, Offer, Supply};

use crate::Line;

/// When a vendor is expected of which nothing is known.
const EARLY: i8 = 6;

/// How sure an arrival is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArrivalKind {
    /// Proposed here.
    Proposed,
    /// Approved here, and not yet reported by the system that orders.
    Approved,
    /// Ordered.
    Open,
}

/// What one vendor brings to a site on a day within an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The day; of what is overdue, today.
    pub day: Date,
    /// The hour of the day on the site's clock.
    pub hour: i8,
    /// The vendor.
    pub vendor: VendorId,
    /// How sure it is.
    pub kind: ArrivalKind,
    /// Order lines.
    pub lines: u32,
    /// Order units; of products that the vendor no longer offers, their own units.
    pub cases: Decimal,
    /// Whole pallets of the lines whose pallets are known; `None` where none is.
    pub pallets: Option<u32>,
    /// Lines of which the vendor does not say how many order units stand on a pallet.
    pub lines_without_pallets: u32,
}

type Key = (Date, i8, VendorId, ArrivalKind);

#[derive(Debug, Default)]
struct Sum {
    lines: u32,
    cases: i128,
    pallets_milli: Option<i64>,
    without_pallets: u32,
}

/// What arrives at a site, in order of day, hour and vendor: its proposed lines and its orders under way.
///
/// Orders under way come at the hour they are expected. Proposed ones, and those approved here, for which no hour is
/// agreed yet, come at the hour at which the vendor's orders under way most often come to the site, else to any site, else
/// at six in the morning.
pub fn inbound_plan<'a>(
    supply: &Supply,
    site: &SiteId,
    lines: impl IntoIterator<Item = &'a Line>,
) -> Vec<Arrival> {
    let hours = Hours::of(supply);
    let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
    for line in lines {
        let vendor = line.key.vendor.clone();
        let hour = hours.usual(site, &vendor);
        let key = (line.key.delivery, hour, vendor, ArrivalKind::Proposed);
        let cases = line.order_quantity.millionths().into();
        sums.entry(key).or_default().add(cases, line.pallets_milli);
    }
    let today = supply.stock.clock(site).map(|clock| clock.today);
    let zone = zone(supply, site);
    for line in supply
        .stock
        .inbound
        .iter()
        .filter(|line| line.site == *site)
    {
        let day = today.map_or(line.expected_on, |today| line.expected_on.max(today));
        let (hour, kind) = if line.approved_here {
            (hours.usual(site, &line.vendor), ArrivalKind::Approved)
        } else {
            (hour_of(line.expected_at, &zone), ArrivalKind::Open)
        };
        let key = (day, hour, line.vendor.clone(), kind);
        let (cases, pallets) = order_units(supply, line);
        sums.entry(key).or_default().add(cases, pallets);
    }
    let arrival = |((day, hour, vendor, kind), sum): (Key, Sum)| Arrival {
        day,
        hour,
        vendor,
        kind,
        lines: sum.lines,
        cases: Decimal::from_millionths(i64::try_from(sum.cases).unwrap_or(i64::MAX)),
        pallets: sum.pallets_milli.map(|milli| {
            u32::try_from(milli.max(0).unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX)
        }),
        lines_without_pallets: sum.without_pallets,
    };
    sums.into_iter().map(arrival).collect()
}

impl Sum {
    fn add(&mut self, cases: i128, pallets_milli: Option<i64>) {
        self.lines += 1;
        self.cases += cases;
        match pallets_milli {
            Some(milli) => {
                self.pallets_milli = Some(self.pallets_milli.unwrap_or(0).saturating_add(milli));
            }
            None => self.without_pallets += 1,
        }
    }
}

/// The hours at which vendors' orders under way come.
struct Hours<'a> {
    at_site: BTreeMap<(&'a SiteId, &'a VendorId), [u32; 24]>,
    anywhere: BTreeMap<&'a VendorId, [u32; 24]>,
}

impl<'a> Hours<'a> {
    fn of(supply: &'a Supply) -> Self {
        let mut hours = Self {
            at_site: BTreeMap::new(),
            anywhere: BTreeMap::new(),
        };
        for clock in &supply.stock.sites {
            let zone = zone(supply, &clock.site);
            for line in supply
                .stock
                .inbound
                .iter()
                .filter(|line| line.site == clock.site && !line.approved_here)
            {
                let hour = usize::from(hour_of(line.expected_at, &zone).unsigned_abs()) % 24;
                let key = (&clock.site, &line.vendor);
                hours.at_site.entry(key).or_default()[hour] += 1;
                hours.anywhere.entry(&line.vendor).or_default()[hour] += 1;
            }
        }
        hours
    }

    fn usual(&self, site: &SiteId, vendor: &VendorId) -> i8 {
        let counts = self.at_site.get(&(site, vendor));
        let counts = counts.or_else(|| self.anywhere.get(vendor));
        // The earliest of those that are as frequent.
        let most = counts.and_then(|counts| (0..24).rev().max_by_key(|hour| counts[*hour]));
        most.map_or(EARLY, |hour| hour as i8)
    }
}

fn zone(supply: &Supply, site: &SiteId) -> TimeZone {
    let clock = supply.stock.clock(site);
    clock
        .and_then(|clock| TimeZone::get(&clock.time_zone).ok())
        .unwrap_or(TimeZone::UTC)
}

fn hour_of(moment: Timestamp, zone: &TimeZone) -> i8 {
    zone.to_datetime(moment).hour()
}

/// What is still to come of a line in millionths of the vendor's order unit, and its pallets in 1/1000.
fn order_units(supply: &Supply, line: &Inbound) -> (i128, Option<i64>) {
    let offers = supply.terms.offers_at(&line.site, &line.product);
    let outstanding = i128::from(line.outstanding.millionths());
    let Some(offer) = offers.into_iter().find(|offer| offer.vendor == line.vendor) else {
        return (outstanding, None);
    };
    let (up, down) = base_units(supply, &line.product, offer);
    let cases = (2 * outstanding * down + up).div_euclid(2 * up);
    let pallets = offer.cases_per_pallet.filter(|cases| *cases > 0);
    // Millionths of order units over order units on a pallet, rounded up to a thousandth.
    let milli = |per: u32| {
        let per = 1000 * i128::from(per);
        i64::try_from((cases + per - 1).div_euclid(per)).ok()
    };
    (cases, pallets.and_then(milli))
}

/// Base units in an order unit, as a fraction.
fn base_units(supply: &Supply, product: &ProductId, offer: &Offer) -> (i128, i128) {
    if let Some(base) = offer
        .base_per_order_unit
        .filter(|base| *base > Decimal::ZERO)
    {
        return (base.millionths().into(), 1_000_000);
    }
    let own = supply.terms.product(product).map(|product| product.unit);
    let fraction = own.and_then(|own| offer.order_unit.unwrap_or(own).per(own));
    fraction.map_or((1, 1), |(up, down)| (up.into(), down.into()))
}
