fn main() {
    let (apples, price) = (3, 0.5);
    println!("{}", apples * price);
}
