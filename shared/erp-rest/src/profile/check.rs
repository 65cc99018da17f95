//! Checks a description whole: whatever would only be found wrong while speaking to the ERP is found when it is read.

use std::collections::{BTreeMap, BTreeSet};

use contracts::canonical::Kind;

use super::form::{Description, Document, Keep, Request, Step};
use crate::settings;
use crate::template::{Templates, Writes, words};

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) message: String,
}

type Checked = Result<(), Wrong>;

fn wrong<T>(key: impl Into<String>, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        key: key.into(),
        message: message.into(),
    })
}

/// The document of each kind.
pub(super) fn kinds(described: &Description) -> Result<BTreeMap<Kind, String>, Wrong> {
    let mut kinds = BTreeMap::new();
    for (name, document) in &described.documents {
        let key = format!("documents.{name}.events");
        for event in &document.events {
            let Some(kind) = Kind::named(event) else {
                return wrong(key, format!("there are no events of type `{event}`"));
            };
            if let Some(other) = kinds.insert(kind, name.clone()) {
                return wrong(key, format!("`{event}` is about `{other}` already"));
            }
        }
    }
    Ok(kinds)
}

/// Puts shared steps where they are included, and checks everything.
pub(super) fn whole(described: &mut Description) -> Checked {
    let shared = std::mem::take(&mut described.shared);
    for (name, document) in &mut described.documents {
        let Document {
            make,
            change,
            cancel,
            ..
        } = document;
        for (operation, steps) in [
            ("make", Some(make)),
            ("change", Some(change)),
            ("cancel", cancel.as_mut()),
        ] {
            if let Some(steps) = steps {
                let key = format!("documents.{name}.{operation}");
                *steps = included(&key, steps, &shared)?;
            }
        }
    }
    let described = &*described;
    let check = Check {
        described,
        templates: Templates::new(&described.macros),
    };
    check.limits()?;
    check.top()?;
    for (name, document) in &described.documents {
        check.document(&format!("documents.{name}"), document)?;
    }
    check.changes()
}

fn included(
    key: &str,
    steps: &[Step],
    shared: &BTreeMap<String, Vec<Step>>,
) -> Result<Vec<Step>, Wrong> {
    let mut all = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let Step::Include(name) = step else {
            all.push(step.clone());
            continue;
        };
        let key = format!("{key}[{at}].include");
        let Some(steps) = shared.get(name) else {
            return wrong(key, format!("there are no shared steps `{name}`"));
        };
        if steps.iter().any(|step| matches!(step, Step::Include(_))) {
            return wrong(key, format!("the shared steps `{name}` include others"));
        }
        all.extend(steps.iter().cloned());
    }
    Ok(all)
}

struct Check<'a> {
    described: &'a Description,
    templates: Templates,
}

type Known = BTreeSet<String>;

