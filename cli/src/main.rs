//! The `larder` command: the pipeline in one process, and what goes with it.

mod allocate;
mod approve;
mod args;
mod backtest;
mod clock;
#[cfg(feature = "s3")]
mod cloud;
mod compact;
mod data;
mod diff;
mod error;
mod explain;
mod finished;
mod history;
mod overrides;
mod pipeline;
mod progress;
mod replay;
mod report;
mod run;
mod sync;
mod validate;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, OverrideCommand};
use error::Error;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // One line for a defect; the trace behind it helps nobody who plans.
    std::panic::set_hook(Box::new(|defect| {
        say(&mut std::io::stderr(), &format!("defect: {defect}"));
    }));
    match start(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever read the output has had enough of it.
        Err(Error::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&mut std::io::stderr(), &format!("error: {error}"));
            match error {
                Error::Usage(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Runs the command; `false`: it did what it was asked and something is wrong with what it was asked about.
fn start(cli: Cli) -> Result<bool, Error> {
    let threads = match &cli.command {
        Command::Run(args) => args.threads(),
        Command::Replay(_) | Command::Backtest(_) | Command::Diff(_) => args::processors(),
        Command::Approve(_)
        | Command::Validate(_)
        | Command::Allocate(_)
        | Command::Compact(_)
        | Command::Demo(_)
        | Command::Explain(_)
        | Command::Override(_)
        | Command::Report(_)
        | Command::Runs(_)
        | Command::Sync(_) => 1,
        #[cfg(feature = "s3")]
        Command::Start(_) | Command::Continue(_) | Command::Follow(_) => 1,
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(Error::threads)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(Error::threads)?;
    // As a task, so that a defect ends as an error like others.
    let command = runtime.spawn(async move {
        match cli.command {
            Command::Run(args) => Box::pin(run::run(*args)).await,
            #[cfg(feature = "s3")]
            Command::Start(args) => cloud::start(*args).await,
            #[cfg(feature = "s3")]
            Command::Continue(args) => cloud::resume(args).await,
            #[cfg(feature = "s3")]
            Command::Follow(args) => cloud::follow(args).await,
            Command::Replay(args) => replay::replay(args).await,
            Command::Explain(args) => explain::explain(args).await,
            Command::Report(args) => report::report(args).await,
            Command::Runs(args) => history::runs(args).await,
            Command::Diff(args) => diff::diff(args).await,
            Command::Approve(args) => approve::approve(args).await,
            Command::Override(OverrideCommand::Import(args)) => overrides::import(&args),
            Command::Validate(args) => validate::validate(args).await,
            Command::Compact(args) => compact::compact(args).await,
            Command::Backtest(args) => backtest::backtest(args).await,
            Command::Allocate(args) => allocate::allocate(&args),
            Command::Demo(args) => data::demo(args).await,
            Command::Sync(command) => sync::sync(command).await,
        }
    });
    runtime
        .block_on(command)
        .map_err(|defect| Error::Defect(error::defect(defect)))?
}

/// Writes a line, to whoever still listens.
fn say(to: &mut impl Write, line: &str) {
    drop(writeln!(to, "{line}"));
}

/// Writes the result, or a line of it, to standard output.
fn print(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
