//! What is there and what is under way.

use std::collections::{BTreeMap, BTreeSet};

use ::supply::{Inbound, Lot, SiteClock, Stock};
use domain::{Date, Decimal, SiteId, Timestamp};
use jiff::tz::TimeZone;

use super::{Known, origin};
use crate::files::Row;
use crate::snapshot::PlanningData;
use crate::tables::{InboundOrderLine, InboundStatus, InvLevel};

/// For each site with stock the last time it was counted up to a moment, `None` when it was only after.
pub(crate) type Counts<'a> = BTreeMap<&'a SiteId, Option<Timestamp>>;

impl InboundOrderLine {
    /// What is still to come, in the product's unit.
    pub fn outstanding(&self) -> Option<Decimal> {
        let received = self.qty_received.millionths();
        let open = self.qty_ordered.millionths().saturating_sub(received);
        (self.status == InboundStatus::Open && open > 0).then(|| Decimal::from_millionths(open))
    }
}

impl PlanningData {
    /// The time zone of each site's clock: its own where that is known, else the data set's.
    fn clocks(&self) -> BTreeMap<&SiteId, TimeZone> {
        let zone = |name: &String| TimeZone::get(name).ok();
        self.site
            .iter()
            .map(|row| &row.value)
            .map(|site| {
                let own = site.time_zone.as_ref().and_then(zone);
                (&site.site_id, own.unwrap_or_else(|| self.time_zone()))
            })
            .collect()
    }

    pub(crate) fn last_counts(&self, as_of: Timestamp) -> Counts<'_> {
        let mut counts = Counts::new();
        for row in self.inv_level.iter().map(|row| &row.value) {
            let last = counts.entry(&row.site_id).or_default();
            *last = (*last).max(Some(row.snapshot_at).filter(|at| *at <= as_of));
        }
        counts
    }

    /// The lots of each site's last count.
    pub(crate) fn lots<'a>(
        &'a self,
        counts: &Counts<'_>,
    ) -> impl Iterator<Item = &'a Row<InvLevel>> {
        self.inv_level.iter().filter(|row| {
            let row = &row.value;
            counts.get(&row.site_id) == Some(&Some(row.snapshot_at))
        })
    }

    pub(super) fn stock(&self, known: &Known<'_>, as_of: Timestamp) -> Stock {
        let clocks = self.clocks();
        let on = |site: &SiteId, moment: Timestamp| -> Date {
            let zone = clocks.get(site).cloned().unwrap_or(TimeZone::UTC);
            moment.to_zoned(zone).date()
        };
        let mut sites: Vec<_> = self
            .site
            .iter()
            .map(|row| &row.value)
            .map(|site| SiteClock {
                site: site.site_id.clone(),
                name: site.name.clone(),
                time_zone: clocks
                    .get(&site.site_id)
                    .and_then(TimeZone::iana_name)
                    .unwrap_or("UTC")
                    .to_owned(),
                today: on(&site.site_id, as_of),
            })
            .collect();
        sites.sort_by(|a, b| a.site.cmp(&b.site));

        let counts = self.last_counts(as_of);
        let mut lots: Vec<_> = self
            .lots(&counts)
            .filter(|row| known.place(&row.value.site_id, &row.value.product_id))
            .map(lot)
            .collect();
        lots.sort_by(|a, b| (&a.site, &a.product, &a.lot).cmp(&(&b.site, &b.product, &b.lot)));

        let mut inbound: Vec<_> = self
            .inbound_order_line
            .iter()
            .filter(|row| known.place(&row.value.site_id, &row.value.product_id))
            .filter_map(|row| Some((row, row.value.outstanding()?)))
            .map(|(row, outstanding)| Inbound {
                order: row.value.order_id.clone(),
                line_no: row.value.line_no,
                site: row.value.site_id.clone(),
                product: row.value.product_id.clone(),
                vendor: row.value.vendor_id.clone(),
                outstanding,
                expected_at: row.value.expected_at,
                expected_on: on(&row.value.site_id, row.value.expected_at),
                approved_here: false,
                origin: origin(row),
            })
            .collect();
        inbound.sort_by(|a, b| {
            (&a.site, &a.product, &a.order, a.line_no)
                .cmp(&(&b.site, &b.product, &b.order, b.line_no))
        });
        let orders: BTreeSet<_> = self
            .inbound_order_line
            .iter()
            .map(|row| row.value.order_id.clone())
            .collect();
        Stock {
            as_of,
            sites,
            lots,
            inbound,
            orders: orders.into_iter().collect(),
        }
    }
}

fn lot(row: &Row<InvLevel>) -> Lot {
    let level = &row.value;
    Lot {
        site: level.site_id.clone(),
        product: level.product_id.clone(),
        lot: level.lot.clone(),
        counted_at: level.snapshot_at,
        on_hand: level.on_hand,
        allocated: level.allocated.unwrap_or_default(),
        expiry: level.expiry_date,
        origin: origin(row),
    }
}
