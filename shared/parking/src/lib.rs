//! Events that wait for a person: kept as they came, told of, looked at and decided.
//!
//! A record lies below `parked/<consumer>/` and never changes. What a person decides is an object of its own next to it,
//! created once too: the event was sent again, or is dropped. An event that was sent again and is parked again has
//! another record; one that was dropped stays dropped, however often it comes.

mod decide;
mod held;
mod name;
mod park;

pub use decide::{DecideError, decide, sent_again};
pub use held::{Held, Listed, ReadError, Unreadable, all, list, read};
pub use park::{Park, ParkError, Parking};
