//! The ERP's adapter against a live Tryton.
