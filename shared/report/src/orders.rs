//! The purchase proposals: what runs short, what to order first, the largest lines and why.

use std::collections::BTreeMap;

use contracts::{
    ChangeSummary, ChangedLine, ExpediteSummary, LineSummary, OrderAction, ProposalReport,
    ProposalSummary, VendorTotal,
};
use domain::{Decimal, SiteId, VendorId};
use proposals::{ExpediteRow, ProposalRow, SmallOrderRow, UnsuppliedRow};

use crate::Edition;
use crate::words::{
    Measure, chance, count, counted, day, day_or_days, listed, local_moment, moment, money,
    quantity, share,
};

/// Orders that the page names; the files hold all.
const ORDERS: usize = 20;
/// Shortages that the page names.
const LATE: usize = 200;
/// Products that a small order names.
const PRODUCTS: usize = 3;
/// Orders that the terminal names.
const FIRST: usize = 3;

/// The section of the page.
#[derive(Debug)]
pub(crate) enum Orders {
    Proposed(Box<Proposed>),
    Failed { fault: String, message: String },
}

#[derive(Debug)]
pub(crate) struct Proposed {
    /// How much there is.
    pub(crate) headline: String,
    /// What runs short before anything can arrive.
    pub(crate) late: Vec<Late>,
    /// How many more do.
    pub(crate) late_more: u64,
    pub(crate) actions: Vec<Action>,
    pub(crate) actions_more: u64,
    pub(crate) largest: Vec<Line>,
    pub(crate) totals: Vec<Total>,
    /// Orders under a vendor's least value.
    pub(crate) small: Vec<Small>,
    pub(crate) unsupplied: Vec<Unsupplied>,
    /// What changed since the last publication.
    pub(crate) changes: Option<Changes>,
    /// What else to know, in sentences.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) product: String,
    pub(crate) id: String,
    pub(crate) site: String,
    pub(crate) days: String,
    pub(crate) short: String,
    pub(crate) chance: String,
    pub(crate) at_risk: String,
    pub(crate) vendor: String,
    pub(crate) first_delivery: String,
}

#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) order_by: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) lines: String,
    pub(crate) value: String,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) product: String,
    pub(crate) id: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) quantity: String,
    pub(crate) value: String,
    pub(crate) why: String,
}

#[derive(Debug)]
pub(crate) struct Changes {
    /// How many lines changed, since when and by what.
    pub(crate) caption: String,
    pub(crate) lines: Vec<Change>,
}

#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) product: String,
    pub(crate) id: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) why: String,
}

#[derive(Debug)]
pub(crate) struct Total {
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) orders: String,
    pub(crate) lines: String,
    pub(crate) value: String,
}

#[derive(Debug)]
pub(crate) struct Small {
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) needed: String,
    pub(crate) least: String,
    pub(crate) products: String,
    pub(crate) what: &'static str,
    pub(crate) dropping: String,
    pub(crate) filling: String,
}

#[derive(Debug)]
pub(crate) struct Unsupplied {
    pub(crate) product: String,
    pub(crate) site: String,
    pub(crate) needed: String,
    pub(crate) short: String,
    pub(crate) reason: String,
}

/// Names of what rows name by id alone, as far as lines tell them.
struct Names<'a> {
    vendors: BTreeMap<&'a VendorId, &'a str>,
    sites: BTreeMap<&'a SiteId, &'a str>,
    products: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    fn of(lines: &'a [ProposalRow]) -> Self {
        Self {
            vendors: (lines.iter())
                .map(|row| (&row.vendor_id, row.vendor_name.as_str()))
                .collect(),
            sites: (lines.iter())
                .map(|row| (&row.site_id, row.site_name.as_str()))
                .collect(),
            products: (lines.iter())
                .map(|row| (row.product_id.as_str(), row.product_name.as_str()))
                .collect(),
        }
    }

    fn vendor(&self, id: &VendorId) -> String {
        self.vendors
            .get(id)
            .map_or_else(|| id.to_string(), |name| (*name).to_owned())
    }

    fn site(&self, id: &SiteId) -> String {
        self.sites
            .get(id)
            .map_or_else(|| id.to_string(), |name| (*name).to_owned())
    }

    fn product(&self, id: &str) -> String {
        self.products.get(id).map_or(id, |name| *name).to_owned()
    }
}