fn known(names: &[&str]) -> Known {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Check<'_> {
    fn limits(&self) -> Checked {
        let limits = &self.described.limits;
        let positive = [
            (
                "client_timeout_seconds",
                limits.client_timeout_seconds as usize,
            ),
            ("system_limit_seconds", limits.system_limit_seconds as usize),
            ("margin_seconds", limits.margin_seconds as usize),
            ("concurrency", limits.concurrency as usize),
            ("per_second", limits.per_second as usize),
            ("largest_request", limits.largest_request),
            ("largest_answer", limits.largest_answer),
        ];
        match positive.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => wrong(format!("limits.{name}"), "must be more than 0"),
            None => Ok(()),
        }
    }

    fn top(&self) -> Checked {
        for (name, setting) in &self.described.settings {
            let default = setting.default.as_ref();
            if default.is_some_and(|value| !settings::fits(setting.kind, value)) {
                return wrong(
                    format!("settings.{name}.default"),
                    "is not of the setting's kind",
                );
            }
        }
        let names = known(&["secret", "settings"]);
        for (name, text) in &self.described.headers {
            self.header(&format!("headers.{name}"), name, text, &names)?;
        }
        for (at, rule) in self.described.answers.iter().enumerate() {
            let key = format!("answers[{at}]");
            if rule.status.is_empty() && rule.contains.is_none() {
                return wrong(key, "fits every answer: it needs `status` or `contains`");
            }
            if let Some(pointer) = &rule.pointer {
                pointer_fits(&format!("{key}.pointer"), pointer)?;
            }
        }
        if let Some(pointer) = &self.described.words {
            pointer_fits("words", pointer)?;
        }
        for (name, lookup) in &self.described.lookups {
            let key = format!("lookups.{name}");
            self.request(
                &format!("{key}.request"),
                &lookup.request,
                &known(&["codes", "settings"]),
            )?;
            pointer_fits(&format!("{key}.each"), &lookup.each)?;
            pointer_fits(&format!("{key}.code"), &lookup.code)?;
            keeps(&format!("{key}.keep"), &lookup.keep)?;
        }
        Ok(())
    }

    fn document(&self, key: &str, document: &Document) -> Checked {
        let given = known(&["data", "reference", "version", "time", "settings"]);
        let search = format!("{key}.search");
        self.request(
            &format!("{search}.request"),
            &document.search.request,
            &given,
        )?;
        pointer_fits(&format!("{search}.each"), &document.search.each)?;
        pointer_fits(&format!("{search}.id"), &document.search.id)?;
        let ends = self.steps(&format!("{key}.make"), &document.make, given.clone())?;
        if !ends.contains("document") {
            return wrong(
                format!("{key}.make"),
                "nothing says what the new `document` is called",
            );
        }
        let mut given = given;
        given.insert("document".to_owned());
        self.steps(&format!("{key}.change"), &document.change, given.clone())?;
        if let Some(cancel) = &document.cancel {
            self.steps(&format!("{key}.cancel"), cancel, given)?;
        }
        Ok(())
    }

    fn steps(&self, key: &str, steps: &[Step], mut names: Known) -> Result<Known, Wrong> {
        for (at, step) in steps.iter().enumerate() {
            let key = format!("{key}[{at}]");
            match step {
                Step::Include(_) => return wrong(key, "shared steps include no others"),
                Step::Let(values) => {
                    for (name, expression) in values {
                        self.expression(&format!("{key}.let.{name}"), expression, &names)?;
                    }
                    names.extend(values.keys().cloned());
                }
                Step::Lookup(codes) => {
                    if !self.described.lookups.contains_key(&codes.from) {
                        return wrong(key, format!("there is no lookup `{}`", codes.from));
                    }
                    self.expression(&format!("{key}.lookup.codes"), &codes.codes, &names)?;
                    names.insert(codes.named.clone());
                }
                Step::Refuse(refusal) => {
                    let key = format!("{key}.refuse");
                    self.expression(&format!("{key}.when"), &refusal.when, &names)?;
                    self.template(
                        &format!("{key}.message"),
                        &refusal.message,
                        Writes::Text,
                        &names,
                    )?;
                    self.template(
                        &format!("{key}.remedy"),
                        &refusal.remedy,
                        Writes::Text,
                        &names,
                    )?;
                }
                Step::Read(asked) | Step::Send(asked) => {
                    let reads = matches!(step, Step::Read(_));
                    let key = format!("{key}.{}", if reads { "read" } else { "send" });
                    if let Some(when) = &asked.when {
                        self.expression(&format!("{key}.when"), when, &names)?;
                    }
                    let request = format!("{key}.request");
                    self.request(&request, &asked.request, &names)?;
                    keeps(&format!("{key}.keep"), &asked.keep)?;
                    names.extend(asked.keep.keys().cloned());
                    for (name, expression) in &asked.set {
                        self.expression(&format!("{key}.set.{name}"), expression, &names)?;
                    }
                    names.extend(asked.set.keys().cloned());
                }
            }
        }
        Ok(names)
    }

    fn changes(&self) -> Checked {
        let Some(changes) = &self.described.changes else {
            return Ok(());
        };
        if changes.limit == 0 {
            return wrong("changes.limit", "must be more than 0");
        }
        let names = known(&["after", "limit", "settings"]);
        self.request("changes.request", &changes.request, &names)?;
        pointer_fits("changes.each", &changes.each)?;
        let names = known(&["row", "settings"]);
        for (name, text) in [
            ("id", &changes.row.id),
            ("version", &changes.row.version),
            ("standing", &changes.row.standing),
        ] {
            self.expression(&format!("changes.row.{name}"), text, &names)?;
        }
        self.template(
            "changes.row.order",
            &changes.row.order,
            Writes::Json,
            &names,
        )?;
        let references = &changes.references;
        let names = known(&["prefix", "after", "limit", "settings"]);
        self.request("changes.references.request", &references.request, &names)?;
        pointer_fits("changes.references.each", &references.each)?;
        pointer_fits("changes.references.id", &references.id)?;
        pointer_fits("changes.references.reference", &references.reference)
    }

    fn request(&self, key: &str, request: &Request, names: &Known) -> Checked {
        self.template(&format!("{key}.path"), &request.path, Writes::Path, names)?;
        for (name, values) in &request.query {
            for value in values.all() {
                self.template(&format!("{key}.query.{name}"), value, Writes::Text, names)?;
            }
        }
        for (name, value) in &request.headers {
            self.header(&format!("{key}.headers.{name}"), name, value, names)?;
        }
        match &request.body {
            Some(body) => self.template(&format!("{key}.body"), body, Writes::Json, names),
            None => Ok(()),
        }
    }

    fn header(&self, key: &str, name: &str, value: &str, names: &Known) -> Checked {
        if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return wrong(key, "is no header's name");
        }
        self.template(key, value, Writes::Text, names)
    }

    fn template(&self, key: &str, source: &str, writes: Writes, names: &Known) -> Checked {
        match self.templates.needs(source, writes) {
            Ok(needed) => defined(key, &needed, names),
            Err(error) => wrong(key, words(&error)),
        }
    }

    fn expression(&self, key: &str, source: &str, names: &Known) -> Checked {
        match self.templates.names(source) {
            Ok(needed) => defined(key, &needed, names),
            Err(error) => wrong(key, words(&error)),
        }
    }
}

fn defined(key: &str, needed: &Known, names: &Known) -> Checked {
    // The engine's own functions and its constants are no names of ours.
    let own = ["range", "dict", "namespace", "debug"];
    let known = |name: &&String| names.contains(*name) || own.contains(&name.as_str());
    match needed.iter().find(|name| !known(name)) {
        Some(name) => wrong(key, format!("nothing before it is called `{name}`")),
        None => Ok(()),
    }
}

fn keeps(key: &str, keep: &Keep) -> Checked {
    keep.iter()
        .try_for_each(|(name, pointer)| pointer_fits(&format!("{key}.{name}"), pointer))
}

fn pointer_fits(key: &str, pointer: &str) -> Checked {
    if pointer.is_empty() || pointer.starts_with('/') {
        return Ok(());
    }
    wrong(
        key,
        format!("`{pointer}` is no JSON pointer: it begins with `/`, or is empty"),
    )
}
