//! Branches of one input whose outputs are added up: skip connections.

use crate::layer::Layer;
use crate::network::Network;
use crate::{Float, Tensor};

// ANCHOR: sum
/// a(x) + b(x) + …: every branch gets the input, and their outputs, which have one shape, are added up.
pub struct Sum<F> {
    branches: Vec<Network<F>>,
}

impl<F: Float> Sum<F> {
    /// The sum of these branches. One without layers hands the input on: x + b(x).
    ///
    /// # Panics
    /// If there is none.
    pub fn of(branches: impl Into<Vec<Network<F>>>) -> Self {
        let branches = branches.into();
        assert!(!branches.is_empty(), "Sum: expected at least one branch");
        Self { branches }
    }
}

/// What `through` makes of `x` in each branch, added up; the last branch may have `x` itself.
fn add_up<B, F: Float>(
    branches: impl ExactSizeIterator<Item = B>,
    x: Tensor<F>,
    mut through: impl FnMut(B, Tensor<F>) -> Tensor<F>,
) -> Tensor<F> {
    let (count, mut x, mut sum) = (branches.len(), Some(x), None::<Tensor<F>>);
    for (i, branch) in branches.enumerate() {
        let x = if i + 1 < count { x.clone() } else { x.take() };
        let y = through(branch, x.expect("it is given away last"));
        sum = Some(match sum {
            None => y,
            Some(sum) => {
                let (a, b) = (sum.shape(), y.shape());
                assert!(a == b, "Sum: a branch gives a batch of {b:?} where another gives {a:?}");
                sum + y
            }
        });
    }
    sum.expect("there is a branch")
}

impl<F: Float> Layer<F> for Sum<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        add_up(self.branches.iter_mut(), x, |branch, x| branch.forward(x))
    }

    /// A sum hands its gradient on to every branch; where the input forked, what comes back adds up.
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        add_up(self.branches.iter_mut(), dy, |branch, dy| branch.backward(dy))
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        add_up(self.branches.iter(), x, |branch, x| branch.infer(x))
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        self.branches.iter_mut().map(|branch| branch as &mut dyn Layer<F>).collect()
    }
}
// ANCHOR_END: sum
