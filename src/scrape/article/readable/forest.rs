//! Decision trees whose weights are constants: the learned judge of blocks.

/// One node: where `feature` is at most `threshold` (or absent and `absent_left`)
/// go left, else right. A leaf has the feature [`LEAF`] and its value as threshold.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Index of the number looked at.
    pub feature: u8,
    /// Absent numbers go left.
    pub absent_left: bool,
    /// Border, or a leaf's value.
    pub threshold: f32,
    /// Right child; the left one follows its parent.
    pub right: u16,
}

/// Marks a leaf.
pub const LEAF: u8 = u8::MAX;

/// A node, in the short form of the constants.
pub const fn n(feature: u8, absent_left: bool, threshold: f32, right: u16) -> Node {
    Node { feature, absent_left, threshold, right }
}

/// A leaf, in the short form of the constants.
pub const fn l(value: f32) -> Node {
    Node { feature: LEAF, absent_left: false, threshold: value, right: 0 }
}

/// Trees with the least and the most that each and those after it can add.
#[derive(Debug)]
pub struct Forest {
    nodes: &'static [Node],
    trees: Vec<Tree>,
}

#[derive(Debug)]
struct Tree {
    root: usize,
    least: f32,
    most: f32,
}

impl Forest {
    /// The trees that begin at `roots`, each up to where the next one begins.
    pub fn of(nodes: &'static [Node], roots: &[u16]) -> Self {
        let mut trees: Vec<Tree> = Vec::with_capacity(roots.len());
        let (mut least, mut most, mut end) = (0.0, 0.0, nodes.len());
        for root in roots.iter().rev().copied().map(usize::from) {
            let leaves = || nodes[root..end].iter().filter(|node| node.feature == LEAF).map(|node| node.threshold);
            least += leaves().fold(f32::INFINITY, f32::min);
            most += leaves().fold(f32::NEG_INFINITY, f32::max);
            trees.push(Tree { root, least, most });
            end = root;
        }
        trees.reverse();
        Self { nodes, trees }
    }

    /// True where all trees together find a block at least as likely as the border; most are told by the first trees.
    pub fn keeps(&self, numbers: &[f32], border: f32) -> bool {
        let border = (border / (1.0 - border)).ln();
        let mut sum = 0.0;
        for tree in &self.trees {
            if sum + tree.most < border {
                return false;
            }
            if sum + tree.least >= border {
                return true;
            }
            sum += leaf(self.nodes, tree.root, numbers);
        }
        sum >= border
    }
}

fn leaf(nodes: &[Node], root: usize, numbers: &[f32]) -> f32 {
    let mut at = root;
    loop {
        let node = &nodes[at];
        if node.feature == LEAF {
            return node.threshold;
        }
        let number = numbers[usize::from(node.feature)];
        let is_left = if number.is_nan() { node.absent_left } else { number <= node.threshold };
        at = if is_left { at + 1 } else { usize::from(node.right) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_later_trees_cannot_change_is_told_early() {
        static NODES: [Node; 6] = [n(0, true, 2.0, 2), l(0.2), l(-3.0), n(1, true, 0.0, 5), l(0.3), l(-0.3)];
        let forest = Forest::of(&NODES, &[0, 3]);
        assert!(forest.keeps(&[1.0, -1.0], 0.5) && !forest.keeps(&[1.0, 1.0], 0.5));
        // The second tree has no say.
        assert!(!forest.keeps(&[5.0, f32::NAN], 0.5));
    }

    #[test]
    fn a_tree_is_walked_to_its_leaf() {
        static NODES: [Node; 3] = [n(0, true, 2.0, 2), l(3.0), l(-3.0)];
        let keeps = |number: f32| Forest::of(&NODES, &[0]).keeps(&[number], 0.5);
        assert!(keeps(1.0) && !keeps(5.0) && keeps(f32::NAN));
    }
}
