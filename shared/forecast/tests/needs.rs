//! What kits and boxes need: single cases, and a naive explosion with rational numbers beside it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use dataset::tables::AppliesTo;
use domain::{Decimal, Portions, Unit};
use forecast::{BomLine, Draws, Explosion, ExplosionError, PackagingRule};
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn portions(plates: &[u8]) -> Vec<Portions> {
    plates
        .iter()
        .map(|&plates| plates.try_into().unwrap())
        .collect()
}

/// A line in grams of a product kept in kilograms.
fn grams(recipe: usize, portion: usize, qty: &str, yield_factor: Option<&str>) -> BomLine {
    BomLine {
        recipe,
        portion,
        product: 0,
        qty: decimal(qty),
        from: Unit::Gram,
        to: Unit::Kilogram,
        yield_factor: yield_factor.map(decimal),
    }
}

/// Needs of one draw.
fn needs(explosion: &Explosion, products: usize, kits: &[u32], boxes: u32) -> Vec<i64> {
    let mut out = vec![-1; products];
    explosion
        .needs(
            Draws {
                kits,
                boxes: &[boxes],
            },
            &mut out,
        )
        .unwrap();
    out
}

fn one_product(recipes: usize, plates: &[u8], lines: &[BomLine]) -> Explosion {
    Explosion::new(recipes, &portions(plates), 1, lines, &[]).unwrap()
}

#[test]
fn grams_become_thousandths_of_a_kilogram() {
    let explosion = one_product(
        1,
        &[2, 4],
        &[grams(0, 0, "125", None), grams(0, 1, "240", None)],
    );
    assert_eq!(needs(&explosion, 1, &[10, 3], 0), [10 * 125 + 3 * 240]);
}

#[test]
fn kilograms_become_thousandths_of_a_gram() {
    let line = BomLine {
        from: Unit::Kilogram,
        to: Unit::Gram,
        ..grams(0, 0, "0.5", None)
    };
    assert_eq!(
        needs(&one_product(1, &[2], &[line]), 1, &[3], 0),
        [1_500_000]
    );
}

#[test]
fn yield_divides_and_is_rounded_once_per_recipe_over_all_portion_sizes() {
    // 100 g / 0.95 = 105.263… g: 7 kits need 736.842… g. Two sizes of a recipe are rounded together.
    let both = [
        grams(0, 0, "100", Some("0.95")),
        grams(0, 1, "100", Some("0.95")),
    ];
    assert_eq!(needs(&one_product(1, &[2, 4], &both), 1, &[3, 4], 0), [737]);
    // Two recipes are rounded apart: 315.789… and 421.052….
    let apart = [
        grams(0, 0, "100", Some("0.95")),
        grams(1, 0, "100", Some("0.95")),
    ];
    assert_eq!(
        needs(&one_product(2, &[2], &apart), 1, &[3, 4], 0),
        [316 + 421]
    );
}

#[test]
fn a_half_is_rounded_up() {
    let explosion = one_product(1, &[2], &[grams(0, 0, "0.5", None)]);
    let need = |kits| needs(&explosion, 1, &[kits], 0)[0];
    assert_eq!([need(0), need(1), need(2), need(3)], [0, 1, 1, 2]);
    let third = one_product(1, &[2], &[grams(0, 0, "0.333333", None)]);
    assert_eq!(needs(&third, 1, &[1], 0), [0]);
    assert_eq!(needs(&third, 1, &[2], 0), [1]);
}

#[test]
fn lines_of_one_recipe_size_and_product_add_up_exactly() {
    // 0.4 g twice: 0.8 g a kit, not 0 twice.
    let lines = [grams(0, 0, "0.4", None), grams(0, 0, "0.4", None)];
    assert_eq!(needs(&one_product(1, &[2], &lines), 1, &[1], 0), [1]);
}

#[test]
fn packaging_counts_boxes_kits_and_plates() {
    let rule = |applies_to, product, qty| PackagingRule {
        applies_to,
        product,
        qty: decimal(qty),
    };
    let rules = [
        rule(AppliesTo::Box, 0, "1.5"),
        rule(AppliesTo::Recipe, 1, "1"),
        rule(AppliesTo::Portion, 2, "0.0125"),
        rule(AppliesTo::Portion, 2, "0.0125"),
    ];
    let explosion = Explosion::new(2, &portions(&[2, 4]), 3, &[], &rules).unwrap();
    // 1 + 2 + 3 + 4 kits on 4 × 2 + 6 × 4 = 2·(1 + 3) + 4·(2 + 4) = 32 plates; 400 thousandths, twice.
    assert_eq!(
        needs(&explosion, 3, &[1, 2, 3, 4], 7),
        [10_500, 10_000, 800]
    );
    // 2 plates: 25 thousandths; half up once per rule.
    assert_eq!(needs(&explosion, 3, &[1, 0, 0, 0], 1), [1_500, 1_000, 50]);
}

