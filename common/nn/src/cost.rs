//! What layers cost: shapes, parameters, multiply–accumulates.

use crate::layer::Layer;
use crate::{Float, Tensor};

/// What a layer costs for one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What tables call the layer.
    pub name: &'static str,
    /// The shape of its output, without the batch.
    pub output: Vec<usize>,
    /// Numbers that it learns.
    pub parameters: usize,
    /// Multiply–accumulates (MACs), in convolutions and affine layers; what else is done is little.
    pub macs: usize,
}

/// What every layer of a network costs for one example of this shape, first to last. A layer that is
/// no sequence of others counts as one, with the weights of its children.
///
/// # Panics
/// If the network does not take such an example.
pub fn costs<F: Float>(network: &mut dyn Layer<F>, example: &[usize]) -> Vec<Cost> {
    let mut costs = Vec::new();
    walk(network, Tensor::zeros([&[1], example].concat()), &mut costs);
    costs
}

fn walk<F: Float>(layer: &mut dyn Layer<F>, x: Tensor<F>, costs: &mut Vec<Cost>) -> Tensor<F> {
    if layer.is_sequential() {
        return layer.children().into_iter().fold(x, |x, child| walk(child, x, costs));
    }
    let y = layer.infer(x);
    let sizes: Vec<_> = layer.params().iter().map(|p| (p.decays, p.value.len())).collect();
    let weights = sizes.iter().filter(|(decays, _)| *decays).map(|(_, len)| len).sum();
    let output = y.shape()[1..].to_vec();
    costs.push(Cost {
        name: layer.name(),
        parameters: sizes.iter().map(|(_, len)| len).sum(),
        macs: macs(weights, &output),
        output,
    });
    y
}

// ANCHOR: macs
/// Multiply–accumulates of a layer with so many weights and an output of this shape, channels first:
/// every weight meets every position of the output once.
pub fn macs(weights: usize, output: &[usize]) -> usize {
    weights * output.iter().skip(1).product::<usize>()
}
// ANCHOR_END: macs

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::Init;
    use crate::layers::{Affine, Conv2d, Relu, Window};
    use crate::network::Network;
    use crate::random::generator;

    #[test]
    fn every_weight_meets_every_position_once() {
        let rng = &mut generator(1);
        let window = Window::new((3, 3), 1, 0).expect("a window");
        let conv = Conv2d::<f32>::new((2, 4), window, Init::He, rng).expect("it fits");
        let inner = Network::new().with(conv).with(Relu::default());
        let mut network = Network::new().with(inner).with(Affine::new(4 * 3 * 2, 5, Init::He, rng));
        let found = costs(&mut network, &[2, 5, 4]);
        let of = |name, output: &[usize], parameters, macs| Cost {
            name,
            output: output.to_vec(),
            parameters,
            macs,
        };
        let conv = of("Conv2d", &[4, 3, 2], 4 * 2 * 9 + 4, 4 * 2 * 9 * 6);
        let affine = of("Affine", &[5], 24 * 5 + 5, 24 * 5);
        assert_eq!(found, [conv, of("Relu", &[4, 3, 2], 0, 0), affine]);
    }
}
