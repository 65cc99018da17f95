/// A box's fixed part: 8 bytes, because hundreds of thousands are drawn for every state of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Place of the area.
    pub(crate) area: u16,
    /// Place of the delivery date.
    pub(crate) date: u8,
    /// Place of the portion size.
    pub(crate) portions: u8,
    /// How many kits it holds.
    pub(crate) kits: u32,
}

/// Boxes, known ones first.
#[derive(Debug, Clone, Default)]
pub struct BoxList {
    pub(crate) heads: Vec<Head>,
    /// The kits' places on the menu, box after box.
    pub(crate) items: Vec<u16>,
}

impl BoxList {
    /// How many boxes.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Each box, by the places of what it is.
    pub fn kits(&self) -> impl Iterator<Item = DrawnBox<'_>> {
        self.iter().map(|(head, items)| DrawnBox {
            area: usize::from(head.area),
            date: usize::from(head.date),
            portions: usize::from(head.portions),
            items,
        })
    }

    /// Each box with its kits.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Head, &[u16])> {
        let mut start = 0;
        self.heads.iter().map(move |head| {
            let end = start + head.kits as usize;
            let items = &self.items[start..end];
            start = end;
            (*head, items)
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
