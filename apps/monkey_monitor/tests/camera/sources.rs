//! What `[camera]` may say, and what is shown of it.

use easy_wechat::Config;
use monkey_monitor::camera::{Camera, CameraSettings, Format, Source};
use monkey_monitor::settings::PageSettings;

use crate::support::{Program, settings};

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
            "http://admin:hunter2@10.0.0.7:8080/video?dummy",
            "http://***@10.0.0.7:8080/video?dummy",
        ),
        (
            "https://10.0.0.7/cgi?user=admin&pwd=hunter2",
            "https://10.0.0.7/***",
        ),
        (
            "rtsp://admin:hun%2Fter%402@10.0.0.7/live",
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
        "ftp://10.0.0.7/mjpeg",
        "file:",
        "lavfi:",
        "webcam",
    ] {
        assert!(text.parse::<Source>().is_err(), "{text}");
    }
}

#[test]
fn an_address_that_can_be_read_in_two_ways_is_refused() {
    for text in [
        "rtsp://admin:hun/ter@2@10.0.0.7/live",
        "rtsp://admin:hunter#2@10.0.0.7/live",
        "http://admin:hunter?2@10.0.0.7/live",
        "https://admin:hunter%2@10.0.0.7/live",
        "rtsps://admin:hunter 2@10.0.0.7/live",
        "rtsp://10.0.0.7/hunter\nfile /etc/passwd",
    ] {
        let error = text.parse::<Source>().unwrap_err();
        assert!(!error.to_string().contains("hunter"), "{error}");
        let none: [(&str, &str); 0] = [];
        let Ok(config) = Config::parse(&format!("[camera]\nsource = {text}"), none) else {
            continue;
        };
        let error = CameraSettings::read(&config).unwrap_err().to_string();
        assert!(!error.contains("hunter"), "{error}");
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
        ("[camera]\nformat = mpjeg", "mjpeg"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(
            error.contains(expected) && !error.contains("hunter2"),
            "{error}"
        );
    }
}

#[test]
fn a_tilde_is_the_home_folder_in_every_path() {
    let text = "[camera]\nsource = file:~/a.mp4\nffmpeg = ~/bin/ffmpeg\nrpicam = ~/bin/rpicam-vid\n\
                [monkey_monitor]\nname_file = ~/name.txt\n";
    let config = Config::parse(text, [("HOME", "/home/li")]).unwrap();
    let camera = CameraSettings::read(&config).unwrap();
    assert_eq!(camera.source, Source::File("/home/li/a.mp4".into()));
    assert_eq!(camera.ffmpeg.to_str(), Some("/home/li/bin/ffmpeg"));
    assert_eq!(camera.rpicam.to_str(), Some("/home/li/bin/rpicam-vid"));
    let page = PageSettings::read(&config).unwrap();
    assert_eq!(page.name_file.to_str(), Some("/home/li/name.txt"));
    let none: [(&str, &str); 0] = [];
    let config = Config::parse("[camera]\nffmpeg = ffmpeg5", none).unwrap();
    let camera = CameraSettings::read(&config).unwrap();
    assert_eq!(
        camera.ffmpeg.to_str(),
        Some("ffmpeg5"),
        "looked for in PATH"
    );
}

#[test]
fn a_format_is_read_by_the_names_of_ffmpeg_and_of_v4l2() {
    for (text, format) in [
        ("auto", Format::Auto),
        ("mjpeg", Format::Mjpeg),
        ("MJPG", Format::Mjpeg),
        (" YUYV ", Format::Yuyv422),
        ("yuyv422", Format::Yuyv422),
        ("H264", Format::H264),
        ("GREY", Format::Gray),
    ] {
        assert_eq!(text.parse(), Ok(format), "{text}");
    }
    for text in ["jpeg", "mjpeg -i /etc/passwd", "-y"] {
        assert!(text.parse::<Format>().is_err(), "{text}");
    }
}

/// The arguments of each start of a program that says `words` and ends.
async fn arguments(source: &str, format: Format, script: &str, starts: usize) -> Vec<String> {
    let program = Program::script(&format!("echo \"$@\" >> $(dirname $0)/args\n{script}"));
    let mut settings = settings(source, &program);
    settings.format = format;
    let camera = Camera::new(settings);
    let mut view = camera.open();
    for _ in 0..starts {
        let _ = view.next().await;
    }
    let args = std::fs::read_to_string(program.folder().join("args")).unwrap();
    args.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webcam_is_asked_for_mjpeg_first() {
    let none = "echo \"[video4linux2] Cannot find a proper format for codec 'mjpeg' (id 7), pixel format 'none' (id -1)\" >&2; \
                echo '/dev/video0: Invalid argument' >&2; exit 1";
    let has_none = format!("case \"$*\" in *input_format*) {none};; esac\necho broken >&2; exit 1");
    let first = "-f v4l2 -input_format mjpeg -framerate 10 -video_size 640x480 -i /dev/video0";
    let second = "-f v4l2 -framerate 10 -video_size 640x480 -i /dev/video0";
    // At once, and from then on.
    let asked = arguments("/dev/video0", Format::Auto, &has_none, 2).await;
    assert_eq!(asked.len(), 3, "{asked:?}");
    for (asked, expected) in asked.iter().zip([first, second, second]) {
        assert!(asked.contains(expected), "{asked}");
    }
    // What else is wrong has nothing to do with the format.
    let asked = arguments("/dev/video0", Format::Auto, "echo broken >&2; exit 1", 2).await;
    assert!(asked.iter().all(|it| it.contains(first)), "{asked:?}");
    // What was chosen stays.
    let asked = arguments("/dev/video0", Format::Mjpeg, &has_none, 1).await;
    assert!(asked.len() == 1 && asked[0].contains(first), "{asked:?}");
    let asked = arguments("/dev/video0", Format::Yuyv422, &has_none, 1).await;
    assert!(asked[0].contains("-input_format yuyv422"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_ffmpeg_gets_a_list_without_options() {
    let old = "list=$(cat); case \"$list\" in *option*) \
               echo \"[concat] Line 3: unknown keyword 'option'\" >&2; exit 1;; esac\necho broken >&2; exit 1";
    let asked = arguments("rtsp://10.0.0.7/live", Format::Auto, old, 1).await;
    assert_eq!(asked.len(), 2, "{asked:?}");
}
