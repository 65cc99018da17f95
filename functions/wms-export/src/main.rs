//! The `wms-export` Lambda: wiring only.

use lambda::{ledger, queue, store, topic, var};
use ledger::breaker::Unguarded;
use wms_export::WmsExport;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let counts = queue::Daily::new(ledger("LARDER_LEDGER").await?);
    let ports = queue::Ports {
        clock: Box::new(lambda::now),
        visibility: queue::Sqs::connect(&var::<String>("LARDER_QUEUE")?).await,
        parking: queue::Parking::new(store("LARDER_RUNS").await?, topic("LARDER_TOPIC").await?),
        gate: Unguarded,
        metrics: (queue::Emf::new(std::io::stdout()), counts),
    };
    let files = store("LARDER_WAREHOUSE").await?;
    let export = WmsExport::new(files, var("LARDER_WMS_DIALECT")?);
    queue::run(&export, &ports).await
}
