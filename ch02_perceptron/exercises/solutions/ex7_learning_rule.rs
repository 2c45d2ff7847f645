//! A solution of exercise 7: the learning rule in its shortest form.

/// An input and its label, 1.0 or −1.0.
pub type Example = (Vec<f64>, f64);

/// Weights w with t·(w·x) > 0 for every example, if the rule finds them in time.
pub fn learn(examples: &[Example], epochs: usize) -> Option<Vec<f64>> {
    let mut w = vec![0.0; examples.first()?.0.len()];
    for _ in 0..epochs {
        let mut settled = true;
        for (x, t) in examples {
            let score: f64 = w.iter().zip(x).map(|(w, x)| w * x).sum();
            if t * score <= 0.0 {
                w.iter_mut().zip(x).for_each(|(w, x)| *w += t * x);
                settled = false;
            }
        }
        if settled {
            return Some(w);
        }
    }
    None
}
