//! Purchase proposals: every document tells the same, and every quantity is the sum of its parts.

use std::collections::{BTreeMap, BTreeSet};

use contracts::artifact::{
    INBOUND_PLAN, PEGGING, PROPOSALS, PROPOSALS_JSON, REASONS, SOURCES, SUMMARY, explanations,
};
use contracts::{NeedsSource, Outcome, ProposalSources, ProposalSummary, Proposals};
use domain::{Code, Decimal, MenuWeek};
use ordering::{Line, LineKey, SiteProposals};
use proposals::{InboundRow, PegKind, PegRow, ProposalRow, Sureness};

use crate::table;
use crate::walk::{self, Walk};

const INPUT: &str = r#"{"replicates": 20, "horizon_weeks": 2}"#;

fn total<'a>(values: impl IntoIterator<Item = &'a Decimal>) -> i128 {
    values
        .into_iter()
        .map(|value| i128::from(value.millionths()))
        .sum()
}

#[tokio::test]
async fn csv_json_and_explanations_tell_the_same_lines() {
    let walk = Walk::of_demo(demo::Options::default()).await;
    let files = walk.proposed().await;
    let rows: Vec<ProposalRow> = table(&files[PROPOSALS[0]], PROPOSALS[0]);
    assert!(rows.len() > 100, "{} lines", rows.len());
    let proposals: Proposals = serde_json::from_slice(&files[PROPOSALS_JSON]).unwrap();
    assert_eq!(proposals.schema, Proposals::SCHEMA);
    let orders = || proposals.vendors.iter().flat_map(|vendor| &vendor.orders);
    let explained: Vec<SiteProposals> = files
        .iter()
        .filter(|(name, _)| name.starts_with("explanations/"))
        .map(|(_, bytes)| serde_json::from_slice(bytes).unwrap())
        .collect();
    let lines = || explained.iter().flat_map(|site| &site.lines);

    let mut keys = BTreeMap::new();
    for row in &rows {
        let (vendor, site) = (row.vendor_id.clone(), row.site_id.clone());
        let key = (vendor, site, row.delivery_date, row.product_id.clone());
        assert_eq!(keys.insert(key, row), None);
    }
    for line in lines() {
        let key = line.key.clone();
        let row = keys[&(key.vendor, key.site, key.delivery, key.product)];
        assert_eq!(row.quantity.millionths(), 1000 * line.quantity);
        assert_eq!(line.waterfall.quantity(), line.quantity);
        assert_eq!(
            (row.value, row.order_quantity),
            (line.value, line.order_quantity)
        );
    }
    assert_eq!(lines().count(), rows.len());
    let told: Vec<_> = orders().flat_map(|order| &order.lines).collect();
    assert_eq!(told.len(), rows.len());
    assert_eq!(
        total(told.iter().map(|line| &line.quantity)),
        total(rows.iter().map(|row| &row.quantity))
    );
    let value = total(rows.iter().map(|row| &row.value));
    assert_eq!(total(orders().map(|order| &order.value)), value);
    let summary: ProposalSummary = serde_json::from_slice(&files[SUMMARY]).unwrap();
    assert_eq!(i128::from(summary.value.millionths()), value);
    assert_eq!(
        total(summary.totals.iter().map(|total| &total.value)),
        value
    );
    assert_eq!(summary.orders, orders().count() as u64);
    for vendor in &proposals.vendors {
        let own: Proposals =
            serde_json::from_slice(&files[&format!("proposals/{}.json", vendor.vendor)]).unwrap();
        assert_eq!(own.vendors, std::slice::from_ref(vendor));
    }
}

#[tokio::test]
async fn the_reasons_are_those_of_the_lines_that_most_money_is_at_risk_with() {
    let walk = Walk::of_demo(demo::Options::default()).await;
    let files = walk.proposed().await;
    let rows: Vec<ProposalRow> = table(&files[PROPOSALS[1]], PROPOSALS[1]);
    let at_risk: BTreeMap<LineKey, Option<Decimal>> =
        rows.iter().map(|row| (row.key(), row.at_risk)).collect();
    let reasons: Vec<Line> = serde_json::from_slice(&files[REASONS]).unwrap();
    assert_eq!(reasons.len(), 500);
    let told: Vec<_> = reasons.iter().map(|line| at_risk[&line.key]).collect();
    assert!(told.is_sorted_by(|more, less| more >= less));
    let mut all: Vec<_> = at_risk.values().copied().collect();
    all.sort_by(|a, b| b.cmp(a));
    assert_eq!(told, all[..500]);
    for line in reasons.iter().take(20) {
        let site: SiteProposals =
            serde_json::from_slice(&files[&explanations(&line.key.site)]).unwrap();
        assert!(site.lines.contains(line), "{:?}", line.key);
    }
}

