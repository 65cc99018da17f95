//! Purchase proposals as rows: what `order-proposer` stores, and what the report and other systems read.

mod changes;
mod tables;

pub use changes::ChangeRow;
pub use tables::{
    ExpediteRow, InboundRow, PegKind, PegRow, ProposalRow, SmallOrderRow, Sureness, UnsuppliedRow,
    VendorRow, order_line,
};
