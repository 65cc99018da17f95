//! How much of each lot there is: the last count of its site, and what was moved and counted since.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Date, Decimal, LotId, OrderId, ProductId, SiteId, Timestamp};

use crate::files::Row;
use crate::snapshot::PlanningData;
use crate::tables::{InboundOrderLine, InboundStatus, InvChange, InvLevel, StockChange};

/// For each site with stock the last time it was counted up to a moment, `None` when it was only after.
pub(crate) type Counts<'a> = BTreeMap<&'a SiteId, Option<Timestamp>>;

/// A lot at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Level<'a> {
    pub(crate) site: &'a SiteId,
    pub(crate) product: &'a ProductId,
    /// `None`: what is there of no lot that anybody named.
    pub(crate) lot: Option<&'a LotId>,
    /// When it was counted last; never counted, when it came.
    pub(crate) counted_at: Timestamp,
    pub(crate) on_hand: Decimal,
    /// No more than there is.
    pub(crate) allocated: Decimal,
    pub(crate) expiry: Option<Date>,
    /// The row that changed it last.
    pub(crate) file: &'a Arc<str>,
    pub(crate) line: u64,
}

/// More of a product was taken from a site than there was.
#[derive(Debug)]
pub(crate) struct Short<'a> {
    pub(crate) site: &'a SiteId,
    pub(crate) product: &'a ProductId,
    pub(crate) by: Decimal,
    /// The rows that took last.
    pub(crate) rows: Vec<(&'a Arc<str>, u64)>,
}

/// All stock at a moment, in order of site, product and lot.
#[derive(Debug, Default)]
pub(crate) struct Levels<'a> {
    pub(crate) lots: Vec<Level<'a>>,
    pub(crate) short: Vec<Short<'a>>,
}

/// Millionths, with room for any number of rows.
type Sum = i128;

struct Held<'a> {
    counted_at: Timestamp,
    /// Below zero: taken though it was not there.
    there: Sum,
    allocated: Sum,
    expiry: Option<Date>,
    by: (&'a Arc<str>, u64),
}

/// The lots of a product at a site.
#[derive(Default)]
struct Shelf<'a>(BTreeMap<Option<&'a LotId>, Held<'a>>);

impl PlanningData {
    pub(crate) fn last_counts(&self, as_of: Timestamp) -> Counts<'_> {
        let mut counts = Counts::new();
        for row in self.inv_level.iter().map(|row| &row.value) {
            let last = counts.entry(&row.site_id).or_default();
            *last = (*last).max(Some(row.snapshot_at).filter(|at| *at <= as_of));
        }
        counts
    }

    /// For each site the last movement or count in `inv_change` up to a moment.
    pub(crate) fn last_changes(&self, as_of: Timestamp) -> BTreeMap<&SiteId, Timestamp> {
        let mut last = BTreeMap::new();
        let changes = self.inv_change.iter().map(|row| &row.value);
        for change in changes.filter(|change| change.changed_at <= as_of) {
            let newest = last.entry(&change.site_id).or_insert(change.changed_at);
            *newest = change.changed_at.max(*newest);
        }
        last
    }

    /// Each site's last count up to a moment, and what was moved and counted since, up to that moment.
    pub(crate) fn levels(&self, as_of: Timestamp) -> Levels<'_> {
        let counts = self.last_counts(as_of);
        let last = |site: &SiteId| counts.get(site).copied().flatten();
        let mut shelves: BTreeMap<(&SiteId, &ProductId), Shelf<'_>> = BTreeMap::new();
        for row in &self.inv_level {
            if last(&row.value.site_id) == Some(row.value.snapshot_at) {
                let place = (&row.value.site_id, &row.value.product_id);
                shelves.entry(place).or_default().put(row);
            }
        }
        let since = |row: &&Row<InvChange>| {
            let at = row.value.changed_at;
            at <= as_of && last(&row.value.site_id).is_none_or(|last| at > last)
        };
        let mut changes: Vec<_> = self.inv_change.iter().filter(since).collect();
        changes.sort_by_key(|row| (row.value.changed_at, &row.value.change_id));
        for row in changes {
            let place = (&row.value.site_id, &row.value.product_id);
            shelves.entry(place).or_default().change(row);
        }
        let mut levels = Levels::default();
        for ((site, product), shelf) in shelves {
            shelf.close(site, product, &mut levels);
        }
        levels
    }
}

impl<'a> Shelf<'a> {
    /// A lot of the last count.
    fn put(&mut self, row: &'a Row<InvLevel>) {
        let level = &row.value;
        let held = Held {
            counted_at: level.snapshot_at,
            there: level.on_hand.millionths().into(),
            allocated: level.allocated.unwrap_or_default().millionths().into(),
            expiry: level.expiry_date,
            by: (&row.file, row.line),
        };
        self.0.insert(Some(&level.lot), held);
    }

