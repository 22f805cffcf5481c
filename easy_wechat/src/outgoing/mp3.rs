//! How long an MP3 is: frames of Layer III, each with its bit rate and sampling rate in its header. ISO/IEC 11172-3, section
//! 2.4, and for lower sampling rates ISO/IEC 13818-3.

/// How long all frames last, in milliseconds; 0 for another format. What is no frame ends the count.
pub(super) fn millis(bytes: &[u8]) -> u64 {
    let mut rest = behind_tag(bytes);
    let mut micros: u64 = 0;
    while let Some(frame) = Frame::read(rest) {
        let Some((bytes, behind)) = rest.split_at_checked(frame.size) else {
            break;
        };
        if !is_index(bytes) {
            micros += frame.samples * 1_000_000 / frame.rate;
        }
        rest = behind;
    }
    micros / 1000
}

/// A header of 32 bits.
struct Frame {
    /// In bytes, with the header.
    size: usize,
    samples: u64,
    /// Samples a second.
    rate: u64,
}

impl Frame {
    fn read(bytes: &[u8]) -> Option<Self> {
        let header = u32::from_be_bytes(*bytes.first_chunk()?);
        let bits = |from: u32, count: u32| (header >> from) & ((1 << count) - 1);
        // The layer 01 is III.
        if bits(21, 11) != 0x7FF || bits(17, 2) != 0b01 {
            return None;
        }
        let (divisor, is_first) = match bits(19, 2) {
            0b11 => (1, true),
            0b10 => (2, false),
            0b00 => (4, false),
            _ => return None,
        };
        let at = |table: &[u32], index: u32| {
            let found = table.get(usize::try_from(index).ok()?).copied();
            found.filter(|&it| it > 0)
        };
        let rate = at(&RATES, bits(10, 2))? / divisor;
        let kilobits = at(if is_first { &FIRST } else { &SECOND }, bits(12, 4))?;
        let samples = if is_first { 1152 } else { 576 };
        let size = samples / 8 * kilobits * 1000 / rate + bits(9, 1);
        Some(Self {
            size: usize::try_from(size).ok()?,
            samples: samples.into(),
            rate: rate.into(),
        })
    }
}

/// Whether the frame holds an index of the file and no sound: `Xing`, `Info`, which stand behind 9 to 32 bytes.
fn is_index(frame: &[u8]) -> bool {
    let mut words = frame.windows(4).take(40);
    words.any(|word| word == b"Xing" || word == b"Info")
}

/// What stands behind a tag of `ID3v2`, whose size is written in four times seven bits.
fn behind_tag(bytes: &[u8]) -> &[u8] {
    let Some([_, _, flags, size @ ..]) = bytes
        .strip_prefix(b"ID3")
        .and_then(|tag| tag.first_chunk::<7>())
    else {
        return bytes;
    };
    let size = size
        .iter()
        .fold(0, |size, &byte| size << 7 | usize::from(byte & 0x7F));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    bytes.get(10 + size + footer..).unwrap_or_default()
}

/// In Hz, for the first version; the second has half of it, version 2.5 a quarter.
static RATES: [u32; 3] = [44_100, 48_000, 32_000];

/// In kbit/s. 0 is a rate that the header does not say.
static FIRST: [u32; 15] = [
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
static SECOND: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
