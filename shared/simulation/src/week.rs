use std::collections::{BTreeMap, BTreeSet};

use allocation::{Bin, Placement};
use demand::WeekDemand;
use domain::{Date, Portions};
use random::{Stream, word};
use rayon::prelude::*;
use snapshot::WeekSnapshot;

use crate::boxes::{BoxList, Run};
use crate::draws::{Draws, World};
use crate::place::{Placed, Places};
use crate::source::AreaSource;
use crate::usual::Usual;
use crate::world::Scratch;

/// The most boxes a week may hold: a thousand times a large company's day; more is a mistyped number.
const MOST_BOXES: f64 = 20_000_000.0;

/// What boxes may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The most kits in the week, by place on the menu.
    pub max_kits: BTreeMap<usize, u32>,
    /// Pairs of places on the menu that no box may hold together.
    pub incompatible: Vec<(usize, usize)>,
}

/// The week is larger than the simulator can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {found}, more than the {most} that a week can have; correct the data")]
pub struct TooLarge {
    what: &'static str,
    found: u64,
    most: u64,
}

/// The orders known, ready to stand in every state of the world.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// As the snapshot lists them.
    pub(crate) listed: BoxList,
    /// Those that are alike in a row.
    pub(crate) sorted: BoxList,
    /// By sorted box, the word of its order.
    pub(crate) keys: Vec<u64>,
}

/// A menu week, ready to be drawn.
#[derive(Debug)]
pub struct Simulation<'a> {
    pub(crate) snapshot: &'a WeekSnapshot,
    pub(crate) demand: &'a WeekDemand,
    pub(crate) seed: u64,
    pub(crate) week_key: u64,
    pub(crate) item_keys: Vec<u64>,
    pub(crate) areas: Vec<AreaSource>,
    pub(crate) known: Known,
    pub(crate) bins: Vec<Bin>,
    /// Entries of all areas' kinds of boxes.
    pub(crate) entries: usize,
    pub(crate) max_kits: Option<Vec<u32>>,
    /// By place on the menu, what may not stand beside it.
    pub(crate) conflicts: Vec<Vec<u16>>,
    dates: Vec<Date>,
    portions: Vec<Portions>,
}

/// The expected state of the world, box by box.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The boxes, known ones first, as the snapshot lists them.
    pub boxes: BoxList,
    /// How many of them are known.
    pub known: usize,
    /// Where they go.
    pub placed: Placed,
}

impl<'a> Simulation<'a> {
    /// Makes a week ready.
    ///
    /// # Errors
    /// [`TooLarge`] when the numbers are beyond any company's.
    pub fn new(
        snapshot: &'a WeekSnapshot,
        demand: &'a WeekDemand,
        limits: &Limits,
        seed: u64,
    ) -> Result<Self, TooLarge> {
        let dates = snapshot.delivery_dates();
        let sizes = demand
            .areas
            .iter()
            .flat_map(|area| area.portions.iter().map(|(size, _)| *size));
        let sizes: BTreeSet<Portions> = sizes
            .chain(snapshot.known.iter().map(|known| known.portions))
            .collect();
        let portions: Vec<Portions> = sizes.into_iter().collect();
        let boxes: f64 = demand.areas.iter().map(|area| area.boxes).sum();
        check(
            "the number of areas",
            snapshot.areas.len(),
            usize::from(u16::MAX),
        )?;
        check(
            "the number of recipes on the menu",
            snapshot.menu.len(),
            usize::from(u16::MAX),
        )?;
        check("the number of sites", snapshot.sites.len(), 128)?;
        check("the number of delivery dates", dates.len(), 31)?;
        check(
            "the number of boxes",
            boxes.min(1e18) as usize,
            MOST_BOXES as usize,
        )?;

        let mut simulation = Self {
            snapshot,
            demand,
            seed,
            week_key: word(&snapshot.week.to_string()),
            item_keys: snapshot
                .menu
                .iter()
                .map(|item| word(item.recipe.as_str()))
                .collect(),
            areas: Vec::new(),
            known: Known::default(),
            bins: Self::open_bins(snapshot),
            entries: 0,
            max_kits: max_kits(snapshot, limits),
            conflicts: conflicts(snapshot, limits),
            dates,
            portions,
        };
        simulation.known = simulation.known_boxes();
        simulation.areas = (0..snapshot.areas.len())
            .map(|area| simulation.source(area))
            .collect();
        Ok(simulation)
    }

    /// The delivery dates that boxes go by.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// The portion sizes that counts go by.
    pub fn portions(&self) -> &[Portions] {
        &self.portions
    }

    /// Whether boxes for a delivery date can still be ordered and withdrawn.
    pub(crate) fn is_open(&self, date: u8) -> bool {
        !self
            .snapshot
            .closed
            .get(usize::from(date))
            .is_some_and(|closed| *closed)
    }

    /// Draws the expected state of the world: median volumes, expected shares, every known order.
    pub fn plan(&self) -> Plan {
        let mut scratch = Scratch::default();
        let known = self.draw(None, &mut scratch);
        let Scratch {
            mut places, boxes, ..
        } = scratch;
        let placed = self.place_each(&boxes, known, self.seat_stream(None), &mut places);
        Plan {
            boxes,
            known,
            placed,
        }
    }

    /// Draws that many states of the world, on as many threads as there are.
    pub fn draws(&self, replicates: u32) -> Draws {
        self.draw_all(replicates, None)
    }

