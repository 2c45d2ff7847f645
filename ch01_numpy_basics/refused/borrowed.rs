fn main() {
    let mut x = ndarray::array![1, 2, 3];
    let head = x.slice(ndarray::s![..2]);
    x[0] = 100;
    println!("{head}");
}
