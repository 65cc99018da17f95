//! Writes requests, sends them with the key, and says what the answers mean.

use contracts::canonical::{Reason, Rejection};
use erp::{NotNow, NotReady};
use jiff::SignedDuration;
use minijinja::Value;
use secrecy::{ExposeSecret, SecretString};
use secrets::{Secret, SecretError};

use crate::answers::{self, Understood};
use crate::limits::Limits;
use crate::network::{Network, NoAnswer, Outgoing, below, header};
use crate::profile::{Description, Meaning, Method, Request};
use crate::template::{Names, Templates, Writes, words};

/// Why an operation does not go on.
#[derive(Debug)]
pub(crate) enum Halt {
    NotNow(NotNow),
    /// It is not to be done, whoever is asked.
    Refused(Rejection),
    /// The ERP says that it will not be done.
    Declined(Rejection),
    /// What it is about is not there; in these words, if it stays so.
    Gone(Rejection),
    /// A document of its reference is there.
    Exists,
    /// It was sent, and nobody knows.
    Silence,
}

impl Halt {
    pub(crate) const LATER: Self = Self::NotNow(NotNow { after: None });

    /// What it means where nothing was to be changed.
    pub(crate) fn reading(self) -> NotReady {
        match self {
            Self::NotNow(not_now) => NotReady::NotNow(not_now),
            Self::Refused(rejection) | Self::Declined(rejection) | Self::Gone(rejection) => {
                NotReady::Refused(rejection)
            }
            Self::Exists | Self::Silence => NotReady::NotNow(NotNow::default()),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Speaker {
    pub(crate) network: Network,
    pub(crate) limits: Limits,
    pub(crate) templates: Templates,
    pub(crate) settings: Value,
    pub(crate) secret: Secret,
}

impl Speaker {
    /// A request with everything that its sending needs: nothing is waited for after this.
    pub(crate) async fn written(
        &self,
        described: &Description,
        request: &Request,
        names: &Names,
    ) -> Result<Outgoing, Halt> {
        let mut outgoing = self
            .rendered(described, request, names)
            .map_err(Halt::Refused)?;
        let secret = self.secret.get().await;
        let secret = secret.map_err(|error| keyless(described, &error))?;
        self.sign(described, &mut outgoing, &secret)?;
        self.limits.paced().await;
        Ok(outgoing)
    }

    /// Sends a request; once more, with the key as it is now, where the key was refused and so nothing was done.
    pub(crate) async fn sent(
        &self,
        described: &Description,
        mut outgoing: Outgoing,
    ) -> Result<Understood, Halt> {
        let reads = outgoing.method == Method::Get;
        let mut refreshed = false;
        loop {
            let answer = self
                .network
                .send(&outgoing)
                .await
                .map_err(|NoAnswer { sent, why }| {
                    tracing::warn!(erp.name = %described.name, why, "the ERP gives no answer");
                    if sent && !reads {
                        Halt::Silence
                    } else {
                        Halt::LATER
                    }
                })?;
            let understood = answers::understood(described, &answer);
            let after = answer.retry_after.map(SignedDuration::from_secs);
            if matches!(
                understood.meaning,
                Meaning::NotNow | Meaning::LookAgain | Meaning::Unknown
            ) {
                let status = answer.status.as_u16();
                tracing::warn!(erp.name = %described.name, status, "the ERP does not serve");
            }
            return match understood.meaning {
                Meaning::Done | Meaning::AlreadyDone => Ok(understood),
                Meaning::Exists => Err(Halt::Exists),
                Meaning::Gone => Err(Halt::Gone(understood.rejection)),
                Meaning::Refused => Err(Halt::Declined(understood.rejection)),
                Meaning::NotNow | Meaning::LookAgain => Err(Halt::NotNow(NotNow { after })),
                Meaning::Unknown if reads => Err(Halt::NotNow(NotNow { after })),
                Meaning::Unknown => Err(Halt::Silence),
                Meaning::Unauthorized if !refreshed => {
                    refreshed = true;
                    let secret = self.secret.refresh().await;
                    let secret = secret.map_err(|error| keyless(described, &error))?;
                    self.sign(described, &mut outgoing, &secret)?;
                    continue;
                }
                Meaning::Unauthorized => {
                    tracing::error!(erp.name = %described.name, "the ERP does not accept the key");
                    Err(Halt::LATER)
                }
            };
        }
    }

    /// Asks for JSON.
    pub(crate) async fn asked(
        &self,
        described: &Description,
        request: &Request,
        names: &Names,
    ) -> Result<serde_json::Value, Halt> {
        let outgoing = self.written(described, request, names).await?;
        let understood = self.sent(described, outgoing).await?;
        // What is cut short is asked for again.
        understood.body.ok_or(Halt::LATER)
    }

    fn rendered(
        &self,
        described: &Description,
        request: &Request,
        names: &Names,
    ) -> Result<Outgoing, Rejection> {
        let render = |text: &str, writes| {
            let rendered = self.templates.render(text, writes, names);
            rendered.map_err(|error| untold(described, &error))
        };
        let path = render(&request.path, Writes::Path)?;
        let url = below(&self.network.base, &path);
        let mut url = url.ok_or_else(|| outside(described, &path))?;
        for (name, values) in &request.query {
            for value in values.all() {
                let value = render(value, Writes::Text)?;
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        let mut headers = reqwest::header::HeaderMap::new();
        for (name, value) in &request.headers {
            let value = render(value, Writes::Text)?;
            let (name, value) = header(name, &value).ok_or_else(|| outside(described, name))?;
            headers.insert(name, value);
        }
        let body = request.body.as_ref();
        let body = body.map(|body| render(body, Writes::Json)).transpose()?;
        if body
            .as_ref()
            .is_some_and(|body| body.len() > described.limits.largest_request)
        {
            let most = described.limits.largest_request;
            let message = format!(
                "{} takes at most {most} bytes, and it is larger",
                described.name
            );
            return Err(Rejection::new(
                Reason::Refused,
                message,
                "send less in one event",
            ));
        }
        Ok(Outgoing {
            method: request.method,
            url,
            headers,
            body,
        })
    }

    /// Puts the headers on that every request has.
    fn sign(
        &self,
        described: &Description,
        outgoing: &mut Outgoing,
        secret: &SecretString,
    ) -> Result<(), Halt> {
        let names = Names::from([
            ("secret".to_owned(), Value::from(secret.expose_secret())),
            ("settings".to_owned(), self.settings.clone()),
        ]);
        for (name, text) in &described.headers {
            let value = self.templates.render(text, Writes::Text, &names);
            let value = value.map_err(|error| Halt::Refused(untold(described, &error)))?;
            let (key, value) =
                header(name, &value).ok_or_else(|| Halt::Refused(outside(described, name)))?;
            // What a request says itself holds.
            if name.eq_ignore_ascii_case("authorization") || !outgoing.headers.contains_key(&key) {
                outgoing.headers.insert(key, value);
            }
        }
        Ok(())
    }
}

/// The key cannot be had; which secret it is and why, but not what it holds, stands in the log.
fn keyless(described: &Description, error: &SecretError) -> Halt {
    tracing::error!(erp.name = %described.name, "{error}");
    Halt::LATER
}

/// What cannot be written as the ERP's description says.
pub(crate) fn untold(described: &Description, error: &minijinja::Error) -> Rejection {
    let message = format!("it cannot be told to {}: {}", described.name, words(error));
    let remedy = "put the event or the ERP's description right, and send the event again";
    Rejection::new(Reason::Refused, message, remedy)
}

fn outside(described: &Description, what: &str) -> Rejection {
    let message = format!(
        "it cannot be told to {}: `{what}` is no address or header of its",
        described.name
    );
    let remedy = "put the event or the ERP's description right, and send the event again";
    Rejection::new(Reason::Refused, message, remedy)
}
