use random::Stream;

/// A table that draws from fixed weights in one step (Walker's alias method, Vose's construction).
#[derive(Debug, Clone, Default)]
pub(crate) struct Alias {
    slots: Vec<Slot>,
}

/// One of as many equally likely slots as there are outcomes.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Chance out of 2^32 of the slot's own outcome.
    own: u32,
    /// Its own and the one it else gives.
    outcomes: [u32; 2],
}

/// Memory for building tables that is used again and again.
#[derive(Debug, Default)]
pub(crate) struct AliasScratch {
    scaled: Vec<f64>,
    small: Vec<u32>,
    large: Vec<u32>,
}

impl Alias {
    /// Builds the table anew from weights of 0 or more; without any above 0 it draws nothing.
    pub(crate) fn build(&mut self, weights: &[f64], scratch: &mut AliasScratch) {
        self.slots.clear();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 || !total.is_finite() {
            return;
        }
        let AliasScratch {
            scaled,
            small,
            large,
        } = scratch;
        let scale = weights.len() as f64 / total;
        scaled.clear();
        small.clear();
        large.clear();
        for (weight, at) in weights.iter().zip(0..) {
            let weight = weight * scale;
            scaled.push(weight);
            if weight < 1.0 {
                small.push(at);
            } else {
                large.push(at);
            }
            self.slots.push(Slot {
                own: u32::MAX,
                outcomes: [at, at],
            });
        }
        while let (Some(low), Some(high)) = (small.pop(), large.last().copied()) {
            let chance = scaled[low as usize];
            self.slots[low as usize] = Slot {
                own: (chance * 4_294_967_296.0) as u32,
                outcomes: [low, high],
            };
            let left = &mut scaled[high as usize];
            *left -= 1.0 - chance;
            if *left < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        // Left over by rounding alone: a slot without weight must never give its own outcome.
        for low in small.drain(..) {
            if weights[low as usize] <= 0.0 {
                let heaviest = (0..).zip(weights).max_by(|a, b| a.1.total_cmp(b.1));
                self.slots[low as usize] = Slot {
                    own: 0,
                    outcomes: [low, heaviest.map_or(low, |(at, _)| at)],
                };
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Draws with 32 random bits.
    #[inline]
    pub(crate) fn pick(&self, bits: u32) -> u32 {
        let product = u64::from(bits) * self.slots.len() as u64;
        let (slot, rest) = ((product >> 32) as usize, product as u32);
        let Slot { own, outcomes } = self.slots[slot];
        // A look-up, because a branch would be guessed wrong half of the time.
        outcomes[usize::from(rest >= own)]
    }
}

/// 32 random bits after the other, two from each word of a stream.
#[derive(Debug)]
pub(crate) struct Halves {
    stream: Stream,
    spare: Option<u32>,
}

impl Halves {
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream,
            spare: None,
        }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u32 {
        match self.spare.take() {
            Some(half) => half,
            None => {
                let bits = self.stream.bits();
                self.spare = Some(bits as u32);
                (bits >> 32) as u32
            }
        }
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.stream.uniform()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_as_often_as_their_weights_say_and_never_without_weight() {
        let weights = [0.0, 1.0, 2.0, 5.0, 0.0];
        let mut alias = Alias::default();
        alias.build(&weights, &mut AliasScratch::default());
        let mut halves = Halves::new(Stream::new(3, &[]));
        let mut counts = [0.0; 5];
        let n = 400_000;
        for _ in 0..n {
            counts[alias.pick(halves.next()) as usize] += 1.0;
        }
        for (count, weight) in counts.iter().zip(weights) {
            let expected = f64::from(n) * weight / 8.0;
            // Five standard errors: fails by chance less than once in a million.
            assert!(
                (count - expected).abs() <= 5.0 * expected.sqrt(),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn no_weight_at_all_is_an_empty_table() {
        let mut alias = Alias::default();
        alias.build(&[0.0, 0.0], &mut AliasScratch::default());
        assert!(alias.is_empty());
    }
}
