//! The change log: what live changes make of a table, and the writing of them.
//!
//! A change object is a CSV file under `changes/<table>/` with the table's columns and `event_id`, `entity_version`
//! and `op`. What changes is an entity: the rows that agree in the columns of [`Schema::entity`](crate::Schema::entity),
//! such as all lines of one recipe's bill of materials. `set` rows of one event are all the rows the entity has then;
//! `remove` says that it has none. Of several changes to one entity the highest version holds (the greater event id on
//! a tie) with all its rows, and nothing else of it counts. The table's own file counts as version 0, or as its column
//! `entity_version` says.
//!
//! So objects may be read in any order and any number of times.

mod batch;
mod compact;
mod fold;

pub use batch::{Batch, ChangeError, Object};
pub use compact::{Compacted, compact};
pub(crate) use fold::{Changes, VERSION, version_of};

/// The columns of a change object beside the table's own.
pub(crate) const COLUMNS: [&str; 3] = ["event_id", VERSION, "op"];

/// No event's id is longer: its source and its own id, 100 characters each, have room.
const LONGEST_ID: usize = 300;

/// Which event says how an entity is, and at which version; the greater holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    version: u64,
    event_id: String,
}

impl Stamp {
    /// The stamp of an event.
    ///
    /// # Errors
    /// [`ChangeError::Stamp`] for version 0, which is the table's own file, and for an id that is empty, longer than 300
    /// characters or with control characters.
    pub fn new(event_id: &str, version: u64) -> Result<Self, ChangeError> {
        let fits = (1..=LONGEST_ID).contains(&event_id.chars().count());
        if version == 0 || !fits || event_id.chars().any(char::is_control) {
            return Err(ChangeError::Stamp {
                event_id: event_id.chars().take(LONGEST_ID).collect(),
                version,
            });
        }
        Ok(Self {
            version,
            event_id: event_id.to_owned(),
        })
    }
}
