//! Keys of other systems, read by name.
