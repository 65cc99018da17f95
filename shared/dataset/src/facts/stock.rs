//! What is there and what is under way.

use std::collections::{BTreeMap, BTreeSet};

use ::supply::{Inbound, Lot, Origin, Received, SiteClock, Stock};
use domain::{Date, SiteId, Timestamp};
use jiff::tz::TimeZone;

use super::level::{Level, Receipts};
use super::{Known, origin};
use crate::snapshot::PlanningData;

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

        let levels = self.levels(as_of);
        let lots = (levels.lots.iter()).filter(|level| known.place(level.site, level.product));

        let receipts = Receipts::new(self, as_of);
        let mut inbound: Vec<_> = self
            .inbound_order_line
            .iter()
            .filter(|row| known.place(&row.value.site_id, &row.value.product_id))
            .filter_map(|row| Some((row, receipts.outstanding(&row.value)?)))
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
        let early = receipts
            .iter()
            .filter(|(order, ..)| !orders.contains(*order));
        let received = early.map(|(order, line_no, quantity)| Received {
            order: order.clone(),
            line_no,
            quantity,
        });
        Stock {
            as_of,
            sites,
            lots: lots.map(lot).collect(),
            inbound,
            received: received.collect(),
            orders: orders.into_iter().collect(),
        }
    }
}

fn lot(level: &Level<'_>) -> Lot {
    Lot {
        site: level.site.clone(),
        product: level.product.clone(),
        lot: level.lot.cloned(),
        counted_at: level.counted_at,
        on_hand: level.on_hand,
        allocated: level.allocated,
        expiry: level.expiry,
        origin: Origin {
            file: level.file.to_string(),
            line: level.line,
        },
    }
}
