//! What only a forecast can tell is wrong: caps that cannot be met, more orders than expected, boxes that ask for
//! more recipes than there are.

use std::collections::BTreeSet;
use std::fmt::Display;

use demand::WeekDemand;
use domain::{Code, Date, Finding, Volume};
use simulation::{Plan, Shortfall, Simulation, shortfalls};
use snapshot::WeekSnapshot;

/// Names that a sentence can hold.
const NAMED: usize = 6;
const STEP: &str = "order-simulator";

pub(crate) fn add(
    findings: &mut Vec<Finding>,
    simulation: &Simulation<'_>,
    snapshot: &WeekSnapshot,
    demand: &WeekDemand,
    plan: &Plan,
    replicates: u32,
) {
    let parts = shortfalls(simulation, plan);
    findings.extend(
        parts
            .iter()
            .map(|part| caps_not_met(simulation, snapshot, part)),
    );
    findings.extend(
        plan.placed
            .unmet_minimums()
            .iter()
            .map(|(bin, boxes)| minimum_not_met(snapshot, *bin, *boxes)),
    );
    findings.extend(too_many_orders(simulation, snapshot, plan, replicates));
    findings.extend(too_short_menus(snapshot, demand));
}

/// E502 in words: which boxes fit only where, what fits there, how many are short, and what would help.
fn caps_not_met(simulation: &Simulation<'_>, snapshot: &WeekSnapshot, part: &Shortfall) -> Finding {
    let dates: Vec<Date> = part
        .dates
        .iter()
        .map(|date| simulation.dates()[*date])
        .collect();
    let areas = list(part.areas.iter().map(|area| &snapshot.areas[*area].id));
    let when = list(dates.iter().map(|date| date.strftime("%a %F")));
    let short = part.short();
    let sites: BTreeSet<usize> = part
        .bins
        .iter()
        .map(|bin| snapshot.site_and_day(*bin).0)
        .collect();
    let days: BTreeSet<usize> = part
        .bins
        .iter()
        .map(|bin| snapshot.site_and_day(*bin).1)
        .collect();
    let names = list(sites.iter().map(|site| &snapshot.sites[*site].name));
    let packed = list(
        days.iter()
            .map(|day| snapshot.packing_days[*day].strftime("%a %F")),
    );

    let message = if part.bins.is_empty() {
        format!(
            "{} boxes for {areas} on {when} can be packed at no open site",
            thousands(part.boxes)
        )
    } else {
        format!(
            "{} boxes for {areas} on {when} fit only {names} (packing {packed}), which can take {}: {} short",
            thousands(part.boxes),
            thousands(part.capacity),
            thousands(short)
        )
    };
    let mut fixes = Vec::new();
    if !part.bins.is_empty() {
        let of = if sites.len() > 1 {
            "the caps of"
        } else {
            "the cap of"
        };
        fixes.push(format!("raise {of} {names} by {} in all", thousands(short)));
    }
    let spare: BTreeSet<usize> = part
        .spare
        .keys()
        .map(|bin| snapshot.site_and_day(*bin).0)
        .filter(|site| !sites.contains(site))
        .collect();
    if !spare.is_empty() {
        let has = if spare.len() > 1 { "have" } else { "has" };
        let names = list(spare.iter().map(|site| &snapshot.sites[*site].name));
        fixes.push(format!(
            "let {names}, which {has} room, serve these areas or make these recipes"
        ));
    }
    if let Some(opening) = part.opening {
        fixes.push(format!(
            "make {} at {}, which gives {} of them a site",
            snapshot.menu[opening.item].name,
            snapshot.sites[opening.site].name,
            thousands(opening.boxes)
        ));
    }
    fixes.push(format!(
        "offer {} fewer boxes there, or on another day",
        thousands(short)
    ));
    Finding::new(Code::E502, STEP, message, &fixes.join("; or "))
        .of("week", &snapshot.week.to_string())
        .weighing(Volume::Boxes(short))
}

fn minimum_not_met(snapshot: &WeekSnapshot, bin: usize, boxes: u64) -> Finding {
    let (site, day) = snapshot.site_and_day(bin);
    let message = format!(
        "{} gets {} boxes fewer than its minimum of {} on {}",
        snapshot.sites[site].name,
        thousands(boxes),
        thousands(snapshot.cap(bin).min),
        snapshot.packing_days[day].strftime("%a %F")
    );
    Finding::new(
        Code::E502,
        STEP,
        message,
        "lower the minimum, or let the site serve more areas",
    )
    .of("week", &snapshot.week.to_string())
    .weighing(Volume::Boxes(boxes))
    .warning()
}

/// E501: the week's known orders beyond what volume alone made likely.
fn too_many_orders(
    simulation: &Simulation<'_>,
    snapshot: &WeekSnapshot,
    plan: &Plan,
    replicates: u32,
) -> Option<Finding> {
    let mut volumes = simulation.volumes(replicates);
    volumes.sort_unstable();
    let most = *volumes.get(forecast::quantile_rank(99, volumes.len()))?;
    let known = plan.known as u64;
    (known > most).then(|| {
        let message = format!(
            "{} orders are known for {}, more than the {} that the forecast passes once in a hundred",
            thousands(known),
            snapshot.week,
            thousands(most)
        );
        let remedy = "look for orders that stand twice, or correct the volume forecast; the known orders are planned";
        Finding::new(Code::E501, STEP, message, remedy)
            .of("week", &snapshot.week.to_string())
            .weighing(Volume::Boxes(known - most))
    })
}

/// E509: boxes that ask for more distinct recipes than an area's menu has.
fn too_short_menus(snapshot: &WeekSnapshot, demand: &WeekDemand) -> Option<Finding> {
    let mut short = Vec::new();
    let mut boxes = 0.0;
    for (area, facts) in demand.areas.iter().zip(&snapshot.areas) {
        let offered = area.shares.iter().filter(|share| **share > 0.0).count();
        let wanting = area
            .recipes_per_box
            .iter()
            .filter(|(recipes, _)| usize::from(*recipes) > offered);
        let share: f64 = wanting.map(|(_, share)| share).sum();
        if share > 0.0 && area.boxes > 0.0 {
            short.push(&facts.id);
            boxes += share * area.boxes;
        }
    }
    (!short.is_empty()).then(|| {
        let message = format!(
            "boxes for {} ask for more distinct recipes than the menu of {} offers there; they are planned with \
             all it has",
            list(&short),
            snapshot.week
        );
        Finding::new(Code::E509, STEP, message, "add recipes to the menu, or offer smaller boxes")
            .of("week", &snapshot.week.to_string())
            .weighing(Volume::Boxes(boxes as u64))
    })
}

/// `A, B and C`, or the first few `and n more`.
fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        names if names.len() > NAMED => {
            format!(
                "{} and {} more",
                names[..NAMED].join(", "),
                names.len() - NAMED
            )
        }
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `12,345`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences_do() {
        assert_eq!(list(["A"]), "A");
        assert_eq!(list(["A", "B", "C"]), "A, B and C");
        assert_eq!(list(1..=9), "1, 2, 3, 4, 5, 6 and 3 more");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }
}
