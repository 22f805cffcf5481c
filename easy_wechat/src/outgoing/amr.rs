//! The length of a voice message in AMR: frames of 20 ms, each with its type in its first byte. RFC 4867, section 5.

/// Counts the frames; `None` for another format. A truncated or reserved frame ends the count.
pub(super) fn frames(bytes: &[u8]) -> Option<u64> {
    let (mut rest, sizes) = match bytes.strip_prefix(b"#!AMR\n") {
        Some(rest) => (rest, &NARROW),
        None => (bytes.strip_prefix(b"#!AMR-WB\n")?, &WIDE),
    };
    let mut count = 0;
    while let Some((head, behind)) = rest.split_first() {
        let kind = usize::from(head >> 3 & 0x0F);
        let size = sizes.get(kind).copied().flatten();
        let Some(behind) = size.and_then(|size| behind.get(size..)) else {
            break;
        };
        rest = behind;
        count += 1;
    }
    Some(count)
}

/// The size of each frame type in bytes, without the first byte; type 15 has no data.
type Sizes = [Option<usize>; 16];

static NARROW: Sizes = [
    Some(12),
    Some(13),
    Some(15),
    Some(17),
    Some(19),
    Some(20),
    Some(26),
    Some(31),
    Some(5),
    Some(6),
    Some(5),
    Some(5),
    None,
    None,
    None,
    Some(0),
];
static WIDE: Sizes = [
    Some(17),
    Some(23),
    Some(32),
    Some(36),
    Some(40),
    Some(46),
    Some(50),
    Some(58),
    Some(60),
    Some(5),
    None,
    None,
    None,
    None,
    Some(0),
    Some(0),
];