    /// As [`draws`](Self::draws), with boxes going where they usually go as far as caps and preferences leave a choice.
    pub fn draws_near(&self, replicates: u32, usual: &Usual) -> Draws {
        self.draw_all(replicates, Some(usual))
    }

    fn draw_all(&self, replicates: u32, usual: Option<&Usual>) -> Draws {
        let worlds =
            self.states(replicates)
                .into_par_iter()
                .map_init(Scratch::default, |scratch, state| {
                    let known = self.draw(Some(state), scratch);
                    let placement = self.place(&scratch.boxes, usual, &mut scratch.places);
                    let stream = self.seat_stream(Some(state));
                    self.count(scratch, known, stream, &placement)
                });
        Draws {
            sites: self.snapshot.sites.len(),
            days: self.snapshot.packing_days.len(),
            items: self.snapshot.menu.len(),
            portions: self.portions.clone(),
            worlds: worlds.collect(),
        }
    }

    /// Boxes of each state of the world before known orders are taken into account: what volume alone says.
    pub fn volumes(&self, replicates: u32) -> Vec<u64> {
        let total = |state| {
            (0..self.areas.len())
                .map(|area| u64::from(self.volume(area, 1.0, Some(state))))
                .sum()
        };
        self.states(replicates).into_iter().map(total).collect()
    }

    /// Counts the kits of placed boxes, bin by bin.
    fn count(
        &self,
        scratch: &mut Scratch,
        known: usize,
        mut stream: Stream,
        placement: &Placement,
    ) -> World {
        let Scratch {
            boxes,
            places:
                Places {
                    classes,
                    seats,
                    flows,
                    ..
                },
            counts,
            ..
        } = scratch;
        // One bin more for boxes without a site, one item more for no kit.
        let (bins, sizes) = (self.bins.len(), self.portions.len());
        let row = self.snapshot.menu.len() * sizes;
        let bin_row = row + sizes;
        counts.clear();
        counts.resize((bins + 1) * bin_row, 0);
        let mut of_box = classes.of_box.iter();
        let mut at = 0;
        for (run, items) in boxes.iter() {
            let portions = usize::from(run.portions);
            for (items, class) in items.chunks_exact(run.width as usize).zip(&mut of_box) {
                let bin = if at < known {
                    seats.known(*class)
                } else {
                    seats.drawn(*class, &mut stream)
                };
                at += 1;
                let start = bin as usize * bin_row + portions;
                let of_bin = &mut counts[start..];
                for item in items {
                    of_bin[usize::from(*item) * sizes] += 1;
                }
            }
        }
        let mut kits = Vec::with_capacity(bins * row);
        for bin in counts.chunks_exact(bin_row.max(1)).take(bins) {
            kits.extend_from_slice(&bin[..row]);
        }
        World {
            kits,
            boxes: flows.loads.iter().map(|boxes| *boxes as u32).collect(),
            unplaced: placement.shortfall(),
        }
    }

    fn known_boxes(&self) -> Known {
        let mut known = Known::default();
        known.listed.nothing = self.snapshot.menu.len() as u16;
        known.sorted.nothing = known.listed.nothing;
        let mut items = Vec::new();
        let mut keys = Vec::new();
        for order in &self.snapshot.known {
            let (Ok(date), Ok(portions)) = (
                self.dates.binary_search(&order.delivery_date),
                self.portions.binary_search(&order.portions),
            ) else {
                continue;
            };
            items.clear();
            items.extend(order.items.iter().map(|item| *item as u16));
            let run = Run {
                area: order.area as u16,
                date: date as u8,
                portions: portions as u8,
                width: items.len().max(1) as u32,
                boxes: 1,
            };
            known.listed.push(run, &items);
            keys.push(word(order.order.as_str()));
        }
        let mut sorted: Vec<_> = known.listed.iter().zip(keys).collect();
        sorted.sort_by_key(|((run, _), _)| *run);
        let alike = sorted.chunk_by(|((one, _), _), ((other, _), _)| one == other);
        for alike in alike {
            let ((run, _), _) = alike[0];
            known.sorted.start(Run {
                boxes: alike.len() as u32,
                ..run
            });
            for ((_, items), key) in alike {
                known.sorted.items.extend_from_slice(items);
                known.keys.push(*key);
            }
        }
        known
    }
}

fn check(what: &'static str, found: usize, most: usize) -> Result<(), TooLarge> {
    if found <= most {
        return Ok(());
    }
    Err(TooLarge {
        what,
        found: found as u64,
        most: most as u64,
    })
}

fn max_kits(snapshot: &WeekSnapshot, limits: &Limits) -> Option<Vec<u32>> {
    let most = |(at, item): (usize, &snapshot::MenuItem)| {
        let set = limits.max_kits.get(&at).copied();
        set.into_iter()
            .chain(item.max_boxes)
            .min()
            .unwrap_or(u32::MAX)
    };
    let most: Vec<u32> = snapshot.menu.iter().enumerate().map(most).collect();
    most.iter().any(|most| *most < u32::MAX).then_some(most)
}

fn conflicts(snapshot: &WeekSnapshot, limits: &Limits) -> Vec<Vec<u16>> {
    if limits.incompatible.is_empty() {
        return Vec::new();
    }
    let mut conflicts = vec![Vec::new(); snapshot.menu.len()];
    for (a, b) in &limits.incompatible {
        for (one, other) in [(*a, *b), (*b, *a)] {
            if let Some(list) = conflicts.get_mut(one) {
                list.push(other as u16);
            }
        }
    }
    conflicts
}
