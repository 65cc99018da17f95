//! Walks the steps of an operation, up to each request that changes something.

use std::collections::{BTreeMap, BTreeSet};

use contracts::canonical::{Reason, Rejection};
use minijinja::Value;

use crate::answers::{list, text};
use crate::network::Outgoing;
use crate::profile::{Asked, Description, Keep, Lookup, Sought, Step};
use crate::speaker::{Halt, Speaker, untold};
use crate::template::{Names, Writes, value_of};

/// Codes that are looked up with one request: their names must have room in an address.
const CODES: usize = 30;

/// How far an operation has come, and what it knows.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(crate) names: Names,
    at: usize,
}

impl Walk {
    pub(crate) const fn new(names: Names) -> Self {
        Self { names, at: 0 }
    }
}

/// Steps that a description has, on their way.
pub(crate) struct Walker<'a> {
    pub(crate) speaker: &'a Speaker,
    pub(crate) described: &'a Description,
    pub(crate) steps: &'a [Step],
}

impl Walker<'_> {
    /// Walks to the next request that changes something; `None` at the end.
    pub(crate) async fn next(&self, walk: &mut Walk) -> Result<Option<Outgoing>, Halt> {
        while let Some(step) = self.steps.get(walk.at) {
            match step {
                Step::Send(asked) if self.holds(asked.when.as_deref(), &walk.names)? => {
                    let speaker = self.speaker;
                    let written = speaker.written(self.described, &asked.request, &walk.names);
                    return written.await.map(Some);
                }
                Step::Send(_) | Step::Include(_) => {}
                Step::Let(values) => self.set(values, &mut walk.names)?,
                Step::Lookup(codes) => {
                    let found = self.looked_up(codes, &walk.names).await?;
                    walk.names.insert(codes.named.clone(), found);
                }
                Step::Read(asked) => {
                    if self.holds(asked.when.as_deref(), &walk.names)? {
                        let speaker = self.speaker;
                        let body = speaker.asked(self.described, &asked.request, &walk.names);
                        let body = body.await?;
                        self.keep(asked, &body, &mut walk.names)?;
                    }
                }
                Step::Refuse(refusal) => {
                    if self.holds(Some(&refusal.when), &walk.names)? {
                        let message = self.told(&refusal.message, &walk.names)?;
                        let remedy = self.told(&refusal.remedy, &walk.names)?;
                        let rejection = Rejection::new(refusal.reason, message, remedy);
                        return Err(Halt::Refused(rejection));
                    }
                }
            }
            walk.at += 1;
        }
        Ok(None)
    }

    /// Takes what the request that was walked to has brought, and says whether it has changed what matters later.
    pub(crate) fn done(
        &self,
        body: Option<&serde_json::Value>,
        walk: &mut Walk,
    ) -> Result<bool, Halt> {
        let step = self.steps.get(walk.at);
        walk.at += 1;
        let Some(Step::Send(asked)) = step else {
            return Ok(false);
        };
        let body = body.unwrap_or(&serde_json::Value::Null);
        let kept = self.keep(asked, body, &mut walk.names);
        // Something was done, and nobody says what.
        kept.map_err(|_| Halt::Silence)?;
        Ok(!asked.harmless)
    }

    fn keep(&self, asked: &Asked, body: &serde_json::Value, names: &mut Names) -> Result<(), Halt> {
        for (name, pointer) in &asked.keep {
            let value = body.pointer(pointer).ok_or_else(|| self.lacks(pointer))?;
            names.insert(name.clone(), value_of(value));
        }
        self.set(&asked.set, names)
    }

    fn set(&self, values: &BTreeMap<String, String>, names: &mut Names) -> Result<(), Halt> {
        let mut set = Vec::new();
        for (name, expression) in values {
            let value = self.speaker.templates.value(expression, names);
            set.push((name.clone(), value.map_err(|error| self.untold(&error))?));
        }
        names.extend(set);
        Ok(())
    }

    async fn looked_up(&self, codes: &Sought, names: &Names) -> Result<Value, Halt> {
        let wanted = self.speaker.templates.value(&codes.codes, names);
        let wanted =
            wanted.and_then(|value| value.try_iter()?.map(|code| Ok(code.to_string())).collect());
        let wanted: BTreeSet<String> = wanted.map_err(|error| self.untold(&error))?;
        let Some(lookup) = self.described.lookups.get(&codes.from) else {
            return Ok(Value::from(Names::new()));
        };
        let mut found = Names::new();
        let wanted: Vec<_> = wanted.into_iter().collect();
        for codes in wanted.chunks(CODES) {
            let names = Names::from([
                ("codes".to_owned(), codes.iter().cloned().collect::<Value>()),
                ("settings".to_owned(), self.speaker.settings.clone()),
            ]);
            let body = self
                .speaker
                .asked(self.described, &lookup.request, &names)
                .await?;
            let rows = list(&body, &lookup.each).ok_or_else(|| self.lacks(&lookup.each))?;
            for row in rows {
                let (code, kept) = self.kept(lookup, row)?;
                if codes.contains(&code) && found.insert(code.clone(), kept).is_some() {
                    return Err(Halt::Refused(self.several(lookup, &code)));
                }
            }
        }
        let missing = wanted.iter().find(|code| !found.contains_key(*code));
        match missing {
            Some(code) if !lookup.optional => Err(Halt::Refused(self.missing(lookup, code))),
            _ => Ok(Value::from(found)),
        }
    }

    fn kept(&self, lookup: &Lookup, row: &serde_json::Value) -> Result<(String, Value), Halt> {
        let at = |pointer: &str| row.pointer(pointer).ok_or_else(|| self.lacks(pointer));
        let code = text(at(&lookup.code)?).unwrap_or_default();
        let keep: &Keep = &lookup.keep;
        let kept: Result<Names, Halt> = keep
            .iter()
            .map(|(name, pointer)| Ok((name.clone(), value_of(at(pointer)?))))
            .collect();
        Ok((code, Value::from(kept?)))
    }

    fn holds(&self, when: Option<&str>, names: &Names) -> Result<bool, Halt> {
        let holds = self.speaker.templates.holds(when, names);
        holds.map_err(|error| self.untold(&error))
    }

    fn told(&self, template: &str, names: &Names) -> Result<String, Halt> {
        let told = self.speaker.templates.render(template, Writes::Text, names);
        told.map_err(|error| self.untold(&error))
    }

    fn untold(&self, error: &minijinja::Error) -> Halt {
        Halt::Refused(untold(self.described, error))
    }

    fn lacks(&self, pointer: &str) -> Halt {
        let message = format!(
            "{}'s answer has nothing at `{pointer}`",
            self.described.name
        );
        let remedy = "put the ERP's description right, and send the event again";
        Halt::Refused(Rejection::new(Reason::Refused, message, remedy))
    }

    fn missing(&self, lookup: &Lookup, code: &str) -> Rejection {
        let (name, called) = (&self.described.name, &lookup.called);
        let message = format!("{name} has no {called} `{code}`");
        let remedy = format!("make the {called} there with that code, and send the event again");
        Rejection::new(Reason::UnknownItem, message, remedy)
    }

    fn several(&self, lookup: &Lookup, code: &str) -> Rejection {
        let (name, called) = (&self.described.name, &lookup.called);
        let message = format!("{name} has more than one {called} `{code}`");
        let remedy = "take the code from all but one of them, and send the event again";
        Rejection::new(Reason::UnknownItem, message, remedy)
    }
}
