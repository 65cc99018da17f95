//! Proposals of all sites as tables.

use contracts::artifact::{
    EXPEDITE, INBOUND_PLAN, PEGGING, PROPOSALS, SMALL_ORDERS, UNSUPPLIED, of_vendor,
};
use contracts::{Fault, FaultName};
use dataset::{ParquetWriter, Signed, Table, csv_and_parquet, write_csv_for_people};
use domain::{Decimal, ProductId, SiteId};
use ordering::{ArrivalKind, Expedite, Line, Milli, SiteProposals, SmallOrder, Unsupplied};
use proposals::{
    ExpediteRow, InboundRow, PegRow, ProposalRow, SmallOrderRow, Sureness, UnsuppliedRow, VendorRow,
};
use supply::{Method, Supply};

use crate::parts::{Parts, cost, exact};
use crate::pegging::{self, Files};
use crate::reasons::Reasons;

/// What has been proposed so far.
pub(crate) struct Book<'a> {
    pub(crate) supply: &'a Supply,
    files: Files<'a>,
    /// The lines, one row each.
    pub(crate) lines: Vec<ProposalRow>,
    pegging: ParquetWriter<PegRow, Vec<u8>>,
    pub(crate) expedite: Vec<ExpediteRow>,
    pub(crate) small_orders: Vec<SmallOrderRow>,
    pub(crate) unsupplied: Vec<UnsuppliedRow>,
    inbound: Vec<InboundRow>,
    reasons: Reasons,
}

impl<'a> Book<'a> {
    pub(crate) fn new(supply: &'a Supply, files: Files<'a>) -> Result<Self, Fault> {
        Ok(Self {
            supply,
            files,
            lines: Vec::new(),
            pegging: ParquetWriter::new(Vec::new()).map_err(unwritten)?,
            expedite: Vec::new(),
            small_orders: Vec::new(),
            unsupplied: Vec::new(),
            inbound: Vec::new(),
            reasons: Reasons::default(),
        })
    }

    /// Adds a site's proposals.
    pub(crate) fn add(&mut self, proposed: &SiteProposals) -> Result<(), Fault> {
        let at = self.lines.len();
        for line in &proposed.lines {
            for row in pegging::rows(line, &self.files)? {
                self.pegging.push(&row).map_err(unwritten)?;
            }
            self.lines.push(self.row(line)?);
        }
        let added = self.lines.iter().skip(at).map(|row| row.at_risk);
        self.reasons.consider(added.zip(&proposed.lines));
        let site = &proposed.site;
        for late in &proposed.expedite {
            self.expedite.push(self.late(site, late)?);
        }
        let small = proposed.small_orders.iter();
        self.small_orders
            .extend(small.map(|order| small_order(site, order)));
        for missing in &proposed.unsupplied {
            self.unsupplied.push(unsupplied(site, missing)?);
        }
        self.inbound_of(site, &proposed.lines);
        Ok(())
    }

    fn row(&self, line: &Line) -> Result<ProposalRow, Fault> {
        let key = &line.key;
        let amount = |quantity: Milli| exact(quantity, &key.product);
        let signed = |quantity: Milli| amount(quantity).map(Signed);
        let (parts, waterfall) = (Parts::of(line), &line.waterfall);
        Ok(ProposalRow {
            vendor_id: key.vendor.clone(),
            site_id: key.site.clone(),
            delivery_date: key.delivery,
            product_id: key.product.clone(),
            vendor_name: self.supply.vendor_name(&key.vendor).to_owned(),
            site_name: self.supply.site_name(&key.site).to_owned(),
            product_name: self.supply.product_name(&key.product).to_owned(),
            order_by: line.order_by,
            quantity: amount(line.quantity)?,
            uom: line.unit,
            order_quantity: line.order_quantity,
            order_uom: line.order_unit,
            packs: u32::try_from(line.packs).unwrap_or(u32::MAX),
            pack: line.pack,
            content: line.content,
            least: line.least,
            most: line.most,
            price: line.price,
            value: line.value,
            currency: self.supply.currency(&key.vendor).map(str::to_owned),
            pallets: line.pallets_milli.map(amount).transpose()?,
            covers_from: line.covers_from,
            covers_to: line.covers_to,
            method: match line.aim.method {
                Method::Quantile => "quantile",
                Method::Newsvendor => "newsvendor",
                Method::Days => "days",
            }
            .to_owned(),
            target: line.aim.target,
            covered: share(line.aim.covered_per_mille),
            held_by_waste: line.aim.held_by_waste,
            expected_short: amount(line.risk.short)?,
            expected_waste: amount(line.risk.waste)?,
            p_short: share(line.risk.short_per_mille),
            p_waste: share(line.risk.waste_per_mille),
            at_risk: self.at_risk(line),
            stand_in: waterfall.gross.iter().any(|peg| peg.stand_in),
            gross_known: signed(parts.known)?,
            gross_simulated: signed(parts.simulated)?,
            gross_yield: signed(parts.yield_loss)?,
            gross_override: signed(parts.need_override)?,
            stock_used: signed(parts.stock)?,
            inbound_used: signed(parts.inbound)?,
            proposals_used: signed(parts.proposals)?,
            unreachable: signed(waterfall.unreachable)?,
            mean_net: signed(waterfall.mean_net())?,
            safety: signed(waterfall.safety)?,
            minimum: signed(waterfall.minimum)?,
            multiple: signed(waterfall.multiple)?,
            maximum: signed(waterfall.maximum)?,
            vendor_minimum: signed(waterfall.vendor_minimum)?,
            quantity_override: signed(parts.quantity_override)?,
        })
    }

