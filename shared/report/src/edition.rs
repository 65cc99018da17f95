//! Everything that a report page is made from.

use std::collections::BTreeMap;

use contracts::RunSummary;
use domain::SiteId;
use ordering::LineKey;
use proposals::{ExpediteRow, ProposalRow, SmallOrderRow, UnsuppliedRow};

use crate::why::Why;

/// What a page shows: the run in short, and beside it every row that it can be searched for.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The run in short.
    pub summary: RunSummary,
    /// Every proposed line with the totals of its waterfall.
    pub lines: Vec<ProposalRow>,
    /// Why lines are what they are, down to rows of the data set: those that most money is at risk with, in that order.
    pub reasons: Vec<Reason>,
    /// What can no longer be ordered in time.
    pub expedite: Vec<ExpediteRow>,
    /// Orders under a vendor's least value.
    pub small_orders: Vec<SmallOrderRow>,
    /// Products that are needed and that nobody can bring.
    pub unsupplied: Vec<UnsuppliedRow>,
    /// The sites' IANA time zones; a site without one is on Coordinated Universal Time.
    pub time_zones: BTreeMap<SiteId, String>,
}

/// Why a line is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The line.
    pub key: LineKey,
    /// Why.
    pub why: Why,
}

impl Edition {
    /// A page of the summary alone.
    pub fn of(summary: RunSummary) -> Self {
        Self {
            summary,
            lines: Vec::new(),
            reasons: Vec::new(),
            expedite: Vec::new(),
            small_orders: Vec::new(),
            unsupplied: Vec::new(),
            time_zones: BTreeMap::new(),
        }
    }
}
