//! What the command line says.

use std::num::NonZeroUsize;
use std::path::PathBuf;

#[cfg(feature = "s3")]
use crate::cloud::args::{ContinueArgs, FollowArgs, StartArgs};
use crate::sync::SyncCommand;
use artifacts::Location;
use clap::{Args, Parser, Subcommand, ValueEnum};
use contracts::{RunId, StepName};
use domain::{Date, MenuWeek, ProductId, SiteId, Timestamp, VendorId};

/// Plans what every site of a meal-kit company must hold in stock, week by week.
///
/// `larder run` without arguments makes the data set of a demo company and plans it.
#[derive(Debug, Parser)]
#[command(name = "larder", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Plan menu weeks from a planning data set, or continue a run
    ///
    /// The same command run again continues where it was stopped: finished steps are not done twice. Ends with
    /// status 0 when every week is planned, 1 when one is not, 2 for wrong usage.
    Run(Box<RunArgs>),
    /// Start a run of a deployed stack, and follow it to its end
    ///
    /// Region and credentials come from where AWS tools take them, such as AWS_REGION and AWS_PROFILE. The run goes on
    /// when this command is stopped. Ends with status 0 when every week is planned and orders are proposed, 1 when not or
    /// when the end is not waited for, 2 for wrong usage.
    #[cfg(feature = "s3")]
    Start(Box<StartArgs>),
    /// Continue a run of a deployed stack, and follow it to its end
    #[cfg(feature = "s3")]
    Continue(ContinueArgs),
    /// Follow an execution of a deployed stack, whoever started it, to its end
    #[cfg(feature = "s3")]
    Follow(FollowArgs),
    /// Run one step of a stored run again with this build, and compare every byte with what the run stored
    ///
    /// Nothing is written. Ends with status 0 when all artifacts are the same, 1 when one is not or the step
    /// cannot be run, 2 for wrong usage, such as a step that never finished in that run.
    Replay(ReplayArgs),
    /// Say why a purchase quantity is proposed
    ///
    /// One paragraph, every part with the row it stands in, and what one step less or more would risk. Ends with status
    /// 1 when there is no such line.
    Explain(ExplainArgs),
    /// Say where a run's report page is, or open it
    Report(ReportArgs),
    /// List runs: what became of them, how long their steps took and how long nothing worked between them
    ///
    /// With a run's id, every step of it.
    Runs(RunsArgs),
    /// Compare two runs, and say what changed each purchase quantity
    Diff(DiffArgs),
    /// Make purchase orders of what a run proposes to order from a vendor
    ///
    /// One order for each site and day of delivery; every later run counts it as under way. Approving the same again
    /// changes nothing. Ends with status 0 when everything asked for is approved, 1 when an order is refused, 2 for wrong
    /// usage.
    Approve(ApproveArgs),
    /// Planners' overrides
    #[command(subcommand)]
    Override(OverrideCommand),
    /// Check a planning data set and print every finding
    ///
    /// Ends with status 0 when there is no error, 1 when there is.
    Validate(ValidateArgs),
    /// Make one of many change objects of a planning data set
    ///
    /// The tables stay as they are. A run that was planned on the old objects cannot be continued afterwards. Ends with
    /// status 1 when an object cannot be read; it is left as it is.
    Compact(CompactArgs),
    /// Score the forecasts on the data set's own past, beside naive ones
    ///
    /// From each of the weeks before a past week the model is fitted to what was known then, and its draws are
    /// compared with what was sold.
    Backtest(BacktestArgs),
    /// Give every order of a list a site, so that the recipes' volumes at the sites change least
    ///
    /// Orders that fit nowhere stay without a site, with the reason and what would help. Ends with status 1 when a
    /// file cannot be used.
    Allocate(AllocateArgs),
    /// Write the planning data set of a demo company
    Demo(DemoArgs),
    /// Look after the flows of events between systems
    #[command(subcommand)]
    Sync(SyncCommand),
}

/// What to plan, and how.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The planning data set: a folder or s3://bucket/prefix [default: the demo company's]
    #[arg(long, value_name = "LOCATION", conflicts_with_all = ["scale", "tight"])]
    pub(crate) data: Option<Location>,
    /// Where reports and forecasts go: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION", default_value = "larder-out")]
    pub(crate) out: Location,
    /// Where every step's result is kept [default: `store` in the output location]
    #[arg(long, value_name = "LOCATION")]
    pub(crate) store: Option<Location>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(flatten)]
    pub(crate) company: Company,
    /// Continue this run, with the plan it has
    #[arg(long, value_name = "ID", conflicts_with = "settings")]
    pub(crate) run: Option<RunId>,
    /// With --run: a new run of that plan which does this step and those after it anew
    #[arg(long, value_name = "STEP", requires = "run")]
    pub(crate) from: Option<StepName>,
    /// Weeks planned at the same time [default: the processors there are]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl RunArgs {
    /// The threads to work with.
    pub(crate) fn threads(&self) -> usize {
        self.threads.map_or_else(processors, usize::from)
    }
}

