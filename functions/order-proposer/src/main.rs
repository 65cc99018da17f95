//! The `order-proposer` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::counted("LARDER_RUNS").await?;
    lambda::run_step(&runs, &[], async |request| {
        order_proposer::handle(request, &runs).await
    })
    .await
}
