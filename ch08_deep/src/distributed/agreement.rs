//! What ranks tell each other besides gradients: what each has found, and whether anything went
//! wrong.
//!
//! There must be 1, 2, 4, 8, … ranks.

use common::{Error, Result};

use super::team::Team;

/// Bytes of a message that all ranks hear; more of it is cut off.
const HEARD: usize = 1000;

/// The bytes of all ranks, in their order; each must give as many.
pub fn gather(team: &mut impl Team, bytes: &[u8]) -> Vec<Vec<u8>> {
    let (rank, size) = (team.rank(), bytes.len());
    let mut all = vec![0; size * team.size()];
    all[rank * size..][..size].copy_from_slice(bytes);
    for round in 0..team.size().ilog2() as usize {
        let distance = 1 << round;
        // By now we have those of `distance` ranks, and so has the other.
        let first = |rank: usize| rank / distance * distance * size;
        let give = all[first(rank)..][..distance * size].to_vec();
        let other = rank ^ distance;
        team.swap(round, other, &give, &mut all[first(other)..][..distance * size]);
    }
    if size == 0 {
        return vec![Vec::new(); team.size()];
    }
    all.chunks_exact(size).map(<[u8]>::to_vec).collect()
}

/// One number of each rank, in their order.
pub fn gather_number(team: &mut impl Team, number: u64) -> Vec<u64> {
    let all = gather(team, &number.to_le_bytes());
    let number = |bytes: Vec<u8>| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    all.into_iter().map(number).collect()
}

/// The bytes of rank 0, on all ranks; the others' own are not looked at.
pub fn from_first(team: &mut impl Team, bytes: Vec<u8>) -> Vec<u8> {
    let rank = team.rank();
    let len = gather_number(team, bytes.len() as u64)[0] as usize;
    let mut bytes = if rank == 0 { bytes } else { vec![0; len] };
    for round in 0..team.size().ilog2() as usize {
        let distance = 1 << round;
        match rank {
            _ if rank < distance => team.swap(round, rank + distance, &bytes, &mut []),
            _ if rank < 2 * distance => team.swap(round, rank - distance, &[], &mut bytes),
            _ => {}
        }
    }
    bytes
}

/// What all ranks make of something that each has tried: `tried`, if none of them failed.
///
/// # Errors
/// On all ranks that of the first one that failed, with its number if it is not rank 0.
pub fn agree<T>(team: &mut impl Team, tried: Result<T>) -> Result<T> {
    let mut message = [0; HEARD];
    if let Err(e) = &tried {
        let text = e.to_string();
        let len = text.floor_char_boundary(text.len().min(HEARD - 1));
        message[1..=len].copy_from_slice(&text.as_bytes()[..len]);
        message[0] = 1;
    }
    let all = gather(team, &message);
    match all.iter().position(|message| message[0] == 1) {
        None => tried,
        Some(0) if team.rank() == 0 => tried,
        Some(rank) => {
            let text = String::from_utf8_lossy(&all[rank][1..]);
            let text = text.trim_end_matches('\0');
            Err(Error::Invalid(match rank {
                0 => text.to_string(),
                _ => format!("rank {rank}: {text}"),
            }))
        }
    }
}
