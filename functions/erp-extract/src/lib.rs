//! Tells the ERP's changes.
