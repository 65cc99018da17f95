//! 100,000 transactions an hour against an ERP that takes fewer, and that now and then does not answer:
//! `cargo run --profile ci -p erp-live --example load -- 60` offers them for 60 seconds, then waits until all are done.
//!
//! Everything between queue and ERP is what runs on Lambda: the queue runner, ERP inject, the adapter with its limits
//! over HTTP; and WMS export, which writes files into a folder. In memory are the queues and the ledger.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reads the clock and is told"
)]

mod erp;
mod events;
mod queue;
mod told;

use std::cell::Cell;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use artifacts::Folder;
use erp_inject::ErpInject;
use erp_rest::{Place, RestErp};
use jiff::SignedDuration;
use lambda::queue::memory::Tallies;
use lambda::queue::{Consumer, Invocation, Parking, Ports, serve};
use ledger::Folder as Ledger;
use ledger::breaker::{Breaker, Gate, Policy, Unguarded};
use serde_json::json;
use tokio::task::LocalSet;
use wms_export::WmsExport;

use crate::erp::Erp;
use crate::queue::Queue;
use crate::told::told;

const AN_HOUR: u32 = 100_000;

/// As `ErpConcurrency`; one more caller is ERP extract.
const INJECTORS: usize = 4;

const EXPORTERS: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let seconds = std::env::args().nth(1);
    let seconds = seconds.map_or(60, |seconds| seconds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let warehouse = folder.path().join("warehouse");
    let erp = Erp::start();
    let load = Rc::new(Load::default());
    let local = LocalSet::new();
    for number in 0..INJECTORS {
        let ledger = Ledger::new(folder.path().join("ledger"));
        let gate = Breaker::new(ledger.clone(), Policy::default());
        let to = connected(&erp, folder.path()).await;
        let inject = ErpInject::new(ledger, to, lambda::now);
        let (queue, counts) = (load.to_erp.clone(), load.erp.clone());
        let environment = Environment {
            name: format!("inject-{number}"),
            queue,
            counts,
            most: 10,
        };
        let load = Rc::clone(&load);
        local.spawn_local(async move { environment.run(&inject, gate, &load).await });
    }
    for number in 0..EXPORTERS {
        let export = WmsExport::new(Folder::new(&warehouse), "{}".parse().unwrap());
        let (queue, counts) = (load.to_warehouse.clone(), load.warehouse.clone());
        let environment = Environment {
            name: format!("export-{number}"),
            queue,
            counts,
            most: 100,
        };
        let load = Rc::clone(&load);
        local.spawn_local(async move { environment.run(&export, Unguarded, &load).await });
    }
    let offering = Rc::clone(&load);
    local.spawn_local(async move { offering.offer(seconds).await });
    local.await;
    told(&load, &erp.seen(), files(&warehouse))
}

/// The ERP as an injector of so many speaks to it.
async fn connected(erp: &Erp, folder: &Path) -> RestErp {
    let key = folder.join("key");
    std::fs::write(&key, "key").unwrap();
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/load/erp.yaml");
    let place = json!({
        "url": format!("http://{}/", erp.address), "profile": format!("file:{profile}"),
        "secret": format!("file:{}", key.display()), "injectors": INJECTORS, "loopback": true,
    });
    let place: Place = place.to_string().parse().unwrap();
    place.connect(lambda::now).await.unwrap()
}

/// How many files the warehouse has been given.
fn files(warehouse: &Path) -> usize {
    let orders = warehouse.join("outbound/outbound-orders");
    std::fs::read_dir(orders).map_or(0, Iterator::count)
}

/// What everybody shares.
#[derive(Debug, Default)]
struct Load {
    to_erp: Queue,
    to_warehouse: Queue,
    erp: Tallies,
    warehouse: Tallies,
    offered: Cell<Option<Offered>>,
}

/// What had been sent when nothing more was sent.
#[derive(Debug, Clone, Copy)]
struct Offered {
    transactions: usize,
    /// Of them, for the warehouse.
    orders: usize,
    seconds: u64,
    ended: Instant,
    /// Events that waited for the ERP.
    backlog: usize,
}

impl Load {
    /// Sends transactions as a topic would, each at its moment.
    async fn offer(&self, seconds: u64) {
        let begin = Instant::now();
        let apart = Duration::from_hours(1) / AN_HOUR;
        let (mut transactions, mut orders) = (0, 0);
        while begin.elapsed() < Duration::from_secs(seconds) {
            let transaction = events::transaction(transactions);
            if transaction.for_warehouse {
                orders += 1;
                self.to_warehouse.send(transaction.body.clone());
            }
            self.to_erp.send(transaction.body);
            transactions += 1;
            tokio::time::sleep_until((begin + apart * transactions).into()).await;
        }
        let (ended, backlog) = (Instant::now(), self.to_erp.waiting());
        self.offered.set(Some(Offered {
            transactions: transactions as usize,
            orders,
            seconds,
            ended,
            backlog,
        }));
    }
}

/// An environment of a function that takes events from a queue.
#[derive(Debug)]
struct Environment {
    name: String,
    queue: Queue,
    counts: Tallies,
    /// As the template's batch size.
    most: usize,
}

impl Environment {
    async fn run<C: Consumer, G: Gate>(self, consumer: &C, gate: G, load: &Load) {
        let ports = Ports {
            clock: Box::new(lambda::now),
            visibility: self.queue.clone(),
            parking: Parking::new(artifacts::Memory::default(), messaging::Memory::default()),
            gate,
            metrics: self.counts,
        };
        for call in 0_u64.. {
            let batch = self.queue.receive(self.most);
            if batch.is_empty() {
                if load.offered.get().is_some() && self.queue.waiting() == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            let came: Vec<_> = batch
                .iter()
                .map(|delivery| delivery.message_id.clone())
                .collect();
            let invocation = Invocation {
                id: format!("{}-{call}", self.name),
                deadline: lambda::now() + SignedDuration::from_mins(3),
            };
            let again = serve(consumer, &ports, &invocation, batch).await;
            for done in came.iter().filter(|id| !again.contains(id)) {
                self.queue.delete(done);
            }
        }
    }
}
