use ledger::LedgerError;
use ledger::breaker::{Admission, Gate, Health};

use super::Clock;
use super::fate::Fate;

/// A batch's way through a gate: asked once, and again only when something was learned.
pub(super) struct Passage<'a, G> {
    gate: &'a G,
    name: &'a str,
    /// Who asks: the invocation.
    who: &'a str,
    clock: &'a Clock,
    admission: Option<Admission>,
}

impl<'a, G: Gate> Passage<'a, G> {
    pub(super) const fn new(gate: &'a G, name: &'a str, who: &'a str, clock: &'a Clock) -> Self {
        Self {
            gate,
            name,
            who,
            clock,
            admission: None,
        }
    }

    /// Whether the next record may go; else its fate.
    pub(super) async fn next(&mut self) -> Result<(), Fate> {
        let now = (self.clock)();
        let known = match self.admission {
            Some(Admission::Wait { until, .. }) if until <= now => None,
            known => known,
        };
        let admission = match known {
            Some(admission) => admission,
            None => self.opened(self.gate.admit(self.name, self.who, now).await),
        };
        self.admission = Some(admission);
        match admission {
            Admission::Go { .. } | Admission::Canary => Ok(()),
            Admission::Wait { until, pause } => Err(Fate::Blocked { until, pause }),
        }
    }

    /// Tells what was learned, where it changes anything.
    pub(super) async fn tell(&mut self, health: Health) {
        let nothing_new = match self.admission {
            Some(Admission::Go { failures: 0 }) => health == Health::Well,
            Some(Admission::Go { .. } | Admission::Canary) => false,
            Some(Admission::Wait { .. }) | None => true,
        };
        if !nothing_new && health != Health::Unsure {
            let told = self
                .gate
                .tell(self.name, self.who, health, (self.clock)())
                .await;
            self.admission = Some(self.opened(told));
        }
    }

    /// Leaves the gate; a canary that has learned nothing gives its place back.
    pub(super) async fn leave(self) -> Option<Admission> {
        if self.admission == Some(Admission::Canary) {
            let told = self
                .gate
                .tell(self.name, self.who, Health::Unsure, (self.clock)())
                .await;
            return Some(self.opened(told));
        }
        self.admission
    }

    /// A breaker whose state is not known must not be an outage of its own.
    fn opened(&self, answer: Result<Admission, LedgerError>) -> Admission {
        answer.unwrap_or_else(|error| {
            tracing::warn!(consumer = self.name, "the breaker is passed over: {error}");
            Admission::Go { failures: 0 }
        })
    }
}
