//! The handlers one after the other over stores in memory: what they make fits together.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod approval;
mod by_hand;
mod measured;
mod orders;
mod stock;
mod telling;
mod walk;

use std::collections::BTreeMap;

use artifacts::{Memory, Store};
use contracts::artifact::{ALLOCATION, ORDER_BOOK, SUMMARY, UTILISATION};
use contracts::{FaultName, WeekOutcome, WeekSummary};
use dataset::tables::OrderLine;
use dataset::{Body, Files, Table};
use snapshot::RowRef;

use walk::Walk;

#[tokio::test]
async fn products_are_the_drawn_kits_exploded_by_hand() {
    let walk = Walk::of_demo(demo::Options::default()).await;
    let week = walk.weeks[0];
    let (forecast, sources) = walk.forecast(week).await;
    let rows = by_hand::explode(&sources.snapshot, &sources.draws);
    assert!(rows.len() > 1000, "{} rows", rows.len());
    assert_eq!(by_hand::rows(&forecast), rows);
}

#[tokio::test]
async fn order_book_allocation_utilisation_and_summary_tell_the_same() {
    let walk = Walk::of_demo(demo::Options::default()).await;
    let week = walk.weeks[0];
    let book: Vec<OrderLine> = table(
        &walk.simulated(week, ORDER_BOOK).await,
        "order_line.parquet",
    );
    let mut boxes = BTreeMap::new();
    for line in &book {
        boxes.insert(line.order_id.clone(), line.site_id.clone());
    }
    let short = boxes.values().filter(|site| site.is_none()).count() as u64;
    let summary: WeekSummary =
        serde_json::from_slice(&walk.simulated(week, SUMMARY).await).unwrap();
    assert_eq!(summary.planned_boxes, boxes.len() as u64);
    assert_eq!(summary.shortfall, short);
    assert_eq!(
        summary.site_days.iter().map(|day| day.boxes).sum::<u64>() + short,
        boxes.len() as u64
    );

    let column = |bytes: &[u8], name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(bytes);
        let at = reader
            .headers()
            .unwrap()
            .iter()
            .position(|header| header == name)
            .unwrap();
        reader
            .records()
            .map(|record| record.unwrap()[at].to_owned())
            .collect()
    };
    let sum = |texts: Vec<String>| {
        texts
            .iter()
            .map(|text| text.parse::<u64>().unwrap())
            .sum::<u64>()
    };
    let allocation = walk.simulated(week, ALLOCATION[0]).await;
    assert_eq!(sum(column(&allocation, "boxes")), boxes.len() as u64);
    assert_eq!(sum(column(&allocation, "known_boxes")), summary.known_boxes);
    let utilisation = walk.simulated(week, UTILISATION[0]).await;
    assert_eq!(
        sum(column(&utilisation, "boxes")) + short,
        boxes.len() as u64
    );
    let by_site = |site: &str| {
        boxes
            .values()
            .flatten()
            .filter(|s| s.as_str() == site)
            .count() as u64
    };
    let sites = column(&utilisation, "site_id");
    let loads: Vec<u64> = column(&utilisation, "boxes")
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    for site in sites.iter().collect::<std::collections::BTreeSet<_>>() {
        let load: u64 = sites
            .iter()
            .zip(&loads)
            .filter(|(s, _)| *s == site)
            .map(|(_, l)| l)
            .sum();
        assert_eq!(load, by_site(site), "{site}");
    }
}

#[tokio::test]
async fn the_order_of_weeks_changes_no_byte() {
    let forward = Walk::of_demo(demo::Options::default()).await;
    let mut backward = Walk::prepared(demo::Options::default()).await;
    backward.weeks.reverse();
    backward.plan_weeks().await;
    backward.weeks.reverse();
    backward.publish().await;
    assert_eq!(forward.artifacts().await, backward.artifacts().await);
}

