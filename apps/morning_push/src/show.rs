//! What the command line prints.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _, stderr, stdout};

use easy_wechat::outgoing::{Way, prepare};
use easy_wechat::scheduler::{RunState, Scheduler, local_time};
use easy_wechat::{BoxError, Recipient, SendOptions, Timestamp};

use crate::job::PushJob;
use crate::push::Pushes;

/// When each push goes out next.
///
/// # Errors
/// The store failed, also where it can be read and not written: then nothing is sent.
pub async fn list(pushes: &Pushes) -> Result<(), BoxError> {
    let scheduler = pushes.to_look_at()?;
    let next = scheduler.next_runs().await?;
    let mut rows = vec![["NAME", "NEXT", "SCHEDULE", "FROM", "TO", "WHAT"].map(str::to_owned)];
    for (job, next) in pushes.jobs().iter().zip(next) {
        rows.push([
            job.name.clone(),
            if job.enabled {
                next.local
            } else {
                "disabled".to_owned()
            },
            next.schedule,
            format!("[{}]", job.app),
            to(&job.to),
            job.content.to_string(),
        ]);
    }
    table(&rows)?;
    warn(pushes.warnings())?;
    Ok(scheduler.check_store().await?)
}

/// Says on the standard error stream that the default is shown.
pub fn without_settings() {
    // Nobody may be reading.
    let _ = writeln!(
        stderr(),
        "note: no config.ini found; this is what goes out without settings, once there is an account to send from"
    );
}

/// What became of the last times of a push, newest first.
///
/// # Errors
/// There is no such push; the store failed.
pub async fn history(pushes: &Pushes, name: &str) -> Result<(), BoxError> {
    let job = pushes.job(name)?;
    let records = pushes.to_look_at()?.history(name).await?;
    if records.is_empty() {
        print(&format!("{name} has not gone out yet\n"))?;
        return Ok(());
    }
    let time = |at: Option<Timestamp>, otherwise: &str| match at {
        Some(at) => local_time(at, &job.time_zone),
        None => Ok(otherwise.to_owned()),
    };
    let mut rows = vec![["PLANNED", "STARTED", "ENDED", "STATE", "RESULT"].map(str::to_owned)];
    for record in records {
        rows.push([
            time(record.planned, "by hand")?,
            time(Some(record.started), "")?,
            time(record.ended, "-")?,
            record.state.to_string(),
            record.said,
        ]);
    }
    table(&rows)?;
    Ok(())
}

/// Sends one push now.
///
/// # Errors
/// It failed; it runs already; the store failed.
pub async fn run(scheduler: &Scheduler, name: &str) -> Result<(), BoxError> {
    let record = scheduler.run_now(name).await?;
    if record.state != RunState::Done {
        return Err(format!("{name} {}: {}", record.state, record.said).into());
    }
    print(&format!("{name} {}: {}\n", record.state, record.said))?;
    Ok(())
}

/// Prints what one push, or all of them, would send.
///
/// # Errors
/// There is no such push; one of them would fail. The others are printed all the same.
pub async fn dry_run(pushes: &Pushes, name: Option<&str>) -> Result<(), BoxError> {
    let jobs: Vec<&PushJob> = match name {
        Some(name) => vec![pushes.job(name)?],
        None => pushes.jobs().iter().collect(),
    };
    let mut failed = Vec::new();
    for job in jobs {
        match would_send(pushes, job).await {
            Ok(text) => print(&format!("{text}\n"))?,
            Err(error) => failed.push(format!("{}: {}", job.name, causes(&*error))),
        }
    }
    warn(pushes.warnings())?;
    if failed.is_empty() {
        return Ok(());
    }
    Err(failed.join("; ").into())
}

async fn would_send(pushes: &Pushes, job: &PushJob) -> Result<String, BoxError> {
    let head = format!("{}: from [{}] to {}", job.name, job.app, to(&job.to));
    let Some(message) = pushes.message(job).await? else {
        return Ok(format!("{head}: nothing, for the command printed nothing"));
    };
    let prepared = prepare(&message, &job.to, &SendOptions::default(), Way::App)?;
    let mut text = head;
    for part in prepared.parts {
        let content = serde_json::to_string_pretty(&part.content)?;
        write!(text, "\n{} {content}", part.msg_type)?;
    }
    Ok(text)
}

fn to(recipient: &Recipient) -> String {
    recipient.to_string()
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn warn<'a>(warnings: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    for warning in warnings {
        match writeln!(stderr(), "warning: {}", easy_wechat::printable(warning)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}

/// Columns as wide as their widest cell; a Chinese character is two wide.
fn table<const N: usize>(rows: &[[String; N]]) -> std::io::Result<()> {
    let width = |text: &str| -> usize {
        text.chars()
            .map(|char| 1 + usize::from(char > '\u{2e80}'))
            .sum()
    };
    let mut widths = [0; N];
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = width(cell).max(*most);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (most, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            line.push_str(&" ".repeat(most.saturating_sub(width(cell)) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    print(&text)
}

/// Prints to the standard output, all of it or an error. A reader that has seen enough is none: `| head`.
fn print(text: &str) -> std::io::Result<()> {
    let mut out = stdout().lock();
    // Titles, names and what a command printed are other people's.
    let text = easy_wechat::printable_lines(text);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(std::io::Error::new(
            error.kind(),
            format!("cannot write to the standard output: {error}"),
        )),
        Ok(()) => Ok(()),
    }
}
