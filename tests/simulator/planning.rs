//! Planning sync under faults: its change log, folded as every reader folds it, says what the systems last said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use artifacts::{Memory, Store};
use contracts::ParkedEvent;
use dataset::tables::{
    InboundOrderLine, InvChange, MenuRecipe, MenuWeekRow, OrderLine, Product, Recipe, RecipeBom,
    SiteCap, StockChange,
};
use dataset::{Body, Files, Table};
use ledger::breaker::Unguarded;
use planning_sync::PlanningSync;
use serde_json::json;

use crate::events::{Means, NEW_PRODUCT, PRODUCTS, Teller, Told};
use crate::fragile::Fragile;
use crate::function::{Answers, Function, Nothing, Outside, Shape};
use crate::invariants::{self, Violation};
use crate::meddler::{Meddler, Meddling};
use crate::poison::{self, Bad};
use crate::run::{Run, send, some};
use crate::stores::{DATA, Shelf, Spool};
use crate::world::{SECOND, World, ready};

/// Planning sync and its data set.
pub(crate) struct Planning {
    pub(crate) outside: Outside,
    data: Arc<Memory>,
    spooled: Spool,
}

impl Planning {
    /// A data set of some products and two sites.
    pub(crate) fn new(world: &Arc<World>) -> Self {
        let data = Arc::new(Memory::default());
        let products = PRODUCTS.map(|id| format!("{id},base,KGM\n")).concat();
        let products = format!("product_id,name,uom\n{products}");
        ready(data.create("product.csv", products.as_bytes())).unwrap();
        let sites = b"site_id,name,role\nS1,One,kitchen\nS2,Two,kitchen\n";
        ready(data.create("site.csv", sites)).unwrap();
        Self {
            outside: Outside::new(world),
            data,
            spooled: Spool::default(),
        }
    }

    /// Works until the queue is empty.
    pub(crate) fn work(&self, shape: Shape, meddling: Meddling) -> Result<(), Violation> {
        let world = &self.outside.world;
        let starts = |skew| {
            let store = Shelf::new(world, &self.data, &self.spooled, DATA);
            let sync = PlanningSync::<_, messaging::Memory>::new(store, None, world.clock(skew));
            let consumer = Fragile {
                world: Arc::clone(world),
                consumer: Meddler::new(meddling, sync),
            };
            self.outside.environment(consumer, Unguarded, skew)
        };
        Function {
            outside: &self.outside,
            starts: &starts,
            beyond: &Nothing,
            shape,
            timeout: 60 * SECOND,
        }
        .run()
    }

    /// Checks everything once the queue is empty.
    pub(crate) fn check(&self, fine: &[Told], bad: &[Bad]) -> Result<(), Violation> {
        invariants::everything_ends(&self.outside)?;
        let parked = invariants::parked(&self.outside);
        let logged = self.logged();
        let files = self.files();
        sums_are_right(&files, fine, &logged)?;
        let is_parked = |told: &Told| parked.iter().any(|parked| parked.body == told.body);
        if let Some(told) = fine
            .iter()
            .find(|told| !logged.contains(&told.identity) && !is_parked(told))
        {
            return Err(Violation::new(
                "I2",
                format!("neither in the log nor parked: {}", told.body),
            ));
        }
        invariants::nothing_bad_is_lost(&parked, bad)?;
        // Its product was told of between two tries to park it.
        let is_logged = |parked: &ParkedEvent| {
            let told = fine.iter().find(|told| told.body == parked.body);
            told.is_some_and(|told| logged.contains(&told.identity))
        };
        invariants::somebody_is_told(&self.outside, is_logged)?;
        the_highest_version_holds(&files, fine)?;
        let patient = fine.iter().filter(|told| !told.may_come_too_early);
        invariants::nothing_fine_is_parked(&parked, patient.map(|told| &told.body))?;
        only_the_unknown_is_parked(&parked, fine)?;
        invariants::nobody_is_told_bodies(&self.outside)
    }

    fn files(&self) -> Files {
        let mut files = Files::default();
        for entry in ready(self.data.list("")).unwrap() {
            let bytes = ready(self.data.get(&entry.key)).unwrap();
            files.insert(&entry.key, Body::Bytes(bytes.into()));
        }
        files
    }

    /// The events that the change log names.
    fn logged(&self) -> BTreeSet<String> {
        let mut logged = BTreeSet::new();
        for entry in ready(self.data.list("changes")).unwrap() {
            let bytes = ready(self.data.get(&entry.key)).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let named = text.split([',', '\n']).filter(|cell| cell.contains('#'));
            logged.extend(named.map(str::to_owned));
        }
        logged
    }
}

/// I3: what is at a place is the sum of what was moved there, each event counted once.
fn sums_are_right(
    files: &Files,
    fine: &[Told],
    logged: &BTreeSet<String>,
) -> Result<(), Violation> {
    let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
    for told in fine.iter().filter(|told| logged.contains(&told.identity)) {
        if let Means::Moves(place, by) = &told.means {
            *expected.entry(place).or_default() += by;
        }
    }
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for row in files.load::<InvChange>().values() {
        if row.kind == StockChange::Moved {
            let lot = row.lot.as_ref().map_or("", |lot| lot.as_str());
            let place = format!("{}/{}/{lot}", row.site_id, row.product_id);
            let thousandths = row.quantity.0.millionths() / 1_000;
            *found.entry(place).or_default() += thousandths;
        }
    }
    for (place, sum) in expected {
        let is = found.remove(place).unwrap_or_default();
        if is != sum {
            let what = format!("at {place} there are {is} g more, and it was {sum} g");
            return Err(Violation::new("I3", what));
        }
    }
    match found.into_iter().next() {
        Some((place, is)) => Err(Violation::new(
            "I3",
            format!("{is} g at {place} are nobody's"),
        )),
        None => Ok(()),
    }
}

