//! The bill of materials of one week, ready to be multiplied with draws.

use std::ops::Range;

use domain::{Decimal, Portions, Unit};

use crate::fraction::Fraction;
use crate::packaging::{Counts, PackagingRule};
use crate::term::{Term, Weights};

/// One line of a bill of materials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomLine {
    /// The recipe's position.
    pub recipe: usize,
    /// The portion size's position.
    pub portion: usize,
    /// The product's position.
    pub product: usize,
    /// Quantity in one kit, in unit `from`; not negative.
    pub qty: Decimal,
    /// The unit of `qty`.
    pub from: Unit,
    /// The product's own unit.
    pub to: Unit,
    /// The share of the product that ends up in the kit, above 0 and up to 1; `None` for all of it.
    pub yield_factor: Option<Decimal>,
}

/// Why a bill of materials cannot be exploded. Lines and rules are named by their positions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExplosionError {
    /// The line's unit does not convert to the product's.
    #[error("line {line}: {from} does not convert to {to}")]
    Units {
        /// The line.
        line: usize,
        /// Its unit.
        from: Unit,
        /// The product's unit.
        to: Unit,
    },
    /// The line's quantity is negative.
    #[error("line {line}: the quantity is negative")]
    Negative {
        /// The line.
        line: usize,
    },
    /// The line's yield is not above 0 and up to 1.
    #[error("line {line}: the yield is not above 0 and up to 1")]
    Yield {
        /// The line.
        line: usize,
    },
    /// The line names a recipe, portion size or product that there is none of.
    #[error("line {line}: the recipe, portion size or product does not exist")]
    Place {
        /// The line.
        line: usize,
    },
    /// The recipe's quantities of the product have no common measure that fits 90 bits.
    #[error("recipe {recipe}, product {product}: the quantities cannot be computed exactly")]
    Precision {
        /// The recipe.
        recipe: usize,
        /// The product.
        product: usize,
    },
    /// The packaging rule's quantity is negative, or its product does not exist.
    #[error("packaging rule {rule}: the quantity is negative or the product does not exist")]
    Packaging {
        /// The rule.
        rule: usize,
    },
}

/// A slice is not as long as the explosion and the number of draws say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: expected {expected} numbers, got {got}")]
pub struct WrongLength {
    what: &'static str,
    expected: usize,
    got: usize,
}

/// What the simulator drew for one site and day.
#[derive(Debug, Clone, Copy)]
pub struct Draws<'a> {
    /// Kits by recipe, portion size and draw, the draws side by side.
    pub kits: &'a [u32],
    /// Boxes per draw; as many as there are draws.
    pub boxes: &'a [u32],
}

/// The products that kits and boxes of a week need.
#[derive(Debug, Clone)]
pub struct Explosion {
    recipes: usize,
    plates: Vec<u8>,
    /// Each product's terms, the wide ones last.
    products: Vec<Range<usize>>,
    terms: Vec<Term>,
    weights: Weights,
    packaging: Vec<PackagingRule>,
}

