//! An ERP as its description says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use contracts::canonical::{Reason, Rejection};
use effects::{Capability, Found, Request, Timing};
use erp::{Effect, Erp, NotNow, NotReady, Reply};
use jiff::SignedDuration;
use ledger::Document;
use minijinja::Value;
use secrets::Secret;

use crate::answers::{list, text};
use crate::limits::{Limits, Turn};
use crate::network::{Network, Outgoing};
use crate::profile::{Description, Profile, Step};
use crate::speaker::{Halt, Speaker};
use crate::template::{Names, Templates, value_of};
use crate::walk::{Walk, Walker};
use crate::{Connection, SetupError, profile, settings};

/// An ERP with a REST API, as a [`Profile`] describes it.
#[derive(Debug)]
pub struct RestErp {
    profile: Profile,
    speaker: Speaker,
}

/// A request that is written out, and how its operation goes on after it.
#[derive(Debug)]
pub struct Prepared {
    /// Nothing where everything is as it should be.
    first: Option<Outgoing>,
    walk: Walk,
    request: Request<Document>,
    effect: Effect,
    _turn: Turn,
}

impl RestErp {
    /// The ERP of a profile where it is. Nothing is sent yet.
    ///
    /// # Errors
    /// [`SetupError`] when settings or address do not fit.
    pub fn new(
        profile: Profile,
        connection: &Connection,
        secret: Secret,
    ) -> Result<Self, SetupError> {
        let described = &profile.described;
        let speaker = Speaker {
            network: Network::new(connection, &described.limits)?,
            limits: Limits::new(&described.limits, connection.callers),
            templates: Templates::new(&described.macros),
            settings: settings::resolve(described, &connection.settings)?,
            secret,
        };
        Ok(Self { profile, speaker })
    }

    pub(crate) fn described(&self) -> &Description {
        &self.profile.described
    }

    pub(crate) const fn speaker(&self) -> &Speaker {
        &self.speaker
    }

    /// What the steps of every operation can name.
    fn names(&self, effect: &Effect) -> Names {
        Names::from([
            ("data".to_owned(), value_of(&effect.event.data)),
            (
                "reference".to_owned(),
                Value::from(effect.reference.as_str()),
            ),
            ("version".to_owned(), Value::from(effect.version)),
            (
                "time".to_owned(),
                Value::from(effect.event.time.to_string()),
            ),
            ("settings".to_owned(), self.speaker.settings.clone()),
        ])
    }

    fn document(&self, effect: &Effect) -> Result<&profile::Document, Halt> {
        let kind = effect.event.kind();
        let document = self.profile.document(kind);
        document.ok_or_else(|| Halt::Refused(self.unspoken(&format!("events of type `{kind}`"))))
    }

    fn steps(&self, request: &Request<Document>, effect: &Effect) -> Result<&[Step], Halt> {
        let document = self.document(effect)?;
        match request {
            Request::Make => Ok(&document.make),
            Request::Change(_) => Ok(&document.change),
            Request::Cancel(_) => {
                let cancel = document.cancel.as_deref();
                cancel.ok_or_else(|| Halt::Refused(self.unspoken("cancelling of this")))
            }
        }
    }

