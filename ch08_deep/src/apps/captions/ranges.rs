//! Whole numbers that a flag may take.

/// A parser for whole numbers from `least` to `most`.
pub fn whole(
    least: usize,
    most: usize,
) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync {
    move |text| match text.parse() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        _ => Err(format!("expected a whole number of at least {least} and at most {most}")),
    }
}
