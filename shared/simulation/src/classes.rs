//! Boxes that the same bins can take.

use std::collections::BTreeMap;
use std::ops::BitAnd;

use allocation::{Class, Route};
use snapshot::WeekSnapshot;

use crate::boxes::BoxList;
use crate::week::Simulation;

/// The most sites serving an area with which a table has an entry for each set of them.
const FEW_SITES: usize = 8;

/// What boxes have in common that the same bins can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    pub(crate) area: u16,
    pub(crate) date: u8,
    /// A bit for each of the area's sites that serves them and can make all of their recipes.
    pub(crate) sites: u128,
}

/// The sites that serve an area, in order, and what they can make: bits go by place among them.
#[derive(Debug, Default)]
pub(crate) struct Kitchens {
    pub(crate) sites: Vec<usize>,
    /// The site that each route of a delivery date leads to.
    routes: Vec<Vec<u128>>,
    /// The sites that serve a delivery date.
    pub(crate) open: Vec<u128>,
    /// The sites that can make an item; one more entry for no item. Empty when every site makes everything.
    makers: Vec<u128>,
    /// The same where there are few sites.
    few: Vec<u8>,
    /// Where the area's entries in [`Kinds::direct`] start.
    start: usize,
}

impl Kitchens {
    /// `routes` are the bins and costs by delivery date; the next area's entries start at `next`.
    pub(crate) fn new(
        snapshot: &WeekSnapshot,
        routes: &[Vec<(usize, u32)>],
        next: &mut usize,
    ) -> Self {
        let site = |bin: usize| snapshot.site_and_day(bin).0;
        let mut sites: Vec<usize> = routes.iter().flatten().map(|(bin, _)| site(*bin)).collect();
        sites.sort_unstable();
        sites.dedup();
        let bit = |site: usize| {
            sites
                .binary_search(&site)
                .map_or(0, |place| 1_u128 << place)
        };
        let all = |bits: &mut dyn Iterator<Item = u128>| bits.fold(0, |all, one| all | one);
        let routes: Vec<Vec<u128>> = routes
            .iter()
            .map(|routes| routes.iter().map(|(bin, _)| bit(site(*bin))).collect())
            .collect();
        let open = routes
            .iter()
            .map(|routes| all(&mut routes.iter().copied()))
            .collect();
        let mut makers: Vec<u128> = snapshot
            .menu
            .iter()
            .map(|item| match &item.made_at {
                None => u128::MAX,
                Some(made_at) => all(&mut made_at.iter().map(|site| bit(*site))),
            })
            .chain([u128::MAX])
            .collect();
        let everything = all(&mut sites.iter().map(|site| bit(*site)));
        if makers
            .iter()
            .all(|makers| makers & everything == everything)
        {
            makers.clear();
        }
        let start = *next;
        let mut few = Vec::new();
        if sites.len() <= FEW_SITES {
            few.extend(makers.iter().map(|makers| *makers as u8));
            *next += routes.len() << sites.len();
        }
        Self {
            sites,
            routes,
            open,
            makers,
            few,
            start,
        }
    }
}

/// The kinds of boxes in one state of the world, in order of their first box.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) list: Vec<Kind>,
    /// Place + 1 by area, date and set of sites where few serve the area; 0: none yet.
    direct: Vec<u32>,
    /// Place of all others.
    others: BTreeMap<Kind, u32>,
}

impl Kinds {
    fn clear(&mut self, entries: usize) {
        self.list.clear();
        self.direct.clear();
        self.direct.resize(entries, 0);
        self.others.clear();
    }

    /// Where a kind with few sites stands in `direct`, but for its set of sites.
    fn entry(kitchens: &Kitchens, date: u8) -> usize {
        kitchens.start + (usize::from(date) << kitchens.sites.len())
    }

    /// The place of a kind, which is added where it is new.
    #[inline]
    fn place_at(&mut self, entry: usize, kind: Kind) -> u32 {
        let place = &mut self.direct[entry + kind.sites as usize];
        if *place == 0 {
            self.list.push(kind);
            *place = self.list.len() as u32;
        }
        *place - 1
    }

    /// The place of a kind, if there is such a box.
    pub(crate) fn find(&self, kitchens: &Kitchens, kind: Kind) -> Option<u32> {
        if kitchens.sites.len() <= FEW_SITES {
            let place = self.direct[Self::entry(kitchens, kind.date) + kind.sites as usize];
            return place.checked_sub(1);
        }
        self.others.get(&kind).copied()
    }

    fn place(&mut self, kitchens: &Kitchens, kind: Kind) -> u32 {
        if kitchens.sites.len() <= FEW_SITES {
            return self.place_at(Self::entry(kitchens, kind.date), kind);
        }
        let next = self.list.len() as u32;
        let place = *self.others.entry(kind).or_insert(next);
        if place == next {
            self.list.push(kind);
        }
        place
    }
}

/// Boxes sorted into classes; memory that one thread uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    pub(crate) kinds: Kinds,
    /// Each box's class.
    pub(crate) of_box: Vec<u32>,
    /// The first are this state's, as many as there are kinds.
    pool: Vec<Class>,
}

impl Classes {
    /// The classes, in order of their first box.
    pub(crate) fn list(&self) -> &[Class] {
        &self.pool[..self.kinds.list.len()]
    }
}

impl Simulation<'_> {
    /// Sorts boxes into classes.
    pub(crate) fn classify(&self, boxes: &BoxList, classes: &mut Classes) {
        let Classes {
            kinds,
            of_box,
            pool,
        } = classes;
        kinds.clear(self.entries);
        of_box.clear();
        for (run, items) in boxes.iter() {
            let kitchens = &self.areas[usize::from(run.area)].kitchens;
            let open = kitchens.open[usize::from(run.date)];
            let kind = |sites| Kind {
                area: run.area,
                date: run.date,
                sites,
            };
            let items = items.chunks_exact(run.width as usize);
            if kitchens.makers.is_empty() {
                let place = kinds.place(kitchens, kind(open));
                of_box.resize(of_box.len() + run.boxes as usize, place);
            } else if kitchens.few.is_empty() {
                let sites = items.map(|items| common(open, items, &kitchens.makers));
                of_box.extend(sites.map(|sites| kinds.place(kitchens, kind(sites))));
            } else {
                let entry = Kinds::entry(kitchens, run.date);
                let sites = items.map(|items| common(open as u8, items, &kitchens.few));
                of_box.extend(sites.map(|sites| kinds.place_at(entry, kind(sites.into()))));
            }
        }
        let kinds = &kinds.list;
        if pool.len() < kinds.len() {
            pool.resize(kinds.len(), Class::default());
        }
        for (class, kind) in pool.iter_mut().zip(kinds) {
            class.boxes = 0;
            class.routes.clear();
            let source = &self.areas[usize::from(kind.area)];
            let date = usize::from(kind.date);
            let routes = source.routes[date]
                .iter()
                .zip(&source.kitchens.routes[date]);
            let can_make = routes.filter(|(_, site)| kind.sites & **site != 0);
            class.routes.extend(can_make.map(|((bin, cost), _)| Route {
                bin: *bin,
                cost: *cost,
            }));
        }
        for class in of_box.iter() {
            pool[*class as usize].boxes += 1;
        }
    }
}

/// The sites that can make all items.
#[inline]
fn common<B: Copy + BitAnd<Output = B>>(open: B, items: &[u16], makers: &[B]) -> B {
    items
        .iter()
        .fold(open, |sites, item| sites & makers[usize::from(*item)])
}
