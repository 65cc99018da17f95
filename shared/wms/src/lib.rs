//! The warehouse's files.