impl Orders {
    pub(crate) fn of(edition: &Edition) -> Self {
        match &edition.summary.proposals {
            ProposalReport::Failed { fault, message } => Self::Failed {
                fault: fault.clone(),
                message: message.clone(),
            },
            ProposalReport::Proposed(summary) => {
                Self::Proposed(Box::new(Self::proposed(edition, summary)))
            }
        }
    }

    fn proposed(edition: &Edition, summary: &ProposalSummary) -> Proposed {
        let names = Names::of(&edition.lines);
        let late = lates(edition, summary, &names);
        Proposed {
            headline: headline(summary),
            late_more: summary.late - (late.len() as u64).min(summary.late),
            late,
            actions: summary.actions.iter().take(ORDERS).map(action).collect(),
            actions_more: summary.orders.saturating_sub(ORDERS as u64),
            largest: summary.largest.iter().map(line).collect(),
            totals: summary.totals.iter().map(total).collect(),
            small: edition
                .small_orders
                .iter()
                .map(|row| small(row, &names, summary.currency.as_deref()))
                .collect(),
            unsupplied: (edition.unsupplied.iter())
                .map(|row| unsupplied(row, &names))
                .collect(),
            changes: (summary.changes.as_ref())
                .map(|changed| changes(changed, summary.currency.as_deref())),
            notes: notes(summary),
        }
    }
}

/// `112 orders with 1,430 lines for £412,300`.
fn headline(summary: &ProposalSummary) -> String {
    if summary.orders == 0 {
        return "Nothing needs to be ordered".to_owned();
    }
    format!(
        "{} with {} for {}",
        counted(summary.orders, "order", "orders"),
        counted(summary.lines, "line", "lines"),
        money(summary.value, summary.currency.as_deref())
    )
}

/// What runs short, the most money at risk first: of all rows where they are known, else those of the summary.
fn lates(edition: &Edition, summary: &ProposalSummary, names: &Names<'_>) -> Vec<Late> {
    let currency = summary.currency.as_deref();
    if edition.expedite.is_empty() {
        let rows = summary.expedite.iter();
        return rows.map(|row| late(row, currency)).collect();
    }
    let rows = ExpediteRow::gravest(&edition.expedite, LATE);
    rows.map(|row| late(&row.told(|vendor| names.vendor(vendor)), currency))
        .collect()
}

fn small(row: &SmallOrderRow, names: &Names<'_>, currency: Option<&str>) -> Small {
    let products: Vec<String> = row
        .products
        .split(';')
        .map(|id| names.product(id))
        .collect();
    Small {
        vendor: names.vendor(&row.vendor_id),
        site: names.site(&row.site_id),
        delivery: day(row.delivery_date),
        needed: money(row.value, currency),
        least: money(row.least, currency),
        products: listed(&products, PRODUCTS),
        what: if row.filled { "filled up" } else { "left out" },
        dropping: money(row.cost_of_dropping, currency),
        filling: money(row.cost_of_filling, currency),
    }
}

fn unsupplied(row: &UnsuppliedRow, names: &Names<'_>) -> Unsupplied {
    Unsupplied {
        product: names.product(row.product_id.as_str()),
        site: names.site(&row.site_id),
        needed: day(row.needed),
        short: quantity(row.short, row.uom),
        reason: row.reason.clone(),
    }
}

