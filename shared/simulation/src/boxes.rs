/// Boxes that stand in a row and are alike but for what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    /// Place of the area.
    pub(crate) area: u16,
    /// Place of the delivery date.
    pub(crate) date: u8,
    /// Place of the portion size.
    pub(crate) portions: u8,
    /// Room for kits in each box, at least 1.
    pub(crate) width: u32,
    pub(crate) boxes: u32,
}

/// Boxes, known ones first.
#[derive(Debug, Clone, Default)]
pub struct BoxList {
    pub(crate) runs: Vec<Run>,
    /// The kits' places on the menu, box after box. Room that a box does not need is filled with `nothing`, behind
    /// its kits.
    pub(crate) items: Vec<u16>,
    /// The number of items on the menu, so the place of none.
    pub(crate) nothing: u16,
    boxes: usize,
}

impl BoxList {
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
        self.items.clear();
        self.boxes = 0;
    }

    /// Adds a run, whose items the caller adds too.
    pub(crate) fn start(&mut self, run: Run) {
        self.boxes += run.boxes as usize;
        self.runs.push(run);
    }

    /// Adds one box.
    pub(crate) fn push(&mut self, run: Run, items: &[u16]) {
        self.start(run);
        self.items.extend_from_slice(items);
        let end = self.items.len() - items.len() + run.width as usize;
        self.items.resize(end, self.nothing);
    }

    /// How many boxes.
    pub fn len(&self) -> usize {
        self.boxes
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.boxes == 0
    }

    /// Each box, by the places of what it is.
    pub fn kits(&self) -> impl Iterator<Item = DrawnBox<'_>> {
        self.iter().flat_map(move |(run, items)| {
            items.chunks(run.width as usize).map(move |items| {
                let kits = items.iter().take_while(|item| **item != self.nothing);
                DrawnBox {
                    area: usize::from(run.area),
                    date: usize::from(run.date),
                    portions: usize::from(run.portions),
                    items: &items[..kits.count()],
                }
            })
        })
    }

    /// Each run with the items of its boxes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Run, &[u16])> {
        let mut rest = self.items.as_slice();
        self.runs.iter().map(move |run| {
            let (items, after) = rest.split_at(run.width as usize * run.boxes as usize);
            rest = after;
            (*run, items)
        })
    }
}

/// A box, by places: of the area in the snapshot, of date and portion size in the simulation, of kits on the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawnBox<'a> {
    /// Place of the area.
    pub area: usize,
    /// Place of the delivery date.
    pub date: usize,
    /// Place of the portion size.
    pub portions: usize,
    /// The kits' places on the menu.
    pub items: &'a [u16],
}
