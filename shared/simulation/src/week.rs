use std::collections::{BTreeMap, BTreeSet};

use demand::{AreaDemand, WeekDemand};
use domain::{Date, Portions};
use random::word;
use rayon::prelude::*;
use snapshot::WeekSnapshot;

use crate::alias::Alias;
use crate::boxes::{BoxList, Head};
use crate::draws::{Draws, World};
use crate::inclusion;
use crate::place::Placed;
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

/// One area, ready to draw from.
#[derive(Debug)]
pub(crate) struct AreaSource {
    pub(crate) key: u64,
    pub(crate) known: u32,
    /// Weight to draw with divided by the share, by place on the menu.
    pub(crate) corrections: Vec<f64>,
    /// (date, portion size, recipes) and a table over them.
    pub(crate) outcomes: Vec<(u8, u8, u8)>,
    pub(crate) outcome: Alias,
    /// Bins and preference by delivery date, the preferred first.
    pub(crate) routes: Vec<Vec<(usize, u32)>>,
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
    pub(crate) known: BoxList,
    /// By place on the menu, a bit for each site that can make it; `None` when every site makes everything.
    pub(crate) made_at: Option<Vec<u128>>,
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
            known: BoxList::default(),
            made_at: made_at(snapshot),
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

    /// Draws the expected state of the world: median volumes, expected shares.
    pub fn plan(&self) -> Plan {
        let mut scratch = Scratch::default();
        let mut boxes = BoxList::default();
        self.draw(None, &mut scratch, &mut boxes);
        let placed = self.place(&boxes, &mut scratch.places);
        Plan {
            known: self.known.len(),
            boxes,
            placed,
        }
    }

    /// Draws that many states of the world, on as many threads as there are.
    pub fn draws(&self, replicates: u32) -> Draws {
        let worlds = self.states(replicates).into_par_iter().map_init(
            || (Scratch::default(), BoxList::default()),
            |(scratch, boxes), state| {
                self.draw(Some(state), scratch, boxes);
                let placed = self.place(boxes, &mut scratch.places);
                self.count(boxes, &placed)
            },
        );
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
                .map(|area| u64::from(self.volume(area, Some(state))))
                .sum()
        };
        self.states(replicates).into_iter().map(total).collect()
    }

    fn count(&self, boxes: &BoxList, placed: &Placed) -> World {
        let (items, sizes) = (self.snapshot.menu.len(), self.portions.len());
        let mut world = World {
            kits: vec![0; self.snapshot.bins() * items * sizes],
            boxes: vec![0; self.snapshot.bins()],
            unplaced: placed.unplaced(),
        };
        for ((head, kits), bin) in boxes.iter().zip(placed.bins()) {
            let Some(bin) = bin else { continue };
            world.boxes[bin] += 1;
            let row = bin * items;
            for item in kits {
                world.kits[(row + usize::from(*item)) * sizes + usize::from(head.portions)] += 1;
            }
        }
        world
    }

    fn known_boxes(&self) -> BoxList {
        let mut list = BoxList::default();
        for known in &self.snapshot.known {
            let (Ok(date), Ok(portions)) = (
                self.dates.binary_search(&known.delivery_date),
                self.portions.binary_search(&known.portions),
            ) else {
                continue;
            };
            list.heads.push(Head {
                area: known.area as u16,
                date: date as u8,
                portions: portions as u8,
                kits: known.items.len() as u32,
            });
            list.items
                .extend(known.items.iter().map(|item| *item as u16));
        }
        list
    }

    fn source(&self, at: usize) -> AreaSource {
        let snapshot = self.snapshot;
        let routes: Vec<Vec<(usize, u32)>> = self
            .dates
            .iter()
            .map(|date| {
                let mut routes = snapshot.routes(at, *date);
                for (bin, preference) in &mut routes {
                    let (site, _) = snapshot.site_and_day(*bin);
                    let last = snapshot.sites.get(site).is_some_and(|site| site.catch_all);
                    *preference = (*preference).clamp(1, 99) - 1 + if last { 100 } else { 0 };
                }
                routes.sort_by_key(|(bin, cost)| (*cost, *bin));
                routes
            })
            .collect();
        let known = self
            .known
            .heads
            .iter()
            .filter(|head| usize::from(head.area) == at)
            .count() as u32;
        let mut source = AreaSource {
            key: snapshot
                .areas
                .get(at)
                .map_or(0, |area| word(area.id.as_str())),
            known,
            corrections: Vec::new(),
            outcomes: Vec::new(),
            outcome: Alias::default(),
            routes,
        };
        if let Some(area) = self.demand.areas.get(at) {
            source.corrections = inclusion::corrections(&area.shares, &area.recipes_per_box);
            self.outcomes(area, &mut source);
        }
        source
    }

    /// Dates, portion sizes and recipes per box as one table.
    fn outcomes(&self, area: &AreaDemand, source: &mut AreaSource) {
        let days = self.day_shares(area, source);
        let mut weights = Vec::new();
        for (date, day_share) in days.iter().enumerate() {
            for (size, size_share) in &area.portions {
                let Ok(size) = self.portions.binary_search(size) else {
                    continue;
                };
                for (recipes, recipe_share) in &area.recipes_per_box {
                    source.outcomes.push((date as u8, size as u8, *recipes));
                    weights.push(day_share * size_share * recipe_share);
                }
            }
        }
        source.outcome.build(&weights, &mut Vec::new());
    }

    /// By history, else evenly over the dates on which some serving site is open, else over all.
    fn day_shares(&self, area: &AreaDemand, source: &AreaSource) -> Vec<f64> {
        if let Some(weekdays) = area.weekdays {
            let share = |date: &Date| {
                let day = date.weekday().to_monday_zero_offset() as usize;
                weekdays.get(day).copied().unwrap_or(0.0)
            };
            let shares: Vec<f64> = self.dates.iter().map(share).collect();
            if shares.iter().sum::<f64>() > 0.0 {
                return shares;
            }
        }
        let open: Vec<f64> = source
            .routes
            .iter()
            .map(|routes| if routes.is_empty() { 0.0 } else { 1.0 })
            .collect();
        if open.iter().sum::<f64>() > 0.0 {
            open
        } else {
            vec![1.0; self.dates.len()]
        }
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

fn made_at(snapshot: &WeekSnapshot) -> Option<Vec<u128>> {
    let all = |sites: &Option<Vec<usize>>| {
        sites
            .as_ref()
            .is_none_or(|s| s.len() == snapshot.sites.len())
    };
    if snapshot.menu.iter().all(|item| all(&item.made_at)) {
        return None;
    }
    let mask = |sites: &Option<Vec<usize>>| match sites {
        None => u128::MAX,
        Some(sites) => sites.iter().fold(0, |mask, site| mask | 1 << site),
    };
    Some(
        snapshot
            .menu
            .iter()
            .map(|item| mask(&item.made_at))
            .collect(),
    )
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
