use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::error::WireError;
use super::foreign::PublicOnly;
use crate::config::Proxy;

/// A client for one base address.
pub(super) fn client(
    base: &Url,
    proxy: &Proxy,
    connect_timeout: Duration,
) -> Result<Client, WireError> {
    make(base, proxy, connect_timeout, false)
}

/// A client for addresses in responses: names that resolve to a private address are refused.
pub(super) fn foreign_client(
    base: &Url,
    proxy: &Proxy,
    connect_timeout: Duration,
) -> Result<Client, WireError> {
    make(base, proxy, connect_timeout, true)
}

fn make(
    base: &Url,
    proxy: &Proxy,
    connect_timeout: Duration,
    is_foreign: bool,
) -> Result<Client, WireError> {
    // Fails when the program has chosen one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("easy_wechat/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .pool_idle_timeout(KEPT_IDLE)
        .connect_timeout(connect_timeout)
        .tcp_nodelay(true);
    if is_foreign {
        // The proxy's own name may be private.
        let proxy = match proxy {
            Proxy::Address(address) => Url::parse(address.reveal()).ok(),
            Proxy::Environment | Proxy::Off => None,
        };
        let proxy = proxy.and_then(|url| url.host_str().map(str::to_owned));
        builder = builder.dns_resolver(Arc::new(PublicOnly { proxy }));
    }
    let is_straight = match proxy {
        Proxy::Environment => !is_foreign && is_this_machine(base),
        Proxy::Off => true,
        Proxy::Address(_) => false,
    };
    if base.scheme() == "http" && is_straight && !is_foreign {
        // Without TLS there is nothing to check, and to read the system's certificates takes longer than a call.
        builder = builder.tls_certs_only([]);
    }
    builder = match proxy {
        _ if is_straight => builder.no_proxy(),
        Proxy::Environment | Proxy::Off => builder,
        Proxy::Address(address) => {
            let proxy = reqwest::Proxy::all(address.reveal());
            // Its error would show the address, which may hold a password.
            let proxy =
                proxy.map_err(|_| WireError::never_sent("proxy in config.ini is no address"));
            builder.proxy(proxy?)
        }
    };
    builder.build().map_err(|error| {
        let reason = WireError::of(error, "the platform");
        WireError::never_sent(format!("cannot call at all: {reason}"))
    })
}

fn is_this_machine(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// A connection that the other side is about to close loses the request that is sent on it; the shorter it is kept idle,
/// the rarer that is.
const KEPT_IDLE: Duration = Duration::from_secs(15);
