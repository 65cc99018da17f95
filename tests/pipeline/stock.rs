//! A correction of stock that comes in while nobody plans counts in the next run, there and nowhere else.

use std::collections::BTreeMap;

use contracts::artifact::{PROPOSALS, SUPPLY};
use dataset::changes::{Batch, Stamp};
use dataset::tables::{InvChange, Signed, StockChange};
use proposals::ProposalRow;

use crate::walk::Walk;

const INPUT: &str = r#"{"replicates": 20, "horizon_weeks": 2}"#;

/// What a step stored, without the run and the digest it stands under.
fn stored(all: BTreeMap<String, Vec<u8>>, run: &str) -> BTreeMap<String, Vec<u8>> {
    let start = format!("runs/{run}/");
    let of_run = all.into_iter().filter_map(|(key, bytes)| {
        let mut parts: Vec<&str> = key.strip_prefix(&start)?.split('/').collect();
        if parts.len() > 3 {
            parts.remove(2);
        }
        Some((parts.join("/"), bytes))
    });
    of_run.collect()
}

#[tokio::test]
async fn a_correction_in_the_change_log_changes_the_netting_of_its_product_and_site_alone() {
    let mut walk = Walk::new(&crate::walk::demo_files(demo::Options::default()));
    walk.begin_as("before", INPUT).await;
    walk.plan_weeks().await;
    let before: Vec<ProposalRow> = crate::table(&walk.proposed().await[PROPOSALS[0]], PROPOSALS[0]);
    let supply = walk.supply().await;
    let line = before
        .iter()
        .max_by_key(|row| (row.quantity, row.product_id.clone()));
    let line = line.unwrap();
    let (site, product) = (line.site_id.clone(), line.product_id.clone());
    let lot = supply.stock.lots_of(&site, &product)[0].clone();

    let event = "/warehouse/stock#adj-1";
    let mut batch = Batch::default();
    let change = InvChange {
        change_id: event.parse().unwrap(),
        site_id: site.clone(),
        product_id: product.clone(),
        lot: lot.lot.clone(),
        changed_at: supply.stock.as_of,
        kind: StockChange::Moved,
        quantity: Signed(domain::Decimal::from_millionths(-lot.on_hand.millionths())),
        expiry_date: None,
        order_id: None,
        line_no: None,
    };
    batch
        .set(&Stamp::new(event, 1).unwrap(), &[change])
        .unwrap();
    for object in batch.objects("2026-11-15".parse().unwrap()).unwrap() {
        walk.replace(&object.key, &object.bytes);
    }
    walk.begin_as("after", INPUT).await;
    walk.plan_weeks().await;

    let after: Vec<ProposalRow> = crate::table(&walk.proposed().await[PROPOSALS[0]], PROPOSALS[0]);
    let (there, elsewhere): (Vec<_>, Vec<_>) = after
        .into_iter()
        .partition(|row| (&row.site_id, &row.product_id) == (&site, &product));
    let (was_there, was_elsewhere): (Vec<_>, Vec<_>) = before
        .into_iter()
        .partition(|row| (&row.site_id, &row.product_id) == (&site, &product));
    let sum = |rows: &[ProposalRow]| {
        rows.iter()
            .map(|row| row.quantity.millionths())
            .sum::<i64>()
    };
    assert!(
        sum(&there) > sum(&was_there),
        "less in stock, and no more is proposed: {there:?}"
    );
    assert_eq!(elsewhere, was_elsewhere);
    let told = walk.supply().await;
    let told = &told.stock.lots_of(&site, &product)[0];
    assert_eq!(told.on_hand, domain::Decimal::ZERO);
    assert!(
        told.origin
            .file
            .starts_with("changes/inv_change/2026-11-15/")
    );

    // All else that was stored is the same, but for the plan, which pins the object, and what names other results.
    let all = walk.artifacts().await;
    let (one, other) = (stored(all.clone(), "before"), stored(all, "after"));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>()
    );
    let names = |key: &str| {
        ["plan.json", "result.json", "sources.json"]
            .contains(&key.rsplit('/').next().unwrap_or(key))
    };
    let differ: Vec<&String> = one
        .keys()
        .filter(|key| one[*key] != other[*key] && !names(key))
        .filter(|key| !key.starts_with("all/order-proposer/"))
        .collect();
    assert_eq!(
        differ,
        [
            "all/data-extractor/currency.json",
            &format!("all/data-extractor/{SUPPLY}")
        ]
    );
}
