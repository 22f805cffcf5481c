//! A stream of bytes becomes pictures.

use bytes::Bytes;
use easy_wechat::Timestamp;
use monkey_monitor::camera::{JpegStream, draw};
use proptest::prelude::*;

/// A picture as cameras write it: a thumbnail in its first segment, a quantisation table, a scan with stuffed bytes and
/// restarts.
fn picture(mark: u8) -> Vec<u8> {
    let thumbnail = b"\xFF\xD8\xFF\xDB\x00\x03q\xFF\xDA\x00\x02t\xFF\xD9";
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1];
    bytes.extend(u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes());
    bytes.extend(thumbnail);
    bytes.extend(b"\xFF\xDB\x00\x04ab\xFF\xDA\x00\x03s");
    bytes.extend([
        mark, 0xFF, 0x00, 1, 0xFF, 0xD0, 2, 0xFF, 0xD7, 3, 0xFF, 0xFF, 0x00, 0xFF, 0xD9,
    ]);
    bytes
}

fn split(chunks: &[&[u8]]) -> Vec<Bytes> {
    let mut stream = JpegStream::new();
    let mut found = Vec::new();
    for chunk in chunks {
        stream.push(chunk);
        found.extend(std::iter::from_fn(|| stream.take()));
    }
    found
}

#[track_caller]
fn check(what: &str, stream: &[u8], expected: &[Vec<u8>]) {
    assert_eq!(split(&[stream]), expected, "{what}, in one piece");
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(split(&bytes), expected, "{what}, byte by byte");
}

/// What it is, the bytes, the pictures in them.
type Row<'a> = (&'a str, &'a [u8], &'a [Vec<u8>]);

#[test]
fn each_picture_comes_out_as_it_went_in() {
    let all = [picture(1), picture(2), picture(3)];
    check("three", &all.concat(), &all);
}

#[test]
fn what_is_no_picture_is_left_out() {
    let progressive =
        b"\xFF\xD8\xFF\xC2\x00\x02\xFF\xDA\x00\x02one\xFF\xC4\x00\x02\xFF\xDA\x00\x02two\xFF\xD9";
    let ends_in_segments = b"\xFF\xD8\xFF\xDA\x00\x02x\xFF\xDC\x00\x04ab\xFF\xD9";
    let table: &[Row<'_>] = &[
        ("nothing", b"", &[]),
        ("rubbish", b"rubbish \xFF\xD8 and more \xFF", &[]),
        (
            "zeros after each",
            &[picture(1), vec![0; 9], picture(2), vec![0; 9]].concat(),
            &[picture(1), picture(2)],
        ),
        (
            "cut off, then whole",
            &[picture(1)[..20].to_vec(), picture(2)].concat(),
            &[],
        ),
        (
            "cut off in its scan",
            &[picture(1)[..picture(1).len() - 4].to_vec(), picture(2)].concat(),
            &[picture(2)],
        ),
        (
            "no scan",
            &[b"\xFF\xD8\xFF\xD9".to_vec(), picture(1)].concat(),
            &[picture(1)],
        ),
        (
            "a length of nothing",
            &[b"\xFF\xD8\xFF\xE0\x00\x00".to_vec(), picture(1)].concat(),
            &[picture(1)],
        ),
        (
            "twice begun",
            &[b"\xFF\xD8".to_vec(), picture(1)].concat(),
            &[picture(1)],
        ),
        ("progressive", progressive, &[progressive.to_vec()]),
        (
            "ends behind a segment",
            ends_in_segments,
            &[ends_in_segments.to_vec()],
        ),
    ];
    for (what, stream, expected) in table {
        if *what == "cut off, then whole" {
            // The segment's length reaches into the next picture, which is lost; the one after is not.
            let stream = [stream.to_vec(), picture(3)].concat();
            assert_eq!(split(&[&stream]).last().unwrap(), &picture(3), "{what}");
            continue;
        }
        check(what, stream, expected);
    }
}

#[test]
fn a_picture_that_is_too_long_is_left_out_and_not_kept() {
    let mut stream = JpegStream::with_limit(100);
    stream.push(b"\xFF\xD8\xFF\xDA\x00\x02");
    for _ in 0..1000 {
        stream.push(&[7; 64]);
        assert_eq!(stream.take(), None);
        assert!(format!("{stream:?}").len() < 2000, "it grows");
    }
    stream.push(&picture(1));
    assert_eq!(stream.take().unwrap(), picture(1));
    stream.push(b"\xFF\xD8\xFF\xDA\x00\x02");
    stream.push(&[7; 200]);
    stream.push(b"\xFF\xD9");
    stream.push(&picture(2));
    assert_eq!(
        stream.take().unwrap(),
        picture(2),
        "the long one came in one piece"
    );
}

#[test]
fn real_pictures_are_split_wherever_they_are_cut() {
    let drawn: Vec<Bytes> = (0..5)
        .map(|second| draw(160, 120, Timestamp::from_secs(second)).unwrap())
        .collect();
    let stream = drawn.concat();
    for size in [1, 7, 1000, 65_536] {
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        assert_eq!(split(&chunks), drawn, "in pieces of {size}");
    }
}

proptest! {
    #[test]
    fn rubbish_never_panics_and_is_the_same_in_pieces(
        pieces in prop::collection::vec(
            prop_oneof![
                Just(vec![0xFF, 0xD8, 0xFF]), Just(vec![0xFF, 0xD9]), Just(vec![0xFF, 0xDA, 0, 2]), Just(vec![0xFF]),
                Just(picture(9)), prop::collection::vec(any::<u8>(), 0..9),
            ],
            0..30,
        ),
        size in 1_usize..40,
    ) {
        let stream = pieces.concat();
        let whole = split(&[&stream]);
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        prop_assert_eq!(split(&chunks), whole.clone());
        for picture in whole {
            prop_assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF]) && picture.ends_with(&[0xFF, 0xD9]));
        }
    }
}
