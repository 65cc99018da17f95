//! What can go wrong with an operation of a store, and how often it did.

use crate::world::{Kind, Operation, Place};

faults! {
    KilledBeforeWrite = "killed before a write",
    KilledAfterWrite = "killed after a write",
    KilledAtRead = "killed at a read",
    /// Memory runs out when something has been read: the same as a kill, at another moment.
    OutOfMemory = "out of memory",
    /// The function is ended while a write is under way; it lands long after, when another try is at work.
    TimedOut = "timed out, and the write lands later",
    /// The store turns away some operations in a row.
    Throttled = "throttled",
    AnswerLost = "a write's answer lost",
    /// The right to use the store is gone for some operations.
    Denied = "permission lost",
    /// An object is read cut short, and is whole the next time.
    ShortRead = "cut short while read",
    Truncated = "object cut short",
    Altered = "object altered",
    Gone = "object gone",
    /// What stands where something is to be written is half of it.
    HalfThere = "half of an object in the way",
    /// An object cannot be spooled to disk.
    ScratchFull = "/tmp full",
    /// Somebody else moves the pointer between its reading and its moving.
    PointerMoved = "pointer moved by another",
}

impl Fault {
    /// Whether it can strike an operation.
    pub(crate) fn fits(self, operation: &Operation) -> bool {
        let Operation {
            state,
            place,
            kind,
            key,
            there,
        } = operation;
        let written = matches!(kind, Kind::Create | Kind::Swap);
        let read = matches!(kind, Kind::Get | Kind::Open) && *there;
        let sending = key.contains("/mail/");
        // What a plan finds is what it pins: it knows of no other data.
        let pinned = *state != "Configure" || *place != Place::Data;
        match self {
            Self::KilledBeforeWrite
            | Self::KilledAfterWrite
            | Self::TimedOut
            | Self::AnswerLost => written,
            Self::KilledAtRead => !written,
            Self::OutOfMemory => read,
            Self::Throttled | Self::Denied => true,
            Self::ShortRead => read && pinned,
            Self::Truncated => (read || (*kind == Kind::Pointer && *there)) && pinned,
            Self::Altered | Self::Gone => read && *state != "Configure" && !sending,
            Self::HalfThere => *kind == Kind::Create && !there && !sending,
            Self::ScratchFull => *kind == Kind::Open,
            Self::PointerMoved => *kind == Kind::Swap,
        }
    }

    /// The names under which a state may fail by it, as the state machine knows them.
    pub(crate) const fn may_end_as(self) -> &'static [&'static str] {
        match self {
            // Whoever comes after one that died while it sent an e-mail waits for it.
            Self::KilledBeforeWrite
            | Self::KilledAfterWrite
            | Self::KilledAtRead
            | Self::OutOfMemory
            | Self::TimedOut => &["Lambda.Unknown", "States.Timeout", "Dependency.Unavailable"],
            Self::Throttled | Self::AnswerLost | Self::ScratchFull => &["Dependency.Unavailable"],
            Self::Denied => &["Config.Invalid"],
            Self::ShortRead | Self::Truncated | Self::Altered | Self::Gone => &["Data.Rejected"],
            Self::HalfThere => &["Contract.Violation", "Data.Rejected"],
            Self::PointerMoved => &[],
        }
    }
}
