//! A settled line with its reasons.

use std::collections::BTreeMap;

use domain::SiteId;
use snapshot::{RowRef, WeekSnapshot};
use supply::Origin;

use crate::inputs::Week;
use crate::needs::{Part, PartCause};
use crate::product::Planned;
use crate::proposal::{
    Aim, Cause, Lifted, Line, LineKey, Milli, OverridePart, Peg, Risk, Source, Use, Waterfall,
};
use crate::site::Ordering;
use crate::sourcing::Vendors;
use crate::tentative::Tentative;

/// Makes a line of a settled tentative one.
pub(crate) fn line(
    tentative: &Tentative,
    products: &[Planned<'_>],
    vendors: &Vendors<'_>,
    ordering: &Ordering<'_>,
    site: &SiteId,
) -> Line {
    let planned = &products[tentative.product];
    let source = tentative.source(products);
    let slot = planned.sourcing.events[tentative.event].slot;
    // Beside another vendor's delivery of the day the order-by time is this vendor's own.
    let slot = source.delivers_on(slot.delivery).unwrap_or(slot);
    let vendor = &source.offer.vendor;
    let packs = &source.packs;
    let quantity = packs.milli(tentative.packs);
    let beside = tentative.beside();
    let outlook = &tentative.look.outlook;
    let risk = |packs_: u64| Risk {
        quantity: packs.milli(packs_),
        ..outlook.risk(packs.milli(packs_) + beside)
    };
    let mut terms = source.rows.clone();
    terms.extend(vendors.calendar_row(vendor, slot.delivery));
    terms.extend(planned.policy.cloned());
    let covers = &tentative.look.days;
    Line {
        key: LineKey {
            vendor: vendor.clone(),
            site: site.clone(),
            delivery: slot.delivery,
            product: planned.facts.id.clone(),
        },
        order_by: slot.order_by,
        unit: planned.facts.unit,
        quantity,
        order_unit: source.order_unit(),
        order_quantity: packs.order_quantity(tentative.packs),
        pack: packs.step,
        pack_milli: packs.milli(1),
        packs: tentative.packs,
        content: packs.content(),
        least: packs.stated_least(),
        most: packs.stated_most(),
        price: packs.price(),
        value: packs.value(tentative.packs),
        pallets_milli: packs.pallets_milli(tentative.packs),
        covers_from: planned.day(covers.start).unwrap_or(slot.delivery),
        covers_to: (covers.end.checked_sub(1))
            .and_then(|last| planned.day(last))
            .unwrap_or(slot.delivery),
        aim: Aim {
            method: planned.method,
            target: planned.target,
            covered_per_mille: outlook.covered_per_mille(tentative.aimed.need + beside),
            held_by_waste: tentative.aimed.held_by_waste,
        },
        risk: risk(tentative.packs),
        alternatives: [
            risk(tentative.packs.saturating_sub(1)),
            risk(tentative.packs + 1),
        ],
        waterfall: waterfall(tentative, planned, ordering),
        terms,
    }
}

fn waterfall(tentative: &Tentative, planned: &Planned<'_>, ordering: &Ordering<'_>) -> Waterfall {
    let weeks = &ordering.inputs.weeks;
    let look = &tentative.look;
    let parts = planned.needs.parts.iter();
    let within = parts.filter(|part| look.days.contains(&usize::from(part.day)));
    let mut used = look.used.clone();
    if let Some((vendor, quantity)) = &tentative.beside {
        let delivery = planned.sourcing.events[tentative.event].slot.delivery;
        used.push(Use {
            source: Source::Proposal {
                vendor: vendor.clone(),
                delivery,
            },
            quantity: *quantity,
        });
    }
    Waterfall {
        gross: within
            .clone()
            .map(|part| peg(part, planned, weeks))
            .collect(),
        lifted: lifted(within, weeks),
        need_overrides: need_overrides(tentative, planned, ordering),
        used,
        expired: look.expired.clone(),
        unreachable: look.unreachable,
        safety: tentative.aimed.need - (look.mean_short - tentative.beside()),
        minimum: tentative.raised.minimum,
        multiple: tentative.raised.multiple,
        maximum: tentative.raised.maximum,
        vendor_minimum: tentative.filled,
        overridden: (tentative.overridden)
            .map(|(number, change)| ordering.quantities.part(number, change))
            .into_iter()
            .collect(),
    }
}

/// What overrides of volume and shares have added, week by week.
fn lifted<'p>(parts: impl Iterator<Item = &'p Part>, weeks: &[Week<'_>]) -> Vec<Lifted> {
    let mut lifted: Vec<Lifted> = Vec::new();
    for part in parts {
        let week = &weeks[usize::from(part.week)];
        let Some(lift) = &week.lift else { continue };
        let item = match part.cause {
            PartCause::Recipe(item) => Some(usize::from(item)),
            PartCause::Packaging(_) => None,
        };
        let change = lift.part(part.usable - part.known, item);
        let label = week.snapshot.week;
        match lifted.iter_mut().find(|held| held.week == label) {
            Some(held) => held.change += change,
            None => lifted.push(Lifted {
                week: label,
                by: lift.by.clone(),
                change,
            }),
        }
    }
    lifted.retain(|held| held.change != 0);
    lifted
}

/// What each override adds to the need of the line's days.
fn need_overrides(
    tentative: &Tentative,
    planned: &Planned<'_>,
    ordering: &Ordering<'_>,
) -> Vec<OverridePart> {
    let mut sums: BTreeMap<usize, Milli> = BTreeMap::new();
    for (day, number, change) in &planned.needs.changes {
        if tentative.look.days.contains(day) {
            *sums.entry(*number).or_default() += change;
        }
    }
    let part = |(number, change)| ordering.needs.part(number, change);
    sums.into_iter().map(part).collect()
}

fn peg(part: &Part, planned: &Planned<'_>, weeks: &[Week<'_>]) -> Peg {
    let week = &weeks[usize::from(part.week)];
    let snapshot = week.snapshot;
    let day = planned.day(usize::from(part.day)).unwrap_or_default();
    let product = &planned.facts.id;
    let (cause, rows) = match part.cause {
        PartCause::Recipe(item) => {
            let item = usize::from(item);
            // Rows stand in order of recipe.
            let first = snapshot.bom.partition_point(|row| row.item < item);
            let of_recipe = snapshot
                .bom
                .iter()
                .skip(first)
                .take_while(|row| row.item == item);
            let rows = of_recipe.filter(|row| {
                let same = snapshot.products.get(row.product).map(|facts| &facts.id);
                let sold = week.draws.portions().contains(&row.portions);
                row.holds_on(day) && sold && same == Some(product)
            });
            let menu = &snapshot.menu[item];
            let cause = Cause::Recipe {
                id: menu.recipe.clone(),
                name: menu.name.clone(),
            };
            (
                cause,
                rows.map(|row| origin(snapshot, row.origin)).collect(),
            )
        }
        PartCause::Packaging(rule) => {
            let rule = &snapshot.packaging[usize::from(rule)];
            let counted = rule.counted;
            let cause = Cause::Packaging { counted };
            (cause, vec![origin(snapshot, rule.origin)])
        }
    };
    Peg {
        week: snapshot.week,
        day,
        cause,
        count_milli: part.count_milli,
        known_count: part.known_count,
        known: part.known,
        simulated: part.usable - part.known,
        yield_loss: part.yield_loss,
        rows,
        stand_in: week.stand_in,
    }
}

fn origin(snapshot: &WeekSnapshot, row: RowRef) -> Origin {
    let file = snapshot.files.get(row.file as usize);
    Origin {
        file: file.cloned().unwrap_or_default(),
        line: row.line.into(),
    }
}
