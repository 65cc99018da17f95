//! One order whoever comes first, on every kind of store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use artifacts::{Folder, Memory, Store};
use contracts::canonical::Event;
use contracts::{
    ExecutionInput, Plan, ProposedLine, ProposedOrder, PublishedProposals, Settings, StepName,
};
use domain::{Date, SiteId};
use messaging::{Failure, SendError};
use runs::Begun;

use super::*;

const DAY: &str = "2026-11-20";
const RACERS: usize = 16;

fn proposed(site: &str, quantity: &str) -> ProposedOrder {
    let order_by = "2026-11-18T10:00:00Z".parse().unwrap();
    let line = ProposedLine {
        product: "leek".parse().unwrap(),
        name: "Leek".to_owned(),
        order_by,
        quantity: quantity.parse().unwrap(),
        uom: "KGM".parse().unwrap(),
        order_quantity: quantity.parse().unwrap(),
        order_uom: "KGM".parse().unwrap(),
        packs: 1,
        pack: quantity.parse().unwrap(),
        price: "1".parse().unwrap(),
        value: quantity.parse().unwrap(),
        covers_from: DAY.parse().unwrap(),
        covers_to: DAY.parse().unwrap(),
    };
    ProposedOrder {
        site: site.parse().unwrap(),
        delivery_date: DAY.parse().unwrap(),
        order_by,
        value: quantity.parse().unwrap(),
        lines: vec![line],
    }
}

fn plan(scenario: Option<&str>, approved: BTreeMap<String, contracts::DataFile>) -> Plan {
    Plan {
        as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
        seed: 1,
        weeks: Vec::new(),
        unplanned: Vec::new(),
        proposals: None,
        settings: Settings {
            replicates: 1,
            snapshot_max_age_hours: 24,
            caps: Vec::new(),
            recipes_per_box: None,
            portion_sizes: None,
            max_boxes: BTreeMap::new(),
            incompatible: Vec::new(),
            changes: None,
        },
        scenario: scenario.map(str::to_owned),
        shadow: Vec::new(),
        notify: false,
        data: BTreeMap::new(),
        approved,
        lineage: Vec::new(),
        input: ExecutionInput::default(),
    }
}

/// A run that proposes these orders of one vendor, published.
async fn run(store: &impl Store, id: &str, scenario: Option<&str>, orders: Vec<ProposedOrder>) {
    let approved = Orders(store).pins(Date::MIN).await.unwrap();
    let plan = plan(scenario, approved);
    let (run, _) = Run::start(store, &id.parse().unwrap(), plan).await.unwrap();
    let proposals = Proposals {
        schema: Proposals::SCHEMA.to_owned(),
        as_of: run.plan.as_of,
        currency: Some("GBP".to_owned()),
        vendors: vec![VendorOrders {
            vendor: "V1".parse().unwrap(),
            name: "Vendor".to_owned(),
            currency: Some("GBP".to_owned()),
            orders,
        }],
    };
    let begun = run.begin(StepName::OrderProposer, None, &id).await.unwrap();
    let Begun::Open(mut output) = begun else {
        unreachable!()
    };
    output.put_json(PROPOSALS_JSON, &proposals).await.unwrap();
    let result = output.finish().await.unwrap();
    let published = PublishedProposals {
        run: run.id.clone(),
        as_of: run.plan.as_of,
        proposals: result,
    };
    let latest = Latest {
        proposals: Some(published),
        ..Latest::default()
    };
    Latest::advance(store, &latest).await.unwrap();
}

fn request(run: &str, mode: ApprovalMode) -> ApproveRequest {
    ApproveRequest {
        run: run.parse().unwrap(),
        vendor: "V1".parse().unwrap(),
        site: None,
        delivery_date: None,
        mode,
        late: false,
        approved_by: Some("planner".to_owned()),
        approved_at: "2026-11-16T10:00:00Z".parse().unwrap(),
    }
}

/// Approves, and tells nobody.
async fn handle(request: ApproveRequest, runs: &impl Store) -> Result<ApproveResponse, Fault> {
    super::handle(request, runs, None::<&messaging::Memory>).await
}

async fn keys(store: &impl Store) -> Vec<String> {
    let entries = store.list("orders").await.unwrap();
    entries.into_iter().map(|entry| entry.key).collect()
}

fn outcomes(response: &ApproveResponse) -> Vec<&ApprovalOutcome> {
    response.orders.iter().map(|order| &order.outcome).collect()
}

