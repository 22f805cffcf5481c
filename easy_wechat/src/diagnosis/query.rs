use percent_encoding::percent_decode_str;

use super::{Cause, Finding, Step};
use crate::platform::AccountKind;

/// The platform's parameters as they stand in the query, not decoded.
#[derive(Debug, Default)]
pub(super) struct Parameters<'a> {
    known: Vec<(&'static str, &'a str)>,
}

impl<'a> Parameters<'a> {
    /// Reads them under other names as well, when the right one is not there. `None` when the way ends here.
    pub(super) fn read(query: &'a str, found: &mut Vec<Finding>) -> Option<Self> {
        if query.len() > MAX_BYTES {
            found.push(Finding::wrong(
                Cause::QueryBroken,
                format!(
                    "the query is longer than {MAX_BYTES} bytes; the platform's has less than 1 KiB"
                ),
                "it does not come from the platform",
            ));
            return None;
        }
        let mut parameters = Self::default();
        let pairs = || {
            query
                .split('&')
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        };
        for (name, value) in pairs() {
            let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
                continue;
            };
            if parameters.raw(name).is_some() {
                found.push(Finding::wrong(
                    Cause::ParameterRepeated,
                    format!("the query has {name} more than once"),
                    "something on the way appends the query once more (nginx: a proxy_pass with $args behind an \
                     address that has them already)",
                ));
            } else {
                parameters.known.push((name, value));
            }
        }
        for (name, value) in pairs() {
            let meant = NAMES
                .into_iter()
                .find(|known| simple(known) == simple(name) && *known != name);
            let Some(meant) = meant.filter(|meant| parameters.raw(meant).is_none()) else {
                continue;
            };
            let name: String = name.chars().take(MAX_QUOTED).collect();
            found.push(Finding::wrong(
                Cause::ParameterRenamed,
                format!("the query has {name:?} in place of {meant}"),
                if name.starts_with("amp;") {
                    "something on the way, or the log it was copied from, writes & as &amp;"
                } else {
                    "something on the way renames the parameters: pass the query on as it comes"
                },
            ));
            parameters.known.push((meant, value));
        }
        if parameters.known.is_empty() {
            found.push(not_the_platform(query));
            return None;
        }
        for (name, value) in &parameters.known {
            if percent_decode_str(value).decode_utf8().is_err() {
                found.push(Finding::wrong(
                    Cause::QueryBroken,
                    format!("the {name} in the query is not UTF-8"),
                    "something on the way changed it, or it does not come from the platform",
                ));
            }
        }
        Some(parameters)
    }

    /// As it stands there.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.known.iter().find(|(known, _)| *known == name)?;
        Some(value)
    }

    /// Percent-decoded once, as it should be.
    pub(super) fn once(&self, name: &str) -> Option<String> {
        decoded(self.raw(name)?)
    }
}

/// Whether all is there that such a request has; what is missing becomes a finding.
pub(super) fn check(
    parameters: &Parameters<'_>,
    kind: AccountKind,
    verification: bool,
    encrypted: bool,
    found: &mut Vec<Finding>,
) -> bool {
    let signature = match kind {
        AccountKind::OfficialAccount if verification || !encrypted => "signature",
        _ => "msg_signature",
    };
    let mut wanted = vec![signature, "timestamp", "nonce"];
    wanted.extend(verification.then_some("echostr"));
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| parameters.raw(name).is_none())
        .collect();
    if missing.is_empty() {
        let broken = |finding: &Finding| finding.step == Step::Query;
        if !found.iter().any(broken) {
            found.push(Finding::good(Step::Query, "all parameters are there"));
        }
        return true;
    }
    found.push(Finding::wrong(
        Cause::ParameterMissing,
        format!("the query has no {}", missing.join(", no ")),
        "something on the way drops a part of it (nginx: a rewrite or a proxy_pass without $is_args$args; a shell: an \
         address with & and no quotes around it), or it is not the platform that calls",
    ));
    false
}

pub(super) fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn not_the_platform(query: &str) -> Finding {
    let inside = decoded(query).unwrap_or_default();
    if NAMES
        .iter()
        .any(|name| inside.contains(&format!("{name}=")))
        && inside != query
    {
        return Finding::wrong(
            Cause::EncodedTwice,
            "the whole query is percent-encoded, its & and = as well",
            "something on the way encodes it once more: pass the query on as it comes",
        );
    }
    let what = if query.is_empty() {
        "there is no query at all"
    } else {
        "nothing in the query is the platform's"
    };
    Finding::wrong(
        Cause::NotThePlatform,
        what,
        "it comes from a browser, a scanner or a health check; or a proxy drops the query (nginx: a rewrite or a \
         proxy_pass without $is_args$args), or a redirect on the way lost it",
    )
}

/// A name without what renaming changes in it.
fn simple(name: &str) -> String {
    name.trim_start_matches("amp;")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| char.to_ascii_lowercase())
        .collect()
}

const NAMES: [&str; 6] = [
    "msg_signature",
    "signature",
    "timestamp",
    "nonce",
    "echostr",
    "encrypt_type",
];

/// As much as is read when a callback comes.
const MAX_BYTES: usize = 8 * 1024;

/// In characters.
const MAX_QUOTED: usize = 40;
