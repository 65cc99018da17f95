//! The `order-approver` Lambda: wiring only.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::store("LARDER_RUNS").await?;
    let topic = lambda::topic("LARDER_TOPIC").await?;
    let approve = async |request| order_approver::handle(request, &runs, Some(&topic)).await;
    lambda::run_calls(approve).await
}
