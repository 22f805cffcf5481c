//! Scheduled pushes: a greeting in the morning, and whatever config.ini says.

#[path = "../../arguments.rs"]
mod arguments;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use easy_wechat::signals::Signals;
use easy_wechat::{BoxError, Clock, Config, ConfigError, log, store};
use morning_push::job;
use morning_push::push::{Pushes, UnknownPush};
use morning_push::{show, try_out};

/// Send messages at set times: a greeting, the output of a command, the hot list of Zhihu.
///
/// Each section [push:NAME] of config.ini is a push. Without any, 早安问候 is sent at 7:30 in Shanghai to everybody in the
/// app's visible range.
#[derive(Parser)]
#[command(version, after_help = HELP)]
struct Args {
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of the account that sends, for pushes without an `app` of their own
    #[arg(long, value_name = "SECTION", default_value = "demo")]
    app: String,
    /// Print when each push is sent next
    #[arg(long, group = "what")]
    list: bool,
    /// Send one push now; its schedule does not change
    #[arg(long, value_name = "NAME", group = "what")]
    run: Option<String>,
    /// Print the results of the last 50 runs of one push
    #[arg(long, value_name = "NAME", group = "what")]
    history: Option<String>,
    /// Print what would be sent, by all pushes or by that of --run, and send nothing
    #[arg(long, conflicts_with_all = ["list", "history", "sandbox"])]
    dry_run: bool,
    /// Run with a built-in sandbox, without account; ADDRESS:PORT is its page [default: 127.0.0.1:8686]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:8686",
        group = "what"
    )]
    sandbox: Option<String>,
}

const HELP: &str = "\
Examples:
  morning_push --sandbox                       try it: http://127.0.0.1:8686
  morning_push --sandbox --config config.ini   your own pushes, all to the page
  morning_push --dry-run                       print what would be sent
  morning_push --list                          print when each is sent next
  morning_push --run morning                   send [push:morning] now
  morning_push --history morning               print its last results
  morning_push                                 run the service

Two services may share one store: each push is sent once. A push that cannot be
recorded in the store (disk full, read-only) is not sent; --list and --run then
fail, and the log has an error.
Days of the week are those of crontab: 0 and 7 are Sunday, 1 is Monday (for
APScheduler 0 is Monday).

Exit codes: 0 done, or stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed,
2 invalid configuration or arguments, 3 cannot listen";

fn main() -> ExitCode {
    let args = match arguments::arguments::<Args>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    match run(&args) {
        Err(error) if error.is::<UnknownPush>() => {
            // stderr may be closed; the exit code tells it all the same.
            let _ = writeln!(
                std::io::stderr(),
                "error: {}",
                easy_wechat::printable(&error.to_string())
            );
            ExitCode::from(2)
        }
        ended => easy_wechat::exit(ended),
    }
}

fn run(args: &Args) -> Result<(), BoxError> {
    if let Some(addr) = &args.sandbox {
        let jobs = match &args.config {
            Some(path) => job::all(&Config::load(path)?, &args.app)?,
            None => Vec::new(),
        };
        return try_out::run(addr, &args.app, jobs);
    }
    let clock = Clock::system();
    let config = match args.config.as_ref().map_or_else(Config::find, Config::load) {
        Err(ConfigError::NotFound { .. }) if args.list || args.dry_run => {
            // To look at what goes out without any settings, nothing more is needed.
            let jobs = job::all(&Config::parse("", [("", "")])?, &args.app)?;
            let pushes = Pushes::with(jobs, store::strict(None), clock);
            show::without_settings();
            return if args.list {
                in_runtime(show::list(&pushes))
            } else {
                in_runtime(show::dry_run(&pushes, args.run.as_deref()))
            };
        }
        config => config?,
    };
    let jobs = job::all(&config, &args.app)?;
    if args.dry_run {
        // It needs no account, and leaves nothing behind.
        let pushes = Pushes::with(jobs, store::strict(None), clock);
        return in_runtime(show::dry_run(&pushes, args.run.as_deref()));
    }
    let pushes = Pushes::open(&config, &args.app, jobs, clock.clone())?;
    if args.list {
        return in_runtime(show::list(&pushes));
    }
    if let Some(name) = &args.history {
        return in_runtime(show::history(&pushes, name));
    }
    if let Some(name) = &args.run {
        let scheduler = pushes.one(&config, name)?;
        return in_runtime(show::run(&scheduler, name));
    }
    let service = pushes.service(&config)?;
    let _log = log::init(&config.system()?.log, clock)?;
    for warning in pushes.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(service.run()?)
}

fn in_runtime(it: impl Future<Output = Result<(), BoxError>>) -> Result<(), BoxError> {
    let runtime = tokio::runtime::Runtime::new()?;
    let ran = runtime.block_on(async {
        let mut signals = Signals::new()?;
        tokio::select! {
            ran = it => ran,
            () = signals.next() => Err("interrupted".into()),
        }
    });
    // What is dropped before this ends kills the command that it runs; in the terminal's group it is not.
    runtime.shutdown_timeout(ENDING);
    ran
}

/// How long an aborted push may take to end.
const ENDING: std::time::Duration = std::time::Duration::from_secs(2);
