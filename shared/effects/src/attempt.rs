//! One delivery of an event, worked on.

/// What a system offers against documents that are made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// It puts a document by reference, or refuses a second one of the same reference.
    Unique,
    /// It finds documents by reference, and would make a second one.
    Search,
}

/// What an event says that the document should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// As the event tells it.
    Stands,
    /// Cancelled.
    Cancelled,
}

/// What the ledger holds of a reference once an event has been applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Applied<D> {
    /// The highest version applied.
    pub version: u64,
    /// The document; `None` where it was cancelled before it was made.
    pub document: Option<D>,
}

/// What came of asking for the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leased<D> {
    /// It is taken, and the ledger holds this.
    Taken(Option<Applied<D>>),
    /// Another attempt has it.
    Held,
}

/// What came of a search by reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found<D> {
    /// There is none.
    Nothing,
    /// There is one.
    One(D),
    /// There are several: somebody else made one, and a person must decide.
    Several,
}

/// A request that changes the other system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request<D> {
    /// Make the document, or, where the system can, put it by its reference.
    Make,
    /// Make this document what the event tells; it may be so already.
    Change(D),
    /// Cancel this document; it may be cancelled already.
    Cancel(D),
}

/// How the system answered a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer<D> {
    /// It is done, or was already.
    Done(D),
    /// It was not done, since a document of that reference is there.
    Exists(D),
    /// It was not done, and may be on another day: too many requests, unavailable, no connection.
    NotNow,
    /// It was not done and will not be.
    Refused,
    /// Nobody knows: no answer came in time.
    Silence,
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its effect is there and recorded.
    Applied,
    /// Its effect was there before.
    Duplicate,
    /// A later version was there before.
    Stale,
    /// It cannot be applied; a person must look.
    Parked,
    /// To be delivered again.
    Retry,
    /// To be delivered again once the lease has ended: its request may still have an effect.
    Unknown,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Next<D> {
    /// Take the lease on the reference, and tell by [`Attempt::leased`].
    Lease,
    /// Search by reference, and tell by [`Attempt::found`].
    Search,
    /// See that the lease outlives the request, send it, and tell by [`Attempt::answered`]; else by
    /// [`Attempt::too_late`].
    Send(Request<D>),
    /// Record what is applied if the lease is still held, giving it back, and tell by [`Attempt::recorded`].
    Record(Applied<D>),
    /// Give the lease back, and then [end](Next::End).
    Release(Ending),
    /// Nothing more.
    End(Ending),
}

/// One delivery of an event, worked on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attempt<D> {
    capability: Capability,
    version: u64,
    wish: Wish,
    next: Next<D>,
}

impl<D: Clone> Attempt<D> {
    /// Begins to apply an event of this version.
    pub const fn new(capability: Capability, version: u64, wish: Wish) -> Self {
        Self {
            capability,
            version,
            wish,
            next: Next::Lease,
        }
    }

    /// What to do next.
    pub fn next(&self) -> Next<D> {
        self.next.clone()
    }

    /// Tells what came of asking for the lease.
    pub fn leased(&mut self, leased: Leased<D>) {
        self.next = match leased {
            Leased::Held => Next::End(Ending::Retry),
            Leased::Taken(Some(applied)) if applied.version == self.version => {
                Next::Release(Ending::Duplicate)
            }
            Leased::Taken(Some(applied)) if applied.version > self.version => {
                Next::Release(Ending::Stale)
            }
            Leased::Taken(Some(Applied {
                document: Some(document),
                ..
            })) => Next::Send(self.request(document)),
            Leased::Taken(_) => match (self.capability, self.wish) {
                (Capability::Unique, Wish::Stands) => Next::Send(Request::Make),
                _ => Next::Search,
            },
        };
    }

    /// Tells what the search found.
    pub fn found(&mut self, found: Found<D>) {
        self.next = match (found, self.wish) {
            (Found::Nothing, Wish::Stands) => Next::Send(Request::Make),
            // What was never made is cancelled by the record alone; earlier versions are stale from then on.
            (Found::Nothing, Wish::Cancelled) => self.record(None),
            (Found::One(document), _) => Next::Send(self.request(document)),
            (Found::Several, _) => Next::Release(Ending::Parked),
        };
    }

    /// Tells that the lease ends before the request could not have an effect any more.
    pub fn too_late(&mut self) {
        self.next = Next::Release(Ending::Retry);
    }

    /// Tells how the system answered.
    pub fn answered(&mut self, answer: Answer<D>) {
        self.next = match answer {
            Answer::Done(document) => self.record(Some(document)),
            // What is there may be of an earlier version.
            Answer::Exists(document) => Next::Send(self.request(document)),
            Answer::NotNow => Next::Release(Ending::Retry),
            Answer::Refused => Next::Release(Ending::Parked),
            Answer::Silence => Next::End(Ending::Unknown),
        };
    }

    /// Tells whether it was recorded.
    pub fn recorded(&mut self, recorded: bool) {
        self.next = Next::End(if recorded {
            Ending::Applied
        } else {
            Ending::Retry
        });
    }

    /// Tells that the lease was given back, or that it was lost before.
    pub fn released(&mut self) {
        if let Next::Release(ending) = self.next {
            self.next = Next::End(ending);
        }
    }

    fn request(&self, document: D) -> Request<D> {
        match self.wish {
            Wish::Stands => Request::Change(document),
            Wish::Cancelled => Request::Cancel(document),
        }
    }

    fn record(&self, document: Option<D>) -> Next<D> {
        Next::Record(Applied {
            version: self.version,
            document,
        })
    }
}
