//! The `erp-extract` Lambda: wiring only.

fn main() {}
