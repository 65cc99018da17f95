//! `larder sync`: the flows of events between systems, as operators look after them.

mod args;
mod parked;
mod places;
#[cfg(feature = "erp")]
mod reconcile;
mod redrive;
mod status;

use args::ParkedCommand;
pub(crate) use args::SyncCommand;

use crate::error::Error;

/// Does what is said; `false` when something is stuck.
pub(crate) async fn sync(command: SyncCommand) -> Result<bool, Error> {
    match command {
        SyncCommand::Status(args) => status::status(args).await,
        SyncCommand::Parked(ParkedCommand::List(args)) => parked::list(args).await,
        SyncCommand::Parked(ParkedCommand::Show(args)) => parked::show(args).await,
        SyncCommand::Parked(ParkedCommand::Retry(args)) => parked::retry(args).await,
        SyncCommand::Parked(ParkedCommand::Drop(args)) => parked::drop(args).await,
        SyncCommand::Redrive(args) => redrive::redrive(args).await,
        #[cfg(feature = "erp")]
        SyncCommand::Reconcile(args) => reconcile::compare(args).await,
    }
}
