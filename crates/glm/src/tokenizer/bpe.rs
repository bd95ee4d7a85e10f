//! Byte-pair merges: the two neighbours of the lowest rank become one token until none are left.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::vocabulary::Vocabulary;

/// Which neighbours merge, in which order, and into what.
pub(super) enum Merges {
    /// Any two whose bytes together are a token; the token's id is the rank (tiktoken).
    Ranks,
    /// The listed pairs of ids: their rank and the token they make.
    Pairs(HashMap<(u32, u32), (u32, u32)>),
}

/// A vocabulary's merges.
pub(super) struct Bpe {
    bytes: [u32; 256],
    tokens: HashMap<Box<[u8]>, u32>,
    longest: usize,
    merges: Merges,
}

/// A token of the piece that is being merged; a list linked by index.
struct Part {
    id: u32,
    start: usize,
    end: usize,
    previous: usize,
    next: usize,
}

/// The end of the list of parts, and the mark of a part that was merged away.
const NONE: usize = usize::MAX;

/// A merge that was possible when it was found: rank and place, which decide, then what it expects
/// to find there and what it makes.
type Candidate = Reverse<(u32, usize, u32, u32, u32)>;

impl Bpe {
    pub fn new(vocabulary: &Vocabulary, merges: Merges) -> Self {
        let tokens: HashMap<Box<[u8]>, u32> = vocabulary.texts().map(|(id, t)| (t.into(), id)).collect();
        let longest = tokens.keys().map(|t| t.len()).max().unwrap_or(0);
        Self { bytes: *vocabulary.bytes(), tokens, longest, merges }
    }

    /// Appends the ids of one piece. A piece that is a token is that token, as in tiktoken.
    pub fn encode_into(&self, piece: &[u8], ids: &mut Vec<u32>) {
        match self.token(piece) {
            Some(id) => ids.push(id),
            None => self.merge_into(piece, ids),
        }
    }

    /// A heap of possible merges over a linked list of parts: n log n for a piece of n bytes, where
    /// looking for the lowest rank after every merge would be quadratic.
    fn merge_into(&self, piece: &[u8], ids: &mut Vec<u32>) {
        let mut parts: Vec<Part> = piece
            .iter()
            .enumerate()
            .map(|(i, &byte)| Part {
                id: self.bytes[byte as usize],
                start: i,
                end: i + 1,
                previous: i.wrapping_sub(1),
                next: if i + 1 < piece.len() { i + 1 } else { NONE },
            })
            .collect();
        let mut heap: BinaryHeap<Candidate> =
            (0..parts.len()).filter_map(|at| self.candidate(piece, &parts, at)).collect();
        while let Some(Reverse((_, at, left, right, merged))) = heap.pop() {
            let next = parts[at].next;
            if next == NONE || parts[at].id != left || parts[next].id != right {
                continue; // One of the two has become part of another token since.
            }
            let (end, after) = (parts[next].end, parts[next].next);
            parts[next].next = NONE;
            parts[at] = Part { id: merged, end, next: after, ..parts[at] };
            if after != NONE {
                parts[after].previous = at;
            }
            let previous = parts[at].previous;
            heap.extend((previous != NONE).then(|| self.candidate(piece, &parts, previous)).flatten());
            heap.extend(self.candidate(piece, &parts, at));
        }
        let mut at = 0;
        while let Some(part) = parts.get(at) {
            ids.push(part.id);
            at = part.next;
        }
    }

    /// The merge of the part at `at` with the one after it, if there is such a merge.
    fn candidate(&self, piece: &[u8], parts: &[Part], at: usize) -> Option<Candidate> {
        let left = &parts[at];
        let right = parts.get(left.next)?;
        let (rank, merged) = match &self.merges {
            Merges::Ranks => self.token(&piece[left.start..right.end]).map(|id| (id, id)),
            Merges::Pairs(pairs) => pairs.get(&(left.id, right.id)).copied(),
        }?;
        Some(Reverse((rank, at, left.id, right.id, merged)))
    }

    fn token(&self, bytes: &[u8]) -> Option<u32> {
        if bytes.len() > self.longest {
            return None;
        }
        self.tokens.get(bytes).copied()
    }
}
