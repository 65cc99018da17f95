//! Files for the warehouse.
