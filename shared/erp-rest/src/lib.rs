//! An ERP behind REST, described by a file.
