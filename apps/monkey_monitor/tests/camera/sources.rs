//! What `[camera]` may say, and what is shown of it.

use easy_wechat::Config;
use monkey_monitor::camera::{CameraError, CameraSettings, Source};

#[test]
fn a_source_is_read_and_shown_without_its_password() {
    let table = [
        ("synthetic", "synthetic"),
        ("", "synthetic"),
        ("/dev/video0", "/dev/video0"),
        (" rpicam ", "rpicam"),
        ("file:/srv/monkeys.mp4", "file:/srv/monkeys.mp4"),
        ("lavfi:testsrc2=rate=10", "lavfi:testsrc2=rate=10"),
        ("rtsp://10.0.0.7:554/live", "rtsp://10.0.0.7:554/live"),
        (
            "rtsp://admin:hunter2@10.0.0.7/live",
            "rtsp://***@10.0.0.7/live",
        ),
        (
            "rtsp://admin:hun/ter@2@10.0.0.7/live",
            "rtsp://***@10.0.0.7/live",
        ),
        (
            "rtsp://10.0.0.7:554/user=admin&password=hunter2&channel=1",
            "rtsp://10.0.0.7:554/***",
        ),
    ];
    for (text, shown) in table {
        let source: Source = text.parse().unwrap();
        assert_eq!(source.to_string(), shown, "{text}");
        assert!(!format!("{source:?}").contains("hun"), "{text}");
    }
    for text in [
        "video0",
        "http://10.0.0.7/mjpeg",
        "file:",
        "lavfi:",
        "webcam",
    ] {
        assert!(text.parse::<Source>().is_err(), "{text}");
    }
}

#[test]
fn a_section_is_read_or_refused_with_its_place() {
    let none: [(&str, &str); 0] = [];
    let read = |text: &str| {
        let config = Config::parse(text, none).unwrap();
        CameraSettings::read(&config)
    };
    let default = read("").unwrap();
    assert_eq!(
        (default.source, default.width, default.height, default.rate),
        (Source::Synthetic, 640, 480, 10)
    );
    let all = read(
        "[camera]\nsource = rpicam\nwidth = 1280\nheight=720\nrate = 25\nffmpeg = /opt/ffmpeg",
    )
    .unwrap();
    assert_eq!(
        (all.source, all.width, all.height, all.rate),
        (Source::Rpicam, 1280, 720, 25)
    );
    assert_eq!(all.ffmpeg.to_str(), Some("/opt/ffmpeg"));
    for (text, expected) in [
        ("[camera]\nsource = hunter2", "source"),
        ("[camera]\nwidth = 0", "from 16 to 4096"),
        ("[camera]\nheight = 100000", "from 16 to 4096"),
        ("[camera]\nrate = fast", "from 1 to 30"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(
            error.contains(expected) && !error.contains("hunter2"),
            "{error}"
        );
    }
}

#[test]
fn a_programs_last_words_are_understood() {
    let table = [
        (
            "[video4linux2] ioctl(VIDIOC_STREAMON): Device or resource busy",
            "摄像头被占用",
        ),
        (
            "Cannot open video device /dev/video0: No such file or directory",
            "找不到摄像头",
        ),
        ("ioctl(VIDIOC_DQBUF): No such device", "找不到摄像头"),
        ("ERROR: *** no cameras available ***", "找不到摄像头"),
        ("/dev/video0: Permission denied", "权限"),
        (
            "[tcp] Connection to tcp://10.0.0.7:554 failed: Connection refused",
            "连不上网络摄像头",
        ),
        (
            "method DESCRIBE failed: 401 Unauthorized",
            "连不上网络摄像头",
        ),
        ("pipeline handler in use by another process", "摄像头被占用"),
        ("something else", "中断了"),
    ];
    for (said, chinese) in table {
        let trouble = CameraError::from_words("/dev/video0", "exit status: 1", said);
        assert!(
            trouble.in_chinese().contains(chinese),
            "{said}: {}",
            trouble.in_chinese()
        );
    }
    let trouble = CameraError::from_words(
        "cam",
        "1",
        "rtsp://admin:hunter2@10.0.0.7/live: Invalid data",
    );
    assert!(!trouble.to_string().contains("hunter2"), "{trouble}");
}
