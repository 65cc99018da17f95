//! The `planning-sync` Lambda: wiring only.

use lambda::{queue, store, topic, var};
use ledger::breaker::Unguarded;
use planning_sync::{PlanningSync, Replan};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let ports = queue::Ports {
        clock: Box::new(lambda::now),
        visibility: queue::Sqs::connect(&var::<String>("LARDER_QUEUE")?).await,
        parking: queue::Parking::new(store("LARDER_RUNS").await?, topic("LARDER_TOPIC").await?),
        gate: Unguarded,
        metrics: Box::new(queue::Emf::new(std::io::stdout())),
    };
    let machine: String = var("LARDER_REPLAN_MACHINE")?;
    let (stock, minutes) = (var("LARDER_REPLAN_STOCK")?, var("LARDER_REPLAN_MINUTES")?);
    let replan = Replan::connect(&machine, stock, minutes).await?;
    let data = store("LARDER_DATA").await?;
    queue::run(&PlanningSync::new(data, replan, lambda::now), &ports).await
}
