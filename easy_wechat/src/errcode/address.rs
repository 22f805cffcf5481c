//! The address in a refusal of the platform.

use std::net::IpAddr;

/// The address that the platform saw and does not trust, out of the `errmsg` of 60020, or an Official Account's 40164.
///
/// It is the one to add to the list, and need not be this machine's own: behind a NAT or a proxy it is theirs. Nearly
/// every message of WeCom's names an address; only with these two codes is it at fault.
///
/// ```
/// use easy_wechat::errcode::untrusted_ip;
///
/// let errmsg = "not allow to access from your ip, hint: [1692099979531], from ip: 203.0.113.7, more info at …";
/// assert_eq!(untrusted_ip(errmsg), Some("203.0.113.7"));
/// ```
pub fn untrusted_ip(errmsg: &str) -> Option<&str> {
    MARKS
        .iter()
        .flat_map(|mark| errmsg.match_indices(mark))
        .find_map(|(at, mark)| address(errmsg.get(at + mark.len()..)?))
}

/// The address with which `text` begins.
fn address(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(_, char)| !(char.is_ascii_hexdigit() || ".:".contains(*char)))
        .map_or(text.len(), |(end, _)| end);
    let found = text.get(..end.min(LONGEST))?;
    // A dot or colon may be the sentence's; but `fe80::` ends with its own.
    [found, found.trim_end_matches(['.', ':'])]
        .into_iter()
        .find(|found| found.parse::<IpAddr>().is_ok())
}

/// What stands before the address, the surest first.
const MARKS: [&str; 3] = ["from ip:", "invalid ip ", "ipv6 "];

/// `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`, and what may follow it.
const LONGEST: usize = 46;
