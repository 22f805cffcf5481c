//! Why there is no whole answer, in plain words.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::sandbox::Words;

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing listens there.
    Refused,
    /// The name of the host has no address, or there is no way to it.
    NoWay(String),
    /// The other side speaks no TLS, or not as it should.
    Tls(String),
    /// No answer in time.
    TimeOut,
    /// The head of the answer came in time, its end did not.
    SlowBody,
    /// The answer is longer than is read.
    Endless,
    /// The connection ended before there was a whole answer.
    ClosedEarly,
    /// The other side reset the connection.
    Reset,
    /// What came is no HTTP.
    NotHttp,
    /// Something else.
    Other(String),
}

impl Trouble {
    /// Sorts what the client says. It tells some of it by its words alone; a test sees to it that they stay.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut told = String::new();
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<io::Error>().and_then(Self::of_io) {
                return found;
            }
            if let Some(found) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls(found.to_string());
            }
            told = error.to_string();
            if told.contains("closed before message completed")
                || told.contains("unexpected end of file")
                || told.contains("end of file before message length reached")
                || told.contains("connection closed")
            {
                return Self::ClosedEarly;
            }
            if told.starts_with("invalid ") || told.contains("message head is too large") {
                return Self::NotHttp;
            }
            cause = error.source();
        }
        match error {
            error if error.is_timeout() => Self::TimeOut,
            error if error.is_connect() => Self::NoWay(told),
            _ => Self::Other(told),
        }
    }

    fn of_io(error: &io::Error) -> Option<Self> {
        // One that wraps another does not name it as its source.
        if let Some(inner) = error.get_ref() {
            if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
                return Some(Self::Tls(tls.to_string()));
            }
            if let Some(found) = inner.downcast_ref::<io::Error>().and_then(Self::of_io) {
                return Some(found);
            }
        }
        match error.kind() {
            ErrorKind::ConnectionRefused => Some(Self::Refused),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                Some(Self::Reset)
            }
            ErrorKind::UnexpectedEof => Some(Self::ClosedEarly),
            ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable => Some(Self::NoWay(error.to_string())),
            _ => None,
        }
    }

    /// What to do about it; `place` is the address with its port, `limit_ms` how long was waited.
    pub(super) fn words(&self, place: &str, limit_ms: u64) -> Words {
        let (en, zh) = match self {
            Self::Refused => (
                format!(
                    "nothing listens at {place}: start your app, or correct the callback address"
                ),
                format!("{place} 上没有程序在监听: 请启动应用, 或改正回调地址"),
            ),
            Self::NoWay(why) => (
                format!(
                    "there is no way to {place} ({why}): check the host of the callback address"
                ),
                format!("无法连接 {place} ({why}): 请检查回调地址的主机名"),
            ),
            Self::Tls(why) => (
                format!(
                    "no TLS connection to {place} ({why}): an address with https:// needs a server that speaks TLS there"
                ),
                format!("无法与 {place} 建立 TLS 连接 ({why}): https:// 地址需要支持 TLS 的服务"),
            ),
            Self::TimeOut => (
                format!(
                    "no answer from {place} within {limit_ms} ms: answer at once with an empty body, and send the reply later with message/send"
                ),
                format!(
                    "{place} 在 {limit_ms} 毫秒内没有应答: 请立即返回空串, 之后用 message/send 主动发送"
                ),
            ),
            Self::SlowBody => (
                format!(
                    "the answer of {place} began but was not complete within {limit_ms} ms: send Content-Length, and close or end the body"
                ),
                format!(
                    "{place} 的应答已开始, 但没有在 {limit_ms} 毫秒内结束: 请发送 Content-Length 并结束应答"
                ),
            ),
            Self::Endless => (
                format!(
                    "the answer of {place} is longer than 1 MiB, and was not read further: a reply has a few KiB"
                ),
                format!("{place} 的应答超过 1 MiB, 不再继续读取: 回复只有几 KiB"),
            ),
            Self::ClosedEarly => (
                format!(
                    "{place} closed the connection before the answer was complete: the app may have crashed; look at its log"
                ),
                format!("{place} 在应答完成之前关闭了连接: 应用可能崩溃了, 请查看日志"),
            ),
            Self::Reset => (
                format!(
                    "{place} reset the connection: the app may have crashed or been restarted; look at its log"
                ),
                format!("{place} 重置了连接: 应用可能崩溃或重启了, 请查看日志"),
            ),
            Self::NotHttp => (
                format!(
                    "what {place} answered is not HTTP: another program listens there, or it wants https://"
                ),
                format!("{place} 的应答不是 HTTP: 那里可能是别的程序, 或需要 https://"),
            ),
            Self::Other(why) => (
                format!("the callback to {place} failed: {why}"),
                format!("回调 {place} 失败: {why}"),
            ),
        };
        Words::new(en, zh)
    }
}
