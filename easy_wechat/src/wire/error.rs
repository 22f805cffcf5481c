use std::error::Error;

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(crate) struct WireError {
    pub(crate) fate: Fate,
    what: String,
}

/// What became of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It never left, so that it may be sent again.
    NeverSent,
    /// It was on its way, or there: it may have been carried out.
    Begun,
}

impl WireError {
    pub(crate) fn never_sent(what: impl Into<String>) -> Self {
        Self {
            fate: Fate::NeverSent,
            what: what.into(),
        }
    }

    pub(crate) fn begun(what: impl Into<String>) -> Self {
        Self {
            fate: Fate::Begun,
            what: what.into(),
        }
    }

    /// Takes what can be told out of reqwest's error: never the address, whose query has secrets.
    pub(super) fn of(error: reqwest::Error, host: &str) -> Self {
        let error = error.without_url();
        let never_left = error.is_connect() || error.is_builder();
        let what = if never_left && error.is_timeout() {
            format!("no connection to {host} in time (api_connect_timeout)")
        } else if error.is_timeout() {
            format!("no answer from {host} in time (api_timeout)")
        } else if never_left {
            format!("no connection to {host}: {}", reason(&error))
        } else {
            format!("the connection to {host} broke off: {}", reason(&error))
        };
        if never_left {
            Self::never_sent(what)
        } else {
            Self::begun(what)
        }
    }
}

/// The innermost causes: those above them say only that something failed.
fn reason(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if causes.last() != Some(&said) {
            causes.push(said);
        }
        cause = error.source();
    }
    let last = causes
        .pop()
        .unwrap_or_else(|| "it gives no reason".to_owned());
    let outer = causes.pop().filter(|outer| !last.contains(outer.as_str()));
    let chain = match outer {
        Some(outer) if !outer.starts_with("client error") => format!("{outer}: {last}"),
        _ => last,
    };
    if let Some(meaning) = tls_meaning(&chain) {
        return meaning.to_owned();
    }
    match advice(&chain) {
        Some(advice) => format!("{chain} ({advice})"),
        None => chain,
    }
}

fn advice(reason: &str) -> Option<&'static str> {
    let reason = reason.to_ascii_lowercase();
    ADVICE
        .iter()
        .find(|(part, _)| reason.contains(part))
        .map(|(_, advice)| *advice)
}

/// Parts of rustls's error messages, and what they mean.
fn tls_meaning(chain: &str) -> Option<&'static str> {
    TLS.iter()
        .find(|(part, _)| chain.contains(part))
        .map(|(_, meaning)| *meaning)
}

const TLS: [(&str, &str); 14] = [
    (
        "CaUsedAsEndEntity",
        "the certificate is that of a CA, which a server cannot use; create one with basicConstraints=CA:FALSE, for example openssl req -x509 … -addext basicConstraints=critical,CA:FALSE",
    ),
    (
        "UnknownIssuer",
        "the certificate is not from a CA that this machine trusts: a proxy intercepts TLS, the package ca-certificates is missing, or your own CA is not in SSL_CERT_FILE",
    ),
    (
        "NotValidForName",
        "the certificate is for another host name; compare api_base_url with the names in it",
    ),
    (
        "not valid for name",
        "the certificate is for another host name; compare api_base_url with the names in it",
    ),
    (
        "certificate expired",
        "the certificate has expired; check it and this machine's clock",
    ),
    (
        "Expired",
        "the certificate has expired; check it and this machine's clock",
    ),
    (
        "not valid yet",
        "the certificate is not valid yet; check this machine's clock",
    ),
    (
        "NotValidYet",
        "the certificate is not valid yet; check this machine's clock",
    ),
    (
        "Revoked",
        "the certificate is revoked; the server needs a new one",
    ),
    (
        "BadSignature",
        "the certificate has an invalid signature; the server needs a new one",
    ),
    (
        "UnsupportedCertVersion",
        "the certificate has X.509 version 1; the server needs one of version 3, with subjectAltName",
    ),
    (
        "InvalidPurpose",
        "the certificate is not for servers (extendedKeyUsage); the server needs one with serverAuth",
    ),
    (
        "invalid peer certificate",
        "invalid server certificate; inspect it with openssl s_client -connect HOST:443",
    ),
    (
        "InvalidContentType",
        "the server does not speak TLS on this port; check the scheme and the port of api_base_url",
    ),
];

const ADVICE: [(&str, &str); 5] = [
    (
        "no ca certificates",
        "the package ca-certificates is missing",
    ),
    (
        "dns error",
        "the name is not found: is this machine on the net, and is api_base_url right?",
    ),
    (
        "resolving dns",
        "the name is not found: is this machine on the net, and is api_base_url right?",
    ),
    (
        "connection refused",
        "nothing listens there: look at api_base_url and proxy",
    ),
    ("tunnel", "the proxy refuses: look at proxy in config.ini"),
];
