//! The `planning-sync` Lambda: wiring only.

use lambda::{ledger, queue, store, topic, var};
use ledger::breaker::Unguarded;
use planning_sync::{PlanningSync, Replan};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let counts = queue::Daily::new(ledger("LARDER_LEDGER").await?);
    let ports = queue::Ports {
        clock: Box::new(lambda::now),
        visibility: queue::Sqs::connect(&var::<String>("LARDER_QUEUE")?).await,
        parking: queue::Parking::new(store("LARDER_RUNS").await?, topic("LARDER_TOPIC").await?),
        gate: Unguarded,
        metrics: (queue::Emf::new(std::io::stdout()), counts),
    };
    let (stock, minutes) = (var("LARDER_REPLAN_STOCK")?, var("LARDER_REPLAN_MINUTES")?);
    let replan = Replan::connect(&var::<String>("LARDER_REPLAN_MACHINE")?, stock, minutes).await?;
    let sync = PlanningSync::new(store("LARDER_DATA").await?, replan, lambda::now);
    queue::run(&sync, &ports).await
}
