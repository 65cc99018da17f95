//! What products are, and on what terms vendors sell them.

use ::supply::{CalendarDay, LeadTime, Offer, Terms};
use domain::{Decimal, Unit};

use super::{Known, origin};
use crate::files::Row;
use crate::snapshot::PlanningData;
use crate::tables::{Product, Vendor, VendorProduct};

/// The smallest quantity there is.
const SMALLEST: Decimal = Decimal::from_millionths(1);

/// Why nothing can be ordered on a vendor's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unorderable {
    /// An order unit holds nothing.
    EmptyUnit,
    /// The order unit does not convert to the product's.
    OtherUnit,
    /// The step is zero.
    NoStep,
    /// The least that can be ordered, this, is more than may be.
    AboveMost(Decimal),
}

impl VendorProduct {
    /// Why nothing can be ordered on these terms, `None` when something can.
    pub(crate) fn unorderable(&self, product: &Product) -> Option<Unorderable> {
        let other = |unit: Unit| unit.per(product.uom).is_none();
        match self.base_per_order_uom {
            Some(base) if base <= Decimal::ZERO => return Some(Unorderable::EmptyUnit),
            None if self.order_uom.is_some_and(other) => return Some(Unorderable::OtherUnit),
            _ => {}
        }
        let Some(least) = self.least() else {
            return Some(Unorderable::NoStep);
        };
        let above = self.order_max.is_some_and(|most| most < least);
        above.then_some(Unorderable::AboveMost(least))
    }

    /// The least quantity of a line: the minimum, rounded up to a whole step; `None` when the step is none.
    pub(crate) fn least(&self) -> Option<Decimal> {
        let step = self.order_multiple.unwrap_or(SMALLEST).millionths();
        if step <= 0 {
            return None;
        }
        let least = self.order_min.unwrap_or_default().max(SMALLEST);
        let up = least.millionths().saturating_add(step - 1) / step;
        Some(Decimal::from_millionths(up.saturating_mul(step)))
    }
}

impl PlanningData {
    /// Vendors' terms that something can be ordered on, and the facts of products.
    pub(crate) fn terms(&self, known: &Known<'_>) -> Terms {
        let currency = self
            .settings()
            .and_then(|settings| settings.currency.clone());
        let mut products: Vec<_> = self.product.iter().map(product).collect();
        products.sort_by(|a, b| a.id.cmp(&b.id));
        let mut vendors: Vec<_> = self
            .vendor
            .iter()
            .map(|row| vendor(row, currency.as_deref()))
            .collect();
        vendors.sort_by(|a, b| a.id.cmp(&b.id));
        let mut offers: Vec<_> = self
            .vendor_product
            .iter()
            .filter(|row| known.offer(&row.value))
            .map(offer)
            .collect();
        offers.sort_by(|a, b| {
            (&a.product, &a.vendor, &a.site).cmp(&(&b.product, &b.vendor, &b.site))
        });
        let mut lead_times: Vec<_> = self
            .vendor_lead_time
            .iter()
            .filter(|row| {
                let (product, site) = (&row.value.product_id, &row.value.site_id);
                known.vendor(&row.value.vendor_id) && known.part(site.as_ref(), product.as_ref())
            })
            .map(|row| LeadTime {
                vendor: row.value.vendor_id.clone(),
                product: row.value.product_id.clone(),
                site: row.value.site_id.clone(),
                days: row.value.days.0,
                std_days: row.value.std_days.unwrap_or_default(),
                origin: origin(row),
            })
            .collect();
        lead_times.sort_by(|a, b| {
            (&a.vendor, &a.product, &a.site).cmp(&(&b.vendor, &b.product, &b.site))
        });
        let mut calendar: Vec<_> = self
            .vendor_calendar
            .iter()
            .filter(|row| {
                known.vendor(&row.value.vendor_id) && known.part(Some(&row.value.site_id), None)
            })
            .map(|row| CalendarDay {
                vendor: row.value.vendor_id.clone(),
                site: row.value.site_id.clone(),
                weekday: row.value.weekday.number(),
                cutoff: row.value.order_cutoff_time,
                delivers: row.value.delivers,
                origin: origin(row),
            })
            .collect();
        calendar
            .sort_by(|a, b| (&a.vendor, &a.site, a.weekday).cmp(&(&b.vendor, &b.site, b.weekday)));
        Terms {
            currency,
            products,
            vendors,
            offers,
            lead_times,
            calendar,
        }
    }
}

fn product(row: &Row<Product>) -> ::supply::Product {
    let product = &row.value;
    ::supply::Product {
        id: product.product_id.clone(),
        name: product.name.clone(),
        unit: product.uom,
        category: product.category.clone(),
        shelf_life_days: product.shelf_life_days,
        min_life_at_pack_days: product.min_life_at_pack_days.unwrap_or(0),
        unit_cost: product.unit_cost,
        waste_cost: product.waste_cost,
        shortage_cost: product.shortage_cost,
        origin: origin(row),
    }
}

fn vendor(row: &Row<Vendor>, own: Option<&str>) -> ::supply::Vendor {
    let vendor = &row.value;
    ::supply::Vendor {
        id: vendor.vendor_id.clone(),
        name: vendor.name.clone(),
        min_order_value: vendor.min_order_value,
        currency: vendor
            .currency
            .clone()
            .filter(|currency| Some(currency.as_str()) != own),
        origin: origin(row),
    }
}

fn offer(row: &Row<VendorProduct>) -> Offer {
    let terms = &row.value;
    Offer {
        product: terms.product_id.clone(),
        vendor: terms.vendor_id.clone(),
        site: terms.site_id.clone(),
        price: terms.price,
        order_unit: terms.order_uom,
        base_per_order_unit: terms.base_per_order_uom,
        min: terms.order_min,
        multiple: terms.order_multiple,
        max: terms.order_max,
        cases_per_pallet: terms.cases_per_pallet,
        priority: terms.priority.unwrap_or(1),
        origin: origin(row),
    }
}
