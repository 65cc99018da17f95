//! The search for shortest paths, and the flow along them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::network::{FAR, Network};

/// Working memory of the search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch {
    /// Classes that still have boxes to flow.
    open: Vec<u32>,
    /// Layer of each node in the present search; below `base` when not reached.
    class_layer: Vec<u32>,
    bin_layer: Vec<u32>,
    base: u32,
    /// The highest layer of the present search: bins there are of use only with room.
    last: u32,
    /// What the present search reached, in the order it did.
    classes: Vec<u32>,
    bins: Vec<u32>,
    /// The next arc to try out of each node.
    class_next: Vec<usize>,
    bin_next: Vec<usize>,
    /// A path's arcs with their classes: into a bin, back to a class, into a bin, …
    path: Vec<(u32, u32)>,
    /// How much each reached node's distance grows.
    class_growth: Vec<i64>,
    bin_growth: Vec<i64>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

impl Scratch {
    /// Makes ready for a network.
    pub(crate) fn start(&mut self, net: &Network) {
        let (classes, bins) = (net.excess.len(), net.bins.len());
        self.open.clear();
        self.open.extend(0..classes as u32);
        self.last = 0;
        for (layers, size) in [
            (&mut self.class_layer, classes),
            (&mut self.bin_layer, bins),
        ] {
            layers.clear();
            layers.resize(size, 0);
        }
        self.class_next.resize(classes, 0);
        self.bin_next.resize(bins, 0);
        self.class_growth.resize(classes, 0);
        self.bin_growth.resize(bins, 0);
    }

    /// Whether boxes still have to flow.
    pub(crate) fn has_excess(&mut self, net: &Network) -> bool {
        self.open.retain(|&class| net.excess[class as usize] > 0);
        !self.open.is_empty()
    }

    /// Layers what the open classes reach along shortest paths, up to the nearest bins with room; false when there
    /// are none.
    pub(crate) fn layer(&mut self, net: &Network) -> bool {
        // Layers of this search lie above all of the one before, so nothing has to be cleared.
        self.base = self.last + 1;
        self.last = self.base;
        self.classes.clear();
        self.bins.clear();
        for at in 0..self.open.len() {
            let class = self.open[at];
            if net.excess[class as usize] > 0 {
                self.reach_class(net, class, self.base);
            }
        }
        let (mut class_at, mut bin_at) = (0, 0);
        let mut found = false;
        while !found && class_at < self.classes.len() {
            while let Some(&class) = self.classes.get(class_at) {
                class_at += 1;
                let class = class as usize;
                for arc in net.arcs(class) {
                    let bin = net.arc_bin[arc] as usize;
                    if self.bin_layer[bin] < self.base
                        && net.through(arc) == net.class_distance[class]
                    {
                        self.last = self.class_layer[class] + 1;
                        self.bin_layer[bin] = self.last;
                        self.bin_next[bin] = net.bin_start[bin];
                        self.bins.push(bin as u32);
                        found |= net.room(bin) > 0;
                    }
                }
            }
            if found {
                break;
            }
            while let Some(&bin) = self.bins.get(bin_at) {
                bin_at += 1;
                let layer = self.bin_layer[bin as usize] + 1;
                for &(class, arc) in &net.incoming[net.arcs_to(bin as usize)] {
                    if net.flow[arc as usize] > 0 && self.class_layer[class as usize] < self.base {
                        self.reach_class(net, class, layer);
                    }
                }
            }
        }
        found
    }

    fn reach_class(&mut self, net: &Network, class: u32, layer: u32) {
        self.last = self.last.max(layer);
        self.class_layer[class as usize] = layer;
        self.class_next[class as usize] = net.class_start[class as usize];
        self.classes.push(class);
    }

    /// A blocking flow through the layers.
    pub(crate) fn fill(&mut self, net: &mut Network) {
        for at in 0..self.open.len() {
            let class = self.open[at] as usize;
            while net.excess[class] > 0 && self.find_path(net, class) {
                self.push_along(net, class);
            }
        }
    }

    /// Finds a path from a class down the layers to a bin with room; false when there is none left.
    fn find_path(&mut self, net: &Network, from: usize) -> bool {
        self.path.clear();
        let mut class = from;
        loop {
            let bin = if let Some(arc) = self.next_down(net, class) {
                self.path.push((class as u32, arc as u32));
                let bin = net.arc_bin[arc] as usize;
                if net.room(bin) > 0 {
                    return true;
                }
                bin
            } else {
                // A dead end: back to the bin that led here, if one did.
                self.path.pop();
                let Some(&(_, arc)) = self.path.last() else {
                    return false;
                };
                let bin = net.arc_bin[arc as usize] as usize;
                self.bin_next[bin] += 1;
                bin
            };
            if let Some(back) = self.next_across(net, bin) {
                self.path.push(back);
                class = back.0 as usize;
            } else if let Some((before, _)) = self.path.pop() {
                class = before as usize;
                self.class_next[class] += 1;
            }
        }
    }

