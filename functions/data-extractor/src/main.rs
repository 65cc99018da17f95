//! The `data-extractor` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let data = lambda::counted("LARDER_DATA").await?;
    let runs = lambda::counted("LARDER_RUNS").await?;
    lambda::run_step(&runs, &[&data], async |request| {
        data_extractor::handle(request, &data, &runs).await
    })
    .await
}
