fn main() {
    let names = vec!["Ada", "Grace"];
    let moved = names;
    println!("{names:?} {moved:?}");
}
