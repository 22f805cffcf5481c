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

/// Checks that the name and password of an address, as in `http://name:password@host`, are unambiguous.
///
/// Programs disagree on where a name or password with a `#`, `/`, `?`, `@`, `[`, `]`, `%`, space or non-ASCII character ends,
/// so that a part of the password may become the host. These characters must be percent-encoded there (RFC 3986, section
/// 3.2.1), as must an `@` after the host. An address without `@` passes; nothing else is validated.
///
/// # Errors
/// [`AddressError::Userinfo`], which contains no part of the address.
///
/// ```
/// use easy_wechat::config::check_userinfo;
///
/// assert!(check_userinfo("rtsp://li:p%40ss%231@10.0.0.9/stream").is_ok());
/// assert!(check_userinfo("rtsp://li:p@ss#1@10.0.0.9/stream").is_err());
/// ```
pub fn check_userinfo(address: &str) -> Result<(), AddressError> {
    let behind = address
        .split_once("://")
        .map_or(address, |(_, behind)| behind);
    let authority = authority(behind);
    let one = behind.matches('@').count() == 1;
    match authority.split_once('@') {
        None if !behind.contains('@') => Ok(()),
        Some((userinfo, _)) if one && is_userinfo(userinfo) => Ok(()),
        _ => Err(AddressError::Userinfo),
    }
}

/// Why an address is refused. Never contains the address, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The name or password has a character that must be percent-encoded.
    #[error(
        "ambiguous name or password in the address; percent-encode it: write # as %23, @ as %40, / as %2F, ? as %3F, [ as %5B, ] as %5D, \
         % as %25, a space as %20, and non-ASCII characters as UTF-8 bytes"
    )]
    Userinfo,
}

/// Whether the text is `userinfo` of RFC 3986: unreserved, percent-encoded, sub-delims and `:`.
fn is_userinfo(text: &str) -> bool {
    let mut parts = text.split('%');
    let is_plain = |part: &str| {
        part.chars()
            .all(|char| char.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:".contains(char))
    };
    let is_encoded = |part: &str| {
        let digits = part.get(..2);
        digits.is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    parts.next().is_some_and(is_plain) && parts.all(|part| is_encoded(part) && is_plain(part))
}

#[cfg(test)]
mod tests {
    use super::{check_userinfo, is_host_and_port};

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

    #[test]
    fn a_password_that_must_be_encoded_is_refused() {
        for good in [
            "",
            "127.0.0.1:3128",
            "http://127.0.0.1:3128",
            "http://li@127.0.0.1",
            "http://li:p%40ss%231@127.0.0.1:3128/",
            "http://li:a:b;c=d!$&'()*+,~@[::1]:3128",
            "rtsp://li:p@10.0.0.9/stream?profile=1#t=5",
            "li:p@127.0.0.1:3128",
        ] {
            assert!(check_userinfo(good).is_ok(), "{good}");
        }
        for bad in [
            "http://li:p@ss#1@127.0.0.1:3128",
            "http://li:p#ss@127.0.0.1",
            "http://li:p/ss@127.0.0.1",
            "http://li:12/ss@127.0.0.1",
            "http://li:p?ss@127.0.0.1",
            "http://li:p@ss@127.0.0.1",
            "http://li:p[ss@127.0.0.1",
            "http://li:p]ss@127.0.0.1",
            "http://li:p ss@127.0.0.1",
            "http://li:p\\ss@127.0.0.1",
            "http://li:100%@127.0.0.1",
            "http://li:%4@127.0.0.1",
            "http://li:%zz@127.0.0.1",
            "http://li:%4我@127.0.0.1",
            "http://李:p@127.0.0.1",
            "http://li:p\u{200B}@127.0.0.1",
            "http://li:p＠ss@127.0.0.1",
            "rtsp://li:p@ss/w@10.0.0.9/stream",
            "rtsp://li:p@10.0.0.9/user@home",
            "li:p#ss@127.0.0.1:3128",
        ] {
            assert!(check_userinfo(bad).is_err(), "{bad}");
        }
    }
}