fn late(late: &ExpediteSummary, currency: Option<&str>) -> Late {
    Late {
        product: late.product_name.clone(),
        id: late.product.to_string(),
        site: late.site_name.clone(),
        days: day_or_days(late.needed, late.until),
        short: quantity(late.short, late.unit),
        chance: chance(late.short_per_mille),
        at_risk: late
            .at_risk
            .map(|at_risk| money(at_risk, currency))
            .unwrap_or_default(),
        vendor: late
            .vendor_name
            .clone()
            .unwrap_or_else(|| "nobody".to_owned()),
        first_delivery: late.first_delivery.map_or_else(|| "never".to_owned(), day),
    }
}

fn action(action: &OrderAction) -> Action {
    Action {
        order_by: local_moment(action.local),
        vendor: action.vendor_name.clone(),
        site: action.site_name.clone(),
        delivery: day(action.delivery),
        lines: count(action.lines),
        value: money(action.value, action.currency.as_deref()),
    }
}

fn line(line: &LineSummary) -> Line {
    Line {
        product: line.product_name.clone(),
        id: line.product.to_string(),
        vendor: line.vendor_name.clone(),
        site: line.site_name.clone(),
        delivery: day(line.delivery),
        quantity: quantity(line.quantity, line.unit),
        value: money(line.value, line.currency.as_deref()),
        why: why(line),
    }
}

fn total(total: &VendorTotal) -> Total {
    Total {
        vendor: total.vendor_name.clone(),
        site: total.site_name.clone(),
        orders: count(total.orders),
        lines: count(total.lines),
        value: money(total.value, total.currency.as_deref()),
    }
}

/// `120 kg needed − 20 kg in stock + 12 kg safety + 3 kg rounding = 115 kg`: what changes nothing is left out.
fn why(line: &LineSummary) -> String {
    let parts = [
        (line.stock, false, "in stock"),
        (line.inbound, false, "on the way"),
        (line.unreachable, false, "past its life"),
        (line.safety, true, "safety"),
        (line.rounding, true, "rounding"),
        (line.overridden, true, "override"),
    ];
    let largest = line.gross.max(line.quantity);
    let measure = Measure::of(largest, line.unit);
    let mut terms = vec![format!("{} needed", measure.text(line.gross))];
    for (amount, adds, what) in parts {
        if amount == Decimal::ZERO {
            continue;
        }
        let above = amount > Decimal::ZERO;
        let sign = if above == adds { "+" } else { "−" };
        let size = Decimal::from_millionths(amount.millionths().abs());
        terms.push(format!("{sign} {} {what}", measure.text(size)));
    }
    format!("{} = {}", terms.join(" "), measure.text(line.quantity))
}

/// What changed since the last publication.
fn changes(summary: &ChangeSummary, currency: Option<&str>) -> Changes {
    let causes: Vec<String> = (summary.by_cause.iter())
        .map(|(cause, value)| format!("{cause} {}", money(*value, currency)))
        .collect();
    let causes = if causes.is_empty() {
        String::new()
    } else {
        format!("; by cause, at the lines' prices: {}", causes.join(", "))
    };
    Changes {
        caption: format!(
            "{} changed by a step or more since {}{causes}",
            counted(summary.lines, "line", "lines"),
            moment(summary.since)
        ),
        lines: summary.largest.iter().map(change).collect(),
    }
}

fn change(line: &ChangedLine) -> Change {
    let measure = Measure::of(line.before.max(line.after), line.unit);
    let part = |(cause, part): &(String, Decimal)| {
        let sign = if *part > Decimal::ZERO { "+" } else { "" };
        format!("{cause} {sign}{}", measure.text(*part))
    };
    let parts: Vec<String> = line.parts.iter().map(part).collect();
    Change {
        product: line.product_name.clone(),
        id: line.product.to_string(),
        vendor: line.vendor_name.clone(),
        site: line.site_name.clone(),
        delivery: day(line.delivery),
        before: measure.text(line.before),
        after: measure.text(line.after),
        why: parts.join(", "),
    }
}

