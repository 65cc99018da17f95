//! `larder approve`: proposals become orders once, and the next run counts them.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::Path;

use contracts::{Proposals, PurchaseOrder};
use support::{id, larder, planned};

const INPUT: &str = r#"{"weeks": ["2026-W47"], "replicates": 10}"#;
const RUN: [&str; 5] = ["run", "--data", "data", "--input", "input.json"];
const AT: &str = "2026-11-15T12:30:00Z";

/// What a run proposes, as it was published.
fn proposed(folder: &Path, run: &str) -> Proposals {
    let run = folder.join("larder-out").join(run);
    let publication = fs::read_dir(run).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(publication.join("proposals.json")).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Every file below the orders' folder.
fn orders(folder: &Path) -> Vec<PurchaseOrder> {
    let mut folders = vec![folder.join("larder-out/store/orders")];
    let mut orders = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                orders.push(serde_json::from_slice(&fs::read(path).unwrap()).unwrap());
            }
        }
    }
    orders
}

#[test]
fn an_approved_order_is_under_way_in_the_next_run_of_the_same_data() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let first = planned(folder, INPUT);
    let proposals = proposed(folder, &first);
    let vendor = &proposals.vendors[0];
    let order = &vendor.orders[0];
    let (site, day) = (order.site.as_str(), order.delivery_date.to_string());
    let approve = |run: &str, more: &[&str]| {
        let which = ["approve", "--run", run, "--vendor", vendor.vendor.as_str()];
        let narrow = ["--site", site, "--date", &day];
        larder(folder, &[&which[..], &narrow[..], more].concat())
    };

    let (status, told, _) = approve(&first, &["--at", "2030-01-01T00:00:00Z"]);
    assert_eq!(status, Some(1), "{told}");
    assert!(
        told.contains("is refused: it had to be ordered by"),
        "{told}"
    );
    assert_eq!(orders(folder), []);

    let tells = ["--at", AT, "--by", "planner", "--topic", "events"];
    let (status, told, warned) = approve(&first, &tells);
    assert_eq!((status, warned.as_str()), (Some(0), ""), "{told}");
    let [stored] = &orders(folder)[..] else {
        unreachable!("{told}")
    };
    assert!(
        told.starts_with(&format!("{}  approved: ", stored.reference)),
        "{told}"
    );
    assert!(told.contains("1 of ") && told.contains("proposed orders of this run are approved ("));
    assert_eq!(stored.approved_by.as_deref(), Some("planner"));
    assert_eq!(
        (stored.lines.len(), stored.value),
        (order.lines.len(), order.value)
    );
    assert_eq!(stored.proposal.run.to_string(), first);

    let event = format!(
        "larder.purchase-order.approved.v1.{}.json",
        stored.reference
    );
    let event = fs::read_to_string(folder.join("events").join(event)).unwrap();
    assert!(event.contains("/planning/order-approver"), "{event}");

    let (status, told, _) = approve(&first, &[]);
    assert_eq!(status, Some(0), "{told}");
    assert!(
        told.contains(&format!("already approved as {}", stored.reference)),
        "{told}"
    );
    assert_eq!(orders(folder).len(), 1);

    let (status, table, steps) = larder(folder, &RUN);
    assert_eq!(status, Some(0), "{steps}");
    let second = id(&table);
    assert_ne!(second, first);
    assert!(table.contains("1 approved order with "), "{table}");
    let anew = proposed(folder, &second);
    let mut left = anew
        .vendors
        .iter()
        .filter(|held| held.vendor == vendor.vendor);
    let same = |held: &contracts::ProposedOrder| {
        held.site == order.site && held.delivery_date == order.delivery_date
    };
    assert!(
        !left.any(|held| held.orders.iter().any(same)),
        "proposed again"
    );

    // Both plans are what they were: neither counts what came after it.
    for run in [&first, &second] {
        let again = ["--data", "data", "--run", run];
        for step in ["configurator", "order-proposer"] {
            let args = [&["replay", "--step", step], &again[..]].concat();
            let (status, told, errors) = larder(folder, &args);
            assert_eq!(status, Some(0), "{run} {step}: {told}{errors}");
        }
    }
}
