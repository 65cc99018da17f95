//! What to do today, in the order of what hangs on it.

use contracts::{ExpediteSummary, LineSummary, OrderAction, ProposalReport, ProposalSummary};
use domain::Decimal;
use report::words::{chance, counted, day, day_or_days, local_moment, money, quantity};

use crate::content::{Listed, more};
use crate::name::{cut, name};

const SHORT: usize = 5;
/// Words of a product's name in a reason: with those around them no more than twelve.
const PRODUCT_WORDS: usize = 4;

/// The section.
#[derive(Debug, Clone)]
pub(crate) struct Today {
    /// What it comes to, or why there is nothing.
    pub(crate) caption: String,
    /// Whether nothing could be proposed.
    pub(crate) failed: bool,
    pub(crate) actions: Listed<Action>,
    pub(crate) short: Listed<Short>,
    /// What else to know, in sentences.
    pub(crate) notes: Vec<String>,
}

/// An order to place.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) order_by: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) size: String,
    pub(crate) value: String,
    pub(crate) why: String,
    pub(crate) at_risk: String,
}

/// What runs short before anything can arrive.
#[derive(Debug, Clone)]
pub(crate) struct Short {
    pub(crate) product: String,
    pub(crate) site: String,
    pub(crate) when: String,
    pub(crate) quantity: String,
    pub(crate) at_risk: String,
    pub(crate) ask: String,
}

impl Today {
    pub(crate) fn of(report: &ProposalReport) -> Self {
        match report {
            ProposalReport::Proposed(summary) => Self::proposed(summary),
            ProposalReport::Failed { fault, message } => Self {
                caption: format!(
                    "No purchase orders are proposed. {}: {}",
                    name(fault),
                    cut(message, 300)
                ),
                failed: true,
                actions: Listed::first([], 0, |_| String::new()),
                short: Listed::first([], 0, |_| String::new()),
                notes: Vec::new(),
            },
        }
    }

    fn proposed(summary: &ProposalSummary) -> Self {
        let orders = counted(summary.orders, "order", "orders");
        let lines = counted(summary.lines, "line", "lines");
        let value = money(summary.value, summary.currency.as_deref());
        let all = format!("{orders} with {lines} for {value} are proposed in all.");
        let caption = match (summary.due, summary.next_cutoff) {
            _ if summary.orders == 0 => "Nothing needs to be ordered.".to_owned(),
            (0, _) => format!(
                "Nothing must be ordered within {} hours; these come next. {all}",
                ProposalSummary::DUE_HOURS
            ),
            (_, Some(cutoff)) => format!(
                "{} be placed before {}. {all}",
                counted(cutoff.orders, "order must", "orders must"),
                local_moment(cutoff.local)
            ),
            (_, None) => all,
        };
        let told = summary.first_actions();
        let more_short =
            summary.late - (SHORT.min(summary.expedite.len()) as u64).min(summary.late);
        Self {
            caption,
            failed: false,
            actions: Listed {
                rows: told.iter().map(row).collect(),
                more: more(summary.orders.saturating_sub(told.len() as u64), |n| {
                    counted(n, "more order in the report", "more orders in the report")
                }),
            },
            short: Listed {
                rows: summary
                    .expedite
                    .iter()
                    .take(SHORT)
                    .map(|late| short(late, summary.currency.as_deref()))
                    .collect(),
                more: more(more_short, |n| {
                    counted(
                        n,
                        "more product in the report",
                        "more products in the report",
                    )
                }),
            },
            notes: (report::order_notes(summary).iter())
                .map(|note| format!("{note}."))
                .collect(),
        }
    }
}

fn row(action: &OrderAction) -> Action {
    let currency = action.currency.as_deref();
    Action {
        order_by: local_moment(action.local),
        vendor: name(&action.vendor_name),
        site: name(&action.site_name),
        delivery: day(action.delivery),
        size: counted(action.lines, "line", "lines"),
        value: money(action.value, currency),
        why: action.main_line.as_deref().map(why).unwrap_or_default(),
        at_risk: action
            .at_risk
            .filter(|at_risk| *at_risk > Decimal::ZERO)
            .map_or_else(|| "–".to_owned(), |at_risk| money(at_risk, currency)),
    }
}

/// `Beef mince: 1,200 kg needed, 80 kg covered`, in at most twelve words; where the mean need is covered, what is bought
/// is for safety.
fn why(line: &LineSummary) -> String {
    let product = name(&line.product_name);
    let words: Vec<&str> = product.split(' ').collect();
    let product = match words.get(..PRODUCT_WORDS) {
        Some(first) if words.len() > PRODUCT_WORDS => format!("{}…", first.join(" ")),
        _ => product,
    };
    let covered = Decimal::from_millionths(line.stock.millionths() + line.inbound.millionths());
    let needed = quantity(line.gross, line.unit);
    if covered <= Decimal::ZERO {
        return format!("{product}: {needed} needed, none covered");
    }
    let covered = quantity(covered, line.unit);
    if covered == needed {
        return format!("{product}: {needed} covered, more to be safe");
    }
    format!("{product}: {needed} needed, {covered} covered")
}

fn short(late: &ExpediteSummary, currency: Option<&str>) -> Short {
    let ask = match (&late.vendor_name, late.first_delivery) {
        (Some(vendor), Some(first)) => format!("ask {} before {}", name(vendor), day(first)),
        (Some(vendor), None) => format!("ask {}", name(vendor)),
        (None, _) => "nobody sells it".to_owned(),
    };
    Short {
        product: name(&late.product_name),
        site: name(&late.site_name),
        when: day_or_days(late.needed, late.until),
        quantity: format!(
            "{} ({} chance)",
            quantity(late.short, late.unit),
            chance(late.short_per_mille)
        ),
        at_risk: late
            .at_risk
            .map_or_else(|| "–".to_owned(), |at_risk| money(at_risk, currency)),
        ask,
    }
}

#[cfg(test)]
mod tests {
    use domain::Unit;

    use super::*;

    pub(crate) fn line(product: &str) -> LineSummary {
        LineSummary {
            vendor: "V1".parse().unwrap(),
            vendor_name: "Meat".to_owned(),
            site: "S1".parse().unwrap(),
            site_name: "Leeds".to_owned(),
            delivery: "2026-11-16".parse().unwrap(),
            product: "P1".parse().unwrap(),
            product_name: product.to_owned(),
            unit: Unit::Kilogram,
            covers_from: "2026-11-16".parse().unwrap(),
            covers_to: "2026-11-17".parse().unwrap(),
            quantity: "115".parse().unwrap(),
            value: "345".parse().unwrap(),
            currency: None,
            gross: "1200".parse().unwrap(),
            stock: "60".parse().unwrap(),
            inbound: "20".parse().unwrap(),
            unreachable: Decimal::ZERO,
            safety: Decimal::ZERO,
            rounding: Decimal::ZERO,
            overridden: Decimal::ZERO,
            at_risk: None,
        }
    }

    #[test]
    fn a_reason_has_at_most_twelve_words() {
        assert_eq!(
            why(&line("Beef mince")),
            "Beef mince: 1,200 kg needed, 80.0 kg covered"
        );
        let safe = LineSummary {
            stock: "1180".parse().unwrap(),
            ..line("Beef mince")
        };
        assert_eq!(why(&safe), "Beef mince: 1,200 kg covered, more to be safe");
        let long = why(&line("Slow cooked beef mince of the very best kind"));
        assert_eq!(
            long,
            "Slow cooked beef mince…: 1,200 kg needed, 80.0 kg covered"
        );
        assert!(long.split_whitespace().count() <= 12);
    }
}
