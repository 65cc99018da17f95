//! The `order-approver` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::store("LARDER_RUNS").await?;
    lambda::run_step(async |request| order_approver::handle(request, &runs).await).await
}
