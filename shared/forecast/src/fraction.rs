//! Exact fractions while an explosion is built.

/// A fraction of whole numbers, not negative and in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub(crate) over: i128,
    pub(crate) under: i128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { over: 0, under: 1 };

    /// `over` / `under`; `under` must be above zero.
    pub(crate) fn new(over: i128, under: i128) -> Self {
        let common = gcd(over, under);
        Self {
            over: over / common,
            under: under / common,
        }
    }

    /// The sum, `None` when it does not fit.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let common = lcm(self.under, other.under)?;
        let over = self.over.checked_mul(common / self.under)?;
        let more = other.over.checked_mul(common / other.under)?;
        Some(Self::new(over.checked_add(more)?, common))
    }
}

/// Greatest common divisor of two numbers that are not negative; 1 where both are zero.
pub(crate) fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// Least common multiple of two numbers above zero, `None` when it does not fit.
pub(crate) fn lcm(a: i128, b: i128) -> Option<i128> {
    (a / gcd(a, b)).checked_mul(b)
}