    /// The next arc out of a class that leads a layer down and is of use.
    fn next_down(&mut self, net: &Network, class: usize) -> Option<usize> {
        let layer = self.class_layer[class] + 1;
        let end = net.class_start[class + 1];
        while self.class_next[class] < end {
            let arc = self.class_next[class];
            let bin = net.arc_bin[arc] as usize;
            if self.bin_layer[bin] == layer
                && net.through(arc) == net.class_distance[class]
                && (layer < self.last || net.room(bin) > 0)
            {
                return Some(arc);
            }
            self.class_next[class] += 1;
        }
        None
    }

    /// The next class in a bin whose boxes can make way, with the arc they came by.
    fn next_across(&mut self, net: &Network, bin: usize) -> Option<(u32, u32)> {
        let layer = self.bin_layer[bin] + 1;
        let end = net.bin_start[bin + 1];
        while self.bin_next[bin] < end {
            let (class, arc) = net.incoming[self.bin_next[bin]];
            if self.class_layer[class as usize] == layer && net.flow[arc as usize] > 0 {
                return Some((class, arc));
            }
            self.bin_next[bin] += 1;
        }
        None
    }

    /// Sends as many boxes as can go along the path.
    fn push_along(&mut self, net: &mut Network, class: usize) {
        let Some(&(_, last)) = self.path.last() else {
            return;
        };
        let bin = net.arc_bin[last as usize] as usize;
        // Every second arc is taken backwards: its boxes make way.
        let back = self
            .path
            .iter()
            .skip(1)
            .step_by(2)
            .map(|&(_, arc)| net.flow[arc as usize]);
        let boxes = back.fold(net.excess[class].min(net.room(bin)), u64::min);
        for (at, &(_, arc)) in self.path.iter().enumerate() {
            let flow = &mut net.flow[arc as usize];
            *flow = if at % 2 == 0 {
                *flow + boxes
            } else {
                *flow - boxes
            };
        }
        net.bins[bin].load += boxes;
        net.excess[class] -= boxes;
    }

    /// After a search that found no room: distances of all it reached grow until new arcs lie on shortest paths.
    ///
    /// What was not reached keeps its distance, so a search costs as much as the congestion is wide.
    pub(crate) fn lengthen(&mut self, net: &mut Network) {
        self.heap.clear();
        for &bin in &self.bins {
            let bin = bin as usize;
            let opens = net.bins[bin].load < net.bins[bin].max;
            self.bin_growth[bin] = if opens {
                net.penalty - net.bin_distance[bin]
            } else {
                FAR
            };
            self.heap.push(Reverse((self.bin_growth[bin], bin as u32)));
        }
        for at in 0..self.classes.len() {
            let class = self.classes[at] as usize;
            let outside = net
                .arcs(class)
                .filter(|&arc| self.bin_layer[net.arc_bin[arc] as usize] < self.base);
            let nearest = outside.map(|arc| net.through(arc)).min().unwrap_or(FAR);
            self.class_growth[class] = FAR;
            self.relax(net, class, nearest - net.class_distance[class]);
        }
        while let Some(Reverse((growth, bin))) = self.heap.pop() {
            let bin = bin as usize;
            if growth > self.bin_growth[bin] {
                continue;
            }
            for at in net.arcs_to(bin) {
                let (class, arc) = net.incoming[at];
                let class = class as usize;
                if self.class_layer[class] >= self.base {
                    let more = net.through(arc as usize) - net.class_distance[class];
                    self.relax(net, class, growth + more);
                }
            }
        }
        for &class in &self.classes {
            net.class_distance[class as usize] += self.class_growth[class as usize];
        }
        for &bin in &self.bins {
            net.bin_distance[bin as usize] += self.bin_growth[bin as usize];
        }
    }

    /// Lowers a class's growth, and with it that of the bins it could make way in.
    fn relax(&mut self, net: &Network, class: usize, growth: i64) {
        if growth >= self.class_growth[class] {
            return;
        }
        self.class_growth[class] = growth;
        for arc in net.arcs(class) {
            let bin = net.arc_bin[arc] as usize;
            if net.flow[arc] > 0 && growth < self.bin_growth[bin] {
                self.bin_growth[bin] = growth;
                self.heap.push(Reverse((growth, bin as u32)));
            }
        }
    }
}
