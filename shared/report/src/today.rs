//! What to order today: what most hangs on and is most urgent first.

use contracts::{OrderAction, ProposalReport, ProposalSummary};

use crate::link::line_link;
use crate::words::{count, counted, day, local_moment, money, quantity};

/// The orders to place today.
#[derive(Debug, Default)]
pub(crate) struct Today {
    pub(crate) rows: Vec<Row>,
    /// How many there are, until when.
    pub(crate) caption: String,
    pub(crate) more: u64,
}

/// An order.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) order_by: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) lines: String,
    pub(crate) value: String,
    pub(crate) at_risk: String,
    /// The line that most hangs on.
    pub(crate) main: String,
    /// Where that line is explained on the page.
    pub(crate) link: String,
}

impl Today {
    pub(crate) fn of(report: &ProposalReport) -> Self {
        let ProposalReport::Proposed(summary) = report else {
            return Self::default();
        };
        let told = summary.first_actions();
        let hours = ProposalSummary::DUE_HOURS;
        Self {
            rows: told.iter().map(row).collect(),
            caption: match summary.due {
                0 => format!("Nothing to place within {hours} hours; these come next"),
                due => format!(
                    "{} to place within {hours} hours, by money at risk and urgency",
                    counted(due, "order", "orders")
                ),
            },
            more: summary.orders.saturating_sub(told.len() as u64),
        }
    }
}

fn row(order: &OrderAction) -> Row {
    let currency = order.currency.as_deref();
    let main = order.main_line.as_deref();
    Row {
        order_by: local_moment(order.local),
        vendor: order.vendor_name.clone(),
        site: order.site_name.clone(),
        delivery: day(order.delivery),
        lines: count(order.lines),
        value: money(order.value, currency),
        at_risk: order
            .at_risk
            .map(|at_risk| money(at_risk, currency))
            .unwrap_or_default(),
        main: main.map_or_else(String::new, |line| {
            format!(
                "{} {}",
                quantity(line.quantity, line.unit),
                line.product_name
            )
        }),
        link: main.map_or_else(
            || "#orders".to_owned(),
            |line| line_link(&line.vendor, &line.site, line.delivery, &line.product),
        ),
    }
}
