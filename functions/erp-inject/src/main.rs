//! The `erp-inject` Lambda: wiring only.

use erp_inject::ErpInject;
use erp_rest::Place;
use lambda::{ledger, queue, store, topic, var};
use ledger::breaker::{Breaker, Policy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let ledger = ledger("LARDER_LEDGER").await?;
    let counts = queue::Daily::new(ledger.clone());
    let ports = queue::Ports {
        clock: Box::new(lambda::now),
        visibility: queue::Sqs::connect(&var::<String>("LARDER_QUEUE")?).await,
        parking: queue::Parking::new(store("LARDER_RUNS").await?, topic("LARDER_TOPIC").await?),
        gate: Breaker::new(ledger.clone(), Policy::default()),
        metrics: (queue::Emf::new(std::io::stdout()), counts),
    };
    let erp = var::<Place>("LARDER_ERP")?.connect(lambda::now).await?;
    queue::run(&ErpInject::new(ledger, erp, lambda::now), &ports).await
}
