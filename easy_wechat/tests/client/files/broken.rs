//! Downloads from a platform that breaks off, or lies.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use easy_wechat::client::Download;
use easy_wechat::{ClientError, MediaId};

use super::Told;
use super::rude::{NAME, Reply, Rude};

const ID: &str = "3a-Bc_9";

fn file() -> Vec<u8> {
    (0..100_000_u32)
        .map(|at| (at / 7).to_le_bytes()[0])
        .collect()
}

/// Downloads it, and checks what is asked for on the way and that nothing but the file stays.
async fn arrives<F>(reply: F, firsts: &[Option<&str>])
where
    F: Fn(usize, Option<usize>) -> Reply + Send + 'static,
{
    let rude = Rude::start(reply).await;
    let folder = tempfile::tempdir().unwrap();
    let told = Told::default();
    let to = Download::to(folder.path()).on_progress(told.teller());
    let down = rude
        .client()
        .download_media(&MediaId::from(ID), to)
        .await
        .unwrap();
    assert_eq!(down.path, folder.path().join("数据.bin"));
    assert_eq!(fs::read(down.path).unwrap(), file());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    told.check(100_000);
    let asked = rude.firsts();
    let asked: Vec<Option<&str>> = asked.iter().map(Option::as_deref).collect();
    assert_eq!(asked, firsts);
}

/// Fails with an error that says `says`; what stays of it.
async fn fails<F>(reply: F, says: &str) -> Option<Vec<u8>>
where
    F: Fn(usize, Option<usize>) -> Reply + Send + 'static,
{
    let rude = Rude::start(reply).await;
    let folder = tempfile::tempdir().unwrap();
    let to = Download::to(folder.path());
    let error = rude
        .client()
        .download_media(&MediaId::from(ID), to)
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::Unreachable { .. }),
        "{error:?}"
    );
    let error = error.to_string();
    assert!(error.contains(says), "{says}: {error}");
    let mut left = fs::read_dir(folder.path()).unwrap();
    left.next()
        .map(|left| fs::read(left.unwrap().path()).unwrap())
}

#[tokio::test]
async fn a_cut_download_goes_on_where_it_was_cut() {
    arrives(
        |_, first| Reply::honest(&file(), first, 40_000),
        &[None, Some("40000"), Some("80000")],
    )
    .await;
}

#[tokio::test]
async fn a_platform_that_knows_no_ranges_begins_anew() {
    arrives(
        |count, _| Reply::honest(&file(), None, if count == 2 { 100_000 } else { 40_000 }),
        &[None, Some("40000"), Some("40000")],
    )
    .await;
}

#[tokio::test]
async fn a_piece_of_another_place_is_never_appended() {
    for range in [
        "bytes 0-59999/100000",
        "bytes 40001-99999/100000",
        "none",
        "bytes 40000-99999/*",
        "bytes 40000-99999/99999",
    ] {
        arrives(
            move |count, first| match (count, first) {
                (0, None) => Reply::honest(&file(), None, 40_000),
                (1, Some(_)) => {
                    let headers = format!("{NAME}Content-Range: {range}\r\n");
                    Reply::new("206 Partial Content", &headers, 60_000, &vec![9; 60_000])
                }
                _ => Reply::honest(&file(), first, 100_000),
            },
            &[None, Some("40000"), None],
        )
        .await;
    }
}

#[tokio::test]
async fn a_platform_that_lies_on_leaves_nothing_behind() {
    let left = fails(
        |_, first| {
            if first.is_none() {
                return Reply::honest(&file(), None, 40_000);
            }
            let headers = "Content-Range: bytes 0-99999/100000\r\n";
            Reply::new("206 Partial Content", headers, 100_000, &file())
        },
        "bytes 0 to 99999 of 100000 in place of those from 40000 on",
    )
    .await;
    assert_eq!(left, None);
}

#[tokio::test]
async fn more_or_less_than_the_range_is_not_taken() {
    for (promised, sent) in [(60_010, 60_010), (59_990, 59_990)] {
        arrives(
            move |count, first| match (count, first) {
                (1, Some(first)) => {
                    let headers = format!("{NAME}Content-Range: bytes {first}-99999/100000\r\n");
                    Reply::new("206 Partial Content", &headers, promised, &vec![9; sent])
                }
                (0, _) => Reply::honest(&file(), None, 40_000),
                _ => Reply::honest(&file(), first, 100_000),
            },
            &[None, Some("40000"), None],
        )
        .await;
    }
}

