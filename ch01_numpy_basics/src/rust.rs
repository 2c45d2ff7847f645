//! Rust in an hour, for those who write Python: the same small tour, with what differs said aloud.
//!
//! Two habits of Python do not compile. An integer does not become a float by itself:
#![doc = concat!("```compile_fail,E0277\n", include_str!("../refused/mixed_numbers.rs"), "```")]
//!
//! And a value that was handed on is gone:
#![doc = concat!("```compile_fail,E0382\n", include_str!("../refused/moved.rs"), "```")]

use std::any::type_name_of_val;
use std::collections::HashMap;

use common::Result;

use crate::show::topic;
use crate::{show, show_panic};

/// Prints every stop of the tour.
///
/// # Errors
/// None today; every section has the same signature.
pub fn run() -> Result<()> {
    topic("numbers: every one has a type, and types do not mix", numbers);
    topic("numbers end somewhere: what does not fit is an error, or what you ask for", limits);
    topic("variables: fixed unless declared mut; a value has one owner", variables);
    topic("lists: Vec, and slices that borrow from it", lists);
    topic("dictionaries: HashMap", dictionaries);
    topic("true and false, if, for", control);
    topic("functions and a struct with methods", account);
    Ok(())
}

// ANCHOR: numbers
fn numbers() {
    show!("10 - 8", 10 - 8);
    show!("7 / 5", 7.0 / 5.0);
    show!("7 // 5", 7 / 5);
    show!("-7 // 5", (-7_i32).div_euclid(5));
    show!("-7 % 5", (-7_i32).rem_euclid(5));
    show!("3 ** 2", 3_i32.pow(2));
    show!("2 ** 0.5", 2_f64.sqrt());
    show!("type(10)", type_name_of_val(&10));
    show!("type(1.5)", type_name_of_val(&1.5));
    show!("type(\"hello\")", type_name_of_val("hello"));
    let (apples, price) = (3, 0.5);
    show!("apples * price", f64::from(apples) * price);
    show!("int(2.9)", 2.9 as i32);
}
// ANCHOR_END: numbers

// ANCHOR: limits
fn limits() {
    let (ink, large, text) = (255_u8, 300, "12a");
    show_panic!("—", ink + 1);
    show!("—", ink.checked_add(1));
    show!("np.uint8(255) + 1", ink.wrapping_add(1));
    show!("min(255 + 1, 255)", ink.saturating_add(1));
    show!("np.uint8(300)", u8::try_from(large));
    show!("int(\"12a\")", text.parse::<i32>());
}
// ANCHOR_END: limits

// ANCHOR: variables
fn variables() {
    show!("x = 10", let x = 10);
    show!("y = x", let mut y = x);
    show!("y += 1; y", y += 1 => y);
    show!("x = 'ten'", let x = "ten"); // a new variable hides the old one
    show!("names = ['Ada', x]", let names = vec!["Ada", x]);
    show!("copy = names.copy()", let copy = names.clone());
    show!("moved = names", let moved = names); // from here on, `names` is gone
    show!("copy == moved", copy == moved);
}
// ANCHOR_END: variables

// ANCHOR: lists
fn lists() {
    show!("a = [1, 2, 3, 4, 5]", let mut a = vec![1, 2, 3, 4, 5]);
    show!("len(a)", a.len());
    show!("a[4] = 99; a", a[4] = 99 => a);
    show!("a[0:2]", &a[0..2]);
    show!("a[1:]", &a[1..]);
    show!("a[:-1]", &a[..a.len() - 1]);
    show!("a[-1]", a.last());
    show!("a[9]", a.get(9));
    show!("a.append(6); a", a.push(6) => a);
    show!("[v * v for v in a]", a.iter().map(|v| v * v).collect::<Vec<_>>());
    show!("sum(v for v in a if v > 3)", a.iter().filter(|&&v| v > 3).sum::<i32>());
}
// ANCHOR_END: lists

// ANCHOR: dictionaries
fn dictionaries() {
    let mut me = HashMap::from([("height", 180)]);
    show!("me['height']", me["height"]);
    show!("me['weight'] = 70; len(me)", me.insert("weight", 70) => me.len());
    show!("'weight' in me", me.contains_key("weight"));
    show!("me.get('age')", me.get("age"));
    show!("me.get('age', 0)", me.get("age").copied().unwrap_or(0));
}
// ANCHOR_END: dictionaries

// ANCHOR: control
fn control() {
    let (hungry, sleepy) = (true, false);
    show!("not hungry", !hungry);
    show!("hungry and sleepy", hungry && sleepy);
    show!("hungry or sleepy", hungry || sleepy);
    show!("'eat' if hungry else 'work'", if hungry { "eat" } else { "work" });
    let mut sum = 0;
    show!("for i in [1, 2, 3]: sum += i", for i in [1, 2, 3] { sum += i; } => sum);
    show!("list(range(3))", (0..3).collect::<Vec<_>>());
    show!("list(enumerate('ab'))", "ab".chars().enumerate().collect::<Vec<_>>());
}
// ANCHOR_END: control

// ANCHOR: struct
/// Somebody's money.
#[derive(Debug)]
pub struct Account {
    owner: String,
    balance: u32,
}

impl Account {
    /// Opens an empty account; Python's `__init__`.
    pub fn new(owner: &str) -> Self {
        Self { owner: owner.to_string(), balance: 0 }
    }

    /// Changes the account, so it borrows it as `&mut self`.
    pub fn deposit(&mut self, amount: u32) {
        self.balance += amount;
    }

    /// Pays `amount` out and returns what is left, or says why it cannot.
    ///
    /// # Errors
    /// If there is less than `amount`.
    pub fn withdraw(&mut self, amount: u32) -> Result<u32, String> {
        let too_little = format!("{} has only {}", self.owner, self.balance);
        self.balance = self.balance.checked_sub(amount).ok_or(too_little)?;
        Ok(self.balance)
    }
}
// ANCHOR_END: struct

// ANCHOR: account
fn account() {
    fn greet(name: &str) -> String {
        format!("Hello, {name}!") // the last expression is what a function returns
    }
    show!("greet('Ada')", greet("Ada"));

    let mut account = Account::new("Ada");
    show!("account.deposit(100)", account.deposit(100));
    show!("account.withdraw(30)", account.withdraw(30));
    show!("account.withdraw(80)", account.withdraw(80));
    show!("account.balance", account.balance);
}
// ANCHOR_END: account
