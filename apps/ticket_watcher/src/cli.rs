//! The command line: `query` and `stations`. They need no account.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use easy_wechat::{BoxError, Clock, Config, ConfigError};
use tokio::runtime::Builder;

use crate::calendar::shanghai;
use crate::command::{self, Command};
use crate::dates::not_on_sale;
use crate::railway::{Railway, RailwaySettings};
use crate::settings::Settings;
use crate::stations::Stations;
use crate::table::{json, table};

/// What `ticket_watcher` does besides watching.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Task {
    /// Ask 12306 once and print a table
    Query(Query),
    /// Find a station, or update the list of stations
    Stations(Find),
}

/// The arguments of `query`.
#[derive(Debug, Args)]
#[command(after_help = QUERY_HELP)]
pub struct Query {
    /// As after 查询 in the chat: two stations, a day (default: today), trains, seats, travellers
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Print JSON: a list of trains with times, seats, counts, and prices in yuan
    #[arg(long)]
    json: bool,
}

/// The arguments of `stations`.
#[derive(Debug, Args)]
#[command(after_help = STATIONS_HELP)]
pub struct Find {
    /// A name, a city, pinyin or its initials, or a telecode
    #[arg(value_name = "NAME", required_unless_present = "refresh")]
    name: Option<String>,
    /// Fetch the list from 12306 into this file, for `stations = FILE` in config.ini
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    refresh: Option<PathBuf>,
}

const QUERY_HELP: &str = "\
Examples:
  ticket_watcher query 北京 上海 明天
  ticket_watcher query beijingnan 上海虹桥 12-1 G1,G3 二等座 2人
  ticket_watcher query 北京到上海 周五 高铁 --json
  ticket_watcher query 北京 上海 明天 二等座 > /dev/null && echo 有票

Exit codes: 0 tickets found, 1 12306 did not answer,
2 invalid configuration or arguments, 4 no tickets";

const STATIONS_HELP: &str = "\
Examples:
  ticket_watcher stations shhq
  ticket_watcher stations 北京
  ticket_watcher stations --refresh stations.txt

Exit codes: 0 found or written, 1 failed,
2 invalid configuration or arguments, 4 no such station";

/// The settings: of `config` if it is named, else of the file that is found, else the defaults.
///
/// # Errors
/// [`ConfigError`] when a file is there and something is wrong with it.
pub fn settings(config: Option<&Path>, base_url: Option<&str>) -> Result<Settings, ConfigError> {
    let found = config.map_or_else(Config::find, Config::load);
    let mut settings = match found {
        Ok(config) => Settings::read(&config)?,
        Err(ConfigError::NotFound { .. }) => Settings::default(),
        Err(error) => return Err(error),
    };
    for warning in &settings.warnings {
        complain(&format!("warning: {warning}"));
    }
    if let Some(url) = base_url {
        url.clone_into(&mut settings.railway.base_url);
    }
    Ok(settings)
}

/// Takes an address for `--base-url`.
///
/// # Errors
/// When it is none.
pub fn base_url(text: &str) -> Result<String, String> {
    let settings = RailwaySettings {
        base_url: text.to_owned(),
        ..RailwaySettings::default()
    };
    let made = Railway::new(&settings).map(|_| text.to_owned());
    made.map_err(|error| error.to_string())
}

/// Does a task.
///
/// # Errors
/// What the exit code 1 stands for.
pub fn run(task: &Task, settings: Settings) -> Result<ExitCode, BoxError> {
    let railway = match Railway::new(&settings.railway) {
        Ok(railway) => railway,
        Err(error) => return Ok(wrong(&error)),
    };
    let stations = settings.stations.unwrap_or_else(Stations::bundled);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match task {
        Task::Query(query) => runtime.block_on(query.run(&railway, &stations)),
        Task::Stations(Find {
            refresh: Some(file),
            ..
        }) => runtime.block_on(refresh(&railway, file)),
        Task::Stations(find) => find.run(&stations),
    }
}

impl Query {
    async fn run(&self, railway: &Railway, stations: &Stations) -> Result<ExitCode, BoxError> {
        let today = shanghai(Clock::system().now()).date();
        let text = format!("查询 {}", self.words.join(" "));
        let wish = match command::read(&text, stations, today) {
            Ok(Command::Query(wish)) => wish,
            Ok(_) => return Ok(wrong(&"these words are no question")),
            Err(error) => return Ok(wrong(&error)),
        };
        if let Some(why) = not_on_sale(wish.date, today) {
            return Ok(none(&why));
        }
        let mut answer = railway.query(&wish.journey()).await?;
        answer.name_stops(|telecode| stations.name(telecode));
        let text = if self.json {
            format!("{:#}\n", json(&wish, &answer))
        } else {
            table(&wish, &answer)
        };
        print(&text)?;
        if answer
            .trains
            .iter()
            .all(|train| wish.offers(train).next().is_none())
        {
            return Ok(none(&format!("{wish}: 没有票")));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Find {
    fn run(&self, stations: &Stations) -> Result<ExitCode, BoxError> {
        match stations.find(self.name.as_deref().unwrap_or("")) {
            Ok(place) => {
                let all = if place.whole_city {
                    " (全市各站)"
                } else {
                    ""
                };
                print(&format!("{} {}{all}\n", place.name, place.telecode))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Ok(none(&error)),
        }
    }
}

async fn refresh(railway: &Railway, file: &Path) -> Result<ExitCode, BoxError> {
    // The list would take its place.
    if std::fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return Err(format!("{}: not a regular file; name another one", file.display()).into());
    }
    let script = railway.stations().await?;
    let today = shanghai(Clock::system().now()).date();
    let stations = Stations::from_script(&script, &format!("The stations of 12306, {today}"))?;
    // Nobody reads half a list.
    let beside = file.with_extension("new");
    // Create a new file, so that a link in its place is not followed; first remove what an interrupted run left.
    let _ = std::fs::remove_file(&beside);
    File::create_new(&beside)
        .and_then(|mut file| file.write_all(stations.to_text().as_bytes()))
        .and_then(|()| std::fs::rename(&beside, file))
        .map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            format!("{}: {error}", file.display())
        })?;
    print(&format!(
        "{}: {} stations\n",
        file.display(),
        stations.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    // Titles, names and what a command printed are other people's.
    let text = easy_wechat::printable_lines(text);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader has seen enough: `| head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(io::Error::new(
            error.kind(),
            format!("cannot write to the standard output: {error}"),
        )),
        Ok(()) => Ok(()),
    }
}

/// A line on the standard error stream, if anybody reads it.
fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{}", easy_wechat::printable(line));
}

fn wrong(what: &dyn std::fmt::Display) -> ExitCode {
    complain(&format!("error: {what}"));
    ExitCode::from(2)
}

fn none(what: &dyn std::fmt::Display) -> ExitCode {
    complain(&what.to_string());
    ExitCode::from(4)
}
