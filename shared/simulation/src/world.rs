//! Drawing one state of the world: volumes, shares, then box by box.
//!
//! How many boxes of an area are for which date, of which portion size and how many recipes is drawn first, box by
//! box; then boxes that are alike in these are filled one after another. The law is that of drawing each box as a
//! whole, since a box's recipes do not depend on the rest, and every draw is named by what it is for: the n-th box of
//! an area, date, portion size and number of recipes is the same however many there are of others.

use random::{Stream, normal_quantile};

use crate::alias::{AliasScratch, Halves};
use crate::boxes::{BoxList, Run};
use crate::meals::{AddOns, Meals};
use crate::place::Places;
use crate::source::AreaSource;
use crate::week::Simulation;

/// What a stream is for: the first word of its key.
mod purpose {
    pub(super) const LEVEL: u64 = 1;
    pub(super) const AREA: u64 = 2;
    pub(super) const RECIPE: u64 = 3;
    pub(super) const SHARES: u64 = 4;
    pub(super) const BOXES: u64 = 5;
    pub(super) const OUTCOMES: u64 = 6;
    pub(super) const ARRIVALS: u64 = 7;
    pub(super) const KEPT: u64 = 8;
    pub(super) const SEATS: u64 = 9;
}

/// Share of a shock's variance that lasts from week to week; the rest is the week's own innovation.
const LASTING: f64 = 0.5;

/// Memory that one thread uses again and again; it carries nothing from one state of the world to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) boxes: BoxList,
    pub(crate) places: Places,
    pub(crate) counts: Vec<u32>,
    tables: Vec<Table>,
    shocks: Vec<f64>,
    weights: Vec<f64>,
    alias: AliasScratch,
    /// Known orders on open dates by area.
    known: Vec<u32>,
    /// Boxes to draw by outcome.
    outcomes: Vec<u32>,
    sold: Vec<u32>,
    arrivals: Vec<u16>,
    kits: Vec<u16>,
}

/// An area in one state of the world.
#[derive(Debug, Default)]
struct Table {
    meals: Meals,
    add_ons: AddOns,
    to_draw: u32,
}

impl Table {
    /// Room for kits in a box of so many recipes.
    fn width(&self, recipes: u8) -> usize {
        (self.meals.width(recipes) + self.add_ons.slots).max(1)
    }
}

/// Which state of the world to draw; none is the expected one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    replicate: u32,
    /// Logarithm of the shock of volume that all areas share.
    level: f64,
}

