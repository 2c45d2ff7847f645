//! A team of threads: what several programs would do, in one.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::team::Team;

/// One thread of a team.
pub struct Played {
    rank: usize,
    to: Vec<Sender<(usize, Vec<u8>)>>,
    from: Vec<Receiver<(usize, Vec<u8>)>>,
}

/// Runs `work` on each rank of a team of `size` threads; what each returned, in order of ranks.
///
/// # Panics
/// If one of them does.
pub fn play<T: Send>(size: usize, work: impl Fn(Played) -> T + Sync) -> Vec<T> {
    let mut to: Vec<Vec<_>> = (0..size).map(|_| Vec::new()).collect();
    let mut from: Vec<Vec<_>> = (0..size).map(|_| Vec::new()).collect();
    for to in &mut to {
        for from in &mut from {
            let (sender, receiver) = channel();
            to.push(sender);
            from.push(receiver);
        }
    }
    let ranks = to.into_iter().zip(from).enumerate();
    let ranks = ranks.map(|(rank, (to, from))| Played { rank, to, from });
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = ranks.map(|team| scope.spawn(move || work(team))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, T>| thread.join();
        threads.into_iter().map(|thread| join(thread).expect("no rank panics")).collect()
    })
}

impl Team for Played {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.to.len()
    }

    fn swap(&mut self, round: usize, other: usize, give: &[u8], take: &mut [u8]) {
        self.to[other].send((round, give.to_vec())).expect("the other rank has not ended");
        let (theirs, received) = self.from[other].recv().expect("the other rank has not ended");
        assert_eq!(theirs, round, "both ranks are in the same round");
        take.copy_from_slice(&received);
    }
}
