//! Counts in the same table: one item for a consumer and a day.

use std::time::Duration;

use artifacts::boxed;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::ReturnValue;
use domain::Date;

use super::{DynamoDb, Item, number, text};
use crate::LedgerError;
use crate::tally::{Counts, Tallies};

/// How long a batch waits for its counts: whoever counts must not be late for what counts.
const COUNTING: Duration = Duration::from_secs(1);

/// The name of a sum, and the sum.
type Part = (&'static str, fn(&Counts) -> u64);

const SUMS: [Part; 7] = [
    ("received", |counts| counts.received),
    ("applied", |counts| counts.applied),
    ("duplicate", |counts| counts.duplicate),
    ("stale", |counts| counts.stale),
    ("parked", |counts| counts.parked),
    ("retried", |counts| counts.retried),
    ("unknown", |counts| counts.unknown),
];

impl DynamoDb {
    /// One write, and a second one where the lag is the day's greatest.
    async fn count(&self, id: &str, counts: &Counts) -> Result<Item, LedgerError> {
        let sums = SUMS.map(|(name, _)| format!("{name}_count :{name}"));
        let mut update = format!("ADD {}", sums.join(", "));
        let values = SUMS.map(|(name, of)| (format!(":{name}"), number(&of(counts))));
        let mut values = Item::from(values);
        if let Some(last) = counts.last_event {
            update += " SET last_event = :last";
            values.insert(":last".to_owned(), number(&last.as_millisecond()));
        }
        let impatient = aws_sdk_dynamodb::config::Builder::new()
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(COUNTING).build());
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("id", text(id))
            .update_expression(update)
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllNew)
            .customize()
            .config_override(impatient);
        let answer = boxed(request.send()).await;
        let answer = answer.map_err(|error| self.failure(&error))?;
        Ok(answer.attributes.unwrap_or_default())
    }
}

impl Tallies for DynamoDb {
    async fn add(&self, consumer: &str, day: Date, counts: &Counts) -> Result<(), LedgerError> {
        let id = tally_id(consumer, day);
        let item = self.count(&id, counts).await?;
        if whole(&item, "greatest_lag").unwrap_or_default() < counts.greatest_lag {
            let update = "SET greatest_lag = :lag";
            let condition = "attribute_not_exists(greatest_lag) OR greatest_lag < :lag";
            let values = vec![(":lag", number(&counts.greatest_lag))];
            self.update(&id, update, condition, values).await?;
        }
        Ok(())
    }

    async fn of(&self, consumer: &str, day: Date) -> Result<Counts, LedgerError> {
        let Some(item) = self.item(&tally_id(consumer, day)).await? else {
            return Ok(Counts::default());
        };
        let sum = |name: &str| {
            let sum = whole(&item, &format!("{name}_count"));
            sum.and_then(|sum| u64::try_from(sum).ok()).unwrap_or(0)
        };
        let last = whole(&item, "last_event");
        Ok(Counts {
            received: sum("received"),
            applied: sum("applied"),
            duplicate: sum("duplicate"),
            stale: sum("stale"),
            parked: sum("parked"),
            retried: sum("retried"),
            unknown: sum("unknown"),
            greatest_lag: whole(&item, "greatest_lag").unwrap_or_default(),
            last_event: last.and_then(|last| domain::Timestamp::from_millisecond(last).ok()),
        })
    }
}

fn whole(item: &Item, name: &str) -> Option<i64> {
    let digits = item.get(name)?.as_n().ok()?;
    digits.parse().ok()
}

fn tally_id(consumer: &str, day: Date) -> String {
    format!("tally#{consumer}#{day}")
}
