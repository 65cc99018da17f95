use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A unit of measure: UN/ECE Recommendation 20 codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Unit {
    /// Piece (`H87`; `EA`, each, is read as the same).
    #[serde(rename = "H87")]
    Piece,
    /// Kilogram (`KGM`).
    #[serde(rename = "KGM")]
    Kilogram,
    /// Gram (`GRM`).
    #[serde(rename = "GRM")]
    Gram,
    /// Litre (`LTR`).
    #[serde(rename = "LTR")]
    Litre,
    /// Millilitre (`MLT`).
    #[serde(rename = "MLT")]
    Millilitre,
}

/// The code is not one of the units known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a unit: H87, EA, KGM, GRM, LTR or MLT")]
pub struct UnknownUnit;

impl Unit {
    /// How many of `base` one of this unit is, as a fraction `(numerator, denominator)`; `None` where the two
    /// measure different things.
    pub const fn per(self, base: Self) -> Option<(i64, i64)> {
        match (self, base) {
            (Self::Piece, Self::Piece)
            | (Self::Kilogram, Self::Kilogram)
            | (Self::Gram, Self::Gram)
            | (Self::Litre, Self::Litre)
            | (Self::Millilitre, Self::Millilitre) => Some((1, 1)),
            (Self::Kilogram, Self::Gram) | (Self::Litre, Self::Millilitre) => Some((1000, 1)),
            (Self::Gram, Self::Kilogram) | (Self::Millilitre, Self::Litre) => Some((1, 1000)),
            _ => None,
        }
    }

    /// Whether the unit measures mass.
    pub const fn is_mass(self) -> bool {
        matches!(self, Self::Kilogram | Self::Gram)
    }

    /// The code of Recommendation 20.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Piece => "H87",
            Self::Kilogram => "KGM",
            Self::Gram => "GRM",
            Self::Litre => "LTR",
            Self::Millilitre => "MLT",
        }
    }

    /// The unit as people write it.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Piece => "pcs",
            Self::Kilogram => "kg",
            Self::Gram => "g",
            Self::Litre => "l",
            Self::Millilitre => "ml",
        }
    }
}

impl FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Ok(match code {
            "H87" | "EA" => Self::Piece,
            "KGM" => Self::Kilogram,
            "GRM" => Self::Gram,
            "LTR" => Self::Litre,
            "MLT" => Self::Millilitre,
            _ => return Err(UnknownUnit),
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mass_converts_to_mass_and_to_nothing_else() {
        assert_eq!(Unit::Kilogram.per(Unit::Gram), Some((1000, 1)));
        assert_eq!(Unit::Gram.per(Unit::Kilogram), Some((1, 1000)));
        assert_eq!(Unit::Gram.per(Unit::Litre), None);
        assert_eq!("EA".parse::<Unit>(), Ok(Unit::Piece));
    }
}
