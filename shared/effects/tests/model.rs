//! Every order of deliveries, deaths, silences and late arrivals, explored by `stateright` over the real [`Attempt`].
//!
//! The world: some deliveries of events about one reference, a ledger with a lease, and a system that may take a
//! request late or never, and whose answer may be lost. Time is what may happen: a lease that is held for longer than
//! any request is on its way may end as soon as none of its holder's is.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(
    clippy::print_stdout,
    reason = "the numbers of states are for whoever asks to see them"
)]

use std::collections::{HashMap, HashSet, VecDeque};

use effects::{Answer, Applied, Attempt, Capability, Ending, Found, Leased, Next, Request, Wish};
use stateright::{Checker, Model, Property};

/// Documents after which a broken protocol is followed no further.
const MOST: usize = 3;

/// What is taken away from the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Without {
    Nothing,
    /// Nobody asks for the lease.
    Lease,
    /// The search finds nothing, whatever there is.
    Search,
    /// Requests are sent whether the lease is held or not.
    Check,
    /// The lease may end while a request is on its way.
    Reach,
    /// The lease is given back when no answer came.
    KeepingOnSilence,
    /// The ledger does not tell versions, as if each were the first.
    Versions,
    /// The lease of an attempt that died never ends.
    Expiry,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Document {
    version: u64,
    cancelled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Worker {
    attempt: Attempt<usize>,
    /// Whether its request has left and it waits for the answer.
    waits: bool,
    /// How the delivery ended for good.
    ended: Option<Ending>,
}

/// A request on its way: whose, what, and of which event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Sent {
    worker: usize,
    request: Request<usize>,
    version: u64,
    wish: Wish,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    workers: Vec<Worker>,
    lease: Option<usize>,
    applied: Option<Applied<usize>>,
    documents: Vec<Document>,
    flight: Vec<Sent>,
    deaths: u8,
    silences: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Happens {
    /// The worker does what is next.
    Step(usize),
    /// It dies; the event is delivered again.
    Death(usize),
    /// It stops waiting for the answer.
    Silence(usize),
    /// A request arrives; whoever waits learns of it.
    Arrival(usize),
    /// A request never arrives, and the sender learns that.
    Loss(usize),
    /// The lease ends.
    Expiry,
}

struct Protocol {
    /// The deliveries: versions and what they wish.
    events: Vec<(u64, Wish)>,
    capability: Capability,
    /// Whether a unique reference refuses a second document, instead of putting it.
    refuses: bool,
    without: Without,
    deaths: u8,
    silences: u8,
}

impl Protocol {
    fn attempt(&self, worker: usize) -> Attempt<usize> {
        let (version, wish) = self.events[worker];
        Attempt::new(self.capability, version, wish)
    }

    fn step(&self, world: &mut World, at: usize) {
        let next = world.workers[at].attempt.next();
        let held = world.lease == Some(at) || self.without == Without::Lease;
        let worker = &mut world.workers[at];
        match next {
            Next::Lease if world.lease.is_some() && self.without != Without::Lease => {
                worker.attempt.leased(Leased::Held);
            }
            Next::Lease => {
                let applied = world.applied.filter(|_| self.without != Without::Versions);
                worker.attempt.leased(Leased::Taken(applied));
                if self.without != Without::Lease {
                    world.lease = Some(at);
                }
            }
            Next::Search => worker.attempt.found(match world.documents.len() {
                _ if self.without == Without::Search => Found::Nothing,
                0 => Found::Nothing,
                1 => Found::One(0),
                _ => Found::Several,
            }),
            Next::Send(_) if !held && self.without != Without::Check => worker.attempt.too_late(),
            Next::Send(request) => {
                let (version, wish) = self.events[at];
                worker.waits = true;
                world.flight.push(Sent {
                    worker: at,
                    request,
                    version,
                    wish,
                });
                world.flight.sort_by_key(|sent| format!("{sent:?}"));
            }
            Next::Record(applied) => {
                worker.attempt.recorded(held);
                if held {
                    world.applied = Some(applied);
                    world.lease = None;
                }
            }
            Next::Release(_) => {
                worker.attempt.released();
                if world.lease == Some(at) {
                    world.lease = None;
                }
            }
            Next::End(Ending::Retry | Ending::Unknown) => worker.attempt = self.attempt(at),
            Next::End(ending) => worker.ended = Some(ending),
        }
    }

    /// Does what a request asks, and says how the system answers.
    fn arrive(&self, world: &mut World, sent: Sent) -> Answer<usize> {
        let as_told = Document {
            version: sent.version,
            cancelled: sent.wish == Wish::Cancelled,
        };
        match sent.request {
            Request::Make
                if self.capability == Capability::Unique && !world.documents.is_empty() =>
            {
                if self.refuses {
                    return Answer::Exists(0);
                }
                world.documents[0] = as_told;
                Answer::Done(0)
            }
            Request::Make => {
                world.documents.push(as_told);
                Answer::Done(world.documents.len() - 1)
            }
            Request::Change(document) | Request::Cancel(document) => {
                world.documents[document] = as_told;
                Answer::Done(document)
            }
        }
    }
}

fn told(world: &mut World, at: usize, answer: Answer<usize>) {
    let worker = &mut world.workers[at];
    if worker.waits {
        worker.waits = false;
        worker.attempt.answered(answer);
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Happens;

    fn init_states(&self) -> Vec<World> {
        let worker = |at| Worker {
            attempt: self.attempt(at),
            waits: false,
            ended: None,
        };
        vec![World {
            workers: (0..self.events.len()).map(worker).collect(),
            lease: None,
            applied: None,
            documents: Vec::new(),
            flight: Vec::new(),
            deaths: self.deaths,
            silences: self.silences,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Happens>) {
        for (at, worker) in world.workers.iter().enumerate() {
            if worker.ended.is_some() {
                continue;
            }
            if !worker.waits {
                actions.push(Happens::Step(at));
            }
            if world.deaths > 0 && worker.attempt != self.attempt(at) {
                actions.push(Happens::Death(at));
            }
            if world.silences > 0 && worker.waits {
                actions.push(Happens::Silence(at));
            }
        }
        for place in 0..world.flight.len() {
            actions.extend([Happens::Arrival(place), Happens::Loss(place)]);
        }
        if let Some(holder) = world.lease {
            let on_its_way = world.flight.iter().any(|sent| sent.worker == holder);
            let ends = match self.without {
                Without::Expiry => false,
                Without::Reach => true,
                _ => !on_its_way,
            };
            if ends {
                actions.push(Happens::Expiry);
            }
        }
    }

    fn next_state(&self, world: &World, happens: Happens) -> Option<World> {
        let mut next = world.clone();
        match happens {
            Happens::Step(at) => self.step(&mut next, at),
            Happens::Death(at) => {
                next.deaths -= 1;
                next.workers[at].waits = false;
                next.workers[at].attempt = self.attempt(at);
            }
            Happens::Silence(at) => {
                next.silences -= 1;
                told(&mut next, at, Answer::Silence);
                if self.without == Without::KeepingOnSilence && next.lease == Some(at) {
                    next.lease = None;
                }
            }
            Happens::Arrival(place) => {
                let sent = next.flight.remove(place);
                let answer = self.arrive(&mut next, sent);
                // An answer reaches only the request that it is for: after a death it is lost.
                if next.flight.iter().all(|other| other.worker != sent.worker) {
                    told(&mut next, sent.worker, answer);
                }
            }
            Happens::Loss(place) => {
                let sent = next.flight.remove(place);
                if next.flight.iter().all(|other| other.worker != sent.worker) {
                    told(&mut next, sent.worker, Answer::NotNow);
                }
            }
            Happens::Expiry => next.lease = None,
        }
        (next != *world).then_some(next)
    }

    fn within_boundary(&self, world: &World) -> bool {
        world.documents.len() <= MOST
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("at most one document", |_, world: &World| {
                world.documents.len() <= 1
            }),
            Property::always(
                "what is acknowledged is there",
                |protocol: &Protocol, world| !settled(world) || protocol.is_right(world),
            ),
        ]
    }
}

/// Whether every delivery has ended and nothing is on its way.
fn settled(world: &World) -> bool {
    world.workers.iter().all(|worker| worker.ended.is_some()) && world.flight.is_empty()
}

impl Protocol {
    /// Whether the document is what the highest version tells.
    fn is_right(&self, world: &World) -> bool {
        let (version, wish) = *self
            .events
            .iter()
            .max_by_key(|(version, _)| *version)
            .unwrap();
        match (world.documents.as_slice(), wish) {
            ([], Wish::Cancelled) => true,
            ([document], Wish::Cancelled) => document.cancelled,
            ([document], Wish::Stands) => !document.cancelled && document.version == version,
            _ => false,
        }
    }

    /// Explores every state: the most documents there are, whether every settled state is right, how many states have
    /// no way to a settled one, and how many states there are.
    fn explore(&self) -> Explored {
        let mut places: HashMap<World, usize> = HashMap::new();
        let mut before: Vec<Vec<usize>> = Vec::new();
        let mut worlds = Vec::new();
        let mut waiting: VecDeque<World> = self.init_states().into();
        for world in &waiting {
            places.insert(world.clone(), 0);
            before.push(Vec::new());
            worlds.push(world.clone());
        }
        while let Some(world) = waiting.pop_front() {
            let from = places[&world];
            let mut actions = Vec::new();
            self.actions(&world, &mut actions);
            let next = actions
                .into_iter()
                .filter_map(|action| self.next_state(&world, action));
            for next in next.filter(|next| self.within_boundary(next)) {
                let at = *places.entry(next.clone()).or_insert_with(|| {
                    before.push(Vec::new());
                    worlds.push(next.clone());
                    waiting.push_back(next);
                    before.len() - 1
                });
                before[at].push(from);
            }
        }
        let ends: Vec<usize> = (0..worlds.len())
            .filter(|at| settled(&worlds[*at]))
            .collect();
        let mut reached: HashSet<usize> = ends.iter().copied().collect();
        let mut open = ends.clone();
        while let Some(at) = open.pop() {
            open.extend(
                before[at]
                    .iter()
                    .copied()
                    .filter(|from| reached.insert(*from)),
            );
        }
        Explored {
            most: worlds
                .iter()
                .map(|world| world.documents.len())
                .max()
                .unwrap(),
            right: ends.iter().all(|at| self.is_right(&worlds[*at])),
            dead_ends: worlds.len() - reached.len(),
            states: worlds.len(),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Explored {
    most: usize,
    right: bool,
    dead_ends: usize,
    states: usize,
}

const MADE: (u64, Wish) = (1, Wish::Stands);
const CHANGED: (u64, Wish) = (2, Wish::Stands);
const CANCELLED: (u64, Wish) = (3, Wish::Cancelled);

/// What may come in: one event twice, and races of making, changing and cancelling.
fn deliveries() -> [Vec<(u64, Wish)>; 5] {
    [
        vec![MADE, MADE],
        vec![MADE, CHANGED],
        vec![MADE, CANCELLED],
        vec![CHANGED, CANCELLED],
        vec![MADE, CHANGED, CANCELLED],
    ]
}

fn protocol(events: Vec<(u64, Wish)>, capability: Capability, without: Without) -> Protocol {
    let few = events.len() > 2;
    Protocol {
        events,
        capability,
        refuses: false,
        without,
        deaths: if few { 1 } else { 2 },
        silences: 1,
    }
}

#[test]
fn one_document_of_the_highest_version_whatever_happens() {
    for (capability, refuses) in [
        (Capability::Search, false),
        (Capability::Unique, false),
        (Capability::Unique, true),
    ] {
        for events in deliveries() {
            let model = Protocol {
                refuses,
                ..protocol(events.clone(), capability, Without::Nothing)
            };
            let explored = model.explore();
            println!("{capability:?}, refuses {refuses}, {events:?}: {explored:?}");
            assert_eq!(
                (explored.most <= 1, explored.right, explored.dead_ends),
                (true, true, 0)
            );
            model
                .checker()
                .threads(2)
                .spawn_bfs()
                .join()
                .assert_properties();
        }
    }
}

/// The protocol without one of its parts.
fn broken(without: Without, events: &[(u64, Wish)]) -> Explored {
    let explored = protocol(events.to_vec(), Capability::Search, without).explore();
    println!("without {without:?}: {explored:?}");
    explored
}

#[test]
fn without_the_lease_there_are_two_documents() {
    assert!(broken(Without::Lease, &[MADE, MADE]).most > 1);
}

#[test]
fn without_the_search_there_are_two_documents() {
    assert!(broken(Without::Search, &[MADE, MADE]).most > 1);
}

#[test]
fn without_the_check_an_attempt_that_paused_makes_a_second_document() {
    assert!(broken(Without::Check, &[MADE, MADE]).most > 1);
}

#[test]
fn with_a_lease_shorter_than_a_request_there_are_two_documents() {
    assert!(broken(Without::Reach, &[MADE, MADE]).most > 1);
}

#[test]
fn with_the_lease_given_back_in_silence_there_are_two_documents() {
    assert!(broken(Without::KeepingOnSilence, &[MADE, MADE]).most > 1);
}

#[test]
fn without_versions_an_older_event_undoes_a_newer_one() {
    for events in [[MADE, CHANGED], [MADE, CANCELLED], [CHANGED, CANCELLED]] {
        assert!(!broken(Without::Versions, &events).right);
    }
}

#[test]
fn with_a_lease_that_never_ends_a_death_is_for_ever() {
    assert!(broken(Without::Expiry, &[MADE, MADE]).dead_ends > 0);
}

#[test]
fn where_references_are_unique_the_lease_still_keeps_changes_in_order() {
    let explored = protocol(vec![MADE, CHANGED], Capability::Unique, Without::Lease).explore();
    assert_eq!((explored.most, explored.right), (1, false));
}
