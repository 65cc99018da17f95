//! The network that boxes flow through, and the loop that fills it.
//!
//! Class → bin → sink. A bin's arc to the sink is two arcs: up to its minimum at cost 0, from there to its
//! maximum at a penalty. One bin more, reached from every class at a still higher cost, takes what fits nowhere,
//! so that every box flows and the first two aims are costs too.
//!
//! A residual cycle passes each bin once at most, so its routes cost less than bins × highest cost. A penalty above
//! that can never be outweighed, and two penalties never by one.
//!
//! Where boxes have usual routes, a route is two arcs: one for as many boxes as usual, one without a limit that costs
//! 1 more. All other costs are multiplied by more than a cycle has arcs into bins, so that they still come first.

use std::ops::Range;

use crate::best::Best;
use crate::placement::{Placement, Shortage};
use crate::{Bin, Class, Route};

/// No arc leads on from here.
pub(crate) const FAR: i64 = i64::MAX / 4;

/// Places boxes again and again without allocating anew.
///
/// The algorithm is primal-dual minimum-cost flow (Ford and Fulkerson 1962): every node has a *distance*, the least
/// cost from it to the sink; blocking flows (Dinic 1970) fill the arcs that lie on shortest paths; then the
/// distances grow (Dijkstra on reduced costs). All classes flow at once, each along its own shortest paths.
#[derive(Debug, Clone, Default)]
pub struct Placer {
    pub(crate) net: Network,
    pub(crate) scratch: crate::search::Scratch,
}

/// Classes, bins and the arcs between them in flat arrays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    /// Where each class's arcs start; its last arc leads to the bin for the unplaced.
    pub(crate) class_start: Vec<usize>,
    pub(crate) arc_bin: Vec<u32>,
    pub(crate) arc_cost: Vec<i64>,
    /// Boxes an arc can carry; empty when no arc has a limit.
    arc_max: Vec<u64>,
    pub(crate) flow: Vec<u64>,
    /// Where each bin's incoming arcs start in `incoming`; none are listed for the unplaced.
    pub(crate) bin_start: Vec<usize>,
    pub(crate) incoming: Vec<Incoming>,
    /// Arcs by which boxes came, per bin, with their class; space for all of `incoming`, the first `guest_count` used.
    pub(crate) guests: Vec<(u32, u32)>,
    guest_count: Vec<u32>,
    is_guest: Vec<bool>,
    /// Arcs on shortest paths, per class; space for all arcs, the first `shortest_count` used.
    pub(crate) shortest: Vec<u32>,
    shortest_count: Vec<u32>,
    /// When each class's `shortest` was made.
    shortest_phase: Vec<u32>,
    /// Counts how often distances changed.
    pub(crate) phase: u32,
    pub(crate) bins: Vec<Room>,
    /// What a box pays in a bin that has its minimum.
    pub(crate) penalty: i64,
    /// Boxes of each class still to flow.
    pub(crate) excess: Vec<u64>,
    pub(crate) class_distance: Vec<i64>,
    pub(crate) bin_distance: Vec<i64>,
}

/// An arc as its bin sees it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Incoming {
    pub(crate) class: u32,
    pub(crate) arc: u32,
    pub(crate) cost: i64,
}

/// Boxes a route usually takes: by class and position among its routes.
type Usual<'a> = &'a dyn Fn(usize, usize) -> u64;

/// A bin's bounds and load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) load: u64,
}

impl Placer {
    /// Places the classes into the bins; see [`place`](crate::place).
    pub fn place(&mut self, classes: &[Class], bins: &[Bin]) -> Placement {
        self.net.load(classes, bins, None);
        self.run();
        self.net.placement(classes, bins)
    }

