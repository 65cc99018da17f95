//! The states of the world as counts, and their stored form.
//!
//! Stored form: a little-endian `u32` length, that many bytes of JSON ([`Head`]), then one zstd frame per site. A
//! frame holds rows of one number per replicate: for each packing day the boxes, then for each packing day, menu
//! item and portion size the kits. Each row is stored as its mean and the residuals from it (zigzag), the
//! residuals of all rows as four byte planes.

use domain::Portions;
use serde::{Deserialize, Serialize};

/// One state of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct World {
    /// By bin, menu item and portion size.
    pub(crate) kits: Vec<u32>,
    /// By bin.
    pub(crate) boxes: Vec<u32>,
    pub(crate) unplaced: u64,
}

/// Many states of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draws {
    pub(crate) sites: usize,
    pub(crate) days: usize,
    pub(crate) items: usize,
    pub(crate) portions: Vec<Portions>,
    pub(crate) worlds: Vec<World>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    replicates: usize,
    sites: usize,
    days: usize,
    items: usize,
    portions: Vec<Portions>,
    /// Length of each site's frame.
    frames: Vec<usize>,
}

/// The stored draws cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored draws are damaged")]
pub struct DamagedDraws;

impl Draws {
    /// Boxes in a bin, by state of the world.
    pub fn boxes(&self, bin: usize) -> Vec<u64> {
        self.worlds
            .iter()
            .map(|world| world.boxes.get(bin).copied().unwrap_or(0).into())
            .collect()
    }

    /// Boxes of all bins and those without one, by state of the world.
    pub fn totals(&self) -> Vec<u64> {
        let placed = |world: &World| {
            world
                .boxes
                .iter()
                .map(|boxes| u64::from(*boxes))
                .sum::<u64>()
        };
        self.worlds
            .iter()
            .map(|world| placed(world) + world.unplaced)
            .collect()
    }

    /// Boxes without a site, by state of the world.
    pub fn unplaced(&self) -> Vec<u64> {
        self.worlds.iter().map(|world| world.unplaced).collect()
    }

    /// Kits of each menu item over all sites and days, by state of the world.
    pub fn kits_by_item(&self) -> Vec<Vec<u64>> {
        let sizes = self.portions.len();
        let mut items = vec![vec![0; self.worlds.len()]; self.items];
        for (replicate, world) in self.worlds.iter().enumerate() {
            for bin in world.kits.chunks(self.items * sizes.max(1)) {
                for (item, kits) in bin.chunks(sizes.max(1)).enumerate() {
                    items[item][replicate] += kits.iter().map(|kits| u64::from(*kits)).sum::<u64>();
                }
            }
        }
        items
    }

    /// Kits of each menu item in one bin, by state of the world.
    pub fn kits_of_bin(&self, bin: usize) -> Vec<Vec<u64>> {
        let sizes = self.portions.len();
        let row = self.items * sizes;
        let mut items = vec![Vec::with_capacity(self.worlds.len()); self.items];
        for world in &self.worlds {
            let kits = world.kits.get(bin * row..(bin + 1) * row);
            let by_item = kits.unwrap_or_default().chunks(sizes.max(1));
            for (item, kits) in items.iter_mut().zip(by_item) {
                item.push(kits.iter().map(|kits| u64::from(*kits)).sum());
            }
        }
        items
    }

    /// The stored form.
    ///
    /// # Errors
    /// When zstd runs out of memory.
    pub fn pack(&self) -> std::io::Result<Vec<u8>> {
        let row = self.items * self.portions.len();
        let mut frames = Vec::new();
        for site in 0..self.sites {
            let bins = site * self.days..(site + 1) * self.days;
            let boxes = bins.clone().map(|bin| self.row(|world| world.boxes[bin]));
            let kits = (bins.start * row..bins.end * row).map(|cell| self.row(|w| w.kits[cell]));
            frames.push(zstd::bulk::compress(&planes(boxes.chain(kits)), 1)?);
        }
        let head = Head {
            replicates: self.worlds.len(),
            sites: self.sites,
            days: self.days,
            items: self.items,
            portions: self.portions.clone(),
            frames: frames.iter().map(Vec::len).collect(),
        };
        let head = serde_json::to_vec(&head)?;
        let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
        bytes.extend(head);
        bytes.extend(frames.into_iter().flatten());
        Ok(bytes)
    }

    fn row(&self, value: impl Fn(&World) -> u32) -> Vec<u32> {
        self.worlds.iter().map(value).collect()
    }
}

