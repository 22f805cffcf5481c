//! `easy-wechat sandbox --flood`: a table of how an app holds out.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::BoxError;
use crate::sandbox::{FloodReport, FloodSettings, Sandbox};

/// Sends the flood and prints what came of it; on a terminal it shows how far it is.
pub(super) async fn run(
    sandbox: &Sandbox,
    settings: FloodSettings,
    as_json: bool,
) -> Result<(), BoxError> {
    let all = settings.duration.as_secs() * u64::from(settings.rate);
    let bar = if io::stderr().is_terminal() {
        let style = "{bar:40} {pos} of {len} messages, {eta} left  {msg}";
        ProgressBar::new(all).with_style(ProgressStyle::with_template(style)?)
    } else {
        ProgressBar::hidden()
    };
    let report = sandbox
        .flood(settings, |report| {
            bar.set_position(report.sent + report.skipped);
            bar.set_message(format!("p95 {} ms", report.p95.as_millis()));
        })
        .await?;
    bar.finish_and_clear();
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", to_json(&report))?;
    } else {
        write!(out, "{}", table(&report))?;
    }
    out.flush()?;
    Ok(())
}

fn table(report: &FloodReport) -> String {
    let seconds = report.elapsed.as_secs_f64();
    let mut table = format!("{} messages sent in {seconds:.1} s\n\n", report.sent);
    for (name, count, meaning) in [
        ("answered", report.replied, "with a passive reply"),
        (
            "acknowledged",
            report.acknowledged,
            "with an empty body or success",
        ),
        (
            "dropped",
            report.dropped,
            "200 with what the platform does not take",
        ),
        (
            "late",
            report.late,
            "not within 5 s: the platform would send it again",
        ),
        ("refused", report.refused, "with another status than 200"),
        ("failed", report.failed, "no connection, or one that broke"),
        (
            "not sent",
            report.skipped,
            "5,000 waited for their answers already",
        ),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{name:<14}{count:>9}   {meaning}");
    }
    table.push('\n');
    for (name, time) in [
        ("p50", report.p50),
        ("p95", report.p95),
        ("p99", report.p99),
        ("slowest", report.max),
    ] {
        let millis = time.as_secs_f64() * 1e3;
        let _ = writeln!(table, "{name:<14}{millis:>9.1} ms");
    }
    table
}

fn to_json(report: &FloodReport) -> serde_json::Value {
    let millis = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    json!({
        "seconds": report.elapsed.as_secs_f64(),
        "sent": report.sent,
        "replied": report.replied,
        "acknowledged": report.acknowledged,
        "dropped": report.dropped,
        "late": report.late,
        "refused": report.refused,
        "failed": report.failed,
        "skipped": report.skipped,
        "p50_ms": millis(report.p50),
        "p95_ms": millis(report.p95),
        "p99_ms": millis(report.p99),
        "max_ms": millis(report.max),
    })
}
