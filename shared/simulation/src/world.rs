//! Drawing one state of the world.

use random::{Stream, normal_quantile};

use crate::alias::Alias;
use crate::boxes::{BoxList, Head};
use crate::place::Places;
use crate::week::Simulation;

/// What a stream is for: the first word of its key.
mod purpose {
    pub(super) const LEVEL: u64 = 1;
    pub(super) const AREA: u64 = 2;
    pub(super) const RECIPE: u64 = 3;
    pub(super) const SHARES: u64 = 4;
    pub(super) const BOXES: u64 = 5;
}

/// Share of a shock's variance that lasts from week to week; the rest is the week's own innovation.
const LASTING: f64 = 0.5;
/// Rejected candidates in a row after which the recipe is drawn from those still allowed alone. The law is the
/// same: rejection draws from the allowed ones too, only slower when they are few.
const REJECTIONS: u32 = 48;

/// Memory that one thread uses again and again; it carries nothing from one state of the world to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) places: Places,
    tables: Vec<Table>,
    shocks: Vec<f64>,
    weights: Vec<f64>,
    scaled: Vec<f64>,
    sold: Vec<u32>,
    arrivals: Vec<u16>,
}

/// An area in one state of the world.
#[derive(Debug, Default)]
struct Table {
    meals: Alias,
    weights: Vec<f64>,
    add_ons: Alias,
    /// Draws of an add-on for each box; the table's last outcome is none.
    slots: u32,
    to_draw: u32,
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

    /// An area's boxes before known orders.
    pub(crate) fn volume(&self, area: usize, state: Option<State>) -> u32 {
        let (Some(demand), Some(source)) = (self.demand.areas.get(area), self.areas.get(area))
        else {
            return 0;
        };
        let own = self.shock(purpose::AREA, source.key, state) * demand.deviation;
        let level = state.map_or(0.0, |state| state.level);
        (demand.boxes * libm::exp(level + own) + 0.5) as u32
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

    /// Draws one state of the world into `boxes`; `None` is the expected one.
    pub(crate) fn draw(&self, state: Option<State>, scratch: &mut Scratch, boxes: &mut BoxList) {
        self.prepare(state, scratch);
        boxes.clone_from(&self.known);
        let key = state.map_or(u64::MAX, |state| u64::from(state.replicate));
        let mut stream = Stream::new(self.seed, &[purpose::BOXES, self.week_key, key]);
        let Scratch {
            tables,
            sold,
            arrivals,
            ..
        } = scratch;
        if self.max_kits.is_some() {
            // Who comes first gets the last kit: areas must arrive mixed, not one after the other.
            arrivals.clear();
            for (area, table) in tables.iter().enumerate() {
                arrivals.extend((0..table.to_draw).map(|_| area as u16));
            }
            stream.shuffle(arrivals);
            sold.clear();
            sold.resize(self.snapshot.menu.len(), 0);
            self.known
                .items
                .iter()
                .for_each(|item| sold[usize::from(*item)] += 1);
            for area in arrivals.iter() {
                self.draw_box(*area, &tables[usize::from(*area)], &mut stream, sold, boxes);
            }
        } else {
            for (area, table) in tables.iter().enumerate() {
                for _ in 0..table.to_draw {
                    self.draw_box(area as u16, table, &mut stream, &mut [], boxes);
                }
            }
        }
    }

    /// Volumes and shares of one state of the world.
    fn prepare(&self, state: Option<State>, scratch: &mut Scratch) {
        let Scratch {
            tables,
            shocks,
            weights,
            scaled,
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
        tables.resize_with(self.areas.len(), Table::default);
        for (at, table) in tables.iter_mut().enumerate() {
            let (source, demand) = (&self.areas[at], &self.demand.areas[at]);
            table.to_draw = self.volume(at, state).saturating_sub(source.known);

            weights.clear();
            weights.extend(
                demand
                    .shares
                    .iter()
                    .zip(shocks.iter())
                    .map(|(share, shock)| share * shock),
            );
            if let Some(State { replicate, .. }) = state {
                let total: f64 = weights.iter().sum();
                let key = [
                    purpose::SHARES,
                    u64::from(replicate),
                    source.key,
                    self.week_key,
                ];
                let mut stream = Stream::new(self.seed, &key);
                for weight in weights.iter_mut().filter(|weight| **weight > 0.0) {
                    *weight = stream.gamma(self.demand.concentration * *weight / total);
                }
            }
            for (weight, correction) in weights.iter_mut().zip(&source.corrections) {
                *weight *= correction;
            }
            table.meals.build(weights, scaled);
            table.weights.clone_from(weights);

            let rates = demand
                .add_ons
                .iter()
                .zip(shocks.iter())
                .map(|(rate, shock)| rate * shock);
            weights.clear();
            weights.extend(rates);
            let rate: f64 = weights.iter().sum();
            table.slots = libm::ceil(rate) as u32;
            weights.push(f64::from(table.slots) - rate);
            table.add_ons.build(weights, scaled);
        }
    }

    #[inline]
    fn draw_box(
        &self,
        area: u16,
        table: &Table,
        stream: &mut Stream,
        sold: &mut [u32],
        boxes: &mut BoxList,
    ) {
        let source = &self.areas[usize::from(area)];
        if source.outcome.is_empty() {
            return;
        }
        let (date, portions, recipes) = source.outcomes[source.outcome.draw(stream)];
        let start = boxes.items.len();
        if !table.meals.is_empty() {
            for _ in 0..recipes {
                let Some(item) = self.draw_meal(table, stream, sold, &boxes.items[start..]) else {
                    break;
                };
                boxes.items.push(item);
                if let Some(sold) = sold.get_mut(usize::from(item)) {
                    *sold += 1;
                }
            }
        }
        for _ in 0..table.slots {
            let item = table.add_ons.draw(stream);
            if item < self.snapshot.menu.len() {
                boxes.items.push(item as u16);
            }
        }
        let kits = (boxes.items.len() - start) as u32;
        boxes.heads.push(Head {
            area,
            date,
            portions,
            kits,
        });
    }

    /// A recipe that is not in the box yet and may stand in it; `None` when there is none left.
    #[inline]
    fn draw_meal(
        &self,
        table: &Table,
        stream: &mut Stream,
        sold: &[u32],
        chosen: &[u16],
    ) -> Option<u16> {
        for _ in 0..REJECTIONS {
            let item = table.meals.draw(stream) as u16;
            if !chosen.contains(&item) && self.allowed(item, sold, chosen) {
                return Some(item);
            }
        }
        let open = |item: usize| {
            let place = item as u16;
            !chosen.contains(&place) && self.allowed(place, sold, chosen)
        };
        let weight = |item: usize| if open(item) { table.weights[item] } else { 0.0 };
        let total: f64 = (0..table.weights.len()).map(weight).sum();
        if total <= 0.0 {
            return None;
        }
        let mut left = stream.uniform() * total;
        let mut last = None;
        for item in 0..table.weights.len() {
            let weight = weight(item);
            if weight > 0.0 {
                last = Some(item as u16);
                left -= weight;
                if left <= 0.0 {
                    break;
                }
            }
        }
        last
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
}
