//! What never leaves this machine, and what leaves nothing behind.

use std::fs;
use std::path::Path;

use easy_wechat::client::{Download, Upload};
use easy_wechat::outgoing::MediaType;
use easy_wechat::sandbox::Sandbox;
use easy_wechat::{ClientError, MediaId, Mode};

use super::{AMR, GIF, JPG, MP3, MP4, PNG, client_of};

#[tokio::test]
async fn what_the_platform_would_not_take_is_not_sent() {
    let wecom = Sandbox::start().await.unwrap();
    let official = Sandbox::builder().official_account(Mode::Safe);
    let official = official.start().await.unwrap();
    let large = |head: &[u8], mib: usize| [head, &vec![0; mib << 20]].concat();
    for (sandbox, media_type, bytes, says) in [
        (&wecom, MediaType::Image, GIF.to_vec(), "GIF"),
        (&wecom, MediaType::Image, large(PNG, 10), "10485760"),
        (&wecom, MediaType::Voice, MP3.to_vec(), "MP3"),
        (&wecom, MediaType::Voice, large(AMR, 2), "2097152"),
        (&wecom, MediaType::Video, PNG.to_vec(), "takes MP4"),
        (&wecom, MediaType::Video, large(MP4, 10), "10485760"),
        (&wecom, MediaType::File, b"12345".to_vec(), "5 bytes"),
        (&wecom, MediaType::File, Vec::new(), "0 bytes"),
        (&wecom, MediaType::File, large(b"1", 20), "20971520"),
        (&wecom, MediaType::Thumb, JPG.to_vec(), "thumb"),
        (&official, MediaType::File, b"123456".to_vec(), "file"),
        (&official, MediaType::Thumb, PNG.to_vec(), "takes JPG"),
    ] {
        let client = client_of(sandbox);
        let file = Upload::bytes("名字.bin", bytes);
        let error = client.upload_media(media_type, file).await.unwrap_err();
        assert!(matches!(error, ClientError::Outgoing(_)), "{error:?}");
        let error = error.to_string();
        assert!(
            error.contains("名字.bin") && error.contains(says),
            "{says}: {error}"
        );
    }
    for (sandbox, bytes, says) in [
        (&wecom, large(PNG, 2), "2097152"),
        (&wecom, GIF.to_vec(), "GIF"),
        (&official, large(PNG, 1), "1048576"),
        (&official, GIF.to_vec(), "GIF"),
    ] {
        let file = Upload::bytes("a.png", bytes);
        let error = client_of(sandbox)
            .upload_image(file)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{error}");
    }
    assert!(wecom.calls().is_empty() && official.calls().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_not_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (path, says) in [
        (folder.path().join("没有.txt"), "No such file"),
        (folder.path().to_owned(), "it is a folder"),
        (Path::new("").to_owned(), "No such file"),
        (Path::new("/dev/null").to_owned(), "no regular file"),
    ] {
        let file = Upload::file(&path);
        let error = client_of(&sandbox)
            .upload_media(MediaType::File, file)
            .await;
        let ClientError::File {
            path: named,
            what,
            source,
        } = error.unwrap_err()
        else {
            panic!("{}: another error", path.display());
        };
        assert_eq!((named, what), (path, "read"));
        assert!(source.to_string().contains(says), "{says}: {source}");
    }
    assert!(sandbox.calls().is_empty());
}

#[tokio::test]
async fn where_nothing_can_be_written_nothing_is_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.upload("file", "a.txt", *b"what is in it");
    let folder = tempfile::tempdir().unwrap();
    for path in [
        folder.path().join("no/folder/a.txt"),
        folder.path().join("no/"),
    ] {
        let error = client_of(&sandbox)
            .download_media(&id, Download::to(path))
            .await;
        let ClientError::File {
            path: named, what, ..
        } = error.unwrap_err()
        else {
            panic!("another error");
        };
        assert_eq!(what, "written");
        assert!(named.starts_with(folder.path()), "{}", named.display());
    }
    assert!(sandbox.calls().is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_more_leaves_nothing_behind() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.txt");
    fs::write(&old, "as it was").unwrap();
    let client = client_of(&sandbox);
    let gone = client
        .download_media(&MediaId::from("gone/../\0x"), Download::to(&old))
        .await;
    assert_eq!(gone.unwrap_err().errcode(), Some(40007));
    assert_eq!(fs::read_to_string(&old).unwrap(), "as it was");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let id = sandbox.upload("file", "a.txt", *b"something new");
    let down = client
        .download_media(&id, Download::to(&old))
        .await
        .unwrap();
    assert_eq!(down.path, old);
    assert_eq!(fs::read_to_string(&old).unwrap(), "something new");
}
