//! Regions of interest: what PyTorch and torchvision compute, and gradients that are derivatives.

use std::fs::File;
use std::path::Path;

use common::Tensor;
use common::bounding_box::BoundingBox;
use common::layers::{Region, RoiAlign, RoiLayer, RoiMaxPool};
use common::random::{generator, normal};
use ndarray::IxDyn;
use ndarray_npy::NpzReader;

const BINS: usize = 3;
const STRIDE: usize = 4;

struct Fixture(NpzReader<File>);

impl Fixture {
    fn array(&mut self, name: &str) -> Tensor<f64> {
        self.0.by_name(name).unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

fn layers() -> [(&'static str, Box<dyn RoiLayer<f64>>); 2] {
    [
        ("align", Box::new(RoiAlign::new(BINS, STRIDE))),
        ("max", Box::new(RoiMaxPool::new(BINS, STRIDE))),
    ]
}

fn assert_close(what: &str, ours: &Tensor<f64>, theirs: &Tensor<f64>) {
    assert_eq!(ours.shape(), theirs.shape(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < 1e-10, "{what}: {ours} where PyTorch has {theirs}");
    }
}

#[test]
fn patches_and_gradients_are_pytorchs() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/roi.npz");
    let file = File::open(file).expect("the fixture");
    let mut fixture = Fixture(NpzReader::new(file).expect("an npz file"));
    let maps = fixture.array("maps");
    let regions = fixture.array("regions");
    let regions: Vec<Region> = regions
        .outer_iter()
        .map(|r| {
            let [left, top, right, bottom] = [1, 2, 3, 4].map(|i| r[i] as f32);
            Region { image: r[0] as usize, place: BoundingBox::new(left, top, right, bottom) }
        })
        .collect();
    for (name, mut layer) in layers() {
        let y = layer.forward(&maps, &regions);
        assert_close(name, &y, &fixture.array(&format!("{name}_y")));
        assert_eq!(y, layer.infer(&maps, &regions), "{name}");
        let dx = layer.backward(&fixture.array(&format!("{name}_dy")));
        assert_close(name, &dx, &fixture.array(&format!("{name}_dx")));
    }
}

#[test]
fn gradients_are_derivatives() {
    let rng = &mut generator(1);
    let mut maps: Tensor<f64> = normal(IxDyn(&[2, 2, 6, 5]), rng);
    let region = |image, left, top, right, bottom| Region {
        image,
        place: BoundingBox::new(left, top, right, bottom),
    };
    let regions = [
        region(0, 1.0, 2.0, 17.5, 20.0),
        region(1, 0.0, 0.0, 20.0, 24.0),
        region(1, 8.5, 9.0, 11.0, 12.0),
    ];
    for (name, mut layer) in layers() {
        let y = layer.forward(&maps, &regions);
        let weights: Tensor<f64> = normal(y.raw_dim(), rng);
        let dx = layer.backward(&weights);
        let loss = |maps: &Tensor<f64>| (layer.infer(maps, &regions) * &weights).sum();
        for i in 0..maps.len() {
            let change = |maps: &mut Tensor<f64>, by: f64| {
                maps.as_slice_mut().expect("in order")[i] += by;
            };
            change(&mut maps, 1e-5);
            let above = loss(&maps);
            change(&mut maps, -2e-5);
            let below = loss(&maps);
            change(&mut maps, 1e-5);
            let slope = (above - below) / 2e-5;
            let ours = dx.as_slice().expect("in order")[i];
            assert!((slope - ours).abs() < 1e-7, "{name}: {ours}, numerically {slope}");
        }
    }
}
