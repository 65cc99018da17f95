//! The orders of one delivery day, in the order they can be decided.
//!
//! Where a vendor's most is not enough, the next one brings the rest. How much that is depends on what becomes of the
//! first vendor's order, which its least value or an override may change; so that order is decided before.

use std::collections::{BTreeMap, BTreeSet};

use domain::VendorId;

use crate::inputs::Settings;
use crate::product::{Look, Planned};
use crate::proposal::Milli;
use crate::tentative::Tentative;

/// The lines of a day that are still to be decided, and what came of the others.
#[derive(Debug, Default)]
pub(crate) struct DeliveryDay {
    /// Lines of vendors that were chosen first.
    waiting: BTreeMap<VendorId, Vec<Tentative>>,
    rests: Vec<Rest>,
    /// What the first choice brings of a product, of those with a rest.
    brought: BTreeMap<usize, Milli>,
    /// Vendors whose orders stand.
    standing: BTreeSet<VendorId>,
}

/// What a vendor brings beside the first choice.
#[derive(Debug)]
struct Rest {
    vendor: VendorId,
    first: VendorId,
    /// Places of the product, the event and the source.
    place: (usize, usize, usize),
    look: Look,
}

impl DeliveryDay {
    /// Adds the line of a first choice.
    pub(crate) fn first(&mut self, vendor: VendorId, line: Tentative) {
        self.waiting.entry(vendor).or_default().push(line);
    }

    /// Adds what another vendor's source brings beside a line.
    pub(crate) fn rest(
        &mut self,
        vendor: VendorId,
        first: VendorId,
        source: usize,
        line: &Tentative,
    ) {
        self.rests.push(Rest {
            vendor,
            first,
            place: (line.product, line.event, source),
            look: line.look.clone(),
        });
    }

    /// The next vendor's order: one that waits for no other, else the first by id. What it then still waits for comes
    /// as an order of its own.
    pub(crate) fn next_order(
        &mut self,
        products: &[Planned<'_>],
        settings: Settings,
    ) -> Option<(VendorId, Vec<Tentative>)> {
        let vendors = self.rests.iter().map(|rest| &rest.vendor);
        let vendors: BTreeSet<&VendorId> = vendors.chain(self.waiting.keys()).collect();
        let waits = |vendor: &VendorId| {
            let mut rests = self.rests.iter().filter(|rest| rest.vendor == *vendor);
            rests.any(|rest| self.waiting.contains_key(&rest.first))
        };
        let free = vendors.iter().copied().find(|vendor| !waits(vendor));
        let vendor = free.or_else(|| self.waiting.keys().next())?.clone();
        let mut lines = self.waiting.remove(&vendor).unwrap_or_default();
        let waiting = &self.waiting;
        let ready = |rest: &mut Rest| rest.vendor == vendor && !waiting.contains_key(&rest.first);
        let ready: Vec<Rest> = self.rests.extract_if(.., ready).collect();
        lines.extend(ready.into_iter().map(|rest| {
            let (product, ..) = rest.place;
            let brought = self.brought.get(&product).copied().unwrap_or_default();
            let beside = (brought > 0).then_some((rest.first, brought));
            let waste = settings.waste_per_mille;
            Tentative::new(&products[product], rest.place, rest.look, beside, waste)
        }));
        Some((vendor, lines))
    }

    /// Whether a vendor's order of the day stands already, so that more lines come with it.
    pub(crate) fn stands(&self, vendor: &VendorId) -> bool {
        self.standing.contains(vendor)
    }

    /// Notes what came of a vendor's lines.
    pub(crate) fn decided(
        &mut self,
        vendor: &VendorId,
        lines: &[Tentative],
        products: &[Planned<'_>],
    ) {
        if lines.iter().any(|line| line.packs > 0) {
            self.standing.insert(vendor.clone());
        }
        for rest in self.rests.iter().filter(|rest| rest.first == *vendor) {
            let mut lines = lines.iter();
            let line = lines.find(|line| line.product == rest.place.0);
            let brought = line.map_or(0, |line| line.quantity(products));
            self.brought.insert(rest.place.0, brought);
        }
    }
}
