//! How many events a second one core takes through the runner and planning sync, with twins in memory:
//! `cargo run --profile ci -p simulator --example throughput`.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reads the clock and is told"
)]

use std::time::Instant;

use artifacts::{Memory, Store};
use jiff::SignedDuration;
use lambda::queue::{Delivery, Emf, Invocation, Parking, Ports, memory, serve};
use ledger::breaker::Unguarded;
use planning_sync::PlanningSync;
use serde_json::{Value, json};

const EVENTS: u32 = 20_000;

/// Adjustments and orders of five lines in turn, as a working day brings them.
fn body(number: u32) -> String {
    let (source, kind, subject, data) = if number.is_multiple_of(2) {
        let data = json!({
            "site": "S1", "product": "P1", "lot": format!("L{number}"), "adjusted_at": "2026-11-16T08:00:00Z",
            "quantity": "-350", "uom": "GRM", "reason": "damaged",
        });
        let subject = format!("stock/S1/P1/L{number}");
        ("/warehouse/north", "stock.adjusted", subject, data)
    } else {
        let line = |line: u32| json!({"line_no": line, "recipe": format!("R{line}"), "portion_size": 2, "quantity": 1});
        let data: Value = json!({
            "order": format!("O-{number}"), "placed_at": "2026-11-15T19:12:44Z", "delivery_date": "2026-11-24",
            "area": "A1", "lines": (1..=5).map(line).collect::<Vec<_>>(),
        });
        (
            "/platform/orders",
            "order-lines.booked",
            format!("order/O-{number}"),
            data,
        )
    };
    json!({
        "specversion": "1.0", "id": format!("e-{number}"), "source": source, "type": format!("larder.{kind}.v1"),
        "subject": subject, "time": "2026-11-16T08:00:00Z", "entityversion": 1, "data": data,
    })
    .to_string()
}

fn delivery(number: u32) -> Delivery {
    Delivery {
        message_id: format!("m-{number}"),
        receipt: "receipt".to_owned(),
        body: Some(body(number)),
        receives: 1,
        sent: None,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for size in [1, 10, 100] {
        let data = Memory::default();
        let products = b"product_id,name,uom\nP1,Carrots,KGM\n";
        data.create("product.csv", products).await.unwrap();
        let sites = b"site_id,name,role\nS1,North,kitchen\n";
        data.create("site.csv", sites).await.unwrap();
        let sync = PlanningSync::<_, messaging::Memory>::new(data, None, lambda::now);
        let ports = Ports {
            clock: Box::new(lambda::now),
            visibility: memory::Waits::default(),
            parking: Parking::new(Memory::default(), messaging::Memory::default()),
            gate: Unguarded,
            metrics: Emf::new(std::io::sink()),
        };
        let batches: Vec<Vec<_>> = (0..EVENTS / size)
            .map(|batch| (0..size).map(|one| delivery(batch * size + one)).collect())
            .collect();
        let begin = Instant::now();
        for (number, batch) in batches.into_iter().enumerate() {
            let invocation = Invocation {
                id: number.to_string(),
                deadline: lambda::now() + SignedDuration::from_mins(1),
            };
            let failed = serve(&sync, &ports, &invocation, batch).await;
            assert!(failed.is_empty(), "{failed:?}");
        }
        let rate = f64::from(EVENTS) / begin.elapsed().as_secs_f64();
        println!("batches of {size}: {rate:.0} events/s");
    }
}
