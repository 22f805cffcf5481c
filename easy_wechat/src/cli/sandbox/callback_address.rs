use std::net::SocketAddr;

use crate::BoxError;
use crate::cli::outcome::usage;

/// Where the command must listen: on this machine, without TLS.
#[derive(Debug)]
pub(super) struct CallbackAddress {
    pub(super) url: String,
    pub(super) addr: SocketAddr,
    /// The path without slashes around it; empty for `/`.
    pub(super) route: String,
}

impl CallbackAddress {
    pub(super) fn parse(url: &str) -> Result<Self, BoxError> {
        let parsed = url.strip_prefix("http://").and_then(|rest| {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end)?;
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let addr = loopback(authority)?;
            Some((addr, path.trim_matches('/').to_owned()))
        });
        let Some((addr, route)) = parsed else {
            return Err(usage(format!(
                "invalid --callback {url:?}: not an address of this machine; use one like http://127.0.0.1:6000/weixin"
            )));
        };
        Ok(Self {
            url: url.to_owned(),
            addr,
            route,
        })
    }
}

fn loopback(authority: &str) -> Option<SocketAddr> {
    let numeric = match authority.strip_prefix("localhost") {
        Some(port) => format!("127.0.0.1{port}"),
        None => authority.to_owned(),
    };
    let addr: SocketAddr = numeric
        .parse()
        .or_else(|_| format!("{numeric}:80").parse())
        .ok()?;
    Some(addr).filter(|addr| addr.ip().is_loopback() && addr.port() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_taken() {
        for (url, expected) in [
            (
                "http://127.0.0.1:6000/weixin",
                Some(("127.0.0.1:6000", "weixin")),
            ),
            (
                "http://localhost:8080/a/b/?x=1",
                Some(("127.0.0.1:8080", "a/b")),
            ),
            ("http://[::1]:6000", Some(("[::1]:6000", ""))),
            (
                "http://127.0.0.1/weixin#a",
                Some(("127.0.0.1:80", "weixin")),
            ),
            ("https://127.0.0.1:6000/weixin", None),
            ("http://192.0.2.1:6000/weixin", None),
            ("http://0.0.0.0:6000/weixin", None),
            ("http://127.0.0.1:0/weixin", None),
            ("http://127.0.0.1:66000/weixin", None),
            ("http://example.com/weixin", None),
            ("http://user@127.0.0.1:6000/weixin", None),
            ("127.0.0.1:6000/weixin", None),
            ("", None),
        ] {
            let parsed = CallbackAddress::parse(url).ok();
            let parsed = parsed.map(|parsed| (parsed.addr, parsed.route));
            let expected = expected.map(|(addr, route)| (addr.parse().unwrap(), route.to_owned()));
            assert_eq!(parsed, expected, "{url}");
        }
    }
}
