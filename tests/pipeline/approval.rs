//! From approval on an order is under way: the next run counts it and proposes it no more.

use std::collections::BTreeSet;

use contracts::artifact::{INBOUND_PLAN, ORDERS, PEGGING, PROPOSALS, PROPOSALS_JSON, SUMMARY};
use contracts::{ApprovalOutcome, ProposalSummary, Proposals, PurchaseOrder};
use dataset::Table;
use domain::Code;
use proposals::{InboundRow, PegKind, PegRow, ProposalRow, Sureness};

use crate::table;
use crate::walk::Walk;

const INPUT: &str = r#"{"replicates": 20, "horizon_weeks": 2}"#;

async fn tables<T: Table>(walk: &Walk, name: &str) -> Vec<T> {
    table(&walk.proposed().await[name], name)
}

async fn orders(walk: &Walk) -> Vec<(String, PurchaseOrder)> {
    let all = walk.artifacts().await.into_iter();
    let orders = all.filter(|(key, _)| key.starts_with(ORDERS));
    orders
        .map(|(key, bytes)| (key, serde_json::from_slice(&bytes).unwrap()))
        .collect()
}

#[tokio::test]
async fn what_is_approved_is_under_way_in_the_next_run_and_proposed_no_more() {
    let mut walk = Walk::of_demo(demo::Options::default()).await;
    let before: Vec<ProposalRow> = tables(&walk, PROPOSALS[0]).await;
    let arriving: Vec<InboundRow> = tables(&walk, INBOUND_PLAN[0]).await;
    let proposals: Proposals =
        serde_json::from_slice(&walk.proposed().await[PROPOSALS_JSON]).unwrap();
    let vendor = &proposals.vendors[0];

    let response = walk.approve("test", &vendor.vendor).await;
    assert_eq!(response.orders.len(), vendor.orders.len());
    assert_eq!(response.approved, vendor.orders.len() as u64);
    let stored = orders(&walk).await;
    let again = walk.approve("test", &vendor.vendor).await;
    let already = |outcome| matches!(outcome, ApprovalOutcome::AlreadyApproved(_));
    assert!(again.orders.into_iter().all(|order| already(order.outcome)));
    assert_eq!(orders(&walk).await, stored, "approving twice made more");
    assert_eq!(stored.len(), vendor.orders.len());

    walk.begin_as("next", INPUT).await;
    walk.plan_weeks().await;
    let approved: BTreeSet<_> = before
        .iter()
        .filter(|row| row.vendor_id == vendor.vendor)
        .map(|row| {
            (
                row.site_id.clone(),
                row.delivery_date,
                row.product_id.clone(),
            )
        })
        .collect();
    let after: Vec<ProposalRow> = tables(&walk, PROPOSALS[0]).await;
    let again: Vec<_> = after
        .iter()
        .filter(|row| row.vendor_id == vendor.vendor)
        .filter(|row| {
            let key = (
                row.site_id.clone(),
                row.delivery_date,
                row.product_id.clone(),
            );
            approved.contains(&key)
        })
        .collect();
    assert!(again.is_empty(), "proposed again: {again:?}");
    let lines = |kind: Sureness, rows: &[InboundRow]| -> usize {
        let of_kind = rows.iter().filter(|row| row.kind == kind);
        of_kind.map(|row| row.lines as usize).sum()
    };
    let arrives: Vec<InboundRow> = tables(&walk, INBOUND_PLAN[0]).await;
    assert_eq!(lines(Sureness::Approved, &arriving), 0);
    assert_eq!(lines(Sureness::Approved, &arrives), approved.len());
    assert_eq!(
        lines(Sureness::Open, &arrives),
        lines(Sureness::Open, &arriving)
    );

    let pegs: Vec<PegRow> = tables(&walk, PEGGING).await;
    let of_order = |peg: &&PegRow| {
        peg.file
            .as_ref()
            .is_some_and(|file| file.starts_with(ORDERS))
    };
    for peg in pegs.iter().filter(of_order) {
        assert_eq!(peg.kind, PegKind::Inbound);
        assert!(peg.what.as_ref().unwrap().starts_with("PO-"), "{peg:?}");
        assert_eq!(peg.sha256.as_ref().map(String::len), Some(64));
    }
    let summary: ProposalSummary = serde_json::from_slice(&walk.proposed().await[SUMMARY]).unwrap();
    let told = summary.approved.unwrap();
    assert_eq!(
        (told.orders as usize, told.lines as usize),
        (stored.len(), approved.len())
    );
    let conversion = told.conversion.unwrap();
    assert_eq!(
        (conversion.proposed, conversion.approved),
        (response.proposed, response.approved)
    );
}

#[tokio::test]
async fn the_data_sets_record_of_an_approved_order_replaces_it_and_a_forgotten_one_is_told() {
    let mut walk = Walk::of_demo(demo::Options::default()).await;
    let proposals: Proposals =
        serde_json::from_slice(&walk.proposed().await[PROPOSALS_JSON]).unwrap();
    walk.approve("test", &proposals.vendors[0].vendor).await;
    let stored = orders(&walk).await;
    let (_, order) = &stored[0];

    // Cancelled where orders are kept: it is gone, and nothing of it is counted.
    let mut inbound = walk.file("inbound_order_line.csv").await;
    let (header, line) = (inbound.lines().next().unwrap(), &order.lines[0]);
    let row: Vec<String> = header
        .split(',')
        .map(|column| match column {
            "order_id" => order.reference.to_string(),
            "line_no" => line.line_no.to_string(),
            "product_id" => line.product.to_string(),
            "site_id" => order.site.to_string(),
            "vendor_id" => order.vendor.to_string(),
            "qty_ordered" => line.quantity.to_string(),
            "qty_received" => "0".to_owned(),
            "expected_at" => format!("{}T08:00:00Z", order.delivery_date),
            "status" => "cancelled".to_owned(),
            other => unreachable!("{other}"),
        })
        .collect();
    inbound = format!("{}\n{}\n", inbound.trim_end(), row.join(","));
    walk.replace("inbound_order_line.csv", inbound.as_bytes());
    walk.begin_as("next", INPUT).await;
    walk.plan_weeks().await;
    let summary = |files: &std::collections::BTreeMap<String, Vec<u8>>| -> ProposalSummary {
        serde_json::from_slice(&files[SUMMARY]).unwrap()
    };
    let told = summary(&walk.proposed().await).approved.unwrap();
    assert_eq!(told.orders as usize, stored.len() - 1);

    // Days later, after the day of delivery: an order that nobody reported is asked after.
    let later = order.delivery_date.tomorrow().unwrap();
    let input = INPUT.replace('{', &format!(r#"{{"as_of": "{later}T12:00:00Z", "#));
    walk.begin_as("later", &input).await;
    walk.plan_weeks().await;
    let told = summary(&walk.proposed().await);
    let due = stored
        .iter()
        .filter(|(_, held)| held.delivery_date < later)
        .count();
    let asked = told
        .findings
        .iter()
        .filter(|finding| finding.code == Code::E409);
    assert_eq!(asked.count(), due - 1);
}
