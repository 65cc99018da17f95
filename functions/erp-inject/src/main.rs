//! The `erp-inject` Lambda: wiring only.

fn main() {}
