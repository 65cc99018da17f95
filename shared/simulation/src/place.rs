//! Sending boxes to sites.

use allocation::{Bin, Class, Placement, Placer, Route};

use crate::boxes::BoxList;
use crate::week::Simulation;

/// Memory for placing that one thread uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Places {
    placer: Placer,
    /// By area and date, the classes there: the sites that can make all recipes, and the class.
    interned: Vec<Vec<(u128, u32)>>,
}

/// Boxes that the same bins can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) area: u16,
    pub(crate) date: u8,
    /// A bit for each site that can make all of the box's recipes.
    pub(crate) made_at: u128,
}

/// Where the boxes of one state of the world go.
#[derive(Debug, Clone)]
pub struct Placed {
    /// By box, its bin + 1; 0: none has room.
    bins: Vec<u32>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) classes: Vec<Class>,
    pub(crate) placement: Placement,
}

impl Placed {
    /// Each box's bin; `None`: no site has room.
    pub fn bins(&self) -> impl Iterator<Item = Option<usize>> {
        self.bins
            .iter()
            .map(|bin| bin.checked_sub(1).map(|bin| bin as usize))
    }

    /// Boxes that no site has room for.
    pub fn unplaced(&self) -> u64 {
        self.placement.shortfall()
    }

    /// Boxes in each bin.
    pub fn loads(&self) -> &[u64] {
        self.placement.loads()
    }

    /// Bins below their minimum, and by how many boxes.
    pub fn unmet_minimums(&self) -> &[(usize, u64)] {
        self.placement.unmet_minimums()
    }
}

impl Simulation<'_> {
    pub(crate) fn bins(&self) -> Vec<Bin> {
        (0..self.snapshot.bins())
            .map(|bin| {
                let cap = self.snapshot.cap(bin);
                Bin {
                    min: cap.min,
                    max: cap.max,
                }
            })
            .collect()
    }

    /// Places all boxes at once: what one area takes another cannot have.
    pub(crate) fn place(&self, boxes: &BoxList, places: &mut Places) -> Placed {
        let Places { placer, interned } = places;
        let dates = self.dates().len();
        interned.iter_mut().for_each(Vec::clear);
        interned.resize_with(self.areas.len() * dates, Vec::new);

        let mut kinds: Vec<Kind> = Vec::new();
        let mut counts: Vec<u64> = Vec::new();
        let mut class_of = Vec::with_capacity(boxes.len());
        for (head, items) in boxes.iter() {
            let made_at = match &self.made_at {
                None => u128::MAX,
                Some(masks) => items
                    .iter()
                    .fold(u128::MAX, |mask, item| mask & masks[usize::from(*item)]),
            };
            let cell = &mut interned[usize::from(head.area) * dates + usize::from(head.date)];
            let class = match cell.iter().find(|(mask, _)| *mask == made_at) {
                Some((_, class)) => *class,
                None => {
                    let class = kinds.len() as u32;
                    cell.push((made_at, class));
                    kinds.push(Kind {
                        area: head.area,
                        date: head.date,
                        made_at,
                    });
                    counts.push(0);
                    class
                }
            };
            counts[class as usize] += 1;
            class_of.push(class);
        }
        let classes: Vec<Class> = kinds
            .iter()
            .zip(&counts)
            .map(|(kind, boxes)| self.class(*kind, *boxes))
            .collect();
        let placement = placer.place(&classes, &self.bins());

        // Within a class boxes are alike to the sites: the first fill the preferred route, then the next. Known
        // orders stand first, so they get the preferred sites and the last of the room.
        let mut cursors: Vec<(usize, u64)> = (0..classes.len())
            .map(|class| (0, placement.flow(class).first().copied().unwrap_or(0)))
            .collect();
        let bins = class_of
            .iter()
            .map(|class| {
                let flow = placement.flow(*class as usize);
                let (route, left) = &mut cursors[*class as usize];
                while *left == 0 {
                    *route += 1;
                    match flow.get(*route) {
                        Some(boxes) => *left = *boxes,
                        None => {
                            *route = flow.len();
                            return 0;
                        }
                    }
                }
                *left -= 1;
                classes[*class as usize].routes[*route].bin as u32 + 1
            })
            .collect();
        Placed {
            bins,
            kinds,
            classes,
            placement,
        }
    }

    fn class(&self, kind: Kind, boxes: u64) -> Class {
        let routes = &self.areas[usize::from(kind.area)].routes[usize::from(kind.date)];
        let can_make = |bin: usize| kind.made_at >> self.snapshot.site_and_day(bin).0 & 1 == 1;
        let routes = routes
            .iter()
            .filter(|(bin, _)| can_make(*bin))
            .map(|(bin, cost)| Route {
                bin: *bin,
                cost: *cost,
            })
            .collect();
        Class { boxes, routes }
    }
}