impl Simulation<'_> {
    /// So many states of the world.
    ///
    /// The level's shocks are stratified (a Latin hypercube over the lasting part and the week's own): every n-th
    /// part of the distribution is drawn once, so that the median and tails of a week's total do not depend on luck.
    pub(crate) fn states(&self, replicates: u32) -> Vec<State> {
        let strata = |key: u64| {
            let mut stream = Stream::new(self.seed, &[purpose::LEVEL, u64::from(replicates), key]);
            let mut order: Vec<u32> = (0..replicates).collect();
            stream.shuffle(&mut order);
            let n = f64::from(replicates);
            order
                .into_iter()
                .map(move |part| normal_quantile((f64::from(part) + stream.uniform()) / n))
        };
        let level = |(lasting, own): (f64, f64)| {
            (LASTING.sqrt() * lasting + (1.0 - LASTING).sqrt() * own) * self.demand.level_deviation
        };
        let levels = strata(0).zip(strata(self.week_key)).map(level);
        (0..replicates)
            .zip(levels)
            .map(|(replicate, level)| State { replicate, level })
            .collect()
    }

    /// An area's boxes before known orders: of all dates, or of a share of them.
    pub(crate) fn volume(&self, area: usize, share: f64, state: Option<State>) -> u32 {
        let (Some(demand), Some(source)) = (self.demand.areas.get(area), self.areas.get(area))
        else {
            return 0;
        };
        let own = self.shock(purpose::AREA, source.key, state) * demand.deviation;
        let level = state.map_or(0.0, |state| state.level);
        (demand.boxes * libm::exp(level + own) * share + 0.5) as u32
    }

    /// A standard normal number, partly the same in every week.
    fn shock(&self, purpose: u64, key: u64, state: Option<State>) -> f64 {
        let Some(replicate) = state.map(|state| u64::from(state.replicate)) else {
            return 0.0;
        };
        let lasting = Stream::new(self.seed, &[purpose, replicate, key]).normal();
        let own = Stream::new(self.seed, &[purpose, replicate, key, self.week_key]).normal();
        LASTING.sqrt() * lasting + (1.0 - LASTING).sqrt() * own
    }

    /// The stream of a state for one purpose in this week.
    fn stream(&self, purpose: u64, state: Option<State>) -> Stream {
        let replicate = state.map_or(u64::MAX, |state| u64::from(state.replicate));
        Stream::new(self.seed, &[purpose, replicate, self.week_key])
    }

    /// By which boxes that are alike to the sites are spread over them.
    pub(crate) fn seat_stream(&self, state: Option<State>) -> Stream {
        self.stream(purpose::SEATS, state)
    }

    /// Draws one state of the world into the scratch's boxes. Gives how many of them, the first, are known orders.
    pub(crate) fn draw(&self, state: Option<State>, scratch: &mut Scratch) -> usize {
        self.keep_known(state, scratch);
        let known = scratch.boxes.len();
        self.prepare(state, scratch);
        if self.max_kits.is_some() || !self.conflicts.is_empty() {
            self.draw_in_order_of_arrival(state, scratch);
            return known;
        }
        let key = self.stream(purpose::BOXES, state);
        let outcomes_key = self.stream(purpose::OUTCOMES, state);
        let Scratch {
            tables,
            outcomes,
            boxes,
            ..
        } = scratch;
        for ((area, source), table) in (0..).zip(&self.areas).zip(tables.iter()) {
            source.count_outcomes(outcomes_key.fork(source.key), table.to_draw, outcomes);
            let key = key.fork(source.key);
            for (outcome, count) in source.outcomes.iter().zip(outcomes.iter()) {
                if *count == 0 {
                    continue;
                }
                let width = table.width(outcome.recipes);
                boxes.start(Run {
                    area,
                    date: outcome.date,
                    portions: outcome.portions,
                    width: width as u32,
                    boxes: *count,
                });
                let (start, nothing) = (boxes.items.len(), boxes.nothing);
                boxes.items.resize(start + width * *count as usize, nothing);
                let room = (width, &mut boxes.items[start..]);
                let key = key.fork(outcome.key());
                table
                    .meals
                    .fill(outcome.recipes, &table.add_ons, &key, nothing, room);
            }
        }
        known
    }

    /// Known orders stand in every state of the world as long as nobody withdraws them.
    fn keep_known(&self, state: Option<State>, scratch: &mut Scratch) {
        let Scratch { boxes, known, .. } = scratch;
        known.clear();
        known.resize(self.areas.len(), 0);
        let Some(state) = state else {
            boxes.clone_from(&self.known.listed);
            for run in boxes.runs.iter().filter(|run| self.is_open(run.date)) {
                known[usize::from(run.area)] += run.boxes;
            }
            return;
        };
        boxes.clear();
        boxes.nothing = self.known.sorted.nothing;
        let stream = self.stream(purpose::KEPT, Some(state));
        let withdrawn = 1.0 - self.demand.survival;
        let mut keys = self.known.keys.as_slice();
        for (run, items) in self.known.sorted.iter() {
            let (of_run, rest) = keys.split_at(run.boxes as usize);
            keys = rest;
            let open = self.is_open(run.date);
            let mut kept = run.boxes;
            if open && withdrawn > 0.0 {
                kept = 0;
                for (items, key) in items.chunks_exact(run.width as usize).zip(of_run) {
                    if stream.fork(*key).uniform() >= withdrawn {
                        boxes.items.extend_from_slice(items);
                        kept += 1;
                    }
                }
            } else {
                boxes.items.extend_from_slice(items);
            }
            if open {
                known[usize::from(run.area)] += kept;
            }
            boxes.start(Run { boxes: kept, ..run });
        }
    }

    /// With limits to what can be sold or stand together, boxes are drawn one by one: who comes first gets the last
    /// kit, so areas must arrive mixed, not one after the other.
    fn draw_in_order_of_arrival(&self, state: Option<State>, scratch: &mut Scratch) {
        let Scratch {
            tables,
            boxes,
            sold,
            arrivals,
            kits,
            ..
        } = scratch;
        sold.clear();
        sold.resize(self.snapshot.menu.len() + 1, 0);
        for item in &boxes.items {
            sold[usize::from(*item)] += 1;
        }
        arrivals.clear();
        for (area, table) in (0..).zip(tables.iter()) {
            arrivals.extend((0..table.to_draw).map(|_| area));
        }
        self.stream(purpose::ARRIVALS, state).shuffle(arrivals);
        let key = self.stream(purpose::BOXES, state);
        let outcomes_key = self.stream(purpose::OUTCOMES, state);
        for (at, area) in (0..).zip(arrivals.iter()) {
            let (source, table) = (&self.areas[usize::from(*area)], &tables[usize::from(*area)]);
            let mut halves = Halves::new(outcomes_key.fork(at));
            let Some(outcome) = source.outcome(halves.next()) else {
                continue;
            };
            let width = table.width(outcome.recipes);
            kits.clear();
            kits.resize(width, boxes.nothing);
            table.meals.limited(
                outcome.recipes,
                &table.add_ons,
                (&key, at),
                boxes.nothing,
                kits,
                |item, chosen| self.allowed(item, sold, chosen),
            );
            kits.iter().for_each(|item| sold[usize::from(*item)] += 1);
            let run = Run {
                area: *area,
                date: outcome.date,
                portions: outcome.portions,
                width: width as u32,
                boxes: 1,
            };
            boxes.push(run, kits);
        }
    }

    #[inline]
    fn allowed(&self, item: u16, sold: &[u32], chosen: &[u16]) -> bool {
        let at = usize::from(item);
        if let Some(most) = &self.max_kits
            && sold[at] >= most[at]
        {
            return false;
        }
        self.conflicts
            .get(at)
            .is_none_or(|others| !others.iter().any(|other| chosen.contains(other)))
    }

    /// Volumes and shares of one state of the world.
    fn prepare(&self, state: Option<State>, scratch: &mut Scratch) {
        let Scratch {
            tables,
            shocks,
            weights,
            alias,
            known,
            ..
        } = scratch;
        shocks.clear();
        shocks.extend(
            self.item_keys
                .iter()
                .zip(&self.demand.recipe_deviation)
                .map(|(key, deviation)| {
                    libm::exp(self.shock(purpose::RECIPE, *key, state) * deviation)
                }),
        );
        let shares_key = self.stream(purpose::SHARES, state);
        tables.resize_with(self.areas.len(), Table::default);
        for (at, (table, source)) in tables.iter_mut().zip(&self.areas).enumerate() {
            let known = known.get(at).copied().unwrap_or(0);
            let target = self.volume(at, source.open_share, state);
            table.to_draw = target.saturating_sub(known);
            let Some(demand) = self.demand.areas.get(at) else {
                continue;
            };
            let scatter = state.map(|_| shares_key.fork(source.key));
            shocked(weights, demand, shocks, scatter);
            for (weight, correction) in weights.iter_mut().zip(&source.corrections) {
                *weight *= correction;
            }
            table.meals.build(weights, alias);

            weights.clear();
            let rates = demand.add_ons.iter().zip(shocks.iter());
            weights.extend(rates.map(|(rate, shock)| rate * shock));
            let rate: f64 = weights.iter().sum();
            table.add_ons.slots = libm::ceil(rate) as usize;
            if table.add_ons.slots > 0 {
                weights.push(table.add_ons.slots as f64 - rate);
                table.add_ons.alias.build(weights, alias);
            }
        }
    }
}

/// An area's shares times the recipes' shocks, scattered around that by a Dirichlet distribution where a stream is
/// given; up to a common factor.
fn shocked(
    weights: &mut Vec<f64>,
    demand: &demand::AreaDemand,
    shocks: &[f64],
    scatter: Option<Stream>,
) {
    weights.clear();
    let shares = demand.shares.iter().zip(shocks);
    weights.extend(shares.map(|(share, shock)| share * shock));
    let Some(mut stream) = scatter else { return };
    let scale = demand.concentration / weights.iter().sum::<f64>();
    for weight in weights.iter_mut().filter(|weight| **weight > 0.0) {
        *weight = stream.gamma(scale * *weight);
    }
}

impl AreaSource {
    /// Draws how many of so many boxes have each outcome.
    fn count_outcomes(&self, stream: Stream, boxes: u32, counts: &mut Vec<u32>) {
        counts.clear();
        counts.resize(self.outcomes.len(), 0);
        if self.table.is_empty() {
            return;
        }
        let mut halves = Halves::new(stream);
        for _ in 0..boxes {
            counts[self.table.pick(halves.next()) as usize] += 1;
        }
    }
}
