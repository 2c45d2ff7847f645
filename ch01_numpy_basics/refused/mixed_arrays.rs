fn main() {
    let a = ndarray::array![1.0, 2.0, 3.0];
    let b = ndarray::array![1, 2, 3];
    println!("{}", &a + &b);
}
