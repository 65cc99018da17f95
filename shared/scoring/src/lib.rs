//! How good a forecast was.
