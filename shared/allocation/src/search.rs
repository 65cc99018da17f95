//! The search for shortest paths, and the flow along them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::network::{FAR, Incoming, Network};

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
    /// The bins' distances before they grow.
    before: Vec<i64>,
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
    }

    /// Whether boxes still have to flow.
    pub(crate) fn has_excess(&mut self, net: &Network) -> bool {
        self.open.retain(|&class| net.excess[class as usize] > 0);
        !self.open.is_empty()
    }

    /// Layers what the open classes reach along shortest paths, up to the nearest bins with room; false when there
    /// are none.
    pub(crate) fn layer(&mut self, net: &mut Network) -> bool {
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
                for at in net.shortest(class as usize) {
                    let arc = net.shortest[at] as usize;
                    let bin = net.arc_bin[arc];
                    if self.bin_layer[bin as usize] < self.base && net.left(arc) > 0 {
                        self.last = self.class_layer[class as usize] + 1;
                        found |= self.reach_bin(net, bin, self.last);
                    }
                }
            }
            while !found && let Some(&bin) = self.bins.get(bin_at) {
                bin_at += 1;
                let layer = self.bin_layer[bin as usize] + 1;
                for at in net.guests(bin as usize) {
                    let (class, arc) = net.guests[at];
                    if self.class_layer[class as usize] < self.base && net.leads_back(class, arc) {
                        self.reach_class(net, class, layer);
                    }
                }
            }
        }
        found
    }

    fn reach_class(&mut self, net: &mut Network, class: u32, layer: u32) {
        let at = class as usize;
        if net.list_shortest(at) < 2 && layer > self.base {
            // Its one arc is the one it came by. Where the search starts, no path looks for it.
            self.class_layer[at] = self.base;
            return;
        }
        self.last = layer;
        self.class_layer[at] = layer;
        self.class_next[at] = net.class_start[at];
        self.classes.push(class);
    }

    /// Whether the bin has room.
    fn reach_bin(&mut self, net: &mut Network, bin: u32, layer: u32) -> bool {
        self.bin_layer[bin as usize] = layer;
        self.bin_next[bin as usize] = net.bin_start[bin as usize];
        self.bins.push(bin);
        net.drop_departed(bin as usize);
        net.room(bin as usize) > 0
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
        let end = net.shortest(class).end;
        while self.class_next[class] < end {
            let arc = net.shortest[self.class_next[class]] as usize;
            let bin = net.arc_bin[arc] as usize;
            let useful = layer < self.last || net.room(bin) > 0;
            if self.bin_layer[bin] == layer && useful && net.left(arc) > 0 {
                return Some(arc);
            }
            self.class_next[class] += 1;
        }
        None
    }

    /// The next class in a bin whose boxes can make way, with the arc they came by.
    fn next_across(&mut self, net: &Network, bin: usize) -> Option<(u32, u32)> {
        let layer = self.bin_layer[bin] + 1;
        let end = net.guests(bin).end;
        while self.bin_next[bin] < end {
            let (class, arc) = net.guests[self.bin_next[bin]];
            if self.class_layer[class as usize] == layer
                && net.flow[arc as usize] > 0
                && net.leads_back(class, arc)
            {
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
        let mut boxes = net.excess[class].min(net.room(bin));
        for (at, &(_, arc)) in self.path.iter().enumerate() {
            let arc = arc as usize;
            boxes = boxes.min(if at % 2 == 0 {
                net.left(arc)
            } else {
                net.flow[arc]
            });
        }
        for (at, &(class, arc)) in self.path.iter().enumerate() {
            if at % 2 == 0 {
                net.send(class, arc, boxes);
            } else {
                net.flow[arc as usize] -= boxes;
            }
        }
        net.bins[bin].load += boxes;
        net.excess[class] -= boxes;
    }

    /// After a search that found no room: finds all distances to the sink anew.
    ///
    /// Dijkstra's algorithm on what each bin's distance grows by, which is never negative.
    pub(crate) fn lengthen(&mut self, net: &mut Network) {
        self.before.clone_from(&net.bin_distance);
        self.heap.clear();
        for (bin, room) in net.bins.iter().enumerate() {
            net.bin_distance[bin] = if room.load < room.min {
                0
            } else if room.load < room.max {
                net.penalty
            } else {
                FAR
            };
            if net.bin_distance[bin] < FAR && bin + 1 < net.bins.len() {
                let growth = net.bin_distance[bin] - self.before[bin];
                self.heap.push(Reverse((growth, bin as u32)));
            }
        }
        // The bin for the unplaced always has room. It need not be searched from: a class is no further away than
        // through it, and only those that no other bin is nearer to make way at that distance.
        let unplaced = 2 * net.penalty;
        net.class_distance.fill(unplaced);
        self.spread(net);
        for class in 0..net.class_distance.len() {
            if net.class_distance[class] == unplaced {
                self.make_way(net, class);
            }
        }
        self.spread(net);
        net.phase += 1;
    }

    /// Carries the distances of the bins in the heap on to all that can reach them.
    fn spread(&mut self, net: &mut Network) {
        while let Some(Reverse((growth, bin))) = self.heap.pop() {
            let bin = bin as usize;
            let distance = net.bin_distance[bin];
            if growth > distance - self.before[bin] {
                continue;
            }
            for at in net.arcs_to(bin) {
                let Incoming { class, arc, cost } = net.incoming[at];
                let (class, through) = (class as usize, cost + distance);
                if through < net.class_distance[class] && net.left(arc as usize) > 0 {
                    net.class_distance[class] = through;
                    self.make_way(net, class);
                }
            }
        }
    }

    /// Shortens the distance of the bins that a class could leave.
    fn make_way(&mut self, net: &mut Network, class: usize) {
        for arc in net.arcs(class) {
            let bin = net.arc_bin[arc] as usize;
            let through = net.class_distance[class] - net.arc_cost[arc];
            if net.flow[arc] > 0 && through < net.bin_distance[bin] {
                net.bin_distance[bin] = through;
                self.heap
                    .push(Reverse((through - self.before[bin], bin as u32)));
            }
        }
    }
}
