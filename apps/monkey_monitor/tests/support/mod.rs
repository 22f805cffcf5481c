//! Programs in ffmpeg's place, and what is left of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use monkey_monitor::camera::{CameraSettings, Source};
use tempfile::TempDir;

/// A program that a test writes, and the processes that it was.
pub struct Program {
    folder: TempDir,
}

impl Program {
    /// A shell script. What it runs with `exec` has the same process id.
    pub fn script(body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ffmpeg");
        let pids = folder.path().join("pids");
        // Written aside: another thread's child may hold a file that is being written, and then it cannot be run.
        let aside = folder.path().join("aside");
        fs::write(
            &aside,
            format!("#!/bin/sh\necho $$ >> {}\n{body}\n", pids.display()),
        )
        .unwrap();
        fs::set_permissions(&aside, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(
            std::process::Command::new("cp")
                .arg("-p")
                .args([&aside, &path])
                .status()
                .unwrap()
                .success()
        );
        Self { folder }
    }

    /// The real one, whose processes are known.
    pub fn ffmpeg() -> Self {
        Self::script("exec ffmpeg \"$@\"")
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ffmpeg")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The processes that it was, oldest first.
    pub fn pids(&self) -> Vec<u32> {
        let pids = fs::read_to_string(self.folder.path().join("pids")).unwrap_or_default();
        pids.lines().map(|pid| pid.parse().unwrap()).collect()
    }

    /// Those that still are, as zombies too.
    pub fn alive(&self) -> Vec<u32> {
        let mut pids = self.pids();
        pids.retain(|pid| Path::new(&format!("/proc/{pid}")).exists());
        pids
    }

    pub fn kill(&self) {
        let pid = *self.pids().last().unwrap();
        kill(pid);
    }
}

pub fn kill(pid: u32) {
    let status = std::process::Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// A camera with short times.
pub fn settings(source: &str, ffmpeg: &Program) -> CameraSettings {
    let mut settings = CameraSettings::default();
    settings.source = source.parse::<Source>().unwrap();
    settings.ffmpeg = ffmpeg.path();
    settings.silence = Duration::from_secs(5);
    settings.linger = Duration::from_millis(300);
    settings.pauses = (Duration::from_millis(200), Duration::from_secs(1));
    settings
}

/// Waits for something that must become true.
pub async fn eventually(what: &str, mut it: impl FnMut() -> bool) {
    let began = Instant::now();
    while !it() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub const TEST_PICTURE: &str = "lavfi:testsrc2=size=320x240:rate=10";

const PATIENCE: Duration = Duration::from_secs(20);