/// Where finished runs are.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Where publications are: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION", default_value = "larder-out")]
    pub(crate) out: Location,
    /// Where runs are stored [default: `store` in the output location]
    #[arg(long, value_name = "LOCATION")]
    store: Option<Location>,
}

impl Place {
    /// Where runs are stored.
    pub(crate) fn runs(&self) -> Location {
        store(self.store.as_ref(), &self.out)
    }
}

/// Where runs are stored: where it is said, else in `store` below the output.
pub(crate) fn store(said: Option<&Location>, out: &Location) -> Location {
    said.cloned().unwrap_or_else(|| match out {
        Location::Folder(root) => Location::Folder(root.join("store")),
        Location::S3 { bucket, prefix } => Location::S3 {
            bucket: bucket.clone(),
            prefix: format!("{prefix}store/"),
        },
    })
}

/// The processors there are.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Settings of a new run.
#[derive(Debug, Args)]
#[group(id = "settings", multiple = true)]
pub(crate) struct Settings {
    /// The menu weeks to plan, such as 2026-W48,2026-W49 [default: the next four]
    #[arg(
        long,
        value_name = "WEEKS",
        value_delimiter = ',',
        conflicts_with = "horizon"
    )]
    pub(crate) weeks: Option<Vec<MenuWeek>>,
    /// How many menu weeks to plan, from the first that has not begun
    #[arg(long, value_name = "N")]
    pub(crate) horizon: Option<u32>,
    /// Plan as of this moment, such as 2026-11-15T12:00:00Z [default: the data set's, else now]
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// The seed of all randomness
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How many states of the world to draw
    #[arg(long, value_name = "N")]
    pub(crate) replicates: Option<u32>,
    /// A what-if: a JSON file with its name and changes, or a name alone; it never counts as the latest plan
    ///
    /// It takes seed and draws from the newest plan unless they are given, so that the two can be compared.
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) scenario: Option<String>,
    /// A JSON file with the input that the state machine takes: caps, limits and all the settings above
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
}

/// Which demo company.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Company {
    /// How large the demo company is
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scale: Scale,
    /// A demo company that lacks capacity: no catch-all site, one cap a third too small
    #[arg(long)]
    pub(crate) tight: bool,
}

/// How large the demo company is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// 40 recipes, 30,000 boxes a week, 3 sites
    #[default]
    Small,
    /// 200 recipes, 200,000 boxes a week, 5 sites
    Large,
}

/// Which step of which run to do again.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The run
    #[arg(long, value_name = "ID")]
    pub(crate) run: RunId,
    /// The step
    #[arg(long, value_name = "STEP")]
    pub(crate) step: StepName,
    /// Only this menu week [default: every week, and what the step does once]
    #[arg(long, value_name = "WEEK")]
    pub(crate) week: Option<MenuWeek>,
    /// Of several results of the step, the one whose digest begins so
    #[arg(long, value_name = "DIGEST")]
    pub(crate) result: Option<String>,
    /// The planning data set, for the steps that read it [default: the demo company's]
    #[arg(long, value_name = "LOCATION")]
    pub(crate) data: Option<Location>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which lines to explain.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The run
    #[arg(long, value_name = "ID")]
    pub(crate) run: RunId,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<SiteId>,
    /// Only this product: the line to be ordered first
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<ProductId>,
    /// Only this vendor
    #[arg(long, value_name = "ID")]
    pub(crate) vendor: Option<VendorId>,
    /// Only this day of delivery
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// With --product: all its lines
    #[arg(long, requires = "product")]
    pub(crate) all: bool,
    /// Without --product: so many lines, those of most value
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        conflicts_with = "product"
    )]
    pub(crate) largest: usize,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which run's page.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run
    #[arg(long, value_name = "ID")]
    pub(crate) run: RunId,
    /// Open it in the system's browser
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which runs to list.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// One run, with all its steps [default: the newest ones]
    #[arg(value_name = "ID")]
    pub(crate) run: Option<RunId>,
    /// So many runs, by their as-of times
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "run")]
    pub(crate) last: u16,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// What to approve, and how.
