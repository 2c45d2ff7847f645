//! The numbers that the book names.

use std::sync::Mutex;

use ch08_deep::misclassified::mistakes;
use ch08_deep::networks::deep_conv_net::deep_conv_net;
use ch08_deep::networks::measured::Measured;
use ch08_deep::speed::breakdown::{Row, watch};
use ch08_deep::speed::step::Bench;
use ch08_deep::speed::threads::{on, weights_after};
use ch08_deep::speed::timed::Record;
use common::Tensor;
use common::data::digits;
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::metrics::accuracy;
use common::random::generator;

#[test]
fn the_weights_have_the_books_shapes() {
    let mut network = deep_conv_net::<f32>(&mut generator(1)).expect("it fits");
    let params = network.params();
    let shapes = |name| {
        let named = params.iter().filter(move |p| p.name == name);
        named.map(|p| p.value.shape().to_vec()).collect::<Vec<_>>()
    };
    let filters = [(16, 1), (16, 16), (32, 16), (32, 32), (64, 32), (64, 64)];
    let mut expected: Vec<_> = filters.map(|(f, c)| vec![f, c, 3, 3]).to_vec();
    expected.extend([vec![1024, 50], vec![50, 10]]);
    assert_eq!(shapes("W"), expected);
    assert_eq!(shapes("b"), [16, 16, 32, 32, 64, 64, 50, 10].map(|n| vec![n]));
    assert_eq!(params.iter().map(|p| p.value.len()).sum::<usize>(), 123_552);
}

#[test]
fn three_networks_and_their_parameters() {
    let parameters = Measured::ALL.map(|measured| {
        let mut network = measured.network::<f32>(&mut generator(1)).expect("it fits");
        assert_eq!(network.infer(Tensor::zeros(vec![2, 1, 28, 28])).shape(), [2, 10]);
        (measured.name(), network.params().iter().map(|p| p.value.len()).sum())
    });
    let expected = [("two_layer", 39_760), ("simple_conv", 433_890), ("deep_conv", 123_552)];
    assert_eq!(parameters, expected);
}

#[test]
fn products_of_a_step() {
    let mut bench = Bench::new(Measured::DeepConv, 2, &mut generator(1)).expect("it fits");
    let records = watch(&mut bench);
    let rows = || -> Vec<Row> {
        records.iter().map(|record| Row::of(&record.lock().expect("not poisoned"))).collect()
    };
    bench.step();
    let rows = rows();
    assert_eq!((rows[0].name, &rows[0].output[..]), ("Conv2d", &[16, 28, 28][..]));
    let [first, second] = [16.0 * 9.0, 16.0 * 16.0 * 9.0].map(|weights| weights * 28.0 * 28.0);
    assert_eq!(rows[0].macs, 2.0 * 2.0 * first, "its input's gradient is not asked for");
    assert_eq!(rows[2].macs, 2.0 * 3.0 * second);
    assert_eq!(rows[1].macs, 0.0, "ReLU multiplies nothing");
    assert!(rows.iter().all(|row| row.forward > 0.0 && row.backward > 0.0));
}

#[test]
fn products_for_one_image() {
    let products = Measured::ALL.map(|measured| {
        let mut bench = Bench::new(measured, 3, &mut generator(1)).expect("it fits");
        let records = watch(&mut bench);
        bench.infer();
        let of = |record: &Mutex<Record>| Row::of(&record.lock().expect("not poisoned")).macs;
        records.iter().map(|record| of(record)).sum::<f64>() / 3.0
    });
    assert_eq!(products, [39_700.0, 865_000.0, 8_772_340.0]);
}

#[test]
fn a_watched_network_is_the_same_network() {
    let bench = || Bench::new(Measured::DeepConv, 3, &mut generator(1)).expect("it fits");
    let (mut plain, mut watched) = (bench(), bench());
    watch(&mut watched);
    for _ in 0..3 {
        assert_eq!(plain.step().loss.to_bits(), watched.step().loss.to_bits());
    }
    assert_eq!(watched.network.generators().len(), 2);
}

#[test]
fn a_step_has_the_same_bits_on_any_number_of_threads() {
    let bits = |threads| {
        let weights = on(threads, || weights_after(2, 20, 1)).expect("threads start");
        weights.expect("it fits")
    };
    let once = bits(1);
    for threads in 2..=4 {
        assert!(bits(threads) == once, "{threads} threads");
    }
}

#[test]
fn mistakes_are_what_accuracy_misses() {
    let network = deep_conv_net::<f32>(&mut generator(1)).expect("it fits");
    let test = digits::draw(2, 130);
    let mistakes = mistakes(&network, &test);
    assert_eq!((130 - mistakes.len()) as f64 / 130.0, accuracy(&network, &test));
    assert!(mistakes.is_sorted_by_key(|m| m.index));
    for m in &mistakes {
        assert_eq!(m.label, test.labels[m.index]);
        assert_ne!(m.answer, m.label);
        assert!(m.sure >= m.truth && m.sure + m.truth <= 1.0 + 1e-6, "{m:?}");
    }
}

/// Every way to silence the logits of a network that has learned all there is to learn.
#[test]
fn dropped_logits_give_the_loss_a_floor() {
    let mut head = SoftmaxWithLoss::<f64>::default();
    let losses = (0..1 << 10).map(|heard: u32| {
        let logit = |class: usize| match (heard >> class & 1, class) {
            (0, _) => 0.0,
            (_, 0) => 100.0, // the right one
            _ => -100.0,
        };
        let logits = Tensor::from_shape_fn(vec![1, 10], |at| logit(at[1]));
        head.forward(logits, &[0])
    });
    let mean = losses.sum::<f64>() / f64::from(1 << 10);
    assert!((mean - 0.831).abs() < 5e-4, "{mean}");
}
