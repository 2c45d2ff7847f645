//! What adding up costs: a model of latency and bandwidth (Hockney, 1994; Thakur and others, 2005).

// ANCHOR: link
/// How ranks are connected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// α: seconds for a message, however short.
    pub latency: f64,
    /// β: seconds for each byte of it.
    pub byte: f64,
}

/// How all ranks get the sum of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Pairs swap halves, then quarters, …, and back.
    Halving,
    /// Slices go round twice.
    Ring,
    /// Sums go up a tree, and down again.
    Tree,
    /// One rank is sent everything, and sends everybody the sum.
    Server,
}

/// Seconds to add up numbers on one core, for each of their bytes: 0.1 ns, as we measured.
pub const ADDING: f64 = 0.1e-9;

impl Way {
    /// All ways, the best first.
    pub const ALL: [Self; 4] = [Self::Halving, Self::Ring, Self::Tree, Self::Server];

    /// What figures and tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Halving => "halving and doubling",
            Self::Ring => "ring",
            Self::Tree => "tree",
            Self::Server => "one server",
        }
    }

    /// Seconds until all of `ranks` ranks have the sum of `bytes` bytes of numbers; 0 if there is
    /// one rank.
    pub fn seconds(self, ranks: usize, bytes: f64, link: Link) -> f64 {
        let (r, Link { latency, byte }) = (ranks as f64, link);
        let (levels, share) = (r.log2(), (r - 1.0) / r);
        match self {
            Self::Halving => {
                2.0 * levels * latency + 2.0 * share * bytes * byte + share * bytes * ADDING
            }
            Self::Ring => {
                2.0 * (r - 1.0) * latency + 2.0 * share * bytes * byte + share * bytes * ADDING
            }
            Self::Tree => levels * (2.0 * (latency + bytes * byte) + bytes * ADDING),
            Self::Server => (r - 1.0) * (2.0 * (latency + bytes * byte) + bytes * ADDING),
        }
    }
}
// ANCHOR_END: link

/// A step of training to be shared out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// What figures and tables call it.
    pub name: &'static str,
    /// Numbers whose gradients are added up.
    pub weights: usize,
    /// Images that one rank takes in a step.
    pub images: usize,
    /// Seconds it takes for them.
    pub seconds: f64,
    /// Images that all ranks take together, where the batch must not grow.
    pub together: usize,
}

impl Work {
    fn adding(&self, way: Way, ranks: usize, link: Link) -> f64 {
        way.seconds(ranks, 4.0 * self.weights as f64, link)
    }

    // ANCHOR: efficiency
    /// Weak scaling: every rank takes as many images as ever. Which part of the time it computes.
    pub fn weak(&self, way: Way, ranks: usize, link: Link) -> f64 {
        self.seconds / (self.seconds + self.adding(way, ranks, link))
    }

    /// Strong scaling: so many images are shared out. How much faster `ranks` are than one, for
    /// each.
    pub fn strong(&self, way: Way, ranks: usize, link: Link) -> f64 {
        let image = self.seconds / self.images as f64;
        let alone = image * self.together as f64;
        let computing = image * (self.together as f64 / ranks as f64).ceil();
        alone / ranks as f64 / (computing + self.adding(way, ranks, link))
    }
    // ANCHOR_END: efficiency
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const LINK: Link = Link { latency: 1e-3, byte: 0.0 };

    #[test]
    fn latency_counts_messages() {
        let messages = |way: Way| way.seconds(8, 0.0, LINK) / 1e-3;
        for (way, expected) in Way::ALL.into_iter().zip([6.0, 14.0, 6.0, 14.0]) {
            assert_relative_eq!(messages(way), expected);
        }
    }

    #[test]
    fn one_rank_adds_nothing_up() {
        for way in Way::ALL {
            assert_eq!(way.seconds(1, 1e6, Link { latency: 1.0, byte: 1.0 }), 0.0);
        }
    }

    #[test]
    fn halves_and_rings_move_hardly_more_than_twice_the_bytes() {
        let link = Link { latency: 0.0, byte: 1.0 };
        for ranks in [2, 64, 1024] {
            let halving = Way::Halving.seconds(ranks, 1e6, link);
            assert_relative_eq!(halving, Way::Ring.seconds(ranks, 1e6, link));
            assert!(halving < 2.0 * 1e6 * (1.0 + ADDING));
        }
    }

    #[test]
    fn without_a_price_for_adding_scaling_is_perfect() {
        let work = Work { name: "", weights: 0, images: 10, seconds: 1.0, together: 64 };
        let free = Link { latency: 0.0, byte: 0.0 };
        for ranks in [1, 4, 64] {
            assert_relative_eq!(work.weak(Way::Ring, ranks, free), 1.0);
            assert_relative_eq!(work.strong(Way::Ring, ranks, free), 1.0);
        }
        assert_relative_eq!(work.strong(Way::Ring, 128, free), 0.5);
    }
}
