//! The data set's files, as CSV and as Parquet, through everything that reads them without a run.

use domain::Severity;

use crate::company::{self, block_on};
use crate::target::fuzz;

/// A damaged file becomes findings, or another valid file; each finding names its file.
fn is_answered(name: &str, bytes: &[u8]) {
    let store = company::with(&table_file(name), bytes);
    let now = "2026-10-18T18:00:00Z".parse().unwrap();
    match block_on(data_extractor::validate(&store, None, None, now)) {
        Ok(checked) => {
            for finding in &checked.findings {
                assert!(!finding.file.is_empty(), "{finding}");
                let dull = finding.severity == Severity::Error && finding.remedy.is_empty();
                assert!(!dull, "{finding}");
            }
        }
        Err(fault) => assert!(!fault.message.is_empty(), "{fault}"),
    }
}

/// A kept input is called `<table>.<what it is>.<csv or parquet>`.
fn table_file(name: &str) -> String {
    let mut parts = name.split('.');
    let table = parts.next().unwrap_or_default();
    format!("{table}.{}", parts.next_back().unwrap_or_default())
}

#[test]
fn any_csv_is_read_or_found_fault_with() {
    let samples: Vec<_> = company::csv().into_iter().collect();
    fuzz("csv", &samples, is_answered);
}

#[test]
fn any_parquet_is_read_or_found_fault_with() {
    let samples: Vec<_> = company::parquet().into_iter().collect();
    fuzz("parquet", &samples, is_answered);
}