#[tokio::test]
async fn a_finding_stops_its_week_alone_and_the_week_is_published_as_failed() {
    let mut data = walk::demo_files(demo::Options::default());
    let menu = data.get_mut("menu_recipe.csv").unwrap();
    let week = "2026-W48";
    let text = String::from_utf8(menu.clone()).unwrap();
    let row = text.lines().find(|line| line.starts_with(week)).unwrap();
    let recipe = row.split(',').nth(1).unwrap();
    menu.extend(format!("{}\n", row.replace(recipe, "NO-SUCH")).bytes());
    let mut walk = Walk::of_data(&data).await;
    walk.plan_weeks().await;
    let response = walk.publish().await;
    for outcome in &walk.outcomes {
        match outcome {
            WeekOutcome::Failed {
                week: failed,
                error,
                cause,
            } => {
                assert_eq!(failed.to_string(), week);
                assert_eq!(error, FaultName::DataRejected.as_str());
                assert!(cause.contains("NO-SUCH"), "{cause}");
            }
            WeekOutcome::Forecast { week: planned, .. } => assert_ne!(planned.to_string(), week),
        }
    }
    assert_eq!(response.outcome, contracts::Outcome::WeeksFailed);
    assert!(
        response
            .failure
            .starts_with("2026-W48 failed: Data.Rejected: "),
        "{}",
        response.failure
    );
}

#[tokio::test]
async fn a_cap_set_in_the_input_holds_in_every_draw() {
    let mut walk = Walk::new(&walk::demo_files(demo::Options::default()));
    let date = "2026-11-18";
    let input = format!(
        r#"{{"replicates": 10, "weeks": ["2026-W47"], "caps": [{{"site": "north", "date": "{date}", "boxes_max": 100}}]}}"#
    );
    let sites = walk.sites();
    walk.begin(&input.replace("north", &sites[0])).await;
    walk.plan_weeks().await;
    let week = walk.weeks[0];
    let summary: WeekSummary =
        serde_json::from_slice(&walk.simulated(week, SUMMARY).await).unwrap();
    let day = summary
        .site_days
        .iter()
        .find(|day| day.site.as_str() == sites[0] && day.date.to_string() == date)
        .unwrap();
    assert_eq!(day.cap_max, Some(100));
    assert!(day.boxes <= 100 && day.spread.p90 <= 100);
}

#[tokio::test]
async fn every_line_of_a_bill_of_materials_and_every_known_order_names_its_row() {
    let files = walk::demo_files(demo::Options::default());
    let data = Memory::default();
    for (name, bytes) in &files {
        data.create(name, bytes).await.unwrap();
    }
    let now = "2026-11-15T12:00:00Z".parse().unwrap();
    let checked = data_extractor::validate(&data, None, None, now)
        .await
        .unwrap();
    let week = &checked.weeks[0];
    let lines: Vec<Vec<&str>> = week
        .files
        .iter()
        .map(|file| std::str::from_utf8(&files[file]).unwrap().lines().collect())
        .collect();
    let row = |origin: RowRef| lines[origin.file as usize][origin.line as usize - 1];
    let product = |at: usize| week.products[at].id.as_str();
    for line in &week.bom {
        let recipe = &week.menu[line.item].recipe;
        let start = format!("{recipe},{},{},", line.portions, product(line.product));
        assert!(row(line.origin).starts_with(&start), "{start}");
    }
    for rule in &week.packaging {
        assert!(row(rule.origin).contains(&format!(",{},", product(rule.product))));
    }
    for order in &week.known {
        assert!(row(order.origin).starts_with(&format!("{},1,", order.order)));
    }
    assert!(!week.bom.is_empty() && !week.packaging.is_empty() && !week.known.is_empty());
}

#[tokio::test]
async fn a_new_count_of_stock_is_a_new_fact_and_leaves_the_fitted_model() {
    let mut files = walk::demo_files(demo::Options::default());
    let before = Walk::of_data(&files).await;
    let stock = files.get_mut("inv_level.csv").unwrap();
    let text = String::from_utf8(stock.clone()).unwrap();
    let last = text.lines().last().unwrap();
    *stock = text.replace(last, "").into_bytes();
    let after = Walk::of_data(&files).await;
    let (one, other) = (before.supply().await, after.supply().await);
    assert_eq!(one.stock.lots.len(), other.stock.lots.len() + 1);
    assert_eq!(one.terms, other.terms);
    assert_eq!(before.model(), after.model());
}

fn table<T: Table>(bytes: &[u8], name: &str) -> Vec<T> {
    let mut files = Files::default();
    files.insert(name, Body::Bytes(bytes.to_vec().into()));
    let loaded = files.load::<T>();
    assert_eq!(loaded.findings, []);
    loaded.rows.into_iter().map(|row| row.value).collect()
}
