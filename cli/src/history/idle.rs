//! The time in which nothing worked that somebody waited for.

use domain::Timestamp;

use super::account::Work;

/// Milliseconds from one time to another.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> i64 {
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or(i64::MAX)
}

/// Walks back from the step that ended last, always to the one that it waited for, and adds up what lies between them:
/// Σ(start of a step − end of the one before). `None` where fewer than two steps are told.
///
/// A week's step waits for the same week's one before and for what is done once. In one process a week may also wait
/// for another one's place, so there any step that ended before counts.
pub(crate) fn idle_ms(steps: &[Work]) -> Option<i64> {
    let told: Vec<_> = steps
        .iter()
        .filter_map(|step| Some((step, step.telemetry.as_ref()?)))
        .collect();
    let (mut step, mut at) = *told.iter().max_by_key(|(_, telemetry)| telemetry.ended)?;
    let mut idle = None;
    loop {
        let waits_for = |earlier: &Work| {
            at.host.is_none()
                || step.week.is_none()
                || earlier.week.is_none()
                || earlier.week == step.week
        };
        let before = told
            .iter()
            .filter(|(earlier, it)| it.ended <= at.started && waits_for(earlier))
            .max_by_key(|(_, it)| it.ended);
        let Some(&(earlier, before)) = before else {
            return idle;
        };
        idle = Some(idle.unwrap_or(0) + between(before.ended, at.started));
        (step, at) = (earlier, before);
    }
}

#[cfg(test)]
mod tests {
    use runs::{Host, Storage, Telemetry};

    use super::*;

    fn step(name: &str, week: Option<&str>, from: i64, to: i64, on_lambda: bool) -> Work {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let host = Host {
            cold_start: false,
            memory_mb: 512,
            peak_mb: None,
            architecture: "aarch64".to_owned(),
        };
        Work {
            key: String::new(),
            step: name.to_owned(),
            week: week.map(|week| week.parse().unwrap()),
            telemetry: Some(Telemetry {
                started: at(from),
                ended: at(to),
                host: on_lambda.then_some(host),
                storage: Storage::default(),
            }),
            figures: None,
        }
    }

    #[test]
    fn idle_time_is_what_lies_between_the_steps_that_waited_for_one_another() {
        let steps = |on_lambda| {
            let step = |name, week, from, to| step(name, week, from, to, on_lambda);
            vec![
                step("configurator", None, 0, 10),
                step("order-simulator", None, 12, 100),
                step("data-extractor", Some("2026-W47"), 103, 120),
                step("site-forecast", Some("2026-W47"), 121, 150),
                step("data-extractor", Some("2026-W48"), 151, 170),
                step("site-forecast", Some("2026-W48"), 175, 300),
                step("order-proposer", None, 306, 400),
            ]
        };
        // The second week is the one waited for: 6 + 5 + (151 - 100) + 2.
        assert_eq!(idle_ms(&steps(true)), Some(64));
        // In one process it waited for the first one's place: 6 + 5 + 1 + 1 + 3 + 2.
        assert_eq!(idle_ms(&steps(false)), Some(18));
        assert_eq!(idle_ms(&[step("configurator", None, 0, 10, true)]), None);
    }
}