#[tokio::test]
async fn orders_of_a_vendor_are_approved_once_by_site_and_day_and_their_share_is_told() {
    let store = Memory::default();
    let orders = vec![proposed("S1", "10"), proposed("S2", "5")];
    run(&store, "one", None, orders).await;
    let only = ApproveRequest {
        site: Some("S2".parse::<SiteId>().unwrap()),
        ..request("one", ApprovalMode::First)
    };
    let some = handle(only, &store).await.unwrap();
    assert_eq!((some.orders.len(), some.approved, some.proposed), (1, 1, 2));
    let all = handle(request("one", ApprovalMode::First), &store)
        .await
        .unwrap();
    let [
        ApprovalOutcome::Placed(first),
        ApprovalOutcome::AlreadyApproved(second),
    ] = outcomes(&all)[..]
    else {
        unreachable!("{all:?}")
    };
    assert_eq!(first.reference.as_str(), "PO-V1-S1-20261120-1");
    assert_eq!(second.reference.as_str(), "PO-V1-S2-20261120-1");
    assert_eq!((all.approved, all.warnings.len()), (2, 0));
    let stored = [
        "orders/V1/S1/2026-11-20/1.json",
        "orders/V1/S2/2026-11-20/1.json",
    ];
    assert_eq!(keys(&store).await, stored);
}

#[tokio::test]
async fn a_refused_order_stops_no_other_and_a_later_run_says_what_it_comes_on_top_of() {
    let store = Memory::default();
    run(&store, "one", None, vec![proposed("S1", "10")]).await;
    handle(request("one", ApprovalMode::First), &store)
        .await
        .unwrap();
    let orders = vec![proposed("S1", "10"), proposed("S2", "5")];
    run(&store, "two", None, orders).await;
    let response = handle(request("two", ApprovalMode::First), &store)
        .await
        .unwrap();
    let [
        ApprovalOutcome::Refused { reason },
        ApprovalOutcome::Placed(_),
    ] = outcomes(&response)[..]
    else {
        unreachable!("{response:?}")
    };
    assert!(reason.contains("on top of it"), "{reason}");
    assert_eq!((response.approved, response.proposed), (1, 2));
    let amended = handle(request("two", ApprovalMode::Amend), &store)
        .await
        .unwrap();
    let [ApprovalOutcome::Placed(total), _] = outcomes(&amended)[..] else {
        unreachable!("{amended:?}")
    };
    assert_eq!(
        total.amends.as_ref().unwrap().as_str(),
        "PO-V1-S1-20261120-1"
    );
    assert_eq!(total.value, "20".parse().unwrap());
}

#[tokio::test]
async fn scenarios_unknown_runs_and_what_nobody_proposes_are_refused_by_name() {
    let store = Memory::default();
    run(&store, "base", None, vec![proposed("S1", "10")]).await;
    run(&store, "what-if", Some("snow"), vec![proposed("S1", "10")]).await;
    let vendor = ApproveRequest {
        vendor: "V9".parse().unwrap(),
        ..request("base", ApprovalMode::First)
    };
    let site = ApproveRequest {
        site: Some("S9".parse().unwrap()),
        ..request("base", ApprovalMode::First)
    };
    for (request, words) in [
        (
            request("what-if", ApprovalMode::First),
            "the scenario `snow`",
        ),
        (request("gone", ApprovalMode::First), "there is no run gone"),
        (vendor, "nothing from V9, only from V1"),
        (site, "only for S1 on 2026-11-20"),
    ] {
        let fault = handle(request, &store).await.unwrap_err();
        assert_eq!(fault.name, FaultName::ContractViolation);
        assert!(fault.message.contains(words), "{}", fault.message);
    }
    assert_eq!(keys(&store).await, [""; 0]);
}

#[tokio::test]
async fn proposals_that_are_not_the_newest_are_approved_with_a_warning() {
    let store = Memory::default();
    run(&store, "one", None, vec![proposed("S1", "10")]).await;
    run(&store, "two", None, vec![proposed("S1", "10")]).await;
    let response = handle(request("one", ApprovalMode::First), &store)
        .await
        .unwrap();
    assert!(matches!(
        outcomes(&response)[..],
        [ApprovalOutcome::Placed(_)]
    ));
    let [warning] = response.warnings.as_slice() else {
        unreachable!("{response:?}")
    };
    assert!(warning.contains("not the newest"), "{warning}");
}

