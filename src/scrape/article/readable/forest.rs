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

/// Probability of one block by trees that begin at `roots`.
pub fn judge(nodes: &[Node], roots: &[u16], numbers: &[f32]) -> f32 {
    let sum: f32 = roots.iter().map(|root| leaf(nodes, usize::from(*root), numbers)).sum();
    1.0 / (1.0 + (-sum).exp())
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
    fn a_tree_is_walked_to_its_leaf() {
        let nodes = [n(0, true, 2.0, 2), l(3.0), l(-3.0)];
        assert!(judge(&nodes, &[0], &[1.0]) > 0.9);
        assert!(judge(&nodes, &[0], &[5.0]) < 0.1);
        assert!(judge(&nodes, &[0], &[f32::NAN]) > 0.9);
    }
}
