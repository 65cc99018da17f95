//! Bringing a placement nearer to what is usual without making it worse.
//!
//! Two steps, in which no cap, minimum or cost suffers: boxes move between routes of equal cost while there is room, and
//! two classes swap bins where one gains as much as the other loses. Longer rings of classes are left alone: the result
//! is nearer to what is usual, not always as near as can be. For that there is [`allocation::Placer::place_near`], which
//! takes twice as long as placing itself; in hundreds of states of the world that is too dear for a wish.

use allocation::{Bin, Class, Placement};

/// Boxes by class and route, and by bin; the last route of a class is to no site at all, the bin behind the last.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    pub(crate) boxes: Vec<u64>,
    /// Where each class's routes start.
    pub(crate) starts: Vec<usize>,
    pub(crate) loads: Vec<u64>,
}

impl Flows {
    pub(crate) fn load(&mut self, classes: &[Class], placement: &Placement) {
        self.boxes.clear();
        self.starts.clear();
        for (class, unplaced) in (0..classes.len()).zip(&placement.unplaced) {
            self.starts.push(self.boxes.len());
            self.boxes.extend_from_slice(placement.flow(class));
            self.boxes.push(*unplaced);
        }
        self.loads.clear();
        self.loads.extend_from_slice(placement.loads());
    }
}

/// Memory that one thread uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// Boxes beyond what is usual, by class and route.
    beyond: Vec<i64>,
    offers: Vec<Offer>,
}

/// A class would like to move boxes from one route to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    from: usize,
    to: usize,
    /// What a box pays more there.
    cost: i64,
    give: usize,
    take: usize,
}

impl Exchange {
    /// Moves boxes towards `usual`, which goes by class and route as the flows do.
    pub(crate) fn run(
        &mut self,
        classes: &[Class],
        bins: &[Bin],
        usual: &[u64],
        flows: &mut Flows,
    ) {
        self.beyond.clear();
        let both = flows.boxes.iter().zip(usual);
        self.beyond
            .extend(both.map(|(boxes, usual)| boxes.cast_signed() - usual.cast_signed()));
        self.offers.clear();
        for (class, start) in classes.iter().zip(&flows.starts) {
            let beyond = &mut self.beyond[*start..=start + class.routes.len()];
            if beyond.iter().all(|beyond| *beyond >= 0) {
                continue;
            }
            let route = |at: usize| match class.routes.get(at) {
                Some(route) => (route.bin, i64::from(route.cost)),
                None => (bins.len(), 0),
            };
            for give in 0..beyond.len() {
                for take in 0..beyond.len() {
                    if beyond[give] <= 0 || beyond[take] >= 0 {
                        continue;
                    }
                    let ((from, paid), (to, pays)) = (route(give), route(take));
                    if paid == pays && from < bins.len() && to < bins.len() {
                        let free = room(bins, &flows.loads, from, to).min(i64::MAX as u64);
                        let moved = beyond[give].min(-beyond[take]).min(free.cast_signed());
                        beyond[give] -= moved;
                        beyond[take] += moved;
                        flows.loads[from] -= moved.cast_unsigned();
                        flows.loads[to] += moved.cast_unsigned();
                    }
                    if beyond[give] > 0 && beyond[take] < 0 {
                        self.offers.push(Offer {
                            from,
                            to,
                            cost: pays - paid,
                            give: start + give,
                            take: start + take,
                        });
                    }
                }
            }
        }
        self.swap();
        for ((boxes, usual), beyond) in flows.boxes.iter_mut().zip(usual).zip(&self.beyond) {
            *boxes = usual.wrapping_add_signed(*beyond);
        }
    }

