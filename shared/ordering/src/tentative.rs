//! Lines before they are settled, and the orders they make together.

use domain::{Date, Decimal, VendorId};

use crate::aim::Aimed;
use crate::corrections::Asked;
use crate::pack::{Packs, Raised};
use crate::product::{Look, Planned};
use crate::proposal::{Milli, SmallOrder};
use crate::sourcing::Source;

/// A line before it is settled.
#[derive(Debug)]
pub(crate) struct Tentative {
    /// Place of the product among the site's.
    pub(crate) product: usize,
    /// Place of the product's event.
    pub(crate) event: usize,
    /// Place of the product's source.
    pub(crate) source: usize,
    pub(crate) look: Look,
    pub(crate) aimed: Aimed,
    /// What another vendor brings on the same day, where that one's most is not enough.
    pub(crate) beside: Option<(VendorId, Milli)>,
    pub(crate) raised: Raised,
    /// Steps after the vendor's least order value and overrides.
    pub(crate) packs: u64,
    /// What filling the vendor's least order value adds.
    pub(crate) filled: Milli,
    /// What an override changes, with its place.
    pub(crate) overridden: Option<(usize, Milli)>,
}

impl Tentative {
    /// A line for what an outlook asks for, less what comes beside it.
    pub(crate) fn new(
        planned: &Planned<'_>,
        (product, event, source): (usize, usize, usize),
        look: Look,
        beside: Option<(VendorId, Milli)>,
        waste_per_mille: u32,
    ) -> Self {
        let mut aimed = look.outlook.aim(
            planned.method,
            planned.target,
            planned.costs,
            look.cover,
            waste_per_mille,
        );
        if let Some((_, quantity)) = &beside {
            aimed.need = (aimed.need - quantity).max(0);
        }
        let raised = planned.sourcing.sources[source].packs.raise(aimed.need);
        Self {
            product,
            event,
            source,
            look,
            aimed,
            beside,
            packs: raised.packs,
            raised,
            filled: 0,
            overridden: None,
        }
    }

