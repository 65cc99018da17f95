//! The `wms-export` Lambda: wiring only.

fn main() {}
