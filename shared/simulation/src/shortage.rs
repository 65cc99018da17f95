//! Saying which boxes find no site, and why.

use std::collections::{BTreeMap, BTreeSet};

use crate::classes::Classes;
use crate::place::Placed;
use crate::week::{Plan, Simulation};

/// Boxes that fit only certain bins, which are full: one connected part of the week's shortage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shortfall {
    /// Boxes that fit nowhere else.
    pub boxes: u64,
    /// What the bins can take.
    pub capacity: u64,
    /// Their areas, by place.
    pub areas: BTreeSet<usize>,
    /// Their delivery dates, by place.
    pub dates: BTreeSet<usize>,
    /// The full bins; none when no open site can take the boxes at all.
    pub bins: BTreeSet<usize>,
    /// Bins of the same packing days that have room but cannot take these boxes.
    pub spare: BTreeMap<usize, u64>,
    /// The recipe that a site with room would have to make to help most, if one alone would.
    pub opening: Option<Opening>,
    classes: BTreeSet<usize>,
}

/// A recipe that a site could make, and how many boxes would then find a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Place on the menu.
    pub item: usize,
    /// Place of the site.
    pub site: usize,
    /// Boxes that it would help, at most as many as are short.
    pub boxes: u64,
}

impl Shortfall {
    fn add(&mut self, placed: &Placed, class: usize) {
        let kind = placed.kinds[class];
        self.boxes += placed.classes[class].boxes;
        self.areas.insert(usize::from(kind.area));
        self.dates.insert(usize::from(kind.date));
        self.classes.insert(class);
    }

    /// Boxes short.
    pub fn short(&self) -> u64 {
        self.boxes - self.capacity
    }
}

/// Takes the certificate of a placement apart into its connected parts, the largest first.
pub fn shortfalls(simulation: &Simulation<'_>, plan: &Plan) -> Vec<Shortfall> {
    let placed = &plan.placed;
    let Some(shortage) = placed.placement.shortage() else {
        return Vec::new();
    };
    let snapshot = simulation.snapshot;
    // Boxes that no open site can take at all are one part; others belong together when they share a bin: follow
    // shared bins until nothing new turns up.
    let (routed, stranded): (Vec<usize>, Vec<usize>) = shortage
        .classes
        .iter()
        .partition(|class| !placed.classes[**class].routes.is_empty());
    let mut by_bin: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for class in &routed {
        for route in &placed.classes[*class].routes {
            by_bin.entry(route.bin).or_default().push(*class);
        }
    }
    let mut parts = Vec::new();
    let mut nowhere = Shortfall::default();
    stranded
        .into_iter()
        .for_each(|class| nowhere.add(placed, class));
    if nowhere.boxes > 0 {
        parts.push(nowhere);
    }
    let mut left: BTreeSet<usize> = routed.into_iter().collect();
    while let Some(first) = left.pop_first() {
        let mut part = Shortfall::default();
        let mut open = vec![first];
        while let Some(class) = open.pop() {
            part.add(placed, class);
            for route in &placed.classes[class].routes {
                if part.bins.insert(route.bin) {
                    let most = snapshot.cap(route.bin).max.unwrap_or(u64::MAX);
                    part.capacity = part.capacity.saturating_add(most);
                    for other in by_bin.get(&route.bin).into_iter().flatten() {
                        if left.remove(other) {
                            open.push(*other);
                        }
                    }
                }
            }
        }
        if part.boxes > part.capacity {
            part.spare = spare(simulation, placed, &part);
            parts.push(part);
        }
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.short()));
    let mut classes = Classes::default();
    simulation.classify(&plan.boxes, &mut classes);
    for part in &mut parts {
        part.opening = opening(simulation, plan, &classes, part);
    }
    parts
}

/// Looks at each of the part's boxes for sites with room that serve it and lack one of its recipes alone.
fn opening(
    simulation: &Simulation<'_>,
    plan: &Plan,
    classes: &Classes,
    part: &Shortfall,
) -> Option<Opening> {
    let snapshot = simulation.snapshot;
    let makes = |item: u16, site: usize| {
        let item = snapshot.menu.get(usize::from(item));
        let sites = item.and_then(|item| item.made_at.as_ref());
        sites.is_none_or(|sites| sites.binary_search(&site).is_ok())
    };
    // By recipe and bin: boxes that lack nothing else there.
    let mut helped: BTreeMap<(u16, usize), u64> = BTreeMap::new();
    for (drawn, class) in plan.boxes.kits().zip(&classes.of_box) {
        if !part.classes.contains(&(*class as usize)) {
            continue;
        }
        for (bin, _) in snapshot.routes(drawn.area, simulation.dates()[drawn.date]) {
            let site = snapshot.site_and_day(bin).0;
            let mut lacking = drawn.items.iter().filter(|item| !makes(**item, site));
            let Some(first) = lacking.next() else {
                continue;
            };
            if lacking.all(|item| item == first) {
                *helped.entry((*first, bin)).or_default() += 1;
            }
        }
    }
    let mut sites: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for ((item, bin), boxes) in helped {
        let cap = snapshot.cap(bin).max;
        let load = plan.placed.loads().get(bin).copied().unwrap_or(0);
        let room = cap.map_or(u64::MAX, |most| most.saturating_sub(load));
        let site = snapshot.site_and_day(bin).0;
        *sites.entry((usize::from(item), site)).or_default() += boxes.min(room);
    }
    let ((item, site), boxes) = sites
        .into_iter()
        .max_by_key(|((item, site), boxes)| (*boxes, std::cmp::Reverse((*item, *site))))?;
    let boxes = boxes.min(part.short());
    (boxes > 0).then_some(Opening { item, site, boxes })
}

/// Room on the part's packing days in bins that its boxes cannot go to.
fn spare(simulation: &Simulation<'_>, placed: &Placed, part: &Shortfall) -> BTreeMap<usize, u64> {
    let snapshot = simulation.snapshot;
    let days: BTreeSet<usize> = part
        .bins
        .iter()
        .map(|bin| snapshot.site_and_day(*bin).1)
        .collect();
    let room = |bin: usize| match snapshot.cap(bin).max {
        None => u64::MAX,
        Some(max) => max.saturating_sub(placed.loads().get(bin).copied().unwrap_or(0)),
    };
    (0..snapshot.bins())
        .filter(|bin| !part.bins.contains(bin) && days.contains(&snapshot.site_and_day(*bin).1))
        .map(|bin| (bin, room(bin)))
        .filter(|(_, room)| *room > 0)
        .collect()
}
