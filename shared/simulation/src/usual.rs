//! Where a plan sends boxes, as a wish for the states of the world.

use crate::boxes::BoxList;
use crate::classes::{Classes, Kinds};
use crate::week::Simulation;

/// How a plan spreads the boxes of each area, date and set of sites that can make them.
///
/// Of the placements of a state of the world that are equally good, one nearer to this is taken
/// ([`Simulation::draws_near`]), so that the forecast of a site is made of the boxes that the plan sends there.
#[derive(Debug, Default)]
pub struct Usual {
    kinds: Kinds,
    /// By kind, the boxes on each of its routes; the last entry is those without a site.
    splits: Vec<Vec<u64>>,
}

impl Simulation<'_> {
    /// The split of boxes whose bins are these, box by box; `None`: no site has room.
    ///
    /// A box at a bin that none of its routes leads to counts as one without a site.
    pub fn usual(&self, boxes: &BoxList, bins: impl IntoIterator<Item = Option<usize>>) -> Usual {
        let mut classes = Classes::default();
        self.classify(boxes, &mut classes);
        let list = classes.list();
        let mut splits: Vec<Vec<u64>> = list
            .iter()
            .map(|class| vec![0; class.routes.len() + 1])
            .collect();
        for (class, bin) in classes.of_box.iter().zip(bins) {
            let class = *class as usize;
            let routes = &list[class].routes;
            let route = routes.iter().position(|route| Some(route.bin) == bin);
            splits[class][route.unwrap_or(routes.len())] += 1;
        }
        Usual {
            kinds: classes.kinds,
            splits,
        }
    }

    /// Scales the split to the classes' boxes. Classes that the plan does not have get no wish.
    pub(crate) fn scale(&self, usual: &Usual, classes: &Classes, wishes: &mut Wishes) {
        wishes.boxes.clear();
        for (kind, class) in classes.kinds.list.iter().zip(classes.list()) {
            let start = wishes.boxes.len();
            wishes.boxes.resize(start + class.routes.len() + 1, 0);
            let kitchens = &self.areas[usize::from(kind.area)].kitchens;
            if let Some(place) = usual.kinds.find(kitchens, *kind) {
                let split = &usual.splits[place as usize];
                wishes.remainders.clear();
                scale(
                    split,
                    class.boxes,
                    &mut wishes.boxes[start..],
                    &mut wishes.remainders,
                );
            }
        }
    }
}

/// Usual boxes by class and route, scaled to a state of the world; memory that one thread uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    /// The last of each class's is to no site.
    pub(crate) boxes: Vec<u64>,
    /// Remainder and place of a class's routes.
    remainders: Vec<(u64, usize)>,
}

/// Spreads boxes as a split says: whole boxes, the largest remainders first.
fn scale(split: &[u64], boxes: u64, wishes: &mut [u64], remainders: &mut Vec<(u64, usize)>) {
    let all: u64 = split.iter().sum();
    // Most classes go to one site.
    if let Some(place) = split.iter().position(|part| *part == all) {
        wishes[place] = boxes;
        return;
    }
    let mut left = boxes;
    for (place, (wish, part)) in wishes.iter_mut().zip(split).enumerate() {
        *wish = boxes * part / all;
        left -= *wish;
        remainders.push((boxes * part % all, place));
    }
    remainders.sort_unstable_by_key(|(remainder, place)| (std::cmp::Reverse(*remainder), *place));
    for (_, place) in remainders.iter().take(left as usize) {
        wishes[*place] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_is_scaled_to_whole_boxes_the_largest_remainders_first() {
        let scaled = |split: [u64; 3], boxes| {
            let mut wishes = [0; 3];
            scale(&split, boxes, &mut wishes, &mut Vec::new());
            wishes
        };
        // 20/7, 40/7 and 10/7: 2, 5, 1 and two more for the remainders 6/7 and 5/7.
        assert_eq!(scaled([2, 4, 1], 10), [3, 6, 1]);
        assert_eq!(scaled([0, 9, 0], 4), [0, 4, 0]);
        assert_eq!(scaled([1, 1, 1], 1), [1, 0, 0]);
    }
}
