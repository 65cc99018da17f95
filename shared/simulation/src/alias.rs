use random::Stream;

/// A table that draws from fixed weights in one step (Walker's alias method, Vose's construction).
#[derive(Debug, Clone, Default)]
pub(crate) struct Alias {
    /// For each slot, the chance out of 2^32 of its own outcome, and the outcome it else gives.
    slots: Vec<(u32, u32)>,
}

impl Alias {
    /// Builds the table anew from weights of 0 or more; without any above 0 it draws nothing.
    pub(crate) fn build(&mut self, weights: &[f64], scratch: &mut Vec<f64>) {
        self.slots.clear();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 || !total.is_finite() {
            return;
        }
        let n = weights.len() as f64;
        scratch.clear();
        scratch.extend(weights.iter().map(|weight| weight * n / total));
        self.slots
            .extend((0..weights.len()).map(|own| (u32::MAX, own as u32)));
        let mut small: Vec<usize> = Vec::with_capacity(weights.len());
        let mut large: Vec<usize> = Vec::with_capacity(weights.len());
        for (at, weight) in scratch.iter().enumerate() {
            if *weight < 1.0 {
                small.push(at);
            } else {
                large.push(at);
            }
        }
        while let (Some(low), Some(high)) = (small.pop(), large.last().copied()) {
            self.slots[low] = ((scratch[low] * 4_294_967_296.0) as u32, high as u32);
            scratch[high] -= 1.0 - scratch[low];
            if scratch[high] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        // Left over by rounding alone: a slot without weight must never give its own outcome.
        for low in small {
            if weights[low] <= 0.0 {
                let heaviest =
                    (0..weights.len()).max_by(|a, b| weights[*a].total_cmp(&weights[*b]));
                self.slots[low] = (0, heaviest.unwrap_or(low) as u32);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Draws with 32 random bits.
    #[inline]
    pub(crate) fn pick(&self, bits: u32) -> usize {
        let product = u64::from(bits) * self.slots.len() as u64;
        let (slot, rest) = ((product >> 32) as usize, product as u32);
        let (own, other) = self.slots[slot];
        if rest < own { slot } else { other as usize }
    }

    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> usize {
        self.pick((stream.bits() >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_as_often_as_their_weights_say_and_never_without_weight() {
        let weights = [0.0, 1.0, 2.0, 5.0, 0.0];
        let mut alias = Alias::default();
        alias.build(&weights, &mut Vec::new());
        let mut stream = Stream::new(3, &[]);
        let mut counts = [0.0; 5];
        let n = 400_000;
        for _ in 0..n {
            counts[alias.draw(&mut stream)] += 1.0;
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
        alias.build(&[0.0, 0.0], &mut Vec::new());
        assert!(alias.is_empty());
    }
}