impl Explosion {
    /// Reduces the lines to integers. Lines of one recipe, portion size and product add up exactly.
    ///
    /// # Errors
    /// [`ExplosionError`] for the first line, recipe or rule that cannot be used.
    pub fn new(
        recipes: usize,
        portions: &[Portions],
        products: usize,
        lines: &[BomLine],
        packaging: &[PackagingRule],
    ) -> Result<Self, ExplosionError> {
        for (rule, PackagingRule { product, qty, .. }) in packaging.iter().enumerate() {
            if *product >= products || *qty < Decimal::ZERO {
                return Err(ExplosionError::Packaging { rule });
            }
        }
        let mut parts = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            if line.recipe >= recipes || line.portion >= portions.len() || line.product >= products
            {
                return Err(ExplosionError::Place { line: at });
            }
            parts.push(((line.product, line.recipe), line.portion, line.per_kit(at)?));
        }
        parts.sort_by_key(|&(pair, ..)| pair);
        let mut explosion = Self {
            recipes,
            plates: portions.iter().map(|portions| portions.get()).collect(),
            products: Vec::with_capacity(products),
            terms: Vec::new(),
            weights: Weights::default(),
            packaging: packaging.to_vec(),
        };
        let mut pairs = parts
            .chunk_by(|(one, ..), (other, ..)| one == other)
            .peekable();
        for product in 0..products {
            let start = explosion.terms.len();
            let mut room = i128::from(i64::MAX);
            while let Some(pair) = pairs.next_if(|pair| pair[0].0.0 == product) {
                explosion.add_term(pair, &mut room)?;
            }
            explosion.terms[start..].sort_by_key(Term::is_wide);
            explosion.products.push(start..explosion.terms.len());
        }
        Ok(explosion)
    }

    fn add_term(
        &mut self,
        pair: &[((usize, usize), usize, Fraction)],
        room: &mut i128,
    ) -> Result<(), ExplosionError> {
        let (product, recipe) = pair[0].0;
        let too_fine = ExplosionError::Precision { recipe, product };
        let mut per_kit = vec![Fraction::ZERO; self.plates.len()];
        for &(_, portion, part) in pair {
            per_kit[portion] = per_kit[portion]
                .plus(part)
                .ok_or_else(|| too_fine.clone())?;
        }
        let row = recipe * self.plates.len();
        let term = Term::new(row, &per_kit, &mut self.weights, room).ok_or(too_fine)?;
        self.terms.push(term);
        Ok(())
    }

    /// The need of every product in every draw at one site on one day, in 1/1000 of the product's unit.
    ///
    /// Each recipe's need is rounded half up once; packaging once per rule. `out` is by product and draw, the draws
    /// side by side. A need that passes 64 bits stays at the highest number.
    ///
    /// # Errors
    /// [`WrongLength`] when kits or `out` do not fit the number of draws.
    pub fn needs(&self, draws: Draws<'_>, out: &mut [i64]) -> Result<(), WrongLength> {
        let count = draws.boxes.len();
        let rows = self.recipes * self.plates.len();
        WrongLength::check("kits", rows * count, draws.kits.len())?;
        WrongLength::check("needs", self.products.len() * count, out.len())?;
        if count == 0 {
            return Ok(());
        }
        for (terms, sums) in self.products.iter().zip(out.chunks_exact_mut(count)) {
            sums.fill(0);
            for term in &self.terms[terms.clone()] {
                term.add(&self.weights, draws.kits, sums);
            }
        }
        if !self.packaging.is_empty() {
            let counts = Counts::new(draws.boxes, draws.kits, &self.plates);
            for rule in &self.packaging {
                let start = rule.product * count;
                rule.add(&counts, &mut out[start..start + count]);
            }
        }
        Ok(())
    }
}

impl WrongLength {
    fn check(what: &'static str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got {
            Ok(())
        } else {
            Err(Self {
                what,
                expected,
                got,
            })
        }
    }
}

impl BomLine {
    /// What one kit needs, in 1/1000 of the product's unit.
    fn per_kit(&self, line: usize) -> Result<Fraction, ExplosionError> {
        let (from, to) = (self.from, self.to);
        let (over, under) = from
            .per(to)
            .ok_or(ExplosionError::Units { line, from, to })?;
        let part = self.yield_factor.unwrap_or(Decimal::ONE);
        if part <= Decimal::ZERO || part > Decimal::ONE {
            return Err(ExplosionError::Yield { line });
        }
        if self.qty < Decimal::ZERO {
            return Err(ExplosionError::Negative { line });
        }
        // Quantity and yield are both in millionths, which cancel; 1000 makes thousandths.
        Ok(Fraction::new(
            i128::from(self.qty.millionths()) * i128::from(over) * 1000,
            i128::from(part.millionths()) * i128::from(under),
        ))
    }
}
