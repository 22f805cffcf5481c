//! Cameras of the network, with the real ffmpeg: what they are asked, and what other users of the machine can see of it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use easy_wechat::Timestamp;
use monkey_monitor::camera::{Camera, CameraError, draw};
use tokio::time::timeout;

use crate::support::{Program, settings};

/// A camera that speaks HTTP or RTSP; it remembers the heads of what it was asked.
struct NetworkCamera {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl NetworkCamera {
    /// `answer` gets the head of each request; whether the connection stays.
    fn start(answer: impl Fn(&str, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, heads) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (answer, heads) = (Arc::clone(&answer), Arc::clone(&heads));
                thread::spawn(move || {
                    let reader = BufReader::new(stream.try_clone().unwrap());
                    let mut head = String::new();
                    for line in reader.lines().map_while(Result::ok) {
                        if !line.is_empty() {
                            head += &line;
                            head += "\n";
                            continue;
                        }
                        heads.lock().unwrap().push(head.clone());
                        if !answer(&head, &mut stream) {
                            return;
                        }
                        head.clear();
                    }
                });
            }
        });
        Self { port, asked }
    }

    /// MJPEG for those who know the password `hun@ter 2`.
    fn mjpeg() -> Self {
        let pictures: Vec<Bytes> = (0..10)
            .map(|second| draw(160, 120, Timestamp::from_secs(second)).unwrap())
            .collect();
        Self::start(move |head, stream| {
            if !head.contains(&basic()) {
                let refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"\r\n\
                               Content-Length: 0\r\n\r\n";
                return stream.write_all(refusal.as_bytes()).is_ok();
            }
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";
            let _ = stream.write_all(head.as_bytes());
            for picture in pictures.iter().cycle() {
                let head = format!(
                    "--b\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
                    picture.len()
                );
                let part = [head.as_bytes(), picture, b"\r\n"].concat();
                if stream.write_all(&part).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            false
        })
    }

    /// It tells what there is to those who know the password, and gives nothing.
    fn rtsp() -> Self {
        Self::start(|head, stream| {
            let number = head.lines().find(|it| it.starts_with("CSeq")).unwrap();
            let sdp = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=c\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:1\r\n";
            let described = format!(
                "Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
                sdp.len()
            );
            let (status, rest) = if head.starts_with("OPTIONS") {
                ("200 OK", "\r\n")
            } else if !head.contains(&basic()) {
                (
                    "401 Unauthorized",
                    "WWW-Authenticate: Basic realm=\"c\"\r\n\r\n",
                )
            } else if head.starts_with("DESCRIBE") {
                ("200 OK", described.as_str())
            } else {
                ("404 Not Found", "\r\n")
            };
            let answer = format!("RTSP/1.0 {status}\r\n{number}\r\n{rest}");
            stream.write_all(answer.as_bytes()).is_ok()
        })
    }

    fn asked(&self) -> String {
        self.asked.lock().unwrap().join("\n")
    }
}

fn basic() -> String {
    format!("Basic {}", STANDARD.encode("admin:hun@ter 2"))
}

/// What every user of the machine sees of a process.
fn seen(pid: u32) -> String {
    let cmdline = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    String::from_utf8_lossy(&cmdline).replace('\0', " ")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_a_camera_is_not_on_the_command_line() {
    let network = NetworkCamera::mjpeg();
    let ffmpeg = Program::ffmpeg();
    let source = format!(
        "http://admin:hun%40ter%202@127.0.0.1:{}/video",
        network.port
    );
    let camera = Camera::new(settings(&source, &ffmpeg));
    let mut view = camera.open();
    timeout(Duration::from_secs(10), async {
        for _ in 0..5 {
            view.next().await.unwrap();
        }
    })
    .await
    .unwrap();
    let seen = seen(ffmpeg.pids()[0]);
    assert!(seen.contains("-i pipe:0"), "{seen}");
    assert!(!seen.contains("hun") && !seen.contains("admin"), "{seen}");
    assert!(!format!("{camera:?}").contains("hun"));
    assert!(network.asked().contains("GET /video "));
}

#[tokio::test(flavor = "multi_thread")]
async fn rtsp_is_asked_over_tcp_with_the_password() {
    let network = NetworkCamera::rtsp();
    let ffmpeg = Program::script("printf '%s\\n' \"$@\" > $(dirname $0)/args; exec ffmpeg \"$@\"");
    let source = format!("rtsp://admin:hun%40ter%202@127.0.0.1:{}/live", network.port);
    let trouble = Camera::new(settings(&source, &ffmpeg)).still().await;
    let trouble = trouble.unwrap_err();
    assert!(matches!(trouble, CameraError::NoStream { .. }), "{trouble}");
    assert!(!trouble.to_string().contains("hun"), "{trouble}");
    let asked = network.asked();
    assert!(
        asked.contains(&basic()) && asked.contains("RTP/AVP/TCP"),
        "{asked}"
    );
    let args = std::fs::read_to_string(ffmpeg.folder().join("args")).unwrap();
    assert!(
        !args.contains("hun") && !args.contains("127.0.0.1"),
        "{args}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_as_lasting() {
    for (network, scheme) in [
        (NetworkCamera::mjpeg(), "http"),
        (NetworkCamera::rtsp(), "rtsp"),
    ] {
        let source = format!("{scheme}://admin:it's%20wrong@127.0.0.1:{}/", network.port);
        let trouble = Camera::new(settings(&source, &Program::ffmpeg()))
            .still()
            .await;
        let trouble = trouble.unwrap_err();
        assert!(matches!(trouble, CameraError::Refused { .. }), "{trouble}");
        assert!(
            trouble.is_lasting() && !trouble.to_string().contains("wrong"),
            "{trouble}"
        );
        let given = STANDARD.encode("admin:it's wrong");
        assert!(network.asked().contains(&given), "{}", network.asked());
    }
}
