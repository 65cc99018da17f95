//! Brings events into the ERP.
