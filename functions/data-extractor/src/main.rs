//! The `data-extractor` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let data = lambda::store("LARDER_DATA").await?;
    let runs = lambda::store("LARDER_RUNS").await?;
    lambda::run_step(async |request| data_extractor::handle(request, &data, &runs).await).await
}
