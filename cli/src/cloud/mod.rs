//! `larder start`, `continue` and `follow`: runs of a deployed stack.
//!
//! The state machine is found by its stack's name, and its tags say where its runs and publications are. What is followed
//! is the store of runs, as everywhere, and the execution's state.

pub(crate) mod args;
mod following;
mod machine;

use contracts::{ExecutionInput, RunId};

use crate::error::Error;
use crate::progress::Progress;
use crate::{clock, run};

use args::{ContinueArgs, FollowArgs, StackArgs, StartArgs};
use following::Following;
use machine::Machine;

/// Starts a new run and follows it.
pub(crate) async fn start(args: StartArgs) -> Result<bool, Error> {
    begin(&args.stack, &run::settings(&args.settings)?).await
}

/// Continues or restarts a run and follows it.
pub(crate) async fn resume(args: ContinueArgs) -> Result<bool, Error> {
    let input = ExecutionInput {
        run: Some(args.run),
        from: args.from,
        ..ExecutionInput::default()
    };
    begin(&args.stack, &input).await
}

/// Follows an execution, whoever started it.
pub(crate) async fn follow(args: FollowArgs) -> Result<bool, Error> {
    let machine = Machine::of_stack(&args.stack.stack).await?;
    let execution = machine.execution(&args.execution).await?;
    let run = execution.run(&args.execution);
    let progress = Progress::new();
    let following = Following::new(&machine, args.execution, run, &progress).await?;
    following.follow(&args.stack).await
}

async fn begin(stack: &StackArgs, input: &ExecutionInput) -> Result<bool, Error> {
    let machine = Machine::of_stack(&stack.stack).await?;
    let execution = run::named_by(clock::now())?;
    let continued = input.continued();
    let run: RunId = continued.unwrap_or(&execution).clone();
    let progress = Progress::new();
    let begins = if continued.is_some() {
        "Continuing"
    } else {
        "Starting"
    };
    progress.line(&format!("{begins} run {run} by {}", machine.name()));
    let mut following = Following::new(&machine, execution.clone(), run, &progress).await?;
    following.pass_over_what_stands().await?;
    machine.start(&execution, input).await?;
    following.follow(stack).await
}
