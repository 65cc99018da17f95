//! Who can bring a product to a site, and when.

use std::collections::BTreeMap;

use domain::{Date, Decimal, SiteId, Timestamp, Unit, VendorId};
use jiff::tz::TimeZone;
use supply::{Calendar, Offer, Origin, Product, SiteClock, Slot, Terms};

use crate::pack::Packs;

/// The vendors of one site.
#[derive(Debug)]
pub(crate) struct Vendors<'a> {
    terms: &'a Terms,
    site: &'a SiteId,
    now: Timestamp,
    from: Date,
    to: Date,
    calendars: BTreeMap<&'a VendorId, Calendar>,
}

/// An offer that something can be ordered from.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) offer: &'a Offer,
    pub(crate) packs: Packs,
    pub(crate) lead_days: u32,
    pub(crate) std_days: Decimal,
    /// The rows its terms stand in.
    pub(crate) rows: Vec<Origin>,
    slots: Vec<Slot>,
}

/// A delivery of a product that can still be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) slot: Slot,
    /// Place of the source.
    pub(crate) source: usize,
}

/// Who can bring a product, the first choice first, and why others cannot.
#[derive(Debug)]
pub(crate) struct Sourcing<'a> {
    pub(crate) sources: Vec<Source<'a>>,
    /// The deliveries planned with, in order.
    pub(crate) events: Vec<Event>,
    /// Why nobody can, where there are no events.
    pub(crate) reason: String,
}

impl<'a> Vendors<'a> {
    /// The vendors of a site for packing days up to `to`.
    pub(crate) fn new(terms: &'a Terms, clock: &'a SiteClock, now: Timestamp, to: Date) -> Self {
        let zone = TimeZone::get(&clock.time_zone).unwrap_or(TimeZone::UTC);
        // By what they offer: a data set need not have a table of vendors.
        let vendors = terms.vendors_at(&clock.site);
        let calendar = |vendor: &'a VendorId| {
            let rows = terms.days_of(vendor, &clock.site).iter();
            let rows = rows.map(|day| (day.weekday, day.cutoff, day.delivers));
            (vendor, Calendar::new(zone.clone(), rows))
        };
        Self {
            terms,
            site: &clock.site,
            now,
            from: clock.today,
            to,
            calendars: vendors.map(calendar).collect(),
        }
    }

    /// Who can bring a product.
    ///
    /// The first choice is planned with; before its first delivery that can still be ordered, the next choice fills
    /// the gap, and so on.
    pub(crate) fn of(&self, product: &Product) -> Sourcing<'a> {
        let mut sources = Vec::new();
        let mut reason = "no vendor offers it here".to_owned();
        for offer in self.terms.offers_at(self.site, &product.id) {
            match self.source(offer, product) {
                Ok(source) => sources.push(source),
                Err(error) if sources.is_empty() => {
                    reason = format!("vendor {}: {error}", offer.vendor);
                }
                Err(_) => {}
            }
        }
        let mut events: Vec<Event> = Vec::new();
        for (place, source) in sources.iter().enumerate() {
            let gap = events.first().map(|event| event.slot.delivery);
            let filling = source.slots.iter();
            let filling = filling.take_while(|slot| gap.is_none_or(|gap| slot.delivery < gap));
            let filling = filling.map(|slot| Event {
                slot: *slot,
                source: place,
            });
            events = filling.chain(events.iter().copied()).collect();
        }
        if events.is_empty()
            && let Some(first) = sources.first()
        {
            reason = format!(
                "vendor {} has no delivery by {} that can still be ordered (lead time {} days)",
                first.offer.vendor, self.to, first.lead_days
            );
        }
        Sourcing {
            sources,
            events,
            reason,
        }
    }

    fn source(&self, offer: &'a Offer, product: &Product) -> Result<Source<'a>, String> {
        let packs = Packs::new(offer, product.unit).map_err(|error| error.to_string())?;
        let calendar = self
            .calendars
            .get(&offer.vendor)
            .ok_or_else(|| "it is not in vendor".to_owned())?;
        if !calendar.delivers() {
            return Err("its calendar has no delivery day here".to_owned());
        }
        let lead = self.terms.lead(&offer.vendor, &product.id, self.site);
        let mut rows = vec![offer.origin.clone()];
        rows.extend(lead.origin.cloned());
        rows.push(product.origin.clone());
        rows.extend(
            self.terms
                .vendor(&offer.vendor)
                .map(|vendor| vendor.origin.clone()),
        );
        Ok(Source {
            offer,
            packs,
            lead_days: lead.days,
            std_days: lead.std_days,
            rows,
            slots: calendar.slots(self.from, self.to, lead.days, self.now),
        })
    }

    /// The row of a vendor's calendar for the day of a delivery.
    pub(crate) fn calendar_row(&self, vendor: &VendorId, day: Date) -> Option<Origin> {
        let weekday = day.weekday().to_monday_one_offset() as u8;
        let rows = self.terms.days_of(vendor, self.site);
        let row = rows.iter().find(|row| row.weekday == weekday)?;
        Some(row.origin.clone())
    }

    /// The last moment a vendor could have been asked for goods by a day.
    pub(crate) fn last_chance(&self, source: &Source<'_>, needed: Date) -> Option<Timestamp> {
        let calendar = self.calendars.get(&source.offer.vendor)?;
        Some(calendar.last_by(needed, source.lead_days)?.order_by)
    }

    /// The first offer of a product, whether or not anything can be ordered from it.
    pub(crate) fn first_choice(&self, product: &Product) -> Option<&'a VendorId> {
        let offers = self.terms.offers_at(self.site, &product.id);
        offers.first().map(|offer| &offer.vendor)
    }
}

impl Source<'_> {
    /// Whether it can deliver on a day.
    pub(crate) fn delivers_on(&self, day: Date) -> Option<Slot> {
        let at = self
            .slots
            .binary_search_by_key(&day, |slot| slot.delivery)
            .ok()?;
        self.slots.get(at).copied()
    }

    /// The unit it is ordered in.
    pub(crate) const fn order_unit(&self) -> Unit {
        self.packs.order_unit
    }
}
