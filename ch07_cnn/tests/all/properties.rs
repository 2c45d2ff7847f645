//! What must hold for images and filters of any size.

use ch07_cnn::im2col::{self, col2im, im2col};
use ch07_cnn::seven_loops::Filters;
use common::layer::Layer;
use common::layers::Conv2d;
use common::random::{generator, normal};
use ndarray::{Array, Array1, Dimension};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Few cases, and always the same.
fn few() -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(1);
    ProptestConfig { cases: 32, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

fn close<D: Dimension>(a: &Array<f64, D>, b: &Array<f64, D>) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.shape(), b.shape());
    prop_assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + b.abs())));
    Ok(())
}

prop_compose! {
    /// Filters, and the shape of images that they fit.
    fn filters_and_images()(
        (kh, kw) in (1_usize..5, 1_usize..5), stride in 1_usize..4, pad in 0_usize..3,
        (n, c, f) in (1_usize..4, 1_usize..4, 1_usize..4), more in (0_usize..5, 0_usize..5), seed: u64,
    ) -> (Filters<f64>, (usize, usize, usize, usize), u64) {
        let rng = &mut generator(seed);
        let (w, b) = (normal((f, c, kh, kw), rng), normal(f, rng));
        (Filters { w, b, stride, pad }, (n, c, kh + more.0, kw + more.1), seed)
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn col2im_is_the_transpose_of_im2col((filters, shape, seed) in filters_and_images()) {
        let rng = &mut generator(seed ^ 1);
        let x = normal(shape, rng);
        let columns = im2col(&x, &filters);
        let c = normal(columns.raw_dim(), rng);
        let (there, back) = ((&columns * &c).sum(), (&x * &col2im(c.view(), shape, &filters)).sum());
        prop_assert!((there - back).abs() <= 1e-9 * (1.0 + there.abs()), "{} and {}", there, back);
    }

    #[test]
    fn all_ways_to_convolve_agree((filters, shape, seed) in filters_and_images()) {
        let rng = &mut generator(seed ^ 1);
        let x = normal(shape, rng);
        let y = filters.forward(&x);
        let (again, columns) = im2col::forward(&x, &filters);
        close(&again, &y)?;
        let Filters { w, b, stride, pad } = &filters;
        let mut conv = Conv2d::from_weights(w.clone(), b.clone(), *stride, *pad).expect("a layer");
        close(&conv.forward(x.clone().into_dyn()), &y.clone().into_dyn())?;

        let dy = normal(y.raw_dim(), rng);
        let (dx, dw, db): (_, _, Array1<f64>) = filters.backward(&x, &dy);
        let (dx2, dw2, db2) = im2col::backward(&columns, shape, &filters, &dy);
        close(&dx2, &dx)?;
        close(&dw2, &dw)?;
        close(&db2, &db)?;
        close(&conv.backward(dy.into_dyn()), &dx.into_dyn())?;
        close(&conv.dw, &dw)?;
        close(&conv.db, &db)?;
    }
}
