//! Several looks at one image: test-time augmentation.

use common::activation::softmax;
use common::data::Dataset;
use common::layer::Layer;
use common::metrics::classes;
use common::random::generator;
use ndarray::{Array2, Ix2};
use rayon::prelude::*;

use crate::augment::distortion::Distortion;

/// How the looks after the first differ from it: the image lies up to a pixel aside.
const ASIDE: Distortion = Distortion { shift: 1.0, ..Distortion::NONE };
/// Images that are read together.
const BATCH: usize = 100;

// ANCHOR: looks
/// The classes that a network finds when it looks at each image `looks` times, first as it is and then
/// moved a little, and takes the mean of its probabilities.
pub fn predict(network: &impl Layer<f32>, data: &Dataset, looks: usize) -> Vec<u8> {
    let indices: Vec<usize> = (0..data.len()).collect();
    let read = |batch: &[usize]| {
        let mut sum: Option<Array2<f32>> = None;
        for look in 0..looks {
            let (mut x, _) = data.batch::<f32>(batch);
            let (height, width) = (x.shape()[2], x.shape()[3]);
            let pixels = x.as_slice_mut().expect("a batch of images lies in standard order");
            if look > 0 {
                // An image is moved the same way in every run, whatever stands beside it.
                for (image, &i) in pixels.chunks_exact_mut(height * width).zip(batch) {
                    let rng = &mut generator((look as u64) << 32 ^ i as u64);
                    ASIDE.distort(image, (height, width), rng);
                }
            }
            let logits =
                network.infer(x).into_dimensionality::<Ix2>().expect("a row for each image");
            let probabilities = softmax(logits);
            sum = Some(match sum {
                Some(sum) => sum + probabilities,
                None => probabilities,
            });
        }
        sum.map_or(Vec::new(), |sum| classes(&sum.into_dyn()))
    };
    indices.par_chunks(BATCH).flat_map_iter(read).collect()
}
// ANCHOR_END: looks

/// The fraction of images that are read correctly so.
pub fn accuracy(network: &impl Layer<f32>, data: &Dataset, looks: usize) -> f64 {
    let answers = predict(network, data, looks);
    let right = answers.iter().zip(&data.labels).filter(|(answer, label)| answer == label).count();
    right as f64 / data.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sprint::sprint_net;
    use common::data::digits;
    use common::network::Network;

    #[test]
    fn one_look_is_what_everybody_does_and_more_need_not_agree() {
        let network: Network<f32> = sprint_net(2, false, &mut generator(1)).expect("it fits");
        let data = digits::draw(1, 250);
        assert_eq!(predict(&network, &data, 1), common::metrics::predict(&network, &data));
        let several = predict(&network, &data, 5);
        assert_eq!(several, predict(&network, &data, 5), "always the same");
        assert_ne!(several, predict(&network, &data, 1), "a network that has learned nothing");
    }
}
