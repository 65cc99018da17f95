//! What a breaker keeps to, whoever comes, tells or dies in whatever order.

use domain::Timestamp;
use jiff::SignedDuration;
use ledger::breaker::{Admission, Health, Policy, State};
use proptest::prelude::*;

const POLICY: Policy = Policy {
    failures: 3,
    pause: SignedDuration::from_secs(30),
    longest: SignedDuration::from_secs(100),
    canary: SignedDuration::from_secs(50),
};

#[derive(Debug, Clone, Copy)]
enum Act {
    Ask,
    Tell(Health),
}

fn acts() -> impl Strategy<Value = Vec<(Act, u8, i64)>> {
    let act = prop_oneof![
        3 => Just(Act::Ask),
        1 => Just(Act::Tell(Health::Well)),
        3 => Just(Act::Tell(Health::Ill)),
        1 => Just(Act::Tell(Health::Unsure)),
    ];
    prop::collection::vec((act, 0..3_u8, 0..40_i64), 1..200)
}

proptest! {
    #[test]
    fn there_is_one_canary_at_a_time_and_no_wait_is_longer_than_the_policy_says(acts in acts()) {
        let mut state = State::default();
        let mut now = Timestamp::UNIX_EPOCH;
        // Who is the canary, and until when nobody else may be.
        let mut canary: Option<(String, Timestamp)> = None;
        for (act, who, seconds) in acts {
            now += SignedDuration::from_secs(seconds);
            let who = format!("call-{who}");
            match act {
                Act::Ask => {
                    let (next, admission) = state.admit(&POLICY, &who, now);
                    match admission {
                        Admission::Canary => {
                            if let Some((other, until)) = &canary && *other != who {
                                prop_assert!(*until <= now, "{other} and {who} are canaries");
                            }
                            if canary.as_ref().is_none_or(|(other, until)| *other != who || *until <= now) {
                                canary = Some((who, now + POLICY.canary));
                            }
                        }
                        Admission::Go { .. } => {
                            prop_assert!(matches!(state, State::Closed { .. }), "{state:?} let {who} through");
                        }
                        Admission::Wait { until, .. } => {
                            prop_assert!(until >= now && until <= now + POLICY.longest, "{until}");
                        }
                    }
                    state = next;
                }
                Act::Tell(health) => {
                    let before = state.clone();
                    state = state.told(&POLICY, &who, health, now);
                    let decides = match &before {
                        State::Closed { .. } => true,
                        State::Open { .. } => false,
                        State::HalfOpen { canary, .. } => *canary == who,
                    };
                    prop_assert!(decides || state == before, "{who} moved {before:?} to {state:?}");
                    if matches!(before, State::HalfOpen { .. }) && decides {
                        canary = None;
                    }
                }
            }
        }
    }

    #[test]
    fn a_system_that_serves_again_is_let_through_by_its_first_canary(acts in acts()) {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut state = State::default();
        for (act, who, seconds) in acts {
            now += SignedDuration::from_secs(seconds);
            let who = format!("call-{who}");
            state = match act {
                Act::Ask => state.admit(&POLICY, &who, now).0,
                Act::Tell(health) => state.told(&POLICY, &who, health, now),
            };
        }
        now += POLICY.longest;
        let (state, _) = state.admit(&POLICY, "last", now);
        let state = state.told(&POLICY, "last", Health::Well, now);
        prop_assert_eq!(state.admission("last", now), Admission::Go { failures: 0 });
    }
}

#[test]
fn a_state_is_kept_as_it_reads() {
    let open = State::Open {
        until: Timestamp::UNIX_EPOCH,
        pause: 30,
    };
    let written = serde_json::to_string(&open).unwrap();
    assert_eq!(
        written,
        r#"{"state":"open","until":"1970-01-01T00:00:00Z","pause":30}"#
    );
    assert_eq!(serde_json::from_str::<State>(&written).unwrap(), open);
}