    fn walker(&self, request: &Request<Document>, effect: &Effect) -> Result<Walker<'_>, Halt> {
        Ok(Walker {
            speaker: &self.speaker,
            described: self.described(),
            steps: self.steps(request, effect)?,
        })
    }

    fn unspoken(&self, what: &str) -> Rejection {
        let message = format!(
            "the ERP's description `{}` says nothing of {what}",
            self.described().name
        );
        Rejection::new(
            Reason::Refused,
            message,
            "do it in the ERP by hand, or describe it",
        )
    }

    /// Longer than any whole operation takes; what is on its way then is unknown.
    fn patience(&self) -> Duration {
        Duration::from_secs(self.described().limits.client_timeout_seconds.into())
    }

    async fn found(&self, effect: &Effect) -> Result<Found<Document>, Halt> {
        let search = &self.document(effect)?.search;
        let names = self.names(effect);
        let body = self
            .speaker
            .asked(self.described(), &search.request, &names)
            .await?;
        let rows = list(&body, &search.each).ok_or(Halt::LATER)?;
        let mut ids = rows
            .iter()
            .map(|row| row.pointer(&search.id).and_then(text));
        match (ids.next(), ids.next()) {
            (None, _) => Ok(Found::Nothing),
            (Some(Some(id)), None) => Ok(Found::One(Document(id))),
            (Some(None), None) => Err(Halt::LATER),
            (Some(_), Some(_)) => Ok(Found::Several),
        }
    }

    /// What a document is that was there and is said not to be: a worker of the ERP that has not heard of it says so too.
    async fn missed(&self, halt: Halt, effect: &Effect) -> Halt {
        let Halt::Gone(rejection) = halt else {
            return halt;
        };
        match self.found(effect).await {
            Ok(Found::Nothing) => Halt::Declined(rejection),
            _ => Halt::LATER,
        }
    }

    async fn carried_out(&self, mut prepared: Prepared, on_its_way: &AtomicBool) -> Reply {
        let mut changed = false;
        let result = self
            .carry_out(&mut prepared, on_its_way, &mut changed)
            .await;
        let halt = match result {
            Ok(document) => return Reply::Done(document),
            Err(halt) => self.missed(halt, &prepared.effect).await,
        };
        match halt {
            Halt::NotNow(not_now) => Reply::NotNow(not_now),
            // What it says of a document that it has just taken may be one of its workers', which has not heard of it.
            Halt::Declined(_) if changed => Reply::NotNow(NotNow::default()),
            Halt::Refused(rejection) | Halt::Declined(rejection) | Halt::Gone(rejection) => {
                Reply::Refused(rejection)
            }
            Halt::Silence => Reply::Silence,
            Halt::Exists => match self.found(&prepared.effect).await {
                Ok(Found::One(document)) => Reply::Exists(document),
                _ => Reply::NotNow(NotNow::default()),
            },
        }
    }

    async fn carry_out(
        &self,
        prepared: &mut Prepared,
        on_its_way: &AtomicBool,
        changed: &mut bool,
    ) -> Result<Document, Halt> {
        let walker = self.walker(&prepared.request, &prepared.effect)?;
        let mut next = prepared.first.take();
        while let Some(outgoing) = next {
            on_its_way.store(true, Ordering::SeqCst);
            let understood = self.speaker.sent(self.described(), outgoing).await?;
            on_its_way.store(false, Ordering::SeqCst);
            *changed |= walker.done(understood.body.as_ref(), &mut prepared.walk)?;
            next = walker.next(&mut prepared.walk).await?;
        }
        let document = prepared.walk.names.get("document");
        Ok(Document(
            document.map(ToString::to_string).unwrap_or_default(),
        ))
    }
}

impl Erp for RestErp {
    type Prepared = Prepared;

    fn capability(&self, effect: &Effect) -> Capability {
        match self.document(effect) {
            Ok(document) if document.unique => Capability::Unique,
            _ => Capability::Search,
        }
    }

    fn timing(&self) -> Timing {
        let limits = &self.described().limits;
        let seconds = |seconds: u32| SignedDuration::from_secs(seconds.into());
        Timing {
            client_timeout: seconds(limits.client_timeout_seconds),
            system_limit: seconds(limits.system_limit_seconds),
            margin: seconds(limits.margin_seconds),
        }
    }

    async fn search(&self, effect: &Effect) -> Result<Found<Document>, NotReady> {
        let looked = tokio::time::timeout(self.patience(), async {
            let _turn = self.speaker.limits.turn().await;
            self.found(effect).await
        });
        looked
            .await
            .unwrap_or(Err(Halt::LATER))
            .map_err(Halt::reading)
    }

    async fn ready(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> Result<Prepared, NotReady> {
        let mut names = self.names(effect);
        if let Request::Change(document) | Request::Cancel(document) = &request {
            names.insert("document".to_owned(), Value::from(document.0.as_str()));
        }
        let mut walk = Walk::new(names);
        let walked = tokio::time::timeout(self.patience(), async {
            let turn = self.speaker.limits.turn().await;
            let walker = self.walker(&request, effect)?;
            match walker.next(&mut walk).await {
                Ok(first) => Ok((first, turn)),
                Err(halt) => Err(self.missed(halt, effect).await),
            }
        });
        let walked = walked.await.unwrap_or(Err(Halt::LATER));
        let (first, turn) = walked.map_err(Halt::reading)?;
        Ok(Prepared {
            first,
            walk,
            request,
            effect: effect.clone(),
            _turn: turn,
        })
    }

    async fn send(&self, prepared: Prepared) -> Reply {
        let on_its_way = AtomicBool::new(false);
        let carried = self.carried_out(prepared, &on_its_way);
        match tokio::time::timeout(self.patience(), carried).await {
            Ok(reply) => reply,
            Err(_) if on_its_way.load(Ordering::SeqCst) => Reply::Silence,
            Err(_) => Reply::NotNow(NotNow::default()),
        }
    }
}
