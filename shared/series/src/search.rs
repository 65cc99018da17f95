//! Minima of smooth functions of one or a few bounded parameters, in a fixed number of steps.
//!
//! Fixed, so that a fit takes the same time and the same path on every machine. A coarse grid first, because one-step
//! errors as a function of a smoothing parameter can have more than one valley.

/// Points of the grid that [`valley`] looks at first.
const GRID: usize = 24;
/// Golden sections after it: the bracket shrinks by 0.618 each time, to a millionth of the range.
const SECTIONS: usize = 24;
/// 1 / golden ratio.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Where `loss` is least between `low` and `high`, and how much it is there.
pub(crate) fn valley(low: f64, high: f64, mut loss: impl FnMut(f64) -> f64) -> (f64, f64) {
    let step = (high - low) / (GRID - 1) as f64;
    let mut best = (low, f64::INFINITY);
    let mut look = |at: f64| {
        let value = loss(at);
        if value < best.1 {
            best = (at, value);
        }
        (value, best.0)
    };
    let mut middle = low;
    for place in 0..GRID {
        middle = look(low + step * place as f64).1;
    }
    let (mut from, mut to) = ((middle - step).max(low), (middle + step).min(high));
    let mut left = to - GOLDEN * (to - from);
    let mut right = from + GOLDEN * (to - from);
    let (mut at_left, mut at_right) = (look(left).0, look(right).0);
    for _ in 0..SECTIONS {
        if at_left <= at_right {
            (to, right, at_right) = (right, left, at_left);
            left = to - GOLDEN * (to - from);
            at_left = look(left).0;
        } else {
            (from, left, at_left) = (left, right, at_right);
            right = from + GOLDEN * (to - from);
            at_right = look(right).0;
        }
    }
    best
}

/// A box that parameters stay in: least and greatest of each.
pub(crate) type Bounds<const N: usize> = [(f64, f64); N];

/// The best of a grid (the points of each parameter given) and then `steps` steps of Nelder and Mead's simplex
/// (Computer Journal 7, 1965) from there; points outside the box are moved to its side.
pub(crate) fn descend<const N: usize>(
    grid: &[&[f64]; N],
    bounds: &Bounds<N>,
    steps: usize,
    mut loss: impl FnMut(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let start = best_of_grid(grid, &mut loss);
    let mut simplex = vec![start];
    for (axis, (low, high)) in bounds.iter().enumerate() {
        let mut point = start.0;
        let step = 0.1 * (high - low);
        let outward = point[axis] + step;
        point[axis] = if outward <= *high {
            outward
        } else {
            point[axis] - step
        };
        simplex.push((point, loss(&point)));
    }
    for _ in 0..steps {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (simplex[0], simplex[N]);
        let second_worst = simplex[N - 1].1;
        let mut centre = [0.0; N];
        for (point, _) in simplex.iter().take(N) {
            centre.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        centre.iter_mut().for_each(|sum| *sum /= N as f64);
        // A point on the line from the worst through the centre of the others; 1 mirrors the worst.
        let mut along = |distance: f64| {
            let mut point = centre;
            for ((x, from), (low, high)) in point.iter_mut().zip(worst.0).zip(bounds) {
                *x = (*x + distance * (*x - from)).clamp(*low, *high);
            }
            (point, loss(&point))
        };
        let mirrored = along(1.0);
        let replacement = if mirrored.1 < best.1 {
            let further = along(2.0);
            Some(if further.1 < mirrored.1 {
                further
            } else {
                mirrored
            })
        } else if mirrored.1 < second_worst {
            Some(mirrored)
        } else {
            let nearer = along(if mirrored.1 < worst.1 { 0.5 } else { -0.5 });
            (nearer.1 < worst.1.min(mirrored.1)).then_some(nearer)
        };
        if let Some(point) = replacement {
            simplex[N] = point;
        } else {
            for vertex in simplex.iter_mut().skip(1) {
                let shrink = |(x, best): (&f64, f64)| f64::midpoint(*x, best);
                let mut point = [0.0; N];
                let halved = vertex.0.iter().zip(best.0).map(shrink);
                point.iter_mut().zip(halved).for_each(|(x, half)| *x = half);
                *vertex = (point, loss(&point));
            }
        }
    }
    simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
    simplex[0]
}

fn best_of_grid<const N: usize>(
    grid: &[&[f64]; N],
    loss: &mut impl FnMut(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let points: usize = grid.iter().map(|axis| axis.len()).product();
    let mut best = ([0.0; N], f64::INFINITY);
    for place in 0..points {
        let mut rest = place;
        let mut point = [0.0; N];
        for (x, axis) in point.iter_mut().zip(grid) {
            *x = axis[rest % axis.len()];
            rest /= axis.len();
        }
        let value = loss(&point);
        if place == 0 || value < best.1 {
            best = (point, value);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deeper_of_two_valleys_is_found() {
        // Valleys at 0.2 (depth 0) and 0.8 (depth -0.1).
        let loss = |x: f64| {
            let (a, b) = (x - 0.2, x - 0.8);
            (10.0 * a * a).min(10.0 * b * b - 0.1)
        };
        let (at, depth) = valley(0.0, 1.0, loss);
        assert!((at - 0.8).abs() < 1e-5, "{at}");
        assert!((depth + 0.1).abs() < 1e-9, "{depth}");
    }

    #[test]
    fn a_valley_on_the_border_is_found() {
        assert_eq!(valley(0.0, 1.0, |x| x).0.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_simplex_walks_down_a_curved_valley() {
        // Rosenbrock's function, least at (1, 1).
        let loss = |point: &[f64; 2]| {
            let [x, y] = *point;
            let (a, b) = (1.0 - x, y - x * x);
            a * a + 100.0 * b * b
        };
        let grid: [&[f64]; 2] = [&[-1.5, 0.5], &[-1.5, 0.5]];
        let ([x, y], depth) = descend(&grid, &[(-2.0, 2.0), (-2.0, 2.0)], 150, loss);
        assert!((x - 1.0).abs() < 1e-3 && (y - 1.0).abs() < 1e-3, "{x} {y}");
        assert!(depth < 1e-6, "{depth}");
    }

    #[test]
    fn a_simplex_stays_in_its_box() {
        let grid: [&[f64]; 2] = [&[0.5], &[0.5]];
        let bounds = [(0.0, 1.0), (0.0, 1.0)];
        let ([x, y], _) = descend(&grid, &bounds, 60, |[x, y]| (x - 3.0) * (x - 3.0) - y);
        assert!((x - 1.0).abs() < 1e-6 && (y - 1.0).abs() < 1e-6, "{x} {y}");
    }
}
