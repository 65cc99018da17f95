//! An allocation in words.

use std::fmt::Write as _;

use allocation::orders::{Allocation, Change, Made, Repair};
use report::words::{count, counted};

use super::input::Input;

/// Sets of sites that are named of a shortage; there may be thousands.
const SETS: usize = 5;

/// Each site with its boxes and caps.
pub(super) fn table(input: &Input, allocation: &Allocation) -> String {
    let mut rows = vec![["site", "boxes", "min", "max"].map(str::to_owned)];
    let loads = allocation.placement().loads();
    for ((site, bin), load) in input.sites.iter().zip(&input.bins).zip(loads) {
        let min = if bin.min == 0 {
            String::new()
        } else {
            count(bin.min)
        };
        let max = bin.max.map(count).unwrap_or_default();
        rows.push([site.to_string(), count(*load), min, max]);
    }
    let left = allocation.placement().shortfall();
    if left > 0 {
        rows.push([
            "(none)".to_owned(),
            count(left),
            String::new(),
            String::new(),
        ]);
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    let mut text = String::new();
    for [site, boxes, min, max] in &rows {
        let [a, b, c, d] = widths;
        let line = format!("{site:a$}  {boxes:>b$}  {min:>c$}  {max:>d$}");
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// How far the volumes are from the previous ones, and how far they have to be.
pub(super) fn errors(input: &Input, allocation: &Allocation, compared: bool) -> String {
    let mut text = format!("\n{}", counted(input.names.len() as u64, "order", "orders"));
    let _ = write!(text, ", {}", counted(allocation.kits, "kit", "kits"));
    if !compared {
        return text + "; no previous allocation to compare with\n";
    }
    let share = |share: Option<f64>| {
        share.map_or_else(
            || "n/a".to_owned(),
            |share| format!("{:.3} %", 100.0 * share),
        )
    };
    let _ = writeln!(
        text,
        "\nWMAPE site {}, global {}, excess {}",
        share(allocation.wmape_site()),
        share(allocation.wmape_global()),
        share(allocation.excess())
    );
    let proof = if allocation.proven_optimal() {
        "proven optimal: no allocation changes less".to_owned()
    } else {
        let gap = share(Some(allocation.gap()));
        format!("not proven optimal: at most {gap} of the change could be spared")
    };
    let moved = counted(allocation.known_moved, "real order", "real orders");
    let steps = counted(allocation.steps, "step", "steps");
    text + &format!("{proof}\n{moved} moved; {steps} of search\n")
}

/// Why orders are left over, and what would place them.
pub(super) fn shortage(input: &Input, allocation: &Allocation, made: &Made) -> String {
    let placement = allocation.placement();
    let Some(shortage) = placement.shortage() else {
        return String::new();
    };
    let short = placement.shortfall();
    let boxes = counted(shortage.boxes, "box", "boxes");
    let mut text = if shortage.bins.is_empty() {
        format!("\n{boxes} without any eligible site\n")
    } else {
        let sites = names(input, &shortage.bins);
        format!(
            "\n{boxes} fit only {sites}, capacity {}, short {}\n",
            count(shortage.capacity),
            count(short)
        )
    };
    let mut sets: Vec<(u64, String)> = Vec::new();
    for &class in &shortage.classes {
        let here = input.orders.of_class(class as u32);
        let bins: Vec<_> = input.routes[class].iter().map(|route| route.bin).collect();
        sets.push((here, names(input, &bins)));
    }
    sets.sort_by(|a, b| b.cmp(a));
    if sets.len() > 1 {
        for (boxes, sites) in sets.iter().take(SETS) {
            let _ = writeln!(text, "  {} fit {sites}", count(*boxes));
        }
        if let Some(more) = sets.len().checked_sub(SETS).filter(|more| *more > 0) {
            let _ = writeln!(
                text,
                "  and {} of sites",
                counted(more as u64, "set more", "sets more")
            );
        }
    }
    let repairs = allocation.repairs(&input.orders, &input.routes, &input.bins, made);
    text + &proposed(input, &repairs, "places")
}

/// Which minimums are missed, and what would meet them.
pub(super) fn minimums(input: &Input, allocation: &Allocation, made: &Made) -> String {
    let mut text = String::new();
    for &(bin, missing) in allocation.placement().unmet_minimums() {
        let _ = writeln!(
            text,
            "\n{} misses {} of its minimum",
            input.sites[bin],
            counted(missing, "box", "boxes")
        );
        let repairs = allocation.repairs_of_minimum(&input.orders, (bin, missing), made);
        text += &proposed(input, &repairs, "settles");
    }
    text
}

fn proposed(input: &Input, repairs: &[Repair], does: &str) -> String {
    let mut text = String::new();
    for Repair { change, orders } in repairs {
        let (change, up_to) = match *change {
            Change::RaiseMax { bin, by } => {
                let site = &input.sites[bin];
                (format!("raise the cap of {site} by {}", count(by)), "")
            }
            Change::OpenRecipe { recipe, bin } => {
                let recipe = &input.recipes[usize::from(recipe)];
                (format!("make {recipe} at {}", input.sites[bin]), "up to ")
            }
            Change::LowerMin { bin, by } => {
                let site = &input.sites[bin];
                (format!("lower the minimum of {site} by {}", count(by)), "")
            }
        };
        let boxes = counted(*orders, "box", "boxes");
        let _ = writeln!(text, "  to do: {change} ({does} {up_to}{boxes})");
    }
    text
}

fn names(input: &Input, bins: &[usize]) -> String {
    if bins.is_empty() {
        return "no site".to_owned();
    }
    let names: Vec<_> = bins.iter().map(|bin| input.sites[*bin].as_str()).collect();
    names.join("+")
}