    /// Cost of the shortage and waste expected, where known.
    fn at_risk(&self, line: &Line) -> Option<Decimal> {
        let product = self.supply.terms.product(&line.key.product)?;
        let short = cost(line.risk.short, product.shortage_cost);
        let waste = cost(line.risk.waste, product.waste_cost.or(product.unit_cost));
        match (short, waste) {
            (Some(short), Some(waste)) => short.checked_add(waste),
            (one, other) => one.or(other),
        }
    }

    fn late(&self, site: &SiteId, late: &Expedite) -> Result<ExpediteRow, Fault> {
        Ok(ExpediteRow {
            site_id: site.clone(),
            product_id: late.product.clone(),
            needed: late.needed,
            site_name: self.supply.site_name(site).to_owned(),
            product_name: self.supply.product_name(&late.product).to_owned(),
            uom: late.unit,
            until: late.until,
            short: exact(late.short, &late.product)?,
            short_at_target: exact(late.short_at_target, &late.product)?,
            p_short: share(late.short_per_mille),
            vendor_id: late.vendor.clone(),
            last_chance: late.last_chance,
            first_delivery: late.first_delivery,
            at_risk: late.at_risk,
        })
    }

    fn inbound_of(&mut self, site: &SiteId, lines: &[Line]) {
        let arrivals = ordering::inbound_plan(self.supply, site, lines);
        self.inbound
            .extend(arrivals.into_iter().map(|arrival| InboundRow {
                site_id: site.clone(),
                date: arrival.day,
                hour: arrival.hour.unsigned_abs(),
                vendor_id: arrival.vendor,
                kind: match arrival.kind {
                    ArrivalKind::Proposed => Sureness::Proposed,
                    ArrivalKind::Approved => Sureness::Approved,
                    ArrivalKind::Open => Sureness::Open,
                },
                lines: arrival.lines,
                cases: arrival.cases,
                pallets: arrival.pallets,
                lines_without_pallets: arrival.lines_without_pallets,
            }));
    }

    /// Puts the lines in order of vendor, site, delivery and product: how they are published.
    pub(crate) fn sort(&mut self) {
        self.lines.sort_by_cached_key(ProposalRow::key);
    }

    /// The lines that the report tells everything of.
    pub(crate) fn reasons(&self) -> Vec<&Line> {
        self.reasons.lines()
    }

    /// The tables, by name.
    pub(crate) fn tables(self) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut files = Vec::new();
        for lines in self.lines.chunk_by(|a, b| a.vendor_id == b.vendor_id) {
            if let [first, ..] = lines {
                let name = of_vendor(&first.vendor_id, "csv");
                files.push((name, csv(lines.iter().map(of_line))?));
            }
        }
        files.extend(both(PROPOSALS, &self.lines)?);
        files.extend(both(EXPEDITE, &self.expedite)?);
        files.extend(both(INBOUND_PLAN, &self.inbound)?);
        files.extend(both(SMALL_ORDERS, &self.small_orders)?);
        files.extend(both(UNSUPPLIED, &self.unsupplied)?);
        let pegging = self.pegging.finish().map_err(unwritten)?;
        files.push((PEGGING.to_owned(), pegging));
        Ok(files)
    }
}

fn of_line(row: &ProposalRow) -> VendorRow {
    VendorRow {
        site_id: row.site_id.clone(),
        delivery_date: row.delivery_date,
        product_id: row.product_id.clone(),
        site_name: row.site_name.clone(),
        product_name: row.product_name.clone(),
        order_by: row.order_by,
        order_quantity: row.order_quantity,
        order_uom: row.order_uom,
        packs: row.packs,
        pack: row.pack,
        price: row.price,
        value: row.value,
        currency: row.currency.clone(),
    }
}

fn small_order(site: &SiteId, order: &SmallOrder) -> SmallOrderRow {
    let products: Vec<&str> = order.products.iter().map(ProductId::as_str).collect();
    SmallOrderRow {
        vendor_id: order.vendor.clone(),
        site_id: site.clone(),
        delivery_date: order.delivery,
        least: order.least,
        value: order.value,
        cost_of_dropping: order.cost_of_dropping,
        cost_of_filling: order.cost_of_filling,
        filled: order.filled,
        products: products.join(";"),
    }
}

fn unsupplied(site: &SiteId, missing: &Unsupplied) -> Result<UnsuppliedRow, Fault> {
    Ok(UnsuppliedRow {
        site_id: site.clone(),
        product_id: missing.product.clone(),
        uom: missing.unit,
        needed: missing.needed,
        short: exact(missing.short, &missing.product)?,
        reason: missing.reason.clone(),
    })
}

/// Draws of 1000 as a share.
fn share(per_mille: u32) -> Decimal {
    Decimal::from_millionths(1000 * i64::from(per_mille))
}

/// A table as CSV and Parquet.
pub(crate) fn both<T: Table + Clone>(
    names: [&'static str; 2],
    rows: &[T],
) -> Result<impl Iterator<Item = (String, Vec<u8>)>, Fault> {
    let files = csv_and_parquet(names, rows).map_err(unwritten)?.into_iter();
    Ok(files.map(|(name, bytes)| (name.to_owned(), bytes)))
}

fn csv<T: Table>(rows: impl IntoIterator<Item = T>) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    write_csv_for_people(rows, &mut bytes).map_err(unwritten)?;
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn unwritten(error: dataset::WriteError) -> Fault {
    Fault::from_error(FaultName::ContractViolation, &error)
}