    pub(crate) fn source<'p, 'a>(&self, products: &'p [Planned<'a>]) -> &'p Source<'a> {
        &products[self.product].sourcing.sources[self.source]
    }

    /// Becomes the nearest quantity that may be bought to the one an override asks for.
    pub(crate) fn ask(&mut self, asked: Asked, products: &[Planned<'_>]) {
        let before = self.quantity(products);
        let packs = self.packs_of(products);
        self.packs = packs.allowed(packs.holding(asked.quantity));
        self.overridden = Some((asked.by, self.quantity(products) - before));
    }

    fn packs_of<'p>(&self, products: &'p [Planned<'_>]) -> &'p Packs {
        &self.source(products).packs
    }

    /// Its quantity.
    pub(crate) fn quantity(&self, products: &[Planned<'_>]) -> Milli {
        self.packs_of(products).milli(self.packs)
    }

    /// How much another vendor brings beside it.
    pub(crate) fn beside(&self) -> Milli {
        self.beside.as_ref().map_or(0, |(_, quantity)| *quantity)
    }

    /// What the delivery brings, together with what comes beside it.
    fn supply(&self, products: &[Planned<'_>], packs: u64) -> Milli {
        self.packs_of(products).milli(packs) + self.beside()
    }

    /// Cost of what is short and what is wasted with so many steps, in 10^-9 of the currency.
    fn cost(&self, products: &[Planned<'_>], packs: u64) -> i128 {
        let costs = products[self.product].costs;
        self.look.outlook.cost(self.supply(products, packs), costs)
    }
}

/// Holds an order to its vendor's least value: fills it up by the steps that are worth most, or leaves it out where
/// that costs less. `None` when nothing is needed or the value is enough.
///
/// A step is worth the shortage it saves less the waste it adds; of steps worth the same, the one whose product is
/// covered for the shortest time comes first, so that goods that keep are bought ahead evenly. Nothing is added beyond
/// the plan's mean need. Money bound in stock is not counted.
pub(crate) fn hold_to_least(
    lines: &mut [Tentative],
    products: &[Planned<'_>],
    least: Decimal,
    (vendor, delivery): (&VendorId, Date),
) -> Option<SmallOrder> {
    let value = |lines: &[Tentative]| -> i128 {
        let values = lines
            .iter()
            .map(|line| line.packs_of(products).value(line.packs));
        values.map(|value| i128::from(value.millionths())).sum()
    };
    let start = value(lines);
    let goal = i128::from(least.millionths());
    if start == 0 || start >= goal {
        return None;
    }
    let wanted: Vec<u64> = lines.iter().map(|line| line.packs).collect();
    let cost = |lines: &[Tentative]| -> i128 {
        let costs = lines.iter().map(|line| line.cost(products, line.packs));
        costs.sum()
    };
    let as_needed = cost(lines);
    let nothing: i128 = lines.iter().map(|line| line.cost(products, 0)).sum();
    let dropping = nothing - as_needed;

    let mut reached = start;
    let mut worths: Vec<Option<(i128, i128)>> = lines
        .iter()
        .map(|line| step_worth(line, products))
        .collect();
    while reached < goal {
        let best = (0..lines.len())
            .filter_map(|at| Some((worths[at]?, at)))
            .max_by(|(one, a), (other, b)| one.cmp(other).then(b.cmp(a)));
        let Some((_, at)) = best else { break };
        let packs = lines[at].packs_of(products);
        let more = next_steps(&lines[at], packs);
        let before = packs.value(lines[at].packs);
        let after = packs.value(more);
        lines[at].packs = more;
        worths[at] = step_worth(&lines[at], products);
        reached += i128::from(after.millionths()) - i128::from(before.millionths());
    }
    let filling = cost(lines) - as_needed;
    let filled = reached >= goal && filling <= dropping;
    let needed = lines.iter().zip(&wanted).filter(|(_, wanted)| **wanted > 0);
    let products_needed = needed
        .map(|(line, _)| products[line.product].facts.id.clone())
        .collect();
    for (line, wanted) in lines.iter_mut().zip(wanted) {
        if !filled {
            line.packs = 0;
        }
        let packs = line.packs_of(products);
        line.filled = packs.milli(line.packs) - packs.milli(wanted);
    }
    Some(SmallOrder {
        vendor: vendor.clone(),
        delivery,
        least,
        value: money(start * 1_000),
        cost_of_dropping: money(dropping),
        cost_of_filling: money(filling),
        filled,
        products: products_needed,
    })
}

/// The next quantity a line may grow to: one step more, or the least a line may have.
fn next_steps(line: &Tentative, packs: &Packs) -> u64 {
    packs.allowed(line.packs + 1)
}

/// What a line's next step is worth per value added, and how short its cover is; `None` where it may not grow.
fn step_worth(line: &Tentative, products: &[Planned<'_>]) -> Option<(i128, i128)> {
    let planned = &products[line.product];
    let packs = line.packs_of(products);
    let next = next_steps(line, packs);
    if !packs.may_grow(line.packs) {
        return None;
    }
    let room = planned.mean_need_from(line.look.days.start);
    let (now, then) = (
        line.supply(products, line.packs),
        line.supply(products, next),
    );
    if now >= room {
        return None;
    }
    let value = packs.value(next).millionths() - packs.value(line.packs).millionths();
    let worth = line.cost(products, line.packs) - line.cost(products, next);
    // Shares of the plan's need in 10^-6, so that products of any unit compare.
    let cover = i128::from(then) * 1_000_000 / i128::from(room.max(1));
    Some((worth / i128::from(value.max(1)), -cover))
}

/// Money from 10^-9 of the currency.
fn money(nano: i128) -> Decimal {
    Decimal::from_millionths(crate::rounding::rounded(nano, 1_000))
}
