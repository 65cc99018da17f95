//! What the command line says of a deployed stack.

use clap::Args;
use contracts::{RunId, StepName};

use crate::args::Settings;

/// Which deployed stack.
#[derive(Debug, Args)]
pub(crate) struct StackArgs {
    /// The stack's name
    #[arg(long, value_name = "NAME", env = "LARDER_STACK")]
    pub(crate) stack: String,
    /// Wait for the end for so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 240)]
    pub(crate) wait: u32,
}

/// What to start, and where.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// What to continue, and where.
#[derive(Debug, Args)]
pub(crate) struct ContinueArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// The run, which keeps its plan
    #[arg(long, value_name = "ID")]
    pub(crate) run: RunId,
    /// A new run of that plan instead, which does this step and those after it anew
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<StepName>,
}

/// What to follow, and where.
#[derive(Debug, Args)]
pub(crate) struct FollowArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// The execution's name; of a run that was not continued, its id
    #[arg(value_name = "EXECUTION")]
    pub(crate) execution: RunId,
}
