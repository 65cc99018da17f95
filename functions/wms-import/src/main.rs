//! The `wms-import` Lambda: wiring only.

fn main() {}
