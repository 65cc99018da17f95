//! An enumeration of faults with their names, and how often each was met; every package of seeds has faults of its own.

/// Declares `Fault` and `Counts`.
macro_rules! faults {
    ($($(#[doc = $doc:literal])* $fault:ident = $name:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Fault {$($(#[doc = $doc])* $fault,)*}

        impl Fault {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$fault),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {$(Self::$fault => $name,)*}
            }
        }

        /// How often each fault was met.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub(crate) struct Counts([u64; Fault::ALL.len()]);

        impl Counts {
            pub(crate) fn add(&mut self, fault: Fault) {
                self.0[fault as usize] += 1;
            }

            pub(crate) fn add_all(&mut self, others: &Self) {
                for (count, other) in self.0.iter_mut().zip(&others.0) {
                    *count += other;
                }
            }

            pub(crate) fn of(&self, fault: Fault) -> u64 {
                self.0[fault as usize]
            }

            pub(crate) fn all(&self) -> u64 {
                self.0.iter().sum()
            }
        }
    };
}
