//! The `publisher` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::store("LARDER_RUNS").await?;
    let output = lambda::store("LARDER_OUTPUT").await?;
    lambda::run_step(async |request| publisher::handle(request, &runs, &output).await).await
}
