fn length(v: &ndarray::Array1<f64>) -> f64 {
    v.dot(v).sqrt()
}

fn main() {
    println!("{}", length(&ndarray::array![[3.0, 4.0]]));
}
