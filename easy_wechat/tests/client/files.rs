//! Files, to and from the sandbox.

mod broken;
mod full;
mod memory;
mod names;
mod never_replaced;
mod refused;
mod rude;
mod trace;
mod upload;
mod video;

use std::sync::{Arc, Mutex, Once};

use easy_wechat::client::{Download, Progress, Upload};
use easy_wechat::outgoing::MediaType;
use easy_wechat::sandbox::{Fault, HangUp, Injection, Sandbox};
use easy_wechat::{Mode, WeChatClient};

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest of it";
pub(crate) const JPG: &[u8] = b"\xff\xd8\xff\xe0 rest of it";
pub(crate) const GIF: &[u8] = b"GIF89a rest of it";
pub(crate) const AMR: &[u8] = b"#!AMR\n\x3c0123456789012345678901234567890";
pub(crate) const MP3: &[u8] = b"ID3 rest of it, which is a song";
pub(crate) const MP4: &[u8] = b"\0\0\0\x18ftypmp42 rest of it";

/// A client of the sandbox's app, which keeps nothing on disk.
pub(crate) fn client_of(sandbox: &Sandbox) -> WeChatClient {
    let config = sandbox
        .config_with("demo", "state_path = memory", "")
        .unwrap();
    WeChatClient::from_config(&config, "demo").unwrap()
}

/// All progress that was told.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<Progress>>>);

impl Told {
    pub(crate) fn teller(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let told = Arc::clone(&self.0);
        move |progress| told.lock().unwrap().push(progress)
    }

    /// It rose all the time, and ended where it should.
    #[track_caller]
    pub(crate) fn check(&self, total: u64) {
        let told = self.0.lock().unwrap();
        assert!(
            told.windows(2).all(|two| two[0].done < two[1].done),
            "{told:?}"
        );
        assert!(
            told.iter().all(|progress| progress.total == total),
            "{told:?}"
        );
        assert_eq!(
            told.last().map(|progress| progress.done),
            Some(total),
            "{told:?}"
        );
    }
}

fn tries(sandbox: &Sandbox, path: &str) -> usize {
    let calls = sandbox.calls();
    calls.iter().filter(|call| call.path == path).count()
}

#[tokio::test]
async fn names_come_back_as_they_went() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    for (name, back) in [
        ("二〇二六年 报告.pdf", "二〇二六年 报告.pdf"),
        ("plain.txt", "plain.txt"),
        ("émoji 🎉.bin", "émoji 🎉.bin"),
        ("say \"hi\".txt", "say _hi_.txt"),
        ("two\r\nlines.txt", "twolines.txt"),
        ("/etc/报告.txt", "报告.txt"),
        ("C:\\temp\\报告.txt", "报告.txt"),
    ] {
        let bytes = format!("what is in {name}");
        let file = Upload::bytes(name, bytes.clone());
        let up = client.upload_media(MediaType::File, file).await.unwrap();
        let media = client.media(&up.media_id).await.unwrap();
        assert_eq!(media.file_name.as_deref(), Some(back), "{name}");
        assert_eq!(media.bytes, bytes, "{name}");
        let down = client.download_media(&up.media_id, Download::to(folder.path()));
        let down = down.await.unwrap();
        assert_eq!(down.path, folder.path().join(back), "{name}");
        assert_eq!(std::fs::read(&down.path).unwrap(), bytes.as_bytes());
        std::fs::remove_file(down.path).unwrap();
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "nothing else stays"
        );
    }
}

#[tokio::test]
async fn every_type_goes_up_and_comes_down() {
    let wecom = Sandbox::start().await.unwrap();
    let official = Sandbox::builder().official_account(Mode::Safe);
    let official = official.start().await.unwrap();
    for (sandbox, media_type, bytes, content_type) in [
        (&wecom, MediaType::Image, PNG, "image/png"),
        (&wecom, MediaType::Image, JPG, "image/jpeg"),
        (&wecom, MediaType::Voice, AMR, "audio/amr"),
        (&wecom, MediaType::Video, MP4, "video/mp4"),
        (
            &wecom,
            MediaType::File,
            b"123456",
            "application/octet-stream",
        ),
        (&official, MediaType::Image, GIF, "image/gif"),
        (&official, MediaType::Voice, MP3, "audio/mpeg"),
        (&official, MediaType::Voice, AMR, "audio/amr"),
        (&official, MediaType::Thumb, JPG, "image/jpeg"),
    ] {
        let client = client_of(sandbox);
        let up = client
            .upload_media(media_type, Upload::bytes("a.bin", bytes))
            .await;
        let up = up.unwrap();
        let age = sandbox.clock().now().since(up.created_at);
        assert!(age.as_secs() < 60, "{media_type}: created {age:?} ago");
        let media = client.media(&up.media_id).await.unwrap();
        assert_eq!(media.bytes, bytes, "{media_type}");
        assert_eq!(media.content_type.as_deref(), Some(content_type));
    }
}