#[tokio::test]
async fn a_damaged_order_is_told_and_never_passed_over() {
    let store = Memory::default();
    run(&store, "one", None, vec![proposed("S1", "10")]).await;
    store.damage("orders/V1/S1/2026-11-20/1.json", b"{}");
    let fault = handle(request("one", ApprovalMode::First), &store)
        .await
        .unwrap_err();
    assert_eq!(fault.name, FaultName::DataRejected);
    assert!(fault.message.contains("orders/V1/S1/2026-11-20/1.json"));
}

/// Many people approve at the same moment: `(placed, already approved)`.
async fn race<S: Store + 'static>(
    store: &Arc<S>,
    requests: impl IntoIterator<Item = ApproveRequest>,
) -> (BTreeSet<OrderId>, usize) {
    let tasks: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let store = Arc::clone(store);
            tokio::spawn(async move { handle(request, store.as_ref()).await })
        })
        .collect();
    let (mut placed, mut already) = (BTreeSet::new(), 0);
    for task in tasks {
        let response = task.await.unwrap().unwrap();
        for order in response.orders {
            match order.outcome {
                ApprovalOutcome::Placed(total) => {
                    assert!(placed.insert(total.reference), "placed twice");
                }
                ApprovalOutcome::AlreadyApproved(_) => already += 1,
                ApprovalOutcome::Refused { reason } => unreachable!("{reason}"),
            }
        }
    }
    (placed, already)
}

/// What must hold on every store.
async fn races(store: impl Store + 'static) {
    let store = Arc::new(store);
    run(store.as_ref(), "same", None, vec![proposed("S1", "10")]).await;
    let by = |name: usize| ApproveRequest {
        approved_by: Some(format!("person {name}")),
        ..request("same", ApprovalMode::First)
    };
    let (placed, already) = race(&store, (0..RACERS).map(by)).await;
    assert_eq!((placed.len(), already), (1, RACERS - 1));
    assert_eq!(keys(store.as_ref()).await.len(), 1);

    // Different proposals beside one another: every one gets a sequence of its own.
    let mut requests = Vec::new();
    for number in 0..RACERS {
        let id = format!("other-{number}");
        let quantity = (number + 20).to_string();
        run(store.as_ref(), &id, None, vec![proposed("S1", &quantity)]).await;
        requests.push(request(&id, ApprovalMode::Additional));
    }
    let (placed, already) = race(&store, requests).await;
    assert_eq!((placed.len(), already), (RACERS, 0));
    assert_eq!(keys(store.as_ref()).await.len(), RACERS + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_race_in_memory_makes_each_order_once() {
    races(Memory::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_race_in_a_folder_makes_each_order_once() {
    let folder = tempfile::tempdir().unwrap();
    races(Folder::new(folder.path())).await;
}

#[tokio::test]
async fn an_order_is_told_once_it_stands_and_again_when_it_is_approved_again() {
    let store = Memory::default();
    let topic = messaging::Memory::default();
    let told = || -> Vec<(String, u64)> {
        let events = topic.notices().into_iter();
        let events = events.map(|notice| Event::parse(&notice.json).unwrap());
        events.map(|event| (event.id, event.version)).collect()
    };
    run(&store, "one", None, vec![proposed("S1", "10")]).await;
    let approve =
        async |run: &str, mode| super::handle(request(run, mode), &store, Some(&topic)).await;
    topic.fail_next(Failure::Before(SendError::NotTaken("busy".to_owned())));
    let fault = approve("one", ApprovalMode::First).await.unwrap_err();
    assert_eq!(fault.name, FaultName::DependencyUnavailable);
    assert_eq!(keys(&store).await.len(), 1, "it stands all the same");
    assert_eq!(told(), []);

    let one = ("PO-V1-S1-20261120-1".to_owned(), 1);
    for times in 1..=2 {
        approve("one", ApprovalMode::First).await.unwrap();
        assert_eq!(told(), vec![one.clone(); times]);
    }
    run(&store, "two", None, vec![proposed("S1", "5")]).await;
    let before = told().len();
    let refused = approve("two", ApprovalMode::First).await.unwrap();
    assert!(matches!(
        outcomes(&refused)[..],
        [ApprovalOutcome::Refused { .. }]
    ));
    assert_eq!(told().len(), before, "what is refused is not told");
    approve("two", ApprovalMode::Amend).await.unwrap();
    let withdrawn = ("PO-V1-S1-20261120-1.withdrawn".to_owned(), 2);
    let two = ("PO-V1-S1-20261120-2".to_owned(), 1);
    assert_eq!(told()[before..], [two, withdrawn]);
}
