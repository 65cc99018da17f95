//! What the parts of Larder say to one another: step requests and responses, the run plan, faults.
//!
//! Everything that crosses a process boundary has its type here and nowhere else. State machine payloads carry
//! references, never data.

pub mod artifact;
mod call;
pub mod canonical;
mod events;
mod fault;
mod health;
mod manifest;
mod orders;
mod parked;
mod plain;
mod plan;
mod proposals;
mod purchasing;
mod scenario;
#[cfg(feature = "schema")]
mod schema;
mod shadow;
mod step;
mod summary;
mod verdict;
mod walk;

pub use call::{StepRequest, StepResponse};
pub use events::{
    CloudEvent, EVENT_SOURCE, EntityVersion, EventData, ForecastPublished, OrdersSited,
    PublishedFile, WeekPublished,
};
pub use fault::{Fault, FaultName, MESSAGE_LIMIT};
pub use health::{Newest, SourceChanges, SourceFile, SourceHealth, TableFacts};
pub use manifest::{Manifest, ManifestWeek};
pub use orders::{
    Approval, ApprovalMode, ApprovalOutcome, ApproveRequest, ApproveResponse, ApprovedProposal,
    OrderTotal, PurchaseOrder, PurchaseOrderLine,
};
pub use parked::{Decision, ParkedDecision, ParkedEvent, SyncRejected};
pub use plain::object;
pub use plan::{
    CapOverride, DEFAULT_REPLICATES, DEFAULT_SEED, DataFile, ExecutionInput, Lineage,
    ParseRunError, Plan, PlannedWeek, Published, PublishedProposals, RunId, Settings,
};
pub use proposals::{Proposals, ProposedLine, ProposedOrder, VendorOrders};
pub use purchasing::{
    ApprovedSummary, ChangeSummary, ChangedLine, Conversion, ExpediteSummary, LineSummary,
    OrderAction, ProposalReport, ProposalSummary, VendorTotal,
};
pub use scenario::{CapChange, PriceChange, Scenario, Swap, TermsChange, VolumeChange};
#[cfg(feature = "schema")]
pub use schema::schemas;
pub use shadow::{
    ACTIVE_VERSION, Headline, Pair, Shadow, ShadowItem, ShadowOutcome, ShadowReport,
    ShadowSettings, table_cell,
};
pub use step::{
    ConfigureRequest, ConfigureResponse, Execution, ExtractRequest, ForecastRequest,
    ForecastSources, NeedsSource, Outcome, ProposalSources, ProposeOutcome, ProposeRequest,
    ProposeShadow, PublishRequest, PublishResponse, Reference, SimulateRequest, StepName,
    WeekOutcome,
};
pub use summary::{
    AppliedOverride, Change, Effect, Fan, LeadAccuracy, ModelSummary, PlanChange, ProductWeek,
    RecipeWeek, RunSummary, SiteDay, Spread, WeekReport, WeekSummary,
};
pub use verdict::{Cutoff, FullSite, LastPlan, Verdict, WeekChange};
pub use walk::Prepared;

/// The digest of the code that made a result: `Cargo.lock` and the sources of `shared/` and `functions/`.
pub const CODE_VERSION: &str = env!("LARDER_CODE_VERSION");
