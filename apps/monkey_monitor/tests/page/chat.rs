//! What one writes in the chat, and what comes.

use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Fault, HangUp, Incoming, Injection};
use monkey_monitor::camera::CameraSettings;

use crate::running::Running;
use crate::support::{Program, TEST_PICTURE, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_comes_and_is_on_the_page() {
    let running = Running::synthetic().await;
    for (nth, text) in ["拍照", "请给我拍照吧", "拍照还是视频?"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(running.answer("zhangsan", text).await, "请耐心等待拍照");
        let photo = running.message("zhangsan", 2 * nth + 2).await;
        assert_eq!(photo.msg_type, "image");
        assert!(running.media(&photo).await.starts_with(&[0xFF, 0xD8]));
    }
    let photo = crate::web::get(running.addr(), "/photo/3.jpg").await;
    assert_eq!(
        (photo.status, photo.header("content-type")),
        (200, Some("image/jpeg"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_ten_seconds_comes() {
    let ffmpeg = Program::ffmpeg();
    let running = Running::start(settings(TEST_PICTURE, &ffmpeg), |page| {
        page.address = Some("https://example.com/monkey/".to_owned());
    })
    .await;
    assert_eq!(
        running.answer("zhangsan", "来一段视频").await,
        "请耐心等待视频录制, 若想查看实时视频流(可能较卡), 请访问: https://example.com/monkey/"
    );
    let asked = Instant::now();
    let film = running.message("zhangsan", 2).await;
    assert!(asked.elapsed() > Duration::from_secs(8));
    assert_eq!(film.msg_type, "video");
    let saved = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(saved.path(), running.media(&film).await).unwrap();
    let output = std::process::Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
        ])
        .arg(saved.path())
        .output()
        .unwrap();
    let plays: f64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap();
    assert!((plays - 10.0).abs() < 0.06, "it plays {plays} s");
    let words = |key: &str| film.content[key].as_str().unwrap().to_owned();
    assert!(words("title").contains(" 20"), "{}", words("title"));
    assert!(words("description").contains("转码"));
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_is_answered_with_how_to_use_it() {
    let running = Running::synthetic().await;
    for text in [
        "你好",
        "拍 照",
        "🙈🙉🙊",
        "\u{202E}照拍",
        "<b>",
        &"x".repeat(2048),
        &"猴".repeat(680),
    ] {
        let answer = running.answer("zhangsan", text).await;
        for words in ["无法理解您的要求", "拍照", "视频"] {
            assert!(answer.contains(words), "{answer}");
        }
    }
    let member = running.sandbox.member("zhangsan");
    let seen = member
        .sends(Incoming::event("subscribe", NOTHING))
        .await
        .unwrap();
    assert!(
        seen.messages[0].content["content"]
            .as_str()
            .unwrap()
            .contains("拍照")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_camera_is_told_with_the_reason() {
    let busy = Program::script("echo 'Device or resource busy' >&2; exit 1");
    let running = Running::start(settings("/dev/video0", &busy), |_| {}).await;
    for (nth, text) in ["拍照", "视频"].into_iter().enumerate() {
        running.answer("lisi", text).await;
        let words = running.message("lisi", 2 * nth + 2).await;
        assert_eq!(words.content["content"], "摄像头被占用");
    }
    let mut camera = CameraSettings::default();
    camera.ffmpeg = "/nowhere/ffmpeg".into();
    let running = Running::start(camera, |_| {}).await;
    running.answer("lisi", "拍照").await;
    assert_eq!(
        running.message("lisi", 2).await.msg_type,
        "image",
        "stills need no ffmpeg"
    );
    running.answer("lisi", "视频").await;
    let words = running.message("lisi", 4).await;
    assert!(
        words.content["content"]
            .as_str()
            .unwrap()
            .contains("没有安装 ffmpeg")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_perhaps_came_is_not_told_as_failed() {
    let lost = Fault::HangUp {
        when: HangUp::Middle,
    };
    let refused = Fault::Errcode { errcode: 48002 };
    for (fault, number, expected, wrong) in [
        (lost, 3, "不确定", "失败"),
        (refused, 2, "等待没有用", "稍后"),
    ] {
        let running = Running::synthetic().await;
        let fault = Injection::new(fault).path("/cgi-bin/message/send").times(1);
        running.sandbox.faults().inject(fault).unwrap();
        running.answer("zhangsan", "拍照").await;
        let told = running.message("zhangsan", number).await;
        let told = told.content["content"].as_str().unwrap().to_owned();
        assert!(told.contains(expected) && !told.contains(wrong), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_no_phone_can_open_is_not_told() {
    for (listen, address, link) in [
        ("0.0.0.0:0", None, None),
        ("[::]:0", None, None),
        ("127.0.0.1:0", None, None),
        (
            "0.0.0.0:0",
            Some("https://a.example/"),
            Some("https://a.example/"),
        ),
    ] {
        let running = Running::listening(listen, CameraSettings::default(), |page| {
            page.chat_is_here = false;
            page.address = address.map(str::to_owned);
        })
        .await;
        let answer = running.answer("zhangsan", "视频").await;
        assert!(answer.starts_with("请耐心等待视频录制"), "{answer}");
        assert_eq!(answer.contains("http"), link.is_some(), "{answer}");
        assert!(link.is_none_or(|link| answer.ends_with(link)), "{answer}");
        running.monitor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_when_a_hundred_wait_is_told() {
    let silent = Program::script("exec sleep 1000");
    let mut settings = settings(TEST_PICTURE, &silent);
    settings.silence = Duration::from_mins(1);
    let running = Running::start(settings, |_| {}).await;
    // One is at the camera, a hundred wait.
    let mut last = String::new();
    for _ in 0..102 {
        last = running.answer("zhangsan", "拍照").await;
    }
    assert!(last.contains("排队的人太多"), "{last}");
    let began = Instant::now();
    running.monitor.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(silent.alive().is_empty());
}

const NOTHING: [(&str, &str); 0] = [];
