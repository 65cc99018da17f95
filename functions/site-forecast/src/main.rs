//! The `site-forecast` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::counted("LARDER_RUNS").await?;
    lambda::run_step(&runs, &[], async |request| {
        site_forecast::handle(request, &runs).await
    })
    .await
}
