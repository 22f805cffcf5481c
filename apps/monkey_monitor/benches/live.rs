//! What the live picture costs, and how long a photo takes: `cargo bench -p monkey_monitor --bench live`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use easy_wechat::store::MemoryStore;
use easy_wechat::{Clock, Sandbox, WeChatClient};
use monkey_monitor::camera::CameraSettings;
use monkey_monitor::monitor::{Monitor, Parts};
use monkey_monitor::settings::PageSettings;
use tokio::runtime::Builder;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(place) = args.iter().position(|arg| arg == "--view") {
        return view(&args[place + 1]);
    }
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(bench());
}

async fn bench() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut camera = CameraSettings::default();
    // ffmpeg draws it, so that its cost is not in this process.
    camera.source = "lavfi:testsrc2=size=640x480:rate=10".parse().unwrap();
    let config = sandbox.config("demo");
    let store = Arc::new(MemoryStore::new(Clock::system()));
    let client = WeChatClient::builder(&config, "demo").unwrap();
    let client = client.store(store).build().unwrap();
    let monitor = Monitor::start(Parts {
        config: &config,
        app: "demo",
        listen: "127.0.0.1:0",
        camera,
        page: PageSettings::default(),
        client,
    })
    .unwrap();
    let addr = monitor.addr().to_string();
    sandbox
        .connect(format!("http://{addr}/weixin"))
        .await
        .unwrap();

    let viewers: Vec<Child> = (0..VIEWERS).map(|_| start_view(&addr)).collect();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let first = monitor.camera().still().await.unwrap();
    let (before, began) = (cpu_time(), Instant::now());
    tokio::time::sleep(MEASURED).await;
    let (spent, wall) = (cpu_time().saturating_sub(before), began.elapsed());
    let last = monitor.camera().still().await.unwrap();
    let rate = (last.number - first.number) as f64 / wall.as_secs_f64();
    println!(
        "| live view, {VIEWERS} viewers, 640x480, {rate:.1} pictures/s | of one core | limit |"
    );
    println!("|---|---|---|");
    let share = 100.0 * spent.as_secs_f64() / wall.as_secs_f64();
    println!("| this process, without ffmpeg | {share:.2} % | 5 % |\n");

    let mut took: Vec<Duration> = Vec::new();
    for number in 0..PHOTOS {
        let member = sandbox.member(format!("member{number}"));
        let asked = Instant::now();
        member.says("拍照").await.unwrap();
        member.inbox_of(2).await;
        took.push(asked.elapsed());
    }
    took.sort();
    println!(
        "| a photo, from the command to the inbox, the camera runs | median | slowest | limit |"
    );
    println!("|---|---|---|---|");
    println!(
        "| {PHOTOS} photos | {:.1} ms | {:.1} ms | 1500 ms |",
        took[PHOTOS / 2].as_secs_f64() * 1e3,
        took[PHOTOS - 1].as_secs_f64() * 1e3
    );
    for mut viewer in viewers {
        viewer.kill().unwrap();
        viewer.wait().unwrap();
    }
    monitor.stop().await;
}

/// A viewer in a process of its own.
fn start_view(addr: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    Command::new(program)
        .args(["--view", addr])
        .spawn()
        .unwrap()
}

fn view(addr: &str) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream
        .write_all(b"GET /video_feed HTTP/1.1\r\nHost: bench\r\n\r\n")
        .unwrap();
    let mut bytes = vec![0; 64 * 1024];
    while stream.read(&mut bytes).is_ok_and(|read| read > 0) {}
}

/// The CPU time of this process, all threads, without children.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = |at: usize| -> u64 { fields.split_whitespace().nth(at).unwrap().parse().unwrap() };
    // In hundredths of a second, on every Linux.
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

const VIEWERS: usize = 8;
const MEASURED: Duration = Duration::from_secs(20);
const PHOTOS: usize = 50;
