//! The `wms-import` Lambda: wiring only.

use lambda::{ledger, queue, run_calls, store, topic, var};
use wms_import::WmsImport;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let queue = queue::Sqs::connect(&var::<String>("LARDER_QUEUE")?).await;
    let import = WmsImport::new(
        store("LARDER_WAREHOUSE").await?,
        topic("LARDER_TOPIC").await?,
        var("LARDER_WMS_DIALECT")?,
        lambda::now,
    )
    .below(&var("LARDER_WAREHOUSE")?);
    let counts = queue::Daily::new(ledger("LARDER_LEDGER").await?);
    let metrics = (queue::Emf::new(std::io::stdout()), counts);
    run_calls(async |call| import.serve(&queue, &metrics, call).await).await
}