#[test]
fn what_cannot_be_exploded_says_which_line() {
    let bad = |line: BomLine| {
        Explosion::new(1, &portions(&[2]), 1, &[grams(0, 0, "1", None), line], &[]).unwrap_err()
    };
    let good = grams(0, 0, "1", None);
    assert_eq!(
        bad(BomLine {
            from: Unit::Piece,
            ..good.clone()
        }),
        ExplosionError::Units {
            line: 1,
            from: Unit::Piece,
            to: Unit::Kilogram
        }
    );
    assert_eq!(
        bad(grams(0, 0, "-1", None)),
        ExplosionError::Negative { line: 1 }
    );
    assert_eq!(
        bad(grams(0, 0, "1", Some("0"))),
        ExplosionError::Yield { line: 1 }
    );
    assert_eq!(
        bad(grams(0, 0, "1", Some("1.01"))),
        ExplosionError::Yield { line: 1 }
    );
    assert_eq!(
        bad(grams(1, 0, "1", None)),
        ExplosionError::Place { line: 1 }
    );
    // Six prime yields: their common denominator has 36 digits.
    let primes = [
        "0.999983", "0.999979", "0.999961", "0.999959", "0.999953", "0.999931",
    ];
    let lines = primes.map(|prime| grams(0, 0, "1", Some(prime)));
    assert_eq!(
        Explosion::new(1, &portions(&[2]), 1, &lines, &[]).unwrap_err(),
        ExplosionError::Precision {
            recipe: 0,
            product: 0
        }
    );
    let rules = [PackagingRule {
        applies_to: AppliesTo::Box,
        product: 1,
        qty: Decimal::ONE,
    }];
    assert_eq!(
        Explosion::new(1, &portions(&[2]), 1, &[], &rules).unwrap_err(),
        ExplosionError::Packaging { rule: 0 }
    );
}

#[test]
fn absurd_numbers_do_not_wrap() {
    let billion = BomLine {
        from: Unit::Kilogram,
        ..grams(0, 0, "1000000", None)
    };
    // Each recipe alone is 10^18 thousandths; twenty of them pass 64 bits.
    let lines: Vec<_> = (0..20)
        .map(|recipe| BomLine {
            recipe,
            ..billion.clone()
        })
        .collect();
    let explosion = one_product(20, &[2], &lines);
    let mut kits = [0; 20];
    kits[..9].fill(1_000_000_000);
    assert_eq!(needs(&explosion, 1, &kits, 0), [9_000_000_000_000_000_000]);
    kits.fill(1_000_000_000);
    assert_eq!(needs(&explosion, 1, &kits, 0), [i64::MAX]);
}

#[test]
fn slices_that_do_not_fit_are_refused() {
    let explosion = one_product(1, &[2], &[]);
    let draws = Draws {
        kits: &[1, 2, 3],
        boxes: &[1, 1],
    };
    assert!(
        explosion
            .needs(draws, &mut [0; 2])
            .unwrap_err()
            .to_string()
            .contains("kits")
    );
    let draws = Draws {
        kits: &[1, 2],
        boxes: &[1, 1],
    };
    assert!(
        explosion
            .needs(draws, &mut [0; 1])
            .unwrap_err()
            .to_string()
            .contains("needs")
    );
    let none = Draws {
        kits: &[],
        boxes: &[],
    };
    assert_eq!(explosion.needs(none, &mut []), Ok(()));
}

const RECIPES: usize = 3;
const PRODUCTS: usize = 2;
const PLATES: [u8; 3] = [1, 2, 4];

fn qty() -> impl Strategy<Value = Decimal> {
    // Round ones, as in life, and such as need every lane of the computation.
    prop_oneof![
        (0..400_i64).prop_map(|grams| Decimal::from_millionths(grams * 1_000_000)),
        (0..2_000_000_i64).prop_map(Decimal::from_millionths),
        (0..5_000_000_000_000_i64).prop_map(Decimal::from_millionths),
    ]
}

fn line() -> impl Strategy<Value = BomLine> {
    let units = prop_oneof![
        Just((Unit::Gram, Unit::Kilogram)),
        Just((Unit::Kilogram, Unit::Gram)),
        Just((Unit::Piece, Unit::Piece)),
    ];
    let part = prop_oneof![
        Just(None),
        Just(Some(Decimal::from_millionths(950_000))),
        (800_000..=1_000_000_i64).prop_map(|part| Some(Decimal::from_millionths(part))),
    ];
    (0..RECIPES, 0..PLATES.len(), 0..PRODUCTS, qty(), units, part).prop_map(
        |(recipe, portion, product, qty, (from, to), yield_factor)| BomLine {
            recipe,
            portion,
            product,
            qty,
            from,
            to,
            yield_factor,
        },
    )
}

