//! Opens a page in the browser of this machine.

use std::io;
use std::process::{Command, Stdio};

/// Opens `url`, and does not wait for the browser.
///
/// # Errors
/// When the system has no program for it.
pub(super) fn open(url: &str) -> io::Result<()> {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    let mut child = command
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // So that the child is waited for when it ends, whenever that is.
    std::thread::spawn(move || child.wait());
    Ok(())
}
