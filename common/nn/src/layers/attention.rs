//! Attention: each query gathers what it needs from many places.

use ndarray::{Array2, Array3, ArrayView2, ArrayViewMut2, Axis, Ix3, Zip};
use rayon::prelude::*;

use crate::activation::softmax;
use crate::kernels::matmul::matmul_into;
use crate::layer::{check_gradient, kept};
use crate::{Float, Tensor};

// ANCHOR: attention
/// Scaled dot-product attention (Luong, Pham and Manning, 2015; the scale is that of Vaswani et al., 2017).
///
/// Each of T queries is compared with the keys of all P places, by a dot product over √D. Softmax
/// makes shares of the scores, which add up to 1, and the answer is the mean of the places' values in these
/// shares: y = softmax(Q·Kᵀ/√D)·V. There is nothing to learn in it; what makes queries, keys and values
/// learns.
#[derive(Default)]
pub struct Attention<F> {
    kept: Option<Kept<F>>,
}

/// Queries N×T×D, keys N×P×D, values N×P×E and shares N×T×P.
struct Kept<F> {
    queries: Array3<F>,
    keys: Array3<F>,
    values: Array3<F>,
    shares: Array3<F>,
}

impl<F: Float> Attention<F> {
    /// What queries N×T×D find with keys N×P×D in values N×P×E: answers N×T×E. Keeps what
    /// [`backward`](Self::backward) will need.
    ///
    /// # Panics
    /// If the shapes do not fit each other.
    pub fn forward(&mut self, queries: Tensor<F>, keys: Tensor<F>, values: Tensor<F>) -> Tensor<F> {
        let [queries, keys, values] = three_axes([queries, keys, values]);
        let (answers, shares) = answer(&queries, &keys, &values);
        self.kept = Some(Kept { queries, keys, values, shares });
        answers.into_dyn()
    }

    /// The same when nothing is to be learned, and with it the shares, N×T×P.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn infer(queries: Tensor<F>, keys: Tensor<F>, values: Tensor<F>) -> (Tensor<F>, Array3<F>) {
        let [queries, keys, values] = three_axes([queries, keys, values]);
        let (answers, shares) = answer(&queries, &keys, &values);
        (answers.into_dyn(), shares)
    }

    /// From ∂loss/∂answers, N×T×E, to ∂loss/∂queries, ∂loss/∂keys and ∂loss/∂values.
    ///
    /// # Panics
    /// If `forward` has not run since the last backward pass, or the shape is not that of the answers.
    pub fn backward(&mut self, dy: Tensor<F>) -> [Tensor<F>; 3] {
        let Kept { queries, keys, values, shares } = kept("Attention", self.kept.take());
        let (n, steps, _) = queries.dim();
        check_gradient("Attention", dy.shape(), &[n, steps, values.len_of(Axis(2))]);
        let dy = dy.into_dimensionality::<Ix3>().expect("three axes");
        let mut gradients = [&queries, &keys, &values].map(|x| Array3::zeros(x.raw_dim()));
        let [dq, dk, dv] = &mut gradients;
        let batch = (0..n).into_par_iter().zip(parts(dq)).zip(parts(dk)).zip(parts(dv));
        batch.for_each(|(((i, dq), dk), dv)| {
            let [q, k, v, a, dy] = [&queries, &keys, &values, &shares, &dy].map(|x| of(x, i));
            one_backward([q, k, v], (a, dy), [dq, dk, dv]);
        });
        gradients.map(Array3::into_dyn)
    }
}
// ANCHOR_END: attention

// ANCHOR: one
/// Answers T×E and shares T×P for one example: queries T×D, keys P×D, values P×E.
fn one_answer<F: Float>(
    [q, k, v]: [ArrayView2<'_, F>; 3],
    mut answers: ArrayViewMut2<'_, F>,
    mut shares: ArrayViewMut2<'_, F>,
) {
    let mut scores = Array2::zeros(shares.dim());
    matmul_into(q, k.t(), scores.view_mut());
    scores *= scale::<F>(q.ncols());
    shares.assign(&softmax(scores));
    matmul_into(shares.view(), v, answers.view_mut());
}

/// And back.
fn one_backward<F: Float>(
    [q, k, v]: [ArrayView2<'_, F>; 3],
    (shares, dy): (ArrayView2<'_, F>, ArrayView2<'_, F>),
    [dq, dk, dv]: [ArrayViewMut2<'_, F>; 3],
) {
    matmul_into(shares.t(), dy, dv);
    let mut d = Array2::zeros(shares.raw_dim());
    matmul_into(dy, v.t(), d.view_mut()); // ∂loss/∂shares
    for (mut d, shares) in d.rows_mut().into_iter().zip(shares.rows()) {
        let mean: F = Zip::from(&d).and(&shares).fold(F::zero(), |sum, &d, &a| sum + a * d);
        d.zip_mut_with(&shares, |d, &a| *d = a * (*d - mean));
    }
    d *= scale::<F>(q.ncols()); // ∂loss/∂(q·k)
    matmul_into(d.view(), k, dq);
    matmul_into(d.t(), q, dk);
}
// ANCHOR_END: one

/// 1/√D: a sum of D products is about √D times as large as one of them.
fn scale<F: Float>(numbers: usize) -> F {
    F::of(1.0 / (numbers.max(1) as f64).sqrt())
}

/// All examples, side by side.
fn answer<F: Float>(
    queries: &Array3<F>,
    keys: &Array3<F>,
    values: &Array3<F>,
) -> (Array3<F>, Array3<F>) {
    let ((n, steps, _), (_, places, numbers)) = (queries.dim(), values.dim());
    let mut answers = Array3::zeros((n, steps, numbers));
    let mut shares = Array3::zeros((n, steps, places));
    let batch = (0..n).into_par_iter().zip(parts(&mut answers)).zip(parts(&mut shares));
    batch.for_each(|((i, answers), shares)| {
        one_answer([queries, keys, values].map(|x| of(x, i)), answers, shares);
    });
    (answers, shares)
}

fn of<F>(x: &Array3<F>, i: usize) -> ArrayView2<'_, F> {
    x.index_axis(Axis(0), i)
}

fn parts<F: Float>(x: &mut Array3<F>) -> Vec<ArrayViewMut2<'_, F>> {
    x.outer_iter_mut().collect()
}

fn three_axes<F: Float>(of: [Tensor<F>; 3]) -> [Array3<F>; 3] {
    let shapes = of.each_ref().map(|x| x.shape().to_vec());
    let [q, k, v] = &shapes;
    let fits = shapes.iter().all(|shape| shape.len() == 3)
        && q[0] == k[0]
        && k[..2] == v[..2]
        && q[2] == k[2]
        && k[1] > 0;
    assert!(
        fits,
        "Attention: expected queries N×T×D, keys N×P×D and values N×P×E, got {q:?}, {k:?} and {v:?}"
    );
    of.map(|x| x.into_dimensionality().expect("three axes"))
}
