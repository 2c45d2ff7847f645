//! A solution of exercise 2: RMSprop, an optimizer that fits into the house.

use ndarray::{Array1, Zip};

/// One step, in place. ε is 1e-8.
pub fn rms_prop(w: &mut Array1<f64>, g: &Array1<f64>, h: &mut Array1<f64>, rate: f64, decay: f64) {
    Zip::from(w).and(g).and(h).for_each(|w, &g, h| {
        *h = decay * *h + (1.0 - decay) * g * g;
        *w -= rate * g / (h.sqrt() + 1e-8);
    });
}
