//! Saying which boxes find no site, and why.

use std::collections::{BTreeMap, BTreeSet};

use crate::place::Placed;
use crate::week::Simulation;

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
}

impl Shortfall {
    fn add(&mut self, placed: &Placed, class: usize) {
        let kind = placed.kinds[class];
        self.boxes += placed.classes[class].boxes;
        self.areas.insert(usize::from(kind.area));
        self.dates.insert(usize::from(kind.date));
    }

    /// Boxes short.
    pub fn short(&self) -> u64 {
        self.boxes - self.capacity
    }
}

/// Takes the certificate of a placement apart into its connected parts, the largest first.
pub fn shortfalls(simulation: &Simulation<'_>, placed: &Placed) -> Vec<Shortfall> {
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
    parts
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
