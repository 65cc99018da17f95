//! What always holds of the change log: order, repetition and compaction change nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use dataset::changes::{Batch, Compacted, Object, Stamp, compact};
use dataset::tables::RecipeBom;
use dataset::{Body, Field, Files};
use domain::{Date, RecipeId};
use proptest::collection::vec;
use proptest::prelude::*;

/// What an event says of a recipe: the products of its bill of materials; without any it is removed.
#[derive(Debug, Clone)]
struct Event {
    recipe: u8,
    version: u64,
    products: BTreeSet<u8>,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (
        0..4_u8,
        1..5_u64,
        proptest::collection::btree_set(0..5_u8, 0..3),
    );
    let event = event.prop_map(|(recipe, version, products)| Event {
        recipe,
        version,
        products,
    });
    vec(event, 1..12)
}

fn line(recipe: u8, product: u8, quantity: &str) -> RecipeBom {
    RecipeBom {
        recipe_id: recipe_id(recipe),
        portion_size: 2.try_into().unwrap(),
        product_id: format!("P{product}").parse().unwrap(),
        qty_per_kit: quantity.parse().unwrap(),
        uom: "GRM".parse().unwrap(),
        yield_factor: None,
        valid_from: None,
        valid_to: None,
    }
}

fn recipe_id(recipe: u8) -> RecipeId {
    format!("R{recipe}").parse().unwrap()
}

fn day(day: i8) -> Date {
    Date::new(2026, 10, day).unwrap()
}

/// The object that a batch of these events becomes, by their places.
fn object(events: &[Event], batch: &[usize]) -> Object {
    let mut written = Batch::default();
    for at in batch.iter().map(|at| at % events.len()) {
        let event = &events[at];
        let stamp = Stamp::new(&format!("e{at:02}"), event.version).unwrap();
        if event.products.is_empty() {
            let name = [recipe_id(event.recipe)];
            written
                .remove::<RecipeBom>(&stamp, &[name[0].cell()])
                .unwrap();
        } else {
            let quantity = format!("{}.5", at + 1);
            let lines = event.products.iter();
            let lines: Vec<_> = lines
                .map(|product| line(event.recipe, *product, &quantity))
                .collect();
            written.set(&stamp, &lines).unwrap();
        }
    }
    written.objects(day(18)).unwrap().remove(0)
}

/// Two recipes of the table's own file.
fn base() -> Vec<RecipeBom> {
    vec![line(0, 8, "1"), line(0, 9, "1"), line(3, 9, "1")]
}

