//! A name that the sender chose replaces nothing.

use std::fs;
use std::path::Path;

use easy_wechat::client::Download;
use easy_wechat::sandbox::Sandbox;
use easy_wechat::{ClientError, MediaId};

use super::client_of;
use super::rude::{Reply, Rude};

/// The platform calls every voice message `voice`.
#[tokio::test]
async fn two_voice_messages_become_two_files() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    for (sent, content, kept) in [
        ("voice", "one", "voice"),
        ("voice", "two", "voice-2"),
        ("voice", "three", "voice-3"),
        ("月报.pdf", "one", "月报.pdf"),
        ("月报.pdf", "two", "月报-2.pdf"),
        ("b.tar.gz", "one", "b.tar.gz"),
        ("b.tar.gz", "two", "b-2.tar.gz"),
        ("voice-2", "four", "voice-2-2"),
    ] {
        let id = sandbox.upload("file", sent, content);
        let down = client.download_media(&id, Download::to(folder.path()));
        let down = down.await.unwrap();
        assert_eq!(down.path, folder.path().join(kept), "{sent}");
        assert_eq!(down.file_name.as_deref(), Some(sent));
        assert_eq!(fs::read_to_string(&down.path).unwrap(), content);
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("voice")).unwrap(),
        "one"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8);
}

#[tokio::test]
async fn whatever_lies_in_the_folder_stays_as_it_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let above = tempfile::tempdir().unwrap();
    let victim = above.path().join("victim");
    fs::write(&victim, "mine").unwrap();
    let folder = above.path().join("in");
    for lying in [
        "file",
        "folder",
        "full folder",
        "link",
        "dangling link",
        "link to itself",
    ] {
        fs::create_dir(&folder).unwrap();
        let at = folder.join("photo.jpg");
        match lying {
            "file" => fs::write(&at, "mine").unwrap(),
            "folder" => fs::create_dir(&at).unwrap(),
            "full folder" => fs::create_dir_all(at.join("deep")).unwrap(),
            "link" => link(&victim, &at),
            "dangling link" => link(&above.path().join("made by a link"), &at),
            _ => link(&at, &at),
        }
        let before = fs::symlink_metadata(&at).unwrap();
        let id = sandbox.upload("file", "photo.jpg", "theirs");
        let down = client
            .download_media(&id, Download::to(&folder))
            .await
            .unwrap();
        assert_eq!(down.path, folder.join("photo-2.jpg"), "{lying}");
        assert_eq!(fs::read_to_string(&down.path).unwrap(), "theirs", "{lying}");
        let after = fs::symlink_metadata(&at).unwrap();
        assert_eq!(after.file_type(), before.file_type(), "{lying}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine", "{lying}");
        assert!(!above.path().join("made by a link").exists());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "{lying}");
        fs::remove_dir_all(&folder).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_the_same_moment_get_a_file_each() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let same = sandbox.upload("file", "voice", "same");
    let downloads = (0..24).map(|number| {
        let id = if number % 2 == 0 {
            same.clone()
        } else {
            sandbox.upload("file", "voice", format!("{number}"))
        };
        let (client, to) = (client.clone(), Download::to(folder.path()));
        tokio::spawn(async move { client.download_media(&id, to).await.unwrap().path })
    });
    let downloads: Vec<_> = downloads.collect();
    let mut contents = Vec::new();
    for download in downloads {
        contents.push(fs::read_to_string(download.await.unwrap()).unwrap());
    }
    contents.sort();
    contents.dedup();
    assert_eq!(contents.len(), 13, "{contents:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 24);
}

#[tokio::test]
async fn only_a_path_that_the_caller_wrote_is_replaced() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.jpg");
    for content in ["one", "two"] {
        let id = sandbox.upload("file", "photo.jpg", content);
        let down = client
            .download_media(&id, Download::to(&path))
            .await
            .unwrap();
        assert_eq!(down.path, path);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// In a folder that users share, the name of the part file can be foreseen.
#[cfg(unix)]
#[tokio::test]
async fn a_part_file_that_another_user_has_prepared_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;

    let rude = Rude::start(|_, first| Reply::honest(b"honest content", first, 100)).await;
    let above = tempfile::tempdir().unwrap();
    let victim = above.path().join("victim");
    let id = MediaId::from("id-1");
    for prepared in [
        "link",
        "dangling link",
        "second name",
        "writable by all",
        "pipe",
        "folder",
    ] {
        fs::write(&victim, "mine").unwrap();
        let folder = above.path().join("in");
        fs::create_dir(&folder).unwrap();
        let part = folder.join("media-id1-188189cf87016bdd.part");
        match prepared {
            "link" => link(&victim, &part),
            "dangling link" => link(&above.path().join("made by a link"), &part),
            "second name" => fs::hard_link(&victim, &part).unwrap(),
            "writable by all" => {
                fs::write(&part, "evil").unwrap();
                fs::set_permissions(&part, fs::Permissions::from_mode(0o666)).unwrap();
            }
            "pipe" => {
                let made = std::process::Command::new("mkfifo").arg(&part).status();
                assert!(made.unwrap().success());
            }
            _ => fs::create_dir(&part).unwrap(),
        }
        let down = rude
            .client()
            .download_media(&id, Download::to(&folder))
            .await;
        let down = down.unwrap();
        assert_eq!(
            fs::read(&down.path).unwrap(),
            b"honest content",
            "{prepared}"
        );
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine", "{prepared}");
        assert!(!above.path().join("made by a link").exists(), "{prepared}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "{prepared}");
        fs::remove_dir_all(&folder).unwrap();
    }
    let asked = rude.firsts();
    assert!(
        asked.iter().all(Option::is_none),
        "nothing was gone on with: {asked:?}"
    );
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[cfg(not(unix))]
fn link(_: &Path, at: &Path) {
    fs::write(at, "").unwrap();
}

/// `download … /dev/null` by root would leave the machine without it.
#[cfg(unix)]
#[tokio::test]
async fn a_device_a_pipe_or_a_socket_is_not_replaced() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    use std::os::unix::net::UnixListener;

    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let id = sandbox.upload("file", "a.bin", "content");
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _listens = UnixListener::bind(&socket).unwrap();
    let link = folder.path().join("link");
    symlink("/dev/null", &link).unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for (path, stays) in [
        (&socket, fs::FileType::is_socket as fn(&_) -> bool),
        (&link, fs::FileType::is_symlink),
        (&pipe, fs::FileType::is_fifo),
    ] {
        let error = client.download_media(&id, Download::to(path)).await;
        let error = error.unwrap_err();
        assert!(
            matches!(&error, ClientError::File { path: told, .. } if told == path),
            "{error:?}"
        );
        let kind = fs::symlink_metadata(path).unwrap().file_type();
        assert!(stays(&kind), "{}: {kind:?}", path.display());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "no parts");
}