fn rule() -> impl Strategy<Value = PackagingRule> {
    let counted = prop_oneof![
        Just(AppliesTo::Box),
        Just(AppliesTo::Recipe),
        Just(AppliesTo::Portion)
    ];
    (counted, 0..PRODUCTS, qty()).prop_map(|(applies_to, product, qty)| PackagingRule {
        applies_to,
        product,
        qty,
    })
}

/// over / under, rounded half up.
fn half_up(over: i128, under: i128) -> i128 {
    (2 * over + under).div_euclid(2 * under)
}

/// The same by hand: one draw, one product, recipe by recipe, over one common denominator.
fn naive(lines: &[BomLine], rules: &[PackagingRule], kits: &[u32], boxes: u32, of: usize) -> i128 {
    let mut need = 0;
    for recipe in 0..RECIPES {
        let (mut over, mut under) = (0_i128, 1_i128);
        for line in lines
            .iter()
            .filter(|line| line.product == of && line.recipe == recipe)
        {
            let part = line.yield_factor.unwrap_or(Decimal::ONE);
            let (up, down) = line.from.per(line.to).unwrap();
            let count = i128::from(kits[recipe * PLATES.len() + line.portion]);
            let qty = i128::from(line.qty.millionths()) * i128::from(up) * 1000 * count;
            let below = i128::from(part.millionths()) * i128::from(down);
            (over, under) = (over * below + qty * under, under * below);
        }
        need += half_up(over, under);
    }
    for rule in rules.iter().filter(|rule| rule.product == of) {
        let all = kits.iter().zip(PLATES.iter().cycle());
        let count: i128 = match rule.applies_to {
            AppliesTo::Box => boxes.into(),
            AppliesTo::Recipe => all.map(|(&kits, _)| i128::from(kits)).sum(),
            AppliesTo::Portion => all
                .map(|(&n, &plates)| i128::from(n) * i128::from(plates))
                .sum(),
        };
        need += half_up(i128::from(rule.qty.millionths()) * count, 1000);
    }
    need
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn needs_are_those_of_a_naive_explosion(
        mut lines in prop::collection::vec(line(), 0..9),
        rules in prop::collection::vec(rule(), 0..3),
        draws in 1..140_usize,
        seed in any::<u64>(),
        magnitude in 1..20_u32,
    ) {
        // Two lines of any one recipe and product: the naive denominators have to fit 128 bits too.
        let mut seen = [[0; PRODUCTS]; RECIPES];
        lines.retain(|line| {
            let seen = &mut seen[line.recipe][line.product];
            *seen += 1;
            *seen <= 2
        });
        let mut stream = random::Stream::new(seed, &[]);
        let rows = RECIPES * PLATES.len();
        let kits: Vec<u32> = (0..rows * draws).map(|_| stream.below(1 << magnitude)).collect();
        let boxes: Vec<u32> = (0..draws).map(|_| stream.below(1 << magnitude)).collect();
        let explosion =
            Explosion::new(RECIPES, &portions(&PLATES), PRODUCTS, &lines, &rules).unwrap();
        let mut out = vec![0; PRODUCTS * draws];
        explosion.needs(Draws { kits: &kits, boxes: &boxes }, &mut out).unwrap();
        for draw in 0..draws {
            let of_draw: Vec<u32> = (0..rows).map(|row| kits[row * draws + draw]).collect();
            for product in 0..PRODUCTS {
                prop_assert_eq!(
                    i128::from(out[product * draws + draw]),
                    naive(&lines, &rules, &of_draw, boxes[draw], product)
                );
            }
        }
    }

    #[test]
    fn the_needs_of_single_recipes_sum_to_the_whole(
        lines in prop::collection::vec(line(), 0..12),
        kits in prop::collection::vec(0..1000_u32, RECIPES * PLATES.len()),
    ) {
        let lines: Vec<BomLine> = lines
            .into_iter()
            .map(|line| BomLine { yield_factor: line.yield_factor.map(|_| decimal("0.95")), ..line })
            .collect();
        let explosion = Explosion::new(RECIPES, &portions(&PLATES), PRODUCTS, &lines, &[]).unwrap();
        let mut sum = vec![0; PRODUCTS];
        for recipe in 0..RECIPES {
            let mut alone = vec![0; kits.len()];
            let rows = recipe * PLATES.len()..(recipe + 1) * PLATES.len();
            alone[rows.clone()].copy_from_slice(&kits[rows]);
            for (sum, need) in sum.iter_mut().zip(needs(&explosion, PRODUCTS, &alone, 0)) {
                *sum += need;
            }
        }
        prop_assert_eq!(needs(&explosion, PRODUCTS, &kits, 0), sum);
    }
}
