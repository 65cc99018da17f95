//! What all best placements have in common.
//!
//! By complementary slackness a placement is best exactly when its boxes take shortest paths alone: the distances
//! that one best placement ends with say for every route whether any best placement uses it, and for every bin how
//! many boxes it can have in one.

use crate::network::Network;
use crate::{Bin, Class};

/// The best placements: those that keep to these bins and bounds, and no others.
#[derive(Debug, Clone)]
pub(crate) struct Best {
    /// Where each class's bins start in `choices`; one more entry than classes.
    starts: Vec<usize>,
    /// Bins a class can use, ascending; the number of bins stands for staying unplaced.
    choices: Vec<u32>,
    /// Fewest and most boxes of each bin, and last of the unplaced.
    pub(crate) bounds: Vec<(u64, u64)>,
}

impl Best {
    /// The bins a class can use, ascending; the number of bins stands for staying unplaced.
    pub(crate) fn choices(&self, class: usize) -> &[u32] {
        &self.choices[self.starts[class]..self.starts[class + 1]]
    }
}

impl Network {
    /// To be asked after placing without usual routes.
    pub(crate) fn best(&self, classes: &[Class], bins: &[Bin]) -> Best {
        let count = bins.len();
        let mut best = Best {
            starts: vec![0],
            choices: Vec::new(),
            bounds: Vec::with_capacity(bins.len() + 1),
        };
        let unplaced = self.bins.last().map_or(0, |unplaced| unplaced.load);
        for class in 0..classes.len() {
            let start = best.choices.len();
            let tight = |arc: &usize| self.through(*arc) == self.class_distance[class];
            let bins = self.arcs(class).filter(tight).map(|arc| self.arc_bin[arc]);
            best.choices
                .extend(bins.filter(|bin| unplaced > 0 || (*bin as usize) < count));
            // Two routes may lead to one bin.
            best.choices[start..].sort_unstable();
            let mut kept = start;
            for at in start..best.choices.len() {
                if kept == start || best.choices[kept - 1] != best.choices[at] {
                    best.choices[kept] = best.choices[at];
                    kept += 1;
                }
            }
            best.choices.truncate(kept);
            best.starts.push(kept);
        }
        let rooms = self.bins.iter().zip(&self.bin_distance);
        best.bounds.extend(rooms.map(|(room, &distance)| {
            if distance > self.penalty {
                (room.max, room.max)
            } else if distance == self.penalty {
                (room.min, room.max)
            } else if distance > 0 {
                (room.min, room.min)
            } else {
                (0, room.min)
            }
        }));
        if let Some(last) = best.bounds.last_mut() {
            *last = (unplaced, unplaced);
        }
        best
    }
}
