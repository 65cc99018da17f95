//! The warehouse's files taken in.