    fn change(&mut self, row: &'a Row<InvChange>) {
        let change = &row.value;
        let lot = change.lot.as_ref();
        let quantity = Sum::from(change.quantity.0.millionths());
        if change.kind == StockChange::Counted {
            self.count(row, lot);
        }
        let held = self.0.entry(lot).or_insert_with(|| Held {
            counted_at: change.changed_at,
            there: 0,
            allocated: 0,
            expiry: None,
            by: (&row.file, row.line),
        });
        held.there = match change.kind {
            StockChange::Moved => held.there + quantity,
            StockChange::Counted => quantity,
        };
        held.expiry = change.expiry_date.or(held.expiry);
        held.by = (&row.file, row.line);
        if change.kind == StockChange::Moved {
            self.draw((&row.file, row.line));
        }
    }

    /// Makes room for a count: one of no lot stands for all of them, and one of a lot settles what was taken of no lot
    /// and was not there.
    fn count(&mut self, row: &'a Row<InvChange>, lot: Option<&'a LotId>) {
        let at = row.value.changed_at;
        if lot.is_none() {
            let allocated = self.0.values().map(|held| held.allocated).sum();
            self.0.clear();
            let held = Held {
                counted_at: at,
                there: 0,
                allocated,
                expiry: None,
                by: (&row.file, row.line),
            };
            self.0.insert(None, held);
            return;
        }
        if let Some(none) = self.0.get_mut(&None) {
            none.there = none.there.max(0);
        }
        if let Some(held) = self.0.get_mut(&lot) {
            held.counted_at = at;
        }
    }

    /// Takes what was taken of no lot, beyond what is there of none, from the lots: first expired first.
    fn draw(&mut self, by: (&'a Arc<str>, u64)) {
        let Some(short) = self.0.get(&None).map(|held| -held.there) else {
            return;
        };
        let mut open = short.max(0);
        let mut lots: Vec<_> = self.0.iter_mut().filter(|(_, lot)| lot.there > 0).collect();
        lots.sort_by_key(|(lot, held)| (held.expiry.unwrap_or(Date::MAX), *lot));
        for (_, held) in lots {
            let taken = open.min(held.there);
            if taken > 0 {
                held.there -= taken;
                held.by = by;
            }
            open -= taken;
        }
        if let Some(held) = self.0.get_mut(&None).filter(|held| held.there < 0) {
            held.there = -open;
        }
    }

    fn close(self, site: &'a SiteId, product: &'a ProductId, levels: &mut Levels<'a>) {
        let mut short = Short {
            site,
            product,
            by: Decimal::ZERO,
            rows: Vec::new(),
        };
        let mut missing = 0;
        for (lot, held) in self.0 {
            let (file, line) = held.by;
            if held.there < 0 {
                missing -= held.there;
                short.rows.push(held.by);
            }
            let there = held.there.max(0);
            levels.lots.push(Level {
                site,
                product,
                lot,
                counted_at: held.counted_at,
                on_hand: decimal(there),
                // A promise of the last count is kept while there is enough.
                allocated: decimal(held.allocated.min(there)),
                expiry: held.expiry,
                file,
                line,
            });
        }
        if missing > 0 {
            short.by = decimal(missing);
            levels.short.push(short);
        }
    }
}

fn decimal(millionths: Sum) -> Decimal {
    let most = Sum::from(i64::MAX);
    Decimal::from_millionths(millionths.clamp(-most, most) as i64)
}

/// What `inv_change` says was received of purchase order lines up to a moment.
#[derive(Debug)]
pub(crate) struct Receipts<'a>(BTreeMap<(&'a OrderId, u32), Sum>);

impl<'a> Receipts<'a> {
    pub(crate) fn new(data: &'a PlanningData, as_of: Timestamp) -> Self {
        let mut sums = BTreeMap::new();
        for change in data.inv_change.iter().map(|row| &row.value) {
            let (Some(order), Some(line)) = (&change.order_id, change.line_no) else {
                continue;
            };
            if change.kind == StockChange::Moved && change.changed_at <= as_of {
                *sums.entry((order, line)).or_default() +=
                    Sum::from(change.quantity.0.millionths());
            }
        }
        Self(sums)
    }

    /// Order lines with what was received of them, where it is more than nothing.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a OrderId, u32, Decimal)> {
        let some = self.0.iter().filter(|(_, sum)| **sum > 0);
        some.map(|((order, line), sum)| (*order, *line, decimal(*sum)))
    }

    /// What was received of a line: as its own system reports it, or what was moved in where that is more.
    pub(crate) fn of(&self, line: &InboundOrderLine) -> Decimal {
        let moved = self.0.get(&(&line.order_id, line.line_no)).copied();
        line.qty_received.max(decimal(moved.unwrap_or(0)))
    }

    /// What is still to come of a line, in the product's unit.
    pub(crate) fn outstanding(&self, line: &InboundOrderLine) -> Option<Decimal> {
        let received = self.of(line).millionths();
        let open = line.qty_ordered.millionths().saturating_sub(received);
        (line.status == InboundStatus::Open && open > 0).then(|| Decimal::from_millionths(open))
    }
}
