//! One site's proposals: deliveries are decided in the order they arrive, an earlier one being there for later ones.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Date, Decimal, Measure, MenuWeek, SiteId, VendorId};
use rayon::prelude::*;
use supply::SiteClock;

use crate::NeedsError;
use crate::corrections::{Forced, NeedOverrides, QuantityOverrides, of_measure};
use crate::day::DeliveryDay;
use crate::expedite;
use crate::inputs::{Inputs, Week};
use crate::late::Lateness;
use crate::line::line;
use crate::needs::{Exploded, SiteNeeds};
use crate::product::{Look, Planned};
use crate::proposal::{LineKey, SiteProposals, Source};
use crate::sourcing::Vendors;
use crate::tentative::{Tentative, hold_to_least};

/// Purchase planning over some weeks, made ready once for all sites.
#[derive(Debug)]
pub struct Ordering<'a> {
    pub(crate) inputs: &'a Inputs<'a>,
    exploded: Exploded<'a>,
    pub(crate) needs: NeedOverrides<'a>,
    pub(crate) quantities: QuantityOverrides<'a>,
    forced: Forced,
}

impl<'a> Ordering<'a> {
    /// Makes the weeks' bills of materials ready, and splits what overrides ask for over sites and lines.
    ///
    /// # Errors
    /// [`NeedsError`] when a bill of materials or the stored draws cannot be used, or the weeks have different numbers
    /// of draws.
    pub fn new(inputs: &'a Inputs<'a>) -> Result<Self, NeedsError> {
        let corrections = &inputs.supply.corrections;
        let mut ready = Self {
            inputs,
            exploded: Exploded::new(inputs)?,
            needs: NeedOverrides::new(corrections),
            quantities: QuantityOverrides(Vec::new()),
            forced: Forced::default(),
        };
        let terms = &inputs.supply.terms;
        let mut means = Vec::new();
        for site in ready.sites() {
            if ready.needs.concern(&site) {
                let needs = ready.exploded.of(&site, ready.clock(&site)?.today)?;
                means.push(ready.needs.means(&site, &needs, |id| terms.product(id)));
            }
        }
        let weeks: Vec<MenuWeek> = inputs.weeks.iter().map(|week| week.snapshot.week).collect();
        ready.needs.settle(means, &weeks, |id| terms.product(id));
        let quantities = of_measure(corrections, Measure::Quantity);
        if !quantities.is_empty() {
            // What is split is what would be proposed without the overrides.
            let plain: Result<Vec<_>, _> = ready
                .sites()
                .par_iter()
                .map(|site| ready.propose(site))
                .collect();
            let quantities = QuantityOverrides(quantities);
            let week = |day| week_of(&inputs.weeks, day);
            ready.forced = quantities.force(&plain?, |id| terms.product(id), week);
            ready.quantities = quantities;
        }
        Ok(ready)
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

    /// Whether a site is among the supply facts.
    pub(crate) fn knows(&self, site: &SiteId) -> bool {
        self.inputs.supply.stock.clock(site).is_some()
    }

    fn clock(&self, site: &SiteId) -> Result<&'a SiteClock, NeedsError> {
        let clock = self.inputs.supply.stock.clock(site);
        clock.ok_or_else(|| NeedsError(format!("site {site} is not among the supply facts")))
    }

    /// One site's proposals.
    ///
    /// # Errors
    /// [`NeedsError`] when the stored draws are damaged or the site is not in the supply facts.
    pub fn propose(&self, site: &SiteId) -> Result<SiteProposals, NeedsError> {
        let clock = self.clock(site)?;
        let mut needs = self.exploded.of(site, clock.today)?;
        for product in &mut needs.products {
            self.needs.apply(site, product);
        }
        let mut late = Lateness::new(self.inputs.seed, site, self.exploded.replicates);
        let walk = Walk::new(self, clock, &needs, &mut late);
        Ok(walk.proposals(&mut late))
    }
}

/// The week that packs on a day; the earlier where two do.
fn week_of(weeks: &[Week<'_>], day: Date) -> Option<MenuWeek> {
    let packs = |week: &&Week<'_>| week.snapshot.packing_days.contains(&day);
    weeks.iter().find(packs).map(|week| week.snapshot.week)
}

/// A site's way through the days.
struct Walk<'a> {
    ordering: &'a Ordering<'a>,
    site: &'a SiteId,
    vendors: Vendors<'a>,
    products: Vec<Planned<'a>>,
    forced: Forced,
}

