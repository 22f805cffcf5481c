//! From random bytes to an input that gets past the first check: one of the corpus, changed.

/// Bytes to decide by; nothing but zeros at their end.
struct Dice<'a>(&'a [u8]);

impl Dice<'_> {
    /// A number below `limit`, which is at least 1.
    fn below(&mut self, limit: usize) -> usize {
        let Some((two, rest)) = self.0.split_first_chunk::<2>() else {
            self.0 = &[];
            return 0;
        };
        self.0 = rest;
        usize::from(u16::from_le_bytes(*two)) % limit
    }

    /// A place in `length` bytes, and the end of a piece that begins there.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 24 };
        start..(start + self.below(most + 1)).min(length)
    }
}

pub(crate) fn shape(seed: &[u8], corpus: &[(String, Vec<u8>)], dictionary: &[&str]) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut input = match dice.below(12) {
        0 => return dice.0.to_vec(),
        1 => Vec::new(),
        _ => corpus[dice.below(corpus.len())].1.clone(),
    };
    while !dice.0.is_empty() {
        let piece = dice.piece(input.len());
        match dice.below(9) {
            0 => drop(input.drain(piece)),
            1 => {
                let again = input[piece.clone()].repeat(1 + dice.below(8));
                input.splice(piece.end..piece.end, again);
            }
            2 | 3 => {
                let word = dictionary[dice.below(dictionary.len())].bytes();
                input.splice(piece.start..piece.start, word);
            }
            4 => {
                let word = dictionary[dice.below(dictionary.len())].bytes();
                input.splice(piece, word);
            }
            5 => {
                let byte = u8::try_from(dice.below(256)).unwrap();
                if let Some(place) = input.get_mut(piece.start) {
                    *place = byte;
                }
            }
            6 => {
                let (_, other) = &corpus[dice.below(corpus.len())];
                let from = dice.piece(other.len());
                input.splice(piece, other[from].iter().copied());
            }
            7 if dice.below(8) == 0 => {
                let times = 1 + dice.below(LONGEST / input.len().max(1) + 1);
                input = input.repeat(times);
            }
            _ if dice.below(4) == 0 => input.truncate(piece.start),
            _ => {}
        }
        input.truncate(LONGEST);
    }
    input
}

/// How many random bytes decide about one input.
pub(crate) const MAX_SEED: usize = 160;

/// What grows faster than its input shows at this length.
const LONGEST: usize = 64 * 1024;
