//! Packaging: what is used per box, per kit or per portion.

use dataset::tables::AppliesTo;
use domain::Decimal;

/// A product used for each thing counted, such as one insulated liner per box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagingRule {
    /// What is counted: boxes, recipe kits, or the plates that the kits serve.
    pub applies_to: AppliesTo,
    /// The product's position.
    pub product: usize,
    /// Quantity for each thing counted, in the product's unit; not negative.
    pub qty: Decimal,
}

/// How many there are of everything that can be counted, per draw.
pub(crate) struct Counts<'a> {
    pub(crate) boxes: &'a [u32],
    pub(crate) kits: Vec<u64>,
    pub(crate) plates: Vec<u64>,
}

impl<'a> Counts<'a> {
    /// `kits` has one row of draws per recipe and portion size; `plates` says how many a kit of each size serves.
    pub(crate) fn new(boxes: &'a [u32], kits: &[u32], plates: &[u8]) -> Self {
        let mut counts = Self {
            boxes,
            kits: vec![0; boxes.len()],
            plates: vec![0; boxes.len()],
        };
        if boxes.is_empty() {
            return counts;
        }
        for (row, &plates) in kits.chunks_exact(boxes.len()).zip(plates.iter().cycle()) {
            let sums = counts.kits.iter_mut().zip(&mut counts.plates);
            for ((all_kits, all_plates), &kits) in sums.zip(row) {
                *all_kits += u64::from(kits);
                *all_plates += u64::from(kits) * u64::from(plates);
            }
        }
        counts
    }
}

impl PackagingRule {
    /// Adds quantity × count to the sums of the rule's product, rounded half up to 1/1000 once per draw.
    pub(crate) fn add(&self, counts: &Counts<'_>, sums: &mut [i64]) {
        let millionths = u128::from(self.qty.millionths().unsigned_abs());
        let add = |sum: &mut i64, count: u64| {
            let need = (millionths * u128::from(count) + 500) / 1000;
            *sum = sum.saturating_add(i64::try_from(need).unwrap_or(i64::MAX));
        };
        match self.applies_to {
            AppliesTo::Box => {
                sums.iter_mut()
                    .zip(counts.boxes)
                    .for_each(|(sum, &n)| add(sum, n.into()));
            }
            AppliesTo::Recipe => sums
                .iter_mut()
                .zip(&counts.kits)
                .for_each(|(sum, &n)| add(sum, n)),
            AppliesTo::Portion => {
                sums.iter_mut()
                    .zip(&counts.plates)
                    .for_each(|(sum, &n)| add(sum, n));
            }
        }
    }
}
