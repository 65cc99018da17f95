//! What is being done, step by step: lines, and on a terminal what is under way below them.

use std::io::Write;
use std::time::{Duration, Instant};

use contracts::{Fault, StepName};
use domain::MenuWeek;
use indicatif::{MultiProgress, ProgressBar, ProgressFinish, ProgressStyle};

use crate::clock;

/// Reports steps on standard error, so that standard output holds the result alone.
#[derive(Debug)]
pub(crate) struct Progress {
    live: MultiProgress,
}

/// A step under way.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    progress: &'a Progress,
    scope: String,
    what: &'static str,
    since: Instant,
    spinner: Option<ProgressBar>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending<'a> {
    /// It did its work.
    Done,
    /// Its result was there already.
    Stored,
    /// It failed.
    Failed(&'a Fault),
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            live: MultiProgress::new(),
        }
    }

    /// Begins a step of a week or, without one, of the whole run.
    pub(crate) fn begin(&self, week: Option<MenuWeek>, step: StepName) -> Running<'_> {
        let scope = week.map_or_else(|| "all weeks".to_owned(), |week| week.to_string());
        self.begin_in(scope, step)
    }

    /// Begins a shadow of a step.
    pub(crate) fn begin_shadow(&self, name: &str, step: StepName) -> Running<'_> {
        self.begin_in(format!("shadow {name}"), step)
    }

    fn begin_in(&self, scope: String, step: StepName) -> Running<'_> {
        let spinner = (!self.live.is_hidden()).then(|| {
            let style = ProgressStyle::with_template("{msg:26}  {spinner} {elapsed}");
            let spinner = ProgressBar::new_spinner()
                .with_finish(ProgressFinish::AndClear)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
                .with_message(format!("{scope:9}  {step}"));
            let spinner = self.live.add(spinner);
            spinner.enable_steady_tick(Duration::from_millis(120));
            spinner
        });
        Running {
            progress: self,
            scope,
            what: step.as_str(),
            since: clock::instant(),
            spinner,
        }
    }

    /// A step that has ended, and how long it took, where that is known.
    pub(crate) fn ended(&self, scope: &str, step: &str, ending: Ending<'_>, seconds: Option<f64>) {
        let (word, why) = match ending {
            Ending::Done => ("done", String::new()),
            Ending::Stored => ("stored", String::new()),
            Ending::Failed(fault) => ("failed", format!("  {fault}")),
        };
        let took = seconds.map_or_else(String::new, |seconds| format!("  {seconds:5.1} s"));
        self.line(&format!("{scope:9}  {step:15}  {word:6}{took}{why}"));
    }

    /// A line above what is under way.
    pub(crate) fn line(&self, text: &str) {
        if self.live.is_hidden() {
            drop(writeln!(std::io::stderr(), "{text}"));
        } else {
            drop(self.live.println(text));
        }
    }
}

impl Running<'_> {
    pub(crate) fn end(mut self, ending: Ending<'_>) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
        let seconds = self.since.elapsed().as_secs_f64();
        self.progress
            .ended(&self.scope, self.what, ending, Some(seconds));
    }
}
