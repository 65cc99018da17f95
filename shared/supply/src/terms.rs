//! What vendors offer and what products are.

use std::collections::BTreeSet;

use domain::{Date, Decimal, ProductId, SiteId, Unit, VendorId};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::Origin;
use crate::stock::equal;

/// Vendors' terms and the facts of products.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// ISO 4217, where stated.
    pub currency: Option<String>,
    /// The products, in order of id.
    pub products: Vec<Product>,
    /// The vendors, in order of id.
    pub vendors: Vec<Vendor>,
    /// What they offer, in order of product, vendor and site.
    pub offers: Vec<Offer>,
    /// Their lead times, in order of vendor, product and site.
    pub lead_times: Vec<LeadTime>,
    /// When they take orders and deliver, in order of vendor, site and weekday.
    pub calendar: Vec<CalendarDay>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// The unit it is stocked in.
    pub unit: Unit,
    /// Such as `fresh`.
    pub category: Option<String>,
    /// Days from receipt to expiry; `None`: it keeps.
    pub shelf_life_days: Option<u32>,
    /// Days that must be left at packing.
    pub min_life_at_pack_days: u32,
    /// Cost of a unit.
    pub unit_cost: Option<Decimal>,
    /// Cost of throwing a unit away.
    pub waste_cost: Option<Decimal>,
    /// Cost of a unit short.
    pub shortage_cost: Option<Decimal>,
    /// Its row.
    pub origin: Origin,
}

impl Product {
    /// The last packing day on which goods that arrive on a day can be used; `None`: they keep.
    pub fn usable_until(&self, arrival: Date) -> Option<Date> {
        let life = self.shelf_life_days?;
        self.pack_by(crate::calendar::plus(arrival, i64::from(life)))
    }

    /// The last packing day on which goods with an expiry date can be used.
    pub fn pack_by(&self, expiry: Date) -> Option<Date> {
        let left = i64::from(self.min_life_at_pack_days);
        Some(crate::calendar::plus(expiry, -left))
    }
}

/// A vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// The vendor.
    pub id: VendorId,
    /// Its name.
    pub name: String,
    /// Least value of an order.
    pub min_order_value: Option<Decimal>,
    /// ISO 4217, where it differs from the data set's.
    pub currency: Option<String>,
    /// Its row.
    pub origin: Origin,
}

/// A vendor's terms for a product, in order units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The product.
    pub product: ProductId,
    /// The vendor.
    pub vendor: VendorId,
    /// The site; `None`: all.
    pub site: Option<SiteId>,
    /// Price of an order unit.
    pub price: Decimal,
    /// The unit ordered in; `None`: the product's.
    pub order_unit: Option<Unit>,
    /// Base units in an order unit; `None`: as the units convert.
    pub base_per_order_unit: Option<Decimal>,
    /// Least quantity of a line.
    pub min: Option<Decimal>,
    /// Step of a line's quantity.
    pub multiple: Option<Decimal>,
    /// Most quantity of a line.
    pub max: Option<Decimal>,
    /// Order units on a pallet.
    pub cases_per_pallet: Option<u32>,
    /// 1 = first choice.
    pub priority: u32,
    /// Its row.
    pub origin: Origin,
}

impl Offer {
    /// Millionths of the product's unit in an order unit; units convert to whole ones.
    fn base_in_order_unit(&self, unit: Option<Unit>) -> i64 {
        let stated = self.base_per_order_unit.map(Decimal::millionths);
        let converted = || {
            self.order_unit
                .zip(unit)
                .and_then(|(from, to)| from.per(to))
        };
        stated.unwrap_or_else(|| {
            let (times, by) = converted().unwrap_or((1, 1));
            times * Decimal::ONE.millionths() / by
        })
    }
}

/// A row of `vendor_lead_time`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadTime {
    /// The vendor.
    pub vendor: VendorId,
    /// The product; `None`: all.
    pub product: Option<ProductId>,
    /// The site; `None`: all.
    pub site: Option<SiteId>,
    /// Mean days from order to arrival.
    pub days: Decimal,
    /// Standard deviation in days.
    pub std_days: Decimal,
    /// Its row.
    pub origin: Origin,
}

/// What a vendor does on a weekday at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The vendor.
    pub vendor: VendorId,
    /// The site.
    pub site: SiteId,
    /// 1 = Monday to 7.
    pub weekday: u8,
    /// Latest ordering on that weekday, local time.
    pub cutoff: Time,
    /// Whether goods arrive on that weekday.
    pub delivers: bool,
    /// Its row.
    pub origin: Origin,
}

/// How long a vendor takes with a product to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead<'a> {
    /// Whole days planned with: the mean, rounded up.
    pub days: u32,
    /// Standard deviation in days.
    pub std_days: Decimal,
    /// The row it stands in; `None` where the vendor states none.
    pub origin: Option<&'a Origin>,
}