    /// Places the classes into the bins as [`place`](Self::place) does and, of the placements that are equally good,
    /// takes one with the fewest boxes beyond what is usual on their routes.
    ///
    /// `usual` gives the boxes a route usually takes, by class and position among its routes; 0 for no wish. For boxes
    /// that should follow a plan's split, scale that split to the class's boxes.
    ///
    /// ```
    /// use allocation::{Bin, Class, Placer, Route};
    ///
    /// let bins = [Bin { min: 0, max: Some(60) }, Bin { min: 0, max: None }];
    /// let alike = vec![Route { bin: 0, cost: 0 }, Route { bin: 1, cost: 0 }];
    /// let classes = [Class { boxes: 100, routes: alike }];
    /// let placement = Placer::default().place_near(&classes, &bins, |_, route| [30, 70][route]);
    /// assert_eq!(placement.flow(0), [30, 70]);
    /// ```
    pub fn place_near(
        &mut self,
        classes: &[Class],
        bins: &[Bin],
        usual: impl Fn(usize, usize) -> u64,
    ) -> Placement {
        self.net.load(classes, bins, Some(&usual));
        self.run();
        self.net.placement(classes, bins)
    }

    /// Places the classes into the bins and tells what all best placements have in common.
    pub(crate) fn best(&mut self, classes: &[Class], bins: &[Bin]) -> (Placement, Best) {
        let placement = self.place(classes, bins);
        (placement, self.net.best(classes, bins))
    }

    fn run(&mut self) {
        let Self { net, scratch } = self;
        scratch.start(net);
        while scratch.has_excess(net) {
            while scratch.layer(net) {
                scratch.fill(net);
            }
            scratch.lengthen(net);
        }
    }
}

impl Network {
    fn load(&mut self, classes: &[Class], bins: &[Bin], usual: Option<Usual>) {
        let highest = classes
            .iter()
            .flat_map(|class| &class.routes)
            .map(|route| route.cost)
            .max();
        // The bin for the unplaced counts too.
        let bins_in_cycle = i64::from(bins.len() as u32 + 1);
        let (scale, extra) = match usual {
            Some(_) => (bins_in_cycle + 1, 1),
            None => (1, 0),
        };
        let highest = i64::from(highest.unwrap_or(0)) * scale + extra;
        self.penalty = highest * bins_in_cycle + 1;
        self.load_bins(bins);
        self.load_arcs(classes, bins.len() as u32, usual, (scale, extra));
        self.flow.clear();
        self.flow.resize(self.arc_bin.len(), 0);
        self.excess.clear();
        self.excess.extend(classes.iter().map(|class| class.boxes));
        self.load_incoming(classes.len());
        self.load_lists();
        self.class_distance.clear();
        for class in 0..classes.len() {
            let nearest = self.arcs(class).map(|arc| self.through(arc)).min();
            self.class_distance.push(nearest.unwrap_or(FAR));
        }
    }

    fn load_arcs(
        &mut self,
        classes: &[Class],
        unplaced: u32,
        usual: Option<Usual>,
        (scale, extra): (i64, i64),
    ) {
        self.class_start.clear();
        self.arc_bin.clear();
        self.arc_cost.clear();
        self.arc_max.clear();
        for (at, class) in classes.iter().enumerate() {
            self.class_start.push(self.arc_bin.len());
            for (route, Route { bin, cost }) in class.routes.iter().enumerate() {
                let cost = i64::from(*cost) * scale;
                if let Some(usual) = usual {
                    let boxes = usual(at, route);
                    if boxes > 0 {
                        self.arc_bin.push(*bin as u32);
                        self.arc_cost.push(cost);
                        self.arc_max.push(boxes.min(u64::MAX - 1));
                    }
                    self.arc_max.push(u64::MAX);
                }
                self.arc_bin.push(*bin as u32);
                self.arc_cost.push(cost + extra);
            }
            self.arc_bin.push(unplaced);
            self.arc_cost.push(self.penalty);
            if usual.is_some() {
                self.arc_max.push(u64::MAX);
            }
        }
        self.class_start.push(self.arc_bin.len());
    }

    fn load_bins(&mut self, bins: &[Bin]) {
        self.bins.clear();
        self.bins
            .extend(bins.iter().chain([&Bin::default()]).map(|bin| {
                let max = bin.max.unwrap_or(u64::MAX);
                Room {
                    min: bin.min.min(max),
                    max,
                    load: 0,
                }
            }));
        self.bin_distance.clear();
        self.bin_distance
            .extend(self.bins.iter().map(|bin| match (bin.min, bin.max) {
                (_, 0) => FAR,
                (0, _) => self.penalty,
                _ => 0,
            }));
    }