#[tokio::test]
async fn a_picture_for_articles_gets_an_address() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = client_of(&sandbox)
        .upload_image(Upload::bytes("a.png", PNG))
        .await;
    assert!(url.unwrap().starts_with(sandbox.url()));
}

#[tokio::test]
async fn an_upload_goes_on_when_the_platform_stumbles() {
    for fault in [
        Fault::HangUp {
            when: HangUp::Before,
        },
        Fault::HangUp {
            when: HangUp::Middle,
        },
        Fault::BadGateway,
        Fault::Errcode { errcode: -1 },
        Fault::Errcode { errcode: 42001 },
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = client_of(&sandbox);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("数据.bin");
        let bytes: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        std::fs::write(&path, &bytes).unwrap();
        let strikes = Injection::new(fault.clone())
            .path("/cgi-bin/media/upload")
            .times(1);
        sandbox.faults().inject(strikes).unwrap();
        let told = Told::default();
        let file = Upload::file(&path).on_progress(told.teller());
        let up = client.upload_media(MediaType::File, file).await;
        let up = up.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(tries(&sandbox, "/cgi-bin/media/upload"), 2, "{fault:?}");
        told.check(300_000);
        let media = client.media(&up.media_id).await.unwrap();
        assert_eq!(media.bytes, bytes, "{fault:?}");
        assert_eq!(media.file_name.as_deref(), Some("数据.bin"));
    }
}

#[tokio::test]
async fn a_token_that_expires_under_way_is_renewed() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let expiring = sandbox.clone();
    let once = Once::new();
    let file = Upload::bytes("数据.bin", vec![1; 10 << 20])
        .on_progress(move |_| once.call_once(|| expiring.faults().expire_tokens()));
    let up = client.upload_media(MediaType::File, file).await.unwrap();
    assert_eq!(
        client.media(&up.media_id).await.unwrap().bytes.len(),
        10 << 20
    );
    let codes: Vec<i64> = sandbox.calls().iter().map(|call| call.errcode).collect();
    assert_eq!(
        codes,
        [0, 42001, 0, 0, 0],
        "a token, too late, another token, the file, back"
    );
}

#[tokio::test]
async fn a_download_goes_on_when_the_platform_stumbles() {
    for fault in [
        Fault::HangUp {
            when: HangUp::Before,
        },
        Fault::HangUp {
            when: HangUp::Middle,
        },
        Fault::BadGateway,
        Fault::Errcode { errcode: -1 },
        Fault::Errcode { errcode: 40014 },
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = client_of(&sandbox);
        let bytes: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let id = sandbox.upload("file", "数据.bin", bytes.clone());
        let strikes = Injection::new(fault.clone())
            .path("/cgi-bin/media/get")
            .times(1);
        sandbox.faults().inject(strikes).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let told = Told::default();
        let to = Download::to(folder.path()).on_progress(told.teller());
        let down = client.download_media(&id, to).await;
        let down = down.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(tries(&sandbox, "/cgi-bin/media/get"), 2, "{fault:?}");
        told.check(300_000);
        assert_eq!(down.path, folder.path().join("数据.bin"));
        assert_eq!(down.size, 300_000);
        assert_eq!(std::fs::read(down.path).unwrap(), bytes, "{fault:?}");
    }
}

#[tokio::test]
async fn a_file_over_20_mb_comes_in_pieces() {
    let sandbox = Sandbox::start().await.unwrap();
    let bytes: Vec<u8> = (0..45_000_000_u32)
        .map(|at| (at >> 8).to_le_bytes()[0])
        .collect();
    let id = sandbox.upload("file", "large.bin", bytes.clone());
    let folder = tempfile::tempdir().unwrap();
    let told = Told::default();
    let to = Download::to(folder.path().join("mine.bin")).on_progress(told.teller());
    let down = client_of(&sandbox).download_media(&id, to).await.unwrap();
    told.check(45_000_000);
    assert_eq!(down.file_name.as_deref(), Some("large.bin"));
    assert!(std::fs::read(folder.path().join("mine.bin")).unwrap() == bytes);
    let codes: Vec<i64> = sandbox.calls().iter().map(|call| call.errcode).collect();
    assert_eq!(
        codes,
        [0, 830_002, 0, 0, 0],
        "a token, a refusal, three pieces"
    );
    let error = client_of(&sandbox)
        .media(&id)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("use download_media"), "{error}");
}