#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The run that proposes
    #[arg(long, value_name = "ID")]
    pub(crate) run: RunId,
    /// The vendor
    #[arg(long, value_name = "ID")]
    pub(crate) vendor: VendorId,
    /// Only for this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<SiteId>,
    /// Only for this day of delivery, such as 2026-11-20
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// Where there is an order for vendor, site and day already, replace it
    #[arg(long, conflicts_with = "additional")]
    pub(crate) amend: bool,
    /// Where there is an order for vendor, site and day already, order beside it
    #[arg(long)]
    pub(crate) additional: bool,
    /// Also what had to be ordered before now
    #[arg(long)]
    pub(crate) late: bool,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Approve as of this moment, such as 2026-11-15T13:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Tell other systems of the orders here: the ARN of a topic, or a folder [default: tell nobody]
    #[arg(long, value_name = "ARN|FOLDER", env = "LARDER_TOPIC")]
    pub(crate) topic: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// What to do with overrides.
#[derive(Debug, Subcommand)]
pub(crate) enum OverrideCommand {
    /// Make overrides of the quantities that are filled in in a run's workbook
    ///
    /// They are added to override.csv of the data set, all or none, and hold from the next run on. The same workbook
    /// again adds nothing. Ends with status 1 when a cell cannot be used.
    Import(ImportArgs),
}

/// What to import, and where to.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The workbook, larder.xlsx of a publication with quantities filled in
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The planning data set, a folder [default: the demo company's]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<Location>,
    /// Who wants it: a role rather than a person
    #[arg(long, value_name = "ROLE")]
    pub(crate) author: String,
    /// Why, for rows without a reason of their own
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Until when they hold, such as 2026-12-01T00:00:00Z [default: for good]
    #[arg(long, value_name = "TIME")]
    pub(crate) expires_at: Option<Timestamp>,
    /// Since when they hold, such as 2026-11-15T13:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
}

/// Which runs to compare.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The run before
    #[arg(value_name = "RUN_A")]
    pub(crate) before: RunId,
    /// The run after
    #[arg(value_name = "RUN_B")]
    pub(crate) after: RunId,
    /// Lines to attribute, those that changed most in value
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) lines: usize,
    /// Print the lines as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// The planning data set: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION")]
    pub(crate) data: Location,
    /// The menu weeks to be planned, such as 2026-W48,2026-W49 [default: the next four]
    #[arg(long, value_name = "WEEKS", value_delimiter = ',')]
    pub(crate) weeks: Option<Vec<MenuWeek>>,
    /// Check as of this moment, such as 2026-11-15T12:00:00Z [default: the data set's, else now]
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to merge.
#[derive(Debug, Args)]
pub(crate) struct CompactArgs {
    /// The planning data set: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION")]
    pub(crate) data: Location,
    /// Only objects that were written at least so many days ago (UTC)
    #[arg(long, value_name = "DAYS", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) older_than: u16,
}

/// What to score, and on what.
#[derive(Debug, Args)]
pub(crate) struct BacktestArgs {
    /// The planning data set: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION")]
    pub(crate) data: Location,
    /// Weeks to score, the last of the history
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=104))]
    pub(crate) weeks: u32,
    /// Leave out so many weeks at the end of the history
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=104))]
    pub(crate) skip: u32,
    /// Weeks ahead to score, from 1 on
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub(crate) leads: u32,
    /// How many states of the world to draw for each week
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) replicates: u32,
    /// The seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A folder or s3://bucket/prefix to write every score to, as CSV and a chart
    #[arg(long, value_name = "LOCATION")]
    pub(crate) out: Option<Location>,
}

/// What to allocate.
#[derive(Debug, Args)]
pub(crate) struct AllocateArgs {
    /// The orders, as CSV: order_id, recipes and sites (between spaces or semicolons), real (0 or 1), and where it
    /// is known the site in the previous plan
    #[arg(long, value_name = "FILE")]
    pub(crate) orders: PathBuf,
    /// The sites, as CSV: site_id, boxes_min, boxes_max (empty: no limit)
    #[arg(long, value_name = "FILE")]
    pub(crate) caps: PathBuf,
    /// The previous plan's volumes, as CSV: recipe_id, site_id, kits
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    /// The folder for allocation.csv
    #[arg(long, value_name = "FOLDER", default_value = "larder-out")]
    pub(crate) out: PathBuf,
}

/// Which demo data set to write, and where.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where to write it: a folder or s3://bucket/prefix
    #[arg(long, value_name = "LOCATION")]
    pub(crate) out: Location,
    #[command(flatten)]
    pub(crate) company: Company,
    /// The seed of everything random
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}
