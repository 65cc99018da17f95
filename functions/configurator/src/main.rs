//! The `configurator` Lambda: wiring only.

use configurator::{Defaults, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let defaults = Defaults {
        horizon_weeks: lambda::var("LARDER_HORIZON_WEEKS")?,
    };
    let data = lambda::counted("LARDER_DATA").await?;
    let runs = lambda::counted("LARDER_RUNS").await?;
    lambda::run_step(&runs, &[&data], async |request| {
        handle(request, &defaults, &data, &runs).await
    })
    .await
}
