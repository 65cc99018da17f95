//! JSON Schemas (2020-12) of every message, made from the types.

use schemars::{Schema, schema_for};

use crate::canonical;
use crate::{
    ApproveRequest, ApproveResponse, CloudEvent, ConfigureRequest, ConfigureResponse,
    ExecutionInput, ExtractRequest, ForecastPublished, ForecastRequest, Manifest, OrdersSited,
    ParkedDecision, ParkedEvent, Plan, Proposals, ProposeRequest, PublishRequest, PublishResponse,
    PurchaseOrder, Reference, RunSummary, SimulateRequest, SyncRejected,
};

/// The schema of every message and of the plan, by file name.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    let mut schemas = vec![
        ("execution-input", schema_for!(ExecutionInput)),
        ("configurator.request", schema_for!(ConfigureRequest)),
        ("configurator.response", schema_for!(ConfigureResponse)),
        ("data-extractor.request", schema_for!(ExtractRequest)),
        ("data-extractor.response", schema_for!(Reference)),
        ("order-simulator.request", schema_for!(SimulateRequest)),
        ("order-simulator.response", schema_for!(Reference)),
        ("site-forecast.request", schema_for!(ForecastRequest)),
        ("site-forecast.response", schema_for!(Reference)),
        ("order-proposer.request", schema_for!(ProposeRequest)),
        ("order-proposer.response", schema_for!(Reference)),
        ("publisher.request", schema_for!(PublishRequest)),
        ("publisher.response", schema_for!(PublishResponse)),
        ("plan", schema_for!(Plan)),
        ("proposals", schema_for!(Proposals)),
        ("manifest", schema_for!(Manifest)),
        ("summary", schema_for!(RunSummary)),
        ("order-approver.request", schema_for!(ApproveRequest)),
        ("order-approver.response", schema_for!(ApproveResponse)),
        ("purchase-order", schema_for!(PurchaseOrder)),
        (
            "larder.forecast.published.v1",
            schema_for!(CloudEvent<ForecastPublished>),
        ),
        (
            "larder.orders.sited.v1",
            schema_for!(CloudEvent<OrdersSited>),
        ),
        (
            "larder.sync.rejected.v1",
            schema_for!(CloudEvent<SyncRejected>),
        ),
        ("parked-event", schema_for!(ParkedEvent)),
        ("parked-decision", schema_for!(ParkedDecision)),
    ];
    schemas.extend(canonical::schemas());
    schemas
}