/// What else to know of the proposals, in clauses without a full stop.
pub fn notes(summary: &ProposalSummary) -> Vec<String> {
    let mut notes = Vec::from_iter(approved(summary));
    if summary.filled + summary.left_out > 0 {
        notes.push(format!(
            "{} least value: {} filled up, {} left out",
            counted(
                summary.filled + summary.left_out,
                "order under its vendor's",
                "orders under their vendors'"
            ),
            count(summary.filled),
            count(summary.left_out)
        ));
    }
    if summary.unsupplied > 0 {
        notes.push(format!(
            "{} at sites that nobody can bring",
            counted(summary.unsupplied, "product", "products")
        ));
    }
    notes
}

/// `3 approved orders with 41 lines count as under way; of the 412 that run … proposed 3 are approved (0.7 %)`.
fn approved(summary: &ProposalSummary) -> Option<String> {
    let approved = summary.approved.as_ref()?;
    let orders = counted(approved.orders, "approved order", "approved orders");
    let lines = counted(approved.lines, "line", "lines");
    let verb = if approved.orders == 1 {
        "counts"
    } else {
        "count"
    };
    let of_run = approved.conversion.as_ref().map(|conversion| {
        let (proposed, run) = (count(conversion.proposed), &conversion.run);
        let of_them = count(conversion.approved);
        let share = share(conversion.approved, conversion.proposed);
        format!("; of the {proposed} that run {run} proposed, {of_them} are approved ({share})")
    });
    let of_run = of_run.unwrap_or_default();
    Some(format!("{orders} with {lines} {verb} as under way{of_run}"))
}

/// The same for a terminal, in at most seven lines.
pub(crate) fn lines(report: &ProposalReport) -> Vec<String> {
    let summary = match report {
        ProposalReport::Failed { fault, message } => {
            return vec![format!(
                "Purchase orders: none proposed. {fault}: {message}"
            )];
        }
        ProposalReport::Proposed(summary) => summary,
    };
    let mut lines = vec![format!("Purchase orders: {}", headline(summary))];
    lines.extend(approved(summary).map(|approved| format!("  {approved}")));
    if let Some(first) = summary.expedite.first() {
        let currency = summary.currency.as_deref();
        let at_risk = first.at_risk.map(|at_risk| money(at_risk, currency));
        let at_risk = at_risk.map_or_else(String::new, |money| format!(", {money} at risk"));
        lines.push(format!(
            "  {} short before anything can arrive; first {} at {}: {} short by {}{at_risk}",
            counted(summary.late, "product", "products"),
            first.product_name,
            first.site_name,
            quantity(first.short, first.unit),
            day(first.until),
        ));
    }
    lines.extend(summary.actions.iter().take(FIRST).map(|action| {
        format!(
            "  order by {}: {}, {}, {}, {}",
            local_moment(action.local),
            action.vendor_name,
            action.site_name,
            counted(action.lines, "line", "lines"),
            money(action.value, action.currency.as_deref())
        )
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_why_in_one_sum_without_what_changes_nothing() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let line = LineSummary {
            vendor: "V1".parse().unwrap(),
            vendor_name: "Meat".to_owned(),
            site: "S1".parse().unwrap(),
            site_name: "Leeds".to_owned(),
            delivery: "2026-11-16".parse().unwrap(),
            product: "P1".parse().unwrap(),
            product_name: "Mince".to_owned(),
            unit: domain::Unit::Kilogram,
            covers_from: "2026-11-16".parse().unwrap(),
            covers_to: "2026-11-17".parse().unwrap(),
            quantity: decimal("115"),
            value: decimal("345"),
            currency: Some("GBP".to_owned()),
            gross: decimal("130"),
            stock: decimal("20"),
            inbound: Decimal::ZERO,
            unreachable: Decimal::ZERO,
            safety: decimal("-3"),
            rounding: decimal("8"),
            overridden: Decimal::ZERO,
            at_risk: None,
        };
        assert_eq!(
            why(&line),
            "130 kg needed − 20 kg in stock − 3 kg safety + 8 kg rounding = 115 kg"
        );
    }
}
