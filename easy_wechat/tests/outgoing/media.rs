//! Files are looked at before they are uploaded.

use MediaType::{File, Image, Thumb, Video, Voice};
use easy_wechat::AccountKind::{OfficialAccount, WeCom};
use easy_wechat::{AccountKind, MediaType};

const JPG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0";
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
const GIF: &[u8] = b"GIF89a\x01\0";
const AMR: &[u8] = b"#!AMR\n\x3C";
const MP3: &[u8] = b"ID3\x03\0\0";
const MP3_FRAME: &[u8] = b"\xFF\xFB\x90\x44";
const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0";
const MOV: &[u8] = b"\0\0\0\x14ftypqt  \0\0\0\0";
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0";
const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 ";
const TEXT: &[u8] = b"hello, world";

#[test]
fn files_that_are_taken() {
    let mb = 1024 * 1024;
    for (media_type, kind, size, head) in [
        (Image, WeCom, 6, JPG),
        (Image, WeCom, 10 * mb, PNG),
        (Image, OfficialAccount, 10 * mb, GIF),
        (Voice, WeCom, 2 * mb, AMR),
        (Voice, OfficialAccount, 2 * mb, MP3),
        (Voice, OfficialAccount, 2 * mb, MP3_FRAME),
        (Video, WeCom, 10 * mb, MP4),
        (Video, OfficialAccount, 10 * mb, MP4),
        (File, WeCom, 20 * mb, TEXT),
        (File, WeCom, 6, b""),
        (Thumb, OfficialAccount, 64 * 1024, JPG),
    ] {
        assert_eq!(
            media_type.check(kind, "a.b", size, head),
            Ok(()),
            "{media_type} {kind}"
        );
    }
}

#[test]
#[rustfmt::skip]
fn files_that_are_refused() {
    let mb = 1024 * 1024;
    let convert = ": convert it, or upload it as file";
    let cases: [(MediaType, AccountKind, u64, &[u8], &str); 18] = [
        (Image, WeCom, 5, JPG, "has 5 bytes; as image the platform takes 6 to 10485760"),
        (File, WeCom, 0, b"", "has 0 bytes; as file the platform takes 6 to 20971520"),
        (Image, WeCom, 10 * mb + 1, JPG, "has 10485761 bytes; as image the platform takes 6 to 10485760{s}"),
        (Voice, WeCom, 2 * mb + 1, AMR, "has 2097153 bytes; as voice the platform takes 6 to 2097152{s}"),
        (Video, WeCom, 10 * mb + 1, MP4, "has 10485761 bytes; as video the platform takes 6 to 10485760{s}"),
        (File, WeCom, 20 * mb + 1, TEXT, "has 20971521 bytes; as file the platform takes 6 to 20971520{s}"),
        (Thumb, OfficialAccount, 65_537, JPG, "has 65537 bytes; as thumb the platform takes 6 to 65536{s}"),
        (Thumb, WeCom, 100, JPG, ": WeCom takes no files of type thumb"),
        (File, OfficialAccount, 100, TEXT, ": Official Account takes no files of type file"),
        (Image, WeCom, 100, GIF, "looks like GIF; as image the platform takes JPG, PNG"),
        (Image, WeCom, 100, WEBP, "looks like WEBP; as image the platform takes JPG, PNG"),
        (Image, WeCom, 100, HEIC, "looks like HEIC; as image the platform takes JPG, PNG"),
        (Image, WeCom, 100, TEXT, "looks like nothing that is known; as image the platform takes JPG, PNG"),
        (Image, WeCom, 100, b"", "looks like nothing that is known; as image the platform takes JPG, PNG"),
        (Voice, WeCom, 100, MP3, "looks like MP3; as voice the platform takes AMR"),
        (Voice, OfficialAccount, 100, MP4, "looks like MP4; as voice the platform takes AMR, MP3"),
        (Video, WeCom, 100, MOV, "looks like MOV; as video the platform takes MP4"),
        (Thumb, OfficialAccount, 100, PNG, "looks like PNG; as thumb the platform takes JPG"),
    ];
    for (media_type, kind, size, head, expected) in cases {
        let error = media_type.check(kind, "猫.jpg", size, head).unwrap_err().to_string();
        let space = if expected.starts_with(':') { "" } else { " " };
        let end = if expected.starts_with("looks") { convert } else { "" };
        let expected = expected.replace("{s}", ": make it smaller");
        assert_eq!(error, format!("猫.jpg{space}{expected}{end}"));
    }
}

#[test]
fn the_type_is_guessed_by_what_is_in_it() {
    for (name, head, expected) in [
        ("a.txt", JPG, Image),
        ("a.txt", PNG, Image),
        ("a", AMR, Voice),
        ("a", MP4, Video),
        ("a.jpg", GIF, File),
        ("a.jpg", TEXT, File),
        ("a.mov", MOV, File),
        ("a.mp3", MP3, File),
        ("a.jpg", b"".as_slice(), Image),
        ("b.a.JPEG", b"", Image),
        ("a.png", b"", Image),
        ("a.amr", b"", Voice),
        ("a.mp4", b"", Video),
        ("a.pdf", b"", File),
        ("jpg", b"", File),
        ("", b"", File),
    ] {
        assert_eq!(MediaType::guess(name, head), expected, "{name}");
    }
}

#[test]
fn names_are_the_platforms() {
    let names = [Image, Voice, Video, File, Thumb].map(MediaType::as_str);
    assert_eq!(names, ["image", "voice", "video", "file", "thumb"]);
}

/// 20 ms each, in the best quality.
fn amr(frames: usize) -> Vec<u8> {
    let mut bytes = b"#!AMR\n".to_vec();
    for _ in 0..frames {
        bytes.push(0x3C);
        bytes.extend([0; 31]);
    }
    bytes
}

#[test]
fn a_voice_message_of_more_than_a_minute_is_refused() {
    let wide = |frames: usize| {
        let frame = [&[0x44][..], &[0; 60]].concat();
        [b"#!AMR-WB\n".to_vec(), frame.repeat(frames)].concat()
    };
    for (bytes, seconds) in [
        (amr(0), None),
        (amr(50 * 60), None),
        (amr(50 * 60 + 1), Some(61)),
        (amr(50 * 61), Some(61)),
        (wide(50 * 60), None),
        (wide(50 * 75), Some(75)),
        (b"no AMR".to_vec(), None),
    ] {
        let checked = Voice.check_length("a.amr", &bytes);
        let told = checked.err().map(|error| match error {
            easy_wechat::OutgoingError::VoiceTooLong { seconds, .. } => seconds,
            error => panic!("{error}"),
        });
        assert_eq!(told, seconds, "{} bytes", bytes.len());
        assert_eq!(File.check_length("a.amr", &bytes), Ok(()));
    }
}
