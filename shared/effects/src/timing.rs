use domain::Timestamp;
use jiff::SignedDuration;

/// How long requests to a system can be on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long an answer is waited for.
    pub client_timeout: SignedDuration,
    /// How long the system works on a request at most, whether somebody waits or not.
    pub system_limit: SignedDuration,
    /// For clocks that differ and for a pause between check and sending.
    pub margin: SignedDuration,
}

impl Timing {
    /// How long a request may still have an effect after it was sent.
    pub fn reach(&self) -> SignedDuration {
        self.client_timeout + self.system_limit + self.margin
    }

    /// How long a lease is taken for: time to search, and the reach of a request after that.
    pub fn lease(&self) -> SignedDuration {
        self.reach() * 2
    }

    /// Whether a request sent now has had its effect before the lease ends.
    pub fn may_send(&self, now: Timestamp, lease_ends: Timestamp) -> bool {
        now.checked_add(self.reach())
            .is_ok_and(|settled| settled <= lease_ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_that_could_arrive_after_the_lease_has_ended() {
        let timing = Timing {
            client_timeout: SignedDuration::from_secs(20),
            system_limit: SignedDuration::from_secs(30),
            margin: SignedDuration::from_secs(10),
        };
        let taken: Timestamp = "2026-11-15T12:00:00Z".parse().unwrap();
        let ends = taken + timing.lease();
        assert_eq!(ends, "2026-11-15T12:02:00Z".parse().unwrap());
        assert!(timing.may_send(taken + SignedDuration::from_secs(60), ends));
        assert!(!timing.may_send(taken + SignedDuration::from_secs(61), ends));
        assert!(!timing.may_send(Timestamp::MAX, Timestamp::MAX));
    }
}