    /// Sorts the arcs by bin, in two passes.
    fn load_incoming(&mut self, classes: usize) {
        self.bin_start.clear();
        self.bin_start.resize(self.bins.len() + 1, 0);
        for class in 0..classes {
            for arc in self.routed(class) {
                self.bin_start[self.arc_bin[arc] as usize + 1] += 1;
            }
        }
        for bin in 1..self.bin_start.len() {
            self.bin_start[bin] += self.bin_start[bin - 1];
        }
        self.incoming.clear();
        self.incoming
            .resize(self.arc_bin.len() - classes, Incoming::default());
        for class in 0..classes {
            for arc in self.routed(class) {
                let next = &mut self.bin_start[self.arc_bin[arc] as usize];
                self.incoming[*next] = Incoming {
                    class: class as u32,
                    arc: arc as u32,
                    cost: self.arc_cost[arc],
                };
                *next += 1;
            }
        }
        // Each start now stands where the next bin starts.
        self.bin_start.rotate_right(1);
        self.bin_start[0] = 0;
    }

    fn load_lists(&mut self) {
        let (arcs, classes, bins) = (self.flow.len(), self.excess.len(), self.bins.len());
        self.guests.resize(self.incoming.len(), (0, 0));
        self.guest_count.clear();
        self.guest_count.resize(bins, 0);
        self.is_guest.clear();
        self.is_guest.resize(arcs, false);
        // The unplaced are nobody's guests: they never have to make way.
        for class in 0..classes {
            self.is_guest[self.class_start[class + 1] - 1] = true;
        }
        self.shortest.resize(arcs, 0);
        self.shortest_count.resize(classes, 0);
        self.phase = 1;
        self.shortest_phase.clear();
        self.shortest_phase.resize(classes, 0);
    }

    /// Lists a class's arcs on shortest paths, once per phase.
    /// Gives their number.
    pub(crate) fn list_shortest(&mut self, class: usize) -> u32 {
        if std::mem::replace(&mut self.shortest_phase[class], self.phase) == self.phase {
            return self.shortest_count[class];
        }
        let arcs = self.arcs(class);
        let mut next = arcs.start;
        for arc in arcs.clone() {
            if self.through(arc) == self.class_distance[class] {
                self.shortest[next] = arc as u32;
                next += 1;
            }
        }
        self.shortest_count[class] = (next - arcs.start) as u32;
        self.shortest_count[class]
    }

    /// Places of a class's arcs in `shortest`.
    #[inline]
    pub(crate) fn shortest(&self, class: usize) -> Range<usize> {
        let start = self.class_start[class];
        start..start + self.shortest_count[class] as usize
    }

    /// Sends boxes into a bin.
    pub(crate) fn send(&mut self, class: u32, arc: u32, boxes: u64) {
        let at = arc as usize;
        self.flow[at] += boxes;
        if !std::mem::replace(&mut self.is_guest[at], true) {
            let bin = self.arc_bin[at] as usize;
            self.guests[self.bin_start[bin] + self.guest_count[bin] as usize] = (class, arc);
            self.guest_count[bin] += 1;
        }
    }

    /// Takes arcs without boxes off a bin's guests.
    pub(crate) fn drop_departed(&mut self, bin: usize) {
        let mut at = self.bin_start[bin];
        while at < self.guests(bin).end {
            let arc = self.guests[at].1 as usize;
            if self.flow[arc] > 0 {
                at += 1;
            } else {
                self.is_guest[arc] = false;
                self.guests[at] = self.guests[self.guests(bin).end - 1];
                self.guest_count[bin] -= 1;
            }
        }
    }

    /// Places of a bin's arcs in `guests`.
    #[inline]
    pub(crate) fn guests(&self, bin: usize) -> Range<usize> {
        let start = self.bin_start[bin];
        start..start + self.guest_count[bin] as usize
    }

    /// Arcs out of a class.
    #[inline]
    pub(crate) fn arcs(&self, class: usize) -> Range<usize> {
        self.class_start[class]..self.class_start[class + 1]
    }

    /// A class's arcs but the one to the unplaced.
    fn routed(&self, class: usize) -> Range<usize> {
        self.class_start[class]..self.class_start[class + 1] - 1
    }

    /// Boxes that an arc can still carry.
    #[inline]
    pub(crate) fn left(&self, arc: usize) -> u64 {
        match self.arc_max.get(arc) {
            Some(max) => max - self.flow[arc],
            None => u64::MAX,
        }
    }

