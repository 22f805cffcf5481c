//! The real echo app in sandbox mode.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The app, which ends with this.
pub(crate) struct Echo {
    child: Child,
    /// The address of the page.
    pub(crate) url: String,
}

impl Echo {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_echo"))
            .arg("--sandbox=127.0.0.1:0")
            .env("EASY_WECHAT_SYSTEM_LOG_FILE", "false")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let at = line.find("http://127.0.0.1:")?;
                Some(line[at..].split_whitespace().next()?.to_owned())
            })
            .expect("it says where the page is");
        Self { child, url }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