impl<'a> Walk<'a> {
    fn new(
        ordering: &'a Ordering<'a>,
        clock: &'a SiteClock,
        needs: &'a SiteNeeds,
        late: &mut Lateness,
    ) -> Self {
        let supply = ordering.inputs.supply;
        let width = ordering.exploded.replicates + 1;
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
            let mut planned = Planned::new(facts, needed, sourcing, policy, &needs.days, width);
            if planned.is_needed() {
                let std = |vendor: &VendorId| terms.lead(vendor, &facts.id, &clock.site).std_days;
                planned.stock(&supply.stock, clock, late, std);
                products.push(planned);
            }
        }
        Self {
            ordering,
            site: &clock.site,
            vendors,
            products,
            forced: ordering.forced.at(&clock.site, &ordering.quantities),
        }
    }

    fn proposals(mut self, late: &mut Lateness) -> SiteProposals {
        let settings = self.ordering.inputs.settings;
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
            let mut day = DeliveryDay::default();
            for (product, event) in events {
                if let Some(look) = self.products[product].look(event, late) {
                    self.tentative(product, event, look, &mut day);
                }
            }
            let first = made.lines.len();
            while let Some((vendor, mut lines)) = day.next_order(&self.products, settings) {
                if let Some(least) = self.least_value(&vendor)
                    && !day.stands(&vendor)
                {
                    let order = (&vendor, date);
                    made.small_orders.extend(hold_to_least(
                        &mut lines,
                        &self.products,
                        least,
                        order,
                    ));
                }
                self.ask(&mut lines);
                day.decided(&vendor, &lines, &self.products);
                for settled in lines.into_iter().filter(|line| line.packs > 0) {
                    self.settle(&settled, date);
                    made.lines.push(line(
                        &settled,
                        &self.products,
                        &self.vendors,
                        self.ordering,
                        self.site,
                    ));
                }
            }
            made.lines[first..].sort_by(|one, other| one.key.cmp(&other.key));
        }
        made
    }

    /// Puts the line that an event asks for to its day, and where the vendor's most is not enough, the rest.
    fn tentative(&self, product: usize, event: usize, look: Look, day: &mut DeliveryDay) {
        let planned = &self.products[product];
        let chosen = planned.sourcing.events[event];
        let waste = self.ordering.inputs.settings.waste_per_mille;
        let vendor = |source: usize| planned.sourcing.sources[source].offer.vendor.clone();
        let place = (product, event, chosen.source);
        let line = Tentative::new(planned, place, look, None, waste);
        if line.raised.maximum < 0 {
            // Where the first choice sells no more, the next one that comes the same day brings the rest.
            let sources = planned.sourcing.sources.iter().enumerate();
            let next = sources
                .filter(|(source, _)| *source != chosen.source)
                .find(|(_, other)| other.delivers_on(chosen.slot.delivery).is_some());
            if let Some((next, _)) = next {
                day.rest(vendor(next), vendor(chosen.source), next, &line);
            }
        }
        day.first(vendor(chosen.source), line);
    }

    /// Puts overrides of the quantity into force.
    fn ask(&mut self, lines: &mut [Tentative]) {
        if self.ordering.quantities.0.is_empty() {
            return;
        }
        for line in lines {
            let planned = &self.products[line.product];
            let key = LineKey {
                vendor: line.source(&self.products).offer.vendor.clone(),
                site: self.site.clone(),
                delivery: planned.sourcing.events[line.event].slot.delivery,
                product: planned.facts.id.clone(),
            };
            let first = planned.day(line.look.days.start);
            let week = first.and_then(|day| week_of(&self.ordering.inputs.weeks, day));
            let overrides = &self.ordering.quantities;
            if let Some(asked) = overrides.asked(&mut self.forced, &key, planned.facts, week) {
                line.ask(asked, &self.products);
            }
        }
    }

    fn least_value(&self, vendor: &VendorId) -> Option<Decimal> {
        let least = self
            .ordering
            .inputs
            .supply
            .terms
            .vendor(vendor)?
            .min_order_value?;
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
