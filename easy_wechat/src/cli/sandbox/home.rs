use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::callback_address::CallbackAddress;
use crate::sandbox::Sandbox;

/// The configuration of the command, in a folder that only this user can open; removed when this is dropped.
#[derive(Debug)]
pub(super) struct Home {
    config: PathBuf,
    _folder: tempfile::TempDir,
}

impl Home {
    pub(super) fn new(
        sandbox: &Sandbox,
        section: &str,
        callback: &CallbackAddress,
    ) -> io::Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("easy-wechat-");
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = folder.tempdir()?;
        let config = folder.path().join("config.ini");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&config)?
            .write_all(text(sandbox, section, callback).as_bytes())?;
        Ok(Self {
            config,
            _folder: folder,
        })
    }

    pub(super) fn config(&self) -> &Path {
        &self.config
    }
}

/// The state is kept beside the file; the log goes to stderr only.
fn text(sandbox: &Sandbox, section: &str, callback: &CallbackAddress) -> String {
    // The first section that is requested is that of the app that gets the callbacks.
    let _ = sandbox.config(section);
    let mut text = format!(
        "; Made by `easy-wechat sandbox`; the keys are valid only there.\n\
         [system]\nlisten = {}\nstate_path = state\nlog_file = false\n",
        callback.addr
    );
    if !callback.route.is_empty() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "route_name = {}", callback.route);
    }
    text.push_str(&sandbox.ini());
    if section != ROBOT {
        let _ = writeln!(text, "[{ROBOT}]\nwebhook = {}", sandbox.webhook_url());
    }
    text
}

const ROBOT: &str = "robot";