    /// Matches offers with those the other way round.
    fn swap(&mut self) {
        self.offers.sort_unstable();
        let same = |one: &Offer, other: &Offer| {
            (one.from, one.to, one.cost) == (other.from, other.to, other.cost)
        };
        for there in self.offers.chunk_by(same) {
            let Offer { from, to, cost, .. } = there[0];
            if from > to {
                continue;
            }
            let wanted = (to, from, -cost);
            let start = self
                .offers
                .partition_point(|offer| (offer.from, offer.to, offer.cost) < wanted);
            let back = self.offers[start..]
                .iter()
                .take_while(|offer| (offer.from, offer.to, offer.cost) == wanted);
            let (mut there, mut back) = (there.iter().peekable(), back.peekable());
            while let (Some(one), Some(other)) = (there.peek(), back.peek()) {
                let wish =
                    |offer: &Offer| self.beyond[offer.give].min(-self.beyond[offer.take]).max(0);
                let (first, second) = (wish(one), wish(other));
                let moved = first.min(second);
                for offer in [one, other] {
                    self.beyond[offer.give] -= moved;
                    self.beyond[offer.take] += moved;
                }
                if first == moved {
                    there.next();
                }
                if second == moved {
                    back.next();
                }
            }
        }
    }
}

/// Boxes that can leave one bin for another without passing a cap or minimum.
fn room(bins: &[Bin], loads: &[u64], from: usize, to: usize) -> u64 {
    let spare = loads[from].saturating_sub(bins[from].min);
    let free = bins[to]
        .max
        .map_or(u64::MAX, |max| max.saturating_sub(loads[to]));
    spare.min(free)
}

#[cfg(test)]
mod tests {
    use allocation::Route;

    use super::*;

    fn class(costs: [u32; 2]) -> Class {
        Class {
            boxes: 10,
            routes: (0..)
                .zip(costs)
                .map(|(bin, cost)| Route { bin, cost })
                .collect(),
        }
    }

    fn flows(boxes: &[u64], loads: [u64; 2]) -> Flows {
        Flows {
            boxes: boxes.to_vec(),
            starts: (0..boxes.len() / 3).map(|class| class * 3).collect(),
            loads: loads.to_vec(),
        }
    }

    const OPEN: Bin = Bin { min: 0, max: None };

    #[test]
    fn boxes_move_to_a_route_of_the_same_cost_as_far_as_there_is_room() {
        let bins = [
            Bin { min: 2, max: None },
            Bin {
                min: 0,
                max: Some(7),
            },
        ];
        let mut flows = flows(&[10, 0, 0], [10, 0]);
        Exchange::default().run(&[class([0, 0])], &bins, &[1, 9, 0], &mut flows);
        assert_eq!((flows.boxes, flows.loads), (vec![3, 7, 0], vec![3, 7]));
    }

    #[test]
    fn two_classes_swap_where_one_gains_what_the_other_loses() {
        let classes = [class([0, 3]), class([1, 4])];
        let mut flows = flows(&[10, 0, 0, 2, 8, 0], [12, 8]);
        let usual = [4, 6, 0, 10, 0, 0];
        Exchange::default().run(&classes, &[OPEN; 2], &usual, &mut flows);
        assert_eq!(flows.boxes, [4, 6, 0, 8, 2, 0]);
        assert_eq!(flows.loads, [12, 8]);
    }

    #[test]
    fn nobody_swaps_at_anothers_cost() {
        let classes = [class([0, 3]), class([0, 1])];
        let mut flows = flows(&[10, 0, 0, 0, 10, 0], [10, 10]);
        let before = flows.boxes.clone();
        Exchange::default().run(&classes, &[OPEN; 2], &[0, 10, 0, 10, 0, 0], &mut flows);
        assert_eq!(flows.boxes, before);
    }

    #[test]
    fn who_is_left_without_a_site_can_be_swapped_too() {
        let classes = [class([0, 0]), class([0, 0])];
        let bins = [
            Bin {
                min: 0,
                max: Some(10),
            },
            Bin {
                min: 0,
                max: Some(0),
            },
        ];
        let mut flows = flows(&[10, 0, 0, 0, 0, 10], [10, 0]);
        Exchange::default().run(&classes, &bins, &[5, 0, 5, 5, 0, 5], &mut flows);
        assert_eq!(flows.boxes, [5, 0, 5, 5, 0, 5]);
    }
}
