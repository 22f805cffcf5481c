//! A disk with no room: a process that may write no more than a little, which this test program starts as itself.

#![expect(
    clippy::print_stdout,
    reason = "a process tells its parent what it found"
)]

use std::fs;

use easy_wechat::client::Download;
use easy_wechat::sandbox::Sandbox;
use easy_wechat::{ClientError, MediaId};

use super::client_of;
use super::memory::run;

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_nothing_stays() {
    let folder = tempfile::tempdir().unwrap();
    // 100 blocks of 512 bytes; the signal that comes with it would end the process.
    let limited = "trap '' XFSZ; ulimit -f 100; exec \"$@\"";
    let told = folder.path().display().to_string();
    let said = run("files::full::child", limited, &told, "failed: ");
    assert!(said.contains(".part: cannot be written"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{said}");
}

/// Run by the test above, in a process of its own.
#[test]
#[ignore = "it is told on its input what to do"]
fn child() {
    let folder = std::io::read_to_string(std::io::stdin()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start().await.unwrap();
        let id: MediaId = sandbox.upload("file", "a.bin", vec![1; 2 << 20]);
        let client = client_of(&sandbox);
        let down = client.download_media(&id, Download::to(&folder));
        let error = down.await.unwrap_err();
        assert!(matches!(error, ClientError::File { .. }), "{error:?}");
        println!("failed: {error}");
    });
}
