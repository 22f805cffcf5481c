//! Addresses, as far as a mistake in them can be seen before they are called.

use std::net::Ipv6Addr;

/// What stands behind `scheme://`, when it is one of these, in upper or lower case.
pub(super) fn behind_scheme<'a>(address: &'a str, schemes: &[&str]) -> Option<&'a str> {
    let (scheme, behind) = address.split_once("://")?;
    let is_known = schemes
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some(behind)
}

/// Of what stands behind the scheme, the part before the path.
pub(super) fn authority(behind: &str) -> &str {
    behind.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether it is a host, with a port or without: `example.com`, `10.0.0.1:8080`, `[::1]:8080`.
pub(super) fn is_host_and_port(text: &str) -> bool {
    let (host, port) = if let Some(bracketed) = text.strip_prefix('[') {
        match bracketed.split_once(']') {
            Some((ip, port)) if ip.parse::<Ipv6Addr>().is_ok() => (ip, port),
            _ => return false,
        }
    } else {
        text.split_at(text.find(':').unwrap_or(text.len()))
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || "@\\<>\"|^%".contains(c);
    !host.is_empty()
        && !host.contains(is_bad)
        && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use super::is_host_and_port;

    #[test]
    fn a_host_is_told_from_a_mistake() {
        for good in [
            "h",
            "a.example",
            "10.0.0.1",
            "a:1",
            "a:65535",
            "[::1]",
            "[2001:db8::1]:8080",
            "微信.example",
        ] {
            assert!(is_host_and_port(good), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a:",
            "a:0",
            "a:65536",
            "a:b",
            "a:1:2",
            "::1",
            "[::1",
            "[]",
            "[::1]8080",
            "a b",
            "u@a",
            "a\u{7f}",
        ] {
            assert!(!is_host_and_port(bad), "{bad}");
        }
    }
}