fn planes(rows: impl Iterator<Item = Vec<u32>>) -> Vec<u8> {
    let mut means = Vec::new();
    let mut residuals: Vec<u32> = Vec::new();
    for row in rows {
        let sum: u64 = row.iter().map(|value| u64::from(*value)).sum();
        let mean = (sum / row.len().max(1) as u64) as u32;
        means.extend(mean.to_le_bytes());
        residuals.extend(row.iter().map(|value| {
            let residual = value.wrapping_sub(mean).cast_signed();
            (residual << 1 ^ residual >> 31).cast_unsigned()
        }));
    }
    let mut bytes = means;
    for plane in 0..4 {
        bytes.extend(
            residuals
                .iter()
                .map(|residual| (residual >> (8 * plane)) as u8),
        );
    }
    bytes
}

/// Stored draws, to be read site by site.
#[derive(Debug, Clone)]
pub struct Packed<'a> {
    head: Head,
    frames: Vec<&'a [u8]>,
}

/// One site's draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteDraws {
    replicates: usize,
    day_kits: usize,
    boxes: Vec<u32>,
    kits: Vec<u32>,
}

impl SiteDraws {
    /// One site's draws from counts: boxes by packing day and replicate, kits by packing day, menu item, portion size
    /// and replicate.
    pub fn new(replicates: usize, boxes: Vec<u32>, kits: Vec<u32>) -> Self {
        let days = boxes.len() / replicates.max(1);
        Self {
            replicates,
            day_kits: kits.len() / days.max(1),
            boxes,
            kits,
        }
    }

    /// Packing days.
    pub fn days(&self) -> usize {
        self.boxes.len() / self.replicates.max(1)
    }

    /// Boxes packed on a day, by replicate.
    pub fn boxes(&self, day: usize) -> &[u32] {
        self.boxes
            .get(day * self.replicates..(day + 1) * self.replicates)
            .unwrap_or_default()
    }

    /// Kits packed on a day, by menu item, portion size and replicate.
    pub fn kits(&self, day: usize) -> &[u32] {
        self.kits
            .get(day * self.day_kits..(day + 1) * self.day_kits)
            .unwrap_or_default()
    }
}

impl<'a> Packed<'a> {
    /// Opens stored draws.
    ///
    /// # Errors
    /// [`DamagedDraws`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, DamagedDraws> {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or(DamagedDraws)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (head, mut rest) = rest.split_at_checked(length).ok_or(DamagedDraws)?;
        let head: Head = serde_json::from_slice(head).map_err(|_| DamagedDraws)?;
        let mut frames = Vec::new();
        for length in &head.frames {
            let (frame, after) = rest.split_at_checked(*length).ok_or(DamagedDraws)?;
            frames.push(frame);
            rest = after;
        }
        if frames.len() != head.sites || !rest.is_empty() {
            return Err(DamagedDraws);
        }
        Ok(Self { head, frames })
    }

    /// States of the world.
    pub fn replicates(&self) -> usize {
        self.head.replicates
    }

    /// The portion sizes, in the order of counts.
    pub fn portions(&self) -> &[Portions] {
        &self.head.portions
    }

    /// One site's draws.
    ///
    /// # Errors
    /// [`DamagedDraws`].
    pub fn site(&self, site: usize) -> Result<SiteDraws, DamagedDraws> {
        let Head {
            replicates,
            days,
            items,
            portions,
            ..
        } = &self.head;
        let frame = self.frames.get(site).ok_or(DamagedDraws)?;
        let per_day = items.checked_mul(portions.len()).ok_or(DamagedDraws)?;
        let rows = per_day
            .checked_add(1)
            .and_then(|n| n.checked_mul(*days))
            .ok_or(DamagedDraws)?;
        let values = rows.checked_mul(*replicates).ok_or(DamagedDraws)?;
        let length = values
            .checked_add(rows)
            .and_then(|n| n.checked_mul(4))
            .ok_or(DamagedDraws)?;
        if length > 1 << 32 {
            return Err(DamagedDraws);
        }
        let bytes = zstd::bulk::decompress(frame, length).map_err(|_| DamagedDraws)?;
        if bytes.len() != length {
            return Err(DamagedDraws);
        }
        let (means, planes) = bytes.split_at(rows * 4);
        let mut numbers = vec![0u32; values];
        for (plane, bytes) in planes.chunks(values.max(1)).enumerate() {
            for (number, byte) in numbers.iter_mut().zip(bytes) {
                *number |= u32::from(*byte) << (8 * plane);
            }
        }
        for (row, mean) in numbers
            .chunks_mut((*replicates).max(1))
            .zip(means.chunks(4))
        {
            let mean = u32::from_le_bytes(mean.try_into().map_err(|_| DamagedDraws)?);
            for number in row {
                let residual = (*number >> 1) ^ (*number & 1).wrapping_neg();
                *number = mean.wrapping_add(residual);
            }
        }
        let kits = numbers.split_off(days * replicates);
        Ok(SiteDraws {
            replicates: *replicates,
            day_kits: per_day * replicates,
            boxes: numbers,
            kits,
        })
    }
}
