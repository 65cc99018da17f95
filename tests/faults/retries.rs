//! How often the state machine tries a state again: read from its definition.

use std::collections::BTreeMap;

use serde_json::Value;

const DEFINITION: &str = include_str!("../../statemachines/menu-week-forecast.asl.json");

/// One entry of a state's `Retry`.
#[derive(Debug, Clone)]
struct Retrier {
    errors: Vec<String>,
    most: u64,
    interval: u64,
    rate: u64,
    longest: u64,
}

/// Every state's.
#[derive(Debug, Clone)]
pub(crate) struct Retries(BTreeMap<String, Vec<Retrier>>);

impl Retries {
    /// As the state machine says.
    pub(crate) fn said() -> Self {
        let definition: Value = serde_json::from_str(DEFINITION).unwrap();
        let mut all = BTreeMap::new();
        read(&definition["States"], &mut all);
        Self(all)
    }

    /// Ten tries more, whatever the fault is.
    pub(crate) fn of_everything() -> Self {
        let mut all = Self::said();
        for retriers in all.0.values_mut() {
            retriers.push(Retrier {
                errors: vec!["States.ALL".to_owned()],
                most: 10,
                interval: 1,
                rate: 1,
                longest: 1,
            });
        }
        all
    }

    /// The tries of one state in one execution.
    pub(crate) fn of(&self, state: &str) -> Tries<'_> {
        let retriers = &self.0[state];
        Tries {
            retriers,
            used: vec![0; retriers.len()],
        }
    }
}

/// What is left of a state's tries.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    retriers: &'a [Retrier],
    used: Vec<u64>,
}

impl Tries<'_> {
    /// After how many seconds a state that failed so is tried again; `None`: never.
    pub(crate) fn after(&mut self, error: &str) -> Option<u64> {
        let fits = |retrier: &Retrier| {
            let mut named = retrier.errors.iter();
            named.any(|named| named == error || named == "States.ALL")
        };
        let at = self.retriers.iter().position(fits)?;
        let (retrier, used) = (&self.retriers[at], &mut self.used[at]);
        if *used == retrier.most {
            return None;
        }
        let rate = retrier.rate.saturating_pow(*used as u32);
        *used += 1;
        Some(retrier.interval.saturating_mul(rate).min(retrier.longest))
    }
}

fn read(states: &Value, all: &mut BTreeMap<String, Vec<Retrier>>) {
    for (name, state) in states.as_object().into_iter().flatten() {
        read(&state["ItemProcessor"]["States"], all);
        let number = |retrier: &Value, key: &str, default| retrier[key].as_u64().unwrap_or(default);
        let retriers = state["Retry"].as_array().into_iter().flatten();
        let retriers = retriers.map(|retrier| Retrier {
            errors: serde_json::from_value(retrier["ErrorEquals"].clone()).unwrap(),
            most: number(retrier, "MaxAttempts", 3),
            interval: number(retrier, "IntervalSeconds", 1),
            rate: number(retrier, "BackoffRate", 2),
            longest: number(retrier, "MaxDelaySeconds", u64::MAX),
        });
        all.insert(name.clone(), retriers.collect());
    }
}