    /// Whether boxes can go back along an arc by which they came: only those of a full arc may not be on a shortest
    /// path.
    #[inline]
    pub(crate) fn leads_back(&self, class: u32, arc: u32) -> bool {
        self.arc_max.is_empty() || self.through(arc as usize) == self.class_distance[class as usize]
    }

    /// Places of the arcs into a bin in `incoming`.
    #[inline]
    pub(crate) fn arcs_to(&self, bin: usize) -> Range<usize> {
        self.bin_start[bin]..self.bin_start[bin + 1]
    }

    /// Distance to the sink from the start of an arc, along it.
    #[inline]
    pub(crate) fn through(&self, arc: usize) -> i64 {
        self.arc_cost[arc] + self.bin_distance[self.arc_bin[arc] as usize]
    }

    /// Boxes that a bin can still take at its present distance.
    #[inline]
    pub(crate) fn room(&self, bin: usize) -> u64 {
        let Room { min, max, load } = self.bins[bin];
        let distance = self.bin_distance[bin];
        if load < min && distance == 0 {
            min - load
        } else if load >= min && load < max && distance == self.penalty {
            max - load
        } else {
            0
        }
    }

    fn placement(&self, classes: &[Class], bins: &[Bin]) -> Placement {
        let mut placement = Placement {
            flow: Vec::with_capacity(self.flow.len() - classes.len()),
            starts: Vec::with_capacity(classes.len() + 1),
            unplaced: Vec::with_capacity(classes.len()),
            loads: self.bins[..bins.len()].iter().map(|bin| bin.load).collect(),
            unmet: Vec::new(),
            shortage: None,
        };
        for class in 0..classes.len() {
            let arcs = self.routed(class);
            placement.unplaced.push(self.flow[arcs.end]);
            placement.starts.push(placement.flow.len());
            if self.arc_max.is_empty() {
                placement.flow.extend_from_slice(&self.flow[arcs]);
                continue;
            }
            // A limited arc and the one after it are one route.
            let mut usual = 0;
            for arc in arcs {
                if self.arc_max[arc] < u64::MAX {
                    usual = self.flow[arc];
                } else {
                    placement
                        .flow
                        .push(self.flow[arc] + std::mem::take(&mut usual));
                }
            }
        }
        placement.starts.push(placement.flow.len());
        for (at, bin) in bins.iter().enumerate() {
            if placement.loads[at] < bin.min {
                placement.unmet.push((at, bin.min - placement.loads[at]));
            }
        }
        if placement.shortfall() > 0 {
            placement.shortage = Some(self.shortage(classes, bins, &placement.unplaced));
        }
        placement
    }

    /// What can be reached from the unplaced boxes in the residual network: the minimal minimum cut.
    fn shortage(&self, classes: &[Class], bins: &[Bin], unplaced: &[u64]) -> Shortage {
        let mut class_in: Vec<bool> = unplaced.iter().map(|&boxes| boxes > 0).collect();
        let mut bin_in = vec![false; bins.len()];
        let mut queue: Vec<usize> = (0..classes.len())
            .filter(|&class| class_in[class])
            .collect();
        while let Some(class) = queue.pop() {
            for route in &classes[class].routes {
                if std::mem::replace(&mut bin_in[route.bin], true) {
                    continue;
                }
                for &(other, arc) in &self.guests[self.guests(route.bin)] {
                    if self.flow[arc as usize] > 0 && !class_in[other as usize] {
                        class_in[other as usize] = true;
                        queue.push(other as usize);
                    }
                }
            }
        }
        let chosen = |marks: &[bool]| -> Vec<usize> {
            marks
                .iter()
                .enumerate()
                .filter(|(_, mark)| **mark)
                .map(|(at, _)| at)
                .collect()
        };
        let (classes_in, bins_in) = (chosen(&class_in), chosen(&bin_in));
        let sum = |sum: u64, boxes: u64| sum.saturating_add(boxes);
        Shortage {
            boxes: classes_in
                .iter()
                .map(|&class| classes[class].boxes)
                .fold(0, sum),
            capacity: bins_in.iter().map(|&bin| self.bins[bin].max).fold(0, sum),
            classes: classes_in,
            bins: bins_in,
        }
    }
}
