//! What planners' overrides do to a week: wide before narrow, spread in proportion, and nothing else moves.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::{Constraints, Model, WeekDemand};
use domain::{Override, OverrideOp, Timestamp};
use proptest::prelude::{Just, prop_assert, prop_oneof};
use proptest::strategy::Strategy;
use snapshot::WeekSnapshot;
use support::{observations, week};

fn made(id: &str, measure: &str, keys: &str, op: OverrideOp, value: &str) -> Override {
    Override {
        id: id.parse().unwrap(),
        measure: measure.parse().unwrap(),
        keys: keys.parse().unwrap(),
        op,
        value: value.parse().unwrap(),
        reason: "a fair".to_owned(),
        author: "planner".to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
    }
}

fn model() -> Model {
    Model::fit(&observations(|_, area, recipe| {
        [[600, 300, 100], [200, 200, 600]][area][recipe]
    }))
}

fn plain() -> WeekSnapshot {
    let mut week = week();
    week.menu.truncate(3);
    week
}

fn planned(model: &Model, overrides: Vec<Override>) -> WeekDemand {
    let week = WeekSnapshot {
        overrides,
        ..plain()
    };
    model.week(&week, &Constraints::default())
}

fn boxes(demand: &WeekDemand) -> Vec<f64> {
    demand.areas.iter().map(|area| area.boxes).collect()
}

#[track_caller]
fn near(one: f64, other: f64) {
    assert!(
        (one - other).abs() < 1e-6 * other.abs().max(1.0),
        "{one} is not {other}"
    );
}

#[test]
fn a_total_that_is_set_is_split_as_it_was_forecast() {
    let model = model();
    let before = boxes(&planned(&model, Vec::new()));
    let set = planned(
        &model,
        vec![made(
            "O1",
            "volume",
            "week=2026-W40",
            OverrideOp::Set,
            "5000",
        )],
    );
    let after = boxes(&set);
    near(after.iter().sum(), 5000.0);
    near(after[0] / after[1], before[0] / before[1]);
    let told = set.overridden.boxes.unwrap();
    near(told.before, before.iter().sum());
    near(told.after, 5000.0);
    near(
        set.areas[0].deviation,
        planned(&model, Vec::new()).areas[0].deviation,
    );
}

#[test]
fn an_area_that_is_changed_leaves_the_others_alone_and_comes_after_the_total() {
    let model = model();
    let before = boxes(&planned(&model, Vec::new()));
    let total = made("O1", "volume", "week=2026-W40", OverrideOp::Multiply, "1.5");
    let area = made(
        "O2",
        "volume",
        "week=2026-W40;area=A1",
        OverrideOp::Add,
        "-100",
    );
    let both = planned(&model, vec![total, area]);
    let after = boxes(&both);
    near(after[0], 1.5 * before[0]);
    near(after[1], 1.5 * before[1] - 100.0);
    let told: Vec<f64> = both
        .overridden
        .applied
        .iter()
        .map(|(_, told)| told.after)
        .collect();
    near(told[0], 1.5 * before.iter().sum::<f64>());
    near(told[1], 1.5 * before[1] - 100.0);
}

#[test]
fn a_day_that_is_changed_leaves_the_other_days_alone() {
    let model = model();
    let before = planned(&model, Vec::new());
    let keys = "week=2026-W40;date=2026-10-01";
    let after = planned(
        &model,
        vec![made("O1", "volume", keys, OverrideOp::Multiply, "2")],
    );
    for (area, before) in boxes(&before).into_iter().enumerate() {
        // Nothing is known of days, so that each has a seventh.
        let day = before / 7.0;
        near(after.areas[area].boxes, before + day);
        let days = after.areas[area].weekdays.unwrap();
        let share = days[3] / days.iter().sum::<f64>();
        near(share * after.areas[area].boxes, 2.0 * day);
    }
}

#[test]
fn a_share_that_is_set_is_that_of_all_areas_and_tastes_and_proportions_stay() {
    let model = model();
    let before = planned(&model, Vec::new());
    let after = planned(
        &model,
        vec![made("O1", "share", "recipe=R2", OverrideOp::Set, "0.5")],
    );
    let told = after.overridden.shares[2];
    near(told.after, 0.5);
    assert!(told.before < 0.4, "{told:?}");
    let odds = |demand: &WeekDemand, area: usize| {
        let share = demand.areas[area].shares[2];
        share / (1.0 - share)
    };
    near(
        odds(&after, 0) / odds(&before, 0),
        odds(&after, 1) / odds(&before, 1),
    );
    for (before, after) in before.areas.iter().zip(&after.areas) {
        near(
            after.shares[0] / after.shares[1],
            before.shares[0] / before.shares[1],
        );
        near(after.shares.iter().sum(), 1.0);
    }
    let one = planned(
        &model,
        vec![made(
            "O1",
            "share",
            "recipe=R2;area=A0",
            OverrideOp::Set,
            "0",
        )],
    );
    near(one.areas[0].shares[2], 0.0);
    near(one.areas[1].shares[2], before.areas[1].shares[2]);
}

#[test]
fn without_overrides_nothing_is_told() {
    let told = planned(&model(), Vec::new()).overridden;
    assert!(told.applied.is_empty() && told.boxes.is_none() && told.shares.is_empty());
}

#[test]
fn any_overrides_leave_boxes_and_shares_that_can_be() {
    let model = model();
    let keys = prop_oneof![
        Just(("volume", "week=2026-W40")),
        Just(("volume", "area=A0")),
        Just(("volume", "date=2026-10-02;area=A1")),
        Just(("volume", "date=2026-10-02")),
        Just(("share", "recipe=R0")),
        Just(("share", "recipe=R2;area=A1")),
    ];
    let op = prop_oneof![
        Just((OverrideOp::Set, 0, 1000_i32)),
        Just((OverrideOp::Add, -3000, 3000)),
        Just((OverrideOp::Multiply, 0, 30)),
    ];
    let value = op.prop_flat_map(|(op, low, high): (OverrideOp, i32, i32)| (Just(op), low..=high));
    let one = (keys, value).prop_map(
        |((measure, keys), (op, value)): ((&str, &str), (OverrideOp, i32))| {
            let value = if measure == "share" {
                format!("0.{:03}", value.unsigned_abs() % 1000)
            } else {
                value.to_string()
            };
            made("O1", measure, keys, op, &value)
        },
    );
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&proptest::collection::vec(one, 1..5), |overrides| {
            let count = overrides.len();
            let demand = planned(&model, overrides);
            prop_assert!(demand.overridden.applied.len() == count);
            for area in &demand.areas {
                prop_assert!(
                    area.boxes.is_finite() && area.boxes >= -1e-9,
                    "{}",
                    area.boxes
                );
                let sum: f64 = area.shares.iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-9, "{sum}");
                prop_assert!(area.shares.iter().all(|share| (0.0..=1.0).contains(share)));
            }
            Ok(())
        })
        .unwrap();
}
