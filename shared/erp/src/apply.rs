use contracts::canonical::{Reason, Rejection};
use domain::Timestamp;
use effects::{Answer, Attempt, Cause, Ending, Found, Next, Verdict};
use ledger::{Key, Lease, Ledger, LedgerError};

use crate::{Clock, Effect, Erp, NotNow, NotReady, Reply};

/// The most requests of one attempt: one that makes, finds the document there, and changes it needs two.
const REQUESTS: u32 = 3;

/// Has an effect take place in the ERP. `attempt` is the name of this try and never used again.
pub async fn apply<L: Ledger, E: Erp>(
    effect: &Effect,
    consumer: &str,
    attempt: &str,
    ledger: &L,
    erp: &E,
    clock: &Clock,
) -> Verdict {
    let key = Key::new(consumer, &effect.key);
    let mut driver = Driver {
        steps: Attempt::new(erp.capability(effect), effect.version, effect.wish),
        lease: Lease {
            owner: attempt.to_owned(),
            ends: Timestamp::MIN,
        },
        requests: 0,
        told: Verdict::retry(Cause::Busy),
    };
    driver
        .run(effect, &key, ledger, erp, clock)
        .await
        .unwrap_or_else(|_| Verdict::retry(Cause::Own))
}

struct Driver {
    steps: Attempt<ledger::Document>,
    lease: Lease,
    requests: u32,
    /// What an end of [`Ending::Retry`] or [`Ending::Parked`] means.
    told: Verdict,
}

impl Driver {
    async fn run<L: Ledger, E: Erp>(
        &mut self,
        effect: &Effect,
        key: &Key,
        ledger: &L,
        erp: &E,
        clock: &Clock,
    ) -> Result<Verdict, LedgerError> {
        loop {
            match self.steps.next() {
                Next::Lease => {
                    let now = clock();
                    let ends = now.checked_add(erp.timing().lease());
                    self.lease.ends = ends.unwrap_or(Timestamp::MAX);
                    self.steps
                        .leased(ledger.lease(key, &self.lease, now).await?);
                }
                Next::Search => match erp.search(effect).await {
                    Ok(found) => {
                        if found == Found::Several {
                            self.told = Verdict::Parked(several(effect));
                        }
                        self.steps.found(found);
                    }
                    Err(not_ready) => self.not_ready(not_ready),
                },
                Next::Send(request) => {
                    let prepared = match erp.ready(request, effect).await {
                        Ok(prepared) => prepared,
                        Err(not_ready) => {
                            self.not_ready(not_ready);
                            continue;
                        }
                    };
                    let sending = erp.send(prepared);
                    self.requests += 1;
                    // Nothing may stand between this and sending.
                    if erp.timing().may_send(clock(), self.lease.ends) && self.requests <= REQUESTS
                    {
                        let reply = sending.await;
                        self.replied(reply);
                    } else {
                        self.steps.too_late();
                    }
                }
                Next::Record(applied) => {
                    let recorded = ledger.record(key, &self.lease.owner, &applied).await?;
                    self.steps.recorded(recorded);
                }
                Next::Release(_) => {
                    // One that cannot be given back ends by itself.
                    let _ended_later = ledger.release(key, &self.lease.owner).await;
                    self.steps.released();
                }
                Next::End(ending) => return Ok(self.verdict(ending)),
            }
        }
    }

    fn not_ready(&mut self, not_ready: NotReady) {
        match not_ready {
            NotReady::NotNow(not_now) => self.not_now(not_now),
            NotReady::Refused(rejection) => self.refused(rejection),
        }
    }

    fn refused(&mut self, rejection: Rejection) {
        self.told = Verdict::Parked(rejection);
        self.steps.answered(Answer::Refused);
    }

    fn not_now(&mut self, NotNow { after }: NotNow) {
        self.told = Verdict::Retry {
            cause: Cause::Unavailable,
            after,
        };
        self.steps.answered(Answer::NotNow);
    }

    fn replied(&mut self, reply: Reply) {
        let answer = match reply {
            Reply::Done(document) => Answer::Done(document),
            Reply::Exists(document) => Answer::Exists(document),
            Reply::NotNow(not_now) => return self.not_now(not_now),
            Reply::Refused(rejection) => return self.refused(rejection),
            Reply::Silence => Answer::Silence,
        };
        self.steps.answered(answer);
    }

    fn verdict(&self, ending: Ending) -> Verdict {
        match ending {
            Ending::Applied => Verdict::Applied,
            Ending::Duplicate => Verdict::Duplicate,
            Ending::Stale => Verdict::Stale,
            Ending::Parked | Ending::Retry => self.told.clone(),
            Ending::Unknown => Verdict::Unknown {
                until: self.lease.ends,
            },
        }
    }
}

fn several(effect: &Effect) -> Rejection {
    Rejection::new(
        Reason::Refused,
        format!(
            "the ERP has several documents of the reference `{}`",
            effect.reference
        ),
        "cancel and delete all but one of them in the ERP, and send the event again",
    )
}
