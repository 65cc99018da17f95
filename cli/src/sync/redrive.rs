//! `larder sync redrive`: dead letters go back into their queue.

use messaging::queues::Queue;

use super::args::RedriveArgs;
use super::places::Places;
use crate::error::Error;
use crate::print;

/// Begins the move.
pub(crate) async fn redrive(args: RedriveArgs) -> Result<bool, Error> {
    let places = Places::read(&args.at)?;
    let flow = places.flow(&args.flow)?;
    let (Some(queue), Some(dead)) = (flow.queue().await?, flow.dead_letters().await?) else {
        let message = format!("the places name no queue and dead letters of {}", args.flow);
        return Err(Error::Usage(message));
    };
    let waiting = dead.depth().await?.waiting;
    if waiting == 0 {
        print(&format!("{} has no dead letters", args.flow))?;
        return Ok(true);
    }
    let task = dead.move_to(&queue, args.a_second).await?;
    print(&format!(
        "{} has {waiting} dead letters; they go back into its queue, {} a second at most ({task})",
        args.flow, args.a_second
    ))?;
    Ok(true)
}
