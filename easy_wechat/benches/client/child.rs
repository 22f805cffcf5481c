//! The platform, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use easy_wechat::sandbox::Sandbox;

/// Members enough that none of them gets more than 30 messages a minute.
pub(crate) const MEMBERS: usize = 5_000;

/// A sandbox in a process of its own, which ends with this; and the configuration to call it with.
pub(crate) struct Platform {
    process: Child,
    folder: tempfile::TempDir,
}

impl Platform {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--serve", folder.path().to_str().expect("UTF-8")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().expect("a pipe"))
            .read_line(&mut line)
            .expect("it speaks");
        Self { process, folder }
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config.ini")
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The life of the child: writes the configuration, and serves until it is killed.
pub(crate) fn serve(folder: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let sandbox = Sandbox::start().await.expect("a free port");
        for member in 0..MEMBERS {
            sandbox.member(format!("m{member}"));
        }
        let _ = sandbox.config("demo");
        let system = format!("[system]\nstate_path = {folder}/state\nlog_path = {folder}\n");
        std::fs::write(format!("{folder}/config.ini"), system + &sandbox.ini()).expect("a file");
        println!("ready");
        std::future::pending::<()>().await;
    });
}
