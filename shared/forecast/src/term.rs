//! One recipe's need of one product, reduced to integers.

use std::ops::Range;

use crate::fraction::{Fraction, gcd, lcm};

/// Draws that are worked on at once: small enough for the registers' neighbourhood, long enough for vector units.
pub(crate) const BLOCK: usize = 64;

/// Need = (Σ weight × kits) / divisor, rounded half up.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// The recipe's first row of kits.
    pub(crate) row: usize,
    /// The weights' place among those of all terms of their lane.
    weights: Range<usize>,
    lane: Lane,
}

/// How a term is computed.
#[derive(Debug, Clone, Copy)]
enum Lane {
    /// The divisor is 1, as for most lines without a yield.
    Whole,
    /// 64-bit sums and a multiplication in place of the division.
    Narrow { half: u64, reciprocal: u64 },
    /// 64-bit sums and a division.
    Divided { half: u64, divisor: u64 },
    /// Whatever does not fit, in 128 bits.
    Wide { divisor: u128 },
}

/// Weights per portion size, of all terms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    narrow: Vec<u32>,
    wide: Vec<u128>,
}

/// Bound of weights and divisor in the narrow lanes: with any number of kits, sums stay below 2^63.
const NARROW: i128 = 1 << 31;

/// Bound of weights and divisor in the wide lane: sums over 12 portion sizes stay below 2^127.
const WIDE: i128 = 1 << 90;

impl Term {
    /// Reduces one fraction per portion size; `None` when a weight or the divisor does not fit.
    ///
    /// `room` is what a sum may still grow by before it could pass 64 bits, whatever the number of kits; terms
    /// without room become wide ones, which never wrap and must come after all others.
    pub(crate) fn new(
        row: usize,
        per_kit: &[Fraction],
        weights: &mut Weights,
        room: &mut i128,
    ) -> Option<Self> {
        let mut divisor = 1;
        for part in per_kit {
            divisor = lcm(divisor, part.under)?;
        }
        let mut common = divisor;
        let mut whole: Vec<i128> = Vec::with_capacity(per_kit.len());
        for part in per_kit {
            let weight = part.over.checked_mul(divisor / part.under)?;
            common = gcd(weight, common);
            whole.push(weight);
        }
        let divisor = divisor / common;
        whole.iter_mut().for_each(|weight| *weight /= common);
        if divisor > WIDE || whole.iter().any(|&weight| weight > WIDE) {
            return None;
        }
        let sum = whole.iter().sum::<i128>() + divisor;
        let largest = (sum << 32) / divisor + 1;
        if sum >= NARROW || largest > *room {
            let start = weights.wide.len();
            weights
                .wide
                .extend(whole.iter().map(|weight| weight.unsigned_abs()));
            let weights = start..weights.wide.len();
            return Some(Self {
                row,
                weights,
                lane: Lane::Wide {
                    divisor: divisor.unsigned_abs(),
                },
            });
        }
        *room -= largest;
        let start = weights.narrow.len();
        weights
            .narrow
            .extend(whole.iter().map(|&weight| weight as u32));
        let lane = Lane::narrow(sum as u64, divisor as u64);
        Some(Self {
            row,
            weights: start..weights.narrow.len(),
            lane,
        })
    }

    /// Whether the term is one of those that come last.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self.lane, Lane::Wide { .. })
    }

    /// Adds the need in every draw to `sums`. `kits` has one row of draws per recipe and portion size.
    pub(crate) fn add(&self, weights: &Weights, kits: &[u32], sums: &mut [i64]) {
        let draws = sums.len();
        for (block, sums) in sums.chunks_mut(BLOCK).enumerate() {
            let length = sums.len();
            let kits_of = |portion: usize| {
                let start = (self.row + portion) * draws + block * BLOCK;
                &kits[start..start + length]
            };
            match self.lane {
                Lane::Whole => {
                    let total = self.total(weights, 0, kits_of);
                    add(sums, &total, |total| total);
                }
                Lane::Narrow { half, reciprocal } => {
                    let total = self.total(weights, half, kits_of);
                    add(sums, &total, |total| {
                        ((u128::from(total) * u128::from(reciprocal)) >> 64) as u64
                    });
                }
                Lane::Divided { half, divisor } => {
                    let total = self.total(weights, half, kits_of);
                    add(sums, &total, |total| total / divisor);
                }
                Lane::Wide { divisor } => {
                    let weights = &weights.wide[self.weights.clone()];
                    for (at, sum) in sums.iter_mut().enumerate() {
                        let total = weights
                            .iter()
                            .enumerate()
                            .map(|(portion, &weight)| weight * u128::from(kits_of(portion)[at]));
                        let need = (total.sum::<u128>() + divisor / 2) / divisor;
                        *sum = sum.saturating_add(i64::try_from(need).unwrap_or(i64::MAX));
                    }
                }
            }
        }
    }

    /// `start` + Σ weight × kits, for each draw of a block.
    fn total<'a>(
        &self,
        weights: &Weights,
        start: u64,
        kits_of: impl Fn(usize) -> &'a [u32],
    ) -> [u64; BLOCK] {
        let mut total = [start; BLOCK];
        let weights = &weights.narrow[self.weights.clone()];
        for (portion, &weight) in weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight > 0)
        {
            for (total, &kits) in total.iter_mut().zip(kits_of(portion)) {
                *total += u64::from(weight) * u64::from(kits);
            }
        }
        total
    }
}

impl Lane {
    /// The quickest way to divide totals of up to `sum` × 2^32.
    fn narrow(sum: u64, divisor: u64) -> Self {
        let half = divisor / 2;
        if divisor == 1 {
            Self::Whole
        } else if sum * divisor < 1 << 32 {
            // n / d is the upper half of n × (⌊2^64 / d⌋ + 1) as long as n × d < 2^64 (Granlund and Montgomery 1994).
            Self::Narrow {
                half,
                reciprocal: u64::MAX / divisor + 1,
            }
        } else {
            Self::Divided { half, divisor }
        }
    }
}

#[inline]
fn add(sums: &mut [i64], totals: &[u64; BLOCK], need: impl Fn(u64) -> u64) {
    for (sum, &total) in sums.iter_mut().zip(totals) {
        *sum += need(total).cast_signed();
    }
}