#[tokio::test]
async fn every_row_is_the_sum_of_its_columns_and_of_its_pegging() {
    let walk = Walk::of_demo(demo::Options::default()).await;
    let files = walk.proposed().await;
    let rows: Vec<ProposalRow> = table(&files[PROPOSALS[1]], PROPOSALS[1]);
    let pegs: Vec<PegRow> = table(&files[PEGGING], PEGGING);
    let mut parts: BTreeMap<_, i64> = BTreeMap::new();
    for peg in &pegs {
        let key = (
            &peg.vendor_id,
            &peg.site_id,
            peg.delivery_date,
            &peg.product_id,
        );
        let quantity = peg.quantity.map_or(0, |quantity| quantity.0.millionths());
        *parts.entry(key).or_default() += quantity;
        if peg.kind != PegKind::Proposal {
            assert!(peg.file.is_some() && peg.line.is_some(), "{peg:?}");
            assert_eq!(peg.sha256.as_ref().map(String::len), Some(64), "{peg:?}");
        }
    }
    let kinds: BTreeSet<PegKind> = pegs.iter().map(|peg| peg.kind).collect();
    for kind in [
        PegKind::Recipe,
        PegKind::Packaging,
        PegKind::Lot,
        PegKind::Term,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} is in no line");
    }
    for row in &rows {
        let plus = [
            row.gross_known,
            row.gross_simulated,
            row.gross_yield,
            row.gross_override,
        ];
        let less = [
            row.stock_used,
            row.inbound_used,
            row.proposals_used,
            row.unreachable,
        ];
        let sum = |columns: &[dataset::Signed]| {
            columns
                .iter()
                .map(|column| column.0.millionths())
                .sum::<i64>()
        };
        assert_eq!(sum(&plus) - sum(&less), row.mean_net.0.millionths());
        let after = [
            row.mean_net,
            row.safety,
            row.minimum,
            row.multiple,
            row.maximum,
            row.vendor_minimum,
            row.quantity_override,
        ];
        assert_eq!(sum(&after), row.quantity.millionths());
        let key = (
            &row.vendor_id,
            &row.site_id,
            row.delivery_date,
            &row.product_id,
        );
        let unreached = sum(&[row.mean_net, row.unreachable, row.quantity_override]);
        assert_eq!(parts[&key], unreached, "{key:?}");
    }
    let inbound: Vec<InboundRow> = table(&files[INBOUND_PLAN[0]], INBOUND_PLAN[0]);
    let proposed = inbound.iter().filter(|row| row.kind == Sureness::Proposed);
    assert_eq!(
        proposed.map(|row| row.lines as usize).sum::<usize>(),
        rows.len()
    );
    assert!(inbound.iter().any(|row| row.kind == Sureness::Open));
}

/// The demo company's menu with a recipe in a week that nobody knows.
fn broken(week: MenuWeek) -> Vec<u8> {
    let mut menu = walk::demo_files(demo::Options::default())["menu_recipe.csv"].clone();
    let text = String::from_utf8(menu.clone()).unwrap();
    let row = text
        .lines()
        .find(|line| line.starts_with(&week.to_string()))
        .unwrap();
    let recipe = row.split(',').nth(1).unwrap();
    menu.extend(format!("{}\n", row.replace(recipe, "NO-SUCH")).bytes());
    menu
}

async fn told(walk: &Walk) -> (ProposalSources, Vec<Code>, Vec<ProposalRow>) {
    let files = walk.proposed().await;
    let summary: ProposalSummary = serde_json::from_slice(&files[SUMMARY]).unwrap();
    let codes = summary
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    let rows = table(&files[PROPOSALS[0]], PROPOSALS[0]);
    (
        serde_json::from_slice(&files[SOURCES]).unwrap(),
        codes,
        rows,
    )
}

