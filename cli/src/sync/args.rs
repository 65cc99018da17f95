//! What the command line says of flows.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::Date;

/// What to do with the flows of events.
#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Say how each flow does, what is stuck, and why
    ///
    /// Ends with status 0 when nothing is stuck, 1 when something is or cannot be seen.
    Status(StatusArgs),
    /// Events that a consumer could not apply and that wait for a person
    #[command(subcommand)]
    Parked(ParkedCommand),
    /// Move a flow's dead letters back into its queue
    ///
    /// Each is delivered anew, under another message id; what was applied before is passed over.
    Redrive(RedriveArgs),
    /// Hold what was approved here against what the ERP holds, and name what is lost or doubled
    ///
    /// Ends with status 0 when nothing differs, 1 when something does.
    #[cfg(feature = "erp")]
    Reconcile(ReconcileArgs),
}

/// What to do with parked events.
#[derive(Debug, Subcommand)]
pub(crate) enum ParkedCommand {
    /// List what waits for a decision
    List(ListArgs),
    /// Show one with its body, which may hold what is confidential
    Show(ShowArgs),
    /// Send events again as they came, under their own ids
    ///
    /// For when what they lacked is there now: a product, a vendor, a corrected function. Whoever has applied one
    /// passes over it; one that is parked again has another record.
    Retry(RetryArgs),
    /// Decide that events are never applied, however often they come
    ///
    /// The record is kept, with the reason and who decided.
    Drop(DropArgs),
}

/// Where the flows are.
#[derive(Debug, Args)]
pub(crate) struct At {
    /// Where the flows are: a JSON file, or the JSON itself, as the stack's output `Sync` holds it
    #[arg(
        long = "places",
        value_name = "FILE|JSON",
        env = "LARDER_SYNC",
        hide_env_values = true
    )]
    pub(crate) places: String,
}

/// Which status.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) at: At,
    /// Count this day's records (UTC) [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) day: Option<Date>,
    /// Write it as a page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

/// Which to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only this flow's
    #[arg(value_name = "FLOW")]
    pub(crate) flow: Option<String>,
    /// Also what is decided
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which to show.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The record, or how its name begins
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which to decide on.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The records, or how their names begin
    #[arg(value_name = "NAME", required_unless_present = "flow")]
    pub(crate) names: Vec<String>,
    /// All that wait in this flow
    #[arg(long, value_name = "FLOW", conflicts_with = "names")]
    pub(crate) flow: Option<String>,
}

/// Which to send again.
#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Who decides: a role rather than a person
    #[arg(long, value_name = "ROLE")]
    pub(crate) by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which to drop.
#[derive(Debug, Args)]
pub(crate) struct DropArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Who decides: a role rather than a person
    #[arg(long, value_name = "ROLE")]
    pub(crate) by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which dead letters.
#[derive(Debug, Args)]
pub(crate) struct RedriveArgs {
    /// The flow
    #[arg(value_name = "FLOW")]
    pub(crate) flow: String,
    /// At most so many a second, so that the other system bears it beside what is new
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub(crate) a_second: u16,
    #[command(flatten)]
    pub(crate) at: At,
}

/// What to compare.
#[cfg(feature = "erp")]
#[derive(Debug, Args)]
pub(crate) struct ReconcileArgs {
    /// The ERP, as the functions have it in their setting: JSON with url, profile, secret, injectors and settings
    #[arg(long, value_name = "JSON", env = "LARDER_ERP", hide_env_values = true)]
    pub(crate) erp: String,
    /// An order may be so many minutes on its way before it is lost
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub(crate) settled: u32,
    #[command(flatten)]
    pub(crate) at: At,
}
