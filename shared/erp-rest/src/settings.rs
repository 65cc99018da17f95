//! What differs from company to company.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::profile::{Description, SettingKind};
use crate::template::value_of;

/// Values of a company by the names that the profile gives them.
pub type Settings = BTreeMap<String, serde_json::Value>;

/// A setting that the profile does not know, lacks, or wants otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ERP's setting `{name}` {why}")]
pub struct SettingsError {
    name: String,
    why: String,
}

/// The settings as templates see them, with the profile's own values where none is given.
pub(crate) fn resolve(described: &Description, given: &Settings) -> Result<Value, SettingsError> {
    let wrong = |name: &str, why: String| SettingsError {
        name: name.to_owned(),
        why,
    };
    let unknown = given
        .keys()
        .find(|name| !described.settings.contains_key(*name));
    if let Some(name) = unknown {
        let known: Vec<_> = described.settings.keys().map(String::as_str).collect();
        let why = format!(
            "is none of those that `{}` has: {}",
            described.name,
            known.join(", ")
        );
        return Err(wrong(name, why));
    }
    let mut resolved = BTreeMap::new();
    for (name, setting) in &described.settings {
        let value = given.get(name).or(setting.default.as_ref());
        let value = value.ok_or_else(|| wrong(name, format!("is missing: {}", setting.about)))?;
        if !fits(setting.kind, value) {
            let kind = match setting.kind {
                SettingKind::Number => "a whole number",
                SettingKind::Text => "text",
                SettingKind::Map => "texts by name",
            };
            return Err(wrong(
                name,
                format!("is `{value}` and should be {kind}: {}", setting.about),
            ));
        }
        resolved.insert(name.clone(), value_of(value));
    }
    Ok(Value::from(resolved))
}

pub(crate) fn fits(kind: SettingKind, value: &serde_json::Value) -> bool {
    match kind {
        SettingKind::Number => value.is_u64(),
        SettingKind::Text => value.is_string(),
        SettingKind::Map => value
            .as_object()
            .is_some_and(|map| map.values().all(serde_json::Value::is_string)),
    }
}