impl Terms {
    /// A product.
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        let at = self
            .products
            .binary_search_by(|product| product.id.cmp(id))
            .ok()?;
        self.products.get(at)
    }

    /// A vendor.
    pub fn vendor(&self, id: &VendorId) -> Option<&Vendor> {
        let at = self
            .vendors
            .binary_search_by(|vendor| vendor.id.cmp(id))
            .ok()?;
        self.vendors.get(at)
    }

    /// What vendors offer of a product to a site, the first choice first: by priority, then price of a base unit,
    /// then id. A vendor's terms for the site stand before its terms for all.
    pub fn offers_at(&self, site: &SiteId, product: &ProductId) -> Vec<&Offer> {
        let all = equal(&self.offers, |offer| offer.product.cmp(product));
        let mut offers: Vec<&Offer> = Vec::new();
        for offer in all
            .iter()
            .filter(|offer| offer.site.as_ref().is_none_or(|only| only == site))
        {
            match offers.last_mut() {
                // No site sorts before any site, so the more specific row comes later.
                Some(last) if last.vendor == offer.vendor => *last = offer,
                _ => offers.push(offer),
            }
        }
        // Price of a base unit, compared as fractions: a.price / a.base < b.price / b.base.
        let unit = self.product(product).map(|product| product.unit);
        let base = |offer: &Offer| offer.base_in_order_unit(unit);
        offers.sort_by(|a, b| {
            let price = |one: &Offer, other: &Offer| {
                i128::from(one.price.millionths()) * i128::from(base(other))
            };
            (a.priority.cmp(&b.priority))
                .then_with(|| price(a, b).cmp(&price(b, a)))
                .then_with(|| a.vendor.cmp(&b.vendor))
        });
        offers
    }

    /// The lead time of a vendor with a product to a site: the more specific row, and product is more specific than
    /// site. A vendor that states none delivers the same day.
    pub fn lead(&self, vendor: &VendorId, product: &ProductId, site: &SiteId) -> Lead<'_> {
        let rows = equal(&self.lead_times, |row| row.vendor.cmp(vendor));
        let holds = |row: &&LeadTime| {
            row.site.as_ref().is_none_or(|only| only == site)
                && row.product.as_ref().is_none_or(|only| only == product)
        };
        let rank = |row: &&LeadTime| (row.product.is_some(), row.site.is_some());
        match rows.iter().filter(holds).max_by_key(rank) {
            Some(row) => Lead {
                days: crate::calendar::whole_days(row.days),
                std_days: row.std_days,
                origin: Some(&row.origin),
            },
            None => Lead {
                days: 0,
                std_days: Decimal::ZERO,
                origin: None,
            },
        }
    }

    /// The vendors that offer anything to a site.
    pub fn vendors_at(&self, site: &SiteId) -> impl Iterator<Item = &VendorId> {
        let holds = |offer: &&Offer| offer.site.as_ref().is_none_or(|only| only == site);
        let vendors: BTreeSet<_> = (self.offers.iter().filter(holds))
            .map(|offer| &offer.vendor)
            .collect();
        vendors.into_iter()
    }

    /// When a vendor takes orders from a site and delivers to it.
    pub fn days_of(&self, vendor: &VendorId, site: &SiteId) -> &[CalendarDay] {
        equal(&self.calendar, |day| {
            (&day.vendor, &day.site).cmp(&(vendor, site))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(vendor: &str, price: &str, order_unit: Option<Unit>, base: Option<&str>) -> Offer {
        Offer {
            product: "P1".parse().unwrap(),
            vendor: vendor.parse().unwrap(),
            site: None,
            price: price.parse().unwrap(),
            order_unit,
            base_per_order_unit: base.map(|base| base.parse().unwrap()),
            min: None,
            multiple: None,
            max: None,
            cases_per_pallet: None,
            priority: 1,
            origin: origin(),
        }
    }

    fn origin() -> Origin {
        Origin {
            file: "vendor_product.csv".to_owned(),
            line: 2,
        }
    }

    #[test]
    fn of_two_first_choices_the_one_whose_product_costs_less_stands_first() {
        let product = Product {
            id: "P1".parse().unwrap(),
            name: "Rice".to_owned(),
            unit: Unit::Gram,
            category: None,
            shelf_life_days: None,
            min_life_at_pack_days: 0,
            unit_cost: None,
            waste_cost: None,
            shortage_cost: None,
            origin: origin(),
        };
        // A gram costs 0.003 by the gram, 0.002 by the kilogram and 0.0025 by the sack of 4 kg.
        let terms = Terms {
            products: vec![product],
            offers: vec![
                offer("V1", "0.003", None, None),
                offer("V2", "2", Some(Unit::Kilogram), None),
                offer("V3", "10", Some(Unit::Piece), Some("4000")),
            ],
            ..Terms::default()
        };
        let offers = terms.offers_at(&"S1".parse().unwrap(), &"P1".parse().unwrap());
        let order: Vec<_> = offers.iter().map(|offer| offer.vendor.as_str()).collect();
        assert_eq!(order, ["V2", "V3", "V1"]);
    }
}