/// I4: each entity is as its highest version says, with all its rows and no others.
fn the_highest_version_holds(files: &Files, fine: &[Told]) -> Result<(), Violation> {
    let base = PRODUCTS
        .iter()
        .map(|id| (format!("product/{id}"), (0, "base")));
    let mut expected: BTreeMap<String, (u64, &str)> = base.collect();
    for told in fine {
        if let Means::Holds(so) = &told.means {
            let held = expected.entry(told.entity.clone()).or_default();
            *held = (*held).max((told.version, so));
        }
    }
    expected.retain(|_, (_, so)| !so.is_empty());
    let found = entities(files);
    for (entity, (version, so)) in &expected {
        let is = found.get(entity);
        if is.map(String::as_str) != Some(so) {
            let what = format!("{entity} is {is:?}, and version {version} says {so:?}");
            return Err(Violation::new("I4", what));
        }
    }
    match found.keys().find(|entity| !expected.contains_key(*entity)) {
        Some(entity) => Err(Violation::new("I4", format!("nobody told of {entity}"))),
        None => Ok(()),
    }
}

/// The entities that the folded data set has, as their rows say.
fn entities(files: &Files) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |entity: String, text: String| {
        let held = found.entry(entity).or_default();
        if !held.is_empty() {
            held.push(' ');
        }
        held.push_str(&text);
    };
    each(files, |row: &Product| {
        add(format!("product/{}", row.product_id), row.name.clone());
    });
    each(files, |row: &Recipe| {
        add(format!("recipe/{}", row.recipe_id), row.name.clone());
    });
    each(files, |row: &RecipeBom| {
        add(
            format!("recipe/{}", row.recipe_id),
            row.qty_per_kit.to_string(),
        );
    });
    each(files, |row: &MenuWeekRow| {
        add(format!("menu/{}", row.week_id), "week".to_owned());
    });
    each(files, |row: &MenuRecipe| {
        add(
            format!("menu/{}", row.week_id),
            row.max_boxes.unwrap_or_default().to_string(),
        );
    });
    each(files, |row: &SiteCap| {
        let most = row.boxes_max.unwrap_or_default();
        add(
            format!("site-cap/{}/{}", row.site_id, row.date),
            most.to_string(),
        );
    });
    each(files, |row: &OrderLine| {
        add(format!("order/{}", row.order_id), row.quantity.to_string());
    });
    each(files, |row: &InboundOrderLine| {
        let text = format!("{} {:?}", row.qty_ordered, row.status);
        add(format!("purchase-order/{}", row.order_id), text);
    });
    each(files, |row: &InvChange| {
        if row.kind == StockChange::Counted {
            add(
                row.change_id.as_str().to_owned(),
                row.quantity.0.to_string(),
            );
        }
    });
    found
}

fn each<T: Table>(files: &Files, visit: impl FnMut(&T)) {
    files.load::<T>().values().for_each(visit);
}

/// I5 for what came before the product that it names: that alone may be why it is parked.
fn only_the_unknown_is_parked(parked: &[ParkedEvent], fine: &[Told]) -> Result<(), Violation> {
    for told in fine.iter().filter(|told| told.may_come_too_early) {
        let record = parked.iter().find(|parked| parked.body == told.body);
        if let Some(parked) = record
            && !parked.rejection.message.contains(NEW_PRODUCT)
        {
            return Err(Violation::new(
                "I5",
                format!("parked: {}", parked.rejection),
            ));
        }
    }
    Ok(())
}

/// A seed: three times as many events as there are entities, and some that are bad.
pub(crate) fn run(seed: u64, meddling: Meddling, answers: Answers, told: bool) -> Run {
    let world = World::of_seed(seed, "planning-sync", told);
    let planning = Planning::new(&world);
    let mut teller = Teller::new(&world);
    let fine: Vec<_> = (0..48).map(|_| teller.next()).collect();
    let mut bad = poison::all(&world, 1);
    bad.push(poison::unknown_product(&world, 1));
    let about = ("/planning/caps", "site-cap.set", "site-cap/S1/2026-11-25");
    let data = json!({"site": "S1", "date": "2026-11-25", "boxes_max": 1});
    bad.push(poison::panics(&world, 1, about, data));
    let bad = some(&world, bad);
    let bodies: Vec<_> = fine.iter().map(|told| told.body.clone()).collect();
    send(&planning.outside, &bodies, &bad);
    let shape = Shape {
        workers: 1 + world.below(3) as usize,
        batch: if world.happens(200) {
            100
        } else {
            1 + world.below(10) as usize
        },
        answers,
    };
    let worked = planning.work(shape, meddling);
    let kept = worked.and_then(|()| planning.check(&fine, &bad));
    Run::of(&planning.outside, kept)
}
