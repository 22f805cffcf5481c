//! Sample files for a member to send: an AMR voice message, for one, is rarely at hand.

use bytes::Bytes;

/// Name and bytes of a small file of this kind, which the platform takes.
pub(crate) fn sample(kind: &str) -> Option<(&'static str, Bytes)> {
    match kind {
        "image" => Some(("sample.jpg", Bytes::from_static(PICTURE))),
        "voice" => Some(("sample.amr", silence())),
        "video" => Some(("sample.mp4", Bytes::from_static(VIDEO))),
        _ => None,
    }
}

/// Two seconds of silence in AMR narrow band: frames of 20 ms at 12.2 kbit/s.
fn silence() -> Bytes {
    let mut bytes = b"#!AMR\n".to_vec();
    for _ in 0..100 {
        bytes.extend_from_slice(&SILENT_FRAME);
        bytes.resize(bytes.len() + FRAME - SILENT_FRAME.len(), 0);
    }
    bytes.into()
}

/// In bytes, with its head.
const FRAME: usize = 32;

/// A frame up to its last byte that is not zero.
const SILENT_FRAME: [u8; 17] = [
    0x3C, 0x91, 0x17, 0x16, 0xBE, 0x66, 0x79, 0xE1, 0xE0, 0x01, 0xE7, 0xAF, 0xF0, 0x00, 0x00, 0x00,
    0x80,
];

static PICTURE: &[u8] = include_bytes!("samples/sample.jpg");

/// Two seconds of H.264 with a tone in AAC.
static VIDEO: &[u8] = include_bytes!("samples/sample.mp4");
