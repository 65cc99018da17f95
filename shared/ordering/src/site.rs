//! One site's proposals: deliveries are decided in the order they arrive, an earlier one being there for later ones.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Date, Decimal, SiteId, VendorId};
use supply::{SiteClock, Supply};

use crate::NeedsError;
use crate::expedite;
use crate::inputs::{Inputs, Settings, Week};
use crate::late::Lateness;
use crate::line::line;
use crate::needs::{Exploded, SiteNeeds};
use crate::product::Planned;
use crate::proposal::{SiteProposals, Source};
use crate::sourcing::Vendors;
use crate::tentative::{Tentative, hold_to_least};

/// Purchase planning over some weeks, made ready once for all sites.
#[derive(Debug)]
pub struct Ordering<'a> {
    inputs: &'a Inputs<'a>,
    exploded: Exploded<'a>,
}

impl<'a> Ordering<'a> {
    /// Makes the weeks' bills of materials ready.
    ///
    /// # Errors
    /// [`NeedsError`] when one cannot be used, or the weeks have different numbers of draws.
    pub fn new(inputs: &'a Inputs<'a>) -> Result<Self, NeedsError> {
        let exploded = Exploded::new(inputs)?;
        Ok(Self { inputs, exploded })
    }

    /// The sites that some week packs at, in order.
    pub fn sites(&self) -> Vec<SiteId> {
        let sites = self
            .inputs
            .weeks
            .iter()
            .flat_map(|week| &week.snapshot.sites);
        let sites: BTreeSet<&SiteId> = sites.map(|facts| &facts.id).collect();
        sites.into_iter().cloned().collect()
    }

    /// One site's proposals.
    ///
    /// # Errors
    /// [`NeedsError`] when the stored draws are damaged or the site is not in the supply facts.
    pub fn propose(&self, site: &SiteId) -> Result<SiteProposals, NeedsError> {
        let supply = self.inputs.supply;
        let clock = supply
            .stock
            .clock(site)
            .ok_or_else(|| NeedsError(format!("site {site} is not among the supply facts")))?;
        let needs = self.exploded.of(site, clock.today)?;
        let mut late = Lateness::new(self.inputs.seed, site, self.exploded.replicates);
        Ok(
            Walk::new(supply, clock, &needs, self.exploded.replicates, &mut late).proposals(
                &self.inputs.weeks,
                self.inputs.settings,
                &mut late,
            ),
        )
    }
}

/// A site's way through the days.
struct Walk<'a> {
    supply: &'a Supply,
    site: &'a SiteId,
    vendors: Vendors<'a>,
    products: Vec<Planned<'a>>,
}

impl<'a> Walk<'a> {
    fn new(
        supply: &'a Supply,
        clock: &'a SiteClock,
        needs: &'a SiteNeeds,
        replicates: usize,
        late: &mut Lateness,
    ) -> Self {
        let terms = &supply.terms;
        let last = needs.days.last().copied().unwrap_or(clock.today);
        let vendors = Vendors::new(terms, clock, supply.stock.as_of, last);
        let mut products = Vec::new();
        for needed in &needs.products {
            let Some(facts) = terms.product(&needed.id) else {
                continue;
            };
            let policy = supply.policies.of(&clock.site, &facts.id);
            let sourcing = vendors.of(facts);
            let mut planned =
                Planned::new(facts, needed, sourcing, policy, &needs.days, replicates + 1);
            if planned.is_needed() {
                let std = |vendor: &VendorId| terms.lead(vendor, &facts.id, &clock.site).std_days;
                planned.stock(&supply.stock, clock, late, std);
                products.push(planned);
            }
        }
        Self {
            supply,
            site: &clock.site,
            vendors,
            products,
        }
    }

    fn proposals(
        mut self,
        weeks: &[Week<'_>],
        settings: Settings,
        late: &mut Lateness,
    ) -> SiteProposals {
        let mut made = SiteProposals {
            site: self.site.clone(),
            lines: Vec::new(),
            expedite: Vec::new(),
            small_orders: Vec::new(),
            unsupplied: Vec::new(),
        };
        let mut dates: BTreeMap<Date, Vec<(usize, usize)>> = BTreeMap::new();
        for (product, planned) in self.products.iter().enumerate() {
            expedite::add(&mut made, planned, &self.vendors, late);
            for (event, planned) in planned.sourcing.events.iter().enumerate() {
                dates
                    .entry(planned.slot.delivery)
                    .or_default()
                    .push((product, event));
            }
        }
        for (date, events) in dates {
            let mut orders: BTreeMap<VendorId, Vec<Tentative>> = BTreeMap::new();
            for (product, event) in events {
                for line in self.tentative(product, event, settings, late) {
                    let vendor = line.source(&self.products).offer.vendor.clone();
                    orders.entry(vendor).or_default().push(line);
                }
            }
            for (vendor, mut lines) in orders {
                if let Some(least) = self.least_value(&vendor) {
                    let order = (&vendor, date);
                    made.small_orders.extend(hold_to_least(
                        &mut lines,
                        &self.products,
                        least,
                        order,
                    ));
                }
                for settled in lines.into_iter().filter(|line| line.packs > 0) {
                    self.settle(&settled, date);
                    made.lines.push(line(
                        &settled,
                        &self.products,
                        &self.vendors,
                        weeks,
                        self.site,
                    ));
                }
            }
        }
        made
    }

    /// The lines an event asks for: one, or more where the first vendor's most is not enough.
    fn tentative(
        &mut self,
        product: usize,
        event: usize,
        settings: Settings,
        late: &mut Lateness,
    ) -> Vec<Tentative> {
        let planned = &mut self.products[product];
        let Some(look) = planned.look(event, late) else {
            return Vec::new();
        };
        let planned = &self.products[product];
        let chosen = planned.sourcing.events[event];
        let waste = settings.waste_per_mille;
        let place = |source| (product, event, source);
        let first = Tentative::new(planned, place(chosen.source), look.clone(), None, waste);
        let mut lines = vec![first];
        // Where the first choice sells no more, the next ones that come the same day bring the rest.
        for (source, other) in planned.sourcing.sources.iter().enumerate() {
            let (capped, have) = match lines.last() {
                Some(last) => (last.raised.maximum < 0, last.quantity(&self.products)),
                None => break,
            };
            if !capped {
                break;
            }
            if source == chosen.source || other.delivers_on(chosen.slot.delivery).is_none() {
                continue;
            }
            let vendor = planned.sourcing.sources[chosen.source].offer.vendor.clone();
            let beside = Some((vendor, have));
            lines.push(Tentative::new(
                planned,
                place(source),
                look.clone(),
                beside,
                waste,
            ));
            break;
        }
        lines
    }

    fn least_value(&self, vendor: &VendorId) -> Option<Decimal> {
        let least = self.supply.terms.vendor(vendor)?.min_order_value?;
        (least > Decimal::ZERO).then_some(least)
    }

    fn settle(&mut self, line: &Tentative, delivery: Date) {
        let quantity = line.quantity(&self.products);
        let vendor = line.source(&self.products).offer.vendor.clone();
        let source = Source::Proposal { vendor, delivery };
        let planned = &mut self.products[line.product];
        planned.put(source, line.look.arrival.clone(), line.look.until, quantity);
    }
}