/// Without a length that is promised, only the range tells.
#[tokio::test]
async fn a_piece_with_no_length_is_measured_by_its_range() {
    let chunked = |first: usize, bytes: &[u8]| Reply {
        head: format!(
            "HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\n{NAME}\
             Content-Range: bytes {first}-99999/100000\r\n"
        ),
        body: [
            format!("{:x}\r\n", bytes.len()).as_bytes(),
            bytes,
            b"\r\n0\r\n\r\n",
        ]
        .concat(),
    };
    let left = fails(
        move |_, first| match first {
            None => Reply::honest(&file(), None, 40_000),
            Some(first) => chunked(first, &vec![9; 60_001]),
        },
        "longer than it says",
    )
    .await;
    assert_eq!(left, None);
    arrives(
        move |count, first| match (count, first) {
            (_, None) => Reply::honest(&file(), None, 40_000),
            (1, Some(first)) => chunked(first, &file()[first..first + 10_000]),
            (_, Some(first)) => chunked(first, &file()[first..]),
        },
        &[None, Some("40000"), Some("50000")],
    )
    .await;
}

#[tokio::test]
async fn what_was_cut_too_often_is_gone_on_with_next_time() {
    let rude = Rude::start(|count, first| match count {
        0 => Reply::honest(&file(), first, 30_000),
        1..3 => Reply::honest(&file(), first, 0),
        _ => Reply::honest(&file(), first, 100_000),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let id = MediaId::from(ID);
    let client = rude.client();
    let error = client
        .download_media(&id, Download::to(folder.path()))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error}");
    let left: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    assert_eq!(left.len(), 1);
    let name = left[0].file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("media-3aBc_9-") && left[0].extension().is_some_and(|it| it == "part"),
        "{name}"
    );
    assert_eq!(fs::read(&left[0]).unwrap(), &file()[..30_000]);
    let down = client
        .download_media(&id, Download::to(folder.path()))
        .await
        .unwrap();
    assert_eq!(fs::read(down.path).unwrap(), file());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(rude.firsts().last().unwrap().as_deref(), Some("30000"));
}

/// What another program left there may be the whole file already, or one that is longer.
#[tokio::test]
async fn a_part_that_is_whole_or_too_long_is_no_trouble() {
    for (left, firsts) in [
        (file(), vec![Some("100000".to_owned())]),
        (
            [file(), file()].concat(),
            vec![Some("200000".to_owned()), None],
        ),
    ] {
        let rude = Rude::start(|_, first| Reply::honest(&file(), first, 100_000)).await;
        let folder = tempfile::tempdir().unwrap();
        let id = MediaId::from(ID);
        let part = folder.path().join(part_name(&rude).await);
        fs::write(&part, left).unwrap();
        let before = rude.firsts().len();
        let to = Download::to(folder.path().join("mine"));
        let down = rude.client().download_media(&id, to).await.unwrap();
        assert_eq!(fs::read(down.path).unwrap(), file());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(rude.firsts()[before..], firsts);
    }
}

/// Two at once do not write into one file.
#[tokio::test]
async fn two_downloads_of_one_file_do_not_mix() {
    let rude = Rude::start(|_, first| Reply::honest(&file(), first, 100_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let (client, id) = (rude.client(), MediaId::from(ID));
    let to = |name: &str| Download::to(folder.path().join(name));
    let (one, two) = tokio::join!(
        client.download_media(&id, to("one")),
        client.download_media(&id, to("two"))
    );
    for down in [one, two] {
        assert_eq!(fs::read(down.unwrap().path).unwrap(), file());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// The name of the part, seen while a download goes on.
async fn part_name(rude: &Rude) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let seen: Arc<Mutex<String>> = Arc::default();
    let name = Arc::clone(&seen);
    let to = Download::to(&path).on_progress(move |_| {
        let first = fs::read_dir(&path).unwrap().next().unwrap().unwrap();
        *name.lock().unwrap() = first.file_name().into_string().unwrap();
    });
    let id = MediaId::from(ID);
    rude.client().download_media(&id, to).await.unwrap();
    seen.lock().unwrap().clone()
}
