//! The stand-in for systems without process groups.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::path::Path;

use crate::cli::outcome::Ended;

#[derive(Debug)]
pub(super) struct Signals;

impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "it fails elsewhere")]
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn next(&mut self) -> Infallible {
        std::future::pending().await
    }
}

#[derive(Debug)]
pub(super) enum Program {}

impl Program {
    pub(super) fn start(_: &[OsString], _: &Path) -> Result<Self, Ended> {
        Err(Ended::because(
            1,
            "unsupported on this system: a command beside the sandbox; start each in a terminal of its own".to_owned(),
        ))
    }

    pub(super) async fn ended(&mut self) -> u8 {
        match *self {}
    }

    pub(super) fn pass(&self, _: Infallible) {
        match *self {}
    }

    pub(super) fn terminate(&self) {
        match *self {}
    }

    pub(super) fn kill(&self) {
        match *self {}
    }

    pub(super) fn is_group_empty(&self) -> bool {
        match *self {}
    }
}
