//! Sending boxes to sites.

use allocation::{Bin, Class, Placement, Placer};
use random::Stream;

use crate::boxes::BoxList;
use crate::classes::{Classes, Kind};
use crate::exchange::{Exchange, Flows};
use crate::usual::{Usual, Wishes};
use crate::week::Simulation;

/// Memory for placing that one thread uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Places {
    placer: Placer,
    pub(crate) classes: Classes,
    pub(crate) seats: Seats,
    pub(crate) flows: Flows,
    wishes: Wishes,
    exchange: Exchange,
}

/// Where the boxes of one state of the world go.
#[derive(Debug, Clone)]
pub struct Placed {
    /// By box, its bin; the number of bins: none has room.
    pub(crate) bins: Vec<u32>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) classes: Vec<Class>,
    pub(crate) placement: Placement,
}

impl Placed {
    /// Each box's bin; `None`: no site has room.
    pub fn bins(&self) -> impl Iterator<Item = Option<usize>> {
        let none = self.placement.loads().len();
        self.bins
            .iter()
            .map(move |bin| Some(*bin as usize).filter(|bin| *bin < none))
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

/// The seats that a placement gives each class, handed out box by box.
///
/// Within a class boxes are alike to the sites. Known orders fill the preferred routes, one after another; the others'
/// seats are drawn without replacement, so that no site gets the smaller boxes of a class.
#[derive(Debug, Default)]
pub(crate) struct Seats {
    /// By class: its bin where all seats are in one, else [`SPLIT`] + its place in `splits`.
    classes: Vec<u32>,
    splits: Vec<Split>,
    /// Bin and seats left in it.
    lots: Vec<(u32, u32)>,
}

const SPLIT: u32 = 1 << 31;

#[derive(Debug, Clone, Copy)]
struct Split {
    start: usize,
    end: usize,
    left: u32,
}

impl Seats {
    /// Boxes without a site get the bin behind the last.
    fn prepare(&mut self, classes: &[Class], flows: &Flows) {
        let Self {
            classes: seats,
            splits,
            lots,
        } = self;
        let none = flows.loads.len() as u32;
        seats.clear();
        splits.clear();
        lots.clear();
        for (class, from) in classes.iter().zip(&flows.starts) {
            let start = lots.len();
            let bins = class.routes.iter().map(|route| route.bin as u32);
            let routes = bins.chain([none]).zip(&flows.boxes[*from..]);
            let routes = routes.map(|(bin, boxes)| (bin, *boxes as u32));
            lots.extend(routes.filter(|(_, boxes)| *boxes > 0));
            match lots[start..] {
                [] => seats.push(none),
                [(bin, _)] => {
                    lots.truncate(start);
                    seats.push(bin);
                }
                _ => {
                    seats.push(SPLIT + splits.len() as u32);
                    splits.push(Split {
                        start,
                        end: lots.len(),
                        left: class.boxes as u32,
                    });
                }
            }
        }
    }

    /// The bin of a known order of the class.
    pub(crate) fn known(&mut self, class: u32) -> u32 {
        self.take(class, |_| 0)
    }

    /// The bin of a simulated box of the class.
    #[inline]
    pub(crate) fn drawn(&mut self, class: u32, stream: &mut Stream) -> u32 {
        self.take(class, |left| stream.below(left))
    }

    #[inline]
    fn take(&mut self, class: u32, seat: impl FnOnce(u32) -> u32) -> u32 {
        let bin = self.classes[class as usize];
        if bin < SPLIT {
            return bin;
        }
        let split = &mut self.splits[(bin - SPLIT) as usize];
        let mut seat = seat(split.left);
        split.left -= 1;
        for (bin, left) in &mut self.lots[split.start..split.end] {
            if seat < *left {
                *left -= 1;
                return *bin;
            }
            seat -= *left;
        }
        unreachable!("a class has as many seats as boxes")
    }
}

impl Simulation<'_> {
    /// Places all boxes at once: what one area takes another cannot have.
    pub(crate) fn place(
        &self,
        boxes: &BoxList,
        usual: Option<&Usual>,
        places: &mut Places,
    ) -> Placement {
        let Places {
            placer,
            classes,
            seats,
            flows,
            wishes,
            exchange,
        } = places;
        self.classify(boxes, classes);
        let list = classes.list();
        let placement = placer.place(list, &self.bins);
        flows.load(list, &placement);
        if let Some(usual) = usual {
            self.scale(usual, classes, wishes);
            exchange.run(list, &self.bins, &wishes.boxes, flows);
        }
        seats.prepare(list, flows);
        placement
    }

    /// As [`place`](Self::place), box by box; the first `known` are known orders.
    pub(crate) fn place_each(
        &self,
        boxes: &BoxList,
        known: usize,
        mut stream: Stream,
        places: &mut Places,
    ) -> Placed {
        let placement = self.place(boxes, None, places);
        let Places { classes, seats, .. } = places;
        let (of_known, of_drawn) = classes.of_box.split_at(known);
        let mut bins: Vec<u32> = of_known.iter().map(|class| seats.known(*class)).collect();
        bins.extend(
            of_drawn
                .iter()
                .map(|class| seats.drawn(*class, &mut stream)),
        );
        Placed {
            bins,
            kinds: classes.kinds.list.clone(),
            classes: classes.list().to_vec(),
            placement,
        }
    }

    /// The bins as allocation sees them.
    pub(crate) fn open_bins(snapshot: &snapshot::WeekSnapshot) -> Vec<Bin> {
        let bin = |bin| {
            let cap = snapshot.cap(bin);
            Bin {
                min: cap.min,
                max: cap.max,
            }
        };
        (0..snapshot.bins()).map(bin).collect()
    }
}
