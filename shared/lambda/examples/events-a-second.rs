//! How many events a second one core takes through the runner, with twins in memory and a consumer that does nothing:
//! `cargo run --release -p lambda --example events-a-second`.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and is told"
)]

use std::time::Instant;

use contracts::canonical::Event;
use jiff::SignedDuration;
use lambda::queue::{
    Consumer, Context, Delivery, Emf, Invocation, Parking, Ports, Step, Verdict, memory, serve,
};
use ledger::breaker::{Breaker, Policy};
use serde_json::json;

/// Applies everything.
struct Nothing;

impl Consumer for Nothing {
    type Kept = ();

    fn name(&self) -> &'static str {
        "nothing"
    }

    fn worst_case(&self) -> SignedDuration {
        SignedDuration::from_secs(1)
    }

    async fn apply(&self, _: &Event, _: &Context) -> Step<()> {
        Step::Settled(Verdict::Applied)
    }
}

fn delivery(number: u32, lines: u32) -> Delivery {
    let line = |line_no: u32| {
        json!({
            "line_no": line_no, "order_line": line_no, "product": format!("P{line_no}"), "quantity": "12.5",
            "uom": "KGM", "lot": format!("L{number}"),
        })
    };
    let body = json!({
        "specversion": "1.0", "id": format!("e-{number}"), "source": "/warehouse/north",
        "type": "larder.goods.received.v1", "subject": format!("goods-receipt/GR-{number}"), "time": "2026-11-16T08:00:00Z", "correlationid": "c-1",
        "data": {
            "reference": format!("GR-{number}"), "order": "PO-1", "site": "S1", "received_at": "2026-11-16T08:00:00Z",
            "lines": (1..=lines).map(line).collect::<Vec<_>>(),
        },
    });
    Delivery {
        message_id: format!("m-{number}"),
        receipt: "receipt".to_owned(),
        body: Some(body.to_string()),
        receives: 1,
        sent: None,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ports = Ports {
        clock: Box::new(lambda::now),
        visibility: memory::Waits::default(),
        parking: Parking::new(artifacts::Memory::default(), messaging::Memory::default()),
        gate: Breaker::new(ledger::Memory::default(), Policy::default()),
        metrics: Emf::new(std::io::sink()),
    };
    for lines in [1, 5, 50] {
        let batches: Vec<Vec<_>> = (0..2_000)
            .map(|batch| {
                (0..10)
                    .map(|one| delivery(batch * 10 + one, lines))
                    .collect()
            })
            .collect();
        let events = batches.iter().map(Vec::len).sum::<usize>();
        let begin = Instant::now();
        for (number, batch) in batches.into_iter().enumerate() {
            let invocation = Invocation {
                id: number.to_string(),
                deadline: lambda::now() + SignedDuration::from_mins(1),
            };
            let failed = serve(&Nothing, &ports, &invocation, batch).await;
            assert!(failed.is_empty(), "{failed:?}");
        }
        let rate = events as f64 / begin.elapsed().as_secs_f64();
        println!("{lines} lines an event: {rate:.0} events/s");
    }
}
