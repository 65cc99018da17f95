//! Why a line is what it is, in words.

use std::fmt::Write as _;

use domain::{Date, Decimal};
use proposals::ProposalRow;

/// Why the line is what it is, in words.
pub(crate) fn why(line: &ProposalRow) -> String {
    let (from, to) = (day(line.covers_from), day(line.covers_to));
    let days = if from == to {
        from
    } else {
        format!("{from} to {to}")
    };
    let target = line.target;
    let aim = match line.method.as_str() {
        "days" => format!("to last {target} days"),
        "newsvendor" => format!(
            "so that what shortage and waste cost balances: enough in {} of draws",
            percent(line.covered)
        ),
        _ => format!(
            "to be enough in {} of draws, and is in {}",
            percent(target),
            percent(line.covered)
        ),
    };
    let mut text = format!("For packing on {days}; aimed {aim}.");
    let unit = line.uom.symbol();
    let mut add = |part: Decimal, says: &str| {
        if part != Decimal::ZERO {
            let _ = write!(text, " {says} ({}{part} {unit}).", sign(part));
        }
    };
    add(line.minimum.0, "Raised to the vendor's minimum");
    add(line.multiple.0, "Rounded up to whole steps");
    add(line.maximum.0, "Cut to the vendor's maximum");
    add(
        line.vendor_minimum.0,
        "Filled up to the vendor's least order value",
    );
    add(line.gross_override.0, "An override changed the need");
    add(line.quantity_override.0, "An override changed the quantity");
    if line.held_by_waste {
        text.push_str(" Held below its aim, because more would too often expire.");
    }
    if line.stand_in {
        text.push_str(" Part of the need is a failed week's last published one.");
    }
    text
}

fn day(date: Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

fn sign(part: Decimal) -> &'static str {
    if part > Decimal::ZERO { "+" } else { "" }
}

fn percent(share: Decimal) -> String {
    format!("{} %", Decimal::from_millionths(share.millionths() * 100))
}