fn rows<'o>(objects: impl IntoIterator<Item = (usize, &'o Object)>) -> Vec<String> {
    let mut files = Files::default();
    let mut text = Vec::new();
    dataset::write_csv(base(), &mut text).unwrap();
    files.insert("recipe_bom.csv", Body::Bytes(text.into()));
    for (at, object) in objects {
        let name = format!("changes/recipe_bom/{at:03}.csv");
        files.insert(&name, Body::Bytes(object.bytes.clone().into()));
    }
    let loaded = files.load::<RecipeBom>();
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    let mut rows: Vec<String> = loaded.values().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

/// The same in the plainest way: of each recipe the event with the highest version and then the greatest id.
fn plainly(events: &[Event], told: &BTreeSet<usize>) -> Vec<String> {
    let mut newest: BTreeMap<u8, (u64, usize)> = BTreeMap::new();
    for at in told {
        let event = &events[*at];
        let best = newest.entry(event.recipe).or_insert((event.version, *at));
        *best = (*best).max((event.version, *at));
    }
    let kept = |row: &RecipeBom| {
        !newest
            .keys()
            .any(|recipe| recipe_id(*recipe) == row.recipe_id)
    };
    let mut rows: Vec<RecipeBom> = base().into_iter().filter(kept).collect();
    for (recipe, (_, at)) in &newest {
        let quantity = format!("{}.5", at + 1);
        let lines = events[*at].products.iter();
        rows.extend(lines.map(|product| line(*recipe, *product, &quantity)));
    }
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

fn merge(objects: &[&Object]) -> Compacted {
    let mut files = Files::default();
    for (at, object) in objects.iter().enumerate() {
        let name = format!("changes/recipe_bom/2026-10-18/{at:03}.csv");
        files.insert(&name, Body::Bytes(object.bytes.clone().into()));
    }
    let compacted = compact("recipe_bom", &files, day(20)).unwrap();
    assert!(compacted.left.is_empty(), "{:?}", compacted.left);
    compacted
}

proptest! {
    #[test]
    fn an_entity_is_as_its_highest_version_says_in_any_order_and_with_any_repetition(
        events in events(),
        batches in vec(vec(0..12_usize, 1..6), 1..6),
        repeated in vec(0..6_usize, 0..4),
        turn in 0..6_usize,
    ) {
        let told = batches.iter().flatten().map(|at| at % events.len()).collect();
        let mut objects: Vec<Object> = batches.iter().map(|batch| object(&events, batch)).collect();
        let expected = plainly(&events, &told);
        prop_assert_eq!(rows(objects.iter().enumerate()), expected.clone());
        for at in repeated {
            objects.push(objects[at % objects.len()].clone());
        }
        let length = objects.len();
        objects.rotate_left(turn % length);
        prop_assert_eq!(rows(objects.iter().enumerate()), expected.clone());
        objects.reverse();
        prop_assert_eq!(rows(objects.iter().enumerate()), expected);
    }

    #[test]
    fn compaction_at_any_point_changes_nothing(
        events in events(),
        batches in vec(vec(0..12_usize, 1..6), 2..6),
        cut in 2..6_usize,
        deleted in vec(any::<bool>(), 6),
    ) {
        let objects: Vec<Object> = batches.iter().map(|batch| object(&events, batch)).collect();
        let before = rows(objects.iter().enumerate());
        let (old, new) = objects.split_at(cut.min(objects.len()));
        let merged = merge(&old.iter().collect::<Vec<_>>());
        prop_assert_eq!(merged.merged.len(), old.len());
        let merged = merged.object.unwrap();
        let both = objects.iter().chain([&merged]);
        prop_assert_eq!(&rows(both.enumerate()), &before);
        // Dead after some were deleted.
        let some = old.iter().zip(&deleted).filter(|(_, gone)| !**gone).map(|(object, _)| object);
        prop_assert_eq!(&rows(some.chain(new).chain([&merged]).enumerate()), &before);
        let after: Vec<&Object> = new.iter().chain([&merged]).collect();
        prop_assert_eq!(&rows(after.iter().copied().enumerate()), &before);
        // And once more, with what came since.
        if after.len() > 1 {
            let again = merge(&after).object.unwrap();
            prop_assert_eq!(&rows([(0, &again)]), &before);
        }
    }
}

#[test]
fn what_is_merged_is_the_same_object_whoever_merges_it() {
    let events = [1, 2].map(|version| Event {
        recipe: 1,
        version,
        products: BTreeSet::from([1]),
    });
    let (one, two) = (object(&events, &[0]), object(&events, &[1]));
    let merged = merge(&[&one, &two]);
    assert_eq!(merged.object, merge(&[&two, &one]).object);
    let object = merged.object.unwrap();
    assert!(object.key.starts_with("changes/recipe_bom/2026-10-20/"));
    // Only the winner is left in it.
    assert_eq!(
        std::str::from_utf8(&object.bytes).unwrap().lines().count(),
        2
    );
    assert!(merge(&[&one]).object.is_none());
}

#[test]
fn an_object_that_cannot_be_read_as_a_whole_is_left_as_it_is() {
    let events = [Event {
        recipe: 1,
        version: 1,
        products: BTreeSet::from([1, 2]),
    }];
    let good = object(&events, &[0]);
    let mut files = Files::default();
    for (name, bytes) in [
        ("a", good.bytes.clone()),
        ("b", good.bytes.clone()),
        (
            "c",
            String::from_utf8(good.bytes.clone())
                .unwrap()
                .replace("1.5", "much")
                .into_bytes(),
        ),
        (
            "d",
            String::from_utf8(good.bytes)
                .unwrap()
                .replace("valid_to", "until")
                .into_bytes(),
        ),
    ] {
        let name = format!("changes/recipe_bom/2026-10-18/{name}.csv");
        files.insert(&name, Body::Bytes(bytes.into()));
    }
    let compacted = compact("recipe_bom", &files, day(20)).unwrap();
    let names = |letters: &[&str]| -> Vec<String> {
        let name = |letter: &&str| format!("changes/recipe_bom/2026-10-18/{letter}.csv");
        letters.iter().map(name).collect()
    };
    assert_eq!(compacted.merged, names(&["a", "b"]));
    let left: BTreeSet<String> = compacted
        .left
        .iter()
        .map(|finding| finding.file.clone())
        .collect();
    assert_eq!(Vec::from_iter(left), names(&["c", "d"]));
}