#[tokio::test]
async fn a_failed_week_stands_in_with_its_last_publication_and_its_lines_say_so() {
    let mut walk = Walk::of_demo(demo::Options::default()).await;
    let (_, codes, before) = told(&walk).await;
    assert_eq!(codes, []);
    let week = walk.weeks[1];
    walk.replace("menu_recipe.csv", &broken(week));
    walk.begin_as("again", INPUT).await;
    walk.plan_weeks().await;
    let (sources, codes, rows) = told(&walk).await;
    assert_eq!(codes, [Code::E513]);
    let stands_in = |source: &NeedsSource| match source {
        NeedsSource::StandIn {
            week: of,
            published,
        } => *of == week && published.run.to_string() == "test",
        _ => false,
    };
    assert!(sources.weeks.iter().any(stands_in), "{:?}", sources.weeks);
    assert!(rows.iter().any(|row| row.stand_in) && before.iter().all(|row| !row.stand_in));
    let quantities = |rows: &[ProposalRow]| total(rows.iter().map(|row| &row.quantity));
    assert_eq!(quantities(&rows), quantities(&before));
    let response = walk.publish().await;
    assert_eq!(response.outcome, Outcome::WeeksFailed);
}

#[tokio::test]
async fn a_failed_week_that_was_never_published_is_named_as_not_in_the_proposals() {
    let mut data = walk::demo_files(demo::Options::default());
    let week: MenuWeek = "2026-W48".parse().unwrap();
    data.insert("menu_recipe.csv".to_owned(), broken(week));
    let mut walk = Walk::of_data(&data).await;
    walk.plan_weeks().await;
    let (sources, codes, rows) = told(&walk).await;
    assert_eq!(codes, [Code::E514]);
    assert!(sources.weeks.contains(&NeedsSource::Missing { week }));
    assert!(!rows.is_empty());
}

#[tokio::test]
async fn a_week_that_has_begun_uses_stock_as_it_was_published_last() {
    let input = r#"{"replicates": 20, "horizon_weeks": 1, "as_of": "2026-11-18T12:00:00Z"}"#;
    let begun: MenuWeek = "2026-W47".parse().unwrap();
    let mut walk = Walk::prepared(demo::Options::default()).await;
    walk.begin_as("alone", input).await;
    walk.plan_weeks().await;
    let (sources, codes, alone) = told(&walk).await;
    assert_eq!(codes, [Code::E515]);
    assert!(
        sources
            .weeks
            .contains(&NeedsSource::Missing { week: begun })
    );

    let mut walk = Walk::of_demo(demo::Options::default()).await;
    walk.begin_as("later", input).await;
    assert_eq!(walk.weeks, ["2026-W48".parse().unwrap()]);
    walk.plan_weeks().await;
    let (sources, codes, rows) = told(&walk).await;
    assert_eq!(codes, []);
    assert!(matches!(
        &sources.weeks[0],
        NeedsSource::StandIn { week, published }
            if *week == begun && published.run.to_string() == "test"
    ));
    let quantities = |rows: &[ProposalRow]| total(rows.iter().map(|row| &row.quantity));
    assert!(quantities(&rows) > quantities(&alone));
    let files = walk.proposed().await;
    let pegs: Vec<PegRow> = table(&files[PEGGING], PEGGING);
    let today = "2026-11-18".parse().unwrap();
    let next = "2026-11-23".parse().unwrap();
    let needs = pegs.iter().filter(|peg| peg.kind == PegKind::Recipe);
    let (before, own): (Vec<_>, Vec<_>) = needs.partition(|peg| peg.stand_in);
    assert!(!before.is_empty() && !own.is_empty());
    let days = |pegs: Vec<&PegRow>| pegs.iter().map(|peg| peg.day.unwrap()).collect();
    let (before, own): (BTreeSet<domain::Date>, BTreeSet<_>) = (days(before), days(own));
    assert!(
        before.iter().all(|day| (today..next).contains(day)),
        "{before:?}"
    );
    assert!(own.iter().all(|day| *day > today), "{own:?}");
}
