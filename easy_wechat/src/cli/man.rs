//! The manual pages, without warnings from groff and mandoc.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

/// The page of the command.
pub(super) fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    render(&command)
}

/// Writes a page for the command and for each subcommand into a folder.
pub(super) fn pages(command: Command, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let all = command.get_subcommands().filter(|it| !it.is_hide_set());
    for command in all.chain([&command]) {
        let name = command.get_display_name().unwrap_or(command.get_name());
        fs::write(folder.join(format!("{name}.1")), render(command)?)?;
    }
    Ok(())
}

/// Completes what the generator writes: it omits the date, breaks lines beside blank ones, and fills examples like prose.
fn render(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    let page = String::from_utf8(page).map_err(io::Error::other)?;
    let name = command.get_display_name().unwrap_or(command.get_name());
    let lines: Vec<&str> = page.lines().collect();
    let mut out = String::with_capacity(page.len());
    let mut extra = false;
    let mut as_written = false;
    for (at, line) in lines.iter().enumerate() {
        if *line == ".SH EXTRA" {
            extra = true;
            out.push_str(".SH EXAMPLES\n");
            continue;
        }
        if extra && line.starts_with("  ") != as_written {
            as_written = !as_written;
            out.push_str(if as_written { ".nf\n" } else { ".fi\n" });
        }
        let codes = line.strip_prefix("Exit codes:").filter(|_| extra);
        if codes.is_some() {
            out.push_str(".SH \"EXIT STATUS\"\n");
        }
        let line = &codes.map_or(*line, str::trim);
        if extra && (*line == "Examples:" || codes == Some("")) {
            continue;
        }
        let beside = |other: Option<usize>| {
            let other = other.and_then(|other| lines.get(other));
            other.is_none_or(|other| matches!(*other, "" | ".sp") || other.starts_with(".SH"))
        };
        if *line == ".br" && (beside(at.checked_sub(1)) || beside(at.checked_add(1))) {
            continue;
        }
        if line.starts_with(".TH ") {
            let version = env!("CARGO_PKG_VERSION");
            let title = name.to_uppercase();
            let _ = write!(out, ".TH {title} 1 {DATE} \"easy\\-wechat {version}\"");
        } else {
            out.push_str(line.trim_end());
        }
        out.push('\n');
    }
    Ok(out.into_bytes())
}

/// When the command line last changed.
const DATE: &str = "2026-11-27";
