//! Addresses in responses, which are trusted less than those of the settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Checks that `url` may be followed: http or https, without name and password, and not in a private network, which could
/// expose services that only this machine may reach. The host of the settings is always allowed.
///
/// # Errors
/// The reason why not.
pub(super) fn check(url: &Url, base: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("unsupported scheme {}", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("name or password in the address".to_owned());
    }
    if is_same_place(url, base) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let is_private = match name.parse() {
        Ok(ip) => !is_public(ip),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    };
    if is_private {
        return Err(format!("private address {host}"));
    }
    Ok(())
}

pub(super) fn is_same_place(url: &Url, base: &Url) -> bool {
    url.host_str() == base.host_str() && url.port_or_known_default() == base.port_or_known_default()
}

/// Resolves a name to its public addresses only, except for the host of the proxy.
#[derive(Debug)]
pub(super) struct PublicOnly {
    pub(super) proxy: Option<String>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found
                .filter(|found| is_proxy || is_public(found.ip()))
                .collect();
            if public.is_empty() {
                return Err("the name resolves to a private address".into());
            }
            let public: Addrs = Box::new(public.into_iter());
            Ok(public)
        })
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry/>
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (b == 18 || b == 19));
    !is_special
}

/// <https://www.iana.org/assignments/iana-ipv6-special-registry/>
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(ip) = ip.to_ipv4_mapped() {
        return is_public_v4(ip);
    }
    // 2000::/3 without 6to4, which contains an IPv4 address; everything else is special.
    let [first, ..] = ip.segments();
    first & 0xE000 == 0x2000 && first != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_private_network_is_not_followed() {
        let base = Url::parse("https://api.weixin.qq.com").unwrap();
        for (address, good) in [
            ("http://mp.video.example/v?x=1", true),
            ("https://93.184.215.14/v", true),
            ("https://[2606:2800::1]/v", true),
            ("ftp://example.com/v", false),
            ("file:///etc/passwd", false),
            ("http://li:secret@example.com/v", false),
            ("http://127.0.0.1/v", false),
            ("http://2130706433/v", false),
            ("http://0/v", false),
            ("http://localhost:8686/v", false),
            ("http://10.0.0.1/v", false),
            ("http://172.16.3.4/v", false),
            ("http://192.168.1.1/v", false),
            ("http://100.64.0.1/v", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("http://[::1]/v", false),
            ("http://[::ffff:127.0.0.1]/v", false),
            ("http://[fe80::1]/v", false),
            ("http://[fd00::1]/v", false),
            ("http://[64:ff9b::a00:1]/v", false),
            ("https://api.weixin.qq.com/v", true),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(check(&url, &base).is_ok(), good, "{address}");
        }
        let base = Url::parse("http://127.0.0.1:8686").unwrap();
        let own = Url::parse("http://127.0.0.1:8686/v").unwrap();
        assert_eq!(check(&own, &base), Ok(()), "the sandbox");
        let other = Url::parse("http://127.0.0.1:8687/v").unwrap();
        assert!(check(&other, &base).is_err());
    }
}
