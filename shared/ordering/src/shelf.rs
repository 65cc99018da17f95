//! First expired, first out: what stock and deliveries give on each day, in every draw.
//!
//! Arrays are one number per draw with the mean path last. The mean path is a world of its own, in which needs are
//! means and everything arrives on time; waterfalls are told along it.

use crate::proposal::Milli;

/// When a lot can be used from, as places of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// The same in every draw.
    At(u16),
    /// By draw, the mean path last.
    ByDraw(Vec<u16>),
}

impl Arrival {
    pub(crate) fn of(&self, draw: usize) -> u16 {
        match self {
            Self::At(day) => *day,
            Self::ByDraw(days) => days.get(draw).copied().unwrap_or(0),
        }
    }
}

/// Something that can be used.
#[derive(Debug, Clone)]
struct Lot {
    /// What it is, to whoever put it there.
    source: usize,
    arrival: Arrival,
    /// Place of the last day it can be used; `None`: it keeps.
    until: Option<u16>,
    left: Vec<Milli>,
}

/// One product's stock at one site, in every draw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    /// In the order they are used.
    lots: Vec<Lot>,
}

/// What the mean path took: day, source, quantity.
pub(crate) type Taken = Vec<(usize, usize, Milli)>;

impl Shelf {
    /// Puts something on the shelf: `quantity` in every one of `width` draws.
    pub(crate) fn put(
        &mut self,
        source: usize,
        arrival: Arrival,
        until: Option<u16>,
        quantity: Milli,
        width: usize,
    ) {
        let lot = Lot {
            source,
            arrival,
            until,
            left: vec![quantity.max(0); width],
        };
        // What expires first is used first; of what expires together, what came first.
        let order = |lot: &Lot| {
            let mean = lot.left.len().saturating_sub(1);
            (lot.until.is_none(), lot.until, lot.arrival.of(mean))
        };
        let place = self.lots.partition_point(|held| order(held) <= order(&lot));
        self.lots.insert(place, lot);
    }

    /// Serves a day's need; what is left of it stays in `need`.
    pub(crate) fn serve(&mut self, day: usize, need: &mut [Milli], taken: Option<&mut Taken>) {
        let today = day as u16;
        let mean = need.len().saturating_sub(1);
        let mut of_mean = Vec::new();
        for lot in &mut self.lots {
            if lot.until.is_some_and(|until| until < today) {
                continue;
            }
            let before = lot.left.get(mean).copied().unwrap_or(0);
            match &lot.arrival {
                Arrival::At(from) if *from > today => continue,
                Arrival::At(_) => {
                    for (left, need) in lot.left.iter_mut().zip(need.iter_mut()) {
                        let take = (*left).min(*need);
                        *left -= take;
                        *need -= take;
                    }
                }
                Arrival::ByDraw(from) => {
                    for ((left, need), from) in lot.left.iter_mut().zip(need.iter_mut()).zip(from) {
                        let take = if *from <= today {
                            (*left).min(*need)
                        } else {
                            0
                        };
                        *left -= take;
                        *need -= take;
                    }
                }
            }
            let took = before - lot.left.get(mean).copied().unwrap_or(0);
            if took > 0 {
                of_mean.push((day, lot.source, took));
            }
        }
        if let Some(taken) = taken {
            taken.extend(of_mean);
        }
    }

    /// What is left of everything on the mean path.
    pub(crate) fn mean_left(&self) -> Milli {
        let left = self.lots.iter().filter_map(|lot| lot.left.last());
        left.sum()
    }

    /// Forgets what can serve no day from `day` on.
    pub(crate) fn tidy(&mut self, day: usize) {
        self.lots.retain(|lot| {
            let usable = lot.until.is_none_or(|until| usize::from(until) >= day);
            usable && lot.left.iter().any(|left| *left > 0)
        });
    }

    /// What has expired unused on the mean path when a day begins, of what could be used on or after `since`.
    pub(crate) fn expired(&self, since: usize, day: usize) -> Vec<(usize, Milli)> {
        let gone = |lot: &&Lot| {
            lot.until
                .is_some_and(|until| (since..day).contains(&usize::from(until)))
        };
        let left = |lot: &Lot| (lot.source, lot.left.last().copied().unwrap_or(0));
        let parts = self.lots.iter().filter(gone).map(left);
        parts.filter(|(_, left)| *left > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_expires_first_is_used_first_and_nothing_past_its_day() {
        let mut shelf = Shelf::default();
        shelf.put(0, Arrival::At(0), None, 100, 1);
        shelf.put(1, Arrival::At(0), Some(1), 30, 1);
        shelf.put(2, Arrival::At(0), Some(0), 10, 1);
        let mut taken = Taken::new();
        for (day, need, short) in [(0, 15, 0), (1, 5, 0), (2, 90, 0), (3, 20, 10)] {
            let mut need = [need];
            shelf.serve(day, &mut need, Some(&mut taken));
            assert_eq!(need, [short], "day {day}");
        }
        let all = [(0, 2, 10), (0, 1, 5), (1, 1, 5), (2, 0, 90), (3, 0, 10)];
        assert_eq!(taken, all);
        assert_eq!(shelf.expired(0, 3), [(1, 20)]);
    }

    #[test]
    fn what_is_late_in_a_draw_serves_nothing_there_before_it_comes() {
        let mut shelf = Shelf::default();
        shelf.put(0, Arrival::ByDraw(vec![0, 2, 0]), None, 10, 3);
        let mut need = [4, 4, 4];
        shelf.serve(0, &mut need, None);
        assert_eq!(need, [0, 4, 0]);
        let mut need = [8, 8, 8];
        shelf.serve(2, &mut need, None);
        assert_eq!(need, [2, 0, 2]);
    }

    #[test]
    fn a_tidied_shelf_serves_the_same() {
        let mut shelf = Shelf::default();
        shelf.put(0, Arrival::At(0), Some(3), 10, 1);
        shelf.put(1, Arrival::At(0), Some(8), 10, 1);
        shelf.tidy(4);
        let mut need = [15];
        shelf.serve(4, &mut need, None);
        assert_eq!(need, [5]);
    }
}
