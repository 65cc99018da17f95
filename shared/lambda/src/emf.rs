//! Metrics in CloudWatch's embedded metric format: one line of JSON that CloudWatch reads them from.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use serde_json::{Map, Value, json};

/// Writes a line for each measurement; CloudWatch makes metrics of it where it is standard output.
#[derive(Debug)]
pub struct Emf<W>(Mutex<W>);

/// What was measured together.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) namespace: &'static str,
    /// What the metrics are told apart by: its name and value.
    pub(crate) dimension: (&'static str, String),
    pub(crate) metrics: Vec<Metric>,
    /// What stands beside them, to be searched in the log.
    pub(crate) properties: Vec<(&'static str, Value)>,
}

/// A metric: its name, CloudWatch's name of its unit, its value or values.
#[derive(Debug)]
pub(crate) struct Metric {
    name: &'static str,
    unit: &'static str,
    value: Value,
}

impl Metric {
    pub(crate) fn new(name: &'static str, unit: &'static str, value: impl Into<Value>) -> Self {
        Self {
            name,
            unit,
            value: value.into(),
        }
    }
}

impl<W: Write> Emf<W> {
    /// Writes to this.
    pub const fn new(to: W) -> Self {
        Self(Mutex::new(to))
    }

    /// What it wrote to.
    pub fn into_inner(self) -> W {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line. What cannot be measured stops nothing.
    pub(crate) fn write(&self, line: &Line, now: Timestamp) {
        let line = line.json(now).to_string();
        let mut to = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writeln!(to, "{line}").and_then(|()| to.flush()) {
            tracing::warn!("metrics are not written: {error}");
        }
    }
}

impl Line {
    fn json(&self, now: Timestamp) -> Value {
        let (by, value) = &self.dimension;
        let units = self
            .metrics
            .iter()
            .map(|metric| json!({"Name": metric.name, "Unit": metric.unit}));
        let aws = json!({
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": self.namespace,
                "Dimensions": [[by]],
                "Metrics": units.collect::<Vec<_>>(),
            }],
        });
        let mut fields = Map::new();
        fields.insert("_aws".to_owned(), aws);
        fields.insert((*by).to_owned(), json!(value));
        for (name, value) in &self.properties {
            fields.insert((*name).to_owned(), value.clone());
        }
        for metric in &self.metrics {
            fields.insert(metric.name.to_owned(), metric.value.clone());
        }
        Value::Object(fields)
    }
}
