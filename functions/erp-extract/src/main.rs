//! The `erp-extract` Lambda: wiring only.

use erp_extract::ErpExtract;
use erp_rest::Place;
use lambda::{run_calls, store, topic, var};

/// Who says what the events say.
const SOURCE: &str = "/erp";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let erp = var::<Place>("LARDER_ERP")?.connect(lambda::now).await?;
    let (store, topic) = (store("LARDER_RUNS").await?, topic("LARDER_TOPIC").await?);
    let extract = ErpExtract::new(erp, store, topic, SOURCE.parse()?, lambda::now);
    run_calls(async |_: serde_json::Value| extract.extract().await).await
}
