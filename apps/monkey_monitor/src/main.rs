//! The program: arguments, log, signals.

#[path = "../../arguments.rs"]
mod arguments;

use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use easy_wechat::signals::{self, Signals};
use easy_wechat::{
    BoxError, Clock, Config, ConfigError, Sandbox, ServeError, WeChatClient, WeChatServer,
};
use monkey_monitor::camera::{CameraSettings, Source};
use monkey_monitor::monitor::{Monitor, Parts};
use monkey_monitor::settings::PageSettings;
use tokio::runtime::Builder;

/// Serve a camera: in the chat by photos and videos, on a page by the live picture.
///
/// Photos and videos are sent by the WeCom app of the section in config.ini. The camera is set in `[camera]`; without it a
/// picture is drawn, so that it runs anywhere. Videos need ffmpeg.
#[derive(Parser)]
#[command(version, after_help = HELP)]
struct Args {
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of config.ini
    #[arg(long, value_name = "SECTION", default_value = "demo")]
    app: String,
    /// The address of the callbacks and the page [default: `listen` in config.ini; with --sandbox a free port of 127.0.0.1]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The camera: `synthetic`, `/dev/video0`, `rtsp://…`, `http://…`, `file:/path/to/video.mp4` or `rpicam` [default: `source` in config.ini]
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Run with a built-in sandbox, without account and configuration; ADDRESS:PORT is its page [default: 127.0.0.1:8686]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:8686",
        conflicts_with = "config"
    )]
    sandbox: Option<String>,
}

const HELP: &str = "\
Examples:
  monkey_monitor --sandbox                        try it: http://127.0.0.1:8686
  monkey_monitor --sandbox --source /dev/video0   with this machine's camera
  monkey_monitor --sandbox 127.0.0.1:8700 --listen 127.0.0.1:8701
                                                  fixed ports, as for ssh -L
  monkey_monitor                                  section [demo] of config.ini
  monkey_monitor --listen 127.0.0.1:6001          listen behind nginx

In the chat: 拍照 for a photo, 视频 for a video of ten seconds.
The page shows the live picture. Put a camera address with a password into
config.ini: arguments are visible to all users of the machine.

Exit codes: 0 stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed,
2 invalid configuration or arguments, 3 cannot listen";

fn main() -> ExitCode {
    let args = match arguments::arguments::<Args>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    // Not by the parser, which would show a value that it refuses, and it may hold a password.
    let source = match args.source.as_deref().map(str::parse).transpose() {
        Ok(source) => source,
        Err(error) => {
            let message = format!("invalid value for --source: {error}");
            Args::command()
                .error(ErrorKind::ValueValidation, message)
                .exit()
        }
    };
    easy_wechat::exit(run(&args, source))
}

fn run(args: &Args, source: Option<Source>) -> Result<(), BoxError> {
    let runtime = Builder::new_multi_thread()
        .thread_name("monkey_monitor")
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let ran = runtime.block_on(async {
        match &args.sandbox {
            Some(addr) => in_sandbox(args, source, addr).await,
            None => serve(args, source).await,
        }
    });
    runtime.shutdown_background();
    ran
}

async fn serve(args: &Args, source: Option<Source>) -> Result<(), BoxError> {
    let config = args
        .config
        .as_ref()
        .map_or_else(Config::find, Config::load)?;
    let _log = easy_wechat::log::init(&config.system()?.log, Clock::system())?;
    let system = WeChatServer::from_config(&config, &args.app)?;
    let mut signals = Signals::new()?;
    let monitor = start(args, source, &config, &config, system.listen())?;
    signals::tell_ready();
    signals.next().await;
    signals::tell_stopping();
    monitor.stop().await;
    Ok(())
}

async fn in_sandbox(args: &Args, source: Option<Source>, addr: &str) -> Result<(), BoxError> {
    let mut signals = Signals::new()?;
    let sandbox = Sandbox::builder().listen(addr).start().await?;
    let config = sandbox.config(&args.app);
    let _log = easy_wechat::log::init(&config.system()?.log, Clock::system())?;
    // The camera's and the page's settings; there may be none at all.
    let settings = match Config::find() {
        Err(ConfigError::NotFound { .. }) => Config::default(),
        found => found?,
    };
    let monitor = start(args, source, &config, &settings, "127.0.0.1:0")?;
    let route = config.app(&args.app)?.route_name;
    let mut app = monitor.addr();
    if app.ip().is_unspecified() {
        app.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    let callback = format!("http://{app}/{}", route.trim_matches('/'));
    sandbox.connect(callback).await?;
    // Not fatal: stderr may be closed.
    let _ = writeln!(
        io::stdout(),
        "\n  Open {} and write 拍照 or 视频: a local WeCom with your app.\n  The live picture is at {}\n  Press Ctrl-C to stop.\n",
        sandbox.url(),
        monitor.address(),
    );
    signals.next().await;
    sandbox.stop().await;
    monitor.stop().await;
    Ok(())
}

/// `settings` has `[camera]` and `[monkey_monitor]`, `config` the account.
fn start(
    args: &Args,
    source: Option<Source>,
    config: &Config,
    settings: &Config,
    listen: &str,
) -> Result<Monitor, BoxError> {
    let mut camera = CameraSettings::read(settings)?;
    if let Some(source) = source {
        if matches!(source, Source::Rtsp(_) | Source::Http(_)) {
            tracing::warn!(
                "all users of this machine see the address behind --source; set source of [camera] instead"
            );
        }
        camera.source = source;
    }
    let mut page = PageSettings::read(settings)?;
    if args.sandbox.is_some() {
        // Those of the section are for the real chat, and perhaps in use.
        page.listen = None;
        page.address = None;
        page.chat_is_here = true;
    }
    for warning in camera.warnings.iter().chain(&page.warnings) {
        tracing::warn!("{warning}");
    }
    let listen = args
        .listen
        .clone()
        .or_else(|| page.listen.clone())
        .unwrap_or_else(|| listen.to_owned());
    Monitor::start(Parts {
        config,
        app: &args.app,
        listen: &listen,
        camera,
        page,
        client: WeChatClient::from_config(config, &args.app)?,
    })
}
