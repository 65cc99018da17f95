use std::collections::BTreeMap;

use contracts::canonical::{Quantity, Reason, Rejection};
use dataset::tables::{Product, Site};
use domain::{Decimal, ProductId, SiteId, Unit};
use jiff::tz::TimeZone;

/// What events may name: the products and sites of the planning data set, with what is needed to read quantities and
/// days.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    units: BTreeMap<ProductId, Unit>,
    clocks: BTreeMap<SiteId, TimeZone>,
}

impl Catalogue {
    /// The catalogue of these rows; a site without a time zone of its own has the data set's.
    pub fn new<'a>(
        products: impl IntoIterator<Item = &'a Product>,
        sites: impl IntoIterator<Item = &'a Site>,
        time_zone: &TimeZone,
    ) -> Self {
        let products = products.into_iter();
        let clock = |site: &Site| {
            let own = site.time_zone.as_deref();
            let own = own.and_then(|name| TimeZone::get(name).ok());
            own.unwrap_or_else(|| time_zone.clone())
        };
        let sites = sites.into_iter();
        Self {
            units: products
                .map(|product| (product.product_id.clone(), product.uom))
                .collect(),
            clocks: sites
                .map(|site| (site.site_id.clone(), clock(site)))
                .collect(),
        }
    }

    /// Takes a product that an event has told of; `false` where it is known with another unit, so that only the data set
    /// can say which holds.
    pub fn learn(&mut self, product: &Product) -> bool {
        let unit = self.units.entry(product.product_id.clone());
        *unit.or_insert(product.uom) == product.uom
    }

    pub(crate) fn unit(&self, product: &ProductId) -> Result<Unit, Rejection> {
        let unit = self.units.get(product).copied();
        unit.ok_or_else(|| unknown("product", product.as_str(), "the platform"))
    }

    pub(crate) fn clock(&self, site: &SiteId) -> Result<&TimeZone, Rejection> {
        let clock = self.clocks.get(site);
        clock.ok_or_else(|| unknown("site", site.as_str(), "the planning data set"))
    }

    /// A quantity in the product's own unit, exactly.
    pub(crate) fn own(
        &self,
        product: &ProductId,
        quantity: Decimal,
        uom: Unit,
    ) -> Result<Decimal, Rejection> {
        let own = self.unit(product)?;
        let Some((times, by)) = uom.per(own) else {
            let message = format!("`{product}` is given in {uom}, and it is stocked in {own}");
            let remedy = format!("send its quantities in {own} or a unit that converts to it");
            return Err(Rejection::new(Reason::Schema, message, remedy));
        };
        let scaled = quantity.millionths().checked_mul(times);
        let exact = scaled.filter(|scaled| scaled % by == 0);
        exact
            .map(|scaled| Decimal::from_millionths(scaled / by))
            .ok_or_else(|| {
                let message =
                    format!("{quantity} {uom} of `{product}` has no exact number of {own}");
                let remedy = format!("send at most six places in {own}");
                Rejection::new(Reason::Schema, message, remedy)
            })
    }

    pub(crate) fn own_quantity(
        &self,
        product: &ProductId,
        quantity: Quantity,
        uom: Unit,
    ) -> Result<Decimal, Rejection> {
        self.own(product, quantity.get(), uom)
    }
}

fn unknown(what: &str, id: &str, place: &str) -> Rejection {
    let message = format!("the planning data set has no {what} `{id}`");
    let remedy = format!("correct the {what}, or add it in {place}, and send the event again");
    Rejection::new(Reason::UnknownItem, message, remedy)
}
